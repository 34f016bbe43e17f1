/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * http.h: one server, one token, one request at a time. The only file that touches libcurl.
 */
#ifndef TRYGG_CLI_HTTP_H
#define TRYGG_CLI_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "outcome.h"

struct http;

enum {
    HTTP_MAX_ANSWER = 4 << 20, /* bytes */
    HTTP_MAX_CHALLENGE = 1024,
    HTTP_MAX_ETAG = 128,
    HTTP_CONNECT_SECONDS = 5,
    HTTP_TOTAL_SECONDS = 30,
    HTTP_BULK_SECONDS = 180,
    HTTP_QUIET_SECONDS = 30,    /* how long nothing may come of an answer that is taken piece by piece */
    HTTP_MAX_RETRY_SECONDS = 5, /* the longest Retry-After that is waited for */
};

/* Takes bytes of an answer that stand at that place of the whole; false ends the exchange. */
typedef bool http_take(void *context, long long at, const char *bytes, size_t n);

struct http_request {
    const char *method;          /* "GET", "POST", "PUT", "PATCH", "DELETE" */
    const char *path;            /* from "/", escaped, with its query */
    const char *body;            /* JSON, or NULL; that of a PATCH is a merge patch (RFC 7396) */
    size_t part;                 /* not 0: the body is so many bytes of a document instead, for `offset` of it */
    long long offset;            /* bytes of a document; an answer that is taken begins there */
    const char *idempotency_key; /* or NULL */
    const char *if_match;        /* or NULL */
    const char *accept;          /* a media type besides that of problems; NULL: JSON */
    bool repeatable;             /* sent twice it does no more than once */
    bool bulk;                   /* may take HTTP_BULK_SECONDS */
    http_take *take;             /* gets a 200 or 206 piece by piece instead of the answer; NULL: the answer has it */
    void *context;               /* of `take` */
};

struct http_answer {
    long status;
    struct buffer body;                 /* cleared by http_answer_clear */
    char challenge[HTTP_MAX_CHALLENGE]; /* WWW-Authenticate, or "" */
    char etag[HTTP_MAX_ETAG];           /* ETag, or "" */
    long long upload_offset;            /* Upload-Offset, or -1 */
    bool broke; /* what was taken is not all: the connection was lost, or whoever takes it ended it */
};

/* Only https, or http to this machine; no user name, query or fragment in it. `language` goes into Accept-Language. */
must_check enum outcome http_open(const char *server, const char *language, struct http **ret_http);

/* The server's certificate must be of one of the authorities in this file (PEM), instead of the system's. NULL changes nothing. */
must_check enum outcome http_trust(struct http *http, const char *ca_file);

/* The token is copied, and wiped by http_close. */
must_check enum outcome http_authorise(struct http *http, const char *token);
struct http *http_close(struct http *http);

/* Sends, and once more if there was no connection, or, for what is repeatable, if it was lost or the server answered 503 (X1).
 * Complains itself when there is no usable answer, but not about one that broke while it was taken. Redirects are not followed. */
must_check enum outcome http_send(struct http *http, const struct http_request *request,
                                  struct http_answer *ret_answer);
void http_answer_clear(struct http_answer *answer);

/* Escapes text for one path segment or query value; the caller frees. NULL when memory is out. */
char *http_escape(const char *text);

#endif
