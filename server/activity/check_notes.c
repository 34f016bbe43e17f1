/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check_notes.c: checkpoints, and what witnesses have signed, against the trees as they are.
 * May not sign: the public halves of the keys are enough.
 * Always: what was once signed for is still there, or a finding says that it is not.
 */
#include <string.h>

#include "activity/check_tree.h"
#include "activity/tree.h"
#include "proof/checkpoint.h"
#include "statements.gen.h"

struct notes {
    const struct tree_checking *checking;
    const struct log_signers *signers;
    struct checked_tree *trees;
    size_t n;
    const char *table;
    uint64_t seen;
};

static void found(const struct notes *notes, const struct uuid *tree, const char *what)
{
    check_found_tree(notes->checking->checker, notes->table, tree, what);
}

/* How the note stands to the keys of the log: signed by one and forged by none; or forged; or by none of them. */
static enum note_verdict verdict_of_log(const struct notes *notes, const char *origin, const struct note *note)
{
    const size_t n = signing_keys_count(notes->signers->keys);
    struct note_key keys[SIGNING_KEYS_MAX];

    for (size_t i = 0; i < n; i++)
        note_key_make(origin, NOTE_ED25519, signing_public_key(notes->signers->keys, i), &keys[i]);
    return note_verify_any(note, keys, n, NULL);
}

/* The rows that a checkpoint stands for, as they are now. */
static enum status check_root(const struct notes *notes, const struct checked_tree *tree,
                              const struct checkpoint *checkpoint)
{
    struct activity_tree of = {notes->checking->session, tree->id};
    const struct tree_source source = activity_source(&of);
    struct hash root;

    if (checkpoint->size > tree->size) {
        check_found_rows(notes->checking->checker, notes->table, &tree->id, tree->size, checkpoint->size - 1,
                         "were signed for and are not in the tree any more");
        return STATUS_OK;
    }
    enum status status = tree_root(&source, checkpoint->size, &root);
    if (status == STATUS_CORRUPT) {
        found(notes, &tree->id, "cannot be held against its tree, where rows or kept roots are missing");
        return STATUS_OK;
    }
    TRY(status);
    if (!hash_equal(&root, &checkpoint->root))
        found(notes, &tree->id, "was signed for other rows than the tree has now");
    return STATUS_OK;
}

/* The note itself; false when there is nothing to hold against the tree. */
static bool parse(const struct notes *notes, const struct uuid *tree, int64_t size, const char *text,
                  struct note *ret_note, struct checkpoint *ret_checkpoint)
{
    if (text == NULL || note_parse(text, strlen(text), ret_note) != STATUS_OK ||
        checkpoint_parse(ret_note->text, ret_note->text_len, ret_checkpoint) != STATUS_OK) {
        found(notes, tree, "is no checkpoint");
        return false;
    }
    if (size < 0 || ret_checkpoint->size != (uint64_t)size)
        found(notes, tree, "is of another size than its row says");
    return true;
}

/* How the note stands to the keys that the configuration has of a witness; ret_known: whether it has any. */
static bool is_witnessed(const struct notes *notes, const char *witness, const struct note *note, bool *ret_known)
{
    bool signed_by = false;

    *ret_known = false;
    for (size_t i = 0; i < notes->signers->n_witnesses; i++) {
        const struct note_key *key = &notes->signers->witnesses[i];
        if (strcmp(key->name, witness) != 0)
            continue;
        *ret_known = true;
        signed_by = signed_by || note_verify(note, key, NULL) == NOTE_SIGNED;
    }
    return signed_by;
}

/* A key of the log may have been retired since; what it signed is as good as ever where a witness has signed it too. */
static void check_signed(const struct notes *notes, const struct uuid *tree, const char *origin,
                         const struct note *note, const char *witness)
{
    const enum note_verdict verdict = verdict_of_log(notes, origin, note);
    bool known = false;
    const bool witnessed = witness != NULL && is_witnessed(notes, witness, note, &known);

    if (verdict == NOTE_FORGED)
        found(notes, tree, "has a signature of this log that does not verify");
    if (known && !witnessed)
        found(notes, tree, "is not signed by its witness");
    else if (verdict == NOTE_NOT_SIGNED && witness == NULL)
        found(notes, tree, "is not signed by any key of [log] signing_key_file");
    else if (verdict == NOTE_NOT_SIGNED && !witnessed)
        found(notes, tree, "is signed by no key of [log] signing_key_file and no witness of [log] witnesses");
}

/* `witness`: whose note it is; NULL for the log's own. */
static enum status check_note(struct notes *notes, const struct uuid *tree_id, int64_t size, const char *text,
                              const char *witness, struct note *note, struct checkpoint *ret_checkpoint)
{
    struct checked_tree *tree = check_find_tree(notes->trees, notes->n, tree_id);
    char origin[NOTE_NAME_BYTES];

    if (tree == NULL) {
        found(notes, tree_id, "is of a tree that is not there");
        return STATUS_OK;
    }
    if (!parse(notes, tree_id, size, text, note, ret_checkpoint))
        return STATUS_OK;
    origin_make(notes->signers->name, tree_id, origin);
    if (strcmp(ret_checkpoint->origin, origin) != 0) {
        found(notes, tree_id, "is of another log, or [log] name has changed");
        return STATUS_OK;
    }
    check_signed(notes, tree_id, origin, note, witness);
    return check_root(notes, tree, ret_checkpoint);
}

static void note_unreadable(const struct notes *notes)
{
    check_found(notes->checking->checker,
                &(struct finding){.table = notes->table, .what = "has a row that cannot be read"});
}

static enum status take_checkpoint(void *context, const void *found_row)
{
    struct notes *notes = context;
    const struct sql_check_checkpoints_row *row = found_row;
    struct checkpoint checkpoint = {.size = 0};
    struct note note;

    notes->seen++;
    if (row == NULL) {
        note_unreadable(notes);
        return STATUS_OK;
    }
    TRY(check_note(notes, &row->tree, row->size, row->note, NULL, &note, &checkpoint));
    struct checked_tree *tree = check_find_tree(notes->trees, notes->n, &row->tree);
    if (tree != NULL)
        tree->signed_for = checkpoint.size;
    return STATUS_OK;
}

static enum status take_cosigned(void *context, const void *found_row)
{
    struct notes *notes = context;
    const struct sql_check_cosigned_row *row = found_row;
    struct checkpoint checkpoint = {.size = 0};
    struct note note;

    notes->seen++;
    if (row == NULL || row->witness == NULL) {
        note_unreadable(notes);
        return STATUS_OK;
    }
    TRY(check_note(notes, &row->tree, row->size, row->note, row->witness, &note, &checkpoint));
    const struct checked_tree *tree = check_find_tree(notes->trees, notes->n, &row->tree);
    if (tree != NULL && checkpoint.size > tree->signed_for)
        found(notes, &row->tree, "stands for more rows than the newest checkpoint, which was removed or put back");
    return STATUS_OK;
}

/*
 * Rows that no checkpoint stands for are as a rule the newest only: a daemon signs for them within a minute. A log that was made anew has lost its
 * checkpoint, or has one of before.
 */
static enum status check_unsigned(const struct notes *notes, const struct checked_tree *tree)
{
    enum { SIGNED_WITHIN_MS = 10 * 60 * 1000 };
    struct sql_activity_time_row oldest;
    int64_t age = 0;

    if (tree->rows <= tree->signed_for)
        return STATUS_OK;
    enum status status = sql_activity_time(
        notes->checking->session, &(struct sql_activity_time_args){tree->id, (int64_t)tree->signed_for}, &oldest);
    if (status == STATUS_NOT_FOUND || status == STATUS_CORRUPT)
        return STATUS_OK; /* which has been told */
    TRY(status);
    if (__builtin_sub_overflow(tree->newest, oldest.at, &age) || age > SIGNED_WITHIN_MS)
        check_found_rows(notes->checking->checker, notes->table, &tree->id, tree->signed_for, tree->rows - 1,
                         "is missing for these rows, the first more than ten minutes older than the last: it was "
                         "removed or put back, or the daemon could not sign");
    return STATUS_OK;
}

enum status check_notes(const struct tree_checking *checking, const struct log_signers *signers,
                        struct checked_tree *trees, size_t n, struct activity_checked *checked)
{
    struct notes checkpoints = {checking, signers, trees, n, "checkpoint", 0};
    struct notes cosigned = {checking, signers, trees, n, "cosigned", 0};

    check_went(checking->checker, "checkpoints", 0, 0);
    TRY(check_to_the_end(checking, checkpoints.table,
                         sql_check_checkpoints(checking->session, take_checkpoint, &checkpoints)));
    TRY(check_to_the_end(checking, cosigned.table, sql_check_cosigned(checking->session, take_cosigned, &cosigned)));
    for (size_t i = 0; i < n; i++)
        TRY(check_unsigned(&checkpoints, &trees[i]));
    checked->checkpoints = checkpoints.seen;
    checked->cosigned = cosigned.seen;
    return STATUS_OK;
}
