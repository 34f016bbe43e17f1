/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * actor_memory.h: actors as they were at a rights epoch. The epoch moves with every change of a login or a membership, so that what a
 * snapshot of the same epoch would answer need not be asked again; a school's worth of people call in the same hour. Holds ids and
 * roles, never a name. Bounded; thread-safe.
 */
#ifndef TRYGG_DOMAIN_ACTOR_MEMORY_H
#define TRYGG_DOMAIN_ACTOR_MEMORY_H

#include <stdbool.h>

#include "domain/actor.h"

enum { ACTOR_MEMORY_SETS = 256, ACTOR_MEMORY_WAYS = 4, ACTOR_MEMORY_MEMBERSHIPS = 8 };

struct actor_memory;

/* Whom an entry is about (the mark is made with the organisation's key, so no two organisations share one), and when it held. */
struct actor_moment {
    struct mark login;
    int64_t epoch; /* that is committed: one of the writer's own may still be taken back */
    int32_t today;
};

/* NULL without memory. */
struct actor_memory *actor_memory_new(void);

/* Accepts NULL, returns NULL. */
struct actor_memory *actor_memory_free(struct actor_memory *memory);

/* Fills person and memberships, copied into the arena. False when they are not remembered, or the arena is full. */
bool actor_recall(struct actor_memory *memory, const struct actor_moment *moment, struct arena *arena,
                  struct actor *actor);

/* Only a known person with few memberships is kept. */
void actor_keep(struct actor_memory *memory, const struct actor_moment *moment, const struct actor *actor);

#endif
