/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arena.h: the memory of one request. Everything a request opens, copies or builds lives here, has a mandatory maximum,
 * and is wiped when the request ends. Not thread-safe: an arena belongs to one request.
 */
#ifndef TRYGG_BASE_ARENA_H
#define TRYGG_BASE_ARENA_H

#include <stddef.h>

#include "base/status.h"

struct arena;

/* An empty arena that will never hold more than `max_bytes`; NULL without memory. */
struct arena *arena_new(size_t max_bytes);

/* Where a small request's arena lives whole, on a stack, so that it takes nothing from the heap. */
enum { ARENA_ROOM_BYTES = 12288 };
struct arena_room {
    _Alignas(max_align_t) unsigned char bytes[ARENA_ROOM_BYTES];
};

/* The same, its first bytes in the room, which must stay longer than the arena. Never NULL. */
struct arena *arena_in(struct arena_room *room, size_t max_bytes);

/* Wipes and frees everything that came from the arena. Accepts NULL, returns NULL. */
struct arena *arena_free(struct arena *arena);

/* Zeroed memory, aligned for any type; NULL when the maximum or the machine's memory is reached. size 0 gives a unique pointer. */
void *arena_alloc(struct arena *arena, size_t size);

/* Zeroed memory for n things; NULL also when n * size overflows. */
void *arena_array(struct arena *arena, size_t n, size_t size);

/* A copy of len bytes plus a closing NUL that is not counted. */
void *arena_copy(struct arena *arena, const void *bytes, size_t len);

/* printf into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How many bytes can still be handed out. */
size_t arena_room(const struct arena *arena);

/* A place to go back to. What was handed out after it is wiped and may be handed out again: nothing may point there any more. */
struct arena_mark {
    const void *chunk;
    size_t in_chunk;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

static inline void arena_freep(struct arena **arena)
{
    *arena = arena_free(*arena);
}
#define auto_arena __attribute__((cleanup(arena_freep))) struct arena *

#endif
