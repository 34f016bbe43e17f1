/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeups.c: the thread that wakes webhooks.
 * May not touch the store or the net: call/ finds and keeps, whoever started it sends.
 * Always: no line names a URL; one that is on its way is not sent again beside itself.
 */
#include "chores/wakeups.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/tally.h"
#include "call/wakeups.h"

enum { ROUND_EVERY_MS = 1000, ROUND_BYTES = 4 << 20 };

/* One on its way, or a place for one. */
struct flight {
    bool flying;
    struct uuid webhook;
    struct mark client;
    int64_t told;
    int64_t failures;
};

struct wakeups {
    struct house *house;
    struct wakeup_sender sender;
    struct flight flights[WAKEUPS_AT_ONCE]; /* each the ticket of its own */
    enum status last_round;
    struct tally ends[WAKEUP_ENDS];
    _Atomic uint64_t on_their_way;
    atomic_bool stopping;
    pthread_t thread;
};

static const char *const end_names[WAKEUP_ENDS] = {
    [WAKEUP_TAKEN] = "taken",         [WAKEUP_ANSWERED] = "answered", [WAKEUP_REFUSED] = "refused",
    [WAKEUP_TIMED_OUT] = "timed-out", [WAKEUP_FAILED] = "failed",
};

const char *wakeups_end_name(enum wakeup_end end)
{
    return end_names[end];
}

/* ---- Their ends ---------------------------------------------------------------------------------------------------------- */

/* A line when one is not taken, and when one is taken again after that. */
static void tell(const struct flight *flight, enum wakeup_end end, int http_status)
{
    const enum log_level good = flight->failures > 0 ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG;

    LOG(end == WAKEUP_TAKEN ? good : LOG_LEVEL_WARNING, "webhook", log_id("webhook", &flight->webhook),
        log_constant("end", end_names[end]), log_number("status", http_status));
}

/* When its end cannot be kept it is tried again: whoever gets it twice can tell by its id. */
static void settle(struct wakeups *wakeups, const struct flight *flight, enum wakeup_end end, int http_status)
{
    const enum status status = end == WAKEUP_TAKEN
                                   ? call_wakeup_taken(wakeups->house, &flight->webhook, flight->told)
                                   : call_wakeup_failed(wakeups->house, &flight->webhook, flight->failures);

    tally_add(&wakeups->ends[end], 1);
    tell(flight, end, http_status);
    if (status != STATUS_OK)
        LOG(LOG_LEVEL_WARNING, "webhook-unsettled", log_id("webhook", &flight->webhook),
            log_constant("status", status_name(status)));
}

static void land(struct wakeups *wakeups, const struct wakeup_result *result)
{
    struct flight *flight = result->ticket;

    assert(flight->flying);
    settle(wakeups, flight, result->end, result->http_status);
    *flight = (struct flight){0};
    wakeups->on_their_way--;
}

/* ---- Rounds -------------------------------------------------------------------------------------------------------------- */

/* No more are found than there are places for. */
static struct flight *free_place(struct wakeups *wakeups)
{
    size_t i = 0;

    while (wakeups->flights[i].flying)
        i++;
    assert(i < WAKEUPS_AT_ONCE);
    return &wakeups->flights[i];
}

static enum status send_one(struct wakeups *wakeups, const struct wakeup *wakeup)
{
    const struct flight flight = {true, wakeup->webhook, wakeup->client, wakeup->told, wakeup->letter.failures};
    struct flight *place = free_place(wakeups);
    enum status status = wakeups->sender.send(wakeups->sender.context, wakeup, place);

    if (status == STATUS_INVALID) {
        settle(wakeups, &flight, WAKEUP_FAILED, 0);
        return STATUS_OK;
    }
    TRY(status);
    *place = flight;
    wakeups->on_their_way++;
    return STATUS_OK;
}

static enum status round_once(struct wakeups *wakeups)
{
    struct wakeup_way on_their_way[WAKEUPS_AT_ONCE];
    struct wakeup found[WAKEUPS_AT_ONCE];
    auto_arena arena = arena_new(ROUND_BYTES);
    size_t n_on_their_way = 0, n = 0;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < WAKEUPS_AT_ONCE; i++)
        if (wakeups->flights[i].flying)
            on_their_way[n_on_their_way++] =
                (struct wakeup_way){wakeups->flights[i].webhook, wakeups->flights[i].client};
    if (n_on_their_way == WAKEUPS_AT_ONCE)
        return STATUS_OK;
    TRY(call_wakeups(wakeups->house, arena, on_their_way, n_on_their_way, WAKEUPS_AT_ONCE - n_on_their_way, found, &n));
    for (size_t i = 0; i < n; i++)
        TRY(send_one(wakeups, &found[i]));
    return STATUS_OK;
}

/* A line when rounds begin to fail, fail differently, or work again. */
static void round_and_tell(struct wakeups *wakeups)
{
    const enum status status = round_once(wakeups);

    if (status != wakeups->last_round)
        LOG(status == STATUS_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "webhooks",
            log_constant("status", status_name(status)));
    wakeups->last_round = status;
}

static void *work(void *argument)
{
    struct wakeups *wakeups = argument;
    struct wakeup_result results[WAKEUPS_AT_ONCE];
    int64_t due = clock_monotonic();

    while (!wakeups->stopping) {
        const int64_t now = clock_monotonic();
        if (now >= due) {
            round_and_tell(wakeups);
            due = clock_monotonic() + ROUND_EVERY_MS;
        }
        const size_t n = wakeups->sender.wait(wakeups->sender.context, due > now ? due - now : 0, results);
        for (size_t i = 0; i < n; i++)
            land(wakeups, &results[i]);
    }
    return NULL;
}

enum status wakeups_start(struct house *house, const struct wakeup_sender *sender, struct wakeups **ret_wakeups)
{
    struct wakeups *wakeups = calloc(1, sizeof *wakeups);

    if (wakeups == NULL)
        return STATUS_NO_MEMORY;
    wakeups->house = house;
    wakeups->sender = *sender;
    if (pthread_create(&wakeups->thread, NULL, work, wakeups) != 0) {
        free(wakeups);
        return STATUS_NO_MEMORY;
    }
    *ret_wakeups = wakeups;
    return STATUS_OK;
}

struct wakeups *wakeups_stop(struct wakeups *wakeups)
{
    if (wakeups == NULL)
        return NULL;
    wakeups->stopping = true;
    wakeups->sender.wake(wakeups->sender.context);
    pthread_join(wakeups->thread, NULL);
    free(wakeups);
    return NULL;
}

void wakeups_figures(const struct wakeups *wakeups, struct wakeups_figures *ret_figures)
{
    for (size_t end = 0; end < WAKEUP_ENDS; end++)
        ret_figures->ends[end] = tally_read(&wakeups->ends[end]);
    ret_figures->on_their_way = wakeups->on_their_way;
}
