/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_office.c: from a tree to a signed checkpoint.
 * May not touch rights, and stores nothing but in the transaction that it is given.
 * Always: nothing is signed that does not go on from what was signed before, or that rows, kept roots and head disagree on (V3).
 */
#include "domain/log_office.h"

#include <string.h>

#include "activity/tree.h"
#include "proof/checkpoint.h"
#include "statements.gen.h"

enum status log_make_keys(const char *path, enum signing_fault *ret_fault)
{
    auto_signing_keys keys = NULL;
    const enum status made = signing_keys_create_file(path, ret_fault);

    if (made != STATUS_OK && made != STATUS_EXISTS)
        return made;
    const enum status opened = signing_keys_open(path, &keys, ret_fault);
    const bool not_looked_at = made == STATUS_EXISTS && *ret_fault == SIGNING_NO_LOCKED_MEMORY;
    return opened == STATUS_OK || not_looked_at ? made : opened;
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
    origin_make(office->name, tree, ret_origin);
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

enum note_verdict log_verify(const struct log_office *office, const struct uuid *tree, const struct note *note,
                             size_t *ret_signed)
{
    struct note_key keys[SIGNING_KEYS_MAX];
    const size_t n = log_keys_count(office);

    for (size_t i = 0; i < n; i++)
        log_key(office, tree, i, &keys[i]);
    return note_verify_any(note, keys, n, ret_signed);
}

/* ---- What may be signed ------------------------------------------------------------------------------------------------- */

/* A tree that is to be signed, in one snapshot. */
struct signing {
    struct log_office *office;
    const struct uuid *tree;
    struct arena *arena;
    struct session *session;
    struct activity_tree of;
    struct activity_head head;
    struct tree_source source;
    bool has_before;
    struct log_signed before;
    struct checkpoint said;    /* by the one before */
    enum note_verdict verdict; /* of our keys on the note that was read last, and how many have signed it */
    size_t n_signed;
    const char *wrong; /* why nothing is signed */
};

static enum status refuse(struct signing *signing, const char *why)
{
    signing->wrong = why;
    return STATUS_CORRUPT;
}

/* What a note of this size says; by whom it is signed stands in the verdict. */
static enum status read_note(struct signing *signing, const char *text, uint64_t size, struct checkpoint *ret_said)
{
    char origin[NOTE_NAME_BYTES];
    struct note note;

    log_origin(signing->office, signing->tree, origin);
    if (note_parse(text, strlen(text), &note) != STATUS_OK ||
        checkpoint_parse(note.text, note.text_len, ret_said) != STATUS_OK)
        return refuse(signing, "what was signed before cannot be read");
    if (strcmp(ret_said->origin, origin) != 0)
        return refuse(signing, "what was signed before is of another name");
    if (ret_said->size != size)
        return refuse(signing, "what was signed before is of another size");
    signing->n_signed = 0;
    signing->verdict = log_verify(signing->office, signing->tree, &note, &signing->n_signed);
    return signing->verdict != NOTE_FORGED
               ? STATUS_OK
               : refuse(signing, "what was signed before has a signature of ours that does not verify");
}

/* The tree's first leaves are those that were signed. */
static enum status check_root(struct signing *signing, const struct checkpoint *said)
{
    struct hash root;

    if (said->size > signing->head.frontier.size)
        return refuse(signing, "the log is shorter than what was signed before");
    TRY(tree_root(&signing->source, said->size, &root));
    return hash_equal(&root, &said->root) ? STATUS_OK
                                          : refuse(signing, "the log does not go on from what was signed before");
}

/* This root of some size and that of the newest checkpoint are of one tree. Roots of whole tiles are kept: that check_root finds no fault does
 * not tell of the rows within. */
static enum status check_with_newest(struct signing *signing, uint64_t size, const struct hash *root)
{
    const struct checkpoint *newest = &signing->said;
    const bool is_earlier = size <= newest->size;
    const uint64_t from = is_earlier ? size : newest->size, to = is_earlier ? newest->size : size;
    const struct hash *from_root = is_earlier ? root : &newest->root, *to_root = is_earlier ? &newest->root : root;
    struct tree_proof proof;

    TRY(tree_prove_consistency(&signing->source, from, to, &proof));
    return tree_verify_consistency(from, from_root, to, to_root, &proof)
               ? STATUS_OK
               : refuse(signing, "the rows differ from what was signed before");
}

/* The newest checkpoint, if there is one, can be read and is ours. */
static enum status read_newest(struct signing *signing)
{
    if (signing->office->keys == NULL)
        return STATUS_INTERNAL;
    enum status status = log_newest(signing->session, signing->tree, &signing->before);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    signing->has_before = true;
    TRY(read_note(signing, signing->before.note, signing->before.size, &signing->said));
    return signing->verdict == NOTE_SIGNED ? STATUS_OK
                                           : refuse(signing, "the newest checkpoint is signed by none of the keys");
}

/* Finds the tree, and its newest checkpoint if there is one, which the tree goes on from. */
static enum status open_tree(struct signing *signing, struct session *session)
{
    enum status status = activity_head(session, signing->tree, &signing->head);

    if (status == STATUS_CORRUPT)
        return refuse(signing, "the head of the log cannot be read");
    TRY(status);
    signing->session = session;
    signing->of = (struct activity_tree){session, *signing->tree};
    signing->source = activity_source(&signing->of);
    TRY(read_newest(signing));
    return signing->has_before ? check_root(signing, &signing->said) : STATUS_OK;
}

/* What is wrong with a tree is counted and told. */
static enum status told(const struct signing *signing, enum status status)
{
    struct log_office *office = signing->office;

    if (status != STATUS_CORRUPT)
        return status;
    tally_add(&office->refusals, 1);
    office->refused(signing->tree,
                    signing->wrong != NULL ? signing->wrong : "rows or kept roots of the log are missing");
    return status;
}

enum status log_check_keys(struct log_office *office, const struct uuid *tree, struct arena *arena)
{
    struct signing signing = {.office = office, .tree = tree, .arena = arena};
    auto_session session = NULL;

    TRY(session_begin(office->store, arena, &session));
    signing.session = session;
    return told(&signing, read_newest(&signing));
}

/* Works on the tree in a snapshot of its own. */
static enum status sign_in(struct signing *signing, enum status (*work)(struct signing *signing, void *out), void *out)
{
    struct log_office *office = signing->office;
    auto_session session = NULL;

    TRY(session_begin(office->store, signing->arena, &session));
    enum status status = open_tree(signing, session);
    if (status == STATUS_OK)
        status = work(signing, out);
    return told(signing, status);
}

/* ---- Signing ------------------------------------------------------------------------------------------------------------ */

/* With the signatures of all keys. */
static enum status sign(const struct signing *signing, uint64_t size, const struct hash *root, const char **ret_note)
{
    struct checkpoint checkpoint = {.size = size, .root = *root};
    char text[CHECKPOINT_TEXT_BYTES], line[NOTE_LINE_BYTES];

    log_origin(signing->office, signing->tree, checkpoint.origin);
    const size_t len = checkpoint_format(&checkpoint, text);
    const char *note = arena_printf(signing->arena, "%s\n", text);
    for (size_t i = 0; i < log_keys_count(signing->office) && note != NULL; i++) {
        TRY(note_sign(signing->office->keys, i, checkpoint.origin, NOTE_ED25519, 0, text, len, line));
        note = arena_printf(signing->arena, "%s%s", note, line);
    }
    if (note == NULL)
        return STATUS_NO_MEMORY;
    *ret_note = note;
    return STATUS_OK;
}

static bool is_signed_already(const struct signing *signing)
{
    return signing->has_before && signing->before.size == signing->head.frontier.size &&
           signing->n_signed == log_keys_count(signing->office);
}

/* Its root is made from the rows and kept roots, and must be that of the head. */
static enum status draft_in(struct signing *signing, void *out)
{
    struct log_draft *draft = out;
    struct hash root;

    draft->size = signing->head.frontier.size;
    draft->note = signing->before.note;
    if (is_signed_already(signing))
        return STATUS_OK;
    TRY(tree_root(&signing->source, draft->size, &root));
    const struct hash of_head = frontier_root(&signing->head.frontier);
    if (!hash_equal(&root, &of_head))
        return refuse(signing, "the rows and the head of the log differ");
    TRY(sign(signing, draft->size, &root, &draft->note));
    draft->is_new = true;
    return STATUS_OK;
}

enum status log_draft(struct log_office *office, const struct uuid *tree, struct arena *arena,
                      struct log_draft *ret_draft)
{
    struct signing signing = {.office = office, .tree = tree, .arena = arena};
    struct log_draft draft = {.tree = *tree};

    TRY(sign_in(&signing, draft_in, &draft));
    *ret_draft = draft;
    return STATUS_OK;
}

struct earlier {
    const uint64_t *size;
    struct log_signed found;
};

/* An earlier checkpoint is not kept: the tree, which the newest one holds, tells what it says, and it is signed once more. */
static enum status earlier_in(struct signing *signing, void *out)
{
    struct earlier *earlier = out;
    struct hash root;

    if (!signing->has_before || (earlier->size != NULL && *earlier->size > signing->before.size))
        return STATUS_NOT_FOUND;
    earlier->found = signing->before;
    if (earlier->size == NULL || *earlier->size == signing->before.size)
        return STATUS_OK;
    earlier->found.size = *earlier->size;
    TRY(tree_root(&signing->source, *earlier->size, &root));
    TRY(check_with_newest(signing, *earlier->size, &root));
    return sign(signing, *earlier->size, &root, &earlier->found.note);
}

enum status log_note_of_size(struct log_office *office, const struct uuid *tree, const uint64_t *size,
                             struct arena *arena, struct log_signed *ret_signed)
{
    struct signing signing = {.office = office, .tree = tree, .arena = arena};
    struct earlier earlier = {.size = size};

    TRY(sign_in(&signing, earlier_in, &earlier));
    *ret_signed = earlier.found;
    return STATUS_OK;
}

/* ---- What witnesses have signed ----------------------------------------------------------------------------------------- */

enum { COSIGNED_MAX = 16 };

struct cosigned_drafts {
    struct log_draft drafts[COSIGNED_MAX];
    size_t n;
};

/* A note of ours with the lines of all others that are below `of`. */
static enum status add_others(const struct signing *signing, const char *of, const char **note)
{
    char origin[NOTE_NAME_BYTES], line[NOTE_LINE_BYTES];
    struct note others;

    log_origin(signing->office, signing->tree, origin);
    if (note_parse(of, strlen(of), &others) != STATUS_OK)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < others.n_signatures && *note != NULL; i++) {
        if (strcmp(others.signatures[i].name, origin) == 0)
            continue;
        note_line_format(&others.signatures[i], line);
        *note = arena_printf(signing->arena, "%s%s", *note, line);
    }
    return *note != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status cosigned_in(struct signing *signing, void *out)
{
    const struct sql_log_cosigned_over_args args = {*signing->tree, -1, COSIGNED_MAX};
    struct sql_log_cosigned_over_row *rows = NULL;
    struct cosigned_drafts *found = out;
    struct checkpoint said;
    size_t n = 0;

    TRY(sql_log_cosigned_over(signing->session, &args, COSIGNED_MAX, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct log_draft draft = {*signing->tree, (uint64_t)rows[i].size, NULL, true, rows[i].witness, rows[i].note};
        TRY(read_note(signing, rows[i].note, draft.size, &said));
        if (signing->n_signed == log_keys_count(signing->office))
            continue;
        TRY(check_root(signing, &said));
        if (signing->has_before)
            TRY(check_with_newest(signing, said.size, &said.root));
        TRY(sign(signing, said.size, &said.root, &draft.note));
        TRY(add_others(signing, rows[i].note, &draft.note));
        found->drafts[found->n++] = draft;
    }
    return STATUS_OK;
}

enum status log_sign_cosigned(struct log_office *office, const struct uuid *tree, struct arena *arena)
{
    struct signing signing = {.office = office, .tree = tree, .arena = arena};
    struct cosigned_drafts found = {.n = 0};

    TRY(sign_in(&signing, cosigned_in, &found));
    for (size_t i = 0; i < found.n; i++)
        TRY(office->keep(office->context, &found.drafts[i]));
    return STATUS_OK;
}

/* ---- Storing ------------------------------------------------------------------------------------------------------------ */

/* What the witness has signed since stays. */
static enum status store_cosigned(struct tx *tx, const struct log_draft *draft)
{
    const struct sql_log_cosigned_put_args put = {draft->tree, draft->witness, (int64_t)draft->size, draft->note};
    const struct sql_log_cosigned_args get = {draft->tree, draft->witness};
    struct sql_log_cosigned_row row;

    TRY(sql_log_cosigned(tx_session(tx), &get, &row));
    return strcmp(row.note, draft->instead_of) == 0 ? sql_log_cosigned_put(tx, &put, NULL) : STATUS_OK;
}

enum status log_draft_store(struct tx *tx, const struct log_draft *draft, uint64_t *ret_size)
{
    const struct sql_log_checkpoint_put_args args = {draft->tree, (int64_t)draft->size, tx_now(tx), draft->note};
    struct log_signed newest;

    if (draft->witness != NULL)
        TRY(store_cosigned(tx, draft));
    else if (draft->is_new)
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
