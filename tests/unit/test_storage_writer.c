/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the queue and its thread: order, bounds, many waiters at once, the clock, checkpoints.
 * May not:  assume how many jobs share a batch, but where a gate holds the writer while they queue up.
 * Always:   every thread is joined, every answer looked at.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "storage/sqlite/batch.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/query.h"
#include "storage/sqlite/writer.h"
#include "storage_probe.h"

enum { MANY = 300 };

struct fixture {
    struct probe probe;
    struct readers *readers;
    struct writer *writer;
    unsigned n_batches;
    size_t sizes[MANY]; /* jobs per batch, as the hook saw them */
    size_t n_order;
    const struct job *order[MANY];
};

static enum status note_finish(struct tx *tx, struct job *const *jobs, size_t n, void *context)
{
    (void)tx;
    struct fixture *fixture = context;
    fixture->sizes[fixture->n_batches++] = n;
    for (size_t i = 0; i < n; i++)
        fixture->order[fixture->n_order++] = jobs[i];
    return STATUS_OK;
}

static void start_over(struct fixture *fixture, struct connection *connection, const struct store_settings *settings)
{
    const struct writer_means means = {fixture->probe.data_path, connection, fixture->readers};
    assert_int_equal(writer_start(&means, settings, &fixture->writer), STATUS_OK);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    struct connection *connection = NULL;
    enum store_fault fault;
    assert_int_equal(database_open(fixture->probe.data_path, &LINEAGE_DATA, &connection, &fault), STATUS_OK);
    struct store_settings settings = {.finish = note_finish, .context = fixture};
    assert_int_equal(readers_new(fixture->probe.data_path, 2, 0, &fixture->readers), STATUS_OK);
    start_over(fixture, connection, &settings);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    writer_stop(fixture->writer);
    readers_free(fixture->readers);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

/* ---- Waiters ---------------------------------------------------------------------------------------------------------- */

/* Queues the waiters one after another behind a job that stands at the gate, then lets all go. */
static void queue_all(struct fixture *fixture, struct probe_waiter *waiters, size_t n)
{
    struct probe_gate gate;
    probe_close_gate(&gate, fixture->writer);
    for (size_t i = 0; i < n; i++) {
        probe_start(&waiters[i], fixture->writer);
        probe_wait_until_queued(fixture->writer, i + 1);
    }
    probe_open_gate(&gate);
    for (size_t i = 0; i < n; i++)
        pthread_join(waiters[i].thread, NULL);
}

/* ---- Tests ---------------------------------------------------------------------------------------------------------- */

static void jobs_run_first_in_first_out(void **state)
{
    struct fixture *fixture = *state;
    static struct probe_waiter waiters[40];
    for (size_t i = 0; i < 40; i++)
        waiters[i].probe = probe_job("in turn");
    queue_all(fixture, waiters, 40);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(waiters[i].answer, STATUS_OK);
        assert_ptr_equal(fixture->order[i + 1], &waiters[i].probe.job);
    }
    assert_int_equal(fixture->n_batches, 2);
    assert_int_equal(fixture->sizes[1], 40);
}

static void a_batch_holds_at_most_256_jobs(void **state)
{
    struct fixture *fixture = *state;
    static struct probe_waiter waiters[270];
    for (size_t i = 0; i < 270; i++)
        waiters[i].probe = probe_job("many");
    queue_all(fixture, waiters, 270);
    assert_int_equal(fixture->n_batches, 3);
    assert_int_equal(fixture->sizes[1], BATCH_JOBS);
    assert_int_equal(fixture->sizes[2], 270 - BATCH_JOBS);
}

static void a_batch_holds_at_most_4_MiB(void **state)
{
    struct fixture *fixture = *state;
    static struct probe_waiter waiters[6];
    static const size_t bytes[] = {1 << 20, 1 << 20, 1 << 20, 1 << 20, 1, 1 << 20};
    for (size_t i = 0; i < 6; i++) {
        waiters[i].probe = probe_job("large");
        waiters[i].probe.job.bytes = bytes[i];
    }
    queue_all(fixture, waiters, 6);
    assert_int_equal(fixture->n_batches, 3);
    assert_int_equal(fixture->sizes[1], 4);
    assert_int_equal(fixture->sizes[2], 2);
}

static void a_job_of_more_than_1_MiB_is_refused_and_not_run(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        size_t bytes;
        enum status status;
    } cases[] = {
        {STORE_JOB_BYTES, STATUS_OK}, {(size_t)STORE_JOB_BYTES + 1, STATUS_TOO_LARGE}, {SIZE_MAX, STATUS_TOO_LARGE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct probe_job job = probe_job("sized");
        job.job.bytes = cases[i].bytes;
        assert_int_equal(writer_write(fixture->writer, &job.job), cases[i].status);
        assert_true((job.now != 0) == (cases[i].status == STATUS_OK));
    }
    assert_int_equal(probe_count_in_file(&fixture->probe), 1);
}

enum { THREADS = 64, JOBS_EACH = 30 };

struct hand {
    pthread_t thread;
    struct fixture *fixture;
    int ok;
    int wrong; /* another answer than the job's own, or a time that ran backwards */
    int64_t newest;
};

static void *write_many(void *context)
{
    struct hand *hand = context;
    for (int i = 0; i < JOBS_EACH; i++) {
        struct probe_job job = probe_job("from many");
        job.wish = i % 3 == 0 ? STATUS_FORBIDDEN : STATUS_OK;
        enum status status = writer_write(hand->fixture->writer, &job.job);
        hand->wrong += status != job.wish || job.now < hand->newest;
        hand->newest = job.now;
        hand->ok += status == STATUS_OK;
    }
    return NULL;
}

static enum status ignore_finish(struct tx *tx, struct job *const *jobs, size_t n, void *context)
{
    (void)tx, (void)jobs, (void)n, (void)context;
    return STATUS_OK;
}

/* For more of them than MANY. */
static void forget_batches(struct fixture *fixture)
{
    writer_stop(fixture->writer);
    struct connection *connection = NULL;
    enum store_fault fault;
    assert_int_equal(database_open(fixture->probe.data_path, &LINEAGE_DATA, &connection, &fault), STATUS_OK);
    struct store_settings settings = {.finish = ignore_finish};
    start_over(fixture, connection, &settings);
}

static void sixty_four_threads_are_each_answered_for_each_job(void **state)
{
    struct fixture *fixture = *state;
    forget_batches(fixture);
    static struct hand hands[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        hands[i].fixture = fixture;
        assert_int_equal(pthread_create(&hands[i].thread, NULL, write_many, &hands[i]), 0);
    }
    int ok = 0;
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(hands[i].thread, NULL);
        assert_int_equal(hands[i].wrong, 0);
        ok += hands[i].ok;
    }
    assert_int_equal(probe_count_in_file(&fixture->probe), ok);
}

/* As many waiters as the queue holds, on small stacks; returns how many this machine gave. */
static size_t crowd(struct probe_waiter *waiters, struct fixture *fixture)
{
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 * 1024);
    size_t n = 0;
    for (; n < WRITER_QUEUE; n++) {
        waiters[n] = (struct probe_waiter){.writer = fixture->writer, .probe = probe_job("crowd")};
        waiters[n].probe.wish = STATUS_FORBIDDEN;
        if (pthread_create(&waiters[n].thread, &small, probe_wait_for_answer, &waiters[n]) != 0)
            break;
    }
    pthread_attr_destroy(&small);
    return n;
}

static void a_full_queue_turns_jobs_away(void **state)
{
    struct fixture *fixture = *state;
    static struct probe_waiter waiters[WRITER_QUEUE];
    struct probe_gate gate;
    probe_close_gate(&gate, fixture->writer);
    size_t started = crowd(waiters, fixture);
    probe_wait_until_queued(fixture->writer, started);
    enum status one_more = STATUS_BUSY;
    if (started == WRITER_QUEUE) {
        struct probe_job job = probe_job("one more");
        one_more = writer_write(fixture->writer, &job.job);
    }
    probe_open_gate(&gate);
    for (size_t i = 0; i < started; i++) {
        pthread_join(waiters[i].thread, NULL);
        assert_int_equal(waiters[i].answer, STATUS_FORBIDDEN);
    }
    if (started < WRITER_QUEUE)
        skip(); /* this machine does not give so many threads */
    assert_int_equal(one_more, STATUS_BUSY);
}

static void time_starts_no_earlier_than_the_newest_activity(void **state)
{
    struct fixture *fixture = *state;
    writer_stop(fixture->writer);
    struct connection *connection = NULL;
    enum store_fault fault;
    assert_int_equal(database_open(fixture->probe.data_path, &LINEAGE_DATA, &connection, &fault), STATUS_OK);
    assert_int_equal(
        connection_exec(connection,
                        "INSERT INTO organisation VALUES (zeroblob(16), 'o', 'UTC', zeroblob(16), zeroblob(16), 1, 1);"
                        "INSERT INTO activity_tree (tree_id, organisation_id, size, last_at)"
                        " VALUES (zeroblob(16), zeroblob(16), 1, 99999999999999)"),
        STATUS_OK);
    struct store_settings settings = {.finish = note_finish, .context = fixture};
    start_over(fixture, connection, &settings);
    struct probe_job job = probe_job("later");
    assert_int_equal(writer_write(fixture->writer, &job.job), STATUS_OK);
    assert_int_equal(job.now, 99999999999999);
}

static off_t log_size(const struct fixture *fixture)
{
    char path[192];
    snprintf(path, sizeof path, "%s-wal", fixture->probe.data_path);
    struct stat facts;
    return stat(path, &facts) == 0 ? facts.st_size : 0;
}

/* Whether the log is longer after one more job: it is not once it has started over. */
static bool log_grows(const struct fixture *fixture, const char *name)
{
    const off_t before = log_size(fixture);
    struct probe_job job = probe_job(name);
    assert_int_equal(writer_write(fixture->writer, &job.job), STATUS_OK);
    return log_size(fixture) > before;
}

/* It is to start over at 125 MiB: soon after, if not before. */
static void the_log_is_bounded_and_the_end_of_the_writer_empties_it(void **state)
{
    enum { MIB = 1024 * 1024, FIRST = 140, LESS = 64 * 1024, MORE = 4000 };
    static char large[MIB];
    struct fixture *fixture = *state;
    bool grows = true;
    forget_batches(fixture);
    memset(large, 'a', sizeof large - 1);
    for (int i = 0; grows && i < FIRST; i++)
        grows = log_grows(fixture, large);
    for (int i = 0; grows && i < MORE; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        grows = log_grows(fixture, large + MIB - LESS);
    }
    assert_false(grows);
    assert_int_equal(writer_checkpoint(fixture->writer), STATUS_OK);
    fixture->writer = writer_stop(fixture->writer);
    assert_int_equal(log_size(fixture), 0);
}

static off_t data_size(const struct fixture *fixture)
{
    struct stat facts;
    assert_int_equal(stat(fixture->probe.data_path, &facts), 0);
    return facts.st_size;
}

static void a_log_that_grows_is_copied_back_unasked(void **state)
{
    struct fixture *fixture = *state;
    forget_batches(fixture);
    const off_t before = data_size(fixture);
    for (int i = 0; i < 2000 && data_size(fixture) == before; i++) {
        struct probe_job job = probe_job("long");
        job.n = 200;
        assert_int_equal(writer_write(fixture->writer, &job.job), STATUS_OK);
    }
    assert_true(data_size(fixture) > before);
}

struct asker {
    struct writer *writer;
    atomic_bool told;
};

static void *ask_for_a_checkpoint(void *context)
{
    struct asker *asker = context;
    enum status status = writer_checkpoint(asker->writer);
    atomic_store(&asker->told, true);
    return status == STATUS_OK ? asker : NULL;
}

/* What it knows of the log is exact only then (storage/sqlite/copier.c). */
static void a_checkpoint_begins_between_two_batches(void **state)
{
    struct fixture *fixture = *state;
    struct asker asker = {.writer = fixture->writer};
    struct probe_gate gate;
    pthread_t thread;
    void *well;
    probe_close_gate(&gate, fixture->writer);
    assert_int_equal(pthread_create(&thread, NULL, ask_for_a_checkpoint, &asker), 0);
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    const bool told = atomic_load(&asker.told);
    probe_open_gate(&gate);
    pthread_join(thread, &well);
    assert_false(told);
    assert_non_null(well);
}

static void a_snapshot_that_is_kept_does_not_keep_the_log(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job job = probe_job("in the log");
    struct probe_count count;
    struct loan loan;
    assert_int_equal(writer_write(fixture->writer, &job.job), STATUS_OK);
    assert_int_equal(readers_take(fixture->readers, SNAPSHOT_KEPT, &loan), STATUS_OK);
    assert_int_equal(query_one(loan.connection, NULL, &PROBE_COUNT, NULL, &count), STATUS_OK);
    readers_return(fixture->readers, &loan);
    fixture->writer = writer_stop(fixture->writer);
    assert_int_equal(log_size(fixture), 0);
}

static void queued_jobs_are_finished_before_the_writer_stops(void **state)
{
    struct fixture *fixture = *state;
    static struct probe_waiter waiters[20];
    struct probe_gate gate;
    probe_close_gate(&gate, fixture->writer);
    for (size_t i = 0; i < 20; i++) {
        waiters[i].probe = probe_job("last");
        probe_start(&waiters[i], fixture->writer);
    }
    probe_wait_until_queued(fixture->writer, 20);
    sem_post(&gate.opened);
    fixture->writer = writer_stop(fixture->writer);
    probe_open_gate(&gate);
    for (size_t i = 0; i < 20; i++) {
        pthread_join(waiters[i].thread, NULL);
        assert_int_equal(waiters[i].answer, STATUS_OK);
    }
    assert_int_equal(probe_count_in_file(&fixture->probe), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(jobs_run_first_in_first_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_holds_at_most_256_jobs, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_holds_at_most_4_MiB, setup, teardown),
        cmocka_unit_test_setup_teardown(a_job_of_more_than_1_MiB_is_refused_and_not_run, setup, teardown),
        cmocka_unit_test_setup_teardown(sixty_four_threads_are_each_answered_for_each_job, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_queue_turns_jobs_away, setup, teardown),
        cmocka_unit_test_setup_teardown(time_starts_no_earlier_than_the_newest_activity, setup, teardown),
        cmocka_unit_test_setup_teardown(the_log_is_bounded_and_the_end_of_the_writer_empties_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_that_grows_is_copied_back_unasked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_checkpoint_begins_between_two_batches, setup, teardown),
        cmocka_unit_test_setup_teardown(a_snapshot_that_is_kept_does_not_keep_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(queued_jobs_are_finished_before_the_writer_stops, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
