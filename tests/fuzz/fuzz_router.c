/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz target: method, request target and headers, all that is read of a request before its caller is known.
 * May not open a socket or know the contract: the routes are its own.
 * What is accepted must keep what url.h, headers.h, values.h, byte_range.h and trace.h promise. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/buffer.h"
#include "base/byte_range.h"
#include "base/text.h"
#include "http/language.h"
#include "http/router.h"
#include "http/trace.h"
#include "http/url.h"
#include "http/values.h"
#include "input.h"

static const struct route routes[] = {
    {.method = HTTP_GET, .segments = {"v1", "students"}, .n_segments = 2},
    {.method = HTTP_POST, .segments = {"v1", "students"}, .n_segments = 2},
    {.method = HTTP_POST, .segments = {"v1", "students", "search"}, .n_segments = 3},
    {.method = HTTP_GET, .segments = {"v1", "students", NULL}, .n_segments = 3},
    {.method = HTTP_DELETE, .segments = {"v1", "students", NULL, "ties", NULL}, .n_segments = 5},
    {.method = HTTP_GET, .segments = {"v1", "logs", NULL, "tile", NULL}, .n_segments = 5, .takes_rest = true},
};

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

static void check_range(const char *value)
{
    struct byte_range range = byte_range_parse(value);
    uint64_t first, len, size = 1000;
    must(range.kind != BYTE_RANGE_FROM || range.first <= range.last);
    if (byte_range_resolve(&range, size, &first, &len) == STATUS_OK)
        must(len > 0 && first < size && len <= size - first);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static void check_values(const char *value)
{
    auto_arena arena = arena_new(1 << 16);
    const char *text = NULL;
    size_t len = 0;
    int64_t offset;
    char traceparent[TRACEPARENT_TEXT_BYTES];
    if (arena == NULL || value_trim(value, arena, &value) != STATUS_OK)
        return;
    must(value[0] == '\0' || !is_blank(value[strlen(value) - 1]));
    if (bearer_read(value, &text, &len) == STATUS_OK)
        must(len > 0 && len <= AUTH_MAX_TOKEN_BYTES && text + len == value + strlen(value));
    if (etag_read(value, arena, &text) == STATUS_OK)
        must(strlen(text) + 2 == strlen(value));
    if (offset_read(value, &offset) == STATUS_OK)
        must(offset >= 0 && strtoll(value, NULL, 10) == offset);
    check_range(value);
    (void)media_type_is(value, "application/json");
    trace_continue(value, traceparent);
    must(strlen(traceparent) == TRACEPARENT_TEXT_BYTES - 1);
}

/* ---- Header lines, as libmicrohttpd 0.9.75 takes them apart ---------------------------------------------------------------- */

/* `received` is as it came, `text` the same where it is taken apart, with as much room behind it. */
struct head {
    const char *received;
    size_t len;
    char *text;
    size_t at;
};

struct line {
    char *name; /* NULL: none yet */
    char *value;
};

static bool is_line_end(char byte)
{
    return byte == '\r' || byte == '\n';
}

/* The next line, which a CR or an LF alone ends as well. NULL behind the last one. */
static char *next_line(struct head *head)
{
    char *line = head->text + head->at;
    while (head->at < head->len && !is_line_end(head->text[head->at]))
        head->at++;
    if (head->at == head->len)
        return NULL;
    const bool is_whole = head->text[head->at] == '\r' && head->text[head->at + 1] == '\n';
    memset(head->text + head->at, '\0', is_whole ? 2 : 1);
    head->at += is_whole ? 2 : 1;
    return line;
}

static bool take_apart(char *text, struct line *ret_line)
{
    char *colon = strchr(text, ':');
    if (colon == NULL)
        return false;
    *colon = '\0';
    *ret_line = (struct line){.name = text, .value = colon + 1 + strspn(colon + 1, " \t")};
    return true;
}

/* A line that is folded goes on in its name, which moves behind everything. Once is enough. */
static void fold(const struct head *head, struct line *line, const char *more)
{
    char *behind = head->text + head->len + 1;
    if (line->name == behind)
        return;
    size_t len = strlen(line->name);
    memcpy(behind, line->name, len);
    more += strspn(more, " \t");
    memcpy(behind + len, more, strlen(more) + 1);
    line->name = behind;
}

static void add_line(const struct head *head, struct headers *headers, const struct line *line)
{
    if (line->name == NULL)
        return;
    headers_add_in_place(headers, line->name, strlen(line->name), line->value, strlen(line->value));
    must(headers->unusable || line->name < head->text + head->len);
    check_values(line->value);
}

/* False when libmicrohttpd answers by itself. */
static bool add_lines(struct head *head, struct headers *headers)
{
    struct line line = {.name = NULL};
    char *text;
    while ((text = next_line(head)) != NULL && *text != '\0') {
        if (line.name != NULL && is_blank(*text)) {
            fold(head, &line, text);
            continue;
        }
        add_line(head, headers, &line);
        if (!take_apart(text, &line))
            return false;
    }
    add_line(head, headers, &line);
    return text != NULL;
}

/* The bytes of this line, up to its end. */
static const char *check_line(const char *came, const struct header *header)
{
    must(strncmp(came, header->name, strlen(header->name)) == 0);
    came += strlen(header->name);
    must(*came == ':');
    came += 1 + strspn(came + 1, " \t");
    must(strncmp(came, header->value, strlen(header->value)) == 0);
    return came + strlen(header->value);
}

/* What is taken for usable is what came, byte for byte, but for what headers.h tells of the last line. */
static void check_as_received(const struct head *head, const struct headers *headers)
{
    const char *came = head->received, *end = head->received + head->at;
    for (size_t i = 0; i < headers->n; i++) {
        came = check_line(came, &headers->items[i]);
        if (i + 1 < headers->n) {
            must(strncmp(came, "\r\n", 2) == 0);
            came += 2;
        }
    }
    size_t left = (size_t)(end - came), expected = headers->n > 0 ? 4 : 2;
    must(left == expected);
    must(memcmp(came, "\r\n\r\n", left) == 0 || memchr(came, '\0', left) != NULL);
}

static void check_head(struct head *head, const char *method, const char *target, size_t request_line)
{
    struct headers headers = {.n = 0};
    uint64_t length;
    if (!add_lines(head, &headers))
        return;
    headers_add_up(&headers, method, target, request_line + head->at);
    if (!headers.unusable)
        check_as_received(head, &headers);
    enum status framing = headers_check_framing(&headers, &length);
    must(framing == STATUS_MALFORMED || (framing == STATUS_OK && !headers.unusable));
    must(language_choose(&headers) < LANGUAGE_COUNT);
}

/* ---- From the input ------------------------------------------------------------------------------------------------------- */

/* Up to the next LF, which is passed over. */
static struct input take_line(struct input *rest)
{
    const uint8_t *end = rest->size > 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    struct input line = {rest->data, end != NULL ? (size_t)(end - rest->data) : rest->size};
    size_t passed = line.size + (end != NULL);
    *rest = (struct input){rest->data + passed, rest->size - passed};
    return line;
}

static bool is_value_alone(const struct input *line)
{
    return line->size > 0 && !is_blank((char)line->data[0]) && memchr(line->data, ':', line->size) == NULL;
}

/* A header line is `name: value`; a line without a colon, unless it folds the one before, is a value whose name is Accept-Language. An
 * empty line ends the head. */
static enum status receive(struct buffer *received, struct input rest)
{
    while (rest.size > 0) {
        struct input line = take_line(&rest);
        if (is_value_alone(&line))
            TRY(buffer_text(received, "Accept-Language:"));
        TRY(buffer_append(received, line.data, line.size));
        TRY(buffer_text(received, "\r\n"));
    }
    return buffer_text(received, "\r\n");
}

static void check_request(const char *method, const char *target, size_t request_line, struct input rest)
{
    auto_buffer received = buffer_make(1 << 20);
    if (receive(&received, rest) != STATUS_OK)
        return;
    struct head head = {.received = (const char *)received.data, .len = received.len};
    head.text = malloc(2 * (head.len + 1));
    must(head.text != NULL);
    memcpy(head.text, head.received, head.len);
    head.text[head.len] = '\0';
    check_target(method, target);
    check_head(&head, method, target, request_line);
    free(head.text);
}

/* Lines: the method, the target, then headers. A request line with a NUL is left out: headers.h tells what can stand behind it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char rest_of_line[] = "  HTTP/1.1\r\n";
    struct input rest = {size > 0 ? data : (const uint8_t *)"", size};
    struct input lines = rest;
    size_t came = take_line(&lines).size + take_line(&lines).size;
    char *method = input_text(&rest, '\n');
    char *target = input_text(&rest, '\n');
    if (strlen(method) + strlen(target) == came)
        check_request(method, target, came + sizeof(rest_of_line) - 1, rest);
    free(method);
    free(target);
    return 0;
}
