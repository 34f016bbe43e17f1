/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeup.h: wake-ups of webhooks (X4): whose time it is, what is sent, and what became of it. For call/, on behalf of nobody: nothing of
 * what is told here leaves but that there is something new.
 */
#ifndef TRYGG_DOMAIN_WAKEUP_H
#define TRYGG_DOMAIN_WAKEUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/status.h"
#include "domain/vault.h"
#include "storage/storage.h"

/* The webhooks whose tree has grown, and may hold a change from what they have been told of on. In the session's arena; those that have
 * waited longest first. */
struct sql_webhooks_waiting_row;
must_check enum status wakeup_candidates(struct session *session, int64_t now,
                                         struct sql_webhooks_waiting_row **ret_rows, size_t *ret_n);

/* What goes over the wire, in the arena, after Standard Webhooks. The same wake-up tried again has the same id. */
struct wakeup_letter {
    const char *url;
    const char *id;        /* webhook-id */
    const char *timestamp; /* webhook-timestamp: seconds since 1970 */
    const char *signature; /* webhook-signature: "v1," and HMAC-SHA256 of id, timestamp and body, joined by dots */
    const char *body;
    int64_t failures; /* before this one */
};

/* What is stored of a webhook that is to be woken, in the session's arena; STATUS_NOT_FOUND when it is gone by now. */
struct sql_webhook_to_send_row;
must_check enum status wakeup_read(struct session *session, const struct uuid *webhook,
                                   struct sql_webhook_to_send_row **ret_row);

/* Crypto: opens what was read and signs what is sent at this time (ms). */
must_check enum status wakeup_write(struct vault *vault, struct arena *arena, const struct uuid *webhook,
                                    const struct sql_webhook_to_send_row *row, int64_t now,
                                    struct wakeup_letter *ret_letter);

/* How long to wait after so many failures in a row: 5 s, doubled each time up to 1 h, and up to a quarter more at random. ms */
int64_t wakeup_delay(int64_t failures);

/* What became of it; a webhook that is gone by now is no error. */
must_check enum status wakeup_taken(struct tx *tx, const struct uuid *webhook, int64_t told);
must_check enum status wakeup_passed(struct tx *tx, const struct uuid *webhook, int64_t told);
must_check enum status wakeup_failed(struct tx *tx, const struct uuid *webhook, int64_t failures);

#endif
