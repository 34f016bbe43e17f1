/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      append-only by force (V3): what our own connections refuse, whatever a statement says.
 * May not:  loosen anything: it runs its texts on the connections that the store itself uses.
 * Always:   each refused text is one that SQLite takes where no authorizer stands, and leaves the log as it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "statements.gen.h"
#include "storage_probe.h"

struct fixture {
    struct probe probe;
    struct store *store;
};

/* One tree with one activity row, a kept root and a checkpoint, so that an UPDATE or DELETE has something to meet. */
static const char SOME_ACTIVITY[] =
    "INSERT INTO organisation VALUES (zeroblob(16), 'o', 'Europe/Oslo', zeroblob(16), zeroblob(16), 1, 1);"
    "INSERT INTO activity_tree (tree_id, organisation_id, size, last_at) VALUES (zeroblob(16), zeroblob(16), 1, 5);"
    "INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, operation, outcome, ground, "
    "request_id)"
    " VALUES (zeroblob(16), 0, 5, zeroblob(16), 'local', 'init', 'allowed', 'local', zeroblob(16));"
    "INSERT INTO activity_node (tree_id, level, node_index, hash) VALUES (zeroblob(16), 1, 0, zeroblob(32));"
    "INSERT INTO checkpoint (tree_id, size, made_at, note) VALUES (zeroblob(16), 1, 5, 'note');"
    "INSERT INTO cosigned (tree_id, witness, size, note) VALUES (zeroblob(16), 'w', 1, 'note');";

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
    "UPDATE activity_node SET hash = zeroblob(32) WHERE level = -1",
    "DELETE FROM activity_node WHERE level = -1",
    "DELETE FROM checkpoint WHERE size = -1",
    "DELETE FROM cosigned WHERE size = -1",
    "DELETE FROM rights_epoch WHERE one = 2",
    "INSERT OR REPLACE INTO activity SELECT * FROM activity",
    "REPLACE INTO activity SELECT * FROM activity",
    "INSERT OR IGNORE INTO activity SELECT * FROM activity; UPDATE OR IGNORE activity SET at = 1",
    "INSERT INTO activity SELECT * FROM activity WHERE 1=1 ON CONFLICT DO UPDATE SET at = 1",
    "UPDATE OR REPLACE activity SET leaf_index = 1",
    "WITH old AS (SELECT 0 AS i) DELETE FROM activity WHERE leaf_index IN (SELECT i FROM old)",
    "UPDATE activity SET at = 1 FROM activity_tree WHERE activity.tree_id = activity_tree.tree_id",
    "UPDATE activity_node SET hash = randomblob(32)",
    "DELETE FROM activity_node",
    "INSERT OR REPLACE INTO activity_node SELECT tree_id, level, node_index, randomblob(32) FROM activity_node",
    "INSERT INTO activity_node SELECT * FROM activity_node WHERE 1=1 ON CONFLICT DO UPDATE SET hash = randomblob(32)",
    "UPDATE checkpoint SET size = 0",
    "UPDATE checkpoint SET tree_id = randomblob(16)",
    "DELETE FROM checkpoint",
    "INSERT OR REPLACE INTO checkpoint SELECT tree_id, 0, made_at, note FROM checkpoint",
    "INSERT INTO checkpoint SELECT * FROM checkpoint WHERE 1=1 ON CONFLICT DO UPDATE SET size = 0",
    "UPDATE cosigned SET size = 0",
    "DELETE FROM cosigned",
    "INSERT OR REPLACE INTO cosigned SELECT tree_id, witness, 0, note FROM cosigned",
    "DELETE FROM activity_tree",
    "INSERT OR REPLACE INTO activity_tree SELECT * FROM activity_tree",
    "UPDATE activity_tree SET size = 0",
    "UPDATE activity_tree SET last_at = 4",
    "UPDATE activity_tree SET tree_id = randomblob(16)",
    "INSERT INTO activity_tree SELECT * FROM activity_tree WHERE 1=1 ON CONFLICT DO UPDATE SET size = 0",
    "UPDATE rights_epoch SET epoch = 1",
    "DELETE FROM rights_epoch",
    "INSERT OR REPLACE INTO rights_epoch VALUES (1, 1)",
    "DROP TRIGGER activity_no_update",
    "DROP TRIGGER activity_no_delete",
    "DROP TRIGGER activity_tree_grows",
    "DROP TRIGGER activity_node_no_update",
    "DROP TRIGGER checkpoint_grows",
    "DROP TABLE activity",
    "DROP TABLE activity_node",
    "DROP TABLE checkpoint",
    "DROP TABLE activity_tree",
    "DROP INDEX enrolment_at_school",
    "ALTER TABLE activity RENAME TO other",
    "ALTER TABLE activity RENAME COLUMN at TO other",
    "ALTER TABLE activity_node RENAME TO other",
    "ALTER TABLE checkpoint RENAME TO other",
    "ALTER TABLE activity ADD COLUMN other",
    "ALTER TABLE activity DROP COLUMN shown",
    "CREATE TABLE other (a)",
    "CREATE TEMP TABLE other (a)",
    "CREATE TRIGGER other AFTER INSERT ON school BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER other AFTER INSERT ON school BEGIN SELECT 1; END",
    "CREATE TRIGGER other BEFORE INSERT ON activity BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TEMP TRIGGER other BEFORE DELETE ON main.activity BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TEMP VIEW activity AS SELECT 1",
    "CREATE VIEW other AS SELECT 1",
    "CREATE VIRTUAL TABLE other USING fts5(a)",
    "CREATE INDEX other ON activity (at)",
    "ATTACH DATABASE ':memory:' AS other",
    "ATTACH DATABASE 'trygg.db' AS other",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = ON",
    "PRAGMA writable_schema = RESET",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA user_version",
    "SELECT * FROM pragma_user_version",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "UPDATE sqlite_schema SET sql = ''",
    "UPDATE sqlite_master SET rootpage = 2 WHERE name = 'activity'",
    "INSERT INTO sqlite_schema VALUES ('table', 'other', 'other', 2, '')",
    "DELETE FROM sqlite_schema WHERE type = 'trigger'",
    "SELECT load_extension('other')",
    "VACUUM",
    "VACUUM main",
    "VACUUM INTO ''",
    "ANALYZE",
    "REINDEX",
};

/* Every PRAGMA of SQLite 3.40 that could change how the log is kept, or be a way to look past it; each is tried bare, with a value, and as
 * a table. */
static const char *const pragmas[] = {
    "analysis_limit",
    "application_id",
    "auto_vacuum",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "case_sensitive_like",
    "cell_size_check",
    "checkpoint_fullfsync",
    "collation_list",
    "compile_options",
    "count_changes",
    "data_version",
    "database_list",
    "default_cache_size",
    "defer_foreign_keys",
    "encoding",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "freelist_count",
    "full_column_names",
    "fullfsync",
    "function_list",
    "hard_heap_limit",
    "ignore_check_constraints",
    "incremental_vacuum",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "module_list",
    "optimize",
    "page_count",
    "page_size",
    "pragma_list",
    "query_only",
    "quick_check",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "schema_version",
    "secure_delete",
    "short_column_names",
    "shrink_memory",
    "soft_heap_limit",
    "synchronous",
    "table_info",
    "table_list",
    "table_xinfo",
    "temp_store",
    "temp_store_directory",
    "threads",
    "trusted_schema",
    "user_version",
    "wal_autocheckpoint",
    "wal_checkpoint",
    "writable_schema",
};

static void refuses_pragma(struct store *store, enum status (*run)(struct store *store, const char *sql),
                           const char *before, const char *pragma, const char *after)
{
    char sql[128];

    snprintf(sql, sizeof sql, "%s%s%s", before, pragma, after);
    if (run(store, sql) == STATUS_OK)
        fail_msg("allowed: %s", sql);
}

static void V3_no_pragma_is_run_neither_by_the_writer_nor_by_a_reader(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof pragmas / sizeof pragmas[0]; i++) {
        refuses_pragma(fixture->store, on_writer, "PRAGMA ", pragmas[i], "");
        refuses_pragma(fixture->store, on_writer, "PRAGMA main.", pragmas[i], " = 1");
        refuses_pragma(fixture->store, on_writer, "SELECT * FROM pragma_", pragmas[i], "");
        refuses_pragma(fixture->store, on_reader, "PRAGMA ", pragmas[i], "");
        refuses_pragma(fixture->store, on_reader, "PRAGMA main.", pragmas[i], " = 1");
        refuses_pragma(fixture->store, on_reader, "SELECT * FROM pragma_", pragmas[i], "");
    }
}

/* All that the log is, in one text; the caller frees it. */
static char *log_as_text(const struct fixture *fixture)
{
    static const char sql[] =
        "SELECT (SELECT group_concat(hex(tree_id) || leaf_index || at || operation || hex(request_id)) FROM activity)"
        " || (SELECT group_concat(hex(tree_id) || size || last_at || hex(frontier)) FROM activity_tree)"
        " || (SELECT group_concat(hex(tree_id) || level || node_index || hex(hash)) FROM activity_node)"
        " || (SELECT group_concat(hex(tree_id) || size || made_at || note) FROM checkpoint)"
        " || (SELECT group_concat(hex(tree_id) || witness || size || note) FROM cosigned)"
        " || (SELECT group_concat(type || name || tbl_name || rootpage || sql) FROM sqlite_schema WHERE sql IS NOT "
        "NULL)";
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(fixture->probe.data_path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    char *text = strdup((const char *)sqlite3_column_text(statement, 0));
    assert_non_null(text);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
}

static void refuses_all(struct fixture *fixture, enum status (*run)(struct store *store, const char *sql))
{
    char *before = log_as_text(fixture);

    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        if (run(fixture->store, forbidden[i]) == STATUS_OK)
            fail_msg("allowed: %s", forbidden[i]);
    char *after = log_as_text(fixture);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

/* On a connection of its own: a PRAGMA is carried out while it is compiled. */
static void is_sql(const struct fixture *fixture, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(fixture->probe.data_path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA writable_schema = ON", NULL, NULL, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void V3_what_is_refused_is_not_refused_for_being_no_sql(void **state)
{
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        is_sql(*state, forbidden[i]);
}

static void V3_the_writer_refuses_what_would_change_the_log(void **state)
{
    refuses_all(*state, on_writer);
}

static void V3_a_reader_refuses_it_too_and_writes_nothing_at_all(void **state)
{
    struct fixture *fixture = *state;
    refuses_all(fixture, on_reader);
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
        "UPDATE checkpoint SET size = 2, note = 'newer'",
        "UPDATE cosigned SET size = 2, note = 'newer'",
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
                                          "UPDATE activity_node SET hash = randomblob(32)",
                                          "DELETE FROM activity_node",
                                          "DELETE FROM checkpoint",
                                          "UPDATE checkpoint SET size = 0",
                                          "UPDATE cosigned SET size = 0",
                                          "DELETE FROM cosigned",
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

static const char SOMEONE[] =
    "INSERT INTO school VALUES (zeroblob(16), zeroblob(16), 's', 1);"
    "INSERT INTO person VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(9), zeroblob(9), 0, 1, 1, 0);"
    "INSERT INTO student_group VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 'class', zeroblob(9), 1);"
    "INSERT INTO student VALUES (zeroblob(16), zeroblob(16), zeroblob(16), NULL, zeroblob(9), zeroblob(9), NULL, 0, 1, "
    "1, 0, NULL, 0);";

static const char *const gives[] = {
    "INSERT INTO enrolment VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 0, 9, 1)",
    "INSERT INTO blind_index VALUES (zeroblob(16), 'identity', zeroblob(32), zeroblob(16))",
    "INSERT INTO tie VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 2, 'local', 0, 9, 1)",
    ("INSERT INTO personsak VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(16), 0, 1, "
     "zeroblob(16), 1, 1, 1)"),
    "INSERT INTO personsak_handler VALUES (zeroblob(16), zeroblob(16), 1, 1, 1, zeroblob(16), NULL, NULL)",
};

static void what_only_ever_gives_leaves_the_rights_epoch_alone(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(on_writer(fixture->store, SOMEONE), STATUS_OK);
    int64_t before = epoch(fixture->store);
    for (size_t i = 0; i < sizeof gives / sizeof gives[0]; i++)
        assert_int_equal(on_writer(fixture->store, gives[i]), STATUS_OK);
    assert_int_equal(on_writer(fixture->store, "UPDATE student SET version = 2; UPDATE school SET version = 2"),
                     STATUS_OK);
    assert_int_equal(epoch(fixture->store), before);
}

static void every_other_change_of_what_a_right_rests_on_bumps_the_rights_epoch(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(on_writer(fixture->store, SOMEONE), STATUS_OK);
    for (size_t i = 0; i < sizeof gives / sizeof gives[0]; i++)
        assert_int_equal(on_writer(fixture->store, gives[i]), STATUS_OK);
    static const char *const bumps[] = {
        "INSERT INTO membership VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(16), 3, 0, 9, 1)",
        "UPDATE membership SET until_day = 8",
        "DELETE FROM membership",
        "INSERT INTO tie VALUES (randomblob(16), zeroblob(16), zeroblob(16), 5, 'local', 0, 9, 1)",
        "UPDATE tie SET until_day = 8",
        "DELETE FROM tie",
        "UPDATE enrolment SET until_day = 8",
        "DELETE FROM enrolment",
        "INSERT INTO identity VALUES (zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(9), zeroblob(9), 1, NULL)",
        "UPDATE identity SET version = 2",
        "DELETE FROM identity",
        "UPDATE blind_index SET object_id = zeroblob(16)",
        "DELETE FROM blind_index",
        "UPDATE student SET mark_local = 1",
        "UPDATE student SET mark_registry = 1",
        "UPDATE student SET person_id = zeroblob(16)",
        "UPDATE student SET merged_into = zeroblob(16)",
        "INSERT INTO group_member VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 0, 9, 1)",
        "UPDATE group_member SET until_day = 8",
        "DELETE FROM group_member",
        "UPDATE personsak SET student_id = zeroblob(16)",
        "UPDATE personsak_handler SET until_at = 2",
        "DELETE FROM personsak_handler",
        "INSERT INTO struck VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 1, zeroblob(9))",
    };
    for (size_t i = 0; i < sizeof bumps / sizeof bumps[0]; i++) {
        int64_t before = epoch(fixture->store);
        assert_int_equal(on_writer(fixture->store, bumps[i]), STATUS_OK);
        if (epoch(fixture->store) <= before)
            fail_msg("the epoch stood still after: %s", bumps[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(V3_what_is_refused_is_not_refused_for_being_no_sql, setup, teardown),
        cmocka_unit_test_setup_teardown(V3_the_writer_refuses_what_would_change_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(V3_no_pragma_is_run_neither_by_the_writer_nor_by_a_reader, setup, teardown),
        cmocka_unit_test_setup_teardown(V3_a_reader_refuses_it_too_and_writes_nothing_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(the_writer_allows_what_it_is_for, setup, teardown),
        cmocka_unit_test_setup_teardown(V3_triggers_hold_the_log_even_without_an_authorizer, setup, teardown),
        cmocka_unit_test_setup_teardown(what_only_ever_gives_leaves_the_rights_epoch_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(every_other_change_of_what_a_right_rests_on_bumps_the_rights_epoch, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
