/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics.h: the figures of all rooms as one page in the text format of Prometheus, version 0.0.4. Its labels are words of the program,
 * operations of the contract and the configuration's names for issuers: nothing that is, or names, a person, school or organisation.
 */
#ifndef TRYGG_METRICS_H
#define TRYGG_METRICS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

struct auth;
struct chores;
struct config;
struct figures;
struct house;
struct http_server;
struct wakeups;

/* Whom to ask; all of them must outlive the last page. */
struct metrics_sources {
    const struct config *config;
    struct auth *auth;
    struct house *house;
    struct chores *chores;
    struct wakeups *wakeups;
    struct figures *figures;
    struct http_server *http;
    int64_t started; /* when the process began to serve; ms, wall clock */
};

/* Appends the page. `sources` is a struct metrics_sources. */
must_check enum status metrics_write(struct buffer *page, void *sources);

#endif
