/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      append-only by force (V3): what our own connections refuse, whatever a statement says.
 * May not:  loosen anything: it runs its texts on the connections that the store itself uses.
 * Always:   each refused text is also shown to work, or to be stopped by a trigger, where no authorizer stands.
 */
#include <stdlib.h>
#include <string.h>

#include "statements.gen.h"
#include "storage_probe.h"

struct fixture {
    struct probe probe;
    struct store *store;
};

/* One tree with one activity row, so that an UPDATE or DELETE has something to meet. */
static const char SOME_ACTIVITY[] =
    "INSERT INTO organisation VALUES (zeroblob(16), 'o', 'Europe/Oslo', zeroblob(16), zeroblob(16), 1, 1);"
    "INSERT INTO activity_tree (tree_id, organisation_id, size, last_at) VALUES (zeroblob(16), zeroblob(16), 1, 5);"
    "INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, operation, outcome, ground, "
    "request_id)"
    " VALUES (zeroblob(16), 0, 5, zeroblob(16), 'local', 'init', 'allowed', 'local', zeroblob(16));";

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    struct connection *connection = probe_connection(&fixture->probe);
    assert_int_equal(connection_exec(connection, SOME_ACTIVITY), STATUS_OK);
    connection_close(connection);
    fixture->store = probe_open(&fixture->probe);
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

struct text_job {
    struct job job;
    const char *sql;
};

static enum status run_text(struct tx *tx, struct job *job)
{
    return connection_exec(tx_session(tx)->connection, ((struct text_job *)job)->sql);
}

static enum status on_writer(struct store *store, const char *sql)
{
    struct text_job job = {.job = {.run = run_text}, .sql = sql};
    return store_write(store, &job.job);
}

static enum status on_reader(struct store *store, const char *sql)
{
    auto_session session = NULL;
    assert_int_equal(session_begin(store, NULL, &session), STATUS_OK);
    return connection_exec(session->connection, sql);
}

static const char *const forbidden[] = {
    "UPDATE activity SET at = 1",
    "DELETE FROM activity",
    /* With no row to meet, no trigger speaks: only the authorizer can refuse these. */
    "UPDATE activity SET at = 1 WHERE at = -1",
    "DELETE FROM activity WHERE at = -1",
    "DELETE FROM activity_tree WHERE size = -1",
    "DELETE FROM rights_epoch WHERE one = 2",
    "INSERT OR REPLACE INTO activity SELECT * FROM activity",
    "REPLACE INTO activity SELECT * FROM activity",
    "INSERT INTO activity SELECT * FROM activity WHERE 1=1 ON CONFLICT DO UPDATE SET at = 1",
    "DELETE FROM activity_tree",
    "INSERT OR REPLACE INTO activity_tree SELECT * FROM activity_tree",
    "UPDATE activity_tree SET size = 0",
    "UPDATE activity_tree SET last_at = 4",
    "UPDATE rights_epoch SET epoch = 1",
    "DELETE FROM rights_epoch",
    "INSERT OR REPLACE INTO rights_epoch VALUES (1, 1)",
    "DROP TRIGGER activity_no_update",
    "DROP TABLE activity",
    "DROP INDEX replay_expiry",
    "ALTER TABLE activity RENAME TO other",
    "ALTER TABLE activity ADD COLUMN other",
    "ALTER TABLE activity DROP COLUMN shown",
    "CREATE TABLE other (a)",
    "CREATE TEMP TABLE other (a)",
    "CREATE TRIGGER other AFTER INSERT ON school BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER other AFTER INSERT ON school BEGIN SELECT 1; END",
    "CREATE VIEW other AS SELECT 1",
    "CREATE VIRTUAL TABLE other USING fts5(a)",
    "CREATE INDEX other ON activity (at)",
    "ATTACH DATABASE ':memory:' AS other",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA user_version",
    "SELECT * FROM pragma_user_version",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "UPDATE sqlite_schema SET sql = ''",
    "DELETE FROM sqlite_schema WHERE type = 'trigger'",
    "SELECT load_extension('other')",
    "VACUUM",
    "ANALYZE",
    "REINDEX",
};

static void V3_the_writer_refuses_what_would_change_the_log(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        if (on_writer(fixture->store, forbidden[i]) == STATUS_OK)
            fail_msg("the writer allowed: %s", forbidden[i]);
}

static void V3_a_reader_refuses_it_too_and_writes_nothing_at_all(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        if (on_reader(fixture->store, forbidden[i]) == STATUS_OK)
            fail_msg("a reader allowed: %s", forbidden[i]);
    static const char *const writes[] = {"UPDATE organisation SET name = 'x'", "DELETE FROM school", "SAVEPOINT other",
                                         "INSERT INTO school_module VALUES (zeroblob(16), 'notes')",
                                         "COMMIT; BEGIN IMMEDIATE"};
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++)
        if (on_reader(fixture->store, writes[i]) == STATUS_OK)
            fail_msg("a reader allowed: %s", writes[i]);
}

static void the_writer_allows_what_it_is_for(void **state)
{
    struct fixture *fixture = *state;
    static const char more_activity[] =
        "INSERT INTO activity SELECT tree_id, 1, 9, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, "
        "client, operation,"
        " object_kind, object_id, student_id, school_id, outcome, ground, request_id, shown FROM activity";
    static const char *const allowed[] = {
        "UPDATE organisation SET name = 'x'",
        "UPDATE activity_tree SET size = size + 1, last_at = 9",
        more_activity,
        "DELETE FROM replay",
    };
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (on_writer(fixture->store, allowed[i]) != STATUS_OK)
            fail_msg("the writer refused: %s", allowed[i]);
}

static void V3_triggers_hold_the_log_even_without_an_authorizer(void **state)
{
    struct fixture *fixture = *state;
    struct connection *connection = probe_connection(&fixture->probe);
    static const char *const stopped[] = {"UPDATE activity SET at = 1",
                                          "DELETE FROM activity",
                                          "INSERT OR REPLACE INTO activity SELECT * FROM activity",
                                          "DELETE FROM activity_tree",
                                          "UPDATE activity_tree SET size = 0",
                                          "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema"};
    for (size_t i = 0; i < sizeof stopped / sizeof stopped[0]; i++)
        if (connection_exec(connection, stopped[i]) == STATUS_OK)
            fail_msg("the triggers allowed: %s", stopped[i]);
    connection_close(connection);
}

static int64_t epoch(struct store *store)
{
    auto_session session = NULL;
    assert_int_equal(session_begin(store, NULL, &session), STATUS_OK);
    struct sql_rights_epoch_row row;
    assert_int_equal(sql_rights_epoch(session, &row), STATUS_OK);
    return row.epoch;
}

static void every_change_of_what_a_right_rests_on_bumps_the_rights_epoch(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(
        on_writer(
            fixture->store,
            "INSERT INTO school VALUES (zeroblob(16), zeroblob(16), 's', 1);"
            "INSERT INTO person VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(9), zeroblob(9), 0, 1, 1, "
            "0);"
            "INSERT INTO student_group VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 'class', zeroblob(9), 1);"
            "INSERT INTO student VALUES (zeroblob(16), zeroblob(16), zeroblob(16), NULL, zeroblob(9), zeroblob(9), "
            "NULL, 0, 1, 1, 0, NULL, 0)"),
        STATUS_OK);
    static const char *const bumps[] = {
        "INSERT INTO membership VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(16), 3, 0, 9, 1)",
        "UPDATE membership SET until_day = 8",
        "DELETE FROM membership",
        "INSERT INTO tie VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 2, 'local', 0, 9, 1)",
        "UPDATE tie SET until_day = 8",
        "DELETE FROM tie",
        "INSERT INTO enrolment VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 0, 9, 1)",
        "UPDATE enrolment SET until_day = 8",
        "DELETE FROM enrolment",
        "INSERT INTO identity VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(9), zeroblob(9), 1, NULL)",
        "UPDATE identity SET version = 2",
        "DELETE FROM identity",
        "UPDATE student SET mark_local = 1",
        "UPDATE student SET mark_registry = 1",
        "UPDATE student SET person_id = zeroblob(16)",
        "UPDATE student SET merged_into = zeroblob(16)",
        "INSERT INTO group_member VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 0, 9, 1)",
        "UPDATE group_member SET until_day = 8",
        "DELETE FROM group_member",
    };
    for (size_t i = 0; i < sizeof bumps / sizeof bumps[0]; i++) {
        int64_t before = epoch(fixture->store);
        assert_int_equal(on_writer(fixture->store, bumps[i]), STATUS_OK);
        if (epoch(fixture->store) <= before)
            fail_msg("the epoch stood still after: %s", bumps[i]);
    }
    int64_t before = epoch(fixture->store);
    assert_int_equal(on_writer(fixture->store, "UPDATE student SET version = 2; UPDATE school SET version = 2"),
                     STATUS_OK);
    assert_int_equal(epoch(fixture->store), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(V3_the_writer_refuses_what_would_change_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(V3_a_reader_refuses_it_too_and_writes_nothing_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(the_writer_allows_what_it_is_for, setup, teardown),
        cmocka_unit_test_setup_teardown(V3_triggers_hold_the_log_even_without_an_authorizer, setup, teardown),
        cmocka_unit_test_setup_teardown(every_change_of_what_a_right_rests_on_bumps_the_rights_epoch, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
