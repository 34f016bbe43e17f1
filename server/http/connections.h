/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connections.h: every open connection with its deadline. libmicrohttpd's own time-out counts inactivity only, so a client that
 * sends one byte a second would keep its thread for ever: here a reaper shuts down the sockets of those past their deadline.
 * Also counts running requests, so that a stop can wait for them. Thread-safe.
 */
#ifndef TRYGG_HTTP_CONNECTIONS_H
#define TRYGG_HTTP_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct connections;
struct connection;

struct connections_limits {
    int64_t idle_ms;    /* from the opening, or the end of a request, to the next request line */
    int64_t request_ms; /* from the request line to the last byte of the answer */
    size_t crowd;       /* more open connections than this are a crowd */
};

must_check enum status connections_open(const struct connections_limits *limits, struct connections **ret_connections);

/* After every connection was removed. Accepts NULL, returns NULL. */
struct connections *connections_close(struct connections *connections);

/* The socket must stay open until the connection is removed. NULL without memory: the functions below then do nothing. */
struct connection *connections_add(struct connections *connections, int socket);
void connections_remove(struct connections *connections, struct connection *connection);

/* A request on this connection begins with its request line, and ends when it is answered or broken off. */
void connections_begin(struct connections *connections, struct connection *connection);
void connections_end(struct connections *connections, struct connection *connection);

/* Whether there are so many connections that a request should be answered 503 at once. */
bool connections_crowded(struct connections *connections);

/* Waits until no request runs, at most grace_ms. From the call on connections_draining is true. */
void connections_drain(struct connections *connections, int64_t grace_ms);
bool connections_draining(struct connections *connections);

#endif
