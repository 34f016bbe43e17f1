/* SPDX-License-Identifier: EUPL-1.2 */
/* check_tree.h: one tree of activity_check: its kept roots, its head and its checkpoints. Private to activity/. */
#ifndef TRYGG_ACTIVITY_CHECK_TREE_H
#define TRYGG_ACTIVITY_CHECK_TREE_H

#include "activity/check.h"
#include "activity/read.h"
#include "base/id.h"
#include "proof/tree.h"

/* A tree as its head says it is, and as far as its rows have been seen. */
struct checked_tree {
    struct uuid id;
    uint64_t size;                         /* by the head */
    int64_t at;                            /* by the head */
    uint64_t rows;                         /* place of the next row */
    int64_t newest;                        /* time of the newest row seen */
    uint64_t kept;                         /* kept roots found */
    uint64_t signed_for;                   /* rows that the newest checkpoint stands for */
    uint64_t looked_up;                    /* rows that the look-ups know */
    size_t first_tile, n_tiles;            /* of the look-ups */
    uint64_t strays[ACTIVITY_NAMED_COUNT]; /* entries of rows that the tree has not */
};

struct tree_checking {
    struct session *session;
    const struct checker *checker;
};

/* A finding about rows first to last of a tree. */
void check_found_rows(const struct checker *checker, const char *table, const struct uuid *tree, uint64_t first,
                      uint64_t last, const char *what);

/* A finding about the tree itself. */
void check_found_tree(const struct checker *checker, const char *table, const struct uuid *tree, const char *what);

/* NULL when it is none of these; trees ascend. */
struct checked_tree *check_find_tree(struct checked_tree *trees, size_t n, const struct uuid *id);

/* What reading a whole table ended with: one that the engine cannot read on is a finding. */
must_check enum status check_to_the_end(const struct tree_checking *checking, const char *table, enum status status);

/* TILE_WIDTH rows against the root that is kept of them. hashes are spent. */
must_check enum status check_tile(const struct tree_checking *checking, struct checked_tree *tree, uint64_t tile,
                                  struct hash hashes[static TILE_WIDTH]);

/* When its rows have been seen: the roots kept of more rows, and the head. */
must_check enum status check_tree_end(const struct tree_checking *checking, struct checked_tree *tree);

/* All checkpoints, and all that witnesses have signed; trees ascend. */
must_check enum status check_notes(const struct tree_checking *checking, const struct log_signers *signers,
                                   struct checked_tree *trees, size_t n, struct activity_checked *checked);

#endif
