/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tree.h: the trees of the log as proof/ knows them (V1, V3): their heads, their leaves, and the roots that proofs are made of. Reading
 * only; who may see what of it is domain/'s business. Everything is of one session's snapshot.
 */
#ifndef TRYGG_ACTIVITY_TREE_H
#define TRYGG_ACTIVITY_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/status.h"
#include "proof/leaf.h"
#include "proof/tree.h"
#include "storage/storage.h"

/* Where the tree ends. STATUS_NOT_FOUND without such a tree, STATUS_CORRUPT when its frontier is not that of its size. */
struct activity_head {
    struct frontier frontier; /* and so the size */
    int64_t at;               /* time of the newest leaf, ms */
};
must_check enum status activity_head(struct session *session, const struct uuid *tree, struct activity_head *ret_head);

/* A tree as a source of roots: those of 256^n leaves are kept, those below are made from at most 255 rows. STATUS_CORRUPT for a row or
 * root that is missing. Borrows `of`. */
struct activity_tree {
    struct session *session;
    struct uuid tree;
};
struct tree_source activity_source(struct activity_tree *of);

/* The hashes first, first + 1 … of level 8 * tile_level: n of them, at most TILE_WIDTH. STATUS_CORRUPT when there are not so many. */
must_check enum status activity_hashes(const struct activity_tree *of, unsigned tile_level, uint64_t first, size_t n,
                                       struct hash *ret_hashes);

/* One leaf in its encoding, in the session's arena. STATUS_CORRUPT when it is not there. */
must_check enum status activity_leaf(const struct activity_tree *of, uint64_t index, const uint8_t **ret_bytes,
                                     size_t *ret_len);

#endif
