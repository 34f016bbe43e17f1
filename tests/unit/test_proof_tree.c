/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: trees against constants that were computed apart from this code, the growing of a frontier, and trees of any size there may be.
 * May not: take a constant from the code that it tests.
 * Always:  what is told of a tree of 2^63 - 1 leaves needs no more than a few hundred hashes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/codec.h"
#include "crypto/crypto.h"
#include "proof_model.h"

/* ---- By hand -------------------------------------------------------------------------------------------------------------- */

enum { VECTORS = 8 };

static const struct {
    const char *hex;
    size_t len;
} inputs[VECTORS] = {
    {"", 0},
    {"00", 1},
    {"10", 1},
    {"2021", 2},
    {"3031", 2},
    {"40414243", 4},
    {"5051525354555657", 8},
    {"606162636465666768696a6b6c6d6e6f", 16},
};

/* Of the first 0, 1, 2 … of these leaves. */
static const char *const roots[VECTORS + 1] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

struct vector {
    uint64_t a, b; /* index and size, or both sizes */
    size_t n;
    const char *hashes[4];
};

static const struct vector inclusions[] = {
    {0, 1, 0, {0}},
    {0,
     8,
     3,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5,
     8,
     3,
     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1,
     5,
     3,
     {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    {6,
     7,
     2,
     {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
};

static const struct vector consistencies[] = {
    {0, 5, 0, {0}},
    {1,
     8,
     3,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {6,
     8,
     3,
     {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2,
     5,
     2,
     {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    {4, 7, 1, {"837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"}},
    {3,
     7,
     4,
     {"0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
      "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"}},
};

static struct hash from_hex(const char *hex)
{
    struct hash hash;
    assert_int_equal(hex_decode(hex, strlen(hex), hash.bytes, HASH_BYTES), STATUS_OK);
    return hash;
}

static void assert_hash(const struct hash *hash, const char *hex)
{
    char text[HEX_TEXT_BYTES(HASH_BYTES)];
    hex_encode(hash->bytes, HASH_BYTES, text);
    assert_string_equal(text, hex);
}

static struct hash leaf_of_input(size_t i)
{
    uint8_t bytes[16];
    assert_int_equal(hex_decode(inputs[i].hex, strlen(inputs[i].hex), bytes, inputs[i].len), STATUS_OK);
    return tree_leaf(bytes, inputs[i].len);
}

/* A model whose leaves are the inputs. */
static struct model model_of_inputs(void)
{
    struct model model = model_make(VECTORS, 0);
    for (size_t i = 0; i < VECTORS; i++)
        model.leaves[i] = leaf_of_input(i);
    return model;
}

static void assert_proof(const struct tree_proof *proof, const struct vector *vector)
{
    assert_int_equal(proof->n, vector->n);
    for (size_t i = 0; i < vector->n; i++)
        assert_hash(&proof->hashes[i], vector->hashes[i]);
}

static void roots_by_hand(void **state)
{
    (void)state;
    struct model model = model_of_inputs();
    const struct tree_source source = model_source(&model);
    struct frontier frontier = {0};
    struct tree_grown grown;
    struct hash root = tree_empty();

    assert_hash(&root, roots[0]);
    for (size_t n = 0; n <= VECTORS; n++) {
        root = frontier_root(&frontier);
        assert_hash(&root, roots[n]);
        assert_int_equal(tree_root(&source, n, &root), STATUS_OK);
        assert_hash(&root, roots[n]);
        if (n < VECTORS)
            frontier_append(&frontier, &model.leaves[n], &grown);
    }
    model_free(&model);
}

static void proofs_by_hand(void **state)
{
    (void)state;
    struct model model = model_of_inputs();
    const struct tree_source source = model_source(&model);
    struct tree_proof proof;

    for (size_t i = 0; i < sizeof inclusions / sizeof *inclusions; i++) {
        const struct vector *vector = &inclusions[i];
        const struct hash root = from_hex(roots[vector->b]);
        assert_int_equal(tree_prove_inclusion(&source, vector->a, vector->b, &proof), STATUS_OK);
        assert_proof(&proof, vector);
        assert_true(tree_verify_inclusion(&model.leaves[vector->a], vector->a, vector->b, &proof, &root));
    }
    for (size_t i = 0; i < sizeof consistencies / sizeof *consistencies; i++) {
        const struct vector *vector = &consistencies[i];
        const struct hash from = from_hex(roots[vector->a]), to = from_hex(roots[vector->b]);
        assert_int_equal(tree_prove_consistency(&source, vector->a, vector->b, &proof), STATUS_OK);
        assert_proof(&proof, vector);
        assert_true(tree_verify_consistency(vector->a, &from, vector->b, &to, &proof));
    }
    model_free(&model);
}

/* ---- Edges ---------------------------------------------------------------------------------------------------------------- */

static enum status no_root(void *context, const struct tree_place *place, struct hash *ret_hash)
{
    (void)place;
    (void)ret_hash;
    return *(enum status *)context;
}

static void a_source_that_fails_ends_every_proof_with_its_status(void **state)
{
    (void)state;
    enum status wanted = STATUS_CORRUPT;
    const struct tree_source source = {no_root, &wanted};
    struct tree_proof proof = {.n = 7};
    struct frontier frontier = {.size = 7};
    struct hash root;
    assert_int_equal(tree_root(&source, 5, &root), STATUS_CORRUPT);
    assert_int_equal(tree_frontier(&source, 5, &frontier), STATUS_CORRUPT);
    assert_int_equal(tree_prove_inclusion(&source, 3, 5, &proof), STATUS_CORRUPT);
    assert_int_equal(tree_prove_consistency(&source, 3, 5, &proof), STATUS_CORRUPT);
    assert_int_equal(proof.n, 7);
    assert_int_equal(frontier.size, 7);
}

static void what_is_asked_outside_the_tree_is_refused(void **state)
{
    (void)state;
    enum status never = STATUS_INTERNAL;
    const struct tree_source source = {no_root, &never};
    const uint64_t past = TREE_MAX_SIZE + 1;
    struct tree_proof proof = {0};
    struct frontier frontier;
    assert_int_equal(tree_prove_inclusion(&source, 0, 0, &proof), STATUS_INVALID);
    assert_int_equal(tree_prove_inclusion(&source, 5, 5, &proof), STATUS_INVALID);
    assert_int_equal(tree_prove_inclusion(&source, 0, past, &proof), STATUS_INVALID);
    assert_int_equal(tree_prove_consistency(&source, 5, 4, &proof), STATUS_INVALID);
    assert_int_equal(tree_prove_consistency(&source, 5, past, &proof), STATUS_INVALID);
    assert_int_equal(frontier_load(past, "", 0, &frontier), STATUS_CORRUPT);
    assert_int_equal(frontier_load(UINT64_MAX, "", frontier_bytes(UINT64_MAX), &frontier), STATUS_CORRUPT);
}

static void no_number_and_no_length_is_too_wrong_to_be_verified(void **state)
{
    (void)state;
    const uint64_t numbers[] = {0, 1, 2, 3, TREE_MAX_SIZE - 1, TREE_MAX_SIZE, TREE_MAX_SIZE + 1, UINT64_MAX};
    const size_t lengths[] = {0, 1, 2, 62, 63, 64, 65, SIZE_MAX};
    const size_t n = sizeof numbers / sizeof *numbers;
    const struct hash none = {{1}}, empty = tree_empty();
    struct tree_proof proof = {0};

    for (size_t i = 0; i < n * n * n; i++) {
        const uint64_t a = numbers[i % n], b = numbers[i / n % n];
        proof.n = lengths[i / n / n];
        assert_false(tree_verify_inclusion(&none, a, b, &proof, &empty));
        const bool nothing_said = proof.n == 0 && (a == 0 && b <= TREE_MAX_SIZE);
        assert_int_equal(tree_verify_consistency(a, &empty, b, &empty, &proof),
                         nothing_said || (a == b && proof.n == 0 && b <= TREE_MAX_SIZE));
        assert_int_equal(tree_verify_consistency(a, &none, b, &empty, &proof), false);
    }
}

static void the_empty_tree_has_one_root(void **state)
{
    (void)state;
    const struct hash empty = tree_empty(), other = {{1}};
    const struct tree_proof proof = {0};
    assert_true(tree_verify_consistency(0, &empty, 0, &empty, &proof));
    assert_true(tree_verify_consistency(0, &empty, 3, &other, &proof));
    assert_false(tree_verify_consistency(0, &other, 0, &other, &proof));
    assert_false(tree_verify_consistency(0, &empty, 0, &other, &proof));
    assert_false(tree_verify_consistency(0, &other, 3, &other, &proof));
}

/* ---- Growing -------------------------------------------------------------------------------------------------------------- */

static void a_frontier_of_another_length_is_damage(void **state)
{
    (void)state;
    uint8_t bytes[TREE_MAX_LEVEL * HASH_BYTES + 1] = {0};
    struct frontier frontier = {.size = 99};
    const uint64_t sizes[] = {0, 1, 5, 255, 256, TREE_MAX_SIZE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t right = frontier_bytes(sizes[i]);
        for (size_t len = 0; len <= sizeof bytes; len++) {
            frontier.size = 99;
            const enum status status = frontier_load(sizes[i], bytes, len, &frontier);
            assert_int_equal(status, len == right ? STATUS_OK : STATUS_CORRUPT);
            assert_int_equal(frontier.size, len == right ? sizes[i] : 99);
        }
    }
    assert_int_equal(frontier_load(0, NULL, 0, &frontier), STATUS_OK);
}

/* All leaves are alike but one, so that the root of any perfect subtree is known at once, however large the tree. */
struct sparse {
    uint64_t special;
    struct hash alike[TREE_MAX_LEVEL], with_special[TREE_MAX_LEVEL];
};

static struct sparse sparse_make(uint64_t special)
{
    struct sparse sparse = {.special = special};
    sparse.alike[0] = model_leaf("alike", 5);
    sparse.with_special[0] = model_leaf("special", 7);
    for (unsigned level = 1; level < TREE_MAX_LEVEL; level++) {
        const struct hash *alike = &sparse.alike[level - 1], *with = &sparse.with_special[level - 1];
        const bool right = (special >> (level - 1) & 1) != 0;
        sparse.alike[level] = model_node(alike, alike);
        sparse.with_special[level] = right ? model_node(alike, with) : model_node(with, alike);
    }
    return sparse;
}

static enum status sparse_root(void *context, const struct tree_place *place, struct hash *ret_hash)
{
    const struct sparse *sparse = context;
    assert_true(place->level < TREE_MAX_LEVEL);
    const bool with = sparse->special >> place->level == place->index;
    *ret_hash = with ? sparse->with_special[place->level] : sparse->alike[place->level];
    return STATUS_OK;
}

/* Ascending. */
static const uint64_t large_sizes[] = {
    1,
    2,
    255,
    256,
    257,
    65535,
    65536,
    65537,
    (UINT64_C(1) << 32) - 1,
    UINT64_C(1) << 32,
    (UINT64_C(1) << 32) + 1,
    UINT64_C(1) << 62,
    UINT64_C(0x5555555555555555),
    TREE_MAX_SIZE - 1,
    TREE_MAX_SIZE,
};
enum { LARGE_SIZES = sizeof large_sizes / sizeof *large_sizes };

static void the_largest_trees_are_proven_and_verified(void **state)
{
    (void)state;
    for (size_t i = 0; i < LARGE_SIZES; i++) {
        const uint64_t size = large_sizes[i], indexes[] = {0, size / 3, size / 2, size - 1};
        for (size_t k = 0; k < 4; k++) {
            struct sparse sparse = sparse_make(indexes[k]);
            const struct tree_source source = {sparse_root, &sparse};
            struct tree_proof proof;
            struct hash root;
            assert_int_equal(tree_root(&source, size, &root), STATUS_OK);
            assert_int_equal(tree_prove_inclusion(&source, indexes[k], size, &proof), STATUS_OK);
            const struct hash *leaf = &sparse.with_special[0];
            assert_true(tree_verify_inclusion(leaf, indexes[k], size, &proof, &root));
            assert_false(tree_verify_inclusion(leaf, indexes[k] ^ 1, size, &proof, &root));
            assert_false(tree_verify_inclusion(&sparse.alike[0], indexes[k], size, &proof, &root));
        }
    }
}

static void the_largest_trees_are_consistent(void **state)
{
    (void)state;
    struct sparse sparse = sparse_make(77);
    const struct tree_source source = {sparse_root, &sparse};
    for (size_t i = 0; i < LARGE_SIZES; i++) {
        for (size_t k = i; k < LARGE_SIZES; k++) {
            struct tree_proof proof;
            struct hash from, to;
            assert_int_equal(tree_root(&source, large_sizes[i], &from), STATUS_OK);
            assert_int_equal(tree_root(&source, large_sizes[k], &to), STATUS_OK);
            assert_int_equal(tree_prove_consistency(&source, large_sizes[i], large_sizes[k], &proof), STATUS_OK);
            assert_true(tree_verify_consistency(large_sizes[i], &from, large_sizes[k], &to, &proof));
            assert_false(i != k && tree_verify_consistency(large_sizes[i], &to, large_sizes[k], &to, &proof));
        }
    }
}

/* From a frontier of any size, one leaf further is what the tree of that size has. */
static void the_largest_trees_grow(void **state)
{
    (void)state;
    for (size_t i = 0; i < LARGE_SIZES - 1; i++) {
        const uint64_t size = large_sizes[i];
        struct sparse sparse = sparse_make(size);
        const struct tree_source source = {sparse_root, &sparse};
        struct frontier frontier;
        struct tree_grown grown;
        struct hash root;
        assert_int_equal(tree_frontier(&source, size, &frontier), STATUS_OK);
        assert_int_equal(frontier.size, size);
        frontier_append(&frontier, &sparse.with_special[0], &grown);
        assert_int_equal(tree_root(&source, size + 1, &root), STATUS_OK);
        const struct hash grown_root = frontier_root(&frontier);
        assert_true(hash_equal(&grown_root, &root));
        size_t complete = 0;
        for (unsigned level = TILE_HEIGHT; level < TREE_MAX_LEVEL; level += TILE_HEIGHT)
            complete += (size + 1) % (UINT64_C(1) << level) == 0;
        assert_int_equal(grown.n, complete);
        for (size_t k = 0; k < grown.n; k++)
            assert_memory_equal(&grown.nodes[k].hash, &sparse.with_special[grown.nodes[k].place.level], HASH_BYTES);
    }
}

static void a_level_is_folded_to_its_root(void **state)
{
    (void)state;
    struct model model = model_make(TILE_WIDTH, 5);
    for (unsigned height = 0; height <= TILE_HEIGHT; height++) {
        struct hash hashes[TILE_WIDTH];
        memcpy(hashes, model.leaves, sizeof hashes);
        const struct hash root = tree_fold(hashes, height), wanted = model_root(&model, 0, (size_t)1 << height);
        assert_true(hash_equal(&root, &wanted));
    }
    model_free(&model);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_by_hand),
        cmocka_unit_test(proofs_by_hand),
        cmocka_unit_test(a_source_that_fails_ends_every_proof_with_its_status),
        cmocka_unit_test(what_is_asked_outside_the_tree_is_refused),
        cmocka_unit_test(no_number_and_no_length_is_too_wrong_to_be_verified),
        cmocka_unit_test(the_empty_tree_has_one_root),
        cmocka_unit_test(a_frontier_of_another_length_is_damage),
        cmocka_unit_test(the_largest_trees_are_proven_and_verified),
        cmocka_unit_test(the_largest_trees_are_consistent),
        cmocka_unit_test(the_largest_trees_grow),
        cmocka_unit_test(a_level_is_folded_to_its_root),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
