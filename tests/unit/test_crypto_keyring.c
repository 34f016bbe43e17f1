/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: C2: data keys are bound to their master key and their id, and live in a pool that is wiped and reused.
 * May not: leave a data key out when its keyring is closed.
 * Always:  threads report by counters; assertions are made by the test's own thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "crypto/envelope.h"
#include "crypto/key_bytes.h"
#include "test_crypto_support.h"

enum { THREADS = 8, ROUNDS_PER_THREAD = 400, KEYS_PER_ROUND = 3 };

static int set_up(void **state)
{
    *state = keyring_for_test();
    return 0;
}

static int tear_down(void **state)
{
    assert_null(keyring_close(*state));
    return 0;
}

static struct key_id new_id(void)
{
    return (struct key_id){.uuid = uuid_new()};
}

static void C2_a_wrapped_key_unwraps_to_the_same_key_each_time(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped;
    assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
    auto_data_key first = NULL;
    auto_data_key second = NULL;
    assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &first), STATUS_OK);
    assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &second), STATUS_OK);
    assert_ptr_not_equal(first, second);
    assert_memory_equal(data_key_bytes(first), data_key_bytes(second), KEY_BYTES);
}

static void C2_each_key_is_new_even_for_the_same_id(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped[2];
    struct data_key *keys[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(keyring_make(keyring, &id, &wrapped[i]), STATUS_OK);
        assert_int_equal(keyring_unwrap(keyring, &id, &wrapped[i], &keys[i]), STATUS_OK);
    }
    assert_memory_not_equal(wrapped[0].bytes, wrapped[1].bytes, 24);
    assert_memory_not_equal(data_key_bytes(keys[0]), data_key_bytes(keys[1]), KEY_BYTES);
    data_key_free(keys[0]);
    data_key_free(keys[1]);
}

static void C2_the_key_is_not_in_its_wrapping(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped;
    assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
    auto_data_key key = NULL;
    assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &key), STATUS_OK);
    assert_null(memmem(wrapped.bytes, WRAPPED_KEY_BYTES, data_key_bytes(key), 8));
}

static void assert_refused(struct keyring *keyring, const struct key_id *id, const struct wrapped_key *wrapped)
{
    struct data_key *const untouched = (struct data_key *)keyring;
    struct data_key *key = untouched;
    assert_int_equal(keyring_unwrap(keyring, id, wrapped, &key), STATUS_CORRUPT);
    assert_ptr_equal(key, untouched);
}

static void C2_a_key_wrapped_for_another_id_is_refused(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped;
    assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
    for (size_t bit = 0; bit < 8 * UUID_BYTES; bit++) {
        struct key_id other = id;
        other.uuid.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(keyring, &other, &wrapped);
    }
}

static void C2_a_key_with_any_flipped_bit_is_refused(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped;
    assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
    for (size_t bit = 0; bit < 8 * WRAPPED_KEY_BYTES; bit++) {
        wrapped.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(keyring, &id, &wrapped);
        wrapped.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    auto_data_key key = NULL;
    assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &key), STATUS_OK);
}

static void C2_a_key_wrapped_by_another_master_key_is_refused(void **state)
{
    struct keyring *keyring = *state;
    struct keyring *other = keyring_for_test();
    struct key_id id = new_id();
    struct wrapped_key wrapped;
    assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
    assert_refused(other, &id, &wrapped);

    uint8_t check[KEYRING_CHECK_BYTES];
    uint8_t other_check[KEYRING_CHECK_BYTES];
    keyring_check(keyring, check);
    keyring_check(other, other_check);
    assert_memory_not_equal(check, other_check, KEYRING_CHECK_BYTES);
    keyring_close(other);
}

static void an_exhausted_pool_is_busy_and_every_slot_comes_back(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped;
    static struct data_key *keys[KEYRING_SLOTS];
    assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < KEYRING_SLOTS; i++)
            assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &keys[i]), STATUS_OK);
        struct data_key *more = NULL;
        struct wrapped_key another;
        assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &more), STATUS_BUSY);
        assert_int_equal(keyring_make(keyring, &id, &another), STATUS_BUSY);
        assert_null(more);

        keys[17] = data_key_free(keys[17]);
        assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &keys[17]), STATUS_OK);
        assert_int_equal(keyring_unwrap(keyring, &id, &wrapped, &more), STATUS_BUSY);
        for (size_t i = 0; i < KEYRING_SLOTS; i++)
            keys[i] = data_key_free(keys[i]);
    }
}

static void refused_keys_do_not_use_up_the_pool(void **state)
{
    struct keyring *keyring = *state;
    struct key_id id = new_id();
    struct wrapped_key wrapped = {.bytes = {0}};
    for (size_t i = 0; i < 3 * KEYRING_SLOTS; i++)
        assert_refused(keyring, &id, &wrapped);
    for (size_t i = 0; i < 3 * KEYRING_SLOTS; i++)
        assert_int_equal(keyring_make(keyring, &id, &wrapped), STATUS_OK);
}

static void a_key_given_back_is_wiped(void **state)
{
    struct key_id id;
    struct data_key *key = data_key_for_test(*state, &id);
    const uint8_t *slot = data_key_bytes(key); /* stays mapped as long as the keyring is open */
    static const uint8_t zeros[KEY_BYTES];
    assert_memory_not_equal(slot, zeros, KEY_BYTES);
    assert_null(data_key_free(key));
    assert_memory_equal(slot, zeros, KEY_BYTES);
}

static void null_is_closed_and_freed_without_harm(void **state)
{
    (void)state;
    assert_null(keyring_close(NULL));
    assert_null(data_key_free(NULL));
}

struct hammer {
    struct keyring *keyring;
    atomic_int wrong;
    atomic_int opened;
};

/* Makes, unwraps, seals, opens and frees a few keys at a time; counts what does not come out right. */
static void hammer_round(struct hammer *hammer, struct arena *arena)
{
    struct seal_place places[KEYS_PER_ROUND];
    struct data_key *keys[KEYS_PER_ROUND] = {NULL};
    struct sealed sealed[KEYS_PER_ROUND] = {{.data = NULL}};
    for (int i = 0; i < KEYS_PER_ROUND; i++) {
        struct wrapped_key wrapped;
        places[i] = (struct seal_place){.key = new_id(), .row = uuid_new(), .column = {"hammer", "text"}, .version = i};
        bool made = keyring_make(hammer->keyring, &places[i].key, &wrapped) == STATUS_OK &&
                    keyring_unwrap(hammer->keyring, &places[i].key, &wrapped, &keys[i]) == STATUS_OK &&
                    envelope_seal(arena, keys[i], &places[i], &places[i].row, UUID_BYTES, &sealed[i]) == STATUS_OK;
        if (!made)
            hammer->wrong++;
    }
    for (int i = 0; i < KEYS_PER_ROUND && keys[i] != NULL; i++) {
        void *plain = NULL;
        size_t len = 0;
        bool right = envelope_open(arena, keys[i], &places[i], sealed[i], &plain, &len) == STATUS_OK &&
                     len == UUID_BYTES && memcmp(plain, &places[i].row, UUID_BYTES) == 0;
        if (right)
            hammer->opened++;
        else
            hammer->wrong++;
        data_key_free(keys[i]);
    }
}

static void *hammer_run(void *context)
{
    for (int round = 0; round < ROUNDS_PER_THREAD; round++) {
        auto_arena arena = arena_new(4096);
        hammer_round(context, arena);
    }
    return NULL;
}

static void threads_share_the_pool_without_mixing_keys(void **state)
{
    struct hammer hammer = {.keyring = *state};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer_run, &hammer), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(hammer.wrong, 0);
    assert_int_equal(hammer.opened, THREADS * ROUNDS_PER_THREAD * KEYS_PER_ROUND);
    /* nothing leaked: the whole pool is there again */
    an_exhausted_pool_is_busy_and_every_slot_comes_back(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(C2_a_wrapped_key_unwraps_to_the_same_key_each_time),
        TEST(C2_each_key_is_new_even_for_the_same_id),
        TEST(C2_the_key_is_not_in_its_wrapping),
        TEST(C2_a_key_wrapped_for_another_id_is_refused),
        TEST(C2_a_key_with_any_flipped_bit_is_refused),
        TEST(C2_a_key_wrapped_by_another_master_key_is_refused),
        TEST(an_exhausted_pool_is_busy_and_every_slot_comes_back),
        TEST(refused_keys_do_not_use_up_the_pool),
        TEST(a_key_given_back_is_wiped),
        TEST(null_is_closed_and_freed_without_harm),
        TEST(threads_share_the_pool_without_mixing_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
