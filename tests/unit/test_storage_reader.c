/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      sessions and their pool: snapshots, what is committed, bounds.
 * May not:  hold a session longer than the test that began it.
 * Always:   a session that is seen to be stable is held across a commit.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "storage/sqlite/readers.h"
#include "storage_probe.h"

struct fixture {
    struct probe probe;
    struct store *store;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    fixture->store = probe_open(&fixture->probe);
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

static void add(struct store *store)
{
    struct probe_job job = probe_job("one more");
    assert_int_equal(store_write(store, &job.job), STATUS_OK);
}

static int64_t count_in(struct session *session)
{
    struct probe_count count;
    assert_int_equal(statement_one(session, &PROBE_COUNT, NULL, &count), STATUS_OK);
    return count.n;
}

static void a_session_sees_one_snapshot_from_its_first_read_to_its_end(void **state)
{
    struct fixture *fixture = *state;
    add(fixture->store);
    auto_session old = NULL;
    assert_int_equal(session_begin(fixture->store, NULL, &old), STATUS_OK);
    add(fixture->store);
    assert_int_equal(count_in(old), 2);
    add(fixture->store);
    assert_int_equal(count_in(old), 2);
    assert_int_equal(probe_count(fixture->store), 3);
    old = session_end(old);
    assert_null(old);
    assert_int_equal(probe_count(fixture->store), 3);
}

struct peek {
    struct job job;
    struct store *store;
    int64_t seen;
};

static enum status insert_then_peek(struct tx *tx, struct job *job)
{
    struct peek *peek = (struct peek *)job;
    struct probe_organisation organisation = probe_organisation("not yet");
    TRY(statement_write(tx, &PROBE_INSERT, &organisation, NULL));
    peek->seen = probe_count(peek->store);
    return STATUS_OK;
}

static void a_session_sees_only_what_is_committed(void **state)
{
    struct fixture *fixture = *state;
    struct peek peek = {.job.run = insert_then_peek, .store = fixture->store, .seen = -1};
    assert_int_equal(store_write(fixture->store, &peek.job), STATUS_OK);
    assert_int_equal(peek.seen, 0);
    assert_int_equal(probe_count(fixture->store), 1);
}

static void what_store_write_answered_is_seen_by_the_next_session(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 1; i <= 50; i++) {
        add(fixture->store);
        assert_int_equal(probe_count(fixture->store), i);
    }
}

/* ---- Snapshots that are kept ------------------------------------------------------------------------------------------ */

static int64_t count_without_log(struct store *store)
{
    auto_session session = NULL;
    assert_int_equal(session_begin_without_log(store, NULL, &session), STATUS_OK);
    return count_in(session);
}

static void what_store_write_answered_is_seen_by_the_next_session_without_the_log(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 1; i <= 50; i++) {
        add(fixture->store);
        assert_int_equal(count_without_log(fixture->store), i);
        assert_int_equal(count_without_log(fixture->store), i);
    }
}

/* The table of organisations stands for one of the log. */
static enum status insert_as_log(struct tx *tx, struct job *job)
{
    static struct statement insert; /* a connection remembers a statement by its address */
    struct probe_organisation organisation = probe_organisation("a row of the log");
    (void)job;
    insert = PROBE_INSERT;
    insert.writes_only_log = true;
    return statement_write(tx, &insert, &organisation, NULL);
}

static void add_to_log(struct store *store)
{
    struct job job = {.run = insert_as_log};
    assert_int_equal(store_write(store, &job), STATUS_OK);
}

static void a_snapshot_is_kept_while_only_the_log_is_written(void **state)
{
    struct fixture *fixture = *state;
    add(fixture->store);
    assert_int_equal(count_without_log(fixture->store), 1);
    add_to_log(fixture->store);
    assert_int_equal(count_without_log(fixture->store), 1);
    assert_int_equal(probe_count(fixture->store), 2);
    add_to_log(fixture->store);
    assert_int_equal(probe_count(fixture->store), 3);
    add(fixture->store);
    assert_int_equal(count_without_log(fixture->store), 4);
}

static enum status insert_and_log(struct tx *tx, struct job *job)
{
    struct probe_organisation organisation = probe_organisation("a change");
    TRY(statement_write(tx, &PROBE_INSERT, &organisation, NULL));
    return insert_as_log(tx, job);
}

static void a_change_outdates_a_snapshot_though_a_row_of_the_log_follows_it(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(count_without_log(fixture->store), 0);
    struct job job = {.run = insert_and_log};
    assert_int_equal(store_write(fixture->store, &job), STATUS_OK);
    assert_int_equal(count_without_log(fixture->store), 2);
}

static void a_session_without_the_log_does_not_read_it(void **state)
{
    struct fixture *fixture = *state;
    static struct statement of_log;
    struct probe_count count = {-1};
    of_log = PROBE_COUNT;
    of_log.reads_log = true;
    auto_session session = NULL;
    assert_int_equal(session_begin_without_log(fixture->store, NULL, &session), STATUS_OK);
    assert_int_equal(statement_one(session, &of_log, NULL, &count), STATUS_INTERNAL);
    assert_int_equal(count.n, -1);
    session = session_end(session);
    assert_int_equal(session_begin(fixture->store, NULL, &session), STATUS_OK);
    assert_int_equal(statement_one(session, &of_log, NULL, &count), STATUS_OK);
    assert_int_equal(count.n, 0);
}

/* A log that no snapshot stands in can be emptied by anybody. */
static void a_kept_snapshot_holds_up_no_copying(void **state)
{
    struct fixture *fixture = *state;
    add(fixture->store);
    assert_int_equal(count_without_log(fixture->store), 1);
    auto_connection other = probe_connection(&fixture->probe);
    connection_set_patience(other, 0);
    assert_int_equal(connection_checkpoint(other, CHECKPOINT_TRUNCATE), STATUS_BUSY);
    assert_int_equal(store_checkpoint(fixture->store), STATUS_OK);
    assert_int_equal(connection_checkpoint(other, CHECKPOINT_TRUNCATE), STATUS_OK);
    assert_int_equal(count_without_log(fixture->store), 1);
}

static void a_snapshot_that_was_outdated_while_it_was_in_use_ends_with_its_session(void **state)
{
    struct fixture *fixture = *state;
    add(fixture->store);
    auto_session session = NULL;
    assert_int_equal(session_begin_without_log(fixture->store, NULL, &session), STATUS_OK);
    assert_int_equal(count_in(session), 1);
    add(fixture->store);
    assert_int_equal(count_in(session), 1);
    session = session_end(session);
    auto_connection other = probe_connection(&fixture->probe);
    connection_set_patience(other, 0);
    assert_int_equal(connection_checkpoint(other, CHECKPOINT_TRUNCATE), STATUS_OK);
}

/* ---- The pool --------------------------------------------------------------------------------------------------------- */

static void the_pool_lends_no_more_readers_than_its_bound(void **state)
{
    struct fixture *fixture = *state;
    struct readers *readers = NULL;
    assert_int_equal(readers_new(fixture->probe.data_path, 2, 60, &readers), STATUS_OK);
    struct loan a, b, c = {0};
    assert_int_equal(readers_take(readers, SNAPSHOT_NEW, &a), STATUS_OK);
    assert_int_equal(readers_take(readers, SNAPSHOT_KEPT, &b), STATUS_OK);
    assert_ptr_not_equal(a.connection, b.connection);
    int64_t before = clock_monotonic();
    assert_int_equal(readers_take(readers, SNAPSHOT_NEW, &c), STATUS_BUSY);
    assert_true(clock_monotonic() - before >= 50);
    assert_null(c.connection);
    readers_return(readers, &a);
    assert_int_equal(readers_take(readers, SNAPSHOT_KEPT, &c), STATUS_OK);
    assert_ptr_equal(c.connection, a.connection);
    readers_return(readers, &b);
    readers_return(readers, &c);
    readers_free(readers);
}

struct hand {
    pthread_t thread;
    struct readers *readers;
    int got;
};

static void *take_and_return(void *context)
{
    struct hand *hand = context;
    for (int i = 0; i < 200; i++) {
        struct loan loan;
        if (readers_take(hand->readers, i % 2 == 0 ? SNAPSHOT_NEW : SNAPSHOT_KEPT, &loan) != STATUS_OK)
            continue;
        hand->got++;
        readers_return(hand->readers, &loan);
    }
    return NULL;
}

static void a_waiting_taker_gets_the_reader_that_comes_free(void **state)
{
    struct fixture *fixture = *state;
    struct readers *readers = NULL;
    assert_int_equal(readers_new(fixture->probe.data_path, 3, 30000, &readers), STATUS_OK);
    struct hand hands[16];
    for (size_t i = 0; i < 16; i++) {
        hands[i] = (struct hand){.readers = readers};
        assert_int_equal(pthread_create(&hands[i].thread, NULL, take_and_return, &hands[i]), 0);
    }
    for (size_t i = 0; i < 16; i++) {
        pthread_join(hands[i].thread, NULL);
        assert_int_equal(hands[i].got, 200);
    }
    readers_free(readers);
}

static void a_checkpoint_does_not_wait_for_a_session_and_takes_nothing_from_it(void **state)
{
    struct fixture *fixture = *state;
    add(fixture->store);
    auto_session session = NULL;
    assert_int_equal(session_begin(fixture->store, NULL, &session), STATUS_OK);
    assert_int_equal(count_in(session), 1);
    add(fixture->store);
    assert_int_equal(store_checkpoint(fixture->store), STATUS_OK);
    struct probe_count count;
    assert_int_equal(statement_one(session, &PROBE_COUNT, NULL, &count), STATUS_OK);
    assert_int_equal(count.n, 1);
    session = session_end(session);
    assert_int_equal(store_checkpoint(fixture->store), STATUS_OK);
    assert_int_equal(probe_count(fixture->store), 2);
}

struct crowd {
    pthread_t thread;
    struct store *store;
    int wrong;
};

/* Two counts in one session are equal, and a later session never sees less. */
static void *read_many(void *context)
{
    struct crowd *crowd = context;
    int64_t newest = 0;
    for (int i = 0; i < 100; i++) {
        struct session *session = NULL;
        struct probe_count first = {0}, second = {0};
        if (session_begin(crowd->store, NULL, &session) != STATUS_OK ||
            statement_one(session, &PROBE_COUNT, NULL, &first) != STATUS_OK ||
            statement_one(session, &PROBE_COUNT, NULL, &second) != STATUS_OK || first.n != second.n || first.n < newest)
            crowd->wrong++;
        newest = first.n;
        session_end(session);
    }
    return NULL;
}

static void many_readers_beside_the_writer_each_see_whole_commits(void **state)
{
    struct fixture *fixture = *state;
    struct crowd crowd[32];
    for (size_t i = 0; i < 32; i++) {
        crowd[i] = (struct crowd){.store = fixture->store};
        assert_int_equal(pthread_create(&crowd[i].thread, NULL, read_many, &crowd[i]), 0);
    }
    for (int i = 0; i < 100; i++)
        add(fixture->store);
    for (size_t i = 0; i < 32; i++) {
        pthread_join(crowd[i].thread, NULL);
        assert_int_equal(crowd[i].wrong, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_session_sees_one_snapshot_from_its_first_read_to_its_end, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_sees_only_what_is_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_store_write_answered_is_seen_by_the_next_session, setup, teardown),
        cmocka_unit_test_setup_teardown(what_store_write_answered_is_seen_by_the_next_session_without_the_log, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_snapshot_is_kept_while_only_the_log_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_change_outdates_a_snapshot_though_a_row_of_the_log_follows_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_session_without_the_log_does_not_read_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_kept_snapshot_holds_up_no_copying, setup, teardown),
        cmocka_unit_test_setup_teardown(a_snapshot_that_was_outdated_while_it_was_in_use_ends_with_its_session, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_pool_lends_no_more_readers_than_its_bound, setup, teardown),
        cmocka_unit_test_setup_teardown(a_waiting_taker_gets_the_reader_that_comes_free, setup, teardown),
        cmocka_unit_test_setup_teardown(a_checkpoint_does_not_wait_for_a_session_and_takes_nothing_from_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(many_readers_beside_the_writer_each_see_whole_commits, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
