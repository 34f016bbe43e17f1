/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed.c: storing a seed in jobs (M1: the first owner is made locally).
 * May not touch HTTP: only `tryggd init` comes here, while no daemon runs.
 * Always: each job has its activity row, by the actor "local", in the organisation's tree.
 */
#include <stddef.h>

#include "call/call.h"
#include "call/house.h"
#include "domain/seeding.h"

enum { SEED_CHUNK = 50, SEED_ARENA_BYTES = 1 << 20, SEED_JOB_BYTES = 64 * 1024 };

/* One job's worth of a seed. */
struct seed_job {
    struct logged_job job;
    struct activity_row row;
    const struct seed *seed;
    const struct seed_founding *founding;
    const struct seed_part *part;
    void *prepared[SEED_CHUNK];
    size_t first; /* schools only */
    size_t n;
};

static enum status submit(struct house *house, struct seed_job *job, struct arena *arena,
                          enum status (*run)(struct tx *tx, struct job *job))
{
    const struct organisation_id organisation = job->seed->organisation.id;

    job->job.job = (struct job){.run = run, .arena = arena, .bytes = SEED_JOB_BYTES};
    job->job.rows = &job->row;
    job->job.n_rows = 1;
    job->row = (struct activity_row){
        .organisation = organisation,
        .actor_kind = ACTOR_LOCAL,
        .operation = "init",
        .object_kind = "organisation",
        .object = {true, organisation.uuid},
        .outcome = OUTCOME_ALLOWED,
        .ground = "M1.local",
        .request = uuid_new(),
    };
    return store_write(house->store, &job->job.job);
}

static enum status run_founding(struct tx *tx, struct job *job)
{
    const struct seed_job *founding = JOB_OF(seed_job, job);

    TRY(seed_store_founding(tx, founding->founding));
    return activity_plant(tx, &founding->seed->organisation.id, (struct maybe_uuid){0});
}

static enum status found(struct house *house, const struct seed *seed)
{
    auto_arena arena = arena_new(SEED_ARENA_BYTES);
    struct seed_job job = {.seed = seed};
    struct seed_founding *founding = NULL;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(seed_found(house->vault, &seed->organisation, arena, &founding));
    job.founding = founding;
    return submit(house, &job, arena, run_founding);
}

static enum status run_schools(struct tx *tx, struct job *job)
{
    const struct seed_job *chunk = JOB_OF(seed_job, job);
    const struct organisation_id *organisation = &chunk->seed->organisation.id;

    for (size_t i = chunk->first; i < chunk->first + chunk->n; i++) {
        const struct seed_school *school = &chunk->seed->schools[i];
        TRY(seed_store_school(tx, organisation, school));
        TRY(activity_plant(tx, organisation, (struct maybe_uuid){true, school->id.uuid}));
    }
    return STATUS_OK;
}

static enum status run_part(struct tx *tx, struct job *job)
{
    const struct seed_job *chunk = JOB_OF(seed_job, job);

    for (size_t i = 0; i < chunk->n; i++)
        TRY(chunk->part->store(tx, chunk->prepared[i]));
    return STATUS_OK;
}

static size_t chunk_size(size_t first, size_t count)
{
    return count - first < SEED_CHUNK ? count - first : SEED_CHUNK;
}

static enum status store_schools(struct house *house, const struct seed *seed)
{
    for (size_t first = 0; first < seed->n_schools; first += SEED_CHUNK) {
        auto_arena arena = arena_new(SEED_ARENA_BYTES);
        struct seed_job job = {.seed = seed, .first = first, .n = chunk_size(first, seed->n_schools)};

        if (arena == NULL)
            return STATUS_NO_MEMORY;
        TRY(submit(house, &job, arena, run_schools));
    }
    return STATUS_OK;
}

static enum status prepare_chunk(struct house *house, struct seed_job *job, const char *items, struct arena *arena)
{
    struct seed_desk desk = {.vault = house->vault, .arena = arena};
    auto_session session = NULL;

    TRY(vault_organisation(house->vault, &job->seed->organisation.id, &desk.keys));
    TRY(session_begin(house->store, arena, &session));
    desk.session = session;
    for (size_t i = 0; i < job->n; i++)
        TRY(job->part->prepare(&desk, items + (job->first + i) * job->part->size, &job->prepared[i]));
    return STATUS_OK;
}

static enum status store_part(struct house *house, const struct seed *seed, const struct seed_part *part)
{
    const char *items = *(const char *const *)((const char *)seed + part->items);
    const size_t count = *(const size_t *)((const char *)seed + part->count);

    for (size_t first = 0; first < count; first += SEED_CHUNK) {
        auto_arena arena = arena_new(SEED_ARENA_BYTES);
        struct seed_job job = {.seed = seed, .part = part, .first = first, .n = chunk_size(first, count)};

        if (arena == NULL)
            return STATUS_NO_MEMORY;
        TRY(prepare_chunk(house, &job, items, arena));
        TRY(submit(house, &job, arena, run_part));
    }
    return STATUS_OK;
}

/* A store of more organisations than a house can open would never start again. */
static enum status check_room(struct house *house)
{
    auto_arena arena = arena_new(SEED_ARENA_BYTES);
    struct sql_organisations_row *rows = NULL;
    size_t n = 0;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(house_organisations(house, arena, &rows, &n));
    return n < HOUSE_MAX_ORGANISATIONS ? STATUS_OK : STATUS_TOO_MANY;
}

enum status house_seed(struct house *house, const struct seed *seed)
{
    TRY(check_room(house));
    TRY(found(house, seed));
    TRY(store_schools(house, seed));
    for (size_t i = 0; i < seed_n_parts; i++)
        TRY(store_part(house, seed, &seed_parts[i]));
    return STATUS_OK;
}
