/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tree.h: Merkle trees as in RFC 9162 section 2.1 (the same as RFC 6962's), with SHA-256. Nothing but mathematics: what the hashes are of,
 * and where they are kept, is somebody else's business. A leaf's place is its index, from 0; a tree is named by its size.
 */
#ifndef TRYGG_PROOF_TREE_H
#define TRYGG_PROOF_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "crypto/hash.h"

/* Sizes are at most TREE_MAX_SIZE, which no log reaches; a proof has at most so many hashes. */
#define TREE_MAX_SIZE ((uint64_t)INT64_MAX)
enum { TREE_MAX_LEVEL = 63, TREE_MAX_PROOF = 64 };

struct hash tree_empty(void);                                             /* of a tree without leaves */
struct hash tree_leaf(const void *data, size_t len);                      /* SHA-256(0x00, data) */
struct hash tree_node(const struct hash *left, const struct hash *right); /* SHA-256(0x01, left, right) */

/* A perfect subtree: that of the 2^level leaves from index * 2^level on. Its root never changes once they are all there. */
struct tree_place {
    unsigned level;
    uint64_t index;
};

/* ---- Growing ------------------------------------------------------------------------------------------------------------ */

/* What is needed of a tree to append to it: the roots of its perfect subtrees, largest first, one for each 1 in the binary size. */
struct frontier {
    uint64_t size;
    struct hash roots[TREE_MAX_LEVEL];
};

/* Levels of this height are what tiles are cut at (c2sp.org/tlog-tiles): a tile has 256 hashes of one level. */
enum { TILE_HEIGHT = 8, TILE_WIDTH = 1 << TILE_HEIGHT, TILE_MAX_LEVEL = 7 };

/* The roots that a new leaf completed at the levels 8, 16, 24 …, lowest first. Mostly none. */
struct tree_grown {
    size_t n;
    struct {
        struct tree_place place;
        struct hash hash;
    } nodes[TILE_MAX_LEVEL];
};

/* The stored form of a frontier is its roots one after another: frontier->roots, so many bytes. */
size_t frontier_bytes(uint64_t size);

/* STATUS_CORRUPT when len is not frontier_bytes(size), or size is over TREE_MAX_SIZE. size 0: an empty tree. */
must_check enum status frontier_load(uint64_t size, const void *roots, size_t len, struct frontier *ret_frontier);

/* Appends one leaf. Asserts that there is room. */
void frontier_append(struct frontier *frontier, const struct hash *leaf, struct tree_grown *ret_grown);

struct hash frontier_root(const struct frontier *frontier);

/* ---- Proving ------------------------------------------------------------------------------------------------------------ */

/* Where the roots of perfect subtrees come from. A failure ends the proof with that status. */
struct tree_source {
    enum status (*root)(void *context, const struct tree_place *place, struct hash *ret_hash);
    void *context;
};

struct tree_proof {
    size_t n;
    struct hash hashes[TREE_MAX_PROOF];
};

/* The root of the first `size` leaves. */
must_check enum status tree_root(const struct tree_source *source, uint64_t size, struct hash *ret_root);

/* The frontier of the first `size` leaves. */
must_check enum status tree_frontier(const struct tree_source *source, uint64_t size, struct frontier *ret_frontier);

/* RFC 9162 section 2.1.3.1. STATUS_INVALID unless index < size <= TREE_MAX_SIZE. */
must_check enum status tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size,
                                            struct tree_proof *ret_proof);

/* RFC 9162 section 2.1.4.1: that the first `from` leaves of the tree of size `to` are those of the tree of size `from`. Empty when from is
 * 0 or equals to. STATUS_INVALID unless from <= to <= TREE_MAX_SIZE. */
must_check enum status tree_prove_consistency(const struct tree_source *source, uint64_t from, uint64_t to,
                                              struct tree_proof *ret_proof);

/* ---- Verifying ---------------------------------------------------------------------------------------------------------- */

/* Any input may be wrong; false then. RFC 9162 sections 2.1.3.2 and 2.1.4.2; nothing is left over, and nothing is missing. For from 0 the
 * proof is empty and from_root the empty tree's; for from == to it is empty and the roots are equal. */
bool tree_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, const struct tree_proof *proof,
                           const struct hash *root);
bool tree_verify_consistency(uint64_t from, const struct hash *from_root, uint64_t to, const struct hash *to_root,
                             const struct tree_proof *proof);

/* The root over 2^height hashes of one level. Works in place: `hashes` holds nothing useful afterwards. */
struct hash tree_fold(struct hash *hashes, unsigned height);

bool hash_equal(const struct hash *a, const struct hash *b);

#endif
