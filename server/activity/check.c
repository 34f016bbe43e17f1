/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.c: all rows of the log as they lie, tree after tree.
 * May not touch what a row says: it is hashed, and its tree, place and time are looked at.
 * Always: every row is hashed anew; one that cannot be read, is missing, twice, or where it does not belong is told, and the next one looked
 * at.
 */
#include "activity/check.h"

#include <stdlib.h>

#include "activity/check_lookup.h"
#include "activity/check_tree.h"
#include "activity/leaf.h"
#include "base/clock.h"
#include "statements.gen.h"

/* How often it is told how far the rows have come. */
enum { WENT_EVERY = 1 << 14 };

struct walk {
    struct tree_checking checking;
    struct checked_tree *trees;
    size_t n_trees, room;
    size_t at; /* the tree whose rows come next */
    uint64_t rows, expected;
    struct hash tile[TILE_WIDTH];
    struct lookup_checking lookups;
    bool whole; /* of the tile that is being filled, all rows so far are there */
    enum status failed;
};

static void walk_free(struct walk *walk)
{
    free(walk->trees);
    lookup_checking_free(&walk->lookups);
}
#define auto_walk __attribute__((cleanup(walk_free))) struct walk

/* ---- The heads ---------------------------------------------------------------------------------------------------------- */

static enum status make_room(struct walk *walk)
{
    enum { FIRST_ROOM = 64 };

    if (walk->n_trees < walk->room)
        return STATUS_OK;
    const size_t room = walk->room == 0 ? FIRST_ROOM : 2 * walk->room;
    struct checked_tree *trees = reallocarray(walk->trees, room, sizeof *trees);
    if (trees == NULL)
        return STATUS_NO_MEMORY;
    walk->trees = trees;
    walk->room = room;
    return STATUS_OK;
}

static enum status take_tree(void *context, const void *found)
{
    struct walk *walk = context;
    const struct sql_check_trees_row *row = found;
    const struct checker *checker = walk->checking.checker;

    if (row == NULL || row->size < 0) {
        check_found(checker, &(struct finding){.table = "activity_tree", .what = "has a head that cannot be read"});
        return STATUS_OK;
    }
    const struct uuid *owner = row->school.known ? &row->school.uuid : &row->organisation.uuid;
    if (!uuid_equal(owner, &row->tree))
        check_found_tree(checker, "activity_tree", &row->tree,
                         "is not the tree of the school or organisation that it names");
    if (walk->n_trees > 0 && uuid_compare(&walk->trees[walk->n_trees - 1].id, &row->tree) >= 0) {
        check_found_tree(checker, "activity_tree", &row->tree, "stands twice, or not in its order");
        return STATUS_OK;
    }
    TRY(make_room(walk));
    walk->trees[walk->n_trees++] = (struct checked_tree){.id = row->tree, .size = (uint64_t)row->size, .at = row->at};
    walk->expected += (uint64_t)row->size;
    return STATUS_OK;
}

static enum status take_treeless(void *context, const void *found)
{
    const struct walk *walk = context;
    const struct sql_check_treeless_row *row = found;

    check_found(walk->checking.checker, &(struct finding){.table = "activity_tree",
                                                          .id = row == NULL ? NULL : &row->id,
                                                          .what = "has no tree for this school or organisation"});
    return STATUS_OK;
}

/* ---- Rows --------------------------------------------------------------------------------------------------------------- */

/* The tree of an id from walk->at on; n_trees when there is none. */
static size_t tree_of(const struct walk *walk, const struct uuid *id)
{
    size_t low = walk->at, high = walk->n_trees;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (uuid_compare(&walk->trees[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < walk->n_trees && uuid_equal(&walk->trees[low].id, id) ? low : walk->n_trees;
}

/* Ends the trees before this one. */
static enum status go_to_tree(struct walk *walk, size_t to)
{
    for (; walk->at < to; walk->at++)
        TRY(check_tree_end(&walk->checking, &walk->trees[walk->at]));
    return STATUS_OK;
}

/* A row that is there but cannot be read: the tree's next one, if it has one more. */
static void count_unreadable(struct walk *walk)
{
    struct checked_tree *tree = walk->at < walk->n_trees ? &walk->trees[walk->at] : NULL;

    if (tree == NULL || tree->rows >= tree->size) {
        check_found(walk->checking.checker,
                    &(struct finding){.table = "activity", .what = "has a row that cannot be read"});
        return;
    }
    check_found_rows(walk->checking.checker, "activity", &tree->id, tree->rows, tree->rows, "cannot be read");
    tree->rows++;
    walk->whole = false;
}

/* Whether the row is the next of its tree, or what it is instead. */
static bool is_next(struct walk *walk, struct checked_tree *tree, uint64_t index)
{
    const struct checker *checker = walk->checking.checker;

    if (index >= tree->size) {
        check_found_rows(checker, "activity", &tree->id, index, index, "stands behind the end of its tree");
        return false;
    }
    if (index < tree->rows) {
        check_found_rows(checker, "activity", &tree->id, index, index, "stands where it does not belong");
        return false;
    }
    if (index > tree->rows) {
        check_found_rows(checker, "activity", &tree->id, tree->rows, index - 1, "are missing");
        walk->whole = false;
    }
    return true;
}

static enum status take_next(struct walk *walk, struct checked_tree *tree, const struct sql_check_rows_row *row)
{
    const uint64_t index = (uint64_t)row->leaf_index;
    const size_t in_tile = index % TILE_WIDTH;
    struct leaf_numbers numbers;
    struct leaf leaf;

    if (row->at < tree->newest)
        check_found_rows(walk->checking.checker, "activity", &tree->id, index, index,
                         "is older than the row before it");
    leaf_of_checked(row, &numbers, &leaf);
    walk->tile[in_tile] = leaf_hash(&leaf);
    walk->whole = walk->whole || in_tile == 0;
    tree->rows = index + 1;
    tree->newest = row->at;
    TRY(lookup_check_row(&walk->lookups, tree, row));
    if (in_tile == TILE_WIDTH - 1 && walk->whole)
        return check_tile(&walk->checking, tree, index / TILE_WIDTH, walk->tile);
    return STATUS_OK;
}

static enum status take_readable(struct walk *walk, const struct sql_check_rows_row *row)
{
    const size_t at = tree_of(walk, &row->tree);

    if (at == walk->n_trees || row->leaf_index < 0) {
        check_found(walk->checking.checker,
                    &(struct finding){.table = "activity",
                                      .id = &row->tree,
                                      .has_places = row->leaf_index >= 0,
                                      .first = (uint64_t)row->leaf_index,
                                      .last = (uint64_t)row->leaf_index,
                                      .what = "is in a tree that is not there or stands before it"});
        return STATUS_OK;
    }
    TRY(go_to_tree(walk, at));
    struct checked_tree *tree = &walk->trees[at];
    return is_next(walk, tree, (uint64_t)row->leaf_index) ? take_next(walk, tree, row) : STATUS_OK;
}

static enum status take_row(void *context, const void *row)
{
    struct walk *walk = context;

    if (walk->rows++ % WENT_EVERY == 0)
        check_went(walk->checking.checker, "rows of the log", walk->rows, walk->expected);
    if (row == NULL)
        count_unreadable(walk);
    else
        walk->failed = take_readable(walk, row);
    return walk->failed;
}

/* From a tree on; when the engine can go no further, from the tree after that which it came to. */
static enum status walk_rows(struct walk *walk)
{
    static const uint8_t nothing[1];
    struct sql_check_rows_args from = {{nothing, 0}};

    for (;;) {
        enum status status = sql_check_rows(walk->checking.session, &from, take_row, walk);
        if (status != STATUS_CORRUPT || walk->failed != STATUS_OK)
            return status;
        check_found(walk->checking.checker,
                    &(struct finding){.table = "activity", .what = "cannot be read on: the rest of a tree is skipped"});
        if (walk->at + 1 >= walk->n_trees)
            return STATUS_OK;
        TRY(go_to_tree(walk, walk->at + 1));
        from.from_tree = (struct bytes){walk->trees[walk->at].id.bytes, UUID_BYTES};
    }
}

/* ---- All ---------------------------------------------------------------------------------------------------------------- */

enum status activity_check(struct session *session, const struct log_signers *signers, const struct checker *checker,
                           struct activity_checked *ret_checked)
{
    auto_walk walk = {.checking = {session, checker}};
    const struct tree_checking *checking = &walk.checking;
    const int64_t began = clock_processor_us();
    struct activity_checked checked = {0};

    for (int named = 0; named < ACTIVITY_NAMED_COUNT; named++)
        set_key_new(&walk.lookups.keys[named]);
    TRY(check_to_the_end(checking, "activity_tree", sql_check_trees(session, take_tree, &walk)));
    TRY(check_to_the_end(checking, "activity_tree", sql_check_treeless(session, take_treeless, &walk)));
    TRY(lookup_check_ends(checking, walk.trees, walk.n_trees));
    TRY(walk_rows(&walk));
    TRY(go_to_tree(&walk, walk.n_trees));
    check_went(checker, "rows of the log", walk.rows, walk.expected);
    const int64_t until_lookups = clock_processor_us();
    TRY(lookup_check_entries(&walk.lookups, checking, walk.trees, walk.n_trees));
    const int64_t since_lookups = clock_processor_us();
    TRY(check_notes(checking, signers, walk.trees, walk.n_trees, &checked));
    checked.trees = walk.n_trees;
    checked.rows = walk.rows;
    checked.rows_us = until_lookups - began + clock_processor_us() - since_lookups;
    checked.lookups = walk.lookups.entries;
    for (size_t i = 0; i < walk.n_trees; i++) {
        const struct checked_tree *tree = &walk.trees[i];
        checked.kept_roots += tree->kept;
        checked.not_signed_for += tree->rows > tree->signed_for ? tree->rows - tree->signed_for : 0;
    }
    *ret_checked = checked;
    return STATUS_OK;
}
