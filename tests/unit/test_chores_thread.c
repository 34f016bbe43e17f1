/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_chores_thread.c: the thread of the chores, with chores of the test's own.
 * It may not open a house: what the real table calls is answered here.
 * No test waits longer than a few seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "call/call.h"
#include "chores/chores.h"

struct house {
    atomic_int often;
    atomic_int failing;
    atomic_int seldom;
};

enum status call_expire_replays(struct house *house)
{
    (void)house;
    return STATUS_OK;
}

enum status call_expire_documents(struct house *house)
{
    (void)house;
    return STATUS_OK;
}

enum status call_refill_keys(struct house *house)
{
    (void)house;
    return STATUS_OK;
}

enum status call_checkpoint(struct house *house)
{
    (void)house;
    return STATUS_OK;
}

static enum status often(struct house *house)
{
    atomic_fetch_add(&house->often, 1);
    return STATUS_OK;
}

static enum status failing(struct house *house)
{
    atomic_fetch_add(&house->failing, 1);
    return STATUS_BUSY;
}

static enum status seldom(struct house *house)
{
    atomic_fetch_add(&house->seldom, 1);
    return STATUS_OK;
}

static const struct chore table[] = {{"often", 5, often}, {"failing", 5, failing}, {"seldom", 3600 * 1000, seldom}};

static void sleep_ms(long ms)
{
    const struct timespec moment = {ms / 1000, (ms % 1000) * 1000000L};
    nanosleep(&moment, NULL);
}

static void wait_for(atomic_int *counter, int least)
{
    int64_t deadline = clock_monotonic() + 10000;
    while (atomic_load(counter) < least && clock_monotonic() < deadline)
        sleep_ms(1);
    assert_true(atomic_load(counter) >= least);
}

static void a_failing_chore_is_tried_again_and_stops_no_other(void **state)
{
    struct house house = {0};
    struct chores *chores = NULL;
    (void)state;

    assert_int_equal(chores_start(&house, table, 3, &chores), STATUS_OK);
    wait_for(&house.failing, 5);
    wait_for(&house.often, 5);
    assert_null(chores_stop(chores));
    assert_int_equal(atomic_load(&house.seldom), 0);
}

static void each_chore_tells_how_it_has_gone(void **state)
{
    struct house house = {0};
    struct chores *chores = NULL;
    struct chore_figures figures[CHORES_MAX];
    const int64_t before = clock_now();
    (void)state;

    assert_int_equal(chores_start(&house, table, 3, &chores), STATUS_OK);
    wait_for(&house.failing, 3);
    wait_for(&house.often, 3);
    assert_int_equal(chores_figures(chores, figures), 3);
    assert_string_equal(figures[0].name, "often");
    assert_true(figures[0].runs >= 2);
    assert_int_equal(figures[0].failures, 0);
    assert_true(figures[0].last_success >= before && figures[0].last_run >= before);
    assert_true(figures[1].runs >= 2 && figures[1].failures >= 2 && figures[1].last_run >= before);
    assert_int_equal(figures[1].last_success, 0);
    assert_int_equal(figures[2].runs, 0);
    assert_int_equal(figures[2].last_run, 0);
    chores_stop(chores);
}

static void nothing_runs_after_the_stop(void **state)
{
    struct house house = {0};
    struct chores *chores = NULL;
    (void)state;

    assert_int_equal(chores_start(&house, table, 1, &chores), STATUS_OK);
    wait_for(&house.often, 1);
    chores_stop(chores);
    int before = atomic_load(&house.often);
    sleep_ms(50);
    assert_int_equal(atomic_load(&house.often), before);
}

static void a_sleeping_thread_stops_at_once(void **state)
{
    struct house house = {0};
    struct chores *chores = NULL;
    (void)state;

    int64_t start = clock_monotonic();
    assert_int_equal(chores_start(&house, &table[2], 1, &chores), STATUS_OK);
    chores_stop(chores);
    assert_true(clock_monotonic() - start < 5000);
    assert_null(chores_stop(NULL));
}

static void the_table_has_a_row_for_each_chore_of_the_house(void **state)
{
    (void)state;
    assert_true(chores_n <= CHORES_MAX);
    for (size_t i = 0; i < chores_n; i++) {
        assert_non_null(chores_table[i].name);
        assert_non_null(chores_table[i].run);
        assert_true(chores_table[i].every_ms >= 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_chore_is_tried_again_and_stops_no_other),
        cmocka_unit_test(each_chore_tells_how_it_has_gone),
        cmocka_unit_test(nothing_runs_after_the_stop),
        cmocka_unit_test(a_sleeping_thread_stops_at_once),
        cmocka_unit_test(the_table_has_a_row_for_each_chore_of_the_house),
    };
    log_threshold(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
