/* SPDX-License-Identifier: EUPL-1.2 */
/* Hands out blocks of malloc, and counts the large ones.
 * May not keep a header of its own in front of a block: libmicrohttpd frees some of ulfius's blocks with free.
 * What was counted is uncounted once. */
#include "http/bodies.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/patient.h"
#include "http/budget.h"

enum { SMALLEST = 64, MARK_BYTES = sizeof(uint64_t), MAPPED_FROM = 128 << 10, KEPT_ON_TOP = 128 << 10 };

/* One for the process, as ulfius's allocator is, which has no context to hand us. Limit and secret do not change once threads run. */
static struct budget large = {.limit = SIZE_MAX};
static uint64_t secret;

/* glibc would raise the threshold above which blocks are mapped each by itself, and keep what bodies held; and with it, by the largest block
 * that a start has freed, what each of its arenas keeps above its last block: megabytes in a store with many keys. */
enum status bodies_start(size_t limit)
{
    if (getrandom(&secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
        return STATUS_INTERNAL;
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_ON_TOP);
    large.limit = limit;
    return STATUS_OK;
}

size_t bodies_held(void)
{
    return atomic_load_explicit(&large.held, memory_order_relaxed);
}

/* A counted block ends in a mark that nobody outside can know, so that one which came from elsewhere is not taken for it. */
static uint64_t mark_of(const void *block)
{
    return secret ^ (uint64_t)(uintptr_t)block;
}

static bool is_counted(const void *block, size_t usable)
{
    uint64_t mark;
    if (usable <= (size_t)2 * BODIES_SMALL) /* in powers of two, the mark on top */
        return false;
    memcpy(&mark, (const char *)block + usable - MARK_BYTES, MARK_BYTES);
    return mark == mark_of(block);
}

static size_t room_of(void *block)
{
    size_t usable = block != NULL ? malloc_usable_size(block) : 0;
    return is_counted(block, usable) ? usable - MARK_BYTES : usable;
}

static size_t round_up(size_t size)
{
    size_t room = SMALLEST;
    while (room < size && room <= SIZE_MAX / 2)
        room *= 2;
    return room < size ? size : room;
}

static void *allocate_counted(size_t size)
{
    char *block = patient_malloc(round_up(size) + MARK_BYTES);
    size_t usable = malloc_usable_size(block);
    uint64_t mark = mark_of(block);
    if (!budget_take(&large, usable)) {
        free(block);
        return NULL;
    }
    memcpy(block + usable - MARK_BYTES, &mark, MARK_BYTES);
    return block;
}

void *bodies_realloc(void *block, size_t size)
{
    size_t held = room_of(block);
    if (block != NULL && size <= held)
        return block;
    void *moved = round_up(size) <= BODIES_SMALL ? patient_malloc(round_up(size)) : allocate_counted(size);
    if (moved != NULL && held > 0)
        memcpy(moved, block, held);
    bodies_free(block);
    return moved;
}

void bodies_free(void *block)
{
    if (block == NULL)
        return;
    size_t usable = malloc_usable_size(block);
    if (is_counted(block, usable))
        budget_give(&large, usable);
    free(block);
}
