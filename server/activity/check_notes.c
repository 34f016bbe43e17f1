/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check_notes.c: checkpoints, and what witnesses have signed, against the trees as they are.
 * May not sign: the public halves of the keys are enough.
 * Always: what was once signed for is still there, or a finding says that it is not.
 */
#include <stdio.h>
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

static struct checked_tree *find_tree(const struct notes *notes, const struct uuid *id)
{
    size_t low = 0, high = notes->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (uuid_compare(&notes->trees[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < notes->n && uuid_equal(&notes->trees[low].id, id) ? &notes->trees[low] : NULL;
}

static void found(const struct notes *notes, const struct uuid *tree, const char *what)
{
    check_found_tree(notes->checking->checker, notes->table, tree, what);
}

/* How the note stands to the keys of the log: signed by one and forged by none; or forged; or by none of them. */
static enum note_verdict verdict_of_log(const struct notes *notes, const char *origin, const struct note *note)
{
    enum note_verdict verdict = NOTE_NOT_SIGNED;

    for (size_t i = 0; i < signing_keys_count(notes->signers->keys); i++) {
        struct note_key key;
        note_key_make(origin, NOTE_ED25519, signing_public_key(notes->signers->keys, i), &key);
        const enum note_verdict next = note_verify(note, &key, NULL);
        if (next == NOTE_FORGED)
            return NOTE_FORGED;
        if (next == NOTE_SIGNED)
            verdict = NOTE_SIGNED;
    }
    return verdict;
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

static enum status check_note(struct notes *notes, const struct uuid *tree_id, int64_t size, const char *text,
                              struct note *note, struct checkpoint *ret_checkpoint)
{
    struct checked_tree *tree = find_tree(notes, tree_id);
    char id[UUID_TEXT_BYTES], origin[NOTE_NAME_BYTES];

    if (tree == NULL) {
        found(notes, tree_id, "is of a tree that is not there");
        return STATUS_OK;
    }
    if (!parse(notes, tree_id, size, text, note, ret_checkpoint))
        return STATUS_OK;
    uuid_format(tree_id, id);
    (void)snprintf(origin, sizeof origin, "%s/%s", notes->signers->name, id);
    if (strcmp(ret_checkpoint->origin, origin) != 0) {
        found(notes, tree_id, "is of another log, or [log] name has changed");
        return STATUS_OK;
    }
    const enum note_verdict verdict = verdict_of_log(notes, origin, note);
    if (verdict == NOTE_FORGED)
        found(notes, tree_id, "has a signature of this log that does not verify");
    if (verdict == NOTE_NOT_SIGNED)
        found(notes, tree_id, "is not signed by any key of [log] signing_key_file");
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
    TRY(check_note(notes, &row->tree, row->size, row->note, &note, &checkpoint));
    struct checked_tree *tree = find_tree(notes, &row->tree);
    if (tree != NULL)
        tree->signed_for = checkpoint.size;
    return STATUS_OK;
}

/* Of a witness that the configuration knows. */
static void check_witness(const struct notes *notes, const struct uuid *tree, const char *name, const struct note *note)
{
    for (size_t i = 0; i < notes->signers->n_witnesses; i++) {
        const struct note_key *key = &notes->signers->witnesses[i];
        if (strcmp(key->name, name) == 0 && note_verify(note, key, NULL) != NOTE_SIGNED)
            found(notes, tree, "is not signed by its witness");
    }
}

static enum status take_cosigned(void *context, const void *found_row)
{
    struct notes *notes = context;
    const struct sql_check_cosigned_row *row = found_row;
    struct checkpoint checkpoint;
    struct note note = {.n_signatures = 0};

    notes->seen++;
    if (row == NULL || row->witness == NULL) {
        note_unreadable(notes);
        return STATUS_OK;
    }
    TRY(check_note(notes, &row->tree, row->size, row->note, &note, &checkpoint));
    if (note.n_signatures > 0)
        check_witness(notes, &row->tree, row->witness, &note);
    return STATUS_OK;
}

static enum status to_the_end(const struct notes *notes, enum status status)
{
    if (status != STATUS_CORRUPT)
        return status;
    check_found(notes->checking->checker,
                &(struct finding){.table = notes->table, .what = "cannot be read to its end"});
    return STATUS_OK;
}

enum status check_notes(const struct tree_checking *checking, const struct log_signers *signers,
                        struct checked_tree *trees, size_t n, struct activity_checked *checked)
{
    struct notes checkpoints = {checking, signers, trees, n, "checkpoint", 0};
    struct notes cosigned = {checking, signers, trees, n, "cosigned", 0};

    check_went(checking->checker, "checkpoints", 0, 0);
    TRY(to_the_end(&checkpoints, sql_check_checkpoints(checking->session, take_checkpoint, &checkpoints)));
    TRY(to_the_end(&cosigned, sql_check_cosigned(checking->session, take_cosigned, &cosigned)));
    checked->checkpoints = checkpoints.seen;
    checked->cosigned = cosigned.seen;
    return STATUS_OK;
}
