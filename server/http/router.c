/* SPDX-License-Identifier: EUPL-1.2 */
/* Finds the route of a request in the contract's table.
 * May not run an operation or look at anything but method and path.
 * Two routes of one template and one method cannot both be in the table: the first would hide the second. */
#include "http/router.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};

/* One bit per segment, the first the highest: set where the template is literal. -1 when the template does not match. Looks from the end,
 * since most templates begin alike. */
static int32_t literals(const struct route *route, const struct url *url)
{
    const size_t n = route->n_segments;
    if (route->takes_rest ? url->n_segments < n : url->n_segments != n)
        return -1;
    int32_t bits = 0;
    for (size_t i = n; i-- > 0;) {
        const char *literal = route->segments[i];
        if (literal == NULL)
            continue;
        if (strcmp(literal, url->segments[i]) != 0)
            return -1;
        bits |= 1 << (n - 1 - i);
    }
    return bits;
}

static bool is_method(const struct route *route, const char *method)
{
    const char *name = method_names[route->method];
    return strcmp(method, name) == 0 || (route->method == HTTP_GET && strcmp(method, "HEAD") == 0);
}

static void write_allow(const bool has[static HTTP_METHOD_COUNT], char ret_allow[static ROUTER_ALLOW_BYTES])
{
    size_t len = 0;
    ret_allow[0] = '\0';
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++) {
        if (!has[i])
            continue;
        int n = snprintf(ret_allow + len, ROUTER_ALLOW_BYTES - len, "%s%s%s", len > 0 ? ", " : "", method_names[i],
                         i == HTTP_GET ? ", HEAD" : "");
        assert(n > 0 && (size_t)n < ROUTER_ALLOW_BYTES - len);
        len += (size_t)n;
    }
}

/* Two readers of a path could see another route where a slash is hidden; in the rest of a path they see the same. */
static bool is_plain(const struct route *route, const struct url *url)
{
    return !url->hides_slash || (route->takes_rest && url->n_plain + 1 >= route->n_segments);
}

/* The routes of the template that matches best. */
struct fit {
    int32_t literals; /* -1: there is none */
    const struct route *first;
    const struct route *asked; /* the one of the method; NULL: there is none */
    bool has[HTTP_METHOD_COUNT];
};

static struct fit best_fit(const struct route *routes, size_t n, const struct url *url, const char *method)
{
    struct fit best = {.literals = -1};
    for (const struct route *route = routes; route < routes + n; route++) {
        int32_t bits = literals(route, url);
        if (bits < 0 || bits < best.literals)
            continue;
        if (bits > best.literals)
            best = (struct fit){.literals = bits, .first = route};
        if (best.asked == NULL && is_method(route, method))
            best.asked = route;
        best.has[route->method] = true;
    }
    return best;
}

enum status router_find(const struct route *routes, size_t n, const struct url *url, const char *method,
                        const struct route **ret_route, char ret_allow[static ROUTER_ALLOW_BYTES])
{
    const struct fit best = best_fit(routes, n, url, method);
    if (best.first == NULL)
        return url->hides_slash ? STATUS_MALFORMED : STATUS_NOT_FOUND;
    if (!is_plain(best.first, url))
        return STATUS_MALFORMED;
    if (best.asked == NULL) {
        write_allow(best.has, ret_allow);
        return STATUS_METHOD_NOT_ALLOWED;
    }
    *ret_route = best.asked;
    return STATUS_OK;
}

static const char *rest_of(const struct url *url, size_t at, struct arena *arena)
{
    const char *rest = url->segments[at];
    while (rest != NULL && ++at < url->n_segments)
        rest = arena_printf(arena, "%s/%s", rest, url->segments[at]);
    return rest;
}

const char *router_path_text(const struct route *route, const struct url *url, size_t i, struct arena *arena)
{
    size_t parameter = 0;
    for (size_t at = 0; at < route->n_segments; at++) {
        if (route->segments[at] != NULL || parameter++ != i)
            continue;
        return route->takes_rest && at + 1 == route->n_segments ? rest_of(url, at, arena) : url->segments[at];
    }
    assert(false && "a route has as many parameter segments as path fields");
    return NULL;
}

const char *router_method_name(enum http_method method)
{
    return method_names[method];
}
