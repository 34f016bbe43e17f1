/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * request.h: the way of one request from its bytes to its answer, in one direction.
 */
#ifndef TRYGG_HTTP_REQUEST_H
#define TRYGG_HTTP_REQUEST_H

#include "base/arena.h"
#include "http/http.h"
#include "http/message.h"

enum { REQUEST_ARENA_BYTES = 16 << 20 };

/* Always writes an answer and one log line. The answer's headers live in the arena. */
void request_serve(const struct http_settings *settings, const struct incoming *incoming, struct arena *arena,
                   struct outgoing *ret_outgoing);

/* The same answer frame for a request that is not looked at: STATUS_BUSY over the soft cap, STATUS_NO_MEMORY without an arena. */
void request_refuse(const struct http_settings *settings, const struct incoming *incoming, enum status status,
                    struct outgoing *ret_outgoing);

#endif
