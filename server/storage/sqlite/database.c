/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      creating and opening trygg.db and keys.db for the one that writes them.
 * May not:  make files or directories, or hand out an unguarded connection.
 * Always:   a database handed out has the newest schema and an authorizer.
 */
#include "storage/sqlite/database.h"

#include "engine.gen.h"
#include "storage/sqlite/figures.h"
#include "storage/sqlite/query.h"

/* "TRYG" and "TRYK", as schema/engine stamps them. */
enum { DATA_APPLICATION = 0x54525947, KEYS_APPLICATION = 0x5452594b };

const struct lineage LINEAGE_DATA = {DATA_APPLICATION,  NULL,        MIGRATIONS_DATA,
                                     N_MIGRATIONS_DATA, SCHEMA_DATA, N_SCHEMA_DATA};
const struct lineage LINEAGE_KEYS = {
    KEYS_APPLICATION, &ENGINE_SETUP_KEYS_WRITER, MIGRATIONS_KEYS, N_MIGRATIONS_KEYS, SCHEMA_KEYS, N_SCHEMA_KEYS};

/* A log that is there was left by an end that was none, or put there: SQLite replays it whatever database it is of. What comes of it
 * must be one, before anything is written. */
static enum status check_replayed(struct connection *connection, uint64_t log_bytes)
{
    struct engine_structure_holds_row row;
    if (log_bytes == 0)
        return STATUS_OK;
    TRY(query_one(connection, NULL, &ENGINE_STRUCTURE_HOLDS, NULL, &row));
    return row.holds == 1 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status open_current(const char *path, const struct lineage *lineage, struct connection **ret_connection,
                                enum store_fault *ret_fault)
{
    auto_connection connection = NULL;
    uint64_t bytes, log_bytes;
    database_sizes(path, &bytes, &log_bytes);
    TRY(connection_open_writer(path, &connection));
    size_t version;
    TRY(migrate_version(connection, lineage, &version, ret_fault));
    TRY(check_replayed(connection, log_bytes));
    if (version == 0) {
        *ret_fault = STORE_MISSING;
        return STATUS_NOT_FOUND;
    }
    TRY(migrate_forward(connection, lineage, version));
    if (lineage->setup != NULL)
        TRY(connection_exec(connection, lineage->setup->sql));
    TRY(connection_guard_writer(connection));
    *ret_connection = connection;
    connection = NULL;
    return STATUS_OK;
}

enum status database_open(const char *path, const struct lineage *lineage, struct connection **ret_connection,
                          enum store_fault *ret_fault)
{
    enum store_fault fault = STORE_FINE;
    enum status status = open_current(path, lineage, ret_connection, &fault);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (fault == STORE_FINE && status == STATUS_IO)
        fault = STORE_NOT_READABLE;
    if (fault == STORE_FINE && status == STATUS_CORRUPT)
        fault = STORE_DAMAGED;
    *ret_fault = fault;
    return status;
}

static enum status open_empty(const char *path, const struct lineage *lineage, struct connection **ret_connection)
{
    auto_connection connection = NULL;
    TRY(connection_open_writer(path, &connection));
    size_t version;
    enum store_fault fault;
    TRY(migrate_version(connection, lineage, &version, &fault));
    if (version > 0)
        return STATUS_EXISTS;
    *ret_connection = connection;
    connection = NULL;
    return STATUS_OK;
}

enum status database_create(const char *path, const struct lineage *lineage)
{
    auto_connection connection = NULL;
    enum status status = open_empty(path, lineage, &connection);
    /* Something else, or something newer, is there as well. */
    if (status == STATUS_CORRUPT || status == STATUS_CONFLICT)
        return STATUS_EXISTS;
    TRY(status);
    TRY(migrate_create(connection, lineage));
    return connection_checkpoint(connection, CHECKPOINT_TRUNCATE);
}
