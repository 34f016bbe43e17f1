/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write.c: a logged change: decided on a snapshot, prepared, then decided again and applied inside the writer with its row.
 * May not touch what is changed.
 * Always: 404, 403, replay, 409 in this order (X7); change, row and replay answer are one transaction.
 */
#include "call/stage.h"

#include <stddef.h>

#include "domain/replay.h"

enum { CHANGE_BYTES = 8 * 1024 };

struct change {
    struct logged_job job;
    const struct stage *stage;
    const struct write_case *what;
    void *input;
    struct replay_mark mark;
    struct scene scene;
    struct relation relation;
    struct decision decision;
    struct outcome_of_write outcome;
};

static struct change *change_of(struct job *job)
{
    return (struct change *)((char *)job - offsetof(struct change, job.job));
}

/* Decides in one session; the row of the decision is ready afterwards. */
static enum status decide(struct change *change, struct session *session)
{
    TRY(stage_scene(change->stage, session, &change->scene));
    TRY(stage_sound(change->what->relate(&change->scene, change->input, &change->relation)));
    TRY(stage_decide(&change->scene, &change->relation, &change->decision));
    change->job.row = stage_decision_row(change->stage, &change->scene, &change->relation, &change->decision);
    return STATUS_OK;
}

static enum status decide_in_snapshot(struct change *change)
{
    auto_session session = NULL;

    TRY(session_begin(change->stage->call->house->store, change->stage->call->arena, &session));
    return decide(change, session);
}

/* The same request came before: its answer again, with the ground decided anew. */
static enum status answer_again(struct change *change)
{
    change->outcome.replayed = true;
    change->what->recall(&change->outcome.receipt, &change->relation.subject);
    change->job.row = stage_decision_row(change->stage, &change->scene, &change->relation, &change->decision);
    change->job.row.outcome = OUTCOME_REPLAYED;
    return STATUS_OK;
}

static enum status apply(struct change *change, struct tx *tx)
{
    const struct grant *grant = change->decision.grant;

    TRY(stage_sound(
        change->what->apply(&change->scene, tx, grant, change->input, &change->relation, &change->outcome.receipt)));
    change->what->recall(&change->outcome.receipt, &change->relation.subject);
    change->job.row = stage_decision_row(change->stage, &change->scene, &change->relation, &change->decision);
    return replay_keep(&change->scene, tx, &change->mark, &change->outcome.receipt);
}

/* On the writer. A refusal is no error here: it has a row to append. */
static enum status run_change(struct tx *tx, struct job *job)
{
    struct change *change = change_of(job);

    TRY(decide(change, tx_session(tx)));
    if (change->decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    change->outcome.ground = grant_ground(change->decision.grant);

    enum status status = replay_find(&change->scene, tx_now(tx), &change->mark, &change->outcome.receipt);
    if (status == STATUS_OK)
        return answer_again(change);
    if (status != STATUS_NOT_FOUND)
        return status;
    return apply(change, tx);
}

/* Answers that the domain gives to someone who may ask: nothing is stored, but the asking is logged (V4). */
static bool is_domain_refusal(enum status status)
{
    return status == STATUS_INVALID || status == STATUS_STUDENT_KNOWN || status == STATUS_KEY_REUSED ||
           status == STATUS_PRECONDITION_FAILED;
}

static enum status submit(struct change *change)
{
    change->job.job = (struct job){.run = run_change, .arena = change->stage->call->arena, .bytes = CHANGE_BYTES};
    change->job.logs = true;
    enum status status = store_write(change->stage->call->house->store, &change->job.job);

    if (is_domain_refusal(status)) {
        const struct activity_row row =
            stage_row(change->stage, &change->scene, &change->relation.subject, OUTCOME_REFUSED, status_name(status));
        TRY(stage_log(change->stage, &row));
    }
    return status;
}

static bool is_stored(const struct change *change, enum status status)
{
    return status == STATUS_OK && change->decision.verdict == VERDICT_ALLOWED && !change->outcome.replayed;
}

/* A commit that ended unknown may have stored what was prepared: it counts as stored, the next start will tell. */
static enum status prepare_and_submit(struct change *change)
{
    const struct call *call = change->stage->call;

    TRY(stage_sound(change->what->prepare(call->house->vault, change->stage->keys, call->arena, change->input)));
    enum status status = submit(change);
    change->what->finish(call->house->vault, change->input,
                         is_stored(change, status) || status == STATUS_COMMIT_UNKNOWN);
    return status;
}

enum status call_write(const struct call *call, const struct write_case *what, void *input,
                       struct outcome_of_write *ret_outcome)
{
    struct stage stage;
    struct change change = {.stage = &stage, .what = what, .input = input};

    TRY(stage_open(call, &stage));
    TRY(decide_in_snapshot(&change));
    if (change.decision.verdict != VERDICT_ALLOWED) {
        TRY(stage_log(&stage, &change.job.row));
        return stage_verdict(change.decision.verdict);
    }
    replay_mark(stage.keys, call->caller, call->operation, call->idempotency_key, call->fingerprint, &change.mark);
    TRY(prepare_and_submit(&change));
    TRY(stage_verdict(change.decision.verdict));
    *ret_outcome = change.outcome;
    return STATUS_OK;
}
