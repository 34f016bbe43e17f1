/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      how a schema goes forward: tables that others name are replaced, and no step leaves a row that names nothing.
 * May not:  use trygg's own migrations, which tests/api/test_migrations.py takes through real stores.
 * Always:   each database is a new one in a directory of its own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "storage/sqlite/migrate.h"
#include "storage/sqlite/query.h"
#include "storage_probe.h"

enum { APPLICATION = 7 };

#define STAMP(version) "PRAGMA application_id = 7; PRAGMA user_version = " #version ";"

static const struct migration begins = {
    1, "begins",
    "CREATE TABLE mother (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE child (id INTEGER NOT NULL PRIMARY KEY, mother INTEGER NOT NULL REFERENCES mother) STRICT;"
    "INSERT INTO mother VALUES (1, 'one'), (2, 'two');"
    "INSERT INTO child VALUES (10, 1), (20, 2);",
    STAMP(1)};

static const struct migration replaces = {
    2, "replaces",
    "CREATE TABLE new_mother (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT;"
    "INSERT INTO new_mother SELECT id, name FROM mother;"
    "DROP TABLE mother;"
    "ALTER TABLE new_mother RENAME TO mother;",
    STAMP(2)};

/* The same, and forgets a row that is named. */
static const struct migration forgets = {
    2, "forgets",
    "CREATE TABLE new_mother (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT;"
    "INSERT INTO new_mother SELECT id, name FROM mother WHERE id = 1;"
    "DROP TABLE mother;"
    "ALTER TABLE new_mother RENAME TO mother;",
    STAMP(2)};

static const struct migration stumbles = {2, "stumbles", "DROP TABLE nobody;", STAMP(2)};

struct fixture {
    struct probe probe;
    struct connection *connection;
};

static struct lineage lineage_of(const struct migration *steps, size_t n)
{
    return (struct lineage){.application_id = APPLICATION, .steps = steps, .n_steps = n};
}

static int setup(void **state)
{
    static struct fixture fixture;
    const struct lineage first = lineage_of(&begins, 1);
    probe_make_empty(&fixture.probe);
    const int file = open(fixture.probe.data_path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(connection_open_writer(fixture.probe.data_path, &fixture.connection), STATUS_OK);
    assert_int_equal(migrate_create(fixture.connection, &first), STATUS_OK);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    connection_close(fixture->connection);
    probe_remove(&fixture->probe);
    return 0;
}

static enum status forward(struct connection *connection, const struct migration *second)
{
    const struct migration steps[] = {begins, *second};
    const struct lineage lineage = lineage_of(steps, 2);
    return migrate_forward(connection, &lineage, 1);
}

static size_t version_of(struct connection *connection)
{
    const struct migration steps[] = {begins, replaces};
    const struct lineage lineage = lineage_of(steps, 2);
    size_t version = 0;
    enum store_fault fault;
    assert_int_equal(migrate_version(connection, &lineage, &version, &fault), STATUS_OK);
    return version;
}

static int64_t count_named(struct connection *connection)
{
    static const struct value_slot columns[] = {{VALUE_INT, offsetof(struct probe_count, n)}};
    static const struct statement named = {.sql = "SELECT count(*) FROM child c JOIN mother m ON m.id = c.mother",
                                           .columns = columns,
                                           .n_columns = 1,
                                           .row_size = sizeof(struct probe_count)};
    struct probe_count count;
    assert_int_equal(query_one(connection, NULL, &named, NULL, &count), STATUS_OK);
    return count.n;
}

/* What names nothing is refused, as on every connection. */
static void assert_references_are_held(struct connection *connection)
{
    assert_int_equal(connection_check_setup(connection), STATUS_OK);
    assert_int_not_equal(connection_exec(connection, "INSERT INTO child VALUES (30, 3)"), STATUS_OK);
    assert_int_not_equal(connection_exec(connection, "DELETE FROM mother WHERE id = 2"), STATUS_OK);
}

static void a_table_that_others_name_can_be_replaced(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(forward(fixture->connection, &replaces), STATUS_OK);
    assert_int_equal(version_of(fixture->connection), 2);
    assert_int_equal(count_named(fixture->connection), 2);
    assert_references_are_held(fixture->connection);
}

static void a_step_that_leaves_a_row_which_names_nothing_is_taken_back(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(forward(fixture->connection, &forgets), STATUS_CORRUPT);
    assert_int_equal(version_of(fixture->connection), 1);
    assert_int_equal(count_named(fixture->connection), 2);
    assert_references_are_held(fixture->connection);
}

static void references_are_held_again_after_a_step_that_failed(void **state)
{
    struct fixture *fixture = *state;
    assert_int_not_equal(forward(fixture->connection, &stumbles), STATUS_OK);
    assert_int_equal(version_of(fixture->connection), 1);
    assert_references_are_held(fixture->connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_table_that_others_name_can_be_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(a_step_that_leaves_a_row_which_names_nothing_is_taken_back, setup, teardown),
        cmocka_unit_test_setup_teardown(references_are_held_again_after_a_step_that_failed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
