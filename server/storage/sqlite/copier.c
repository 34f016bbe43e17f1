/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      keeping the write-ahead log short without holding up who writes: long passes beside the writer, and a short one alone.
 * May not:  write anything of its own, or answer for a batch.
 * Always:   SQLite syncs the log before it copies from it: no page reaches the database before its commit is on the medium.
 */
#include "storage/sqlite/copier.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* Pages of the log, 4 KiB each: a pass runs each time it has grown by the first; at the second it is made to start over, for which the
 * writer waits; journal_size_limit of schema/engine is a little more. */
enum { LOG_STEP = 4000, LOG_MOST = 32000 };

/* More passes beside the writer, until no more than LOG_REST pages came during one: for what is left then the writer waits. */
enum { LOG_REST = 500, MOST_PASSES = 4 };

/* Pages that are synced at a time: with the first, a sync of the log waits behind 256 KiB at most; the second takes less time in all, which counts
 * when the log is to start over. */
enum { PORTION = 64, LARGE_PORTION = 1024 };

/* So many ms readers have to end what they are at: before a pass beside the writer, and while the writer waits. */
enum { GRACE = 5, MOST_NAPS = 20 };

struct copier {
    struct connection *connection;
    struct readers *readers;
    pthread_mutex_t *turn;
    pthread_t thread;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work, ran;
    int pages; /* in the log, as the writer said last; 0 until its first commit */
    int done;  /* of them, when the last pass began */
    bool stopping;
    bool ceased;
    uint64_t asked, answered; /* callers of copier_copy: up to which number they came, and are served */
    enum status status;       /* of the newest pass */
};

/* ---- The thread ------------------------------------------------------------------------------------------------------- */

static bool is_due(const struct copier *copier)
{
    return copier->asked != copier->answered || copier->pages - copier->done >= LOG_STEP;
}

/* Waits for a reason to copy. False when there will be none. */
static bool next_pass(struct copier *copier, uint64_t *ret_asked, int *ret_pages)
{
    pthread_mutex_lock(&copier->lock);
    while (!is_due(copier) && !copier->stopping && !copier->ceased)
        pthread_cond_wait(&copier->work, &copier->lock);
    const bool goes_on = !copier->stopping && !copier->ceased;
    copier->done = copier->pages;
    *ret_pages = copier->pages;
    *ret_asked = copier->asked;
    pthread_mutex_unlock(&copier->lock);
    return goes_on;
}

static void tell(struct copier *copier, uint64_t asked, enum status status)
{
    pthread_mutex_lock(&copier->lock);
    copier->answered = asked;
    copier->status = status;
    pthread_cond_broadcast(&copier->ran);
    pthread_mutex_unlock(&copier->lock);
}

static void nap(int ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static enum status pass(struct copier *copier, enum checkpoint_mode mode)
{
    readers_let_go(copier->readers);
    return connection_checkpoint(copier->connection, mode);
}

static enum status pass_alone(struct copier *copier)
{
    pthread_mutex_lock(copier->turn);
    enum status status = pass(copier, CHECKPOINT_PASSIVE);
    pthread_mutex_unlock(copier->turn);
    return status;
}

/* Whether the log is known to hold what is not copied. Between two batches the number of its pages is exact; and only this thread
 * copies, so that what is left stays so while batches run. */
static bool has_work(struct copier *copier)
{
    const int copied = connection_copied_pages(copier->connection);
    pthread_mutex_lock(copier->turn);
    pthread_mutex_lock(&copier->lock);
    const bool has = copied < 0 || (copier->pages > 0 && copier->pages != copied);
    pthread_mutex_unlock(&copier->lock);
    pthread_mutex_unlock(copier->turn);
    return has;
}

/* What was lent before is back soon; a snapshot in use ends the pass where it ends. What was copied is synced here and now: SQLite leaves
 * that to the pass that empties the log, and the writer waits for that one. */
static enum status pass_in_time(struct copier *copier, int portion)
{
    readers_let_go(copier->readers);
    nap(GRACE);
    return connection_copy(copier->connection, portion);
}

/* Beside the writer only with something to do: SQLite takes a commit that starts the log over, just when a pass begins that has nothing
 * to do, to be copied already, and loses it (sqlite.org/wal.html#walresetbug, mended in 3.51.3). */
static enum status pass_beside(struct copier *copier, int portion)
{
    return has_work(copier) ? pass_in_time(copier, portion) : pass_alone(copier);
}

static int pages_by_now(struct copier *copier)
{
    pthread_mutex_lock(&copier->lock);
    const int pages = copier->pages;
    pthread_mutex_unlock(&copier->lock);
    return pages;
}

/* Whether the log is still to start over: it may have done so by itself, and nobody may want it any more. */
static bool is_too_long(struct copier *copier)
{
    pthread_mutex_lock(&copier->lock);
    const bool is = copier->pages >= LOG_MOST && !copier->stopping && !copier->ceased;
    pthread_mutex_unlock(&copier->lock);
    return is;
}

/* Each pass takes less time than the one before, and so finds less that came meanwhile. */
static enum status copy_most_of_it(struct copier *copier)
{
    int came = LOG_MOST;
    for (int i = 0; i < MOST_PASSES && came > LOG_REST && is_too_long(copier); i++) {
        const int before = pages_by_now(copier);
        TRY(pass_beside(copier, LARGE_PORTION));
        came = pages_by_now(copier) - before;
    }
    return STATUS_OK;
}

/* Copies what is left while the writer waits. Once all is copied, a new snapshot stands outside the log; when those in it have ended, too, the next
 * commit begins at its beginning. Each try lets go of the snapshots that came back since the last one, which nobody else would end. A reader that
 * stays longer puts it off to the next step. */
static enum status pass_to_the_end(struct copier *copier)
{
    enum status status = STATUS_BUSY;
    for (int tries = 0; status == STATUS_BUSY && tries <= MOST_NAPS && is_too_long(copier); tries++) {
        if (tries > 0)
            nap(1);
        status = pass(copier, CHECKPOINT_RESTART);
    }
    return status;
}

static void start_over(struct copier *copier)
{
    if (copy_most_of_it(copier) != STATUS_OK)
        return;
    pthread_mutex_lock(copier->turn);
    enum status status = pass_to_the_end(copier);
    pthread_mutex_unlock(copier->turn);
    (void)status;
}

/* A pass that failed is no failure of a write: all is in the log, and the next one tries again, or the next start does. */
static void *copy_back(void *context)
{
    struct copier *copier = context;
    uint64_t asked;
    int pages;
    while (next_pass(copier, &asked, &pages)) {
        enum status status = pass_beside(copier, PORTION);
        tell(copier, asked, status);
        if (status == STATUS_OK && pages >= LOG_MOST)
            start_over(copier);
    }
    return NULL;
}

/* ---- The door --------------------------------------------------------------------------------------------------------- */

static void copier_free(struct copier *copier)
{
    connection_close(copier->connection);
    pthread_mutex_destroy(&copier->lock);
    pthread_cond_destroy(&copier->work);
    pthread_cond_destroy(&copier->ran);
    free(copier);
}

enum status copier_start(struct connection *connection, struct readers *readers, pthread_mutex_t *turn,
                         struct copier **ret_copier)
{
    struct copier *copier = calloc(1, sizeof *copier);
    if (copier == NULL) {
        connection_close(connection);
        return STATUS_NO_MEMORY;
    }
    *copier = (struct copier){.connection = connection, .readers = readers, .turn = turn};
    connection_set_patience(connection, 0);
    pthread_mutex_init(&copier->lock, NULL);
    pthread_cond_init(&copier->work, NULL);
    pthread_cond_init(&copier->ran, NULL);
    if (pthread_create(&copier->thread, NULL, copy_back, copier) != 0) {
        copier_free(copier);
        return STATUS_NO_MEMORY;
    }
    *ret_copier = copier;
    return STATUS_OK;
}

struct copier *copier_stop(struct copier *copier)
{
    if (copier == NULL)
        return NULL;
    pthread_mutex_lock(&copier->lock);
    copier->stopping = true;
    pthread_cond_signal(&copier->work);
    pthread_mutex_unlock(&copier->lock);
    pthread_join(copier->thread, NULL);
    if (!copier->ceased && copier->pages > 0) {
        /* What is not copied back now is found in the log at the next start. */
        enum status status = pass(copier, CHECKPOINT_TRUNCATE);
        (void)status;
    }
    copier_free(copier);
    return NULL;
}

void copier_note(struct copier *copier, int pages)
{
    pthread_mutex_lock(&copier->lock);
    if (pages < copier->pages)
        copier->done = 0;
    copier->pages = pages;
    if (is_due(copier))
        pthread_cond_signal(&copier->work);
    pthread_mutex_unlock(&copier->lock);
}

enum status copier_copy(struct copier *copier)
{
    pthread_mutex_lock(&copier->lock);
    const uint64_t number = ++copier->asked;
    pthread_cond_signal(&copier->work);
    while (copier->answered < number && !copier->ceased)
        pthread_cond_wait(&copier->ran, &copier->lock);
    enum status status = copier->ceased ? STATUS_COMMIT_UNKNOWN : copier->status;
    pthread_mutex_unlock(&copier->lock);
    return status;
}

void copier_cease(struct copier *copier)
{
    pthread_mutex_lock(&copier->lock);
    copier->ceased = true;
    pthread_cond_signal(&copier->work);
    pthread_cond_broadcast(&copier->ran);
    pthread_mutex_unlock(&copier->lock);
}
