/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys and their pool (C2, docs/architecture.md). */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/vault.h"
#include "unit/small_house.h"

enum { THREADS = 8, TAKES = 100 };

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct key_id));
}

static void C2_a_key_is_handed_out_once_and_the_pool_never_runs_dry(void **state)
{
    struct small_house *small = *state;
    struct key_id ids[600];
    const size_t n = sizeof ids / sizeof *ids;

    for (size_t i = 0; i < n; i++) {
        struct data_key *key = NULL;
        assert_int_equal(vault_take(small->house->vault, &ids[i], &key), STATUS_OK);
        data_key_free(key);
    }
    qsort(ids, n, sizeof *ids, by_id);
    for (size_t i = 1; i < n; i++)
        assert_int_not_equal(memcmp(&ids[i - 1], &ids[i], sizeof *ids), 0);
}

static void *take_many(void *argument)
{
    struct vault *vault = argument;
    struct key_id *ids = calloc(TAKES, sizeof *ids);

    for (size_t i = 0; ids != NULL && i < TAKES; i++) {
        struct data_key *key = NULL;
        if (vault_take(vault, &ids[i], &key) != STATUS_OK) {
            free(ids);
            return NULL;
        }
        data_key_free(key);
        if (i % 2 == 0)
            assert_int_equal(vault_refill(vault), STATUS_OK);
    }
    return ids;
}

static void C2_threads_never_share_a_key(void **state)
{
    struct small_house *small = *state;
    struct key_id all[THREADS * TAKES];
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_many, small->house->vault), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *ids = NULL;
        pthread_join(threads[i], &ids);
        assert_non_null(ids);
        memcpy(&all[i * TAKES], ids, sizeof *all * TAKES);
        free(ids);
    }
    qsort(all, sizeof all / sizeof *all, sizeof *all, by_id);
    for (size_t i = 1; i < sizeof all / sizeof *all; i++)
        assert_int_not_equal(memcmp(&all[i - 1], &all[i], sizeof *all), 0);
}

static void C2_the_pool_after_a_restart_holds_nothing_that_the_data_names(void **state)
{
    struct small_house *small = *state;
    const struct organisation_keys *keys = NULL;

    small_house_reopen(small);
    assert_int_equal(vault_organisation(small->house->vault, &SMALL_ORGANISATION, &keys), STATUS_OK);
    for (size_t i = 0; i < 300; i++) {
        struct key_id id;
        struct data_key *key = NULL;
        assert_int_equal(vault_take(small->house->vault, &id, &key), STATUS_OK);
        data_key_free(key);
        assert_false(uuid_equal(&id.uuid, &keys->own_id.uuid));
    }
}

/* Every slot of the keyring is taken: a key that cannot be opened now is still there later. */
static void C2_a_key_that_could_not_be_opened_goes_back_to_the_pool(void **state)
{
    struct small_house *small = *state;
    struct data_key *held[1024];
    struct key_id id;
    size_t n = 0;

    assert_int_equal(vault_refill(small->house->vault), STATUS_OK);
    const int64_t before = small_count_keys(small);
    while (n < sizeof held / sizeof *held && vault_take(small->house->vault, &id, &held[n]) == STATUS_OK)
        n++;
    assert_true(n < sizeof held / sizeof *held);
    for (int i = 0; i < 300; i++) {
        struct data_key *none = NULL;
        assert_int_equal(vault_take(small->house->vault, &id, &none), STATUS_BUSY);
    }
    for (size_t i = 0; i < n; i++)
        data_key_free(held[i]);
    assert_int_equal(vault_refill(small->house->vault), STATUS_OK);
    assert_int_equal(small_count_keys(small), before + (int64_t)n);
}

static void C2_a_key_that_is_gone_is_no_key(void **state)
{
    struct small_house *small = *state;
    const struct key_id unknown = {uuid_new()};
    struct data_key *key = NULL;

    assert_int_equal(vault_key(small->house->vault, &unknown, &key), STATUS_CORRUPT);
    assert_null(key);
}

static void an_unknown_organisation_has_no_keys(void **state)
{
    struct small_house *small = *state;
    const struct organisation_id unknown = {uuid_new()};
    const struct organisation_keys *keys = NULL;

    assert_int_equal(vault_organisation(small->house->vault, &unknown, &keys), STATUS_NOT_FOUND);
    assert_null(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(C2_a_key_is_handed_out_once_and_the_pool_never_runs_dry),
        cmocka_unit_test(C2_threads_never_share_a_key),
        cmocka_unit_test(C2_the_pool_after_a_restart_holds_nothing_that_the_data_names),
        cmocka_unit_test(C2_a_key_that_could_not_be_opened_goes_back_to_the_pool),
        cmocka_unit_test(C2_a_key_that_is_gone_is_no_key),
        cmocka_unit_test(an_unknown_organisation_has_no_keys),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
