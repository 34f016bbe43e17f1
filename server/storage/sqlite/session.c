/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the two ways in of storage.h: a session with its snapshot, and the reading and writing that a tx allows.
 * May not:  keep a snapshot beyond session_end, or run a statement once the transaction it belongs to is gone.
 * Always:   everything read within one session is of one snapshot; a session writes nothing.
 */
#include "storage/sqlite/session.h"

#include <assert.h>
#include <stdlib.h>

#include "engine.gen.h"
#include "storage/sqlite/query.h"

/* Ends the snapshot and gives the reader back; one that cannot end it is closed. */
static void give_back(struct readers *readers, struct connection *connection)
{
    if (connection_in_transaction(connection) && connection_run(connection, &ENGINE_ROLLBACK, NULL) != STATUS_OK)
        readers_discard(readers, connection);
    else
        readers_return(readers, connection);
}

enum status session_begin(struct store *store, struct arena *arena, struct session **ret_session)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return STATUS_NO_MEMORY;
    *session = (struct session){.arena = arena, .readers = store_readers(store)};
    enum status status = readers_take(session->readers, &session->connection);
    if (status != STATUS_OK) {
        free(session);
        return status;
    }
    status = connection_run(session->connection, &ENGINE_BEGIN_READ, NULL);
    if (status != STATUS_OK) {
        session_end(session);
        return status;
    }
    *ret_session = session;
    return STATUS_OK;
}

struct session *session_end(struct session *session)
{
    if (session == NULL)
        return NULL;
    assert(session->readers != NULL);
    give_back(session->readers, session->connection);
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

enum status statement_one(struct session *session, const struct statement *statement, const void *args, void *ret_row)
{
    assert(!statement->writes);
    TRY(check_transaction(session));
    return query_one(session->connection, session->arena, statement, args, ret_row);
}

enum status statement_all(struct session *session, const struct statement *statement, const void *args, size_t max,
                          void **ret_rows, size_t *ret_n)
{
    assert(!statement->writes);
    TRY(check_transaction(session));
    return query_all(session->connection, session->arena, statement, args, max, ret_rows, ret_n);
}

enum status statement_write(struct tx *tx, const struct statement *statement, const void *args, int64_t *ret_changed)
{
    assert(statement->writes && tx->guarded > 0);
    TRY(check_transaction(&tx->session));
    return query_write(tx->session.connection, statement, args, ret_changed);
}

enum status statement_write_one(struct tx *tx, const struct statement *statement, const void *args, void *ret_row)
{
    assert(statement->writes && tx->guarded > 0);
    TRY(check_transaction(&tx->session));
    return query_one(tx->session.connection, tx->session.arena, statement, args, ret_row);
}
