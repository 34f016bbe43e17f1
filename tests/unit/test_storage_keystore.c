/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      keys.db: what is added is there, once, for good, from any thread.
 * May not:  wrap or open a key: these are bytes.
 * Always:   durability is looked at after reopening.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "storage/keystore.h"
#include "storage_probe.h"

struct fixture {
    struct probe probe;
    struct store *store;
    struct keystore *keys;
};

static void reopen(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = probe_open(&fixture->probe);
    fixture->keys = store_keys(fixture->store);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    reopen(fixture);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

static struct stored_key some_key(uint8_t fill)
{
    struct stored_key key = {.id = {uuid_new()}};
    memset(key.wrapped.bytes, fill, sizeof key.wrapped.bytes);
    return key;
}

static void a_key_is_found_again_also_after_reopening(void **state)
{
    struct fixture *fixture = *state;
    struct stored_key keys[] = {some_key(1), some_key(2), some_key(3)};
    assert_int_equal(keystore_add(fixture->keys, keys, 3), STATUS_OK);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 3; i++) {
            struct wrapped_key found;
            assert_int_equal(keystore_get(fixture->keys, &keys[i].id, &found), STATUS_OK);
            assert_memory_equal(&found, &keys[i].wrapped, sizeof found);
        }
        reopen(fixture);
    }
}

static void an_unknown_key_is_not_found(void **state)
{
    struct fixture *fixture = *state;
    struct wrapped_key found;
    memset(&found, 9, sizeof found);
    assert_int_equal(keystore_get(fixture->keys, &(struct key_id){uuid_new()}, &found), STATUS_NOT_FOUND);
    assert_int_equal(found.bytes[0], 9);
}

static void keys_are_added_all_or_none_and_none_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct stored_key first = some_key(1);
    assert_int_equal(keystore_add(fixture->keys, &first, 1), STATUS_OK);
    struct stored_key more[] = {some_key(2), some_key(3)};
    more[1].id = first.id;
    assert_int_equal(keystore_add(fixture->keys, more, 2), STATUS_CONFLICT);
    struct wrapped_key found;
    assert_int_equal(keystore_get(fixture->keys, &more[0].id, &found), STATUS_NOT_FOUND);
    assert_int_equal(keystore_get(fixture->keys, &first.id, &found), STATUS_OK);
    assert_memory_equal(&found, &first.wrapped, sizeof found);
    assert_int_equal(keystore_add(fixture->keys, more, 1), STATUS_OK);
}

static void ids_come_in_ascending_order(void **state)
{
    struct fixture *fixture = *state;
    auto_arena arena = arena_new(1 << 16);
    struct key_id *ids = NULL;
    size_t n = 9;
    assert_int_equal(keystore_ids(fixture->keys, arena, &ids, &n), STATUS_OK);
    assert_int_equal(n, 0);
    struct stored_key keys[100];
    for (size_t i = 0; i < 100; i++)
        keys[99 - i] = some_key(4);
    assert_int_equal(keystore_add(fixture->keys, keys, 100), STATUS_OK);
    assert_int_equal(keystore_ids(fixture->keys, arena, &ids, &n), STATUS_OK);
    assert_int_equal(n, 100);
    for (size_t i = 1; i < n; i++)
        assert_true(uuid_compare(&ids[i - 1].uuid, &ids[i].uuid) < 0);
}

static void the_check_of_the_master_key_is_set_once(void **state)
{
    struct fixture *fixture = *state;
    uint8_t check[KEYSTORE_CHECK_BYTES] = "fifteen letters", other[KEYSTORE_CHECK_BYTES] = {0},
            found[KEYSTORE_CHECK_BYTES];
    assert_int_equal(keystore_master_check(fixture->keys, found), STATUS_NOT_FOUND);
    assert_int_equal(keystore_set_master_check(fixture->keys, check), STATUS_OK);
    assert_int_equal(keystore_set_master_check(fixture->keys, other), STATUS_CONFLICT);
    reopen(fixture);
    assert_int_equal(keystore_master_check(fixture->keys, found), STATUS_OK);
    assert_memory_equal(found, check, sizeof found);
}

struct hand {
    pthread_t thread;
    struct keystore *keys;
    int wrong;
};

static void *add_and_get(void *context)
{
    struct hand *hand = context;
    for (int i = 0; i < 40; i++) {
        struct stored_key key = some_key((uint8_t)i);
        struct wrapped_key found;
        if (keystore_add(hand->keys, &key, 1) != STATUS_OK || keystore_get(hand->keys, &key.id, &found) != STATUS_OK ||
            memcmp(&found, &key.wrapped, sizeof found) != 0)
            hand->wrong++;
    }
    return NULL;
}

static void many_threads_add_and_get_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct hand hands[16];
    for (size_t i = 0; i < 16; i++) {
        hands[i] = (struct hand){.keys = fixture->keys};
        assert_int_equal(pthread_create(&hands[i].thread, NULL, add_and_get, &hands[i]), 0);
    }
    for (size_t i = 0; i < 16; i++) {
        pthread_join(hands[i].thread, NULL);
        assert_int_equal(hands[i].wrong, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_is_found_again_also_after_reopening, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_key_is_not_found, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_are_added_all_or_none_and_none_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(ids_come_in_ascending_order, setup, teardown),
        cmocka_unit_test_setup_teardown(the_check_of_the_master_key_is_set_once, setup, teardown),
        cmocka_unit_test_setup_teardown(many_threads_add_and_get_at_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
