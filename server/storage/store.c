/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      a store as one thing: directory and lock, the writer, the readers, the keys.
 * May not:  run a statement of its own.
 * Always:   the lock is taken before a database is opened and given back after the last one is closed.
 */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "storage/check.h"
#include "storage/data_directory.h"
#include "storage/keystore_private.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/examine.h"
#include "storage/sqlite/figures.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/session.h"
#include "storage/sqlite/writer.h"
#include "storage/storage.h"

enum { READERS_PER_CORE = 2, READER_PATIENCE_MS = 5000, CLOCK_TOLERANCE_MS = 24 * 3600 * 1000 };

struct store {
    struct data_directory directory;
    struct writer *writer;
    struct readers *readers;
    struct keystore *keys;
};

static void store_closep(struct store **store)
{
    *store = store_close(*store);
}
#define auto_store __attribute__((cleanup(store_closep))) struct store *

/* keys.db first: a store whose creation was cut short has an empty trygg.db and is made again. Keys left over from that are
 * nobody's. */
enum status store_create(const char *directory)
{
    auto_data_directory made = {.lock = -1};
    TRY(data_directory_create(directory, &made));
    enum status status = database_create(made.keys_path, &LINEAGE_KEYS);
    if (status != STATUS_OK && status != STATUS_EXISTS)
        return status;
    return database_create(made.data_path, &LINEAGE_DATA);
}

static size_t readers_at_most(unsigned wished)
{
    if (wished > 0)
        return wished;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return READERS_PER_CORE * (cores > 0 ? (size_t)cores : 1);
}

static enum status check_clock(const struct writer *writer, enum store_fault *ret_fault)
{
    if (writer_newest(writer) <= clock_now() + CLOCK_TOLERANCE_MS)
        return STATUS_OK;
    *ret_fault = STORE_CLOCK_BEHIND;
    return STATUS_INVALID;
}

static enum status open_parts(struct store *store, const struct store_settings *settings, enum store_fault *ret_fault)
{
    TRY(data_directory_open(settings->directory, &store->directory, ret_fault));
    struct connection *connection;
    TRY(database_open(store->directory.data_path, &LINEAGE_DATA, &connection, ret_fault));
    size_t n_readers = readers_at_most(settings->readers);
    enum status status = readers_new(store->directory.data_path, n_readers, READER_PATIENCE_MS, &store->readers);
    if (status != STATUS_OK) {
        connection_close(connection);
        return status;
    }
    const struct writer_means means = {store->directory.data_path, connection, store->readers};
    TRY(writer_start(&means, settings, &store->writer));
    TRY(check_clock(store->writer, ret_fault));
    return keystore_open(store->directory.keys_path, n_readers, settings, &store->keys, ret_fault);
}

enum status store_open(const struct store_settings *settings, struct store **ret_store, enum store_fault *ret_fault)
{
    assert(settings->directory != NULL);
    *ret_fault = STORE_FINE;
    auto_store store = calloc(1, sizeof *store);
    if (store == NULL)
        return STATUS_NO_MEMORY;
    store->directory.lock = -1;
    TRY(open_parts(store, settings, ret_fault));
    *ret_store = store;
    store = NULL;
    return STATUS_OK;
}

static enum status open_parts_to_check(struct store *store, const char *directory, enum store_fault *ret_fault)
{
    TRY(data_directory_open(directory, &store->directory, ret_fault));
    TRY(examine_version(store->directory.data_path, &LINEAGE_DATA, ret_fault));
    TRY(examine_version(store->directory.keys_path, &LINEAGE_KEYS, ret_fault));
    TRY(readers_new(store->directory.data_path, 1, READER_PATIENCE_MS, &store->readers));
    return keystore_open_to_check(store->directory.keys_path, &store->keys);
}

enum status store_open_to_check(const char *directory, struct store **ret_store, enum store_fault *ret_fault)
{
    *ret_fault = STORE_FINE;
    auto_store store = calloc(1, sizeof *store);
    if (store == NULL)
        return STATUS_NO_MEMORY;
    store->directory.lock = -1;
    TRY(open_parts_to_check(store, directory, ret_fault));
    *ret_store = store;
    store = NULL;
    return STATUS_OK;
}

enum status store_check_files(struct store *store, const struct checker *checker)
{
    check_went(checker, "structure of trygg.db", 0, 0);
    TRY(examine_structure(store->directory.data_path, "trygg.db", &LINEAGE_DATA, checker));
    check_went(checker, "structure of keys.db", 0, 0);
    return examine_structure(store->directory.keys_path, "keys.db", &LINEAGE_KEYS, checker);
}

struct store *store_close(struct store *store)
{
    if (store == NULL)
        return NULL;
    store->writer = writer_stop(store->writer);
    store->readers = readers_free(store->readers);
    store->keys = keystore_close(store->keys);
    data_directory_close(&store->directory);
    free(store);
    return NULL;
}

struct readers *store_readers(struct store *store)
{
    return store->readers;
}

struct keystore *store_keys(struct store *store)
{
    return store->keys;
}

enum status store_write(struct store *store, struct job *job)
{
    return writer_write(store->writer, job);
}

bool store_is_busy(struct store *store)
{
    return writer_queued(store->writer) > 0;
}

enum status store_checkpoint(struct store *store)
{
    return writer_checkpoint(store->writer);
}

void store_figures(struct store *store, struct store_figures *ret_figures)
{
    *ret_figures = (struct store_figures){.jobs = 0};
    writer_figures(store->writer, ret_figures);
    readers_figures(store->readers, ret_figures);
    database_sizes(store->directory.data_path, &ret_figures->data_bytes, &ret_figures->data_log_bytes);
    database_sizes(store->directory.keys_path, &ret_figures->keys_bytes, &ret_figures->keys_log_bytes);
}
