/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      running a prepared statement to its end and gathering its rows.
 * May not:  begin or end transactions, or leave a statement standing on a row.
 * Always:   what it returns through ret_ is complete; on failure nothing is written.
 */
#include "storage/sqlite/query.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/binding.h"
#include "storage/sqlite/errors.h"

/* A statement in use: reset and unbound when it leaves scope. */
static void statement_release(sqlite3_stmt **prepared)
{
    if (*prepared == NULL)
        return;
    sqlite3_reset(*prepared);
    sqlite3_clear_bindings(*prepared);
}
#define auto_statement __attribute__((cleanup(statement_release))) sqlite3_stmt *

static enum status bound(struct connection *connection, const struct statement *statement, const void *args,
                         sqlite3_stmt **ret_prepared)
{
    TRY(connection_prepared(connection, statement, ret_prepared));
    return binding_put(*ret_prepared, statement, args);
}

/* The status of a step that gave no row. */
static enum status no_row(int code)
{
    return code == SQLITE_DONE ? STATUS_NOT_FOUND : status_of_sqlite(code);
}

/* Whether its rows have texts or bytes, which would be borrowed without an arena, from a statement that is reset. */
static bool has_bytes(const struct statement *statement)
{
    for (size_t i = 0; i < statement->n_columns; i++) {
        const enum value_type type = statement->columns[i].type;
        if (type == VALUE_TEXT || type == VALUE_BYTES || type == VALUE_SEALED)
            return true;
    }
    return false;
}

enum status query_one(struct connection *connection, struct arena *arena, const struct statement *statement,
                      const void *args, void *ret_row)
{
    union {
        max_align_t aligned;
        char bytes[STATEMENT_ROW_BYTES];
    } row;
    assert(statement->row_size <= sizeof row && (arena != NULL || !has_bytes(statement)));

    auto_statement prepared = NULL;
    TRY(bound(connection, statement, args, &prepared));
    int code = sqlite3_step(prepared);
    if (code != SQLITE_ROW)
        return no_row(code);
    memset(row.bytes, 0, statement->row_size);
    TRY(binding_get(prepared, statement, arena, row.bytes));

    /* To the end: a RETURNING is done only then. A second row means that the statement is not what it says. */
    code = sqlite3_step(prepared);
    if (code != SQLITE_DONE)
        return code == SQLITE_ROW ? STATUS_INTERNAL : status_of_sqlite(code);
    memcpy(ret_row, row.bytes, statement->row_size);
    return STATUS_OK;
}

/* Rows while their number is not known yet: the first few stand in `first`. */
struct rows {
    char *data;
    size_t n;
    size_t capacity;
    _Alignas(max_align_t) char first[2 * STATEMENT_ROW_BYTES];
};

static void rows_begin(struct rows *rows, size_t row_size)
{
    rows->data = rows->first;
    rows->n = 0;
    rows->capacity = sizeof rows->first / row_size;
}

static void rows_free(struct rows *rows)
{
    if (rows->data != rows->first)
        free(rows->data);
}
#define auto_rows __attribute__((cleanup(rows_free))) struct rows

static enum status rows_grow(struct rows *rows, size_t row_size)
{
    bool on_heap = rows->data != rows->first;
    size_t capacity = rows->capacity * 2;
    char *data = reallocarray(on_heap ? rows->data : NULL, capacity, row_size);
    if (data == NULL)
        return STATUS_NO_MEMORY;
    if (!on_heap)
        memcpy(data, rows->first, rows->n * row_size);
    rows->data = data;
    rows->capacity = capacity;
    return STATUS_OK;
}

static enum status rows_read(struct rows *rows, sqlite3_stmt *prepared, const struct statement *statement,
                             struct arena *arena)
{
    if (rows->n == rows->capacity)
        TRY(rows_grow(rows, statement->row_size));
    char *row = rows->data + rows->n * statement->row_size;
    memset(row, 0, statement->row_size);
    TRY(binding_get(prepared, statement, arena, row));
    rows->n++;
    return STATUS_OK;
}

enum status query_all(struct connection *connection, struct arena *arena, const struct statement *statement,
                      const void *args, size_t max, void **ret_rows, size_t *ret_n)
{
    assert(arena != NULL);
    auto_rows rows;
    rows_begin(&rows, statement->row_size);
    auto_statement prepared = NULL;
    TRY(bound(connection, statement, args, &prepared));
    int code;
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
        if (rows.n == max)
            return STATUS_TOO_MANY;
        TRY(rows_read(&rows, prepared, statement, arena));
    }
    TRY(status_of_sqlite(code));
    void *array = arena_array(arena, rows.n, statement->row_size);
    if (array == NULL)
        return STATUS_NO_MEMORY;
    if (rows.n > 0)
        memcpy(array, rows.data, rows.n * statement->row_size);
    *ret_rows = array;
    *ret_n = rows.n;
    return STATUS_OK;
}

enum status query_write(struct connection *connection, const struct statement *statement, const void *args,
                        int64_t *ret_changed)
{
    auto_statement prepared = NULL;
    TRY(bound(connection, statement, args, &prepared));
    int code = sqlite3_step(prepared);
    if (code != SQLITE_DONE)
        return code == SQLITE_ROW ? STATUS_INTERNAL : status_of_sqlite(code);
    if (ret_changed != NULL)
        *ret_changed = sqlite3_changes64(sqlite3_db_handle(prepared));
    return STATUS_OK;
}
