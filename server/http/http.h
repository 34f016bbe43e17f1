/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * http.h: the only room that touches ulfius and libmicrohttpd. Socket to operation and back, problems, and the order of
 * answers up to the operation (X7): 401, contract 4xx, then whatever the operation says.
 */
#ifndef TRYGG_HTTP_HTTP_H
#define TRYGG_HTTP_HTTP_H

#include <stdint.h>

#include "auth/auth.h"
#include "base/status.h"
#include "http/connections.h"

struct house;
struct figures;
struct http_server;

enum {
    HTTP_MAX_BODY = 1 << 20,
    HTTP_MAX_HEAD =
        16 << 10 /* request line and headers, with what the library keeps beside them: some 15 KiB of text */
};

/* What one caller, or all of them together, may hold at once. */
struct http_limits {
    unsigned connections; /* open ones; beyond it the one that has kept us waiting longest is closed for a new one */
    unsigned per_address; /* open ones of one peer address; another is closed at once */
    int64_t idle_ms;      /* from the opening, or the end of a request, to the next request line */
    int64_t request_ms;   /* from the request line to the last byte of the answer */
    unsigned refused_per_minute; /* calls of one peer address without a valid token; beyond it they are answered 429 */
    size_t body_bytes;           /* request bodies in memory at the same time, all together */
};

struct http_settings {
    const char *address;              /* any with TLS; without it loopback only */
    uint16_t port;                    /* 0: an ephemeral one, see http_port */
    const char *tls_certificate_file; /* PEM, the chain, leaf first; NULL for plain HTTP */
    const char *tls_key_file;         /* PEM */
    struct http_limits limits;
    struct auth *auth;
    struct house *house;
    struct figures *figures; /* counts what is answered (figures.h); NULL: nobody does */
};

/* STATUS_INVALID for an address that is not one, or is not loopback without TLS, and for a certificate or key that are none or do not
 * fit each other; STATUS_NOT_FOUND when one of them cannot be read; STATUS_FORBIDDEN for a key that others may read; STATUS_TOO_MANY when the
 * process may not have as many open files as limits.connections needs; STATUS_IO when nobody can listen there: the port is taken, or the
 * address is none of this machine; STATUS_INTERNAL when the system gives no randomness; STATUS_NO_MEMORY also without room for a thread. */
must_check enum status http_start(const struct http_settings *settings, struct http_server **ret_server);
uint16_t http_port(const struct http_server *server);

/* Whether certificate and key are such that a server would start with them; the statuses of http_start. */
must_check enum status http_check_tls(const char *certificate_file, const char *key_file);

/* Reads certificate and key again; connections that stand keep the old ones. When they are not good the old ones stay:
 * STATUS_INVALID, STATUS_NOT_FOUND or STATUS_FORBIDDEN as of http_start. STATUS_OK without TLS. */
must_check enum status http_reload(struct http_server *server);

/* What the edge holds of connections and memory. */
struct http_edge_figures {
    struct connections_figures connections;
    uint64_t body_bytes;    /* of large requests, now */
    uint64_t answer_bytes;  /* of large answers that are being read, now */
    uint64_t tls_not_after; /* when the certificate in use ends, seconds since 1970; 0 without TLS */
};
void http_edge_figures(struct http_server *server, struct http_edge_figures *ret_figures);

/* Takes no new connection, waits for running requests (at most grace_ms), stops. Accepts NULL, returns NULL. */
struct http_server *http_stop(struct http_server *server, int64_t grace_ms);

#endif
