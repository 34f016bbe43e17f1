/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      rows handed out one by one, and a store that is only looked at.
 * May not:  rely on more rows than fit in memory: that none is kept is seen by their number.
 * Always:   what is not whole is handed over as such, and hides nothing.
 */
#include <stdio.h>

#include "storage/check.h"
#include "storage/keystore.h"
#include "storage/sqlite/each.h"
#include "storage_probe.h"

enum { ROWS = 1000 };

struct line {
    int64_t n;
    const char *text;
    struct bytes bytes;
};
static const struct value_slot slots[] = {
    {VALUE_INT, offsetof(struct line, n)},
    {VALUE_TEXT, offsetof(struct line, text)},
    {VALUE_BYTES, offsetof(struct line, bytes)},
};
static const struct value_slot from[] = {{VALUE_INT, 0}};
static const struct statement LINES = {
    .name = "lines",
    .sql = "SELECT n, t, b FROM line WHERE n >= ?1 ORDER BY n",
    .args = from,
    .n_args = 1,
    .columns = slots,
    .n_columns = 3,
    .row_size = sizeof(struct line),
};

struct fixture {
    struct probe probe;
    struct connection *connection;
};

static int setup(void **state)
{
    static struct fixture fixture;

    probe_make(&fixture.probe);
    fixture.connection = probe_connection(&fixture.probe);
    assert_int_equal(connection_exec(fixture.connection,
                                     "CREATE TABLE line (n, t, b);"
                                     "WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 999)"
                                     " INSERT INTO line SELECT i, 'text ' || i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 "
                                     "THEN x'' ELSE x'00ff' END FROM c"),
                     STATUS_OK);
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

struct taking {
    int64_t next;
    unsigned unreadable;
    int64_t stop_at;
    enum status answer;
};

static enum status take(void *context, const void *row)
{
    struct taking *taking = context;
    const struct line *line = row;
    char text[32];

    if (line == NULL) {
        taking->unreadable++;
        taking->next++;
        return STATUS_OK;
    }
    assert_int_equal(line->n, taking->next);
    snprintf(text, sizeof text, "text %d", (int)line->n);
    assert_string_equal(line->text, text);
    assert_int_equal(line->bytes.data == NULL, line->n % 3 == 0);
    assert_int_equal(line->bytes.len, line->n % 3 == 2 ? 2 : 0);
    taking->next++;
    return line->n == taking->stop_at ? taking->answer : STATUS_OK;
}

static enum status each(const struct fixture *fixture, int64_t first, struct taking *taking)
{
    taking->next = first;
    return query_each(fixture->connection, &LINES, &first, take, taking);
}

static void every_row_is_handed_out_once_in_order(void **state)
{
    struct taking taking = {.stop_at = -1};

    assert_int_equal(each(*state, 0, &taking), STATUS_OK);
    assert_int_equal(taking.next, ROWS);
    assert_int_equal(each(*state, 990, &taking), STATUS_OK);
    assert_int_equal(taking.next, ROWS);
    assert_int_equal(taking.unreadable, 0);
}

static void whoever_takes_may_stop(void **state)
{
    struct taking taking = {.stop_at = 17, .answer = STATUS_IO};

    assert_int_equal(each(*state, 0, &taking), STATUS_IO);
    assert_int_equal(taking.next, 18);
    taking.stop_at = -1;
    assert_int_equal(each(*state, 0, &taking), STATUS_OK);
    assert_int_equal(taking.next, ROWS);
}

static void a_row_that_cannot_be_read_hides_no_other(void **state)
{
    const struct fixture *fixture = *state;
    struct taking taking = {.stop_at = -1};

    assert_int_equal(connection_exec(fixture->connection, "UPDATE line SET t = 5 WHERE n = 3;"
                                                          "UPDATE line SET b = 'text' WHERE n = 4;"
                                                          "UPDATE line SET t = 'a' || char(0) || 'b' WHERE n = 999"),
                     STATUS_OK);
    assert_int_equal(each(fixture, 0, &taking), STATUS_OK);
    assert_int_equal(taking.unreadable, 3);
    assert_int_equal(taking.next, ROWS);
}

/* ---- A store that is only looked at ------------------------------------------------------------------------------------- */

struct told {
    unsigned found;
    char what[160];
};

static void found(void *context, const struct finding *finding)
{
    struct told *told = context;

    told->found++;
    snprintf(told->what, sizeof told->what, "%s %s", finding->table, finding->what);
}

static void went(void *context, const char *what, uint64_t done, uint64_t of)
{
    (void)context, (void)what, (void)done, (void)of;
}

static struct told look_at(const struct probe *probe)
{
    struct told told = {0};
    const struct checker checker = {found, went, &told};
    struct store *store = NULL;
    enum store_fault fault;

    assert_int_equal(store_open_to_check(probe->directory, &store, &fault), STATUS_OK);
    assert_int_equal(store_check_files(store, &checker), STATUS_OK);
    store_close(store);
    return told;
}

static void what_is_not_of_the_schema_is_found(void **state)
{
    struct fixture *fixture = *state;

    struct told told = look_at(&fixture->probe);
    assert_int_equal(told.found, 1);
    assert_string_equal(told.what, "trygg.db has what is not of its schema: table line");
    assert_int_equal(connection_exec(fixture->connection, "DROP TABLE line"), STATUS_OK);
    assert_int_equal(look_at(&fixture->probe).found, 0);
    assert_int_equal(connection_exec(fixture->connection, "DROP TRIGGER activity_no_delete"), STATUS_OK);
    told = look_at(&fixture->probe);
    assert_int_equal(told.found, 1);
    assert_string_equal(told.what, "trygg.db has not, or has changed, its trigger activity_no_delete");
}

static void it_is_locked_while_it_is_looked_at(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = NULL, *other = NULL;
    enum store_fault fault;

    assert_int_equal(store_open_to_check(fixture->probe.directory, &store, &fault), STATUS_OK);
    assert_int_equal(store_open_to_check(fixture->probe.directory, &other, &fault), STATUS_BUSY);
    assert_int_equal(fault, STORE_LOCKED);
    assert_int_equal(store_open(&(struct store_settings){.directory = fixture->probe.directory}, &other, &fault),
                     STATUS_BUSY);
    store_close(store);
}

static void another_version_is_not_looked_at(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = NULL;
    enum store_fault fault;

    assert_int_equal(connection_exec(fixture->connection, "PRAGMA user_version = 1"), STATUS_OK);
    assert_int_equal(store_open_to_check(fixture->probe.directory, &store, &fault), STATUS_CONFLICT);
    assert_int_equal(fault, STORE_SCHEMA_OLDER);
    assert_int_equal(connection_exec(fixture->connection, "PRAGMA user_version = 1000"), STATUS_OK);
    assert_int_equal(store_open_to_check(fixture->probe.directory, &store, &fault), STATUS_CONFLICT);
    assert_int_equal(fault, STORE_SCHEMA_NEWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row_is_handed_out_once_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(whoever_takes_may_stop, setup, teardown),
        cmocka_unit_test_setup_teardown(a_row_that_cannot_be_read_hides_no_other, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_of_the_schema_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_locked_while_it_is_looked_at, setup, teardown),
        cmocka_unit_test_setup_teardown(another_version_is_not_looked_at, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
