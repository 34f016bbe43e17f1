/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      when the log is copied back and when not: beside whom, alone, again, and after what. A test is the writer here.
 * May not:  wait for what may never come without a bound.
 * Always:   a pass is seen by what it does to the pool of readers: it lets their snapshots go.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "fault_vfs.h"
#include "storage/sqlite/copier.h"
#include "storage/sqlite/query.h"
#include "storage_probe.h"

enum { SOON_MS = 10000, A_WHILE_MS = 100, SYNCS_OF_A_PASS = 2, TRIES = 8, STEPS = 50, STEP = 4000, MOST = 32000 };
enum { MOST_PASSES = 4, REST = 500, PORTION = 64, PORTIONS = 3, LARGE_PORTION = 1024, PAGE = 4096 };

static const char DATA[] = "trygg.db";
static const char LOG[] = "trygg.db-wal";

struct fixture {
    struct probe probe;
    struct connection *writer;
    struct readers *readers;
    struct copier *copier;
    struct connection *copies; /* the copier's own */
    pthread_mutex_t turn;
    bool has_turn; /* the test; it may end anywhere */
    pthread_t asker;
    enum status answer; /* that the asker got */
};

static void nap(int ms)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000}, NULL);
}

static bool try_turn(struct fixture *fixture)
{
    fixture->has_turn = pthread_mutex_trylock(&fixture->turn) == 0;
    return fixture->has_turn;
}

static void take_turn(struct fixture *fixture)
{
    pthread_mutex_lock(&fixture->turn);
    fixture->has_turn = true;
}

static void give_turn(struct fixture *fixture)
{
    if (fixture->has_turn)
        pthread_mutex_unlock(&fixture->turn);
    fixture->has_turn = false;
}

static void commit(struct fixture *fixture)
{
    struct probe_organisation organisation = probe_organisation("in the log");
    assert_int_equal(query_write(fixture->writer, &PROBE_INSERT, &organisation, NULL), STATUS_OK);
}

static void commit_and_note(struct fixture *fixture)
{
    commit(fixture);
    copier_note(fixture->copier, connection_wal_pages(fixture->writer));
}

/* A name of so many pages. */
static void commit_pages(struct fixture *fixture, size_t n)
{
    const size_t len = n * PAGE;
    char *name = malloc(len + 1);
    memset(name, 'a', len);
    name[len] = '\0';
    struct probe_organisation organisation = probe_organisation(name);
    assert_int_equal(query_write(fixture->writer, &PROBE_INSERT, &organisation, NULL), STATUS_OK);
    free(name);
}

static void commit_portions(struct fixture *fixture)
{
    commit_pages(fixture, (size_t)PORTIONS * PORTION);
    copier_note(fixture->copier, connection_wal_pages(fixture->writer));
}

/* Each pass begins with a new edition. */
static uint64_t passes(struct fixture *fixture)
{
    struct loan loan;
    assert_int_equal(readers_take(fixture->readers, SNAPSHOT_NEW, &loan), STATUS_OK);
    readers_return(fixture->readers, &loan);
    return loan.edition;
}

static void wait_for_a_pass(struct fixture *fixture, uint64_t before)
{
    for (int i = 0; passes(fixture) == before; i++) {
        assert_true(i < SOON_MS);
        nap(1);
    }
}

static void start(struct fixture *fixture)
{
    fixture->copies = probe_connection(&fixture->probe);
    assert_int_equal(copier_start(fixture->copies, fixture->readers, &fixture->turn, &fixture->copier), STATUS_OK);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    pthread_mutex_init(&fixture->turn, NULL);
    fixture->writer = probe_connection(&fixture->probe);
    assert_int_equal(readers_new(fixture->probe.data_path, 3, 0, &fixture->readers), STATUS_OK);
    start(fixture);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    fault_disarm();
    fault_let_go();
    give_turn(fixture);
    copier_stop(fixture->copier);
    readers_free(fixture->readers);
    connection_close(fixture->writer);
    pthread_mutex_destroy(&fixture->turn);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

/* ---- When -------------------------------------------------------------------------------------------------------------- */

static void a_pass_runs_each_time_that_the_log_has_grown_by_a_step(void **state)
{
    struct fixture *fixture = *state;
    commit(fixture);
    const uint64_t before = passes(fixture);
    copier_note(fixture->copier, STEP - 1);
    nap(A_WHILE_MS);
    assert_int_equal(passes(fixture), before);
    copier_note(fixture->copier, STEP);
    wait_for_a_pass(fixture, before);
    const uint64_t between = passes(fixture);
    copier_note(fixture->copier, 2 * STEP - 1);
    nap(A_WHILE_MS);
    assert_int_equal(passes(fixture), between);
    copier_note(fixture->copier, 2 * STEP);
    wait_for_a_pass(fixture, between);
}

static void a_log_that_has_started_over_is_counted_from_its_beginning(void **state)
{
    struct fixture *fixture = *state;
    commit(fixture);
    uint64_t before = passes(fixture);
    copier_note(fixture->copier, 2 * STEP);
    wait_for_a_pass(fixture, before);
    assert_int_equal(copier_copy(fixture->copier), STATUS_OK);
    before = passes(fixture);
    copier_note(fixture->copier, 1);
    copier_note(fixture->copier, STEP);
    wait_for_a_pass(fixture, before);
}

/* ---- Beside the writer, and without it --------------------------------------------------------------------------------- */

/* Waits for a pass to stand at its end, and has the turn then. */
static void catch_a_pass(struct fixture *fixture)
{
    fault_wait_until_held();
    take_turn(fixture);
}

static void a_pass_goes_on_beside_the_writer_and_begins_between_two_batches(void **state)
{
    struct fixture *fixture = *state;
    commit(fixture);
    const uint64_t before = passes(fixture);
    take_turn(fixture);
    copier_note(fixture->copier, STEP);
    nap(A_WHILE_MS);
    const uint64_t meanwhile = passes(fixture);
    fault_hold(FAULT_SYNC, DATA);
    give_turn(fixture);
    assert_int_equal(meanwhile, before);
    catch_a_pass(fixture);
    commit_and_note(fixture);
    give_turn(fixture);
    fault_let_go();
    assert_int_equal(copier_copy(fixture->copier), STATUS_OK);
}

/* A long pass, a short one, and what came while that ran: while the writer waits. */
static void a_long_log_is_made_to_start_over_between_two_batches(void **state)
{
    struct fixture *fixture = *state;
    commit(fixture);
    const uint64_t before = passes(fixture);
    fault_hold(FAULT_SYNC, DATA);
    copier_note(fixture->copier, MOST);
    catch_a_pass(fixture);
    commit(fixture);
    for (int i = 0; passes(fixture) < before + 2; i++) {
        assert_true(i < SYNCS_OF_A_PASS);
        fault_let_go();
        fault_hold(FAULT_SYNC, DATA);
        give_turn(fixture);
        catch_a_pass(fixture);
    }
    commit(fixture);
    const int pages = connection_wal_pages(fixture->writer);
    fault_let_go();
    nap(A_WHILE_MS);
    const uint64_t meanwhile = passes(fixture);
    give_turn(fixture);
    assert_int_equal(meanwhile, before + 2);
    wait_for_a_pass(fixture, meanwhile);
    take_turn(fixture);
    commit(fixture);
    give_turn(fixture);
    assert_true(connection_wal_pages(fixture->writer) < pages);
}

/* Has the turn, and gives it back until the pass after this one stands at its end; each syncs once or twice. Whether it has the turn again: that
 * pass goes on beside the writer. */
static bool next_pass_is_beside(struct fixture *fixture)
{
    const uint64_t this = passes(fixture);
    bool beside = true;
    for (int i = 0; beside && passes(fixture) == this; i++) {
        assert_true(i < SYNCS_OF_A_PASS);
        fault_let_go();
        fault_hold(FAULT_SYNC, DATA);
        give_turn(fixture);
        fault_wait_until_held();
        beside = try_turn(fixture);
    }
    return beside;
}

/* Catches the first pass over a log that is to start over. */
static void begin_to_start_over(struct fixture *fixture)
{
    commit(fixture);
    fault_hold(FAULT_SYNC, DATA);
    copier_note(fixture->copier, MOST);
    catch_a_pass(fixture);
}

static void what_comes_during_long_passes_is_copied_beside_the_writer_four_times(void **state)
{
    struct fixture *fixture = *state;
    begin_to_start_over(fixture);
    for (int i = 0; i <= MOST_PASSES; i++) {
        commit(fixture);
        copier_note(fixture->copier, MOST + (i + 1) * (REST + 1));
        assert_int_equal(next_pass_is_beside(fixture), i < MOST_PASSES);
    }
}

static void when_little_came_during_a_pass_the_writer_waits_for_the_next(void **state)
{
    struct fixture *fixture = *state;
    begin_to_start_over(fixture);
    commit(fixture);
    assert_true(next_pass_is_beside(fixture));
    commit(fixture);
    copier_note(fixture->copier, MOST + REST);
    assert_false(next_pass_is_beside(fixture));
}

static void a_log_that_has_started_over_by_itself_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    begin_to_start_over(fixture);
    commit(fixture);
    assert_true(next_pass_is_beside(fixture));
    const uint64_t before = passes(fixture);
    copier_note(fixture->copier, 1);
    give_turn(fixture);
    fault_let_go();
    nap(A_WHILE_MS);
    assert_int_equal(passes(fixture), before);
}

static void *ask(void *context)
{
    struct fixture *fixture = context;
    fixture->answer = copier_copy(fixture->copier);
    return NULL;
}

/* Whether the next pass runs while the writer could: seen by one that has something to copy, whatever the copier knows of that. */
static bool runs_beside(struct fixture *fixture)
{
    fault_hold(FAULT_SYNC, DATA);
    assert_int_equal(pthread_create(&fixture->asker, NULL, ask, fixture), 0);
    fault_wait_until_held();
    const bool beside = try_turn(fixture);
    give_turn(fixture);
    fault_let_go();
    pthread_join(fixture->asker, NULL);
    assert_int_equal(fixture->answer, STATUS_OK);
    return beside;
}

/* A pass that begins with nothing to do, beside a commit that starts the log over, makes SQLite lose that commit. */
static void a_pass_that_may_find_nothing_to_do_runs_between_two_batches(void **state)
{
    struct fixture *fixture = *state;
    commit_and_note(fixture);
    assert_true(runs_beside(fixture));
    commit(fixture); /* as many pages as before, in a log that starts over: not told yet */
    assert_false(runs_beside(fixture));
    commit_and_note(fixture);
    commit_and_note(fixture);
    assert_true(runs_beside(fixture));
}

/* Of what an end that was none left in the log the writer knows nothing. */
static void a_pass_over_a_log_that_was_found_runs_between_two_batches_once_all_is_copied(void **state)
{
    struct fixture *fixture = *state;
    commit(fixture);
    assert_true(runs_beside(fixture));
    copier_note(fixture->copier, 0);
    commit(fixture);
    assert_false(runs_beside(fixture));
}

/* ---- Readers ----------------------------------------------------------------------------------------------------------- */

static void begin_to_read(struct fixture *fixture, struct loan *loan)
{
    struct probe_count count;
    assert_int_equal(readers_take(fixture->readers, SNAPSHOT_NEW, loan), STATUS_OK);
    assert_int_equal(query_one(loan->connection, NULL, &PROBE_COUNT, NULL, &count), STATUS_OK);
}

/* SQLite syncs the database when all of the log is copied, which is while the writer waits: the more was copied before, the longer. */
static void a_pass_that_a_reader_ends_early_syncs_what_it_copied_beside_the_writer(void **state)
{
    struct fixture *fixture = *state;
    struct loan reader;
    commit(fixture);
    begin_to_read(fixture, &reader);
    commit_and_note(fixture);
    assert_true(runs_beside(fixture));
    assert_int_equal(connection_copied_pages(fixture->copies), -1);
    readers_return(fixture->readers, &reader);
}

/* A commit that comes during a pass keeps SQLite from syncing at its end, too, though the pass has copied all that it was to copy. */
static void a_pass_during_which_the_writer_commits_syncs_what_it_copied(void **state)
{
    struct fixture *fixture = *state;
    commit_and_note(fixture);
    fault_hold(FAULT_WRITE, DATA);
    assert_int_equal(pthread_create(&fixture->asker, NULL, ask, fixture), 0);
    fault_wait_until_held();
    commit_and_note(fixture);
    fault_arm(FAULT_SYNC, DATA, 0, SQLITE_IOERR_FSYNC);
    fault_let_go();
    pthread_join(fixture->asker, NULL);
    assert_int_equal(fixture->answer, STATUS_IO);
    assert_int_equal(fault_hits(), 1);
}

static bool starts_over(struct fixture *fixture)
{
    take_turn(fixture);
    const int pages = connection_wal_pages(fixture->writer);
    commit(fixture);
    const bool is_shorter = connection_wal_pages(fixture->writer) < pages;
    give_turn(fixture);
    return is_shorter;
}

/* Each try lets go anew of the snapshots that came back: the pool keeps them, and whoever let go of them only once would wait in vain. The two
 * passes before the tries go on beside the writer. */
static void a_log_in_which_somebody_reads_is_tried_again_and_then_put_off(void **state)
{
    struct fixture *fixture = *state;
    struct loan reader;
    commit(fixture);
    begin_to_read(fixture, &reader);
    commit(fixture);
    uint64_t before = passes(fixture);
    copier_note(fixture->copier, MOST);
    for (int i = 0; i < 2 + TRIES; i++, before++)
        wait_for_a_pass(fixture, before);
    assert_false(starts_over(fixture));
    readers_return(fixture->readers, &reader);
    int steps = 1;
    for (; steps < STEPS && !starts_over(fixture); steps++) {
        before = passes(fixture);
        copier_note(fixture->copier, MOST + steps * STEP);
        wait_for_a_pass(fixture, before);
        nap(A_WHILE_MS);
    }
    assert_in_range(steps, 2, STEPS - 1);
}

/* ---- Failures ---------------------------------------------------------------------------------------------------------- */

/* The next pass meets the fault that is armed; no later one succeeds or copies, though the medium is well again. */
static void fails_for_good(struct fixture *fixture)
{
    assert_int_equal(copier_copy(fixture->copier), STATUS_IO);
    assert_int_equal(fault_hits(), 1);
    fault_arm(FAULT_WRITE, DATA, 0, SQLITE_OK);
    assert_int_equal(copier_copy(fixture->copier), STATUS_IO);
    commit_and_note(fixture);
    assert_int_equal(copier_copy(fixture->copier), STATUS_IO);
    assert_int_equal(fault_hits(), 0);
}

/* After fails_for_good. */
static void ends_without_a_copy(struct fixture *fixture)
{
    fixture->copier = copier_stop(fixture->copier);
    assert_int_equal(fault_hits(), 0);
}

/* A sync that succeeds says nothing of what an earlier one lost: pages of it would be in the database and not in the log. */
static void nothing_is_copied_after_a_sync_of_the_log_has_failed(void **state)
{
    struct fixture *fixture = *state;
    commit_and_note(fixture);
    fault_arm(FAULT_SYNC, LOG, 0, SQLITE_IOERR_FSYNC);
    fails_for_good(fixture);
    ends_without_a_copy(fixture);
}

/* Whether it has emptied the log or left something in it. */
static void nothing_is_copied_after_a_sync_of_the_database_has_failed(void **state)
{
    struct fixture *fixture = *state;
    commit_and_note(fixture);
    fault_arm(FAULT_SYNC, DATA, 0, SQLITE_IOERR_FSYNC);
    fails_for_good(fixture);
    assert_int_equal(connection_copied_pages(fixture->copies), -1);
    ends_without_a_copy(fixture);
}

static void nothing_is_copied_after_a_sync_of_a_part_has_failed(void **state)
{
    struct fixture *fixture = *state;
    struct loan reader;
    commit(fixture);
    begin_to_read(fixture, &reader);
    commit_and_note(fixture);
    fault_arm(FAULT_SYNC, DATA, 0, SQLITE_IOERR_FSYNC);
    fails_for_good(fixture);
    readers_return(fixture->readers, &reader);
    assert_int_equal(copier_copy(fixture->copier), STATUS_IO);
    assert_int_equal(connection_copied_pages(fixture->copies), -1);
    ends_without_a_copy(fixture);
}

/* How often the database is synced until a copy is made. */
static unsigned syncs_of_a_copy(struct fixture *fixture)
{
    fault_arm(FAULT_SYNC, DATA, 0, SQLITE_OK);
    assert_int_equal(copier_copy(fixture->copier), STATUS_OK);
    return fault_hits();
}

/* Beside the writer, with one sync of SQLite's at its end and one of ours. While the writer waits, the medium is the copier's alone: the log started
 * over, and has as many pages as before, so that there may be nothing to do. */
static void a_long_pass_is_synced_in_portions_beside_the_writer_alone(void **state)
{
    struct fixture *fixture = *state;
    commit_portions(fixture);
    assert_int_equal(syncs_of_a_copy(fixture), PORTIONS + 2);
    commit_portions(fixture);
    assert_int_equal(syncs_of_a_copy(fixture), 1);
}

/* What came during the first pass fills one of them in the second. The third begins once that has ended, and finds nothing to copy. */
static void a_pass_is_synced_in_large_portions_when_the_log_is_to_start_over(void **state)
{
    struct fixture *fixture = *state;
    begin_to_start_over(fixture);
    commit_pages(fixture, LARGE_PORTION);
    assert_true(next_pass_is_beside(fixture));
    const uint64_t second = passes(fixture);
    fault_arm(FAULT_SYNC, DATA, 0, SQLITE_OK);
    give_turn(fixture);
    fault_let_go();
    wait_for_a_pass(fixture, second);
    assert_int_equal(fault_hits(), 1 + SYNCS_OF_A_PASS);
}

static void nothing_is_copied_after_a_sync_of_a_portion_has_failed(void **state)
{
    struct fixture *fixture = *state;
    commit_portions(fixture);
    fault_arm(FAULT_SYNC, DATA, PORTIONS - 1, SQLITE_IOERR);
    fails_for_good(fixture);
    ends_without_a_copy(fixture);
}

static void a_log_of_which_nobody_knows_what_is_durable_does_not_start_over(void **state)
{
    struct fixture *fixture = *state;
    begin_to_start_over(fixture);
    const uint64_t before = passes(fixture);
    commit(fixture);
    copier_cease(fixture->copier);
    give_turn(fixture);
    fault_let_go();
    nap(A_WHILE_MS);
    assert_int_equal(passes(fixture), before);
}

static void who_waits_for_a_copy_is_told_at_once_that_there_will_be_none(void **state)
{
    struct fixture *fixture = *state;
    commit_and_note(fixture);
    fault_hold(FAULT_SYNC, DATA);
    assert_int_equal(pthread_create(&fixture->asker, NULL, ask, fixture), 0);
    fault_wait_until_held();
    copier_cease(fixture->copier);
    pthread_join(fixture->asker, NULL);
    fault_let_go();
    assert_int_equal(fixture->answer, STATUS_COMMIT_UNKNOWN);
    const uint64_t before = passes(fixture);
    copier_note(fixture->copier, 2 * STEP);
    assert_int_equal(copier_copy(fixture->copier), STATUS_COMMIT_UNKNOWN);
    nap(A_WHILE_MS);
    assert_int_equal(passes(fixture), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pass_runs_each_time_that_the_log_has_grown_by_a_step, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_that_has_started_over_is_counted_from_its_beginning, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pass_goes_on_beside_the_writer_and_begins_between_two_batches, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_long_log_is_made_to_start_over_between_two_batches, setup, teardown),
        cmocka_unit_test_setup_teardown(what_comes_during_long_passes_is_copied_beside_the_writer_four_times, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(when_little_came_during_a_pass_the_writer_waits_for_the_next, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_that_has_started_over_by_itself_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pass_that_may_find_nothing_to_do_runs_between_two_batches, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pass_over_a_log_that_was_found_runs_between_two_batches_once_all_is_copied,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_pass_that_a_reader_ends_early_syncs_what_it_copied_beside_the_writer, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_pass_during_which_the_writer_commits_syncs_what_it_copied, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_in_which_somebody_reads_is_tried_again_and_then_put_off, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_copied_after_a_sync_of_the_log_has_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_copied_after_a_sync_of_the_database_has_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_copied_after_a_sync_of_a_part_has_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_pass_is_synced_in_portions_beside_the_writer_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pass_is_synced_in_large_portions_when_the_log_is_to_start_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(nothing_is_copied_after_a_sync_of_a_portion_has_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_of_which_nobody_knows_what_is_durable_does_not_start_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(who_waits_for_a_copy_is_told_at_once_that_there_will_be_none, setup, teardown),
    };
    fault_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
