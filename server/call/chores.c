/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chores.c: the chores on a house that are short: old answers, keys made ahead of time, the engine's own checkpoint.
 * May not touch the log: log.c and look_up.c have its chores.
 * Always: what writes does so in jobs so small that nobody waits for them.
 */
#include "call/call.h"
#include "call/house.h"
#include "domain/replay.h"

enum { EXPIRY_BYTES = 4096, EXPIRY_STEP = 200, EXPIRY_STEPS = 500 };

struct expiry {
    struct logged_job job;
    int64_t removed;
};

static enum status run_expiry(struct tx *tx, struct job *job)
{
    return replay_expire(tx, EXPIRY_STEP, &JOB_OF(expiry, job)->removed);
}

static enum status expire_step(struct house *house, int64_t *ret_removed)
{
    auto_arena arena = arena_new(EXPIRY_BYTES);
    struct expiry expiry = {.removed = 0};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(house_run(house, arena, EXPIRY_BYTES, run_expiry, &expiry.job));
    *ret_removed = expiry.removed;
    return STATUS_OK;
}

/* What is left after so many steps is left for the next time. */
enum status call_expire_replays(struct house *house)
{
    int64_t removed = EXPIRY_STEP;

    for (int i = 0; i < EXPIRY_STEPS && removed == EXPIRY_STEP; i++)
        TRY(expire_step(house, &removed));
    return STATUS_OK;
}

enum status call_refill_keys(struct house *house)
{
    return vault_refill(house->vault);
}

enum status call_checkpoint(struct house *house)
{
    return store_checkpoint(house->store);
}
