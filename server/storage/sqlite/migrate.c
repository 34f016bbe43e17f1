/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      bringing a database's schema forward, step by step.
 * May not:  run on a guarded connection, go backwards, or touch a file that another program made.
 * Always:   a step and its stamp commit together: a crash leaves the version before or after, never between; what rows name, but for
 *           those of the log, is there when a step is committed, and is held to be from then on.
 */
#include "storage/sqlite/migrate.h"

#include "engine.gen.h"
#include "storage/sqlite/each.h"
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

static enum status apply_step(struct connection *connection, const struct migration *step)
{
    TRY(connection_exec(connection, step->sql));
    return connection_exec(connection, step->stamp);
}

static enum status refuse_finding(void *context, const void *row)
{
    (void)context, (void)row;
    return STATUS_CORRUPT;
}

static enum status apply_all(struct connection *connection, const struct migration *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(apply_step(connection, &steps[i]));
    return query_each(connection, &ENGINE_REFERENCE_FINDINGS, NULL, refuse_finding, NULL);
}

static enum status apply_in_one(struct connection *connection, const struct migration *steps, size_t n)
{
    TRY(transaction_begin(connection));
    enum status status = apply_all(connection, steps, n);
    if (status == STATUS_OK)
        return transaction_commit(connection);
    transaction_rollback(connection);
    return status;
}

static enum status apply_one_by_one(struct connection *connection, const struct migration *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(apply_in_one(connection, &steps[i], 1));
    return STATUS_OK;
}

static enum status hold_references(struct connection *connection)
{
    TRY(connection_run(connection, &ENGINE_REFERENCES_ON, NULL));
    return connection_check_setup(connection);
}

/* A table that others name can be replaced by a new one only while SQLite does not look. */
static enum status without_references(struct connection *connection, const struct migration *steps, size_t n,
                                      enum status (*apply)(struct connection *, const struct migration *, size_t))
{
    TRY(connection_run(connection, &ENGINE_REFERENCES_OFF, NULL));
    enum status applied = apply(connection, steps, n);
    enum status held = hold_references(connection);
    return applied != STATUS_OK ? applied : held;
}

enum status migrate_forward(struct connection *connection, const struct lineage *lineage, size_t version)
{
    if (version == lineage->n_steps)
        return STATUS_OK;
    return without_references(connection, lineage->steps + version, lineage->n_steps - version, apply_one_by_one);
}

enum status migrate_create(struct connection *connection, const struct lineage *lineage)
{
    return without_references(connection, lineage->steps, lineage->n_steps, apply_in_one);
}
