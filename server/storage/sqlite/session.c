/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the two ways in of storage.h: a session with its snapshot, and the reading and writing that a tx allows.
 * May not:  show the log from a snapshot that may lack its newest rows, or run a statement once the transaction it belongs to is gone.
 * Always:   everything read within one session is of one snapshot; a session writes nothing.
 */
#include "storage/sqlite/session.h"

#include <assert.h>
#include <stdlib.h>

#include "storage/sqlite/each.h"
#include "storage/sqlite/query.h"

static enum status begin(struct store *store, struct arena *arena, enum snapshot snapshot, struct session **ret_session)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return STATUS_NO_MEMORY;
    *session =
        (struct session){.arena = arena, .readers = store_readers(store), .without_log = snapshot == SNAPSHOT_KEPT};
    enum status status = readers_take(session->readers, snapshot, &session->loan);
    if (status != STATUS_OK) {
        free(session);
        return status;
    }
    session->connection = session->loan.connection;
    *ret_session = session;
    return STATUS_OK;
}

enum status session_begin(struct store *store, struct arena *arena, struct session **ret_session)
{
    return begin(store, arena, SNAPSHOT_NEW, ret_session);
}

enum status session_begin_without_log(struct store *store, struct arena *arena, struct session **ret_session)
{
    return begin(store, arena, SNAPSHOT_KEPT, ret_session);
}

struct session *session_end(struct session *session)
{
    if (session == NULL)
        return NULL;
    assert(session->readers != NULL);
    readers_return(session->readers, &session->loan);
    free(session);
    return NULL;
}

struct arena *session_arena(struct session *session)
{
    return session->arena;
}

struct session *tx_session(struct tx *tx)
{
    return &tx->session;
}

bool tx_reads_committed(const struct tx *tx)
{
    return !tx->changes_content;
}

int64_t tx_now(const struct tx *tx)
{
    return tx->now;
}

void tx_appended(struct tx *tx, size_t n)
{
    tx->appended += n;
}

/* After SQLITE_FULL the transaction may be gone while its job still runs: a statement then would commit on its own. */
static enum status check_transaction(const struct session *session)
{
    return connection_in_transaction(session->connection) ? STATUS_OK : STATUS_STORE_LOST;
}

static enum status check_read(const struct session *session, const struct statement *statement)
{
    assert(!statement->writes);
    if (session->without_log && statement->reads_log)
        return STATUS_INTERNAL;
    return check_transaction(session);
}

static enum status check_write(const struct tx *tx, const struct statement *statement)
{
    assert(statement->writes && tx->guarded > 0);
    return check_transaction(&tx->session);
}

/* `before`: what connection_changes said. What its triggers changed counts, and what a failed one took back. */
static void note_change(struct tx *tx, const struct statement *statement, int64_t before)
{
    if (!statement->writes_only_log && connection_changes(tx->session.connection) != before)
        tx->changes_content = true;
}

enum status statement_one(struct session *session, const struct statement *statement, const void *args, void *ret_row)
{
    TRY(check_read(session, statement));
    return query_one(session->connection, session->arena, statement, args, ret_row);
}

enum status statement_all(struct session *session, const struct statement *statement, const void *args, size_t max,
                          void **ret_rows, size_t *ret_n)
{
    TRY(check_read(session, statement));
    return query_all(session->connection, session->arena, statement, args, max, ret_rows, ret_n);
}

enum status statement_each(struct session *session, const struct statement *statement, const void *args,
                           enum status (*take)(void *context, const void *row), void *context)
{
    TRY(check_read(session, statement));
    return query_each(session->connection, statement, args, take, context);
}

enum status statement_write(struct tx *tx, const struct statement *statement, const void *args, int64_t *ret_changed)
{
    TRY(check_write(tx, statement));
    const int64_t before = connection_changes(tx->session.connection);
    enum status status = query_write(tx->session.connection, statement, args, ret_changed);
    note_change(tx, statement, before);
    return status;
}

enum status statement_write_one(struct tx *tx, const struct statement *statement, const void *args, void *ret_row)
{
    TRY(check_write(tx, statement));
    const int64_t before = connection_changes(tx->session.connection);
    enum status status = query_one(tx->session.connection, tx->session.arena, statement, args, ret_row);
    note_change(tx, statement, before);
    return status;
}
