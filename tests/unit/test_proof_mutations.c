/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: proofs that are nearly right: more than two million of them, each changed in one place.
 * May not: depend on chance that differs between two runs.
 * Always:  what says something else than the definition is refused; a size alone is bound by the signature over it, as two sizes may
 *          have a path of one shape.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "crypto/crypto.h"
#include "proof_model.h"

enum { SIZES = 1024, ROUNDS = 40000, BITS_OF_ROUND = 16 };

struct bench {
    struct model model;
    uint64_t seed;
    size_t refused;
};

static int start(void **state)
{
    static struct bench bench;
    if (crypto_start() != STATUS_OK)
        return -1;
    bench = (struct bench){.model = model_make(SIZES, 7), .seed = 20260911};
    *state = &bench;
    return 0;
}

static int finish(void **state)
{
    struct bench *bench = *state;
    model_free(&bench->model);
    return 0;
}

/* xorshift64*: the same numbers in every run. */
static size_t below(struct bench *bench, size_t n)
{
    bench->seed ^= bench->seed >> 12;
    bench->seed ^= bench->seed << 25;
    bench->seed ^= bench->seed >> 27;
    return (size_t)(bench->seed * UINT64_C(2685821657736338717) >> 33) % n;
}

/* What is claimed of an index in a tree, or of an older tree and a newer one. */
struct claim {
    uint64_t a, b;
    struct hash first, root; /* the leaf or the older root; the root */
    struct tree_proof proof;
    bool consistency;
};

static bool holds(const struct claim *claim)
{
    return claim->consistency ? tree_verify_consistency(claim->a, &claim->first, claim->b, &claim->root, &claim->proof)
                              : tree_verify_inclusion(&claim->first, claim->a, claim->b, &claim->proof, &claim->root);
}

static void refused(struct bench *bench, const struct claim *claim)
{
    assert_false(holds(claim));
    bench->refused++;
}

static struct claim claim_make(struct bench *bench, bool consistency)
{
    struct model *model = &bench->model;
    const struct tree_source source = model_source(model);
    const size_t b = 2 + below(bench, SIZES - 1), a = consistency ? 1 + below(bench, b - 1) : below(bench, b);
    struct claim claim = {.a = a, .b = b, .consistency = consistency};

    claim.first = consistency ? model_root(model, 0, a) : model->leaves[a];
    claim.root = model_root(model, 0, b);
    if (consistency)
        assert_int_equal(tree_prove_consistency(&source, a, b, &claim.proof), STATUS_OK);
    else
        assert_int_equal(tree_prove_inclusion(&source, a, b, &claim.proof), STATUS_OK);
    assert_true(holds(&claim));
    assert_true(claim.proof.n > 0);
    return claim;
}

static void flip(struct hash *hash, size_t bit)
{
    hash->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* ---- One change each ------------------------------------------------------------------------------------------------------ */

static void flip_bits(struct bench *bench, struct claim *claim)
{
    for (size_t i = 0; i < BITS_OF_ROUND; i++) {
        struct hash *hash = &claim->proof.hashes[below(bench, claim->proof.n)];
        const size_t bit = below(bench, HASH_BYTES * 8);
        flip(hash, bit);
        refused(bench, claim);
        flip(hash, bit);
    }
    flip(&claim->first, below(bench, HASH_BYTES * 8));
    refused(bench, claim);
}

static void another_leaf(struct bench *bench, struct claim *claim)
{
    const struct hash other = bench->model.leaves[(claim->a + 1 + below(bench, SIZES - 1)) % SIZES];
    if (hash_equal(&claim->first, &other)) /* the leaf of a tree of one is its root */
        return;
    claim->first = other;
    refused(bench, claim);
}

static void another_root(struct bench *bench, struct claim *claim)
{
    const struct hash right = claim->root;
    claim->root = model_root(&bench->model, 0, (claim->b + 1 + below(bench, SIZES - 1)) % SIZES);
    if (!hash_equal(&claim->root, &right))
        refused(bench, claim);
    claim->root = right;
    flip(&claim->root, below(bench, HASH_BYTES * 8));
    refused(bench, claim);
}

static void one_missing(struct bench *bench, struct claim *claim)
{
    struct hash *hashes = claim->proof.hashes;
    const size_t at = below(bench, claim->proof.n);
    claim->proof.n--;
    memmove(hashes + at, hashes + at + 1, (claim->proof.n - at) * sizeof *hashes);
    refused(bench, claim);
}

static void one_added(struct bench *bench, struct claim *claim)
{
    struct hash *hashes = claim->proof.hashes;
    const size_t at = below(bench, claim->proof.n + 1);
    memmove(hashes + at + 1, hashes + at, (claim->proof.n - at) * sizeof *hashes);
    hashes[at] = bench->model.leaves[below(bench, SIZES)];
    claim->proof.n++;
    refused(bench, claim);
}

static void one_twice(struct bench *bench, struct claim *claim)
{
    struct hash *hashes = claim->proof.hashes;
    const size_t at = below(bench, claim->proof.n);
    memmove(hashes + at + 1, hashes + at, (claim->proof.n - at) * sizeof *hashes);
    claim->proof.n++;
    refused(bench, claim);
}

static void two_swapped(struct bench *bench, struct claim *claim)
{
    struct hash *hashes = claim->proof.hashes;
    const size_t at = below(bench, claim->proof.n), other = below(bench, claim->proof.n);
    const struct hash swapped = hashes[at];
    if (hash_equal(&hashes[at], &hashes[other]))
        return;
    hashes[at] = hashes[other];
    hashes[other] = swapped;
    refused(bench, claim);
}

static void no_proof(struct bench *bench, struct claim *claim)
{
    claim->proof.n = 0;
    refused(bench, claim);
}

/* An index says where to turn at every height, so another one never fits. */
static void another_index(struct bench *bench, struct claim *claim)
{
    if (claim->consistency)
        return;
    const uint64_t right = claim->a;
    for (size_t i = 0; i < 4; i++) {
        claim->a = (right + 1 + below(bench, claim->b - 1)) % claim->b;
        refused(bench, claim);
    }
    claim->a = right ^ (UINT64_C(1) << below(bench, 64));
    refused(bench, claim);
}

static void (*const changes[])(struct bench *bench, struct claim *claim) = {
    flip_bits, another_leaf, another_root, one_missing, one_added, one_twice, two_swapped, no_proof, another_index,
};
enum { CHANGES = sizeof changes / sizeof *changes };

static void changed_proofs_are_refused(struct bench *bench, bool consistency)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        const struct claim claim = claim_make(bench, consistency);
        for (size_t k = 0; k < CHANGES; k++) {
            struct claim changed = claim;
            changes[k](bench, &changed);
        }
    }
}

static void changed_proofs_of_inclusion_are_refused(void **state)
{
    changed_proofs_are_refused(*state, false);
}

static void changed_proofs_of_consistency_are_refused(void **state)
{
    changed_proofs_are_refused(*state, true);
}

static void they_were_more_than_two_million(void **state)
{
    const struct bench *bench = *state;
    print_message("%zu changed proofs were refused\n", bench->refused);
    assert_true(bench->refused > 2000000);
}

/* ---- Sizes ---------------------------------------------------------------------------------------------------------------- */

/* The way that a proof takes, in the model's words. */
static void shape_of(struct model *model, bool consistency, size_t a, size_t b, struct model_proof *ret_shape)
{
    *ret_shape = (struct model_proof){0};
    if (consistency)
        model_subproof(model, a, 0, b, true, ret_shape);
    else
        model_path(model, a, 0, b, ret_shape);
}

/* Whether other sizes verify is exactly whether their proof has the same shape. */
static void sizes_verify_by_shape(struct bench *bench, const struct claim *claim)
{
    struct model_proof right, other;
    shape_of(&bench->model, claim->consistency, claim->a, claim->b, &right);
    for (uint64_t b = claim->a + 1; b <= SIZES; b += 1 + below(bench, 40)) {
        struct claim changed = *claim;
        changed.b = b;
        shape_of(&bench->model, claim->consistency, claim->a, b, &other);
        assert_int_equal(holds(&changed), strcmp(right.sides, other.sides) == 0);
    }
    if (!claim->consistency)
        return;
    for (uint64_t a = 1; a < claim->b; a += 1 + below(bench, 40)) {
        struct claim changed = *claim;
        changed.a = a;
        shape_of(&bench->model, true, a, claim->b, &other);
        assert_int_equal(holds(&changed), strcmp(right.sides, other.sides) == 0);
    }
}

static void another_size_verifies_only_where_the_path_is_the_same(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < ROUNDS / 40; i++) {
        const struct claim inclusion = claim_make(bench, false), consistency = claim_make(bench, true);
        sizes_verify_by_shape(bench, &inclusion);
        sizes_verify_by_shape(bench, &consistency);
    }
}

/* Every bit of every hash of the proofs of one tree. */
static void every_single_bit_counts(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < 16; i++) {
        struct claim claim = claim_make(bench, i % 2 == 1);
        for (size_t bit = 0; bit < claim.proof.n * HASH_BYTES * 8; bit++) {
            struct hash *hash = &claim.proof.hashes[bit / (HASH_BYTES * 8)];
            flip(hash, bit % (HASH_BYTES * 8));
            refused(bench, &claim);
            flip(hash, bit % (HASH_BYTES * 8));
        }
        for (size_t bit = 0; bit < HASH_BYTES * 8; bit++) {
            flip(&claim.root, bit);
            refused(bench, &claim);
            flip(&claim.root, bit);
            flip(&claim.first, bit);
            refused(bench, &claim);
            flip(&claim.first, bit);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_proofs_of_inclusion_are_refused),
        cmocka_unit_test(changed_proofs_of_consistency_are_refused),
        cmocka_unit_test(they_were_more_than_two_million),
        cmocka_unit_test(another_size_verifies_only_where_the_path_is_the_same),
        cmocka_unit_test(every_single_bit_counts),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
