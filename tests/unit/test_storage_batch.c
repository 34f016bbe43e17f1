/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      one batch without threads: what is kept and what is undone, the finish hook, and who gets which status.
 * May not:  depend on the queue.
 * Always:   what is counted in the end is counted through another connection.
 */
#include <stdlib.h>

#include "engine.gen.h"
#include "storage/sqlite/batch.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/query.h"
#include "storage_probe.h"

struct fixture {
    struct probe probe;
    struct connection *connection;
    struct tx tx;
    size_t finished; /* jobs the hook was given */
    unsigned hooks;  /* times it was called */
    enum status wish;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    enum store_fault fault;
    assert_int_equal(database_open(fixture->probe.data_path, &LINEAGE_DATA, &fixture->connection, &fault), STATUS_OK);
    fixture->tx = (struct tx){.session = {.connection = fixture->connection}, .now = 7};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    connection_close(fixture->connection);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

static enum status note_finish(struct tx *tx, struct job *const *jobs, size_t n, void *context)
{
    struct fixture *fixture = context;
    fixture->hooks++;
    fixture->finished = n;
    for (size_t i = 0; i < n; i++)
        assert_int_equal(((struct probe_job *)jobs[i])->wish, STATUS_OK);
    assert_non_null(session_arena(tx_session(tx)));
    struct probe_organisation organisation = probe_organisation("appended at the end");
    TRY(statement_write(tx, &PROBE_INSERT, &organisation, NULL));
    return fixture->wish;
}

enum { JOBS = 5 };

struct outcome {
    enum status batch;
    enum status statuses[JOBS];
    size_t n_ran;
};

static struct outcome run(struct fixture *fixture, struct probe_job *probes, size_t n)
{
    struct store_settings settings = {.finish = note_finish, .context = fixture};
    struct job *jobs[JOBS];
    for (size_t i = 0; i < n; i++)
        jobs[i] = &probes[i].job;
    struct outcome outcome = {0};
    outcome.batch = batch_run(&fixture->tx, &settings, jobs, n, outcome.statuses, &outcome.n_ran);
    assert_false(connection_in_transaction(fixture->connection));
    return outcome;
}

static void make_jobs(struct probe_job *probes)
{
    for (size_t i = 0; i < JOBS; i++)
        probes[i] = probe_job("row");
}

static void a_failing_job_loses_its_own_writes_and_no_others(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    probes[1].wish = STATUS_PRECONDITION_FAILED;
    probes[1].n = 3;
    probes[3].organisation.key = probes[0].organisation.key; /* taken: a unique violation */
    struct outcome outcome = run(fixture, probes, JOBS);
    assert_int_equal(outcome.batch, STATUS_OK);
    assert_int_equal(outcome.n_ran, JOBS);
    static const enum status expected[JOBS] = {STATUS_OK, STATUS_PRECONDITION_FAILED, STATUS_OK, STATUS_CONFLICT,
                                               STATUS_OK};
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(outcome.statuses[i], expected[i]);
    assert_int_equal(fixture->hooks, 1);
    assert_int_equal(fixture->finished, 3);
    assert_int_equal(probe_count_in_file(&fixture->probe), 3 + 1);
}

static void a_batch_runs_once_as_long_as_nothing_has_to_be_undone(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    probes[1].wish = STATUS_PRECONDITION_FAILED;
    probes[1].n = 0;
    probes[3].organisation.key = probes[0].organisation.key; /* its one write is refused */
    struct outcome outcome = run(fixture, probes, JOBS);
    assert_int_equal(outcome.batch, STATUS_OK);
    assert_int_equal(outcome.statuses[1], STATUS_PRECONDITION_FAILED);
    assert_int_equal(outcome.statuses[3], STATUS_CONFLICT);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(probes[i].runs, 1);
    assert_int_equal(fixture->hooks, 1);
    assert_int_equal(probe_count_in_file(&fixture->probe), 3 + 1);
}

static void a_batch_runs_again_when_one_fails_that_has_written(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    probes[2].wish = STATUS_PRECONDITION_FAILED;
    probes[4].wish = STATUS_FORBIDDEN;
    struct outcome outcome = run(fixture, probes, JOBS);
    assert_int_equal(outcome.batch, STATUS_OK);
    assert_int_equal(outcome.n_ran, JOBS);
    static const unsigned runs[JOBS] = {2, 2, 2, 1, 1};
    static const enum status expected[JOBS] = {STATUS_OK, STATUS_OK, STATUS_PRECONDITION_FAILED, STATUS_OK,
                                               STATUS_FORBIDDEN};
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(probes[i].runs, runs[i]);
        assert_int_equal(outcome.statuses[i], expected[i]);
    }
    assert_int_equal(fixture->hooks, 1);
    assert_int_equal(fixture->finished, 3);
    assert_int_equal(probe_count_in_file(&fixture->probe), 3 + 1);
}

/* Three parts, of which the second fails after it has written. */
enum { PARTS = 3 };
struct parted_job {
    struct probe_job probe; /* for the hook, which looks at its wish */
    struct probe_job parts[PARTS];
    enum status statuses[PARTS];
};

static enum status run_part(struct tx *tx, void *context)
{
    struct probe_job *part = context;
    return probe_run(tx, &part->job);
}

/* It goes on whatever its parts say. */
static enum status run_parts(struct tx *tx, struct job *job)
{
    struct parted_job *parted = (struct parted_job *)job;
    for (size_t i = 0; i < PARTS; i++)
        parted->statuses[i] = tx_part(tx, run_part, &parted->parts[i]);
    return STATUS_OK;
}

static void a_part_that_fails_is_undone_and_its_job_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct store_settings settings = {.finish = note_finish, .context = fixture};
    struct parted_job parted = {.probe = probe_job("parted")};
    struct probe_job before = probe_job("before"), after = probe_job("after");
    for (size_t i = 0; i < PARTS; i++)
        parted.parts[i] = probe_job("part");
    parted.parts[1].wish = STATUS_TAKEN;
    parted.probe.job = (struct job){.run = run_parts, .keeps_itself = true};

    struct job *jobs[] = {&before.job, &parted.probe.job, &after.job};
    enum status statuses[3];
    size_t n_ran = 0;
    assert_int_equal(batch_run(&fixture->tx, &settings, jobs, 3, statuses, &n_ran), STATUS_OK);
    assert_int_equal(n_ran, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(statuses[i], STATUS_OK);
    static const enum status expected[PARTS] = {STATUS_OK, STATUS_TAKEN, STATUS_OK};
    for (size_t i = 0; i < PARTS; i++)
        assert_int_equal(parted.statuses[i], expected[i]);
    assert_int_equal(fixture->hooks, 1);
    assert_int_equal(probe_count_in_file(&fixture->probe), 2 + 2 + 1);
}

static void all_jobs_of_a_batch_see_one_time(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    assert_int_equal(run(fixture, probes, JOBS).batch, STATUS_OK);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(probes[i].now, 7);
}

static void a_failing_finish_hook_takes_the_whole_batch_with_it(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    fixture->wish = STATUS_BUSY;
    struct outcome outcome = run(fixture, probes, JOBS);
    assert_int_equal(outcome.batch, STATUS_BUSY);
    assert_int_equal(outcome.n_ran, JOBS);
    assert_int_equal(probe_count_in_file(&fixture->probe), 0);
}

static void V2_a_row_that_cannot_be_appended_is_io_and_never_an_answer(void **state)
{
    struct fixture *fixture = *state;
    for (int wish = STATUS_OK + 1; wish < STATUS_COUNT; wish++) {
        struct probe_job probe = probe_job("row");
        fixture->wish = (enum status)wish;
        bool says_why = wish == STATUS_STORE_LOST || wish == STATUS_BUSY || wish == STATUS_NO_MEMORY;
        assert_int_equal(run(fixture, &probe, 1).batch, says_why ? wish : STATUS_IO);
    }
    assert_int_equal(probe_count_in_file(&fixture->probe), 0);
}

static void a_batch_in_which_every_job_fails_commits_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    for (size_t i = 0; i < JOBS; i++)
        probes[i].wish = STATUS_FORBIDDEN;
    struct outcome outcome = run(fixture, probes, JOBS);
    assert_int_equal(outcome.batch, STATUS_OK);
    assert_int_equal(outcome.statuses[JOBS - 1], STATUS_FORBIDDEN);
    assert_int_equal(fixture->hooks, 0);
    assert_int_equal(probe_count_in_file(&fixture->probe), 0);
}

/* What SQLITE_FULL does: the transaction is gone while the job still runs, and it does not look. */
static enum status lose_transaction(struct tx *tx, struct job *job)
{
    (void)job;
    assert_int_equal(connection_run(tx_session(tx)->connection, &ENGINE_ROLLBACK, NULL), STATUS_OK);
    struct probe_organisation organisation = probe_organisation("on its own");
    assert_int_equal(statement_write(tx, &PROBE_INSERT, &organisation, NULL), STATUS_STORE_LOST);
    struct probe_count count;
    assert_int_equal(statement_one(tx_session(tx), &PROBE_COUNT, NULL, &count), STATUS_STORE_LOST);
    return STATUS_OK;
}

static void a_lost_transaction_ends_the_batch_and_the_rest_is_not_begun(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[JOBS];
    make_jobs(probes);
    probes[2].job.run = lose_transaction;
    struct outcome outcome = run(fixture, probes, JOBS);
    assert_int_equal(outcome.batch, STATUS_STORE_LOST);
    assert_int_equal(outcome.n_ran, 3);
    assert_int_equal(probes[3].now, 0);
    assert_int_equal(fixture->hooks, 0);
    assert_int_equal(probe_count_in_file(&fixture->probe), 0);
}

static void a_job_reads_what_earlier_jobs_of_its_batch_wrote(void **state)
{
    struct fixture *fixture = *state;
    struct probe_job probes[2] = {probe_job("a"), probe_job("b")};
    probes[1].organisation.id = probes[0].organisation.id;
    struct outcome outcome = run(fixture, probes, 2);
    assert_int_equal(outcome.statuses[0], STATUS_OK);
    assert_int_equal(outcome.statuses[1], STATUS_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_failing_job_loses_its_own_writes_and_no_others, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_runs_once_as_long_as_nothing_has_to_be_undone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_runs_again_when_one_fails_that_has_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_part_that_fails_is_undone_and_its_job_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(all_jobs_of_a_batch_see_one_time, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failing_finish_hook_takes_the_whole_batch_with_it, setup, teardown),
        cmocka_unit_test_setup_teardown(V2_a_row_that_cannot_be_appended_is_io_and_never_an_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_in_which_every_job_fails_commits_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_transaction_ends_the_batch_and_the_rest_is_not_begun, setup, teardown),
        cmocka_unit_test_setup_teardown(a_job_reads_what_earlier_jobs_of_its_batch_wrote, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
