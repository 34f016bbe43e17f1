/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: every tree of up to 1,024 leaves against the definition: its root and frontier, each inclusion and each consistency.
 * May not: leave out a size, an index or an older size.
 * Always:  what the definition says is what is proven, and it verifies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "proof_model.h"

enum { SIZES = 1024 };

static int start(void **state)
{
    static struct model model;
    if (crypto_start() != STATUS_OK)
        return -1;
    model = model_make(SIZES, 1);
    *state = &model;
    return 0;
}

static int finish(void **state)
{
    model_free(*state);
    return 0;
}

static void assert_same(const struct tree_proof *proof, const struct model_proof *wanted)
{
    assert_int_equal(proof->n, wanted->n);
    assert_memory_equal(proof->hashes, wanted->hashes, wanted->n * HASH_BYTES);
}

/* 0 for 0. */
static size_t bits(size_t number)
{
    size_t n = 0;
    for (; number > 0; number /= 2)
        n++;
    return n;
}

/* What a leaf completed: the levels of whole tiles that end with it. */
static void assert_grown(struct model *model, size_t size, const struct tree_grown *grown)
{
    size_t n = 0;
    for (unsigned level = TILE_HEIGHT; size % ((size_t)1 << level) == 0; level += TILE_HEIGHT, n++) {
        const struct hash wanted = model_root(model, size - ((size_t)1 << level), size);
        assert_true(n < grown->n);
        assert_int_equal(grown->nodes[n].place.level, level);
        assert_int_equal(grown->nodes[n].place.index, (size >> level) - 1);
        assert_memory_equal(&grown->nodes[n].hash, &wanted, HASH_BYTES);
    }
    assert_int_equal(grown->n, n);
}

static void a_frontier_grows_to_every_size(void **state)
{
    struct model *model = *state;
    const struct tree_source source = model_source(model);
    struct frontier frontier = {0}, loaded;
    struct tree_grown grown;
    for (size_t size = 1; size <= SIZES; size++) {
        frontier_append(&frontier, &model->leaves[size - 1], &grown);
        assert_grown(model, size, &grown);
        const struct hash root = frontier_root(&frontier), wanted = model_root(model, 0, size);
        assert_int_equal(frontier.size, size);
        assert_memory_equal(&root, &wanted, HASH_BYTES);

        assert_int_equal(tree_frontier(&source, size, &loaded), STATUS_OK);
        assert_int_equal(loaded.size, size);
        assert_memory_equal(loaded.roots, frontier.roots, frontier_bytes(size));
        assert_int_equal(frontier_load(size, frontier.roots, frontier_bytes(size), &loaded), STATUS_OK);
        assert_memory_equal(loaded.roots, frontier.roots, frontier_bytes(size));
    }
}

static void every_size_has_the_root_of_the_definition(void **state)
{
    struct model *model = *state;
    const struct tree_source source = model_source(model);
    for (size_t size = 0; size <= SIZES; size++) {
        const struct hash wanted = model_root(model, 0, size);
        struct hash root;
        model->asked = 0;
        assert_int_equal(tree_root(&source, size, &root), STATUS_OK);
        assert_memory_equal(&root, &wanted, HASH_BYTES);
        assert_true(model->asked <= bits(size));
    }
}

static void every_leaf_is_proven_in_every_tree(void **state)
{
    struct model *model = *state;
    const struct tree_source source = model_source(model);
    for (size_t size = 1; size <= SIZES; size++) {
        const struct hash root = model_root(model, 0, size);
        for (size_t index = 0; index < size; index++) {
            struct model_proof wanted = {0};
            struct tree_proof proof;
            model->asked = 0;
            assert_int_equal(tree_prove_inclusion(&source, index, size, &proof), STATUS_OK);
            assert_true(model->asked <= 2 * bits(size));
            model_path(model, index, 0, size, &wanted);
            assert_same(&proof, &wanted);
            assert_true(tree_verify_inclusion(&model->leaves[index], index, size, &proof, &root));
        }
    }
}

static void every_tree_is_proven_to_go_on_from_every_older_one(void **state)
{
    struct model *model = *state;
    const struct tree_source source = model_source(model);
    for (size_t to = 0; to <= SIZES; to++) {
        const struct hash to_root = model_root(model, 0, to);
        for (size_t from = 0; from <= to; from++) {
            const struct hash from_root = model_root(model, 0, from);
            struct model_proof wanted = {0};
            struct tree_proof proof;
            model->asked = 0;
            assert_int_equal(tree_prove_consistency(&source, from, to, &proof), STATUS_OK);
            assert_true(model->asked <= 2 * bits(to));
            if (from > 0)
                model_subproof(model, from, 0, to, true, &wanted);
            assert_same(&proof, &wanted);
            assert_true(tree_verify_consistency(from, &from_root, to, &to_root, &proof));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frontier_grows_to_every_size),
        cmocka_unit_test(every_size_has_the_root_of_the_definition),
        cmocka_unit_test(every_leaf_is_proven_in_every_tree),
        cmocka_unit_test(every_tree_is_proven_to_go_on_from_every_older_one),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
