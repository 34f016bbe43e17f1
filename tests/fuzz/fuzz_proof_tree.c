/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the verifiers of inclusion and consistency. The first byte says which, the next ones a tree, what is claimed of it and the right
 *          proof of that; all that follows are changes, made of hashes that the tree really has.
 * May not: ask the prover or the verifier what is right: the definition does (../unit/proof_model.h).
 * Always:  what verifies against a tree's root is in that tree at that place, by the one proof there is; an older root that verifies is the
 *          root of so many leaves.
 */
#include "../unit/proof_model.h"
#include "crypto/crypto.h"
#include "input.h"

enum { MAX_LEAVES = 40, MAX_CHANGES = 12 };

struct claim {
    uint64_t a, b; /* index and size, or both sizes */
    struct hash first, root;
    struct tree_proof proof;
};

static uint64_t take_number(struct input *input)
{
    uint64_t number;
    input_take(input, &number, sizeof number);
    return number;
}

/* The root of any range of the tree, of a leaf too. */
static struct hash take_node(struct input *input, struct model *model)
{
    const size_t from = input_byte(input) % model->n, until = from + 1 + input_byte(input) % (model->n - from);
    return model_root(model, from, until);
}

static void put_in(struct tree_proof *proof, size_t at, struct hash hash)
{
    if (proof->n == TREE_MAX_PROOF)
        return;
    memmove(proof->hashes + at + 1, proof->hashes + at, (proof->n - at) * sizeof hash);
    proof->hashes[at] = hash;
    proof->n++;
}

static void take_out(struct tree_proof *proof, size_t at)
{
    proof->n--;
    memmove(proof->hashes + at, proof->hashes + at + 1, (proof->n - at) * sizeof *proof->hashes);
}

static void change_number(struct input *input, uint64_t *number)
{
    const uint8_t kind = input_byte(input);
    if (kind % 3 == 0)
        *number = kind / 3 % (MAX_LEAVES + 2);
    else if (kind % 3 == 1)
        *number ^= UINT64_C(1) << kind / 3 % 64;
    else
        *number = take_number(input);
}

static void change_proof(struct input *input, struct model *model, struct tree_proof *proof)
{
    const uint8_t kind = input_byte(input) % 5;
    const size_t at = proof->n == 0 ? 0 : input_byte(input) % proof->n;
    if (kind == 0 || proof->n == 0) {
        put_in(proof, at, take_node(input, model));
    } else if (kind == 1) {
        take_out(proof, at);
    } else if (kind == 2) {
        proof->hashes[at] = take_node(input, model);
    } else if (kind == 3) {
        put_in(proof, at, proof->hashes[input_byte(input) % proof->n]);
    } else {
        const uint8_t bit = input_byte(input);
        proof->hashes[at].bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* The root stays: it is what is trusted. */
static void change(struct input *input, struct model *model, struct claim *claim)
{
    switch (input_byte(input) % 4) {
    case 0:
        change_number(input, &claim->a);
        break;
    case 1:
        change_number(input, &claim->b);
        break;
    case 2:
        claim->first = take_node(input, model);
        break;
    default:
        change_proof(input, model, &claim->proof);
    }
}

static struct tree_proof proof_of(const struct model_proof *right)
{
    struct tree_proof proof = {.n = right->n};
    memcpy(proof.hashes, right->hashes, sizeof proof.hashes);
    return proof;
}

static void must_be_the_one_proof(const struct tree_proof *proof, const struct model_proof *right)
{
    must(proof->n == right->n && memcmp(proof->hashes, right->hashes, right->n * HASH_BYTES) == 0);
}

/* The way of an index in a tree of whatever size, from the root down: true is right. Returns how many turns. */
static size_t turns_of(uint64_t index, uint64_t size, bool ret_right[static TREE_MAX_PROOF])
{
    size_t n = 0;
    while (size > 1) {
        uint64_t k = 1;
        while (k < size - k)
            k *= 2;
        ret_right[n] = index >= k;
        index -= ret_right[n] ? k : 0;
        size = ret_right[n++] ? size - k : k;
    }
    return n;
}

/* A size is not bound by the root: what verifies under another one is the node to which the same turns lead. */
static void must_be_where_the_turns_lead(struct model *model, const struct claim *claim)
{
    bool right[TREE_MAX_PROOF];
    size_t from = 0, until = model->n;
    const size_t n = turns_of(claim->a, claim->b, right);
    must(n == claim->proof.n);
    for (size_t i = 0; i < n; i++) {
        must(until - from > 1);
        const size_t middle = from + model_cut(until - from);
        const struct hash sibling = right[i] ? model_root(model, from, middle) : model_root(model, middle, until);
        must(hash_equal(&sibling, &claim->proof.hashes[n - 1 - i]));
        from = right[i] ? middle : from;
        until = right[i] ? until : middle;
    }
    const struct hash node = model_root(model, from, until);
    must(hash_equal(&node, &claim->first));
}

static void inclusion(struct input *input, struct model *model)
{
    const size_t index = input_byte(input) % model->n;
    struct model_proof right = {0};
    model_path(model, index, 0, model->n, &right);
    struct claim claim = {index, model->n, model->leaves[index], model_root(model, 0, model->n), proof_of(&right)};
    must(tree_verify_inclusion(&claim.first, claim.a, claim.b, &claim.proof, &claim.root));

    for (size_t i = 0; i < MAX_CHANGES && input->size > 0; i++) {
        change(input, model, &claim);
        if (!tree_verify_inclusion(&claim.first, claim.a, claim.b, &claim.proof, &claim.root))
            continue;
        must(claim.a < claim.b && claim.b <= TREE_MAX_SIZE);
        must_be_where_the_turns_lead(model, &claim);
        if (claim.b != model->n)
            continue;
        right.n = 0;
        model_path(model, (size_t)claim.a, 0, model->n, &right);
        must(hash_equal(&claim.first, &model->leaves[claim.a]));
        must_be_the_one_proof(&claim.proof, &right);
    }
}

static void consistency(struct input *input, struct model *model)
{
    const size_t from = 1 + input_byte(input) % model->n;
    struct model_proof right = {0};
    model_subproof(model, from, 0, model->n, true, &right);
    struct claim claim = {from, model->n, model_root(model, 0, from), model_root(model, 0, model->n), proof_of(&right)};
    must(tree_verify_consistency(claim.a, &claim.first, claim.b, &claim.root, &claim.proof));

    for (size_t i = 0; i < MAX_CHANGES && input->size > 0; i++) {
        change(input, model, &claim);
        if (!tree_verify_consistency(claim.a, &claim.first, claim.b, &claim.root, &claim.proof))
            continue;
        must(claim.a <= claim.b && claim.b <= TREE_MAX_SIZE);
        if (claim.b != model->n)
            continue;
        const struct hash older = model_root(model, 0, (size_t)claim.a);
        right.n = 0;
        if (claim.a > 0)
            model_subproof(model, (size_t)claim.a, 0, model->n, true, &right);
        must(hash_equal(&claim.first, &older));
        must_be_the_one_proof(&claim.proof, &right);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    must(crypto_start() == STATUS_OK);
    const uint8_t kind = input_byte(&input);
    struct model model = model_make(1 + input_byte(&input) % MAX_LEAVES, 0);
    if (kind % 2 == 0)
        inclusion(&input, &model);
    else
        consistency(&input, &model);
    model_free(&model);
    return 0;
}
