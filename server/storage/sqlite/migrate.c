/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      bringing a database's schema forward, step by step.
 * May not:  run on a guarded connection, go backwards, or touch a file that another program made.
 * Always:   a step and its stamp commit together: a crash leaves the version before or after, never between; what rows name is there
 *           when a step is committed, and is held to be from then on.
 */
#include "storage/sqlite/migrate.h"

#include "engine.gen.h"
#include "storage/sqlite/query.h"
#include "storage/sqlite/transaction.h"

enum status migrate_version(struct connection *connection, const struct lineage *lineage, size_t *ret_version,
                            enum store_fault *ret_fault)
{
    struct engine_file_identity_row identity;
    TRY(query_one(connection, NULL, &ENGINE_FILE_IDENTITY, NULL, &identity));
    bool is_empty = identity.application_id == 0 && identity.version == 0;
    if (!is_empty && (identity.application_id != lineage->application_id || identity.version < 1)) {
        *ret_fault = STORE_DAMAGED;
        return STATUS_CORRUPT;
    }
    if (identity.version > (int64_t)lineage->n_steps) {
        *ret_fault = STORE_SCHEMA_NEWER;
        return STATUS_CONFLICT;
    }
    *ret_version = (size_t)identity.version;
    return STATUS_OK;
}

static enum status take_step(struct connection *connection, const struct migration *step)
{
    TRY(connection_exec(connection, step->sql));
    return connection_exec(connection, step->stamp);
}

static enum status check_references(struct connection *connection)
{
    struct engine_references_hold_row row;
    TRY(query_one(connection, NULL, &ENGINE_REFERENCES_HOLD, NULL, &row));
    return row.holds == 1 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status run_steps(struct connection *connection, const struct migration *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(take_step(connection, &steps[i]));
    return check_references(connection);
}

/* So many steps in one transaction. */
static enum status take_steps(struct connection *connection, const struct migration *steps, size_t n)
{
    TRY(transaction_begin(connection));
    enum status status = run_steps(connection, steps, n);
    if (status == STATUS_OK)
        return transaction_commit(connection);
    transaction_rollback(connection);
    return status;
}

static enum status take_each(struct connection *connection, const struct migration *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(take_steps(connection, &steps[i], 1));
    return STATUS_OK;
}

/* A table that others name can be replaced by a new one only while SQLite does not look. */
static enum status without_references(struct connection *connection, const struct migration *steps, size_t n,
                                      enum status (*take)(struct connection *, const struct migration *, size_t))
{
    TRY(connection_run(connection, &ENGINE_REFERENCES_OFF, NULL));
    enum status status = take(connection, steps, n);
    TRY(connection_run(connection, &ENGINE_REFERENCES_ON, NULL));
    TRY(connection_check_setup(connection));
    return status;
}

enum status migrate_forward(struct connection *connection, const struct lineage *lineage, size_t version)
{
    if (version == lineage->n_steps)
        return STATUS_OK;
    return without_references(connection, lineage->steps + version, lineage->n_steps - version, take_each);
}

enum status migrate_create(struct connection *connection, const struct lineage *lineage)
{
    return without_references(connection, lineage->steps, lineage->n_steps, take_steps);
}
