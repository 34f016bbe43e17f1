/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * request.h: the way of one request from its bytes to its answer, in one direction.
 */
#ifndef TRYGG_HTTP_REQUEST_H
#define TRYGG_HTTP_REQUEST_H

#include "api/contract.h"
#include "base/arena.h"
#include "http/http.h"
#include "http/language.h"
#include "http/message.h"

enum { REQUEST_ARENA_BYTES = 16 << 20 };

/* What is told of a request once its answer is on its way. */
struct request_note {
    struct uuid id;
    const struct route *route; /* NULL: none was found */
    const char *refused;       /* why its token was, for the log alone; NULL: it was not */
    enum language language;
    int64_t began; /* monotonic, ns */
};

/* Always writes an answer. Its headers live in the arena. */
void request_serve(const struct http_settings *settings, const struct incoming *incoming, struct arena *arena,
                   struct outgoing *ret_outgoing, struct request_note *ret_note);

/* The same answer frame for a request that is not looked at. */
void request_refuse(const struct http_settings *settings, const struct incoming *incoming, enum status status,
                    struct outgoing *ret_outgoing, struct request_note *ret_note);

/* Puts a problem under the same request id in the place of an answer for which there is no memory. */
void request_replace(const struct request_note *note, struct outgoing *outgoing);

/* Follows once on request_serve and request_refuse, with the status that is really sent: one count, one log line. */
void request_record(const struct http_settings *settings, const struct request_note *note, int http_status);

#endif
