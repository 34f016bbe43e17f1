/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the ends of a transaction, told apart as docs/architecture.md says: durable, nothing stored, unknown.
 * May not:  decide what happens to the jobs of a batch.
 * Always:   only a failure that cannot have left a whole commit in the log is called "nothing stored".
 */
#include "storage/sqlite/transaction.h"

#include <errno.h>
#include <sqlite3.h>

#include "engine.gen.h"

/* A COMMIT that another's lock holds up is tried this often, each with the connection's patience. */
enum { COMMIT_TRIES = 3 };

enum status transaction_begin(struct connection *connection)
{
    transaction_rollback(connection);
    return connection_run(connection, &ENGINE_BEGIN_WRITE, NULL);
}

void transaction_rollback(struct connection *connection)
{
    if (!connection_in_transaction(connection))
        return;
    /* It fails when the medium or memory does. The next begin tries again; closing the connection drops what was not committed. */
    enum status status = connection_run(connection, &ENGINE_ROLLBACK, NULL);
    (void)status;
}

/* A limit on file sizes or a quota, which SQLite does not tell from a broken disk as it does with a full one. */
static bool is_no_room(const struct connection *connection, int code)
{
    if (code != SQLITE_IOERR_WRITE)
        return false;
    int reason = connection_log_errno(connection);
    return reason == EFBIG || reason == EDQUOT;
}

/* Failures before the commit frame was complete in the log: no room for it, another's lock, a deferred constraint. Any other code
 * may have come after it (the sync, the index of the log). */
static bool is_definite(const struct connection *connection, int code)
{
    int primary = code & 0xff;
    return is_no_room(connection, code) || primary == SQLITE_FULL || primary == SQLITE_BUSY ||
           primary == SQLITE_CONSTRAINT;
}

enum status transaction_commit(struct connection *connection)
{
    int code;
    enum status status = connection_run(connection, &ENGINE_COMMIT, &code);
    for (int tries = 1; (code & 0xff) == SQLITE_BUSY && tries < COMMIT_TRIES; tries++)
        status = connection_run(connection, &ENGINE_COMMIT, &code);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (!is_definite(connection, code))
        return STATUS_COMMIT_UNKNOWN;
    transaction_rollback(connection);
    return status;
}
