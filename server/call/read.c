/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read.c: a logged read: snapshot, decision, fetch, row, and only then the opened columns.
 * May not touch what is read.
 * Always: the row is durable before anything is opened (V2), and what was logged was allowed when it was logged: if the rights
 * epoch moved in between, the read runs again, the last time inside the writer, where nothing can move.
 */
#include "call/stage.h"

#include <stddef.h>

#include "base/clock.h"
#include "statements.gen.h"

enum { READ_ATTEMPTS = 3, READ_ROW_BYTES = 1024 };

/* One look: what was decided and fetched, and at which epoch. The job is the one that logs it. */
struct look {
    struct logged_job job;
    struct activity_row row;
    const struct stage *stage;
    const struct read_case *what;
    void *input;
    struct scene scene;
    struct relation relation;
    struct decision decision;
    enum status refused; /* by fetch; STATUS_OK: it was not */
    int64_t epoch;
};

/* Answers that fetch gives to someone who may ask: nothing is shown, but the asking is logged (V4). */
static bool is_refusal(enum status status)
{
    return status == STATUS_FORBIDDEN || status == STATUS_DOCUMENT_UNFINISHED || status == STATUS_RANGE_BEYOND;
}

static enum status look_fetch(struct look *look)
{
    look->refused = STATUS_OK;
    if (look->decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    enum status status = look->what->fetch(&look->scene, look->decision.grant, look->input, &look->relation);
    if (!is_refusal(status))
        return stage_sound(status);
    look->refused = status;
    return STATUS_OK;
}

/* Decides and fetches in the session of the scene. */
static enum status look_at(struct look *look)
{
    TRY(stage_sound(look->what->relate(&look->scene, look->input, &look->relation)));
    TRY(stage_decide(&look->scene, &look->relation, &look->decision));
    TRY(look_fetch(look));
    look->row = stage_decision_row(look->stage, &look->scene, &look->relation, &look->decision);
    if (look->refused != STATUS_OK) {
        look->row.outcome = OUTCOME_REFUSED;
        look->row.ground = status_name(look->refused);
    }
    return STATUS_OK;
}

static enum status begin(const struct look *look, struct session **ret_session)
{
    const struct call *call = look->stage->call;

    if (look->what->of_log)
        return session_begin(call->house->store, call->arena, ret_session);
    return session_begin_without_log(call->house->store, call->arena, ret_session);
}

static enum status look_in_snapshot(struct look *look)
{
    auto_session session = NULL;
    struct sql_rights_epoch_row epoch;

    TRY(begin(look, &session));
    TRY(stage_sound(sql_rights_epoch(session, &epoch)));
    look->epoch = epoch.epoch;
    TRY(stage_scene_at(look->stage, session, look->epoch, &look->scene));
    return look_at(look);
}

/* On the writer: the row stands if no right has moved since the snapshot, and no midnight has passed. */
static enum status run_confirm(struct tx *tx, struct job *job)
{
    const struct look *look = JOB_OF(look, job);
    struct sql_rights_epoch_row epoch;

    TRY(stage_sound(sql_rights_epoch(tx_session(tx), &epoch)));
    return epoch.epoch == look->epoch && clock_day_of(tx_now(tx)) == look->scene.today ? STATUS_OK
                                                                                       : STATUS_RIGHTS_MOVED;
}

/* On the writer: the whole look, with rights that cannot move before the commit. */
static enum status run_look(struct tx *tx, struct job *job)
{
    struct look *look = JOB_OF(look, job);

    TRY(stage_scene_in_tx(look->stage, tx, &look->scene));
    return look_at(look);
}

static enum status submit(struct look *look, enum status (*run)(struct tx *tx, struct job *job))
{
    look->job.job =
        (struct job){.run = run, .arena = look->stage->call->arena, .bytes = READ_ROW_BYTES, .keeps_itself = true};
    look->job.rows = &look->row;
    look->job.n_rows = 1;
    return store_write(look->stage->call->house->store, &look->job.job);
}

/* Each look starts with the memory that the first one started with. */
static enum status look_and_log(struct look *look)
{
    struct arena *arena = look->stage->call->arena;
    const struct arena_mark before = arena_mark(arena);

    for (int attempt = 1; attempt < READ_ATTEMPTS; attempt++) {
        TRY(look_in_snapshot(look));
        enum status status = submit(look, run_confirm);
        if (status != STATUS_RIGHTS_MOVED)
            return status;
        arena_rewind(arena, before);
    }
    return submit(look, run_look);
}

static enum status gather_in_snapshot(struct look *look)
{
    auto_session session = NULL;

    TRY(begin(look, &session));
    TRY(stage_scene_in_snapshot(look->stage, session, &look->scene));
    TRY(stage_sound(look->what->relate(&look->scene, look->input, &look->relation)));
    TRY(stage_decide(&look->scene, &look->relation, &look->decision));
    if (look->decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    return stage_sound(look->what->gather(&look->scene, look->input));
}

/* What is found by sealed columns is found outside the writer, and before the look that is logged. */
static enum status find(struct look *look)
{
    const struct call *call = look->stage->call;

    if (look->what->gather == NULL)
        return STATUS_OK;
    TRY(gather_in_snapshot(look));
    if (look->decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    return stage_sound(look->what->sift(call->house->vault, look->stage->keys, call->arena, look->input));
}

/* What cannot be looked for as it was asked is refused, and that is logged (V4). */
static enum status find_or_refuse(struct look *look)
{
    enum status status = find(look);

    if (status != STATUS_INVALID)
        return status;
    look->row = stage_decision_row(look->stage, &look->scene, &look->relation, &look->decision);
    look->row.outcome = OUTCOME_REFUSED;
    look->row.ground = status_name(status);
    TRY(stage_log(look->stage, &look->row));
    return status;
}

enum status call_read(const struct call *call, const struct read_case *what, void *input)
{
    struct stage stage;
    struct look look = {.stage = &stage, .what = what, .input = input};

    TRY(stage_open(call, &stage));
    if (what->ready != NULL)
        TRY(what->ready(stage.keys, call->caller, call->arena, input));
    TRY(find_or_refuse(&look));
    TRY(look_and_log(&look));
    TRY(stage_verdict(look.decision.verdict));
    TRY(look.refused);
    return stage_sound(what->open(call->house->vault, stage.keys, look.decision.grant, call->arena, input));
}
