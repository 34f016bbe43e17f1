/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics.h: a listener of its own, on loopback, that answers GET /metrics with a page in the text format of Prometheus (0.0.4)
 * and anything else with 404 or 405. It asks nobody who they are: the page must hold figures only. It has one thread and few connections,
 * each with a deadline, and shares nothing with the listener of the API: whatever is done to it, that one does not notice.
 */
#ifndef TRYGG_HTTP_METRICS_H
#define TRYGG_HTTP_METRICS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

struct metrics_server;

enum { METRICS_MAX_BYTES = 1 << 20, METRICS_CONNECTIONS = 16, METRICS_DEADLINE_MS = 10000 };

struct metrics_settings {
    const char *address; /* loopback */
    uint16_t port;       /* 0: an ephemeral one, see metrics_port */

    /* Writes the page, on the listener's thread; not STATUS_OK: it is answered 503 without a page. */
    enum status (*write)(struct buffer *page, void *context);
    void *context;
};

/* After http_start, which says how ulfius is to use memory. STATUS_INVALID for an address that is not loopback, STATUS_IO when nobody can listen there: the port is taken;
 * STATUS_NO_MEMORY also without room for its thread. */
must_check enum status metrics_start(const struct metrics_settings *settings, struct metrics_server **ret_server);
uint16_t metrics_port(const struct metrics_server *server);

/* When it returns, write is not running and is not called again. Accepts NULL, returns NULL. */
struct metrics_server *metrics_stop(struct metrics_server *server);

#endif
