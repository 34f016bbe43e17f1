/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeups.h: waking webhooks (X4): one thread, apart from the chores', since the net may be slow. Each second it looks which are to be woken;
 * many are on their way at once, never two to the same webhook. What is not taken is tried again later, also after a restart.
 */
#ifndef TRYGG_CHORES_WAKEUPS_H
#define TRYGG_CHORES_WAKEUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "outbound/outbound.h"

struct house;
struct wakeups;

/* Starts the thread, which alone uses `outbound` from then on; both must outlive it. is_change: which operations of the log are changes. */
must_check enum status wakeups_start(struct house *house, struct outbound *outbound,
                                     bool (*is_change)(const char *operation), struct wakeups **ret_wakeups);

/* Ends the thread without waiting for what is on its way. Accepts NULL, returns NULL. */
struct wakeups *wakeups_stop(struct wakeups *wakeups);

struct wakeups_figures {
    uint64_t ends[OUTBOUND_ENDS]; /* since the start, by how they ended */
    uint64_t on_their_way;
};
void wakeups_figures(const struct wakeups *wakeups, struct wakeups_figures *ret_figures);

/* "taken", "answered", "refused", "timed-out", "failed". */
const char *wakeups_end_name(enum outbound_end end);

#endif
