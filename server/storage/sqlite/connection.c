/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      opening a connection with every safety of docs/architecture.md on, and preparing statements lazily.
 * May not:  know what a statement means, begin or end transactions, or start threads.
 * Always:   an open connection has the promises of setup_holds; a prepared statement given out is reset and unbound.
 */
#include "storage/sqlite/connection.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "engine.gen.h"
#include "storage/sqlite/authorizer.h"
#include "storage/sqlite/data_file.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/files.h"
#include "storage/sqlite/log_file.h"
#include "storage/sqlite/memory.h"
#include "storage/sqlite/query.h"

/* A power of two with so much room that it never fills and that few statements share a slot. */
enum { CACHE_SLOTS = 1024 };
_Static_assert(N_STATEMENTS <= CACHE_SLOTS / 4 * 3, "every statement has room in the cache of a connection");

struct cached {
    const struct statement *statement;
    sqlite3_stmt *prepared;
};

struct connection {
    sqlite3 *db;
    int patience;       /* ms */
    int64_t naps_until; /* of the lock that is waited for now, by the monotonic clock */
    int wal_pages, copied_pages;
    bool lost; /* a sync of a checkpoint failed: a second one that succeeds says nothing of what the first one lost */
    sqlite3_file *log; /* of one that writes or copies, once it has one: it stays open as long as the connection */
    struct cached cache[CACHE_SLOTS];
};

static int nap(void *context, int naps_so_far)
{
    struct connection *connection = context;
    int64_t now = clock_monotonic();
    if (naps_so_far == 0)
        connection->naps_until = now + connection->patience;
    if (now >= connection->naps_until)
        return 0;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return 1;
}

static int note_wal_pages(void *context, sqlite3 *db, const char *schema, int pages)
{
    (void)db, (void)schema;
    struct connection *connection = context;
    connection->wal_pages = pages;
    return SQLITE_OK;
}

/* The switches that are no PRAGMA. */
static enum status harden(sqlite3 *db)
{
    static const struct {
        int option;
        int value;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
        {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    };
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        TRY(status_of_sqlite(sqlite3_db_config(db, switches[i].option, switches[i].value, NULL)));
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    return STATUS_OK;
}

enum status connection_check_setup(struct connection *connection)
{
    struct engine_setup_holds_row row;
    TRY(query_one(connection, NULL, &ENGINE_SETUP_HOLDS, NULL, &row));
    return row.holds == 1 ? STATUS_OK : STATUS_INTERNAL;
}

/* Counting every allocation takes a lock that all connections share. Too late, when something else has started SQLite before, is
 * merely slower; and so is a log that is written in pieces. */
static void tune_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    memory_register();
    (void)files_register();
}

/* How SQLite gets at the files: see files.h. */
static const char *way_to_files(bool writes)
{
    return writes && sqlite3_vfs_find(FILES_VFS) != NULL ? FILES_VFS : NULL;
}

/* setup: the engine text of its role. */
static enum status connection_open(const char *path, int access, const struct statement *setup,
                                   struct connection **ret_connection)
{
    static pthread_once_t tuned = PTHREAD_ONCE_INIT;
    if (pthread_once(&tuned, tune_library) != 0)
        return STATUS_INTERNAL;
    auto_connection connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return STATUS_NO_MEMORY;
    connection->patience = CONNECTION_PATIENCE;
    connection->copied_pages = -1;

    const bool writes = (access & SQLITE_OPEN_READWRITE) != 0;
    int flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
    TRY(status_of_sqlite(sqlite3_open_v2(path, &connection->db, flags, way_to_files(writes))));
    TRY(status_of_sqlite(sqlite3_busy_handler(connection->db, nap, connection)));
    if (writes && sqlite3_db_readonly(connection->db, "main") != 0)
        return STATUS_IO;
    TRY(harden(connection->db));
    TRY(connection_exec(connection, ENGINE_SETUP_COMMON.sql));
    TRY(connection_exec(connection, setup->sql));
    TRY(connection_check_setup(connection));
    sqlite3_wal_hook(connection->db, note_wal_pages, connection);

    *ret_connection = connection;
    connection = NULL;
    return STATUS_OK;
}

enum status connection_open_writer(const char *path, struct connection **ret_connection)
{
    return connection_open(path, SQLITE_OPEN_READWRITE, &ENGINE_SETUP_WRITER, ret_connection);
}

enum status connection_open_examiner(const char *path, struct connection **ret_connection)
{
    return connection_open(path, SQLITE_OPEN_READONLY, &ENGINE_SETUP_READER, ret_connection);
}

enum status connection_open_reader(const char *path, struct connection **ret_connection)
{
    auto_connection connection = NULL;
    TRY(connection_open_examiner(path, &connection));
    TRY(status_of_sqlite(sqlite3_set_authorizer(connection->db, authorize_reader, NULL)));
    *ret_connection = connection;
    connection = NULL;
    return STATUS_OK;
}

enum status connection_guard_writer(struct connection *connection)
{
    return status_of_sqlite(sqlite3_set_authorizer(connection->db, authorize_writer, NULL));
}

struct connection *connection_close(struct connection *connection)
{
    if (connection == NULL)
        return NULL;
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        sqlite3_finalize(connection->cache[i].prepared);
    int code = sqlite3_close(connection->db);
    assert(code == SQLITE_OK);
    (void)code;
    free(connection);
    return NULL;
}

enum status connection_exec(struct connection *connection, const char *sql)
{
    return status_of_sqlite(sqlite3_exec(connection->db, sql, NULL, NULL, NULL));
}

/* The slot that holds the statement, or the free one where it belongs. Statements are told apart by their address. */
static struct cached *slot_of(struct connection *connection, const struct statement *statement)
{
    uint64_t hash = (uint64_t)(uintptr_t)statement * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t at = (size_t)(hash >> 40) % CACHE_SLOTS;; at = (at + 1) % CACHE_SLOTS) {
        struct cached *cached = &connection->cache[at];
        if (cached->statement == statement || cached->statement == NULL)
            return cached;
    }
}

enum status connection_prepared(struct connection *connection, const struct statement *statement,
                                struct sqlite3_stmt **ret_prepared)
{
    struct cached *cached = slot_of(connection, statement);
    if (cached->statement == statement) {
        *ret_prepared = cached->prepared;
        return STATUS_OK;
    }
    sqlite3_stmt *prepared;
    TRY(status_of_sqlite(
        sqlite3_prepare_v3(connection->db, statement->sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL)));
    *cached = (struct cached){statement, prepared};
    *ret_prepared = prepared;
    return STATUS_OK;
}

enum status connection_run(struct connection *connection, const struct statement *statement, int *ret_code)
{
    sqlite3_stmt *prepared;
    int code;
    enum status status = connection_prepared(connection, statement, &prepared);
    if (status == STATUS_OK) {
        while ((code = sqlite3_step(prepared)) == SQLITE_ROW)
            continue;
        sqlite3_reset(prepared);
        status = status_of_sqlite(code);
    } else {
        code = sqlite3_extended_errcode(connection->db);
    }
    if (ret_code != NULL)
        *ret_code = code;
    return status;
}

/* NULL before there is one. */
static sqlite3_file *log_of(const struct connection *connection)
{
    sqlite3_file *log = NULL;
    int code = sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    return code == SQLITE_OK && log != NULL && log->pMethods != NULL ? log : NULL;
}

int connection_log_errno(const struct connection *connection)
{
    sqlite3_file *log = log_of(connection);
    int reason = 0;
    if (log == NULL)
        return 0;
    return log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &reason) == SQLITE_OK ? reason : 0;
}

void connection_put_off(struct connection *connection)
{
    if (connection->log == NULL)
        connection->log = log_of(connection);
    log_file_put_off(connection->log);
}

bool connection_owes(struct connection *connection)
{
    return log_file_owes(connection->log);
}

enum status connection_log_sync(struct connection *connection)
{
    return log_file_sync(connection->log) == SQLITE_OK ? STATUS_OK : STATUS_IO;
}

bool connection_in_transaction(const struct connection *connection)
{
    return sqlite3_get_autocommit(connection->db) == 0;
}

int64_t connection_changes(const struct connection *connection)
{
    return sqlite3_total_changes64(connection->db);
}

void connection_set_patience(struct connection *connection, int ms)
{
    connection->patience = ms;
}

int connection_wal_pages(const struct connection *connection)
{
    return connection->wal_pages;
}

enum status connection_checkpoint(struct connection *connection, enum checkpoint_mode mode)
{
    static const int modes[] = {
        [CHECKPOINT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
        [CHECKPOINT_RESTART] = SQLITE_CHECKPOINT_RESTART,
        [CHECKPOINT_TRUNCATE] = SQLITE_CHECKPOINT_TRUNCATE,
    };
    if (connection->lost)
        return STATUS_IO;
    int pages = -1, copied = -1;
    int code = sqlite3_wal_checkpoint_v2(connection->db, "main", modes[mode], &pages, &copied);
    connection->lost = code == SQLITE_IOERR_FSYNC;
    if (pages >= 0) /* it looked; else what is copied is what was copied before */
        connection->copied_pages = pages == copied ? copied : -1;
    return status_of_sqlite(code);
}

enum status connection_copy(struct connection *connection, int portion)
{
    sqlite3_file *data = NULL;
    TRY(status_of_sqlite(sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_FILE_POINTER, &data)));
    data_file_begin_portions(data, portion);
    enum status status = connection_checkpoint(connection, CHECKPOINT_PASSIVE);
    data_file_end_portions(data);
    TRY(status);
    connection->lost = data->pMethods->xSync(data, SQLITE_SYNC_NORMAL) != SQLITE_OK;
    return connection->lost ? STATUS_IO : STATUS_OK;
}

int connection_copied_pages(const struct connection *connection)
{
    return connection->copied_pages;
}
