/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * transaction.h: begin, commit and roll back a write, and what it means when one of them fails. For the writer and for keys.db.
 */
#ifndef TRYGG_STORAGE_SQLITE_TRANSACTION_H
#define TRYGG_STORAGE_SQLITE_TRANSACTION_H

#include "base/status.h"
#include "storage/sqlite/connection.h"

/* Takes the write lock, napping for it; STATUS_BUSY when another kept it. */
must_check enum status transaction_begin(struct connection *connection);

/* STATUS_OK                durable
 * STATUS_COMMIT_UNKNOWN    failed in a way that leaves open whether recovery will find it: the connection must not write again
 * STATUS_STORE_LOST, STATUS_BUSY, STATUS_CONFLICT, …  nothing stored, no transaction left */
must_check enum status transaction_commit(struct connection *connection);

/* Ends the transaction if there is one. */
void transaction_rollback(struct connection *connection);

#endif
