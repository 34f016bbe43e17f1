/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_office.c: from a tree to a signed checkpoint.
 * May not touch rights, and stores nothing but in the transaction that it is given.
 * Always: nothing is signed that does not go on from what was signed before, or that rows, kept roots and head disagree on (V3).
 */
#include "domain/log_office.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "activity/tree.h"
#include "proof/checkpoint.h"
#include "statements.gen.h"

enum status log_make_keys(const char *path, enum signing_fault *ret_fault)
{
    auto_signing_keys keys = NULL;
    enum status status = signing_keys_create_file(path);

    *ret_fault = SIGNING_FINE;
    if (status != STATUS_OK && status != STATUS_EXISTS)
        return status;
    return signing_keys_open(path, &keys, ret_fault);
}

enum status log_open_keys(struct log_office *office, const char *path, enum signing_fault *ret_fault)
{
    return signing_keys_open(path, &office->keys, ret_fault);
}

void log_close_keys(struct log_office *office)
{
    office->keys = signing_keys_close(office->keys);
}

void log_origin(const struct log_office *office, const struct uuid *tree, char ret_origin[static NOTE_NAME_BYTES])
{
    char id[UUID_TEXT_BYTES];

    uuid_format(tree, id);
    const int len = snprintf(ret_origin, NOTE_NAME_BYTES, "%s/%s", office->name, id);
    assert(len > 0 && len < NOTE_NAME_BYTES);
}

size_t log_keys_count(const struct log_office *office)
{
    return office->keys != NULL ? signing_keys_count(office->keys) : 0;
}

void log_key(const struct log_office *office, const struct uuid *tree, size_t at, struct note_key *ret_key)
{
    char origin[NOTE_NAME_BYTES];

    log_origin(office, tree, origin);
    note_key_make(origin, NOTE_ED25519, signing_public_key(office->keys, at), ret_key);
}

enum status log_newest(struct session *session, const struct uuid *tree, struct log_signed *ret_signed)
{
    struct sql_log_checkpoint_row row;

    TRY(sql_log_checkpoint(session, &(struct sql_log_checkpoint_args){*tree}, &row));
    *ret_signed = (struct log_signed){(uint64_t)row.size, row.made_at, row.note};
    return STATUS_OK;
}

/* ---- Making one --------------------------------------------------------------------------------------------------------- */

/* A tree that is to be signed, in one snapshot. */
struct signing {
    struct log_office *office;
    const struct uuid *tree;
    struct arena *arena;
    struct activity_head head;
    struct tree_source source;
    bool has_before;
    struct log_signed before;
    struct checkpoint said; /* by the one before */
    size_t n_signed;        /* how many of our keys have signed it */
    const char *wrong;      /* why nothing is signed */
};

static enum status refuse(struct signing *signing, const char *why)
{
    signing->wrong = why;
    return STATUS_CORRUPT;
}

/* By how many of our keys. */
static size_t count_signatures(const struct signing *signing, const struct note *note)
{
    struct note_key key;
    size_t n = 0;

    for (size_t i = 0; i < signing_keys_count(signing->office->keys); i++) {
        log_key(signing->office, signing->tree, i, &key);
        n += note_verify(note, &key, NULL) == NOTE_SIGNED;
    }
    return n;
}

static enum status read_before(struct signing *signing)
{
    const struct log_signed *before = &signing->before;
    char origin[NOTE_NAME_BYTES];
    struct note note;

    log_origin(signing->office, signing->tree, origin);
    if (note_parse(before->note, strlen(before->note), &note) != STATUS_OK ||
        checkpoint_parse(note.text, note.text_len, &signing->said) != STATUS_OK)
        return refuse(signing, "the newest checkpoint cannot be read");
    if (strcmp(signing->said.origin, origin) != 0)
        return refuse(signing, "the newest checkpoint is of another name");
    if (signing->said.size != before->size)
        return refuse(signing, "the newest checkpoint is of another size");
    signing->n_signed = count_signatures(signing, &note);
    return signing->n_signed > 0 ? STATUS_OK : refuse(signing, "the newest checkpoint is signed by none of the keys");
}

/* The tree's first leaves are those that were signed before. */
static enum status check_before(struct signing *signing)
{
    struct hash root;

    TRY(read_before(signing));
    if (signing->before.size > signing->head.frontier.size)
        return refuse(signing, "the log is shorter than its newest checkpoint");
    TRY(tree_root(&signing->source, signing->before.size, &root));
    return hash_equal(&root, &signing->said.root)
               ? STATUS_OK
               : refuse(signing, "the log does not go on from its newest checkpoint");
}

static bool is_signed_already(const struct signing *signing)
{
    return signing->has_before && signing->before.size == signing->head.frontier.size &&
           signing->n_signed == signing_keys_count(signing->office->keys);
}

/* Its root is made from the rows and kept roots, and must be that of the head. */
static enum status sign(struct signing *signing, struct log_draft *draft)
{
    struct checkpoint checkpoint = {.size = signing->head.frontier.size};
    char text[CHECKPOINT_TEXT_BYTES];

    TRY(tree_root(&signing->source, checkpoint.size, &checkpoint.root));
    const struct hash root = frontier_root(&signing->head.frontier);
    if (!hash_equal(&checkpoint.root, &root))
        return refuse(signing, "the rows and the head of the log differ");
    log_origin(signing->office, signing->tree, checkpoint.origin);
    const size_t len = checkpoint_format(&checkpoint, text);
    TRY(log_note(signing->office, signing->tree, text, len, signing->arena, &draft->note));
    draft->is_new = true;
    return STATUS_OK;
}

enum status log_note(const struct log_office *office, const struct uuid *tree, const char *text, size_t len,
                     struct arena *arena, const char **ret_note)
{
    const char *note = arena_printf(arena, "%.*s\n", (int)len, text);
    char origin[NOTE_NAME_BYTES], line[NOTE_LINE_BYTES];

    log_origin(office, tree, origin);
    for (size_t i = 0; i < signing_keys_count(office->keys) && note != NULL; i++) {
        TRY(note_sign(office->keys, i, origin, NOTE_ED25519, 0, text, len, line));
        note = arena_printf(arena, "%s%s", note, line);
    }
    if (note == NULL)
        return STATUS_NO_MEMORY;
    *ret_note = note;
    return STATUS_OK;
}

static enum status draft_in(struct signing *signing, struct session *session, struct log_draft *draft)
{
    struct activity_tree of = {session, *signing->tree};
    enum status status = activity_head(session, signing->tree, &signing->head);

    if (status == STATUS_CORRUPT)
        return refuse(signing, "the head of the log cannot be read");
    TRY(status);
    signing->source = activity_source(&of);
    status = log_newest(session, signing->tree, &signing->before);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    signing->has_before = status == STATUS_OK;
    if (signing->has_before)
        TRY(check_before(signing));
    draft->size = signing->head.frontier.size;
    if (!is_signed_already(signing))
        return sign(signing, draft);
    draft->note = signing->before.note;
    return STATUS_OK;
}

enum status log_draft(struct log_office *office, const struct uuid *tree, struct arena *arena,
                      struct log_draft *ret_draft)
{
    struct signing signing = {.office = office, .tree = tree, .arena = arena};
    struct log_draft draft = {.tree = *tree};
    auto_session session = NULL;

    if (office->keys == NULL)
        return STATUS_INTERNAL;
    TRY(session_begin(office->store, arena, &session));
    enum status status = draft_in(&signing, session, &draft);
    if (status == STATUS_CORRUPT) {
        tally_add(&office->refusals, 1);
        office->refused(tree, signing.wrong != NULL ? signing.wrong : "rows or kept roots of the log are missing");
    }
    TRY(status);
    *ret_draft = draft;
    return STATUS_OK;
}

enum status log_draft_store(struct tx *tx, const struct log_draft *draft, uint64_t *ret_size)
{
    const struct sql_log_checkpoint_put_args args = {draft->tree, (int64_t)draft->size, tx_now(tx), draft->note};
    struct log_signed newest;

    if (draft->is_new)
        TRY(sql_log_checkpoint_put(tx, &args, NULL));
    TRY(log_newest(tx_session(tx), &draft->tree, &newest));
    *ret_size = newest.size;
    return STATUS_OK;
}

enum status log_make(struct log_office *office, const struct uuid *tree, struct arena *arena)
{
    struct log_draft draft;

    TRY(log_draft(office, tree, arena, &draft));
    if (!draft.is_new)
        return STATUS_OK;
    TRY(office->keep(office->context, &draft));
    tally_add(&office->made, 1);
    return STATUS_OK;
}
