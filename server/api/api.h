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
#include "base/byte_range.h"
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
    bool is_head;       /* no body is answered, whatever is: a HEAD, which is otherwise a GET */
    const json_t *body; /* checked; NULL where the route takes none, or takes bytes */
    const void *bytes;  /* of the route's bytes_type; stay as long as the request */
    size_t n_bytes;
    int64_t upload_offset; /* where the route takes one */
    struct byte_range range;
    const char *range_if; /* the version in If-Range; NULL: none was sent */
    struct parameter path[ROUTE_MAX_PATH];
    struct parameter query[ROUTE_MAX_QUERY];
    const char *idempotency_key; /* NULL where the route takes none */
    const char *if_match;        /* the version in the client's ETag; NULL: 428 once rights are decided (X7) */
    enum language language;
    struct failure failure;  /* filled when a status of STATUS_INVALID is returned */
    json_t *problem_members; /* what the problem has besides, such as `due` (S6); owned by the request; NULL: nothing */
};

enum { ANSWER_MAX_BYTES = 16 << 20, ANSWER_MAX_HEADERS = 4 };

/* A body that is not in memory: read as it is sent, from the beginning, and closed whether all of it was or not. What cannot be read ends
 * the connection before its end. */
struct api_stream {
    void *context; /* NULL: there is no such body */
    uint64_t size; /* bytes, more than none */
    size_t holds;  /* bytes of memory while it stands, at most */
    enum status (*read)(void *context, uint64_t position, void *piece, size_t max, size_t *ret_len);
    void (*close)(void *context);
};

struct api_header {
    const char *name;
    const char *value; /* in the arena */
};

struct api_answer {
    int http_status;       /* 200, 201, 204 */
    json_t *body;          /* owned by the answer; NULL for none */
    struct buffer text;    /* instead of body: what was written, owned; empty for none */
    const char *text_type; /* a constant, the media type of text; NULL: application/json */
    const char *raw;       /* instead of body: bytes that outlive the answer, of raw_type */
    size_t raw_len;
    const char *raw_type;
    struct api_stream stream;                      /* instead of body: owned, of stream_type */
    const char *stream_type;                       /* in the arena */
    struct api_header headers[ANSWER_MAX_HEADERS]; /* also beside a problem */
    size_t n_headers;
    const char *etag;     /* with its quotes, in the arena; NULL for none */
    const char *location; /* in the arena; NULL for none */
};

/* Before anything is looked up: logs that the caller's login is too weak for the operation (L2, V4), and answers
 * STATUS_LOGIN_TOO_WEAK once that is durable. */
must_check enum status api_refuse_weak_login(const struct api_request *request);

#endif
