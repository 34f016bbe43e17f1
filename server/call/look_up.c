/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * look_up.c: the chore that follows the log with its look-ups.
 * May not touch rows: it reads them, and writes where they are.
 * Always: rows are read outside the writer, and stored in jobs so small that nobody waits for them; one tree holds up no other.
 */
#include "activity/lookup.h"
#include "base/clock.h"
#include "call/call.h"
#include "call/house.h"

/* A run ends when so much time has gone, or after the step at which somebody waits for the writer; what is left is left for the next. A step has 256 rows
 * in memory at a time, and no row weighs more than a leaf may. A log to which nothing was added for so long is looked up to its end. */
enum { LOOK_UP_MS = 100, LOOK_UP_BYTES = 40 << 20, QUIET_MS = 2000 };

struct look_up {
    struct logged_job job;
    struct lookup_part part;
};

static enum status run_store(struct tx *tx, struct job *job)
{
    return lookup_store(tx, &JOB_OF(look_up, job)->part);
}

static enum status store_part(struct house *house, struct arena *arena, const struct lookup_part *part)
{
    struct look_up look_up = {.part = *part};

    return house_run(house, arena, (part->end - part->first + 1) * LOOKUP_ENTRY_BYTES, run_store, &look_up.job);
}

static enum status store_step(struct house *house, struct arena *arena, const struct lookup_step *step)
{
    struct lookup_part part = {.step = step};

    do {
        part = lookup_part_after(&part);
        TRY(store_part(house, arena, &part));
    } while (part.end < step->n_entries);
    return STATUS_OK;
}

static enum status read_step(struct house *house, struct arena *arena, int64_t quiet_since,
                             struct lookup_step *ret_step)
{
    auto_session session = NULL;

    TRY(session_begin(house->store, arena, &session));
    return lookup_next(session, &house->looked_up, quiet_since, ret_step);
}

/* STATUS_NOT_FOUND when no tree behind the last one has anything new. */
static enum status look_up_step(struct house *house, struct arena *arena, int64_t quiet_since)
{
    struct lookup_step step;

    TRY(read_step(house, arena, quiet_since, &step));
    TRY(store_step(house, arena, &step));
    house->looked_up = step.tree;
    return STATUS_OK;
}

/* Round by round over the trees, each run from where the last one was; a round without a step is the end. */
static enum status look_up(struct house *house, int64_t quiet_since)
{
    static const struct uuid first = {{0}};
    const int64_t end = clock_monotonic() + LOOK_UP_MS;
    auto_arena arena = arena_new(LOOK_UP_BYTES);

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    const struct arena_mark before = arena_mark(arena);
    do {
        const bool begins = uuid_is_nil(&house->looked_up);
        enum status status = look_up_step(house, arena, quiet_since);
        arena_rewind(arena, before);
        if (status == STATUS_NOT_FOUND && begins)
            return STATUS_OK;
        if (status == STATUS_NOT_FOUND)
            house->looked_up = first;
        else if (status != STATUS_OK)
            return status;
    } while (clock_monotonic() < end && !store_is_busy(house->store));
    return STATUS_OK;
}

enum status call_look_up(struct house *house)
{
    return look_up(house, clock_now() - QUIET_MS);
}

enum status call_look_all_up(struct house *house)
{
    return look_up(house, INT64_MAX);
}
