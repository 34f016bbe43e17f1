/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: hashes, frontiers and proofs of Merkle trees, and their verification.
 * May not: know what a leaf is or where a hash is kept; allocate, or recurse.
 * Always:  a tree of n leaves costs O(log n) hashes and look-ups; a wrong proof costs no more than a right one.
 */
#include "proof/tree.h"

#include <assert.h>
#include <string.h>

static const uint8_t leaf_prefix = 0, node_prefix = 1;

struct hash tree_empty(void)
{
    return sha256(NULL, 0);
}

struct hash tree_leaf(const void *data, size_t len)
{
    const struct hash_part parts[] = {{&leaf_prefix, 1}, {data, len}};
    return sha256(parts, 2);
}

struct hash tree_node(const struct hash *left, const struct hash *right)
{
    const struct hash_part parts[] = {{&node_prefix, 1}, {left->bytes, HASH_BYTES}, {right->bytes, HASH_BYTES}};
    return sha256(parts, 3);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

static bool is_empty_root(const struct hash *root)
{
    const struct hash empty = tree_empty();
    return hash_equal(root, &empty);
}

struct hash tree_fold(struct hash *hashes, unsigned height)
{
    assert(height <= TILE_HEIGHT);
    for (size_t n = (size_t)1 << height; n > 1; n /= 2) {
        for (size_t i = 0; i < n / 2; i++)
            hashes[i] = tree_node(&hashes[2 * i], &hashes[2 * i + 1]);
    }
    return hashes[0];
}

/* ---- Growing ------------------------------------------------------------------------------------------------------------ */

static size_t ones(uint64_t number)
{
    return (size_t)__builtin_popcountll(number);
}

static bool is_odd(uint64_t number)
{
    return (number & 1) != 0;
}

size_t frontier_bytes(uint64_t size)
{
    return ones(size) * HASH_BYTES;
}

enum status frontier_load(uint64_t size, const void *roots, size_t len, struct frontier *ret_frontier)
{
    if (size > TREE_MAX_SIZE || len != frontier_bytes(size))
        return STATUS_CORRUPT;
    ret_frontier->size = size;
    if (len > 0)
        memcpy(ret_frontier->roots, roots, len);
    return STATUS_OK;
}

void frontier_append(struct frontier *frontier, const struct hash *leaf, struct tree_grown *ret_grown)
{
    assert(frontier->size < TREE_MAX_SIZE);
    size_t n = ones(frontier->size);
    struct hash hash = *leaf;

    ret_grown->n = 0;
    for (unsigned level = 0; is_odd(frontier->size >> level);) {
        hash = tree_node(&frontier->roots[--n], &hash);
        if (++level % TILE_HEIGHT != 0)
            continue;
        ret_grown->nodes[ret_grown->n].place = (struct tree_place){level, frontier->size >> level};
        ret_grown->nodes[ret_grown->n++].hash = hash;
    }
    frontier->roots[n] = hash;
    frontier->size++;
}

struct hash frontier_root(const struct frontier *frontier)
{
    size_t n = ones(frontier->size);
    if (n == 0)
        return tree_empty();
    struct hash hash = frontier->roots[--n];
    while (n > 0)
        hash = tree_node(&frontier->roots[--n], &hash);
    return hash;
}

/* ---- Proving ------------------------------------------------------------------------------------------------------------ */

/* The leaves from `from` up to, and without, `until`. */
struct range {
    uint64_t from, until;
};

/* The perfect subtrees of a range that is a node of some tree, as the frontier of a tree of its own. */
static enum status range_frontier(const struct tree_source *source, struct range range, struct frontier *ret_frontier)
{
    const uint64_t size = range.until - range.from;
    uint64_t at = range.from;
    size_t n = 0;

    for (unsigned level = TREE_MAX_LEVEL; level-- > 0;) {
        if (!is_odd(size >> level))
            continue;
        const struct tree_place place = {level, at >> level};
        TRY(source->root(source->context, &place, &ret_frontier->roots[n++]));
        at += (uint64_t)1 << level;
    }
    ret_frontier->size = size;
    return STATUS_OK;
}

static enum status range_root(const struct tree_source *source, struct range range, struct hash *ret_hash)
{
    struct frontier frontier;
    TRY(range_frontier(source, range, &frontier));
    *ret_hash = frontier_root(&frontier);
    return STATUS_OK;
}

enum status tree_root(const struct tree_source *source, uint64_t size, struct hash *ret_root)
{
    assert(size <= TREE_MAX_SIZE);
    return range_root(source, (struct range){0, size}, ret_root);
}

enum status tree_frontier(const struct tree_source *source, uint64_t size, struct frontier *ret_frontier)
{
    assert(size <= TREE_MAX_SIZE);
    struct frontier frontier;
    TRY(range_frontier(source, (struct range){0, size}, &frontier));
    return frontier_load(size, frontier.roots, frontier_bytes(size), ret_frontier);
}

/* Where the node over a range of two or more leaves is cut: behind the largest power of two that is smaller than it. */
static uint64_t cut(struct range range)
{
    const uint64_t last = range.until - range.from - 1;
    return range.from + ((uint64_t)1 << (63 - __builtin_clzll(last)));
}

/* The ranges whose roots make a proof, in its order from the root down. */
struct path {
    size_t n;
    struct range ranges[TREE_MAX_PROOF];
};

static void path_add(struct path *path, struct range range)
{
    assert(path->n < TREE_MAX_PROOF);
    path->ranges[path->n++] = range;
}

/* One step down, to the side on which `leaf` is; the other side goes to the path. */
static struct range descend(struct path *path, struct range range, uint64_t leaf)
{
    const uint64_t middle = cut(range);
    const struct range left = {range.from, middle}, right = {middle, range.until};
    path_add(path, leaf < middle ? right : left);
    return leaf < middle ? left : right;
}

/* A proof goes from the leaves up. */
static enum status path_roots(const struct tree_source *source, const struct path *path, struct tree_proof *ret_proof)
{
    struct tree_proof proof = {.n = path->n};
    for (size_t i = 0; i < path->n; i++)
        TRY(range_root(source, path->ranges[path->n - 1 - i], &proof.hashes[i]));
    *ret_proof = proof;
    return STATUS_OK;
}

enum status tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size,
                                 struct tree_proof *ret_proof)
{
    struct path path = {0};
    struct range range = {0, size};

    if (index >= size || size > TREE_MAX_SIZE)
        return STATUS_INVALID;
    while (range.until - range.from > 1)
        range = descend(&path, range, index);
    return path_roots(source, &path, ret_proof);
}

enum status tree_prove_consistency(const struct tree_source *source, uint64_t from, uint64_t to,
                                   struct tree_proof *ret_proof)
{
    struct path path = {0};
    struct range range = {0, to};

    if (from > to || to > TREE_MAX_SIZE)
        return STATUS_INVALID;
    /* Down to the largest node of both trees that holds the older one's last leaf; at the very left it is the older tree, whose root is known. */
    while (from > 0 && range.until != from)
        range = descend(&path, range, from - 1);
    if (from > 0 && range.from > 0)
        path_add(&path, range);
    return path_roots(source, &path, ret_proof);
}

/* ---- Verifying ---------------------------------------------------------------------------------------------------------- */

/* A node on the way up, and the last node of its level. */
struct climb {
    uint64_t node, last;
};

static void climb_up(struct climb *climb)
{
    climb->node >>= 1;
    climb->last >>= 1;
}

/* Up by one hash of the proof, which stands left or right of the node. A last node without a sibling goes up until it has one.
 * False at the root. */
static bool climb_on(struct climb *climb, bool *ret_left)
{
    const bool left = is_odd(climb->node) || climb->node == climb->last;
    if (climb->last == 0)
        return false;
    while (left && !is_odd(climb->node))
        climb_up(climb);
    climb_up(climb);
    *ret_left = left;
    return true;
}

bool tree_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, const struct tree_proof *proof,
                           const struct hash *root)
{
    if (index >= size || size > TREE_MAX_SIZE || proof->n > TREE_MAX_PROOF)
        return false;
    struct climb climb = {index, size - 1};
    struct hash hash = *leaf;

    for (size_t i = 0; i < proof->n; i++) {
        const struct hash *sibling = &proof->hashes[i];
        bool left;
        if (!climb_on(&climb, &left))
            return false;
        hash = left ? tree_node(sibling, &hash) : tree_node(&hash, sibling);
    }
    return climb.last == 0 && hash_equal(&hash, root);
}

/* From a node of both trees, which covers the older one's last leaf: up to the roots of both, with the proof from `at` on. */
static bool climb_both(struct climb climb, const struct hash *node, const struct tree_proof *proof, size_t at,
                       struct hash *ret_from, struct hash *ret_to)
{
    struct hash from = *node, to = *node;
    for (size_t i = at; i < proof->n; i++) {
        const struct hash *sibling = &proof->hashes[i];
        bool left;
        if (!climb_on(&climb, &left))
            return false;
        from = left ? tree_node(sibling, &from) : from;
        to = left ? tree_node(sibling, &to) : tree_node(&to, sibling);
    }
    *ret_from = from;
    *ret_to = to;
    return climb.last == 0;
}

bool tree_verify_consistency(uint64_t from, const struct hash *from_root, uint64_t to, const struct hash *to_root,
                             const struct tree_proof *proof)
{
    if (from > to || to > TREE_MAX_SIZE || proof->n > TREE_MAX_PROOF)
        return false;
    if (from == to)
        return proof->n == 0 && hash_equal(from_root, to_root) && (from > 0 || is_empty_root(from_root));
    if (from == 0)
        return proof->n == 0 && is_empty_root(from_root);
    if (proof->n == 0)
        return false;

    /* The older tree of 2^n leaves is itself such a node, and its root is not repeated in the proof. */
    const bool given = ones(from) > 1;
    struct climb climb = {from - 1, to - 1};
    struct hash from_made, to_made;
    while (is_odd(climb.node))
        climb_up(&climb);
    return climb_both(climb, given ? &proof->hashes[0] : from_root, proof, given ? 1 : 0, &from_made, &to_made) &&
           hash_equal(&from_made, from_root) && hash_equal(&to_made, to_root);
}
