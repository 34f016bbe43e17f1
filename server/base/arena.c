/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the memory of one request, as a list of chunks that only grows and is freed at once.
 * May not: be shared between threads, or hand out more than its maximum.
 * Always:  what is handed out is zeroed, aligned for any type, and wiped before it goes back to the heap.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = _Alignof(max_align_t), FIRST_CHUNK_BYTES = 4096, LARGEST_CHUNK_BYTES = 65536 };

struct chunk {
    struct chunk *next;
    size_t size;
    size_t used;
    _Alignas(max_align_t) uint8_t data[];
};

struct arena {
    struct chunk *newest;
    size_t max;
    size_t used;
    struct chunk *own; /* in the arena's room, as the arena itself; NULL without a room */
};
_Static_assert(sizeof(struct arena) % ALIGNMENT == 0, "a chunk may follow an arena");

struct arena *arena_new(size_t max_bytes)
{
    struct arena *arena = calloc(1, sizeof(*arena));
    if (arena != NULL)
        arena->max = max_bytes;
    return arena;
}

/* Wipes and frees the newest chunks up to this one, which stays; all of them for NULL. */
static void drop_chunks_until(struct arena *arena, const void *last)
{
    while (arena->newest != last) {
        struct chunk *chunk = arena->newest;
        arena->newest = chunk->next;
        explicit_bzero(chunk->data, chunk->used);
        if (chunk != arena->own)
            free(chunk);
    }
}

struct arena *arena_in(struct arena_room *room, size_t max_bytes)
{
    struct arena *arena = (struct arena *)room->bytes;
    struct chunk *own = (struct chunk *)(arena + 1);
    const size_t size = sizeof(room->bytes) - sizeof(*arena) - sizeof(*own);
    *own = (struct chunk){.size = size < max_bytes ? size : max_bytes};
    *arena = (struct arena){.newest = own, .max = max_bytes, .own = own};
    return arena;
}

struct arena *arena_free(struct arena *arena)
{
    if (arena == NULL)
        return NULL;
    drop_chunks_until(arena, NULL);
    if (arena->own == NULL)
        free(arena);
    return NULL;
}

size_t arena_room(const struct arena *arena)
{
    return arena->max - arena->used;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->newest, arena->newest == NULL ? 0 : arena->newest->used, arena->used};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    drop_chunks_until(arena, mark.chunk);
    struct chunk *chunk = arena->newest;
    if (chunk != NULL) {
        assert(mark.in_chunk <= chunk->used);
        explicit_bzero(chunk->data + mark.in_chunk, chunk->used - mark.in_chunk);
        chunk->used = mark.in_chunk;
    }
    arena->used = mark.used;
}

/* Each chunk is twice the last, so that a large request takes few, and a small one stays small. */
static struct chunk *chunk_add(struct arena *arena, size_t least)
{
    size_t size = arena->newest == NULL ? FIRST_CHUNK_BYTES : arena->newest->size * 2;
    if (size > LARGEST_CHUNK_BYTES)
        size = LARGEST_CHUNK_BYTES;
    if (size > arena->max - arena->used)
        size = arena->max - arena->used;
    if (size < least)
        size = least;
    if (size > SIZE_MAX - sizeof(struct chunk))
        return NULL;

    struct chunk *chunk = malloc(sizeof(*chunk) + size);
    if (chunk == NULL)
        return NULL;
    *chunk = (struct chunk){.next = arena->newest, .size = size};
    arena->newest = chunk;
    return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    assert(arena != NULL);
    if (size > arena->max - arena->used)
        return NULL;
    size_t spare = (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT;
    size_t whole = size == 0 ? ALIGNMENT : size + spare;
    if (whole < size || whole > arena->max - arena->used)
        return NULL;

    struct chunk *chunk = arena->newest;
    if (chunk == NULL || whole > chunk->size - chunk->used)
        chunk = chunk_add(arena, whole);
    if (chunk == NULL)
        return NULL;
    void *memory = chunk->data + chunk->used;
    memset(memory, 0, whole); /* a chunk is not zeroed whole: most requests fill little of it */
    chunk->used += whole;
    arena->used += whole;
    return memory;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return arena_alloc(arena, bytes);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t len)
{
    if (len == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(arena, len + 1);
    if (copy != NULL && len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0)
        return NULL;

    char *text = arena_alloc(arena, (size_t)len + 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    (void)vsnprintf(text, (size_t)len + 1, format, arguments);
    va_end(arguments);
    return text;
}
