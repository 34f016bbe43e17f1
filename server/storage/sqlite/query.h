/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * query.h: a statement run on a connection, whoever holds it. Every statement is reset and unbound when a call here returns.
 * Statuses as in storage/statement.h. The arena may be NULL when the row has no texts or bytes.
 */
#ifndef TRYGG_STORAGE_SQLITE_QUERY_H
#define TRYGG_STORAGE_SQLITE_QUERY_H

#include "base/arena.h"
#include "base/status.h"
#include "storage/sqlite/connection.h"
#include "storage/statement.h"

/* Exactly one row, or STATUS_NOT_FOUND; for a write, its RETURNING. */
must_check enum status query_one(struct connection *connection, struct arena *arena, const struct statement *statement,
                                 const void *args, void *ret_row);

must_check enum status query_all(struct connection *connection, struct arena *arena, const struct statement *statement,
                                 const void *args, size_t max, void **ret_rows, size_t *ret_n);

/* ret_changed may be NULL. */
must_check enum status query_write(struct connection *connection, const struct statement *statement, const void *args,
                                   int64_t *ret_changed);

#endif
