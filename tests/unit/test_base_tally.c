/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: where a value falls in a histogram, what a reading of several is, and that many threads lose no count.
 * May not: depend on how threads take turns.
 * Always:  what was added is read once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/tally.h"

enum { THREADS = 8, ADDS = 20000 };

static const struct scale scale = {3, {10, 20, 50}};

static void a_value_falls_below_the_first_step_that_is_not_less(void **state)
{
    static const struct {
        uint64_t value;
        size_t place;
    } rows[] = {{0, 0}, {9, 0}, {10, 0}, {11, 1}, {20, 1}, {21, 2}, {50, 2}, {51, 3}, {UINT64_MAX / 2, 3}};
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        struct histogram histogram = {0};
        struct distribution distribution = {.scale = &scale};
        histogram_add(&histogram, &scale, rows[row].value);
        distribution_add(&distribution, &histogram);
        for (size_t place = 0; place <= scale.n; place++)
            assert_int_equal(distribution.within[place], place == rows[row].place);
        assert_int_equal(distribution.sum, rows[row].value);
    }
}

static void readings_of_one_scale_add_up(void **state)
{
    struct histogram histograms[2] = {0};
    struct distribution distribution = {.scale = &scale};
    (void)state;
    histogram_add(&histograms[0], &scale, 1);
    histogram_add(&histograms[1], &scale, 2);
    histogram_add(&histograms[1], &scale, 100);
    distribution_add(&distribution, &histograms[0]);
    distribution_add(&distribution, &histograms[1]);
    assert_int_equal(distribution.within[0], 2);
    assert_int_equal(distribution.within[3], 1);
    assert_int_equal(distribution.sum, 103);
}

static void the_scale_of_durations_ascends_from_half_a_millisecond_to_ten_seconds(void **state)
{
    (void)state;
    assert_in_range(SCALE_DURATION.n, 2, SCALE_MAX);
    for (size_t i = 1; i < SCALE_DURATION.n; i++)
        assert_true(SCALE_DURATION.steps[i - 1] < SCALE_DURATION.steps[i]);
    assert_int_equal(SCALE_DURATION.steps[0], 500000);
    assert_int_equal(SCALE_DURATION.steps[SCALE_DURATION.n - 1], UINT64_C(10000000000));
}

struct shared {
    struct tally tally;
    struct histogram histogram;
};

static void *add_often(void *context)
{
    struct shared *shared = context;
    for (uint64_t i = 0; i < ADDS; i++) {
        tally_add(&shared->tally, 2);
        histogram_add(&shared->histogram, &scale, i % 60);
    }
    return NULL;
}

static void many_threads_lose_no_count(void **state)
{
    struct shared shared = {0};
    struct distribution distribution = {.scale = &scale};
    pthread_t threads[THREADS];
    uint64_t n = 0;
    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_often, &shared), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    distribution_add(&distribution, &shared.histogram);
    for (size_t i = 0; i <= scale.n; i++)
        n += distribution.within[i];
    assert_int_equal(tally_read(&shared.tally), 2 * THREADS * ADDS);
    assert_int_equal(n, THREADS * ADDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_falls_below_the_first_step_that_is_not_less),
        cmocka_unit_test(readings_of_one_scale_add_up),
        cmocka_unit_test(the_scale_of_durations_ascends_from_half_a_millisecond_to_ten_seconds),
        cmocka_unit_test(many_threads_lose_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
