/* SPDX-License-Identifier: EUPL-1.2 */
/* Wipes blocks of malloc before they are freed or moved.
 * May not keep a header of its own in front of a block: libmicrohttpd frees some of ulfius's blocks with free.
 * No byte of a block is back with malloc before it is zero. */
#include "http/wipe.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 64 };

static size_t round_up(size_t size)
{
    size_t room = SMALLEST;
    while (room < size && room <= SIZE_MAX / 2)
        room *= 2;
    return room < size ? size : room;
}

void *wipe_realloc(void *block, size_t size)
{
    size_t held = block != NULL ? malloc_usable_size(block) : 0;
    if (block != NULL && size <= held)
        return block;
    void *moved = malloc(round_up(size));
    if (moved == NULL)
        return NULL;
    if (held > 0)
        memcpy(moved, block, held);
    wipe_free(block);
    return moved;
}

void wipe_free(void *block)
{
    if (block == NULL)
        return;
    explicit_bzero(block, malloc_usable_size(block));
    free(block);
}
