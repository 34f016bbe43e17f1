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

#include "base/plain_heap.h"
#include "base/sanitizer.h"

#if !SANITIZER_HEAP

static __attribute__((used)) void wiped_free(void *block)
{
    if (block == NULL)
        return;
    explicit_bzero(block, malloc_usable_size(block));
    plain_free(block);
}

/* Into a smaller block when half of this one or more would be left over. To shrink cannot fail: nobody waits for that block (patient_heap.c), and
 * without it the bytes stay where they are, with what is beyond wiped. */
static void *shrink(void *block, size_t held, size_t size)
{
    void *moved = size > held / 2 ? NULL : plain_malloc(size);

    if (moved == NULL) {
        explicit_bzero((char *)block + size, held - size);
        return block;
    }
    memcpy(moved, block, size);
    wiped_free(block);
    return moved;
}

/* A block that moves would leave its bytes behind. */
static __attribute__((used)) void *wiped_realloc(void *block, size_t size)
{
    if (block == NULL)
        return malloc(size);
    size_t held = malloc_usable_size(block);
    if (size == 0) {
        wiped_free(block);
        return NULL;
    }
    if (size <= held)
        return shrink(block, held, size);
    void *moved = malloc(size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, held);
    wiped_free(block);
    return moved;
}

void free(void *) __attribute__((alias("wiped_free")));
void *realloc(void *, size_t) __attribute__((alias("wiped_realloc")));

#endif
