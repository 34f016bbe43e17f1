/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write.c: logged changes, one or many: decided on a snapshot, prepared, then decided again and applied inside the writer with their rows.
 * May not touch what is changed.
 * Always: 404, 403, replay, 428 and 412, 409 in this order (X7); change, row and replay answer are one transaction.
 */
#include "call/stage.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "domain/replay.h"

/* What one change weighs in a batch, roughly; how many go into one job; how often one that came too late is done again. */
enum { CHANGE_BYTES = 8 * 1024, CHUNK = 32, ROUNDS = 3 };

enum { VERSION_TEXT_BYTES = 24 };

/* One change on its way. */
struct change {
    const struct stage *stage;
    const struct write_case *what;
    const struct replay_mark *mark; /* NULL: not a POST */
    struct batch_item *item;
    struct scene scene;
    struct relation relation;
    struct decision decision;
    struct activity_row row;
    bool prepared;
};

/* What goes to the writer together. */
struct chunk {
    struct logged_job job;
    struct change *changes;
    size_t n;
    bool last_round;
    struct activity_row rows[CHUNK];
};

/* ---- One change --------------------------------------------------------------------------------------------------------- */

static void change_row(struct change *change)
{
    change->row = stage_decision_row(change->stage, &change->scene, &change->relation, &change->decision);
}

/* Decides in the session of its scene; the row of the decision is ready afterwards. */
static enum status change_decide(struct change *change)
{
    TRY(stage_sound(change->what->relate(&change->scene, change->item->input, &change->relation)));
    TRY(stage_decide(&change->scene, &change->relation, &change->decision));
    change_row(change);
    return stage_verdict(change->decision.verdict);
}

/* X2: what is changed must be what the caller has read. */
static enum status check_match(const struct change *change)
{
    const struct call *call = change->stage->call;
    char version[VERSION_TEXT_BYTES];

    if (!call->conditional)
        return STATUS_OK;
    if (call->if_match == NULL)
        return STATUS_PRECONDITION_REQUIRED;
    snprintf(version, sizeof version, "%" PRId64, change->relation.version);
    return strcmp(call->if_match, version) == 0 ? STATUS_OK : STATUS_PRECONDITION_FAILED;
}

static void change_recall(struct change *change)
{
    if (change->what->recall != NULL)
        change->what->recall(&change->item->outcome.receipt, &change->relation.subject);
    change_row(change);
}

/* A school that was made has its tree before the row that says so is appended to it. */
static enum status change_plant(const struct change *change, struct tx *tx)
{
    const struct receipt *receipt = &change->item->outcome.receipt;

    if (!change->what->plants || receipt->kind != RECEIPT_CREATED)
        return STATUS_OK;
    return activity_plant(tx, &change->stage->keys->organisation, (struct maybe_uuid){true, receipt->id});
}

static enum status change_apply(struct change *change, struct tx *tx)
{
    struct outcome_of_write *outcome = &change->item->outcome;

    TRY(stage_sound(change->what->apply(&change->scene, tx, change->decision.grant, change->item->input,
                                        &change->relation, &outcome->receipt)));
    TRY(change_plant(change, tx));
    change_recall(change);
    return change->mark == NULL ? STATUS_OK : replay_keep(&change->scene, tx, change->mark, &outcome->receipt);
}

/* The same request came before: its answer again, with the ground decided anew. STATUS_NOT_FOUND when it did not. */
static enum status change_replay(struct change *change, struct tx *tx)
{
    struct outcome_of_write *outcome = &change->item->outcome;

    if (change->mark == NULL)
        return STATUS_NOT_FOUND;
    TRY(replay_find(&change->scene, tx_now(tx), change->mark, &outcome->receipt));
    outcome->replayed = true;
    change_recall(change);
    change->row.outcome = OUTCOME_REPLAYED;
    return STATUS_OK;
}

/* On the writer, and again from the beginning when the batch is. */
static enum status change_run(struct tx *tx, void *context)
{
    struct change *change = context;

    change->item->outcome = (struct outcome_of_write){.replayed = false};
    TRY(stage_scene_in_tx(change->stage, tx, &change->scene));
    TRY(change_decide(change));
    change->item->outcome.ground = grant_ground(change->decision.grant);
    enum status status = change_replay(change, tx);
    if (status != STATUS_NOT_FOUND)
        return status;
    TRY(check_match(change));
    return change_apply(change, tx);
}

/* ---- Many in one job ---------------------------------------------------------------------------------------------------- */

/* Answers that the domain gives to someone who may ask: nothing is stored, but the asking is logged (V4). */
static bool is_domain_refusal(enum status status)
{
    static const bool refusals[STATUS_COUNT] = {
        [STATUS_INVALID] = true,
        [STATUS_STUDENT_KNOWN] = true,
        [STATUS_TAKEN] = true,
        [STATUS_OWNER_NEEDED] = true,
        [STATUS_LIMIT_REACHED] = true,
        [STATUS_CLOSED] = true,
        [STATUS_NOT_CLOSED] = true,
        [STATUS_DEPARTURE_DUE] = true,
        [STATUS_DEPARTURE_OVER] = true,
        [STATUS_PROPOSAL_DECIDED] = true,
        [STATUS_STRUCK] = true,
        [STATUS_PERSONSAK_REQUIRED] = true,
        [STATUS_OFFSET_MISMATCH] = true,
        [STATUS_CONTENT_MISMATCH] = true,
        [STATUS_PRECONDITION_FAILED] = true,
        [STATUS_PRECONDITION_REQUIRED] = true,
        [STATUS_KEY_REUSED] = true,
    };
    return refusals[status];
}

/* Decided by policy/: the row is ready. */
static bool is_verdict(enum status status)
{
    return status == STATUS_OK || status == STATUS_FORBIDDEN || status == STATUS_NOT_FOUND;
}

/* Came too late for what was prepared, without the caller having named a version: done again, and not yet logged. */
static bool goes_again(const struct chunk *chunk, const struct change *change)
{
    return change->item->status == STATUS_PRECONDITION_FAILED && !chunk->last_round;
}

static void chunk_add_row(struct chunk *chunk, struct change *change)
{
    if (goes_again(chunk, change))
        return;
    if (is_domain_refusal(change->item->status)) {
        change_row(change);
        change->row.outcome = OUTCOME_REFUSED;
        change->row.ground = status_name(change->item->status);
    }
    chunk->rows[chunk->job.n_rows++] = change->row;
}

static enum status run_chunk(struct tx *tx, struct job *job)
{
    struct chunk *chunk = JOB_OF(chunk, job);

    chunk->job.n_rows = 0;
    for (size_t i = 0; i < chunk->n; i++) {
        struct change *change = &chunk->changes[i];
        if (change->prepared)
            change->item->status = tx_part(tx, change_run, change);
        if (!is_verdict(change->item->status) && !is_domain_refusal(change->item->status))
            return change->item->status;
        chunk_add_row(chunk, change);
    }
    return STATUS_OK;
}

/* What is refused on the snapshot is not prepared: it has its row and nothing else. */
static enum status chunk_decide(struct chunk *chunk)
{
    const struct call *call = chunk->changes->stage->call;
    auto_session session = NULL;

    if (chunk->changes->what->decided_once) {
        for (size_t i = 0; i < chunk->n; i++)
            chunk->changes[i].item->status = STATUS_OK;
        return STATUS_OK;
    }
    TRY(session_begin_without_log(call->house->store, call->arena, &session));
    for (size_t i = 0; i < chunk->n; i++) {
        struct change *change = &chunk->changes[i];
        TRY(stage_scene_in_snapshot(change->stage, session, &change->scene));
        change->item->status = change_decide(change);
        if (!is_verdict(change->item->status))
            return change->item->status;
    }
    return STATUS_OK;
}

static enum status chunk_prepare(struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++) {
        struct change *change = &chunk->changes[i];
        const struct stage *stage = change->stage;
        if (change->item->status != STATUS_OK)
            continue;
        if (change->what->prepare != NULL)
            TRY(stage_sound(change->what->prepare(stage->call->house->vault, stage->keys, stage->call->arena,
                                                  change->item->input)));
        change->prepared = true;
    }
    return STATUS_OK;
}

/* A commit that ended unknown may have stored what was prepared: it counts as stored, the next start will tell. */
static void chunk_finish(const struct chunk *chunk, enum status status)
{
    for (size_t i = 0; i < chunk->n; i++) {
        const struct change *change = &chunk->changes[i];
        const bool stored =
            status == STATUS_COMMIT_UNKNOWN ||
            (status == STATUS_OK && change->item->status == STATUS_OK && !change->item->outcome.replayed);
        if (change->prepared && change->what->finish != NULL)
            change->what->finish(change->stage->call->house->vault, change->item->input, stored);
    }
}

static size_t chunk_bytes(const struct chunk *chunk)
{
    const struct write_case *what = chunk->changes->what;
    size_t bytes = chunk->n * CHANGE_BYTES;

    for (size_t i = 0; i < chunk->n && what->weight != NULL; i++)
        bytes += chunk->changes[i].prepared ? what->weight(chunk->changes[i].item->input) : 0;
    return bytes;
}

static enum status chunk_write(struct chunk *chunk)
{
    const struct call *call = chunk->changes->stage->call;

    TRY(chunk_decide(chunk));
    enum status status = chunk_prepare(chunk);
    if (status == STATUS_OK) {
        chunk->job.job = (struct job){.run = run_chunk,
                                      .arena = call->arena,
                                      .bytes = chunk_bytes(chunk),
                                      .keeps_itself = chunk->n == 1}; /* its one change is a part of its own */
        chunk->job.rows = chunk->rows;
        status = store_write(call->house->store, &chunk->job.job);
    }
    chunk_finish(chunk, status);
    return status;
}

/* ---- The doors ---------------------------------------------------------------------------------------------------------- */

static enum status ready_all(const struct stage *stage, const struct write_case *what, struct batch_item *items,
                             size_t n)
{
    const struct call *call = stage->call;

    for (size_t i = 0; i < n && what->ready != NULL; i++)
        TRY(what->ready(stage->keys, call->caller, call->arena, items[i].input));
    return STATUS_OK;
}

/* What was prepared over something that has moved since is done again, unless the caller has named the version (X2). One that keeps
 * coming too late is to be tried again later. */
static enum status write_one(struct chunk *chunk)
{
    struct change *change = chunk->changes;
    const bool conditional = change->stage->call->conditional;

    chunk->last_round = conditional;
    for (int round = 1; round <= ROUNDS; round++) {
        change->prepared = false;
        TRY(chunk_write(chunk));
        if (change->item->status != STATUS_PRECONDITION_FAILED || conditional)
            return change->item->status;
    }
    return STATUS_BUSY;
}

enum status call_write(const struct call *call, const struct write_case *what, void *input,
                       struct outcome_of_write *ret_outcome)
{
    struct stage stage;
    struct replay_mark mark;
    struct batch_item item = {.input = input};
    struct change change = {.stage = &stage, .what = what, .item = &item};
    struct chunk chunk = {.changes = &change, .n = 1};

    TRY(stage_open(call, &stage));
    TRY(ready_all(&stage, what, &item, 1));
    if (call->idempotency_key != NULL) {
        replay_mark(stage.keys, call->caller, call->operation, call->idempotency_key, call->fingerprint, &mark);
        change.mark = &mark;
    }
    TRY(write_one(&chunk));
    *ret_outcome = item.outcome;
    return STATUS_OK;
}

/* What has not been done yet. */
static const enum status NOT_DONE = STATUS_BUSY;

/* A batch in the making. */
struct batch {
    const struct stage *stage;
    const struct write_case *what;
    struct batch_item *items;
    const struct replay_mark *marks; /* of the items; NULL: not a POST */
    struct batch_item **pending;     /* those that are still to be done */
    size_t n;
    bool stored; /* something is stored already */
};

static const struct replay_mark *mark_of(const struct batch *batch, const struct batch_item *item)
{
    return batch->marks == NULL ? NULL : &batch->marks[item - batch->items];
}

/* One chunk with memory of its own: what it read and sealed is dropped when its fate is known. What an item is told outlives it. */
static enum status batch_chunk(const struct batch *batch, struct batch_item **pending, size_t n, bool last_round)
{
    struct arena *arena = batch->stage->call->arena;
    const struct arena_mark before = arena_mark(arena);
    struct chunk *chunk = arena_alloc(arena, sizeof *chunk);
    struct change *changes = arena_array(arena, n, sizeof *changes);

    if (chunk == NULL || changes == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        changes[i] = (struct change){
            .stage = batch->stage, .what = batch->what, .mark = mark_of(batch, pending[i]), .item = pending[i]};
    *chunk = (struct chunk){.changes = changes, .n = n, .last_round = last_round};
    enum status status = chunk_write(chunk);
    arena_rewind(arena, before);
    return status;
}

/* One round over what is pending; what came too late stays pending. */
static enum status batch_round(struct batch *batch, bool last_round)
{
    size_t kept = 0;

    for (size_t first = 0; first < batch->n; first += CHUNK) {
        const size_t size = batch->n - first < CHUNK ? batch->n - first : CHUNK;
        enum status status = batch_chunk(batch, batch->pending + first, size, last_round);
        for (size_t i = first; i < first + size && status != STATUS_OK; i++)
            batch->pending[i]->status = status;
        TRY(status);
        for (size_t i = first; i < first + size; i++) {
            batch->stored = batch->stored || batch->pending[i]->status == STATUS_OK;
            if (batch->pending[i]->status == STATUS_PRECONDITION_FAILED)
                batch->pending[kept++] = batch->pending[i];
        }
    }
    batch->n = kept;
    return STATUS_OK;
}

static enum status batch_rounds(struct batch *batch)
{
    for (int round = 1; round <= ROUNDS && batch->n > 0; round++)
        TRY(batch_round(batch, round == ROUNDS));
    return STATUS_OK;
}

/* The house failed on the way: what is not done yet has failed so, unless nothing is done at all. */
static enum status batch_broken(const struct batch *batch, struct batch_item *items, size_t n, enum status broken)
{
    if (!batch->stored || broken == STATUS_COMMIT_UNKNOWN)
        return broken;
    for (size_t i = 0; i < n; i++)
        if (items[i].status == NOT_DONE || items[i].status == STATUS_PRECONDITION_FAILED)
            items[i].status = broken;
    return STATUS_OK;
}

/* ---- A batch that may come again (X1) ----------------------------------------------------------------------------------- */

/* The key is taken for this body before anything is done, so that another body finds it taken whatever became of the items. */
struct claim {
    struct logged_job job;
    const struct stage *stage;
    const struct replay_mark *mark;
    struct activity_row row; /* of a refusal: the items have rows of their own */
    enum status status;
};

static enum status claim_run(struct tx *tx, struct job *job)
{
    struct claim *claim = JOB_OF(claim, job);
    const struct receipt itself = {claim->stage->call->request_id, 0, RECEIPT_UNCHANGED};
    const struct subject nothing = {.n_shown = 0};
    struct receipt first;
    struct scene scene;

    claim->job.n_rows = 0;
    TRY(stage_scene_in_tx(claim->stage, tx, &scene));
    claim->status = replay_find(&scene, tx_now(tx), claim->mark, &first);
    if (claim->status == STATUS_NOT_FOUND)
        claim->status = replay_keep(&scene, tx, claim->mark, &itself);
    if (claim->status != STATUS_KEY_REUSED)
        return claim->status;
    claim->row = stage_row(claim->stage, &scene, &nothing, OUTCOME_REFUSED, status_name(STATUS_KEY_REUSED));
    claim->job.n_rows = 1;
    return STATUS_OK;
}

static enum status batch_claim(const struct stage *stage, const struct replay_mark *mark)
{
    struct claim claim = {.stage = stage, .mark = mark};

    claim.job.job = (struct job){.run = claim_run, .arena = stage->call->arena, .bytes = CHANGE_BYTES};
    claim.job.rows = &claim.row;
    TRY(store_write(stage->call->house->store, &claim.job.job));
    return claim.status;
}

/* Each item's own mark: of the call's key, which has no space in it, and its place; and of the whole body. */
static enum status batch_marks(const struct stage *stage, size_t n, const struct replay_mark **ret_marks)
{
    const struct call *call = stage->call;
    struct replay_mark *marks = arena_array(call->arena, n, sizeof *marks);
    struct replay_mark whole;

    if (marks == NULL)
        return STATUS_NO_MEMORY;
    replay_mark(stage->keys, call->caller, call->operation, call->idempotency_key, call->fingerprint, &whole);
    TRY(batch_claim(stage, &whole));
    for (size_t i = 0; i < n; i++) {
        const char *key = arena_printf(call->arena, "%s %zu", call->idempotency_key, i);
        if (key == NULL)
            return STATUS_NO_MEMORY;
        replay_mark(stage->keys, call->caller, call->operation, key, "", &marks[i]);
        marks[i].body = whole.body;
    }
    *ret_marks = marks;
    return STATUS_OK;
}

enum status call_batch(const struct call *call, const struct write_case *what, struct batch_item *items, size_t n)
{
    struct stage stage;
    struct batch batch = {.stage = &stage, .what = what, .items = items, .n = n};

    batch.pending = arena_array(call->arena, n, sizeof(struct batch_item *));
    if (batch.pending == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        batch.pending[i] = &items[i];
        items[i].status = NOT_DONE;
    }
    TRY(stage_open(call, &stage));
    TRY(ready_all(&stage, what, items, n));
    if (call->idempotency_key != NULL)
        TRY(batch_marks(&stage, n, &batch.marks));
    enum status status = batch_rounds(&batch);
    return status == STATUS_OK ? STATUS_OK : batch_broken(&batch, items, n, status);
}
