/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the one transaction of a batch, and every way in which it can end (docs/architecture.md, the writer).
 * May not:  answer anyone, touch the queue, or know what a job writes.
 * Always:   after each job the transaction is known to be alive, or the batch ends; a failed job or part leaves no writes.
 */
#include "storage/sqlite/batch.h"

#include "engine.gen.h"
#include "storage/sqlite/transaction.h"

/* What the finish hook may read and build. */
enum { FINISH_ARENA_BYTES = 4 * 1024 * 1024 };

/* What is kept or undone as one. */
struct part {
    enum status (*run)(struct tx *tx, void *context);
    void *context;
};

/* A savepoint without its transaction would begin and commit one of its own. */
static enum status savepoint(struct connection *connection, const struct statement *step)
{
    if (!connection_in_transaction(connection))
        return STATUS_STORE_LOST;
    enum status status = connection_run(connection, step, NULL);
    return connection_in_transaction(connection) ? status : STATUS_STORE_LOST;
}

/* Whether what has been written so far can still be committed as it is. */
static enum status check_standing(const struct tx *tx)
{
    return connection_in_transaction(tx->session.connection) && !tx->spoilt ? STATUS_OK : STATUS_STORE_LOST;
}

/* What fails after it has written spoils the batch: without a savepoint there is no undoing it alone. */
static enum status run_openly(struct tx *tx, const struct part *part, enum status *ret_status)
{
    const int64_t before = connection_changes(tx->session.connection);
    enum status status = part->run(tx, part->context);
    if (status != STATUS_OK && connection_changes(tx->session.connection) != before)
        tx->spoilt = true;
    *ret_status = status;
    return check_standing(tx);
}

/* Runs in a savepoint of its own, which stands only if it ends well. */
static enum status run_in_savepoint(struct tx *tx, const struct part *part, enum status *ret_status)
{
    struct connection *connection = tx->session.connection;
    TRY(savepoint(connection, &ENGINE_JOB_BEGIN));
    *ret_status = part->run(tx, part->context);
    if (*ret_status != STATUS_OK)
        TRY(savepoint(connection, &ENGINE_JOB_UNDO));
    return savepoint(connection, &ENGINE_JOB_KEEP);
}

static enum status run_guarded(struct tx *tx, const struct part *part, enum status *ret_status)
{
    tx->guarded++;
    enum status standing = tx->careful ? run_in_savepoint(tx, part, ret_status) : run_openly(tx, part, ret_status);
    tx->guarded--;
    return standing;
}

enum status tx_part(struct tx *tx, enum status (*run)(struct tx *tx, void *context), void *context)
{
    enum status status = STATUS_OK;
    TRY(run_guarded(tx, &(struct part){run, context}, &status));
    return status;
}

static enum status run_in_arena(struct tx *tx, void *context)
{
    struct job *job = context;
    tx->session.arena = job->arena;
    enum status status = job->run(tx, job);
    tx->session.arena = NULL;
    return status;
}

/* Returns how the batch stands; how the job ended is *ret_status. */
static enum status run_job(struct tx *tx, struct job *job, enum status *ret_status)
{
    if (!job->keeps_itself)
        return run_guarded(tx, &(struct part){run_in_arena, job}, ret_status);
    *ret_status = run_in_arena(tx, job);
    return check_standing(tx);
}

/* V2: a call whose row cannot be written is not answered, whatever the cause: never with a status that says something of the call
 * ("not found") or that one of its jobs could have returned. */
static enum status unfinished(enum status status)
{
    static const enum status as_they_are[] = {STATUS_OK, STATUS_STORE_LOST, STATUS_BUSY, STATUS_IO, STATUS_NO_MEMORY};
    for (size_t i = 0; i < sizeof as_they_are / sizeof as_they_are[0]; i++)
        if (status == as_they_are[i])
            return status;
    return STATUS_IO;
}

static enum status finish(struct tx *tx, const struct store_settings *settings, struct job *const *jobs, size_t n)
{
    if (settings->finish == NULL)
        return STATUS_OK;
    struct arena_room room;
    auto_arena arena = arena_in(&room, FINISH_ARENA_BYTES);
    tx->session.arena = arena;
    tx->guarded++;
    enum status status = settings->finish(tx, jobs, n, settings->context);
    tx->guarded--;
    tx->session.arena = NULL;
    return connection_in_transaction(tx->session.connection) ? unfinished(status) : STATUS_STORE_LOST;
}

/* Runs the jobs and the hook; the transaction is left open. ret_kept: how many jobs have something to commit. */
static enum status run_all(struct tx *tx, const struct store_settings *settings, struct job *const *jobs, size_t n,
                           enum status *statuses, size_t *ret_ran, size_t *ret_kept)
{
    struct job *kept[BATCH_JOBS];
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        *ret_ran = i + 1;
        TRY(run_job(tx, jobs[i], &statuses[i]));
        if (statuses[i] == STATUS_OK)
            kept[n_kept++] = jobs[i];
    }
    *ret_kept = n_kept;
    return n_kept == 0 ? STATUS_OK : finish(tx, settings, kept, n_kept);
}

/* One transaction, from its beginning to its end. */
static enum status run_once(struct tx *tx, const struct store_settings *settings, struct job *const *jobs, size_t n,
                            enum status *statuses, size_t *ret_ran)
{
    struct connection *connection = tx->session.connection;
    *ret_ran = n;
    TRY(transaction_begin(connection));
    size_t n_kept = 0;
    enum status status = run_all(tx, settings, jobs, n, statuses, ret_ran, &n_kept);
    if (status == STATUS_OK && n_kept > 0)
        return transaction_commit(connection);
    transaction_rollback(connection);
    return status;
}

/* A savepoint costs a copy of every page that is changed in it, and few parts fail after they have written: the batch runs without any,
 * and only when one did, once more with them. */
enum status batch_run(struct tx *tx, const struct store_settings *settings, struct job *const *jobs, size_t n,
                      enum status *statuses, size_t *ret_ran)
{
    enum status status = run_once(tx, settings, jobs, n, statuses, ret_ran);
    if (!tx->spoilt)
        return status;
    tx->spoilt = false;
    tx->careful = true;
    return run_once(tx, settings, jobs, n, statuses, ret_ran);
}
