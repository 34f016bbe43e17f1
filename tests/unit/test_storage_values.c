/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      values in and out by table, what is called corrupt, and which status a statement ends with.
 * May not:  go through the writer: it takes a connection without an authorizer, to make tables of its own.
 * Always:   ret_ parameters are seen to be untouched on failure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.gen.h"
#include "storage/sqlite/query.h"
#include "storage_probe.h"

struct fixture {
    struct probe probe;
    struct connection *connection;
    struct arena *arena;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    fixture->connection = probe_connection(&fixture->probe);
    fixture->arena = arena_new(1 << 20);
    assert_int_equal(connection_exec(fixture->connection,
                                     "CREATE TABLE thing (n, t, u, mu, mi, s, m, b, w);"
                                     "CREATE TABLE strict (id INTEGER NOT NULL PRIMARY KEY CHECK (id < 100),"
                                     " other INTEGER UNIQUE, parent INTEGER REFERENCES strict) STRICT"),
                     STATUS_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    arena_free(fixture->arena);
    connection_close(fixture->connection);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

struct thing {
    int64_t number;
    const char *text;
    struct uuid uuid;
    struct maybe_uuid maybe_uuid;
    struct maybe_int maybe_int;
    struct sealed sealed;
    struct mark mark;
    struct bytes bytes;
    struct wrapped_key wrapped;
};

static const struct value_slot slots[] = {
    {VALUE_INT, offsetof(struct thing, number)},          {VALUE_TEXT, offsetof(struct thing, text)},
    {VALUE_UUID, offsetof(struct thing, uuid)},           {VALUE_MAYBE_UUID, offsetof(struct thing, maybe_uuid)},
    {VALUE_MAYBE_INT, offsetof(struct thing, maybe_int)}, {VALUE_SEALED, offsetof(struct thing, sealed)},
    {VALUE_MARK, offsetof(struct thing, mark)},           {VALUE_BYTES, offsetof(struct thing, bytes)},
    {VALUE_WRAPPED_KEY, offsetof(struct thing, wrapped)},
};
static const struct statement PUT = {
    .name = "put",
    .sql = "INSERT INTO thing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    .args = slots,
    .n_args = 9,
    .writes = true,
};
static const struct statement PUT_RETURNING = {
    .name = "put_returning",
    .sql = "INSERT INTO thing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING *",
    .args = slots,
    .n_args = 9,
    .columns = slots,
    .n_columns = 9,
    .row_size = sizeof(struct thing),
    .writes = true,
};
static const struct statement GET = {
    .name = "get",
    .sql = "SELECT n, t, u, mu, mi, s, m, b, w FROM thing ORDER BY n",
    .columns = slots,
    .n_columns = 9,
    .row_size = sizeof(struct thing),
};

static void assert_same(const struct thing *a, const struct thing *b)
{
    assert_int_equal(a->number, b->number);
    assert_int_equal(a->text == NULL, b->text == NULL);
    if (a->text != NULL)
        assert_string_equal(a->text, b->text);
    assert_memory_equal(&a->uuid, &b->uuid, sizeof a->uuid);
    assert_int_equal(a->maybe_uuid.known, b->maybe_uuid.known);
    assert_memory_equal(&a->maybe_uuid.uuid, &b->maybe_uuid.uuid, sizeof a->uuid);
    assert_int_equal(a->maybe_int.known, b->maybe_int.known);
    assert_int_equal(a->maybe_int.value, b->maybe_int.value);
    assert_int_equal(a->sealed.data == NULL, b->sealed.data == NULL);
    assert_int_equal(a->sealed.len, b->sealed.len);
    if (a->sealed.len > 0)
        assert_memory_equal(a->sealed.data, b->sealed.data, a->sealed.len);
    assert_memory_equal(&a->mark, &b->mark, sizeof a->mark);
    assert_int_equal(a->bytes.data == NULL, b->bytes.data == NULL);
    assert_int_equal(a->bytes.len, b->bytes.len);
    assert_memory_equal(&a->wrapped, &b->wrapped, sizeof a->wrapped);
}

static struct thing full_thing(void)
{
    struct thing thing = {
        .number = INT64_MIN,
        .text = "Åse i 5B",
        .uuid = uuid_new(),
        .maybe_uuid = {true, uuid_new()},
        .maybe_int = {true, INT64_MAX},
        .sealed = {(const uint8_t *)"sea\0led", 7},
        .bytes = {(const uint8_t *)"", 0}, /* empty, not NULL */
    };
    memset(&thing.mark, 0xa5, sizeof thing.mark);
    memset(&thing.wrapped, 0x5a, sizeof thing.wrapped);
    return thing;
}

static void every_type_of_value_comes_back_as_it_went_in(void **state)
{
    struct fixture *fixture = *state;
    struct thing full = full_thing();
    struct thing bare = {.text = NULL};
    struct thing back;
    assert_int_equal(query_one(fixture->connection, fixture->arena, &PUT_RETURNING, &full, &back), STATUS_OK);
    assert_same(&full, &back);
    assert_int_equal(query_write(fixture->connection, &PUT, &bare, NULL), STATUS_OK);
    void *rows;
    size_t n;
    assert_int_equal(query_all(fixture->connection, fixture->arena, &GET, NULL, 2, &rows, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_same(&full, &((struct thing *)rows)[0]);
    assert_same(&bare, &((struct thing *)rows)[1]);
}

/* A statement that stands on a row holds a snapshot, and nobody checkpoints beside it. */
static void assert_no_statement_stands(const struct fixture *fixture)
{
    assert_int_equal(connection_checkpoint(fixture->connection, CHECKPOINT_TRUNCATE), STATUS_OK);
}

static void a_value_of_another_type_or_size_is_corrupt_and_nothing_is_returned(void **state)
{
    struct fixture *fixture = *state;
    static const char *const damages[] = {
        "n = NULL",
        "n = 'one'",
        "n = 1.5",
        "t = zeroblob(3)",
        "t = 7",
        "t = 'a' || char(0) || 'b'",
        "u = NULL",
        "u = zeroblob(15)",
        "u = zeroblob(17)",
        "u = zeroblob(0)",
        "u = '0123456789abcdef'",
        "mu = zeroblob(1)",
        "mi = 'x'",
        "s = 'text'",
        "s = 5",
        "m = zeroblob(31)",
        "m = NULL",
        "b = 1",
        "w = zeroblob(71)",
        "w = NULL",
    };
    struct thing full = full_thing();
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "UPDATE thing SET %s", damages[i]);
        assert_int_equal(connection_exec(fixture->connection, "DELETE FROM thing"), STATUS_OK);
        assert_int_equal(query_write(fixture->connection, &PUT, &full, NULL), STATUS_OK);
        assert_int_equal(connection_exec(fixture->connection, sql), STATUS_OK);
        struct thing row = {.number = 77};
        enum status status = query_one(fixture->connection, fixture->arena, &GET, NULL, &row);
        if (status != STATUS_CORRUPT || row.number != 77)
            fail_msg("%s: status %d", damages[i], status);
        void *rows = &row;
        size_t n = 5;
        assert_int_equal(query_all(fixture->connection, fixture->arena, &GET, NULL, 9, &rows, &n), STATUS_CORRUPT);
        assert_true(rows == &row && n == 5);
        assert_no_statement_stands(fixture);
    }
}

static void no_row_one_row_and_too_many_are_told_apart(void **state)
{
    struct fixture *fixture = *state;
    struct thing full = full_thing(), row = {.number = 77};
    void *rows = NULL;
    size_t n = 9;
    assert_int_equal(query_one(fixture->connection, fixture->arena, &GET, NULL, &row), STATUS_NOT_FOUND);
    assert_int_equal(query_all(fixture->connection, fixture->arena, &GET, NULL, 0, &rows, &n), STATUS_OK);
    assert_non_null(rows);
    assert_int_equal(n, 0);
    for (int i = 0; i < 40; i++)
        assert_int_equal(query_write(fixture->connection, &PUT, &full, NULL), STATUS_OK);
    assert_int_equal(query_all(fixture->connection, fixture->arena, &GET, NULL, 40, &rows, &n), STATUS_OK);
    assert_int_equal(n, 40);
    assert_int_equal(query_all(fixture->connection, fixture->arena, &GET, NULL, 39, &rows, &n), STATUS_TOO_MANY);
    assert_int_equal(query_one(fixture->connection, fixture->arena, &GET, NULL, &row), STATUS_INTERNAL);
    assert_int_equal(row.number, 77);
    assert_no_statement_stands(fixture);
}

static void an_exhausted_arena_is_no_memory(void **state)
{
    struct fixture *fixture = *state;
    struct thing full = full_thing(), row = {.number = 77};
    assert_int_equal(query_write(fixture->connection, &PUT, &full, NULL), STATUS_OK);
    auto_arena small = arena_new(1);
    assert_int_equal(query_one(fixture->connection, small, &GET, NULL, &row), STATUS_NO_MEMORY);
    assert_int_equal(row.number, 77);
}

struct three {
    struct maybe_int id, other, parent;
};
static const struct value_slot three_slots[] = {
    {VALUE_MAYBE_INT, offsetof(struct three, id)},
    {VALUE_MAYBE_INT, offsetof(struct three, other)},
    {VALUE_MAYBE_INT, offsetof(struct three, parent)},
};
static const struct statement STRICT = {
    .name = "strict",
    .sql = "INSERT INTO strict (id, other, parent) VALUES (?1, ?2, ?3)",
    .args = three_slots,
    .n_args = 3,
    .writes = true,
};

static void each_constraint_ends_with_its_status(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        struct three args;
        enum status status;
    } cases[] = {
        {{{true, 1}, {true, 1}, {false, 0}}, STATUS_OK},
        {{{true, 1}, {true, 2}, {false, 0}}, STATUS_CONFLICT}, /* primary key */
        {{{true, 2}, {true, 1}, {false, 0}}, STATUS_CONFLICT}, /* unique */
        {{{true, 2}, {true, 2}, {true, 50}}, STATUS_CONFLICT}, /* foreign key */
        {{{true, 2}, {true, 2}, {true, 1}}, STATUS_OK},
        {{{true, 100}, {true, 3}, {false, 0}}, STATUS_INTERNAL}, /* check */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t changed = -1;
        enum status status = query_write(fixture->connection, &STRICT, &cases[i].args, &changed);
        assert_int_equal(status, cases[i].status);
        assert_int_equal(changed, status == STATUS_OK ? 1 : -1);
    }
}

static void as_many_statements_as_there_are_keep_to_their_own_text(void **state)
{
    struct fixture *fixture = *state;
    struct statement *statements = calloc(N_STATEMENTS, sizeof *statements);
    char(*texts)[32] = calloc(N_STATEMENTS, sizeof *texts);
    for (int64_t round = 0; round < 2; round++) {
        for (int64_t i = 0; i < N_STATEMENTS; i++) {
            snprintf(texts[i], sizeof texts[i], "SELECT %d", (int)i);
            statements[i] = PROBE_COUNT;
            statements[i].sql = texts[i];
            struct probe_count count;
            assert_int_equal(query_one(fixture->connection, NULL, &statements[i], NULL, &count), STATUS_OK);
            assert_int_equal(count.n, i);
        }
    }
    connection_close(fixture->connection);
    fixture->connection = NULL;
    free(texts);
    free(statements);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_of_value_comes_back_as_it_went_in, setup, teardown),
        cmocka_unit_test_setup_teardown(a_value_of_another_type_or_size_is_corrupt_and_nothing_is_returned, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(no_row_one_row_and_too_many_are_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(an_exhausted_arena_is_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(each_constraint_ends_with_its_status, setup, teardown),
        cmocka_unit_test_setup_teardown(as_many_statements_as_there_are_keep_to_their_own_text, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
