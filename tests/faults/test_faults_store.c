/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      a full disk, a broken one and a lock held by another: the endings of docs/architecture.md (the writer).
 * May not:  leave a fault armed.
 * Always:   after each fault the store is opened again: sound, nothing acknowledged missing, nothing refused there.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "fault_vfs.h"
#include "storage/sqlite/database.h"
#include "storage_probe.h"
#include "waiting.h"

static const char LOG[] = "trygg.db-wal";
static const char DATA[] = "trygg.db";

struct fixture {
    struct probe probe;
    struct readers *readers;
    struct writer *writer;
    struct probe_job acknowledged; /* committed before the fault */
    unsigned unknowns;             /* calls of the commit_unknown hook */
    bool finish_overflows;
};

static void note_unknown(void *context)
{
    ((struct fixture *)context)->unknowns++;
}

/* Writes more than the writer's cache holds, so that the log is written to before COMMIT. A failure is not looked at: the disk has
 * room again after it, and what follows could be committed on its own. */
static void overflow(struct tx *tx)
{
    static char large[1024 * 1024];
    memset(large, 'x', sizeof large - 1);
    for (int i = 0; i < 40; i++) {
        struct probe_organisation organisation = probe_organisation(large);
        if (statement_write(tx, &PROBE_INSERT, &organisation, NULL) != STATUS_OK)
            fault_disarm();
    }
}

static enum status finish(struct tx *tx, struct job *const *jobs, size_t n, void *context)
{
    (void)jobs, (void)n;
    if (((struct fixture *)context)->finish_overflows)
        overflow(tx);
    return STATUS_OK;
}

static void open_writer(struct fixture *fixture)
{
    struct connection *connection = NULL;
    enum store_fault fault;
    assert_int_equal(database_open(fixture->probe.data_path, &LINEAGE_DATA, &connection, &fault), STATUS_OK);
    struct store_settings settings = {.finish = finish, .commit_unknown = note_unknown, .context = fixture};
    assert_int_equal(readers_new(fixture->probe.data_path, 1, 0, &fixture->readers), STATUS_OK);
    const struct writer_means means = {fixture->probe.data_path, connection, fixture->readers};
    assert_int_equal(writer_start(&means, &settings, &fixture->writer), STATUS_OK);
}

static void close_writer(struct fixture *fixture)
{
    fixture->writer = writer_stop(fixture->writer);
    fixture->readers = readers_free(fixture->readers);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    open_writer(fixture);
    fixture->acknowledged = probe_job("acknowledged");
    assert_int_equal(writer_write(fixture->writer, &fixture->acknowledged.job), STATUS_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    fault_disarm();
    close_writer(fixture);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

static enum status write_one(struct fixture *fixture, const char *name)
{
    struct probe_job job = probe_job(name);
    return writer_write(fixture->writer, &job.job);
}

/* Opens the store anew and writes once more; returns how many rows were there before that. */
static int64_t reopened(struct fixture *fixture)
{
    close_writer(fixture);
    int64_t n = probe_count_in_file(&fixture->probe);
    open_writer(fixture);
    assert_int_equal(write_one(fixture, "afterwards"), STATUS_OK);
    assert_int_equal(probe_count_in_file(&fixture->probe), n + 1);
    return n;
}

enum { WAITERS = 6 };

/* Six jobs in one batch, run while the fault is armed. */
static void run_batch(struct fixture *fixture, struct probe_waiter *waiters, enum fault_operation operation, int code)
{
    struct probe_gate gate;
    probe_close_gate(&gate, fixture->writer);
    for (size_t i = 0; i < WAITERS; i++) {
        probe_start(&waiters[i], fixture->writer);
        probe_wait_until_queued(fixture->writer, i + 1);
    }
    /* The job at the gate writes nothing, so that its commit touches no file. */
    fault_arm(operation, LOG, 0, code);
    probe_open_gate(&gate);
    for (size_t i = 0; i < WAITERS; i++)
        pthread_join(waiters[i].thread, NULL);
}

static void make_waiters(struct probe_waiter *waiters)
{
    for (size_t i = 0; i < WAITERS; i++)
        waiters[i] = (struct probe_waiter){.probe = probe_job("in the batch")};
}

/* ---- A full disk ---------------------------------------------------------------------------------------------------- */

static void a_disk_full_at_commit_loses_the_batch_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    struct probe_waiter waiters[WAITERS];
    make_waiters(waiters);
    waiters[2].probe.wish = STATUS_FORBIDDEN;
    run_batch(fixture, waiters, FAULT_WRITE, SQLITE_FULL);
    for (size_t i = 0; i < WAITERS; i++)
        assert_int_equal(waiters[i].answer, STATUS_STORE_LOST);
    assert_true(fault_hits() > 0);
    assert_int_equal(write_one(fixture, "still full"), STATUS_STORE_LOST);
    fault_disarm();
    assert_int_equal(write_one(fixture, "room again"), STATUS_OK);
    assert_int_equal(fixture->unknowns, 0);
    assert_int_equal(reopened(fixture), 2);
}

static enum status overflow_and_say_nothing(struct tx *tx, struct job *job)
{
    (void)job;
    overflow(tx);
    return STATUS_OK;
}

static void a_disk_full_within_a_job_loses_those_that_ran_and_the_rest_are_done_after(void **state)
{
    struct fixture *fixture = *state;
    struct probe_waiter waiters[WAITERS];
    make_waiters(waiters);
    waiters[2].probe.job.run = overflow_and_say_nothing;
    run_batch(fixture, waiters, FAULT_WRITE, SQLITE_FULL);
    static const enum status expected[WAITERS] = {STATUS_STORE_LOST, STATUS_STORE_LOST, STATUS_STORE_LOST,
                                                  STATUS_OK,         STATUS_OK,         STATUS_OK};
    assert_true(fault_hits() > 0);
    for (size_t i = 0; i < WAITERS; i++)
        assert_int_equal(waiters[i].answer, expected[i]);
    assert_int_equal(reopened(fixture), 1 + 3);
}

static void a_disk_full_in_the_finish_hook_loses_the_batch(void **state)
{
    struct fixture *fixture = *state;
    fixture->finish_overflows = true;
    fault_arm(FAULT_WRITE, LOG, 0, SQLITE_FULL);
    assert_int_equal(write_one(fixture, "lost"), STATUS_STORE_LOST);
    assert_true(fault_hits() > 0);
    fixture->finish_overflows = false;
    assert_int_equal(write_one(fixture, "kept"), STATUS_OK);
    assert_int_equal(reopened(fixture), 1 + 1);
}

/* ---- A broken one --------------------------------------------------------------------------------------------------- */

static void ends_unknown(struct fixture *fixture, enum fault_operation operation, int code)
{
    struct probe_waiter waiters[WAITERS];
    make_waiters(waiters);
    run_batch(fixture, waiters, operation, code);
    for (size_t i = 0; i < WAITERS; i++)
        assert_int_equal(waiters[i].answer, STATUS_COMMIT_UNKNOWN);
    fault_disarm();
    /* The medium is well again, and still nobody is told that anything is stored: what the sync lost is not known. */
    assert_int_equal(write_one(fixture, "too late"), STATUS_COMMIT_UNKNOWN);
    assert_int_equal(writer_checkpoint(fixture->writer), STATUS_COMMIT_UNKNOWN);
    close_writer(fixture);
    assert_int_equal(fixture->unknowns, 1);
    open_writer(fixture);
    /* All of the batch or none of it, and always what was acknowledged. The one who was too late may have run before the writer took no more. */
    int64_t n = reopened(fixture);
    assert_true(n == 1 || n == 1 + WAITERS || n == 1 + WAITERS + 1);
}

static void an_error_of_the_sync_at_commit_ends_unknown(void **state)
{
    ends_unknown(*state, FAULT_SYNC, SQLITE_IOERR_FSYNC);
}

static void an_error_of_a_write_at_commit_ends_unknown(void **state)
{
    ends_unknown(*state, FAULT_WRITE, SQLITE_IOERR_WRITE);
}

static void those_who_wait_behind_an_unknown_commit_are_told_so(void **state)
{
    struct fixture *fixture = *state;
    struct probe_waiter waiters[WAITERS];
    make_waiters(waiters);
    for (size_t i = 0; i < WAITERS; i++)
        waiters[i].probe.job.bytes = STORE_JOB_BYTES; /* four fill a batch, two wait behind it */
    run_batch(fixture, waiters, FAULT_SYNC, SQLITE_IOERR_FSYNC);
    for (size_t i = 0; i < WAITERS; i++)
        assert_int_equal(waiters[i].answer, STATUS_COMMIT_UNKNOWN);
    assert_int_equal(fault_hits(), 1);
    fault_disarm();
    int64_t n = reopened(fixture);
    assert_int_equal(fixture->unknowns, 1);
    /* Those behind ran while the others were being synced, and are not durable before them. */
    assert_true(n == 1 || n == 1 + 4 || n == 1 + WAITERS);
}

static uint64_t durable(struct fixture *fixture)
{
    struct store_figures figures = {0};
    writer_figures(fixture->writer, &figures);
    return figures.batches[STORE_END_DURABLE];
}

static void while_one_batch_is_synced_the_next_one_runs_and_neither_is_answered(void **state)
{
    struct fixture *fixture = *state;
    struct probe_waiter first = {.probe = probe_job("being synced")}, second = {.probe = probe_job("behind it")};
    const uint64_t before = durable(fixture);
    fault_hold(FAULT_SYNC, LOG);
    probe_start(&first, fixture->writer);
    fault_wait_until_held();
    probe_start(&second, fixture->writer);
    const struct timespec until = waiting_until();
    while (probe_count_in_file(&fixture->probe) < 3)
        waiting_nap(&until, "a batch to run while the one before is synced");
    const uint64_t meanwhile = durable(fixture);
    fault_let_go();
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    assert_int_equal(meanwhile, before);
    assert_int_equal(first.answer, STATUS_OK);
    assert_int_equal(second.answer, STATUS_OK);
    assert_int_equal(durable(fixture), before + 2);
    assert_int_equal(reopened(fixture), 3);
}

static void a_failing_checkpoint_loses_no_write(void **state)
{
    struct fixture *fixture = *state;
    fault_arm(FAULT_WRITE, DATA, 0, SQLITE_IOERR_WRITE);
    assert_int_equal(writer_checkpoint(fixture->writer), STATUS_IO);
    assert_true(fault_hits() > 0);
    assert_int_equal(write_one(fixture, "into the log"), STATUS_OK);
    fault_arm(FAULT_SYNC, DATA, 0, SQLITE_IOERR_FSYNC);
    assert_int_equal(writer_checkpoint(fixture->writer), STATUS_IO);
    assert_int_equal(write_one(fixture, "into the log too"), STATUS_OK);
    fault_disarm();
    assert_int_equal(writer_checkpoint(fixture->writer), STATUS_IO);
    assert_int_equal(reopened(fixture), 3);
    assert_int_equal(writer_checkpoint(fixture->writer), STATUS_OK);
}

/* With more writes spared each time, until none is left to fail. */
static void a_creation_on_a_full_disk_fails_and_can_be_done_again(void **state)
{
    (void)state;
    unsigned spared = 0;
    for (unsigned hits = 1; hits > 0; spared++) {
        struct probe probe;
        probe_make_empty(&probe);
        fault_arm(FAULT_WRITE, LOG, spared, SQLITE_FULL);
        enum status status = store_create(probe.directory);
        hits = fault_hits();
        fault_disarm();
        assert_int_equal(status, hits > 0 ? STATUS_STORE_LOST : STATUS_OK);
        assert_int_equal(store_create(probe.directory), hits > 0 ? STATUS_OK : STATUS_EXISTS);
        struct store *store = probe_open(&probe);
        assert_int_equal(probe_count(store), 0);
        store_close(store);
        probe_remove(&probe);
    }
    assert_true(spared > 3);
}

/* ---- Another's lock ------------------------------------------------------------------------------------------------- */

static sqlite3 *locked(const struct fixture *fixture)
{
    sqlite3 *holder = NULL;
    assert_int_equal(sqlite3_open(fixture->probe.data_path, &holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return holder;
}

static void unlock(sqlite3 *holder)
{
    sqlite3_exec(holder, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(holder);
}

static void *unlock_later(void *context)
{
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    unlock(context);
    return NULL;
}

static void a_lock_held_for_a_moment_is_waited_for(void **state)
{
    struct fixture *fixture = *state;
    pthread_t unlocker;
    assert_int_equal(pthread_create(&unlocker, NULL, unlock_later, locked(fixture)), 0);
    assert_int_equal(write_one(fixture, "waited"), STATUS_OK);
    pthread_join(unlocker, NULL);
    assert_int_equal(reopened(fixture), 2);
}

static void a_lock_held_for_too_long_is_busy_and_stores_nothing(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *holder = locked(fixture);
    int64_t began = clock_monotonic();
    assert_int_equal(write_one(fixture, "gave up"), STATUS_BUSY);
    assert_in_range(clock_monotonic() - began, CONNECTION_PATIENCE, 3 * CONNECTION_PATIENCE);
    unlock(holder);
    assert_int_equal(write_one(fixture, "free again"), STATUS_OK);
    assert_int_equal(reopened(fixture), 2);
}

int main(void)
{
    fault_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_disk_full_at_commit_loses_the_batch_and_nothing_else, setup, teardown),
        cmocka_unit_test_setup_teardown(a_disk_full_within_a_job_loses_those_that_ran_and_the_rest_are_done_after,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_disk_full_in_the_finish_hook_loses_the_batch, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_of_the_sync_at_commit_ends_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_of_a_write_at_commit_ends_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(those_who_wait_behind_an_unknown_commit_are_told_so, setup, teardown),
        cmocka_unit_test_setup_teardown(while_one_batch_is_synced_the_next_one_runs_and_neither_is_answered, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_failing_checkpoint_loses_no_write, setup, teardown),
        cmocka_unit_test(a_creation_on_a_full_disk_fails_and_can_be_done_again),
        cmocka_unit_test_setup_teardown(a_lock_held_for_a_moment_is_waited_for, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lock_held_for_too_long_is_busy_and_stores_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
