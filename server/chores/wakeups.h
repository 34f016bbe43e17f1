/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeups.h: waking webhooks (X4): one thread, apart from the chores', since the net may be slow. Each second it looks which are to be woken;
 * many are on their way at once, a few of them of one client, never two to the same webhook. What is not taken is tried again later, also
 * after a restart.
 */
#ifndef TRYGG_CHORES_WAKEUPS_H
#define TRYGG_CHORES_WAKEUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct house;
struct wakeup; /* call/wakeups.h */
struct wakeups;

enum { WAKEUPS_AT_ONCE = 16 };

enum wakeup_end {
    WAKEUP_TAKEN,     /* answered 2xx */
    WAKEUP_ANSWERED,  /* answered otherwise, or with too much */
    WAKEUP_REFUSED,   /* it leads to where nothing may go */
    WAKEUP_TIMED_OUT, /* not answered in time */
    WAKEUP_FAILED,    /* no such name, no connection, no trust */
    WAKEUP_ENDS
};

struct wakeup_result {
    void *ticket; /* as it was sent with */
    enum wakeup_end end;
    int http_status; /* 0: none */
};

/* Who sends them: this room has no net. Up to WAKEUPS_AT_ONCE are on their way. */
struct wakeup_sender {
    /* Sends one on its way; it is copied. STATUS_INVALID: there is no way to where it leads. */
    enum status (*send)(void *context, const struct wakeup *wakeup, void *ticket);
    /* Waits until something has ended, wake is called, or so many ms have passed. Returns how many have ended. */
    size_t (*wait)(void *context, int64_t ms, struct wakeup_result ret_results[static WAKEUPS_AT_ONCE]);
    void (*wake)(void *context); /* from any thread */
    void *context;
};

/* Starts the thread, which alone sends and waits from then on. `sender` is copied; its context and the house must outlive the thread. */
must_check enum status wakeups_start(struct house *house, const struct wakeup_sender *sender,
                                     struct wakeups **ret_wakeups);

/* Ends the thread without waiting for what is on its way. Accepts NULL, returns NULL. */
struct wakeups *wakeups_stop(struct wakeups *wakeups);

struct wakeups_figures {
    uint64_t ends[WAKEUP_ENDS]; /* since the start, by how they ended */
    uint64_t on_their_way;
};
void wakeups_figures(const struct wakeups *wakeups, struct wakeups_figures *ret_figures);

/* "taken", "answered", "refused", "timed-out", "failed". */
const char *wakeups_end_name(enum wakeup_end end);

#endif
