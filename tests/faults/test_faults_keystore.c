/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      keys.db on a full and on a broken disk.
 * May not:  leave a fault armed.
 * Always:   a key that was acknowledged is found after reopening.
 */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "fault_vfs.h"
#include "storage/keystore.h"
#include "storage_probe.h"

static const char LOG[] = "keys.db-wal";

struct fixture {
    struct probe probe;
    struct store *store;
    struct stored_key acknowledged;
    unsigned unknowns; /* calls of the commit_unknown hook */
};

static void note_unknown(void *context)
{
    ((struct fixture *)context)->unknowns++;
}

static struct store *open_store(struct fixture *fixture)
{
    return probe_open_with(&fixture->probe,
                           &(struct store_settings){.commit_unknown = note_unknown, .context = fixture});
}

static struct stored_key some_key(void)
{
    struct stored_key key = {.id = {uuid_new()}};
    memset(key.wrapped.bytes, 3, sizeof key.wrapped.bytes);
    return key;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    fixture->store = open_store(fixture);
    fixture->acknowledged = some_key();
    assert_int_equal(keystore_add(store_keys(fixture->store), &fixture->acknowledged, 1), STATUS_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    fault_disarm();
    store_close(fixture->store);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

static void assert_sound_after_reopening(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = open_store(fixture);
    struct wrapped_key found;
    assert_int_equal(keystore_get(store_keys(fixture->store), &fixture->acknowledged.id, &found), STATUS_OK);
    struct stored_key key = some_key();
    assert_int_equal(keystore_add(store_keys(fixture->store), &key, 1), STATUS_OK);
}

static void a_full_disk_loses_the_keys_being_added_and_no_others(void **state)
{
    struct fixture *fixture = *state;
    struct keystore *keys = store_keys(fixture->store);
    struct stored_key more[] = {some_key(), some_key()};
    struct wrapped_key found;
    fault_arm(FAULT_WRITE, LOG, 0, SQLITE_FULL);
    assert_int_equal(keystore_add(keys, more, 2), STATUS_STORE_LOST);
    fault_disarm();
    assert_int_equal(keystore_get(keys, &more[0].id, &found), STATUS_NOT_FOUND);
    assert_int_equal(keystore_add(keys, more, 2), STATUS_OK);
    assert_int_equal(keystore_get(keys, &more[1].id, &found), STATUS_OK);
    assert_int_equal(fixture->unknowns, 0);
    assert_sound_after_reopening(fixture);
}

static void an_unknown_commit_of_the_keys_is_told_once_and_its_caller_has_stored_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct keystore *keys = store_keys(fixture->store);
    struct stored_key key = some_key();
    fault_arm(FAULT_SYNC, LOG, 0, SQLITE_IOERR_FSYNC);
    assert_int_equal(keystore_add(keys, &key, 1), STATUS_IO);
    assert_int_equal(fixture->unknowns, 1);
    fault_disarm();
    key = some_key();
    assert_int_equal(keystore_add(keys, &key, 1), STATUS_IO);
    assert_int_equal(fixture->unknowns, 1);
    struct wrapped_key found;
    assert_int_equal(keystore_get(keys, &key.id, &found), STATUS_NOT_FOUND);
    assert_int_equal(keystore_get(keys, &fixture->acknowledged.id, &found), STATUS_OK);
    assert_sound_after_reopening(fixture);
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_disk_loses_the_keys_being_added_and_no_others, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_commit_of_the_keys_is_told_once_and_its_caller_has_stored_nothing,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
