/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      bringing a database's schema forward, step by step.
 * May not:  run on a guarded connection, go backwards, or touch a file that another program made.
 * Always:   a step and its stamp commit together: a crash leaves the version before or after, never between.
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

/* So many steps in one transaction. */
static enum status take_steps(struct connection *connection, const struct migration *steps, size_t n)
{
    TRY(transaction_begin(connection));
    for (size_t i = 0; i < n; i++) {
        enum status status = take_step(connection, &steps[i]);
        if (status != STATUS_OK) {
            transaction_rollback(connection);
            return status;
        }
    }
    return transaction_commit(connection);
}

enum status migrate_forward(struct connection *connection, const struct lineage *lineage, size_t version)
{
    for (size_t i = version; i < lineage->n_steps; i++)
        TRY(take_steps(connection, &lineage->steps[i], 1));
    return STATUS_OK;
}

enum status migrate_create(struct connection *connection, const struct lineage *lineage)
{
    return take_steps(connection, lineage->steps, lineage->n_steps);
}
