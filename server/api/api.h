/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * api.h: what http/ hands to an operation and what it gets back. An operation `op_create_student` turns checked JSON into domain
 * structs, calls the pipeline, and turns the result into JSON. It decides nothing.
 */
#ifndef TRYGG_API_API_H
#define TRYGG_API_API_H

#include <jansson.h>

#include "api/contract.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"
#include "base/id.h"
#include "base/status.h"

struct house; /* call/call.h: the store, the vault and what else a call needs */

struct api_request {
    struct house *house;
    const struct route *route;
    struct arena *arena;
    const struct caller *caller; /* NULL only where the route's login is LOGIN_NONE */
    struct uuid request_id;
    const json_t *body; /* checked; NULL where the route takes none */
    struct parameter path[ROUTE_MAX_PATH];
    struct parameter query[ROUTE_MAX_QUERY];
    const char *idempotency_key; /* NULL where the route takes none */
    const char *if_match;        /* the version in the client's ETag; NULL: 428 once rights are decided (X7) */
    enum language language;
    struct failure failure; /* filled when a status of STATUS_INVALID is returned */
};

enum { ANSWER_MAX_BYTES = 16 << 20 };

struct api_answer {
    int http_status;       /* 200, 201, 204 */
    json_t *body;          /* owned by the answer; NULL for none */
    struct buffer text;    /* instead of body: what was written, owned; empty for none */
    const char *text_type; /* a constant, the media type of text; NULL: application/json */
    const char *raw;       /* instead of body: bytes that outlive the answer, of raw_type */
    size_t raw_len;
    const char *raw_type;
    const char *etag;     /* without quotes, in the arena; NULL for none */
    const char *location; /* in the arena; NULL for none */
};

/* Before anything is looked up: logs that the caller's login is too weak for the operation (L2, V4), and answers
 * STATUS_LOGIN_TOO_WEAK once that is durable. */
must_check enum status api_refuse_weak_login(const struct api_request *request);

#endif
