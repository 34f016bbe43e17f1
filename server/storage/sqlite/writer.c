/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the queue of jobs, the thread that commits them in groups, and the thread that makes the commits durable.
 * May not:  be entered from its own threads: a job must not queue another.
 * Always:   first in, first out; every ticket is answered exactly once, after the fate of its batch is known: while one batch is synced, the
 *           next one runs, and whoever has seen what is not durable yet is answered after it is, since the log is synced in its order.
 */
#include "storage/sqlite/writer.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "base/clock.h"
#include "statements.gen.h"
#include "storage/sqlite/batch.h"
#include "storage/sqlite/copier.h"
#include "storage/sqlite/figures.h"
#include "storage/sqlite/query.h"

/* So many batches may be committed and not durable yet. */
enum { MOST_AHEAD = 4 };

/* So many jobs are worth a batch. */
enum { ENOUGH = 8 };

/* One waiter; lives on its stack until it is answered. */
struct ticket {
    struct ticket *next;
    struct job *job;
    enum status status;
    sem_t answered;
};

/* A batch that is committed, and not durable yet; its tickets have their statuses and wait. */
struct committed {
    struct ticket *tickets;
    size_t n_jobs, n_appended;
    int64_t began;
    bool owes; /* a sync, since something was written; what owes none waits only for those before it */
};

struct writer {
    struct connection *connection;
    struct readers *readers;
    struct store_settings settings;
    pthread_t thread, syncer;
    struct writer_tallies tallies;
    struct copier *copier;
    pthread_mutex_t turn; /* while a batch runs, or the copier needs the log alone */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    struct ticket *first;
    struct ticket **last;
    size_t n_queued;
    bool stopping;
    bool unknown; /* a COMMIT ended unknown: no more jobs */
    pthread_cond_t handed_on, room;
    struct committed ahead[MOST_AHEAD];
    size_t n_ahead;
    size_t n_unsynced; /* jobs that are committed and not durable yet */
    bool ended;        /* the thread has: nothing more will be handed on */

    int64_t newest; /* the thread's own: time of the newest batch */
};

/* ---- The queue, under the lock -------------------------------------------------------------------------------------- */

static void queue_append(struct writer *writer, struct ticket *ticket)
{
    *writer->last = ticket;
    writer->last = &ticket->next;
    writer->n_queued++;
}

static struct ticket *queue_take(struct writer *writer)
{
    struct ticket *ticket = writer->first;
    writer->first = ticket->next;
    if (writer->first == NULL)
        writer->last = &writer->first;
    ticket->next = NULL;
    writer->n_queued--;
    return ticket;
}

static void queue_put_back(struct writer *writer, struct ticket *ticket)
{
    ticket->next = writer->first;
    writer->first = ticket;
    if (ticket->next == NULL)
        writer->last = &ticket->next;
    writer->n_queued++;
}

/* ---- A batch of tickets --------------------------------------------------------------------------------------------- */

struct load {
    struct ticket *tickets[BATCH_JOBS];
    struct job *jobs[BATCH_JOBS];
    size_t n;
};

/* No job is larger than STORE_JOB_BYTES: the sum of a load cannot overflow. */
static bool fits(const struct load *load, size_t bytes, const struct ticket *ticket)
{
    return load->n == 0 || (load->n < BATCH_JOBS && ticket->job->bytes <= BATCH_BYTES - bytes);
}

/* While others are synced the next batch gathers as many, or ENOUGH: a job that is run sooner waits for that sync all the same, and each
 * batch costs a commit and a sync of its own. */
static bool is_due(const struct writer *writer)
{
    return writer->n_queued > 0 && (writer->n_queued >= writer->n_unsynced || writer->n_queued >= ENOUGH);
}

/* Waits for work; takes what fits in one batch. False when there is none and none will come. */
static bool take_load(struct writer *writer, struct load *load)
{
    size_t bytes = 0;
    load->n = 0;
    pthread_mutex_lock(&writer->lock);
    while (!is_due(writer) && !writer->stopping)
        pthread_cond_wait(&writer->work, &writer->lock);
    while (writer->first != NULL && fits(load, bytes, writer->first)) {
        struct ticket *ticket = queue_take(writer);
        load->tickets[load->n] = ticket;
        load->jobs[load->n++] = ticket->job;
        bytes += ticket->job->bytes;
    }
    pthread_mutex_unlock(&writer->lock);
    return load->n > 0;
}

static void put_back(struct writer *writer, const struct load *load, size_t from)
{
    pthread_mutex_lock(&writer->lock);
    for (size_t i = load->n; i > from; i--)
        queue_put_back(writer, load->tickets[i - 1]);
    pthread_mutex_unlock(&writer->lock);
}

/* The ticket belongs to its waiter again, who may free it at once. */
static void answer(struct ticket *ticket, enum status status)
{
    ticket->status = status;
    sem_post(&ticket->answered);
}

/* ---- The thread ----------------------------------------------------------------------------------------------------- */

static int64_t next_time(struct writer *writer)
{
    int64_t now = clock_now();
    if (now > writer->newest)
        writer->newest = now;
    return writer->newest;
}

/* Takes no more jobs, answers those that wait, and says so, once. */
static void give_up(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    const bool is_first = !writer->unknown;
    writer->unknown = true;
    while (writer->first != NULL)
        answer(queue_take(writer), STATUS_COMMIT_UNKNOWN);
    pthread_mutex_unlock(&writer->lock);
    copier_cease(writer->copier);
    if (is_first && writer->settings.commit_unknown != NULL)
        writer->settings.commit_unknown(writer->settings.context);
}

static void hand_on(struct writer *writer, const struct committed *committed)
{
    pthread_mutex_lock(&writer->lock);
    while (writer->n_ahead == MOST_AHEAD)
        pthread_cond_wait(&writer->room, &writer->lock);
    writer->ahead[writer->n_ahead++] = *committed;
    writer->n_unsynced += committed->n_jobs;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->handed_on);
}

static enum status commit_load(struct writer *writer, struct load *load)
{
    enum status statuses[BATCH_JOBS];
    size_t n_ran;
    struct tx tx = {.session = {.connection = writer->connection}, .now = next_time(writer)};
    struct committed committed = {.began = clock_monotonic_ns()};
    pthread_mutex_lock(&writer->turn);
    connection_put_off(writer->connection);
    enum status batch = batch_run(&tx, &writer->settings, load->jobs, load->n, statuses, &n_ran);
    committed.owes = connection_owes(writer->connection);
    copier_note(writer->copier, connection_wal_pages(writer->connection));
    pthread_mutex_unlock(&writer->turn);
    if (tx.changes_content)
        readers_outdate(writer->readers);
    put_back(writer, load, n_ran);
    if (batch != STATUS_OK) {
        tallies_batch(&writer->tallies, batch, n_ran, tx.appended, committed.began);
        for (size_t i = 0; i < n_ran; i++)
            answer(load->tickets[i], batch);
        return batch;
    }
    for (size_t i = n_ran; i > 0; i--) {
        load->tickets[i - 1]->status = statuses[i - 1];
        load->tickets[i - 1]->next = committed.tickets;
        committed.tickets = load->tickets[i - 1];
    }
    committed.n_jobs = n_ran;
    committed.n_appended = tx.appended;
    hand_on(writer, &committed);
    return STATUS_OK;
}

static void *write_batches(void *context)
{
    struct writer *writer = context;
    struct load load;
    while (take_load(writer, &load)) {
        if (commit_load(writer, &load) == STATUS_COMMIT_UNKNOWN) {
            give_up(writer);
            break;
        }
    }
    pthread_mutex_lock(&writer->lock);
    writer->ended = true;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->handed_on);
    return NULL;
}

/* ---- The other thread ----------------------------------------------------------------------------------------------- */

/* Waits for batches that are committed; takes all there are. False when there are none and none will come. */
static bool take_committed(struct writer *writer, struct committed ret_committed[static MOST_AHEAD], size_t *ret_n)
{
    pthread_mutex_lock(&writer->lock);
    while (writer->n_ahead == 0 && !writer->ended)
        pthread_cond_wait(&writer->handed_on, &writer->lock);
    *ret_n = writer->n_ahead;
    for (size_t i = 0; i < writer->n_ahead; i++)
        ret_committed[i] = writer->ahead[i];
    writer->n_ahead = 0;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->room);
    return *ret_n > 0;
}

static void count_synced(struct writer *writer, size_t n)
{
    pthread_mutex_lock(&writer->lock);
    writer->n_unsynced -= n;
    const bool due = is_due(writer);
    pthread_mutex_unlock(&writer->lock);
    if (due)
        pthread_cond_signal(&writer->work);
}

static void answer_committed(struct writer *writer, const struct committed *committed, enum status synced)
{
    count_synced(writer, committed->n_jobs);
    tallies_batch(&writer->tallies, synced, committed->n_jobs, committed->n_appended, committed->began);
    for (struct ticket *ticket = committed->tickets, *next; ticket != NULL; ticket = next) {
        next = ticket->next;
        answer(ticket, synced == STATUS_OK ? ticket->status : synced);
    }
}

/* The copier is told before anyone: from now on nothing of the log may reach the database. */
static enum status sync_log(struct writer *writer)
{
    if (connection_log_sync(writer->connection) == STATUS_OK)
        return STATUS_OK;
    copier_cease(writer->copier);
    return STATUS_COMMIT_UNKNOWN;
}

/* After one failure nothing is durable for certain: a second sync that succeeds says nothing of what the first one lost. */
static void *sync_batches(void *context)
{
    struct writer *writer = context;
    struct committed committed[MOST_AHEAD];
    enum status synced = STATUS_OK;
    size_t n;
    while (take_committed(writer, committed, &n)) {
        size_t i = 0;
        for (; i < n && !committed[i].owes; i++)
            answer_committed(writer, &committed[i], synced);
        if (i < n && synced == STATUS_OK)
            synced = sync_log(writer);
        for (; i < n; i++)
            answer_committed(writer, &committed[i], synced);
        if (synced != STATUS_OK)
            give_up(writer);
    }
    return NULL;
}

/* ---- The door ------------------------------------------------------------------------------------------------------- */

static enum status read_newest(struct connection *connection, int64_t *ret_newest)
{
    struct sql_newest_activity_time_row row;
    TRY(query_one(connection, NULL, &STATEMENT_NEWEST_ACTIVITY_TIME, NULL, &row));
    *ret_newest = row.at;
    return STATUS_OK;
}

static struct writer *writer_free(struct writer *writer)
{
    copier_stop(writer->copier);
    connection_close(writer->connection);
    pthread_mutex_destroy(&writer->lock);
    pthread_mutex_destroy(&writer->turn);
    pthread_cond_destroy(&writer->work);
    pthread_cond_destroy(&writer->handed_on);
    pthread_cond_destroy(&writer->room);
    free(writer);
    return NULL;
}

/* Both threads, or neither. */
static enum status start_threads(struct writer *writer)
{
    if (pthread_create(&writer->syncer, NULL, sync_batches, writer) != 0)
        return STATUS_NO_MEMORY;
    if (pthread_create(&writer->thread, NULL, write_batches, writer) == 0)
        return STATUS_OK;
    pthread_mutex_lock(&writer->lock);
    writer->ended = true;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->handed_on);
    pthread_join(writer->syncer, NULL);
    return STATUS_NO_MEMORY;
}

static enum status start_copier(struct writer *writer, const char *path)
{
    auto_connection connection = NULL;
    TRY(connection_open_writer(path, &connection));
    TRY(connection_guard_writer(connection));
    enum status status = copier_start(connection, writer->readers, &writer->turn, &writer->copier);
    connection = NULL;
    return status;
}

static enum status start_parts(struct writer *writer, const char *path)
{
    TRY(read_newest(writer->connection, &writer->newest));
    TRY(start_copier(writer, path));
    return start_threads(writer);
}

enum status writer_start(const struct writer_means *means, const struct store_settings *settings,
                         struct writer **ret_writer)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        connection_close(means->connection);
        return STATUS_NO_MEMORY;
    }
    writer->connection = means->connection;
    writer->readers = means->readers;
    writer->settings = *settings;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_mutex_init(&writer->turn, NULL);
    pthread_cond_init(&writer->work, NULL);
    pthread_cond_init(&writer->handed_on, NULL);
    pthread_cond_init(&writer->room, NULL);
    enum status status = start_parts(writer, means->path);
    if (status != STATUS_OK) {
        writer_free(writer);
        return status;
    }
    *ret_writer = writer;
    return STATUS_OK;
}

struct writer *writer_stop(struct writer *writer)
{
    if (writer == NULL)
        return NULL;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->work);
    pthread_join(writer->thread, NULL);
    pthread_join(writer->syncer, NULL);
    writer->copier = copier_stop(writer->copier);
    return writer_free(writer);
}

static enum status admit(struct writer *writer, struct ticket *ticket)
{
    pthread_mutex_lock(&writer->lock);
    enum status status = STATUS_OK;
    if (writer->unknown)
        status = STATUS_COMMIT_UNKNOWN;
    else if (writer->stopping || writer->n_queued >= WRITER_QUEUE)
        status = STATUS_BUSY;
    else
        queue_append(writer, ticket);
    /* Under the lock: once it is given back, the ticket may be answered, and the writer be gone. */
    if (is_due(writer))
        pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    if (status != STATUS_OK)
        tally_add(&writer->tallies.refused, 1);
    return status;
}

static enum status queue_and_wait(struct writer *writer, struct ticket *ticket)
{
    if (sem_init(&ticket->answered, 0, 0) != 0)
        return STATUS_INTERNAL;
    enum status status = admit(writer, ticket);
    if (status == STATUS_OK) {
        while (sem_wait(&ticket->answered) != 0 && errno == EINTR)
            continue;
        status = ticket->status;
    }
    sem_destroy(&ticket->answered);
    return status;
}

enum status writer_write(struct writer *writer, struct job *job)
{
    if (job->bytes > STORE_JOB_BYTES)
        return STATUS_TOO_LARGE;
    struct ticket ticket = {.job = job};
    return queue_and_wait(writer, &ticket);
}

enum status writer_checkpoint(struct writer *writer)
{
    return copier_copy(writer->copier);
}

int64_t writer_newest(const struct writer *writer)
{
    return writer->newest;
}

size_t writer_queued(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    size_t n = writer->n_queued;
    pthread_mutex_unlock(&writer->lock);
    return n;
}

void writer_figures(struct writer *writer, struct store_figures *figures)
{
    tallies_read(&writer->tallies, figures);
    figures->queued = writer_queued(writer);
}
