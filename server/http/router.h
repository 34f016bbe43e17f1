/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * router.h: from method and path segments to the one route of the contract.
 */
#ifndef TRYGG_HTTP_ROUTER_H
#define TRYGG_HTTP_ROUTER_H

#include <stddef.h>

#include "api/contract.h"
#include "base/arena.h"
#include "base/status.h"
#include "http/url.h"

enum { ROUTER_ALLOW_BYTES = 64 };

/* Of the templates that match, the one with the earliest literal segments counts (OpenAPI: concrete before templated), and only
 * its methods. HEAD is answered by GET. STATUS_MALFORMED when a slash is hidden but in the rest that a route takes. STATUS_NOT_FOUND for an
 * unknown path. STATUS_METHOD_NOT_ALLOWED writes the methods that there are into ret_allow ("GET, HEAD, POST"). */
must_check enum status router_find(const struct route *routes, size_t n, const struct url *url, const char *method,
                                   const struct route **ret_route, char ret_allow[static ROUTER_ALLOW_BYTES]);

/* "GET" */
const char *router_method_name(enum http_method method);

/* The path segment that fills the i-th parameter of the route, or the rest of the path, in the arena; NULL without memory. */
const char *router_path_text(const struct route *route, const struct url *url, size_t i, struct arena *arena);

#endif
