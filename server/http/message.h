/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * message.h: a request and its answer between the adapter, which knows the socket library, and the pipeline, which does not.
 */
#ifndef TRYGG_HTTP_MESSAGE_H
#define TRYGG_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "api/api.h"
#include "base/id.h"
#include "http/headers.h"
#include "http/peer.h"
#include "http/trace.h"

struct peers;

enum { OUTGOING_MAX_HEADERS = 20 };

/* A whole request as it came; nothing is checked. Text and bytes are not owned. */
struct incoming {
    const char *method;
    const char *target;
    struct headers headers;
    const char *body; /* cut one byte after HTTP_MAX_BODY */
    size_t body_len;
    const struct peer *peer; /* who sent it; NULL: nobody knows */
    struct peers *peers;     /* who is charged for calls without a valid token; NULL: nobody */
};

/* Stays where it is: its headers point into it. */
struct outgoing {
    int status;
    char *body; /* from malloc, owned by whoever holds the struct; NULL for none */
    size_t body_len;
    const char *lasting_body; /* instead of body: bytes of body_len that stay as long as the process */
    struct api_stream stream; /* instead of body: owned as it is; body_len is its size */
    char request_id[UUID_TEXT_BYTES];
    char traceparent[TRACEPARENT_TEXT_BYTES];
    struct header headers[OUTGOING_MAX_HEADERS]; /* constants, text in the request's arena, or the two members above */
    size_t n_headers;
    bool close; /* the connection ends with this answer */
};

#endif
