/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * url.h: a request target (RFC 9112 section 3.2.1, origin form) taken apart once and strictly, so that no other reader of the
 * same target can see another path: percent-decoding happens per segment and per query part, after they are separated.
 */
#ifndef TRYGG_HTTP_URL_H
#define TRYGG_HTTP_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "api/contract.h"
#include "base/arena.h"
#include "base/status.h"

enum { URL_MAX_BYTES = 4096, URL_MAX_QUERY = 2 * ROUTE_MAX_QUERY };

struct url_pair {
    const char *name;
    const char *value;
};

struct url {
    const char *segments[ROUTE_MAX_SEGMENTS]; /* decoded, in the arena */
    size_t n_segments;
    bool hides_slash;                     /* a segment has one in it, which was sent as an escape */
    size_t n_plain;                       /* so many segments stand before that one */
    char *raw_query;                      /* in the arena, not yet taken apart; NULL for none */
    struct url_pair query[URL_MAX_QUERY]; /* decoded, in order, repeats kept; a part without '=' has the value "" */
    size_t n_query;
};

/* The path alone, enough to find a route.
 * STATUS_MALFORMED: not origin form, too long, characters outside RFC 3986, a broken escape, an escape that hides a backslash, NUL or
 * another control character, text that is not UTF-8, or a dot segment.
 * STATUS_NOT_FOUND: well formed, but with an empty segment or more segments than any route has. */
must_check enum status url_parse_path(const char *target, struct arena *arena, struct url *ret_url);

/* The query of a parsed path, once. STATUS_MALFORMED as above, for a part without a name, and for too many parts. '+' stands for
 * itself, as RFC 3986 says. */
must_check enum status url_parse_query(struct url *url);

#endif
