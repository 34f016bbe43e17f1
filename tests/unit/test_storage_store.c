/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      how a store is made, opened, refused and opened again.
 * May not:  look behind the doors of storage/, but to damage a file on purpose.
 * Always:   every fault that a start can name is caused here once.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage_probe.h"

static int setup(void **state)
{
    static struct probe probe;
    probe_make(&probe);
    *state = &probe;
    return 0;
}

static int teardown(void **state)
{
    probe_remove(*state);
    return 0;
}

static enum status open_fault(const char *directory, enum store_fault *ret_fault)
{
    struct store *store = NULL;
    enum status status = store_open(&(struct store_settings){.directory = directory}, &store, ret_fault);
    assert_true((status == STATUS_OK) == (store != NULL));
    store_close(store);
    return status;
}

static unsigned mode_of(const char *path)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    return facts.st_mode & 07777;
}

static void nobody_else_may_read_a_store_whatever_the_umask(void **state)
{
    (void)state;
    static const mode_t masks[] = {0, 0777};
    for (size_t i = 0; i < 2; i++) {
        struct probe probe;
        probe_make_empty(&probe);
        rmdir(probe.directory);
        mode_t before = umask(masks[i]);
        enum status status = store_create(probe.directory);
        struct store *store = status == STATUS_OK ? probe_open(&probe) : NULL;
        umask(before);
        assert_int_equal(status, STATUS_OK);
        static const char *const files[] = {"trygg.db",     "keys.db",      "lock",
                                            "trygg.db-wal", "trygg.db-shm", "keys.db-wal"};
        assert_int_equal(mode_of(probe.directory), 0700);
        for (size_t k = 0; k < sizeof files / sizeof files[0]; k++) {
            char path[192];
            snprintf(path, sizeof path, "%s/%s", probe.directory, files[k]);
            assert_int_equal(mode_of(path), 0600);
        }
        store_close(store);
        probe_remove(&probe);
    }
}

static void a_store_is_created_once(void **state)
{
    struct probe *probe = *state;
    struct probe_job job = probe_job("first");
    struct store *store = probe_open(probe);
    assert_int_equal(store_write(store, &job.job), STATUS_OK);
    store_close(store);
    assert_int_equal(store_create(probe->directory), STATUS_EXISTS);
    assert_int_equal(probe_count_in_file(probe), 1);
}

static void what_was_written_is_there_after_reopening(void **state)
{
    struct probe *probe = *state;
    for (int i = 0; i < 3; i++) {
        struct probe_job job = probe_job("again");
        struct store *store = probe_open(probe);
        assert_int_equal(store_write(store, &job.job), STATUS_OK);
        assert_int_equal(probe_count(store), i + 1);
        store_close(store);
    }
    assert_int_equal(probe_count_in_file(probe), 3);
}

static void a_missing_store_is_said_to_be_missing_and_nothing_is_made(void **state)
{
    (void)state;
    struct probe empty;
    probe_make_empty(&empty);
    enum store_fault fault;
    assert_int_equal(open_fault(empty.directory, &fault), STATUS_NOT_FOUND);
    assert_int_equal(fault, STORE_MISSING);
    assert_int_equal(rmdir(empty.directory), 0);
    assert_int_equal(open_fault(empty.directory, &fault), STATUS_NOT_FOUND);
    assert_int_equal(fault, STORE_MISSING);
}

static void a_creation_that_was_cut_short_can_be_done_again(void **state)
{
    (void)state;
    struct probe probe;
    probe_make_empty(&probe);
    close(open(probe.data_path, O_CREAT | O_WRONLY, 0600));
    close(open(probe.keys_path, O_CREAT | O_WRONLY, 0600));
    enum store_fault fault;
    assert_int_equal(open_fault(probe.directory, &fault), STATUS_NOT_FOUND);
    assert_int_equal(fault, STORE_MISSING);
    assert_int_equal(store_create(probe.directory), STATUS_OK);
    assert_int_equal(open_fault(probe.directory, &fault), STATUS_OK);
    probe_remove(&probe);
}

static void a_second_opener_is_kept_out_until_the_first_is_gone(void **state)
{
    struct probe *probe = *state;
    struct store *store = probe_open(probe);
    enum store_fault fault;
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_BUSY);
    assert_int_equal(fault, STORE_LOCKED);
    assert_int_equal(store_create(probe->directory), STATUS_BUSY);
    store_close(store);
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_OK);
    assert_int_equal(fault, STORE_FINE);
}

static void change_file(const char *path, const char *sql)
{
    struct connection *connection = NULL;
    assert_int_equal(connection_open_writer(path, &connection), STATUS_OK);
    assert_int_equal(connection_exec(connection, sql), STATUS_OK);
    connection_close(connection);
}

static void a_store_of_a_later_version_is_refused(void **state)
{
    struct probe *probe = *state;
    enum store_fault fault;
    change_file(probe->keys_path, "PRAGMA user_version = 999");
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_CONFLICT);
    assert_int_equal(fault, STORE_SCHEMA_NEWER);
    change_file(probe->keys_path, "PRAGMA user_version = 1");
    change_file(probe->data_path, "PRAGMA user_version = 999");
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_CONFLICT);
    assert_int_equal(fault, STORE_SCHEMA_NEWER);
}

static void a_directory_that_is_open_to_others_is_refused_and_left_as_it_is(void **state)
{
    struct probe *probe = *state;
    static const mode_t modes[] = {0740, 0720, 0710, 0704, 0702, 0701, 0777};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(probe->directory, modes[i]), 0);
        enum store_fault fault;
        assert_int_equal(open_fault(probe->directory, &fault), STATUS_FORBIDDEN);
        assert_int_equal(fault, STORE_OPEN_TO_OTHERS);
        assert_int_equal(store_create(probe->directory), STATUS_FORBIDDEN);
        assert_int_equal(mode_of(probe->directory), modes[i]);
    }
    assert_int_equal(chmod(probe->directory, 0700), 0);
    enum store_fault fault;
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_OK);
}

static void no_file_is_made_in_a_directory_that_is_open_to_others(void **state)
{
    (void)state;
    struct probe empty;
    probe_make_empty(&empty);
    assert_int_equal(chmod(empty.directory, 0755), 0);
    assert_int_equal(store_create(empty.directory), STATUS_FORBIDDEN);
    assert_int_equal(rmdir(empty.directory), 0);
}

static void the_two_databases_are_not_taken_for_each_other(void **state)
{
    struct probe *probe = *state;
    char aside[192];
    snprintf(aside, sizeof aside, "%s/lock", probe->directory);
    assert_int_equal(rename(probe->data_path, aside), 0);
    assert_int_equal(rename(probe->keys_path, probe->data_path), 0);
    assert_int_equal(rename(aside, probe->keys_path), 0);
    enum store_fault fault;
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_CORRUPT);
    assert_int_equal(fault, STORE_DAMAGED);
}

static void a_file_that_is_no_database_is_not_readable(void **state)
{
    struct probe *probe = *state;
    FILE *file = fopen(probe->data_path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("not a database ", file);
    fclose(file);
    enum store_fault fault;
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_CORRUPT);
    assert_int_equal(fault, STORE_DAMAGED);
    assert_int_equal(store_create(probe->directory), STATUS_EXISTS);
}

static void a_link_in_place_of_the_database_is_not_followed(void **state)
{
    struct probe *probe = *state;
    char aside[192];
    snprintf(aside, sizeof aside, "%s-aside", probe->directory);
    assert_int_equal(rename(probe->data_path, aside), 0);
    assert_int_equal(symlink(aside, probe->data_path), 0);
    enum store_fault fault;
    assert_int_equal(open_fault(probe->directory, &fault), STATUS_IO);
    assert_int_equal(fault, STORE_NOT_READABLE);
    unlink(aside);
}

static void closing_leaves_no_log_behind(void **state)
{
    struct probe *probe = *state;
    struct store *store = probe_open(probe);
    struct probe_job job = probe_job("logged");
    assert_int_equal(store_write(store, &job.job), STATUS_OK);
    store_close(store);
    char path[192];
    snprintf(path, sizeof path, "%s-wal", probe->data_path);
    struct stat facts;
    assert_true(stat(path, &facts) != 0 || facts.st_size == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_else_may_read_a_store_whatever_the_umask),
        cmocka_unit_test_setup_teardown(a_store_is_created_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_written_is_there_after_reopening, setup, teardown),
        cmocka_unit_test(a_missing_store_is_said_to_be_missing_and_nothing_is_made),
        cmocka_unit_test(a_creation_that_was_cut_short_can_be_done_again),
        cmocka_unit_test_setup_teardown(a_second_opener_is_kept_out_until_the_first_is_gone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_store_of_a_later_version_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_directory_that_is_open_to_others_is_refused_and_left_as_it_is, setup,
                                        teardown),
        cmocka_unit_test(no_file_is_made_in_a_directory_that_is_open_to_others),
        cmocka_unit_test_setup_teardown(the_two_databases_are_not_taken_for_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_not_readable, setup, teardown),
        cmocka_unit_test_setup_teardown(a_link_in_place_of_the_database_is_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(closing_leaves_no_log_behind, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
