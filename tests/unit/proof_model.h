/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proof_model.h: Merkle trees word for word as RFC 9162 section 2.1 defines them, by recursion over the leaves, for comparison with
 * proof/tree.h. It shares nothing with it but the hash. Roots of ranges that were asked for once are remembered, so that trees of a
 * thousand leaves can be gone through whole.
 */
#ifndef TRYGG_TEST_PROOF_MODEL_H
#define TRYGG_TEST_PROOF_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "proof/tree.h"

/* Of what calls itself: gcc, asked to inline it, takes twenty seconds over it when a sanitizer looks on. */
#define recursive __attribute__((noinline, unused))

struct model {
    size_t n;
    struct hash *leaves; /* hashes of leaves */
    struct hash *roots;  /* of the leaves from a up to b: at a * (n + 1) + b, once `known` */
    bool *known;
    size_t asked; /* roots that were given to a proof */
};

static inline struct hash model_leaf(const void *data, size_t len)
{
    return sha256((const struct hash_part[]){{"\0", 1}, {data, len}}, 2);
}

static inline struct hash model_node(const struct hash *left, const struct hash *right)
{
    return sha256((const struct hash_part[]){{"\1", 1}, {left, HASH_BYTES}, {right, HASH_BYTES}}, 3);
}

/* Leaf i is the number i + first in eight bytes. */
static inline struct model model_make(size_t n, uint64_t first)
{
    struct model model = {.n = n};
    model.leaves = calloc(n + 1, sizeof *model.leaves);
    model.roots = calloc((n + 1) * (n + 1), sizeof *model.roots);
    model.known = calloc((n + 1) * (n + 1), sizeof *model.known);
    if (model.leaves == NULL || model.roots == NULL || model.known == NULL)
        abort();
    for (size_t i = 0; i < n; i++) {
        const uint64_t number = first + i;
        model.leaves[i] = model_leaf(&number, sizeof number);
    }
    return model;
}

static inline void model_free(struct model *model)
{
    free(model->leaves);
    free(model->roots);
    free(model->known);
}

/* The largest power of two smaller than n. */
static inline size_t model_cut(size_t n)
{
    size_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

/* MTH(D[a:b]) */
static recursive struct hash model_root(struct model *model, size_t a, size_t b)
{
    const size_t at = a * (model->n + 1) + b;
    if (a == b)
        return sha256(NULL, 0);
    if (b - a == 1)
        return model->leaves[a];
    if (!model->known[at]) {
        const size_t middle = a + model_cut(b - a);
        const struct hash left = model_root(model, a, middle), right = model_root(model, middle, b);
        model->roots[at] = model_node(&left, &right);
        model->known[at] = true;
    }
    return model->roots[at];
}

/* A proof, and on which side each of its hashes stands: 'l' or 'r', and 'o' for one that both trees have. */
struct model_proof {
    size_t n;
    struct hash hashes[TREE_MAX_PROOF];
    char sides[TREE_MAX_PROOF + 1];
};

static inline void model_proof_add(struct model_proof *proof, struct hash hash, char side)
{
    if (proof->n == TREE_MAX_PROOF)
        abort();
    proof->sides[proof->n] = side;
    proof->hashes[proof->n++] = hash;
}

/* PATH(m, D[a:b]) */
static recursive void model_path(struct model *model, size_t m, size_t a, size_t b, struct model_proof *proof)
{
    if (b - a == 1)
        return;
    const size_t k = model_cut(b - a);
    if (m < k) {
        model_path(model, m, a, a + k, proof);
        model_proof_add(proof, model_root(model, a + k, b), 'r');
    } else {
        model_path(model, m - k, a + k, b, proof);
        model_proof_add(proof, model_root(model, a, a + k), 'l');
    }
}

/* SUBPROOF(m, D[a:b], whole) */
static recursive void model_subproof(struct model *model, size_t m, size_t a, size_t b, bool whole,
                                     struct model_proof *proof)
{
    const size_t n = b - a;
    if (m == n) {
        if (!whole)
            model_proof_add(proof, model_root(model, a, b), 'o');
        return;
    }
    const size_t k = model_cut(n);
    if (m <= k) {
        model_subproof(model, m, a, a + k, whole, proof);
        model_proof_add(proof, model_root(model, a + k, b), 'r');
    } else {
        model_subproof(model, m - k, a + k, b, false, proof);
        model_proof_add(proof, model_root(model, a, a + k), 'l');
    }
}

/* ---- As a source of proofs ------------------------------------------------------------------------------------------------ */

static inline enum status model_source_root(void *context, const struct tree_place *place, struct hash *ret_hash)
{
    struct model *model = context;
    const size_t from = (size_t)place->index << place->level, until = from + ((size_t)1 << place->level);
    if (until > model->n)
        abort();
    model->asked++;
    *ret_hash = model_root(model, from, until);
    return STATUS_OK;
}

static inline struct tree_source model_source(struct model *model)
{
    return (struct tree_source){model_source_root, model};
}

#endif
