/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wiped_free.c: free and realloc of the whole process, in front of the C library's: what any library gives back is wiped first. The HTTP and
 * the TLS library hold requests, tokens and answers in buffers of their own, and do not wipe them.
 * It may not keep anything beside a block, allocate, or fail where the C library would not.
 * No byte of a block is back with the heap before it is zero, but what SQLite had (storage/sqlite/memory). A sanitizer's heap is left alone.
 */
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain_free.h"
#include "base/sanitizer.h"

#if !SANITIZER_HEAP

static __attribute__((used)) void wiped_free(void *block)
{
    if (block == NULL)
        return;
    explicit_bzero(block, malloc_usable_size(block));
    plain_free(block);
}

/* A block that moves would leave its bytes behind. One that shrinks stays, with what is beyond wiped. */
static __attribute__((used)) void *wiped_realloc(void *block, size_t size)
{
    if (block == NULL)
        return malloc(size);
    size_t held = malloc_usable_size(block);
    if (size > 0 && size <= held && size > held / 2) {
        explicit_bzero((char *)block + size, held - size);
        return block;
    }
    if (size == 0) {
        wiped_free(block);
        return NULL;
    }
    void *moved = malloc(size);
    if (moved == NULL)
        return size <= held ? block : NULL; /* to shrink cannot fail */
    memcpy(moved, block, size < held ? size : held);
    wiped_free(block);
    return moved;
}

void free(void *) __attribute__((alias("wiped_free")));
void *realloc(void *, size_t) __attribute__((alias("wiped_realloc")));

#endif
