/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connections.h: every open connection with its peer, its deadline, and whom it waits for. libmicrohttpd's own time-out counts inactivity
 * only, so a client that sends one byte a second would keep its thread for ever, and a thousand of them would keep everyone out. Here
 * a reaper shuts down the sockets of those past their deadline, and a connection beyond the limit takes the place of the one that has
 * kept us waiting longest. Also tells when no request runs, so that a stop can wait for it. Thread-safe; what happens once per request is a
 * few stores to memory of the connection's own, without a lock.
 */
#ifndef TRYGG_HTTP_CONNECTIONS_H
#define TRYGG_HTTP_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "http/peer.h"

struct connections;
struct connection;

enum {
    CONNECTIONS_ROOM = 64
}; /* above the limit: for those that are being closed, and for telling that all are served */

struct connections_limits {
    unsigned open;        /* beyond it another must leave */
    unsigned per_network; /* of one peer_network */
    int64_t idle_ms;      /* from the opening, or the end of a request, to the next request line */
    int64_t request_ms;   /* from the request line to the last byte of the answer */
};

/* All but `open` counted since the start. */
struct connections_figures {
    uint64_t open;
    uint64_t refused; /* beyond per_network */
    uint64_t evicted; /* for a new one */
    uint64_t overdue;
};

must_check enum status connections_open(const struct connections_limits *limits, struct connections **ret_connections);

/* After every connection was removed. Accepts NULL, returns NULL. */
struct connections *connections_close(struct connections *connections);

/* The socket must stay open until the connection is removed. NULL when it is not let in: the socket is then shut down, and the functions
 * below do nothing. At most `open` + CONNECTIONS_ROOM are let in. */
struct connection *connections_add(struct connections *connections, int socket, const struct peer *peer);
void connections_remove(struct connections *connections, struct connection *connection);

/* A request on this connection begins with its request line, and ends when it is answered or broken off. */
void connections_begin(struct connections *connections, struct connection *connection);
void connections_end(struct connections *connections, struct connection *connection);

/* Between them, from when the whole request is there until its answer is made, we are the ones who are waited for. False when the request
 * is not to be looked at: its connection was shut down, or there are too many and all the others are being served. */
must_check bool connections_serve(struct connections *connections, struct connection *connection);
void connections_served(struct connection *connection);

/* Whether its newest request is its first, or came a second or more after the one before. On the thread of the connection. */
bool connections_asks_seldom(const struct connection *connection);

/* NULL for a connection that was not let in. */
const struct peer *connections_peer(const struct connection *connection);

/* Waits until no request runs, at most grace_ms. From the call on connections_draining is true; from its return on no request is served and
 * nobody is let in. Of those that were served before, only grace_ms can cut an answer. */
void connections_drain(struct connections *connections, int64_t grace_ms);
bool connections_draining(const struct connections *connections);

/* How many are open, without the lock. */
size_t connections_count(const struct connections *connections);
void connections_read(struct connections *connections, struct connections_figures *ret_figures);

#endif
