/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      giving SQLite the C library's heap, past the `free` of tryggd that wipes: a statement takes and gives back about ten blocks.
 * May not:  keep blocks, or anything beside one: whoever watches the heap sees each allocation and each block that goes back.
 * Always:   a block goes back to the heap that it came from; a sanitizer's is left alone.
 */
#include "storage/sqlite/memory.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain_heap.h"
#include "base/sanitizer.h"

enum { GRAIN = 8 };

static void *take(int size)
{
    return malloc((size_t)size);
}

static int size_of(void *block)
{
    return (int)malloc_usable_size(block);
}

static void *resize(void *block, int size)
{
    const size_t held = malloc_usable_size(block), wanted = (size_t)size;

    if (wanted <= held && wanted > held / 2)
        return block;
    void *moved = malloc(wanted);
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, wanted < held ? wanted : held);
    plain_free(block);
    return moved;
}

static int round_up(int size)
{
    return (size + GRAIN - 1) / GRAIN * GRAIN;
}

static int start(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void stop(void *context)
{
    (void)context;
}

void memory_register(void)
{
    static const sqlite3_mem_methods methods = {
        .xMalloc = take,
        .xFree = plain_free,
        .xRealloc = resize,
        .xSize = size_of,
        .xRoundup = round_up,
        .xInit = start,
        .xShutdown = stop,
    };
    if (!SANITIZER_HEAP && plain_free_is_there())
        (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}
