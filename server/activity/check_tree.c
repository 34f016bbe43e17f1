/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check_tree.c: kept roots against what they are the roots of, and the head against all of them.
 * May not touch rows, but for the few behind the last kept root.
 * Always: each root is held against those one step below it, so that one that is wrong is told alone.
 */
#include "activity/check_tree.h"

#include <string.h>

#include "activity/tree.h"
#include "statements.gen.h"

void check_found_rows(const struct checker *checker, const char *table, const struct uuid *tree, uint64_t first,
                      uint64_t last, const char *what)
{
    check_found(
        checker,
        &(struct finding){.table = table, .id = tree, .has_places = true, .first = first, .last = last, .what = what});
}

void check_found_tree(const struct checker *checker, const char *table, const struct uuid *tree, const char *what)
{
    check_found(checker, &(struct finding){.table = table, .id = tree, .what = what});
}

struct checked_tree *check_find_tree(struct checked_tree *trees, size_t n, const struct uuid *id)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (uuid_compare(&trees[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && uuid_equal(&trees[low].id, id) ? &trees[low] : NULL;
}

enum status check_to_the_end(const struct tree_checking *checking, const char *table, enum status status)
{
    if (status != STATUS_CORRUPT)
        return status;
    check_found(checking->checker, &(struct finding){.table = table, .what = "cannot be read to its end"});
    return STATUS_OK;
}

/* The root kept at a place. STATUS_NOT_FOUND without one. */
static enum status kept_root(const struct tree_checking *checking, const struct uuid *tree, unsigned tile_level,
                             uint64_t index, struct hash *ret_hash)
{
    struct activity_tree of = {checking->session, *tree};
    enum status status = activity_hashes(&of, tile_level, index, 1, ret_hash);

    return status == STATUS_CORRUPT ? STATUS_NOT_FOUND : status;
}

/* What is kept at a place against what it should be. */
static enum status compare_kept(const struct tree_checking *checking, struct checked_tree *tree, unsigned tile_level,
                                uint64_t index, const struct hash *made)
{
    const uint64_t first = index << (TILE_HEIGHT * tile_level);
    const uint64_t last = first + (UINT64_C(1) << (TILE_HEIGHT * tile_level)) - 1;
    struct hash kept;

    enum status status = kept_root(checking, &tree->id, tile_level, index, &kept);
    if (status == STATUS_NOT_FOUND) {
        check_found_rows(checking->checker, "activity_node", &tree->id, first, last,
                         "lack the root that is kept of them");
        return STATUS_OK;
    }
    TRY(status);
    tree->kept++;
    if (!hash_equal(&kept, made))
        check_found_rows(checking->checker, tile_level == 1 ? "activity" : "activity_node", &tree->id, first, last,
                         tile_level == 1 ? "do not make the root that is kept of them: a row or that root was changed"
                                         : "have a kept root that is not that of the roots below it");
    return STATUS_OK;
}

enum status check_tile(const struct tree_checking *checking, struct checked_tree *tree, uint64_t tile,
                       struct hash hashes[static TILE_WIDTH])
{
    const struct hash made = tree_fold(hashes, TILE_HEIGHT);

    return compare_kept(checking, tree, 1, tile, &made);
}

/* The roots of one level above the first. Where one is missing below, that has been told. */
static enum status check_level(const struct tree_checking *checking, struct checked_tree *tree, unsigned tile_level,
                               uint64_t n)
{
    struct activity_tree of = {checking->session, tree->id};
    struct hash hashes[TILE_WIDTH];

    for (uint64_t i = 0; i < n; i++) {
        enum status status = activity_hashes(&of, tile_level - 1, i << TILE_HEIGHT, TILE_WIDTH, hashes);
        if (status == STATUS_CORRUPT)
            continue;
        TRY(status);
        const struct hash made = tree_fold(hashes, TILE_HEIGHT);
        TRY(compare_kept(checking, tree, tile_level, i, &made));
    }
    return STATUS_OK;
}

/* Roots that stand for rows which are not there. */
static enum status check_surplus(const struct tree_checking *checking, const struct checked_tree *tree)
{
    struct sql_check_kept_roots_row stored;
    uint64_t expected = 0;

    TRY(sql_check_kept_roots(checking->session, &(struct sql_check_kept_roots_args){tree->id}, &stored));
    for (unsigned level = 1; level <= TILE_MAX_LEVEL; level++)
        expected += tree->size >> (TILE_HEIGHT * level);
    if ((uint64_t)stored.n > expected)
        check_found_tree(checking->checker, "activity_node", &tree->id, "keeps roots of more rows than the tree has");
    return STATUS_OK;
}

/* The head's roots, one by one: which rows they are of says where to look. */
static void compare_frontiers(const struct tree_checking *checking, const struct uuid *tree,
                              const struct frontier *head, const struct frontier *made)
{
    uint64_t first = 0;
    size_t at = 0;

    for (unsigned level = TREE_MAX_LEVEL; level-- > 0;) {
        const uint64_t leaves = UINT64_C(1) << level;
        if ((head->size & leaves) == 0)
            continue;
        if (!hash_equal(&head->roots[at], &made->roots[at]))
            check_found_rows(checking->checker, "activity", tree, first, first + leaves - 1,
                             "do not make the root that the tree's head has of them: a row or the head was changed");
        first += leaves;
        at++;
    }
}

static enum status check_frontier(const struct tree_checking *checking, const struct checked_tree *tree)
{
    struct activity_tree of = {checking->session, tree->id};
    const struct tree_source source = activity_source(&of);
    struct activity_head head;
    struct frontier made;

    enum status status = activity_head(checking->session, &tree->id, &head);
    if (status == STATUS_CORRUPT) {
        check_found_tree(checking->checker, "activity_tree", &tree->id,
                         "has no roots, or not as many as its size needs");
        return STATUS_OK;
    }
    TRY(status);
    status = tree_frontier(&source, tree->size, &made);
    if (status == STATUS_CORRUPT) {
        check_found_tree(checking->checker, "activity_tree", &tree->id,
                         "cannot be held against its rows, as rows or kept roots are missing");
        return STATUS_OK;
    }
    TRY(status);
    compare_frontiers(checking, &tree->id, &head.frontier, &made);
    return STATUS_OK;
}

enum status check_tree_end(const struct tree_checking *checking, struct checked_tree *tree)
{
    if (tree->rows < tree->size)
        check_found_rows(checking->checker, "activity", &tree->id, tree->rows, tree->size - 1,
                         "are missing: the tree's head counts them");
    if (tree->rows > 0 && tree->rows == tree->size && tree->newest != tree->at)
        check_found_tree(checking->checker, "activity_tree", &tree->id, "has not the time of its newest row");
    for (unsigned level = 2; level <= TILE_MAX_LEVEL; level++)
        TRY(check_level(checking, tree, level, tree->rows >> (TILE_HEIGHT * level)));
    TRY(check_surplus(checking, tree));
    return check_frontier(checking, tree);
}
