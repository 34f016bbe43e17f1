/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chores.c: the chores on a house that are short: old answers, uploads left half-way, keys made ahead of time, the engine's own checkpoint.
 * May not touch the log: log.c and look_up.c have its chores.
 * Always: what writes does so in jobs so small that nobody waits for them.
 */
#include <string.h>

#include "call/call.h"
#include "call/house.h"
#include "domain/document.h"
#include "domain/replay.h"

enum { EXPIRY_BYTES = 4096, EXPIRY_STEP = 500, EXPIRY_STEPS = 200, LEFTOVER_STEPS = 500 };

/* How long an upload waits for its next part; ms. */
static const int64_t upload_patience = INT64_C(24) * 60 * 60 * 1000;

struct expiry {
    struct logged_job job;
    struct replay_place from, to;
};

static enum status run_expiry(struct tx *tx, struct job *job)
{
    struct expiry *expiry = JOB_OF(expiry, job);

    expiry->to = expiry->from; /* a job may run again */
    return replay_expire(tx, EXPIRY_STEP, &expiry->to);
}

static enum status expire_step(struct house *house)
{
    auto_arena arena = arena_new(EXPIRY_BYTES);
    struct expiry expiry = {.from = house->expired};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(house_run(house, arena, EXPIRY_BYTES, run_expiry, &expiry.job));
    house->expired = expiry.to;
    return STATUS_OK;
}

static bool is_at_beginning(const struct replay_place *place)
{
    static const struct replay_place beginning;

    return memcmp(place, &beginning, sizeof beginning) == 0;
}

/* What is left after so many steps is left for the next time. */
enum status call_expire_replays(struct house *house)
{
    for (int i = 0; i < EXPIRY_STEPS; i++) {
        TRY(expire_step(house));
        if (is_at_beginning(&house->expired))
            break;
    }
    return STATUS_OK;
}

/* One part of an upload that nobody went on with: what is removed is written over, and so as large a job as storing it was. */
struct leftover {
    struct logged_job job;
    bool done;
};

static enum status run_leftover(struct tx *tx, struct job *job)
{
    return document_expire(tx, tx_now(tx) - upload_patience, &JOB_OF(leftover, job)->done);
}

static enum status leftover_step(struct house *house, bool *ret_done)
{
    auto_arena arena = arena_new(EXPIRY_BYTES);
    struct leftover leftover = {.done = false};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(house_run(house, arena, STORE_JOB_BYTES, run_leftover, &leftover.job));
    *ret_done = leftover.done;
    return STATUS_OK;
}

enum status call_expire_documents(struct house *house)
{
    bool done = false;

    for (int i = 0; i < LEFTOVER_STEPS && !done; i++)
        TRY(leftover_step(house, &done));
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
