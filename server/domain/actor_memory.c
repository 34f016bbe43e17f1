/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * actor_memory.c: a bounded table of actors, each at one rights epoch and day.
 * May not touch the store: what it is told was read at that epoch, committed.
 * Always: what is recalled was kept for the same login, epoch and day.
 */
#include "domain/actor_memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct actor_moment moment;
    uint64_t touched; /* the set's tick when it was last asked for; 0: unused */
    struct person_id person;
    size_t n;
    struct policy_membership memberships[ACTOR_MEMORY_MEMBERSHIPS];
};

struct set {
    pthread_mutex_t lock;
    uint64_t tick;
    struct entry ways[ACTOR_MEMORY_WAYS];
};

struct actor_memory {
    struct set sets[ACTOR_MEMORY_SETS];
};

struct actor_memory *actor_memory_new(void)
{
    struct actor_memory *memory = calloc(1, sizeof *memory);

    for (size_t i = 0; memory != NULL && i < ACTOR_MEMORY_SETS; i++)
        pthread_mutex_init(&memory->sets[i].lock, NULL);
    return memory;
}

struct actor_memory *actor_memory_free(struct actor_memory *memory)
{
    for (size_t i = 0; memory != NULL && i < ACTOR_MEMORY_SETS; i++)
        pthread_mutex_destroy(&memory->sets[i].lock);
    free(memory);
    return NULL;
}

static struct set *set_of(struct actor_memory *memory, const struct mark *login)
{
    return &memory->sets[login->bytes[0] % ACTOR_MEMORY_SETS];
}

static struct entry *find(struct set *set, const struct mark *login)
{
    for (size_t i = 0; i < ACTOR_MEMORY_WAYS; i++)
        if (set->ways[i].touched != 0 && memcmp(&set->ways[i].moment.login, login, sizeof *login) == 0)
            return &set->ways[i];
    return NULL;
}

/* The one of that login, whatever its moment, else the one longest untouched. */
static struct entry *place_for(struct set *set, const struct mark *login)
{
    struct entry *place = find(set, login);

    if (place != NULL)
        return place;
    place = &set->ways[0];
    for (size_t i = 1; i < ACTOR_MEMORY_WAYS; i++)
        if (set->ways[i].touched < place->touched)
            place = &set->ways[i];
    return place;
}

static bool holds(const struct entry *entry, const struct actor_moment *moment)
{
    return entry != NULL && entry->moment.epoch == moment->epoch && entry->moment.today == moment->today;
}

bool actor_recall(struct actor_memory *memory, const struct actor_moment *moment, struct arena *arena,
                  struct actor *actor)
{
    struct policy_membership *memberships =
        arena_array(arena, ACTOR_MEMORY_MEMBERSHIPS, sizeof(struct policy_membership));
    struct set *set = set_of(memory, &moment->login);

    if (memberships == NULL)
        return false;
    pthread_mutex_lock(&set->lock);
    struct entry *entry = find(set, &moment->login);
    const bool known = holds(entry, moment);
    if (known) {
        entry->touched = ++set->tick;
        memcpy(memberships, entry->memberships, entry->n * sizeof *memberships);
        actor->person = entry->person;
        actor->policy.known = true;
        actor->policy.memberships = memberships;
        actor->policy.n_memberships = entry->n;
    }
    pthread_mutex_unlock(&set->lock);
    return known;
}

void actor_keep(struct actor_memory *memory, const struct actor_moment *moment, const struct actor *actor)
{
    struct set *set = set_of(memory, &moment->login);

    if (!actor->policy.known || actor->policy.n_memberships > ACTOR_MEMORY_MEMBERSHIPS)
        return;
    pthread_mutex_lock(&set->lock);
    struct entry *entry = place_for(set, &moment->login);
    *entry = (struct entry){.moment = *moment, .touched = ++set->tick, .person = actor->person};
    entry->n = actor->policy.n_memberships;
    if (entry->n > 0)
        memcpy(entry->memberships, actor->policy.memberships, entry->n * sizeof *entry->memberships);
    pthread_mutex_unlock(&set->lock);
}
