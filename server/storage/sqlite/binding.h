/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * binding.h: between the members of a struct and the parameters and columns of a prepared statement, by the generated tables.
 */
#ifndef TRYGG_STORAGE_SQLITE_BINDING_H
#define TRYGG_STORAGE_SQLITE_BINDING_H

#include "base/arena.h"
#include "base/status.h"
#include "storage/statement.h"

struct sqlite3_stmt;

/* Binds every argument without copying: args must live until the statement is reset. args may be NULL when there are none. */
must_check enum status binding_put(struct sqlite3_stmt *prepared, const struct statement *statement, const void *args);

/* Reads the row that the statement stands on into `row`, which is partly written on failure. Texts and bytes go into the arena,
 * which may be NULL when the row has none, or when they are to be borrowed until the next step. STATUS_CORRUPT when a value is not of its type or size. */
must_check enum status binding_get(struct sqlite3_stmt *prepared, const struct statement *statement,
                                   struct arena *arena, void *row);

#endif
