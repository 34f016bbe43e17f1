/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      what a store tells of itself: batches and their ends, jobs, rows, readers, sizes.
 * May not:  depend on how long anything takes.
 * Always:   a number is compared before and after the one thing that must move it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/figures.h"
#include "storage/sqlite/readers.h"
#include "storage_probe.h"
#include "waiting.h"

enum { MANY = 20, ROWS = 3, READERS = 2 };

struct fixture {
    struct probe probe;
    struct store *store;
    enum status finish; /* what the hook answers */
};

/* Says that each job left ROWS rows. */
static enum status finish(struct tx *tx, struct job *const *jobs, size_t n, void *context)
{
    const struct fixture *fixture = context;
    (void)jobs;
    tx_appended(tx, n * ROWS);
    return fixture->finish;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    struct store_settings settings = {.finish = finish, .context = fixture, .readers = READERS};
    fixture->store = probe_open_with(&fixture->probe, &settings);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

static struct store_figures read_figures(const struct fixture *fixture)
{
    struct store_figures figures;
    store_figures(fixture->store, &figures);
    return figures;
}

static uint64_t count_of(const struct distribution *distribution)
{
    uint64_t n = 0;
    for (size_t i = 0; i <= distribution->scale->n; i++)
        n += distribution->within[i];
    return n;
}

static enum status write_one(const struct fixture *fixture, enum status wish)
{
    struct probe_job job = probe_job("counted");
    job.wish = wish;
    return store_write(fixture->store, &job.job);
}

static void a_new_store_has_counted_nothing_and_has_sizes(void **state)
{
    struct store_figures figures = read_figures(*state);
    for (size_t end = 0; end < STORE_END_COUNT; end++)
        assert_int_equal(figures.batches[end], 0);
    assert_int_equal(figures.jobs, 0);
    assert_int_equal(figures.appended, 0);
    assert_int_equal(count_of(&figures.commit), 0);
    assert_true(figures.data_bytes > 0);
    assert_true(figures.keys_bytes > 0);
}

static void each_batch_counts_once_with_its_jobs_and_rows(void **state)
{
    for (int i = 0; i < MANY; i++)
        assert_int_equal(write_one(*state, STATUS_OK), STATUS_OK);
    struct store_figures figures = read_figures(*state);
    assert_int_equal(figures.batches[STORE_END_DURABLE], MANY);
    assert_int_equal(figures.jobs, MANY);
    assert_int_equal(figures.appended, MANY * ROWS);
    assert_int_equal(count_of(&figures.commit), MANY);
    assert_int_equal(count_of(&figures.batch_jobs), MANY);
    assert_int_equal(figures.batch_jobs.sum, MANY);
    assert_true(figures.commit.sum > 0);
    assert_true(figures.data_log_bytes > 0);
    assert_int_equal(figures.jobs_refused, 0);
    assert_int_equal(figures.queued, 0);
}

static void a_job_that_says_no_has_had_its_turn(void **state)
{
    assert_int_equal(write_one(*state, STATUS_FORBIDDEN), STATUS_FORBIDDEN);
    struct store_figures figures = read_figures(*state);
    assert_int_equal(figures.batches[STORE_END_DURABLE], 1);
    assert_int_equal(figures.jobs, 1);
    assert_int_equal(figures.appended, 0);
}

static void rows_of_a_batch_that_failed_are_not_counted(void **state)
{
    static const struct {
        enum status finish;
        enum store_end end;
    } rows[] = {
        {STATUS_STORE_LOST, STORE_END_LOST},
        {STATUS_BUSY, STORE_END_BUSY},
        {STATUS_IO, STORE_END_FAILED},
        {STATUS_NO_MEMORY, STORE_END_FAILED},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store_figures before = read_figures(fixture);
        fixture->finish = rows[i].finish;
        assert_int_equal(write_one(fixture, STATUS_OK), rows[i].finish);
        struct store_figures after = read_figures(fixture);
        assert_int_equal(after.batches[rows[i].end], before.batches[rows[i].end] + 1);
        assert_int_equal(after.batches[STORE_END_DURABLE], 0);
        assert_int_equal(after.appended, 0);
    }
}

static void an_unknown_commit_has_an_end_of_its_own(void **state)
{
    struct writer_tallies tallies = {.jobs = {0}};
    struct store_figures figures = {.jobs = 0};
    (void)state;
    tallies_batch(&tallies, STATUS_COMMIT_UNKNOWN, 7, 7, 0);
    tallies_read(&tallies, &figures);
    assert_int_equal(figures.batches[STORE_END_UNKNOWN], 1);
    assert_int_equal(figures.jobs, 7);
    assert_int_equal(figures.appended, 0);
}

static void readers_are_told_as_they_are_used(void **state)
{
    struct fixture *fixture = *state;
    auto_arena arena = arena_new(1 << 16);
    assert_int_equal(read_figures(fixture).readers_busy, 0);
    struct session *sessions[READERS];
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(session_begin(fixture->store, arena, &sessions[i]), STATUS_OK);
    struct store_figures figures = read_figures(fixture);
    assert_int_equal(figures.readers_open, READERS);
    assert_int_equal(figures.readers_busy, READERS);
    assert_int_equal(figures.readers_waiting, 0);
    for (size_t i = 0; i < READERS; i++)
        session_end(sessions[i]);
    figures = read_figures(fixture);
    assert_int_equal(figures.readers_open, READERS);
    assert_int_equal(figures.readers_busy, 0);
    assert_int_equal(figures.readers_refused, 0);
}

static struct store_figures read_pool(struct readers *readers)
{
    struct store_figures figures = {.readers_open = 0};
    readers_figures(readers, &figures);
    return figures;
}

struct waiter {
    struct readers *readers;
    enum status answer;
};

static void *wait_for_a_reader(void *context)
{
    struct waiter *waiter = context;
    struct loan loan;
    waiter->answer = readers_take(waiter->readers, SNAPSHOT_NEW, &loan);
    if (waiter->answer == STATUS_OK)
        readers_return(waiter->readers, &loan);
    return NULL;
}

static void who_waits_for_a_reader_is_told(void **state)
{
    enum { LONG_MS = 600000 };
    struct fixture *fixture = *state;
    struct waiter waiter = {.answer = STATUS_INTERNAL};
    struct loan loan;
    pthread_t thread;
    assert_int_equal(readers_new(fixture->probe.data_path, 1, LONG_MS, &waiter.readers), STATUS_OK);
    assert_int_equal(readers_take(waiter.readers, SNAPSHOT_NEW, &loan), STATUS_OK);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_a_reader, &waiter), 0);
    const struct timespec until = waiting_until();
    while (read_pool(waiter.readers).readers_waiting == 0)
        waiting_nap(&until, "somebody to wait for a reader");
    const uint64_t waiting = read_pool(waiter.readers).readers_waiting;
    readers_return(waiter.readers, &loan);
    pthread_join(thread, NULL);
    assert_int_equal(waiting, 1);
    assert_int_equal(waiter.answer, STATUS_OK);
    assert_int_equal(read_pool(waiter.readers).readers_waiting, 0);
    assert_int_equal(read_pool(waiter.readers).readers_refused, 0);
    readers_free(waiter.readers);
}

static void who_waited_for_a_reader_in_vain_is_counted(void **state)
{
    struct fixture *fixture = *state;
    struct readers *readers = NULL;
    struct loan loan, none;
    assert_int_equal(readers_new(fixture->probe.data_path, 1, 0, &readers), STATUS_OK);
    assert_int_equal(readers_take(readers, SNAPSHOT_NEW, &loan), STATUS_OK);
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(readers_take(readers, SNAPSHOT_NEW, &none), STATUS_BUSY);
        assert_int_equal(read_pool(readers).readers_refused, i);
    }
    assert_int_equal(read_pool(readers).readers_waiting, 0);
    readers_return(readers, &loan);
    readers_free(readers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_store_has_counted_nothing_and_has_sizes, setup, teardown),
        cmocka_unit_test_setup_teardown(each_batch_counts_once_with_its_jobs_and_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_job_that_says_no_has_had_its_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_of_a_batch_that_failed_are_not_counted, setup, teardown),
        cmocka_unit_test(an_unknown_commit_has_an_end_of_its_own),
        cmocka_unit_test_setup_teardown(readers_are_told_as_they_are_used, setup, teardown),
        cmocka_unit_test_setup_teardown(who_waits_for_a_reader_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(who_waited_for_a_reader_in_vain_is_counted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
