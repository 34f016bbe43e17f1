/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * session.h: what a session and a tx are made of; for storage/ alone.
 */
#ifndef TRYGG_STORAGE_SQLITE_SESSION_H
#define TRYGG_STORAGE_SQLITE_SESSION_H

#include "storage/sqlite/connection.h"
#include "storage/sqlite/readers.h"
#include "storage/storage.h"

struct session {
    struct connection *connection;
    struct arena *arena;     /* of the caller; for a tx, of the job that runs */
    struct readers *readers; /* that lent the connection; NULL in a tx */
    struct loan loan;        /* empty in a tx */
    bool without_log;        /* its snapshot may lack the newest rows of the log */
};

struct tx {
    struct session session;
    int64_t now;
    size_t appended;      /* rows of the log, as the finish hook says */
    int guarded;          /* how deep in parts that can be undone, or in the finish hook; a write needs one */
    bool changes_content; /* has written something else than the log */
    bool careful;         /* each part has a savepoint; else one that fails after it has written spoils the batch */
    bool spoilt;          /* nothing of it can be committed: it runs again */
};

/* The pool that session_begin takes from (store.c). */
struct readers *store_readers(struct store *store);

#endif
