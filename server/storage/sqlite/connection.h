/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connection.h: one SQLite connection, set up as docs/architecture.md says, with the statements it has prepared so far.
 * Not thread-safe: whoever holds a connection is alone with it.
 */
#ifndef TRYGG_STORAGE_SQLITE_CONNECTION_H
#define TRYGG_STORAGE_SQLITE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "storage/statement.h"

struct connection;
struct sqlite3_stmt;

/* How long a connection naps for a lock that another holds, in ms by the clock: a nap of 1 ms is as long as the machine makes it. */
enum { CONNECTION_PATIENCE = 2000 };

/* The one that writes: the file must exist (an empty one is made a database in WAL mode). It has no authorizer yet. */
must_check enum status connection_open_writer(const char *path, struct connection **ret_connection);

/* One that reads: read-only, guarded from the start. */
must_check enum status connection_open_reader(const char *path, struct connection **ret_connection);

/* The same without its guard, which allows no PRAGMA: for examine.h. */
must_check enum status connection_open_examiner(const char *path, struct connection **ret_connection);

/* Whether the promises of docs/architecture.md are on; every connection is handed out so. STATUS_INTERNAL: one is not. */
must_check enum status connection_check_setup(struct connection *connection);

/* Sets the authorizer of the writing connection, once migrations are done. */
must_check enum status connection_guard_writer(struct connection *connection);

/* Finalizes its statements and closes without a checkpoint. Accepts NULL, returns NULL. */
struct connection *connection_close(struct connection *connection);

static inline void connection_closep(struct connection **connection)
{
    *connection = connection_close(*connection);
}
#define auto_connection __attribute__((cleanup(connection_closep))) struct connection *

/* Runs a text of one or more statements, rows thrown away. */
must_check enum status connection_exec(struct connection *connection, const char *sql);

/* A prepared statement, reset and unbound; the connection keeps it until it is closed. */
must_check enum status connection_prepared(struct connection *connection, const struct statement *statement,
                                           struct sqlite3_stmt **ret_prepared);

/* Runs a statement without arguments and rows to its end, prepared once. ret_code (may be NULL) is SQLite's extended code,
 * always written. */
must_check enum status connection_run(struct connection *connection, const struct statement *statement, int *ret_code);

/* errno of the last call that failed on the write-ahead log; 0 when none has or it cannot be told. */
int connection_log_errno(const struct connection *connection);

/* Writing connection only. Between the two, commits are written to the log and not synced; the second answers whether a sync is owed. From
 * another thread, connection_log_sync makes all durable whose commit had returned. STATUS_IO: nobody knows what is. */
void connection_put_off(struct connection *connection);
bool connection_owes(struct connection *connection);
must_check enum status connection_log_sync(struct connection *connection);

bool connection_in_transaction(const struct connection *connection);

/* Rows that this connection has ever changed, also those of triggers and those that were taken back. */
int64_t connection_changes(const struct connection *connection);

void connection_set_patience(struct connection *connection, int ms);

/* Pages in the write-ahead log after the newest commit of this connection. */
int connection_wal_pages(const struct connection *connection);

enum checkpoint_mode { CHECKPOINT_PASSIVE, CHECKPOINT_RESTART, CHECKPOINT_TRUNCATE };

/* Writing connection only, outside a transaction. RESTART and TRUNCATE answer STATUS_BUSY when a reader stayed too long. A pass that leaves
 * something in the log, or meets a commit, syncs the log, but leaves the database to a later one. After a sync has failed, of the log or of the
 * database, this and connection_copy are STATUS_IO until the next start copies the whole log anew. */
must_check enum status connection_checkpoint(struct connection *connection, enum checkpoint_mode mode);

/* A PASSIVE one that syncs all that it copied, so many pages at a time (data_file.h): a commit beside it waits for one portion at most. */
must_check enum status connection_copy(struct connection *connection, int portion);

/* Pages in the log when connection_checkpoint last looked, if all of them were copied back by then; else -1. */
int connection_copied_pages(const struct connection *connection);

#endif
