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

struct house;
struct http_server;

enum { HTTP_MAX_BODY = 1 << 20 };

struct http_settings {
    const char *address; /* loopback, "127.0.0.1" or "::1" */
    uint16_t port;       /* 0: an ephemeral one, see http_port */
    struct auth *auth;
    struct house *house;
};

must_check enum status http_start(const struct http_settings *settings, struct http_server **ret_server);
uint16_t http_port(const struct http_server *server);

/* Takes no new connection, waits for running requests (at most grace_ms), stops. Accepts NULL, returns NULL. */
struct http_server *http_stop(struct http_server *server, int64_t grace_ms);

#endif
