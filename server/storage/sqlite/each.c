/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      running a statement over more rows than anyone would gather.
 * May not:  keep a row, or copy its texts and bytes.
 * Always:   a row that cannot be read does not hide the next one; the statement is reset when a call here returns.
 */
#include "storage/sqlite/each.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "storage/sqlite/binding.h"
#include "storage/sqlite/errors.h"

static enum status hand_out(sqlite3_stmt *prepared, const struct statement *statement,
                            enum status (*take)(void *context, const void *row), void *context)
{
    union {
        max_align_t aligned;
        char bytes[STATEMENT_ROW_BYTES];
    } row;
    int code;

    assert(statement->row_size <= sizeof row);
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
        memset(row.bytes, 0, statement->row_size);
        enum status status = binding_get(prepared, statement, NULL, row.bytes);
        if (status != STATUS_OK && status != STATUS_CORRUPT)
            return status;
        TRY(take(context, status == STATUS_OK ? row.bytes : NULL));
    }
    return status_of_sqlite(code);
}

enum status query_each(struct connection *connection, const struct statement *statement, const void *args,
                       enum status (*take)(void *context, const void *row), void *context)
{
    sqlite3_stmt *prepared;

    TRY(connection_prepared(connection, statement, &prepared));
    enum status status = binding_put(prepared, statement, args);
    if (status == STATUS_OK)
        status = hand_out(prepared, statement, take, context);
    sqlite3_reset(prepared);
    sqlite3_clear_bindings(prepared);
    return status;
}
