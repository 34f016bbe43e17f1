/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      lending read-only connections to request threads, each to one at a time, in a snapshot that is kept while it is of the newest edition.
 * May not:  write, checkpoint, or open more connections than its bound.
 * Always:   0 <= idle <= opened <= max; an idle connection stands on no row, and in no snapshot of an edition that was over when it came back.
 */
#include "storage/sqlite/readers.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.gen.h"

struct readers {
    _Atomic uint64_t edition; /* of what is stored; a higher one for each readers_outdate */
    pthread_mutex_t lock;
    pthread_cond_t came_free;
    char *path;
    int patience_ms;
    size_t max;
    size_t opened;
    size_t n_idle;
    size_t n_waiting;
    uint64_t n_refused;
    struct loan *idle; /* a stack of max places */
};

static enum status make_lock(struct readers *readers)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return STATUS_NO_MEMORY;
    int failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    failed = failed != 0 ? failed : pthread_cond_init(&readers->came_free, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (failed != 0)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&readers->lock, NULL) == 0)
        return STATUS_OK;
    pthread_cond_destroy(&readers->came_free);
    return STATUS_NO_MEMORY;
}

static struct readers *readers_allocate(const char *path, size_t max, int patience_ms)
{
    struct readers *readers = calloc(1, sizeof *readers);
    if (readers == NULL)
        return NULL;
    readers->path = strdup(path);
    readers->idle = calloc(max, sizeof readers->idle[0]);
    readers->max = max;
    readers->patience_ms = patience_ms;
    if (readers->path != NULL && readers->idle != NULL && make_lock(readers) == STATUS_OK)
        return readers;
    free(readers->path);
    free(readers->idle);
    free(readers);
    return NULL;
}

enum status readers_new(const char *path, size_t max, int patience_ms, struct readers **ret_readers)
{
    assert(max > 0);
    auto_readers readers = readers_allocate(path, max, patience_ms);
    if (readers == NULL)
        return STATUS_NO_MEMORY;
    struct loan first;
    TRY(readers_take(readers, SNAPSHOT_NEW, &first));
    readers_return(readers, &first);
    *ret_readers = readers;
    readers = NULL;
    return STATUS_OK;
}

struct readers *readers_free(struct readers *readers)
{
    if (readers == NULL)
        return NULL;
    assert(readers->n_idle == readers->opened);
    for (size_t i = 0; i < readers->n_idle; i++)
        connection_close(readers->idle[i].connection);
    pthread_mutex_destroy(&readers->lock);
    pthread_cond_destroy(&readers->came_free);
    free(readers->idle);
    free(readers->path);
    free(readers);
    return NULL;
}

static struct timespec deadline_after(int ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Under the lock. Pops an idle reader, or counts a new one in and leaves its connection NULL. */
static enum status claim(struct readers *readers, struct loan *loan)
{
    struct timespec deadline = deadline_after(readers->patience_ms);
    readers->n_waiting++;
    while (readers->n_idle == 0 && readers->opened == readers->max)
        if (pthread_cond_timedwait(&readers->came_free, &readers->lock, &deadline) == ETIMEDOUT)
            break;
    readers->n_waiting--;
    if (readers->n_idle > 0)
        *loan = readers->idle[--readers->n_idle];
    else if (readers->opened < readers->max)
        readers->opened++;
    else {
        readers->n_refused++;
        return STATUS_BUSY;
    }
    return STATUS_OK;
}

static void count_out(struct readers *readers)
{
    pthread_mutex_lock(&readers->lock);
    readers->opened--;
    pthread_cond_signal(&readers->came_free);
    pthread_mutex_unlock(&readers->lock);
}

/* False when it cannot be ended: then the connection is of no more use. */
static bool end_snapshot(struct connection *connection)
{
    return !connection_in_transaction(connection) || connection_run(connection, &ENGINE_ROLLBACK, NULL) == STATUS_OK;
}

/* The edition is read first: what is committed in between makes the snapshot newer than it says. */
static enum status begin_snapshot(struct readers *readers, struct loan *loan)
{
    loan->edition = atomic_load(&readers->edition);
    return connection_run(loan->connection, &ENGINE_BEGIN_READ, NULL);
}

static bool is_current(const struct readers *readers, const struct loan *loan)
{
    return connection_in_transaction(loan->connection) && loan->edition == atomic_load(&readers->edition);
}

/* Opens the connection if there is none, and brings it into a snapshot. */
static enum status make_ready(struct readers *readers, enum snapshot snapshot, struct loan *loan)
{
    if (loan->connection == NULL)
        TRY(connection_open_reader(readers->path, &loan->connection));
    if (snapshot == SNAPSHOT_KEPT && is_current(readers, loan))
        return STATUS_OK;
    return end_snapshot(loan->connection) ? begin_snapshot(readers, loan) : STATUS_IO;
}

static void discard(struct readers *readers, struct loan *loan)
{
    connection_close(loan->connection);
    count_out(readers);
}

enum status readers_take(struct readers *readers, enum snapshot snapshot, struct loan *ret_loan)
{
    struct loan loan = {.connection = NULL};
    pthread_mutex_lock(&readers->lock);
    enum status status = claim(readers, &loan);
    pthread_mutex_unlock(&readers->lock);
    if (status != STATUS_OK)
        return status;
    status = make_ready(readers, snapshot, &loan);
    if (status != STATUS_OK) {
        discard(readers, &loan);
        return status;
    }
    *ret_loan = loan;
    return STATUS_OK;
}

/* False when a snapshot of an edition that is over could not be ended. */
static bool end_outdated(const struct readers *readers, const struct loan *loan)
{
    return is_current(readers, loan) || end_snapshot(loan->connection);
}

/* Looked at again under the lock, which readers_let_go takes: none that is over slips in behind it. */
void readers_return(struct readers *readers, struct loan *loan)
{
    bool sound = end_outdated(readers, loan);
    pthread_mutex_lock(&readers->lock);
    sound = sound && end_outdated(readers, loan);
    if (sound) {
        assert(readers->n_idle < readers->opened);
        readers->idle[readers->n_idle++] = *loan;
        pthread_cond_signal(&readers->came_free);
    }
    pthread_mutex_unlock(&readers->lock);
    if (!sound)
        discard(readers, loan);
}

void readers_outdate(struct readers *readers)
{
    atomic_fetch_add(&readers->edition, 1);
}

/* One that cannot be ended stays, and holds up the copying until it is taken. */
void readers_let_go(struct readers *readers)
{
    pthread_mutex_lock(&readers->lock);
    readers_outdate(readers);
    for (size_t i = 0; i < readers->n_idle; i++)
        (void)end_snapshot(readers->idle[i].connection);
    pthread_mutex_unlock(&readers->lock);
}

void readers_figures(struct readers *readers, struct store_figures *figures)
{
    pthread_mutex_lock(&readers->lock);
    figures->readers_open = readers->opened;
    figures->readers_busy = readers->opened - readers->n_idle;
    figures->readers_waiting = readers->n_waiting;
    figures->readers_refused = readers->n_refused;
    pthread_mutex_unlock(&readers->lock);
}
