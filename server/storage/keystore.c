/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      keys.db: adding wrapped keys under a mutex, reading them through a pool of its own.
 * May not:  see a key in the clear, or record whose a key is.
 * Always:   one writing connection, the only checkpointer; after a commit that ended unknown it says so once and writes no more.
 */
#include "storage/keystore_private.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine.gen.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/query.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/transaction.h"

/* The log is copied back when it is this long; LOOKUP_READERS are plenty for look-ups of microseconds. */
enum { LOG_STEP = 100, LOOKUP_READERS = 4, LOOKUP_PATIENCE_MS = 5000, CHECK_ARENA_BYTES = 1024, KEYS_MOST = 1 << 24 };

struct keystore {
    struct readers *readers;
    void (*commit_unknown)(void *context);
    void *context;
    pthread_mutex_t lock; /* guards what follows */
    struct connection *connection;
    bool unknown; /* a COMMIT ended unknown */
};

static void keystore_closep(struct keystore **keystore)
{
    *keystore = keystore_close(*keystore);
}
#define auto_keystore __attribute__((cleanup(keystore_closep))) struct keystore *

enum status keystore_open(const char *path, size_t max_readers, const struct store_settings *settings,
                          struct keystore **ret_keystore, enum store_fault *ret_fault)
{
    auto_keystore keystore = calloc(1, sizeof *keystore);
    if (keystore == NULL)
        return STATUS_NO_MEMORY;
    keystore->commit_unknown = settings->commit_unknown;
    keystore->context = settings->context;
    pthread_mutex_init(&keystore->lock, NULL);
    TRY(database_open(path, &LINEAGE_KEYS, &keystore->connection, ret_fault));
    size_t n_readers = max_readers < LOOKUP_READERS ? max_readers : LOOKUP_READERS;
    TRY(readers_new(path, n_readers, LOOKUP_PATIENCE_MS, &keystore->readers));
    *ret_keystore = keystore;
    keystore = NULL;
    return STATUS_OK;
}

enum status keystore_open_to_check(const char *path, struct keystore **ret_keystore)
{
    auto_keystore keystore = calloc(1, sizeof *keystore);
    if (keystore == NULL)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&keystore->lock, NULL);
    TRY(readers_new(path, 1, LOOKUP_PATIENCE_MS, &keystore->readers));
    *ret_keystore = keystore;
    keystore = NULL;
    return STATUS_OK;
}

struct keystore *keystore_close(struct keystore *keystore)
{
    if (keystore == NULL)
        return NULL;
    if (keystore->readers != NULL)
        readers_let_go(keystore->readers);
    if (keystore->connection != NULL && !keystore->unknown && connection_wal_pages(keystore->connection) > 0) {
        /* What is not copied back now is found in the log at the next start. */
        enum status status = connection_checkpoint(keystore->connection, CHECKPOINT_TRUNCATE);
        (void)status;
    }
    connection_close(keystore->connection);
    readers_free(keystore->readers);
    pthread_mutex_destroy(&keystore->lock);
    free(keystore);
    return NULL;
}

/* ---- Writing -------------------------------------------------------------------------------------------------------- */

/* Statements to run in one transaction: each over `n` argument structs of `size` bytes. */
struct inserts {
    const struct statement *statement;
    const void *args;
    size_t n;
    size_t size;
};

static enum status insert_all(struct connection *connection, const struct inserts *inserts)
{
    for (size_t i = 0; i < inserts->n; i++)
        TRY(query_write(connection, inserts->statement, (const char *)inserts->args + i * inserts->size, NULL));
    return STATUS_OK;
}

/* STATUS_COMMIT_UNKNOWN once, to the one who must tell. */
static enum status write_locked(struct keystore *keystore, const struct inserts *inserts)
{
    if (keystore->unknown)
        return STATUS_IO;
    TRY(transaction_begin(keystore->connection));
    enum status status = insert_all(keystore->connection, inserts);
    if (status != STATUS_OK) {
        transaction_rollback(keystore->connection);
        return status;
    }
    status = transaction_commit(keystore->connection);
    readers_outdate(keystore->readers);
    keystore->unknown = status == STATUS_COMMIT_UNKNOWN;
    if (status == STATUS_OK && connection_wal_pages(keystore->connection) >= LOG_STEP) {
        /* The keys are in the log whether or not they are copied back now. */
        readers_let_go(keystore->readers);
        enum status copied = connection_checkpoint(keystore->connection, CHECKPOINT_PASSIVE);
        (void)copied;
    }
    return status;
}

static enum status keystore_write(struct keystore *keystore, const struct inserts *inserts)
{
    pthread_mutex_lock(&keystore->lock);
    enum status status = write_locked(keystore, inserts);
    pthread_mutex_unlock(&keystore->lock);
    if (status != STATUS_COMMIT_UNKNOWN)
        return status;
    if (keystore->commit_unknown != NULL)
        keystore->commit_unknown(keystore->context);
    return STATUS_IO;
}

/* A stored key is bound as it is. */
_Static_assert(sizeof(struct stored_key) == sizeof(struct sql_key_add_args) &&
                   offsetof(struct stored_key, id) == offsetof(struct sql_key_add_args, id) &&
                   offsetof(struct stored_key, wrapped) == offsetof(struct sql_key_add_args, wrapped),
               "struct stored_key and the arguments of key_add have one layout");

enum status keystore_add(struct keystore *keystore, const struct stored_key *keys, size_t n)
{
    return keystore_write(keystore, &(struct inserts){&STATEMENT_KEY_ADD, keys, n, sizeof keys[0]});
}

enum status keystore_set_master_check(struct keystore *keystore, const uint8_t check[static KEYSTORE_CHECK_BYTES])
{
    struct sql_master_check_set_args args = {.value = {check, KEYSTORE_CHECK_BYTES}};
    return keystore_write(keystore, &(struct inserts){&STATEMENT_MASTER_CHECK_SET, &args, 1, sizeof args});
}

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

static enum status look_up(struct keystore *keystore, struct arena *arena, const struct statement *statement,
                           const void *args, void *ret_row)
{
    struct loan loan;
    TRY(readers_take(keystore->readers, SNAPSHOT_KEPT, &loan));
    enum status status = query_one(loan.connection, arena, statement, args, ret_row);
    readers_return(keystore->readers, &loan);
    return status;
}

enum status keystore_get(struct keystore *keystore, const struct key_id *id, struct wrapped_key *ret_wrapped)
{
    struct sql_key_wrapped_args args = {.id = *id};
    struct sql_key_wrapped_row row;
    TRY(look_up(keystore, NULL, &STATEMENT_KEY_WRAPPED, &args, &row));
    *ret_wrapped = row.wrapped;
    return STATUS_OK;
}

_Static_assert(sizeof(struct sql_key_ids_row) == sizeof(struct key_id), "a row of key_ids is a key id");

enum status keystore_ids(struct keystore *keystore, struct arena *arena, struct key_id **ret_ids, size_t *ret_n)
{
    struct loan loan;
    TRY(readers_take(keystore->readers, SNAPSHOT_KEPT, &loan));
    void *rows;
    enum status status = query_all(loan.connection, arena, &STATEMENT_KEY_IDS, NULL, KEYS_MOST, &rows, ret_n);
    readers_return(keystore->readers, &loan);
    if (status == STATUS_OK)
        *ret_ids = rows;
    return status;
}

enum status keystore_master_check(struct keystore *keystore, uint8_t ret_check[static KEYSTORE_CHECK_BYTES])
{
    auto_arena arena = arena_new(CHECK_ARENA_BYTES);
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    struct sql_master_check_row row;
    TRY(look_up(keystore, arena, &STATEMENT_MASTER_CHECK, NULL, &row));
    if (row.value.data == NULL || row.value.len != KEYSTORE_CHECK_BYTES)
        return STATUS_CORRUPT;
    memcpy(ret_check, row.value.data, KEYSTORE_CHECK_BYTES);
    return STATUS_OK;
}
