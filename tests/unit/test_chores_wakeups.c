/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_chores_wakeups.c: the thread that wakes webhooks, with a house and a sender of the test's own.
 * It may not open a store or a socket.
 * No test waits longer than a few seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "call/wakeups.h"
#include "chores/wakeups.h"

enum { PATIENCE_MS = 10000, ROUND_MS = 1000, UNSENDABLE = WAKEUP_ENDS, N_WEBHOOKS, CLIENT = 50 };

/* Webhook number i ends with end i; the one behind the last end leads nowhere. */
struct house {
    bool settled[N_WEBHOOKS];
    int64_t told[N_WEBHOOKS];
    int64_t failures[N_WEBHOOKS];
    atomic_int n_rounds;
    atomic_int n_settled;
};

struct post_office {
    void *tickets[N_WEBHOOKS];
    int sent[N_WEBHOOKS];
    atomic_bool open; /* nothing ends before */
    atomic_bool waked;
};

static size_t number_of(const struct uuid *webhook)
{
    return webhook->bytes[0];
}

enum status call_wakeups(struct house *house, struct arena *arena, const struct wakeup_way *on_their_way,
                         size_t n_on_their_way, size_t max, struct wakeup *ret_wakeups, size_t *ret_n)
{
    bool out[N_WEBHOOKS] = {false};
    size_t n = 0;

    (void)arena;
    for (size_t i = 0; i < n_on_their_way; i++) {
        out[number_of(&on_their_way[i].webhook)] = true;
        assert_int_equal(on_their_way[i].client.bytes[0], CLIENT + number_of(&on_their_way[i].webhook));
    }
    assert_int_equal(max, WAKEUPS_AT_ONCE - n_on_their_way);
    for (size_t i = 0; i < N_WEBHOOKS; i++)
        if (!out[i] && !house->settled[i])
            ret_wakeups[n++] = (struct wakeup){.webhook = {{(uint8_t)i}},
                                               .client = {{(uint8_t)(CLIENT + i)}},
                                               .told = 100 + (int64_t)i,
                                               .letter = {.failures = 3}};
    atomic_fetch_add(&house->n_rounds, 1);
    *ret_n = n;
    return STATUS_OK;
}

static void settle(struct house *house, const struct uuid *webhook)
{
    assert_false(house->settled[number_of(webhook)]);
    house->settled[number_of(webhook)] = true;
    atomic_fetch_add(&house->n_settled, 1);
}

enum status call_wakeup_taken(struct house *house, const struct uuid *webhook, int64_t told)
{
    house->told[number_of(webhook)] = told;
    settle(house, webhook);
    return STATUS_OK;
}

enum status call_wakeup_failed(struct house *house, const struct uuid *webhook, int64_t failures)
{
    house->failures[number_of(webhook)] = failures;
    settle(house, webhook);
    return STATUS_OK;
}

static enum status send_one(void *context, const struct wakeup *wakeup, void *ticket)
{
    struct post_office *office = context;
    const size_t number = number_of(&wakeup->webhook);

    if (number == UNSENDABLE)
        return STATUS_INVALID;
    office->tickets[number] = ticket;
    office->sent[number]++;
    return STATUS_OK;
}

static void sleep_ms(long ms)
{
    const struct timespec moment = {ms / 1000, (ms % 1000) * 1000000L};
    nanosleep(&moment, NULL);
}

static size_t wait_for_some(void *context, int64_t ms, struct wakeup_result ret_results[static WAKEUPS_AT_ONCE])
{
    struct post_office *office = context;
    size_t n = 0;

    for (int64_t until = clock_monotonic() + ms; !office->open && !office->waked && clock_monotonic() < until;)
        sleep_ms(1);
    for (size_t i = 0; office->open && i < WAKEUP_ENDS; i++)
        if (office->tickets[i] != NULL)
            ret_results[n++] = (struct wakeup_result){office->tickets[i], (enum wakeup_end)i, 0};
    for (size_t i = 0; i < n; i++)
        office->tickets[ret_results[i].end] = NULL;
    if (n == 0)
        sleep_ms(1);
    return n;
}

static void wake(void *context)
{
    ((struct post_office *)context)->waked = true;
}

static void wait_for(atomic_int *counter, int least)
{
    const int64_t until = clock_monotonic() + PATIENCE_MS;

    while (*counter < least && clock_monotonic() < until)
        sleep_ms(1);
    assert_true(*counter >= least);
}

static struct wakeups *start(struct house *house, struct post_office *office)
{
    const struct wakeup_sender sender = {.send = send_one, .wait = wait_for_some, .wake = wake, .context = office};
    struct wakeups *wakeups = NULL;

    assert_int_equal(wakeups_start(house, &sender, &wakeups), STATUS_OK);
    return wakeups;
}

static void X4_what_is_on_its_way_is_not_sent_again_beside_itself(void **state)
{
    struct house house = {.n_rounds = 0};
    struct post_office office = {.open = false};
    struct wakeups_figures figures;
    struct wakeups *wakeups = start(&house, &office);

    (void)state;
    wait_for(&house.n_rounds, 2);
    wakeups_figures(wakeups, &figures);
    assert_int_equal(figures.on_their_way, WAKEUP_ENDS);
    const int64_t stopped = clock_monotonic();
    assert_null(wakeups_stop(wakeups));
    assert_true(clock_monotonic() - stopped < ROUND_MS);
    for (size_t i = 0; i < WAKEUP_ENDS; i++)
        assert_int_equal(office.sent[i], 1);
    assert_int_equal(house.n_settled, 1); /* the one that leads nowhere */
}

static void X4_each_end_is_kept_and_counted(void **state)
{
    struct house house = {.n_rounds = 0};
    struct post_office office = {.open = true};
    struct wakeups_figures figures;
    struct wakeups *wakeups = start(&house, &office);

    (void)state;
    wait_for(&house.n_settled, N_WEBHOOKS);
    wait_for(&house.n_rounds, 2);
    wakeups_figures(wakeups, &figures);
    wakeups_stop(wakeups);
    assert_int_equal(figures.on_their_way, 0);
    for (size_t i = 0; i < WAKEUP_ENDS; i++)
        assert_int_equal(figures.ends[i], i == WAKEUP_FAILED ? 2 : 1);
    for (size_t i = 0; i < N_WEBHOOKS; i++) {
        assert_int_equal(house.told[i], i == WAKEUP_TAKEN ? 100 : 0);
        assert_int_equal(house.failures[i], i == WAKEUP_TAKEN ? 0 : 3);
    }
}

static void every_end_has_its_word(void **state)
{
    (void)state;
    for (int end = 0; end < WAKEUP_ENDS; end++)
        assert_non_null(wakeups_end_name((enum wakeup_end)end));
    assert_null(wakeups_stop(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(X4_what_is_on_its_way_is_not_sent_again_beside_itself),
        cmocka_unit_test(X4_each_end_is_kept_and_counted),
        cmocka_unit_test(every_end_has_its_word),
    };
    log_threshold(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
