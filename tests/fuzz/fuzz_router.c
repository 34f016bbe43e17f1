/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz target: method, request target and headers, all that is read of a request before its caller is known.
 * May not open a socket or know the contract: the routes are its own.
 * What is accepted must keep what url.h, values.h and trace.h promise. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/text.h"
#include "http/language.h"
#include "http/router.h"
#include "http/trace.h"
#include "http/url.h"
#include "http/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct route routes[] = {
    {.method = HTTP_GET, .segments = {"v1", "students"}, .n_segments = 2},
    {.method = HTTP_POST, .segments = {"v1", "students"}, .n_segments = 2},
    {.method = HTTP_POST, .segments = {"v1", "students", "search"}, .n_segments = 3},
    {.method = HTTP_GET, .segments = {"v1", "students", NULL}, .n_segments = 3},
    {.method = HTTP_DELETE, .segments = {"v1", "students", NULL, "ties", NULL}, .n_segments = 5},
    {.method = HTTP_GET, .segments = {"v1", "logs", NULL, "tile", NULL}, .n_segments = 5, .takes_rest = true},
};

/* Also where NDEBUG takes assert away. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static void assert_clean(const char *text)
{
    size_t code_points;
    must(text_length(text, strlen(text), &code_points) == STATUS_OK);
    for (; *text != '\0'; text++)
        must((unsigned char)*text >= 0x20 && *text != 0x7f && *text != '\\');
}

static void check_route(const struct url *url, const char *method, struct arena *arena)
{
    const struct route *route = NULL;
    char allow[ROUTER_ALLOW_BYTES];
    enum status status = router_find(routes, sizeof(routes) / sizeof(routes[0]), url, method, &route, allow);
    if (status == STATUS_METHOD_NOT_ALLOWED)
        must(strlen(allow) > 0 && strlen(allow) < sizeof(allow));
    if (status != STATUS_OK)
        return;
    must(route->takes_rest ? route->n_segments <= url->n_segments : route->n_segments == url->n_segments);
    size_t parameters = 0;
    for (size_t i = 0; i < route->n_segments; i++)
        parameters += route->segments[i] == NULL;
    for (size_t i = 0; i < parameters; i++) {
        const char *text = router_path_text(route, url, i, arena);
        if (text == NULL)
            return;
        assert_clean(text);
        must(strchr(text, '/') == NULL || (route->takes_rest && i + 1 == parameters));
    }
}

static void check_target(const char *method, const char *target)
{
    auto_arena arena = arena_new(1 << 16);
    struct url url;
    if (arena == NULL || url_parse_path(target, arena, &url) != STATUS_OK)
        return;
    must(url.n_segments > 0 && url.n_segments <= ROUTE_MAX_SEGMENTS);
    for (size_t i = 0; i < url.n_segments; i++) {
        assert_clean(url.segments[i]);
        must(url.segments[i][0] != '\0' && (i >= url.n_plain || strchr(url.segments[i], '/') == NULL));
        must(strcmp(url.segments[i], ".") != 0 && strcmp(url.segments[i], "..") != 0);
    }
    must(url.hides_slash == (url.n_plain < url.n_segments));
    check_route(&url, method, arena);
    if (url_parse_query(&url) != STATUS_OK)
        return;
    for (size_t i = 0; i < url.n_query; i++) {
        assert_clean(url.query[i].name);
        assert_clean(url.query[i].value);
    }
}

static void check_values(const char *value)
{
    auto_arena arena = arena_new(1 << 12);
    const char *text = NULL;
    size_t len = 0;
    char traceparent[TRACEPARENT_TEXT_BYTES];
    if (bearer_read(value, &text, &len) == STATUS_OK)
        must(len > 0 && len <= AUTH_MAX_TOKEN_BYTES && text + len == value + strlen(value));
    if (arena != NULL && etag_read(value, arena, &text) == STATUS_OK)
        must(strlen(text) + 2 == strlen(value));
    (void)media_type_is(value, "application/json");
    trace_continue(value, traceparent);
    must(strlen(traceparent) == TRACEPARENT_TEXT_BYTES - 1);
}

/* A header line is `name: value`; a line without a colon is a value whose name is Accept-Language. */
static void add_line(struct headers *headers, char *line)
{
    char *value = line;
    const char *name = strsep(&value, ":");
    if (value == NULL) {
        value = line;
        name = "Accept-Language";
    }
    headers_add(headers, name, strlen(name), value, strlen(value));
    check_values(value);
}

/* Lines: the method, the target, then headers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    char *rest = text;
    const char *method = strsep(&rest, "\n");
    check_target(method, rest != NULL ? strsep(&rest, "\n") : "/");
    struct headers headers = {.n = 0};
    while (rest != NULL)
        add_line(&headers, strsep(&rest, "\n"));
    uint64_t length;
    enum status framing = headers_check_framing(&headers, &length);
    must(framing == STATUS_OK || framing == STATUS_MALFORMED);
    must(language_choose(&headers) < LANGUAGE_COUNT);
    free(text);
    return 0;
}
