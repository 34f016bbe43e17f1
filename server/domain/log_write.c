/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_write.c: a checkpoint that is asked for, and a witness's cosignature (V3).
 * May not touch a tree: what is signed is what it says.
 * Always: what is kept of a witness verifies with its key, and never goes back.
 */
#include <assert.h>
#include <string.h>

#include "domain/log.h"
#include "proof/note.h"
#include "statements.gen.h"

/* The tree is known, or nothing would have been allowed. */
static struct receipt signed_up_to(const struct log_target *log, uint64_t size)
{
    return (struct receipt){log->id, (int64_t)size, RECEIPT_CHANGED};
}

/* ---- A checkpoint ------------------------------------------------------------------------------------------------------- */

static enum status relate_making(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct log_making *making = input;

    return log_relate(scene, &making->log.id, LOG_SIGN, ret_relation);
}

static enum status prepare_making(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  void *input)
{
    struct log_making *making = input;

    (void)vault;
    (void)keys;
    return log_draft(making->log.office, &making->log.id, arena, &making->draft);
}

static enum status apply_making(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct log_making *making = input;
    uint64_t size = 0;

    (void)scene;
    assert(grant_action(grant) == relation->action);
    TRY(log_draft_store(tx, &making->draft, &size));
    *ret_receipt = signed_up_to(&making->log, size);
    return STATUS_OK;
}

static void finish_making(struct vault *vault, void *input, bool stored)
{
    struct log_making *making = input;

    (void)vault;
    if (stored && making->draft.is_new)
        tally_add(&making->log.office->made, 1);
}

const struct write_case log_making_case = {
    .relate = relate_making, .prepare = prepare_making, .apply = apply_making, .finish = finish_making};

/* ---- A cosignature ------------------------------------------------------------------------------------------------------ */

static enum status relate_cosigning(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct log_cosigning *cosigning = input;

    return log_relate(scene, &cosigning->log.id, LOG_SIGN, ret_relation);
}

static enum status wrong(struct log_cosigning *cosigning, const char *member, enum failure_code code)
{
    cosigning->wrong = member;
    cosigning->code = code;
    return STATUS_OK;
}

/* Which key of a witness has signed the note, and when; NULL: none of them. */
static const struct note_key *witness_of(const struct log_office *office, const struct note *note, uint64_t *ret_time)
{
    for (size_t i = 0; i < office->n_witnesses; i++)
        if (note_verify(note, &office->witnesses[i], ret_time) == NOTE_SIGNED)
            return &office->witnesses[i];
    return NULL;
}

/* Whether this is one line, in the only form that its signature, the last of the note, has. */
static bool is_last_line(const char *line, const struct note *note)
{
    char only[NOTE_LINE_BYTES];

    note_line_format(&note->signatures[note->n_signatures - 1], only);
    return strcmp(line, only) == 0;
}

/* The line adds one signature to the note, and nothing else. */
static enum status add_line(struct log_cosigning *cosigning, struct arena *arena, const char *signed_note)
{
    const char *whole = arena_printf(arena, "%s%s", signed_note, cosigning->line);
    struct note before, note;

    if (whole == NULL)
        return STATUS_NO_MEMORY;
    TRY(note_parse(signed_note, strlen(signed_note), &before));
    if (note_parse(whole, strlen(whole), &note) != STATUS_OK || note.n_signatures != before.n_signatures + 1 ||
        !is_last_line(cosigning->line, &note))
        return wrong(cosigning, "/signature", FAILURE_FORMAT);
    cosigning->witness = witness_of(cosigning->log.office, &note, &cosigning->time);
    cosigning->note = whole;
    return cosigning->witness != NULL ? STATUS_OK : wrong(cosigning, "/signature", FAILURE_REFERENCE);
}

static enum status prepare_cosigning(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                     void *input)
{
    struct log_cosigning *cosigning = input;
    const struct log_target *log = &cosigning->log;
    struct log_signed found;

    (void)vault;
    (void)keys;
    cosigning->wrong = NULL;
    enum status status =
        log_note_of_size(log->office, &log->id, cosigning->has_size ? &cosigning->size : NULL, arena, &found);
    if (status == STATUS_NOT_FOUND)
        return wrong(cosigning, "/size", FAILURE_REFERENCE);
    TRY(status);
    cosigning->signed_size = found.size;
    return add_line(cosigning, arena, found.note);
}

/* Of a witness with several keys the lines of all of them stay below one checkpoint. They were verified when they were taken. */
static enum status add_other_keys(const struct log_cosigning *cosigning, const char *kept, struct arena *arena,
                                  const char **note)
{
    const struct log_office *office = cosigning->log.office;
    char line[NOTE_LINE_BYTES];
    struct note before, now;

    if (note_parse(kept, strlen(kept), &before) != STATUS_OK ||
        note_parse(cosigning->note, strlen(cosigning->note), &now) != STATUS_OK || before.text_len != now.text_len ||
        memcmp(before.text, now.text, now.text_len) != 0)
        return STATUS_OK;
    for (size_t i = 0; i < office->n_witnesses && *note != NULL; i++) {
        const struct note_key *key = &office->witnesses[i];
        const struct note_signature *stays = note_find(&before, key);
        if (stays == NULL || strcmp(key->name, cosigning->witness->name) != 0 || note_find(&now, key) != NULL)
            continue;
        note_line_format(stays, line);
        *note = arena_printf(arena, "%s%s", *note, line);
    }
    return *note != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A clock of a witness may go before ours by so much. */
enum { AHEAD_SECONDS = 5 * 60 };

static bool is_of_the_future(const struct log_cosigning *cosigning, int64_t now_ms)
{
    return cosigning->time > (uint64_t)(now_ms / 1000) + AHEAD_SECONDS;
}

/* Whether a later cosignature of the same key and size is kept already. */
static bool is_outdone(const struct log_cosigning *cosigning, const struct sql_log_cosigned_row *kept)
{
    struct note note;
    uint64_t time = 0;

    return (uint64_t)kept->size == cosigning->signed_size &&
           note_parse(kept->note, strlen(kept->note), &note) == STATUS_OK &&
           note_verify(&note, cosigning->witness, &time) == NOTE_SIGNED && time > cosigning->time;
}

/* The kept row of the witness is this one now, unless what it has is newer. */
static enum status keep_cosigned(const struct log_cosigning *cosigning, struct scene *scene, struct tx *tx)
{
    struct sql_log_cosigned_put_args put = {cosigning->log.id, cosigning->witness->name,
                                            (int64_t)cosigning->signed_size, cosigning->note};
    const struct sql_log_cosigned_args get = {cosigning->log.id, cosigning->witness->name};
    struct sql_log_cosigned_row kept;

    const enum status status = sql_log_cosigned(tx_session(tx), &get, &kept);
    if (status == STATUS_NOT_FOUND)
        return sql_log_cosigned_put(tx, &put, NULL);
    TRY(status);
    if (is_outdone(cosigning, &kept))
        return STATUS_OK;
    TRY(add_other_keys(cosigning, kept.note, scene->arena, &put.note));
    return sql_log_cosigned_put(tx, &put, NULL);
}

static enum status apply_cosigning(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                   struct relation *relation, struct receipt *ret_receipt)
{
    const struct log_cosigning *cosigning = input;
    struct sql_log_cosigned_row row;

    assert(grant_action(grant) == relation->action);
    if (cosigning->wrong != NULL)
        return failure_add(cosigning->failure, FAILURE_IN_BODY, cosigning->code, cosigning->wrong);
    if (is_of_the_future(cosigning, tx_now(tx)))
        return failure_add(cosigning->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/signature");
    const struct sql_log_cosigned_args get = {cosigning->log.id, cosigning->witness->name};
    TRY(keep_cosigned(cosigning, scene, tx));
    TRY(sql_log_cosigned(tx_session(tx), &get, &row));
    *ret_receipt = signed_up_to(&cosigning->log, (uint64_t)row.size);
    return STATUS_OK;
}

const struct write_case log_cosigning_case = {
    .relate = relate_cosigning, .prepare = prepare_cosigning, .apply = apply_cosigning};
