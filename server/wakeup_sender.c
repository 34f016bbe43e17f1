/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeup_sender.c: a wake-up as a request of our own.
 * May not decide what is sent, or what becomes of it.
 * Always: each end of outbound/ is one of chores/; a request has the three headers of Standard Webhooks.
 */
#include "wakeup_sender.h"

#include "call/wakeups.h"

_Static_assert((int)WAKEUPS_AT_ONCE == (int)OUTBOUND_AT_ONCE, "as many as can be sent at once are");

static const enum wakeup_end ends[OUTBOUND_ENDS] = {
    [OUTBOUND_TAKEN] = WAKEUP_TAKEN,         [OUTBOUND_ANSWERED] = WAKEUP_ANSWERED, [OUTBOUND_REFUSED] = WAKEUP_REFUSED,
    [OUTBOUND_TIMED_OUT] = WAKEUP_TIMED_OUT, [OUTBOUND_FAILED] = WAKEUP_FAILED,
};

static enum status send_one(void *context, const struct wakeup *wakeup, void *ticket)
{
    const struct wakeup_letter *letter = &wakeup->letter;
    const struct outbound_post post = {
        .url = letter->url,
        .body = letter->body,
        .headers = {{"webhook-id", letter->id},
                    {"webhook-timestamp", letter->timestamp},
                    {"webhook-signature", letter->signature}},
        .ticket = ticket,
    };

    return outbound_send(context, &post);
}

static size_t wait_for_some(void *context, int64_t ms, struct wakeup_result ret_results[static WAKEUPS_AT_ONCE])
{
    struct outbound_result results[OUTBOUND_AT_ONCE];
    const size_t n = outbound_wait(context, ms, results);

    for (size_t i = 0; i < n; i++)
        ret_results[i] = (struct wakeup_result){results[i].ticket, ends[results[i].end], results[i].http_status};
    return n;
}

static void wake(void *context)
{
    outbound_wake(context);
}

struct wakeup_sender wakeup_sender_by(struct outbound *outbound)
{
    return (struct wakeup_sender){.send = send_one, .wait = wait_for_some, .wake = wake, .context = outbound};
}
