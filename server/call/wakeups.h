/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeups.h: webhooks that are to be woken (X4), for chores/. Nothing of what has changed leaves here, so that no row is written.
 */
#ifndef TRYGG_CALL_WAKEUPS_H
#define TRYGG_CALL_WAKEUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "domain/wakeup.h"

struct house;

/* So many of one client are on their way at once, so that its slow receivers hold up no other client. */
enum { WAKEUPS_OF_CLIENT = 4 };

/* One wake-up, ready to be sent by POST; its letter lives in the arena of the call that made it. */
struct wakeup {
    struct uuid webhook;
    struct mark client; /* whose it is */
    int64_t told;       /* what it has been told of once it has taken this one */
    struct wakeup_letter letter;
};

/* One that is on its way. */
struct wakeup_way {
    struct uuid webhook;
    struct mark client;
};

/* Those whose time it is, `max` at most, without those that are on their way already, nor more of one client than may be. */
must_check enum status call_wakeups(struct house *house, struct arena *arena, const struct wakeup_way *on_their_way,
                                    size_t n_on_their_way, size_t max, struct wakeup *ret_wakeups, size_t *ret_n);

/* What became of one: not again before there is more to tell of, or again after a while. */
must_check enum status call_wakeup_taken(struct house *house, const struct uuid *webhook, int64_t told);
must_check enum status call_wakeup_failed(struct house *house, const struct uuid *webhook, int64_t failures);

#endif
