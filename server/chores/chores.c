/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chores.c: the thread that runs the table of periodic tasks.
 * It may not touch the store: every task goes through call/.
 * One chore runs at a time, none after chores_stop has returned, and a failing one never stops the others.
 */
#include "chores/chores.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/tally.h"
#include "call/call.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND };

const struct chore chores_table[] = {
    {"refill-keys", SECOND, call_refill_keys},
    {"look-up", SECOND, call_look_up},
    {"checkpoint", MINUTE, call_checkpoint},
    {"sign-logs", INT64_C(30) * SECOND, call_sign_logs},
    {"expire-replays", INT64_C(10) * MINUTE, call_expire_replays},
    {"expire-documents", INT64_C(10) * MINUTE, call_expire_documents},
};
const size_t chores_n = sizeof chores_table / sizeof chores_table[0];

/* Written by the thread, read by whoever asks. */
struct record {
    struct tally runs;
    struct tally failures;
    _Atomic int64_t last_run; /* ms, wall clock */
    _Atomic int64_t last_success;
};

struct chores {
    struct house *house;
    const struct chore *table;
    size_t n;
    int64_t due[CHORES_MAX]; /* monotonic ms; the thread's own */
    enum status last[CHORES_MAX];
    struct record records[CHORES_MAX];
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping; /* under the mutex */
};

static void keep_record(struct record *record, enum status status)
{
    const int64_t now = clock_now();

    tally_add(&record->runs, 1);
    record->last_run = now;
    if (status == STATUS_OK)
        record->last_success = now;
    else
        tally_add(&record->failures, 1);
}

/* A line when a chore begins to fail, fails differently, or works again; not one every second. */
static void run_chore(struct chores *chores, size_t i)
{
    enum status status = chores->table[i].run(chores->house);

    if (status != chores->last[i])
        LOG(status == STATUS_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "chore",
            log_constant("chore", chores->table[i].name), log_constant("status", status_name(status)));
    chores->last[i] = status;
    keep_record(&chores->records[i], status);
}

static size_t earliest(const struct chores *chores)
{
    size_t first = 0;

    for (size_t i = 1; i < chores->n; i++) {
        if (chores->due[i] < chores->due[first])
            first = i;
    }
    return first;
}

/* Sleeps until `due`, or less when stopped. Whether to stop. */
static bool wait_until(struct chores *chores, int64_t due)
{
    const struct timespec until = {.tv_sec = due / SECOND, .tv_nsec = (due % SECOND) * 1000000L};

    pthread_mutex_lock(&chores->mutex);
    while (!chores->stopping && clock_monotonic() < due)
        pthread_cond_timedwait(&chores->wake, &chores->mutex, &until);
    bool stopping = chores->stopping;
    pthread_mutex_unlock(&chores->mutex);
    return stopping;
}

static void *work(void *argument)
{
    struct chores *chores = argument;

    for (;;) {
        size_t i = earliest(chores);
        if (wait_until(chores, chores->due[i]))
            return NULL;
        run_chore(chores, i);
        chores->due[i] = clock_monotonic() + chores->table[i].every_ms;
    }
}

static enum status start_thread(struct chores *chores)
{
    pthread_condattr_t monotonic;

    if (pthread_condattr_init(&monotonic) != 0)
        return STATUS_NO_MEMORY;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(&chores->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (failed)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&chores->mutex, NULL) == 0) {
        if (pthread_create(&chores->thread, NULL, work, chores) == 0)
            return STATUS_OK;
        pthread_mutex_destroy(&chores->mutex);
    }
    pthread_cond_destroy(&chores->wake);
    return STATUS_NO_MEMORY;
}

enum status chores_start(struct house *house, const struct chore *table, size_t n, struct chores **ret_chores)
{
    assert(n > 0 && n <= CHORES_MAX);
    struct chores *chores = calloc(1, sizeof *chores);

    if (chores == NULL)
        return STATUS_NO_MEMORY;
    chores->house = house;
    chores->table = table;
    chores->n = n;
    for (size_t i = 0; i < n; i++)
        chores->due[i] = clock_monotonic() + table[i].every_ms;
    enum status status = start_thread(chores);
    if (status != STATUS_OK) {
        free(chores);
        return status;
    }
    *ret_chores = chores;
    return STATUS_OK;
}

struct chores *chores_stop(struct chores *chores)
{
    if (chores == NULL)
        return NULL;
    pthread_mutex_lock(&chores->mutex);
    chores->stopping = true;
    pthread_cond_signal(&chores->wake);
    pthread_mutex_unlock(&chores->mutex);
    pthread_join(chores->thread, NULL);
    pthread_mutex_destroy(&chores->mutex);
    pthread_cond_destroy(&chores->wake);
    free(chores);
    return NULL;
}

size_t chores_figures(const struct chores *chores, struct chore_figures ret_figures[static CHORES_MAX])
{
    for (size_t i = 0; i < chores->n; i++) {
        const struct record *record = &chores->records[i];
        ret_figures[i] = (struct chore_figures){chores->table[i].name, tally_read(&record->runs),
                                                tally_read(&record->failures), record->last_run, record->last_success};
    }
    return chores->n;
}
