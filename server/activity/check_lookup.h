/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check_lookup.h: the look-ups of activity_check against the rows they are made from: lists by actor and student rest on them (lookup.h).
 * Rows and entries are each seen once, in their own order; for each tile of rows a sum of what the rows say, less what the look-ups say, is
 * left, and nothing where both say the same. Private to activity/.
 */
#ifndef TRYGG_ACTIVITY_CHECK_LOOKUP_H
#define TRYGG_ACTIVITY_CHECK_LOOKUP_H

#include "activity/check_tree.h"
#include "activity/read.h"
#include "crypto/set_sum.h"

/* TILE_WIDTH rows of a tree, or as many of them as were seen. */
struct lookup_tile {
    uint64_t index;
    uint64_t left[ACTIVITY_NAMED_COUNT];
};

struct lookup_checking {
    struct set_key keys[ACTIVITY_NAMED_COUNT];
    struct lookup_tile *tiles; /* of all trees, in the order of the rows */
    size_t n_tiles, room;
    struct uuid *named; /* by one row: room for so many */
    size_t named_room;
    uint64_t expected, entries;
};

void lookup_checking_free(struct lookup_checking *lookups);

/* How far each tree is looked up; before its rows are. */
must_check enum status lookup_check_ends(const struct tree_checking *checking, struct checked_tree *trees, size_t n);

/* The next row of a tree; trees in their order. */
struct sql_check_rows_row;
must_check enum status lookup_check_row(struct lookup_checking *lookups, struct checked_tree *tree,
                                        const struct sql_check_rows_row *row);

/* When all rows have been seen: all entries. */
must_check enum status lookup_check_entries(struct lookup_checking *lookups, const struct tree_checking *checking,
                                            struct checked_tree *trees, size_t n);

#endif
