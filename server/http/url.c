/* SPDX-License-Identifier: EUPL-1.2 */
/* Takes a request target apart: path segments and query parts, percent-decoded.
 * May not know any route, nor change a byte of the target.
 * What it returns holds no control character and no dot segment, is UTF-8, and says which segment is the first with a slash in it. */
#include "http/url.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/codec.h"
#include "base/text.h"

/* RFC 3986 section 2.2 and 2.3: where a character may stand for itself. '&' and '=' are split off a query before; a second '=' is part of
 * the value. */
enum { IN_PATH = 1, IN_QUERY = 2, IN_BOTH = IN_PATH | IN_QUERY };
static const uint8_t places[256] = {
    ['A' ... 'Z'] = IN_BOTH, ['a' ... 'z'] = IN_BOTH, ['0' ... '9'] = IN_BOTH, ['-'] = IN_BOTH, ['.'] = IN_BOTH,
    ['_'] = IN_BOTH,         ['~'] = IN_BOTH,         ['!'] = IN_BOTH,         ['$'] = IN_BOTH, ['\''] = IN_BOTH,
    ['('] = IN_BOTH,         [')'] = IN_BOTH,         ['*'] = IN_BOTH,         ['+'] = IN_BOTH, [','] = IN_BOTH,
    [';'] = IN_BOTH,         ['='] = IN_BOTH,         [':'] = IN_BOTH,         ['@'] = IN_BOTH, ['&'] = IN_PATH,
    ['/'] = IN_QUERY,        ['?'] = IN_QUERY,
};

/* Decodes in place of the copy; the decoded text is never longer. */
static enum status decode(char *text, uint8_t place)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        uint8_t byte = (uint8_t)*in;
        if (byte == '%') {
            if (strnlen(in, 3) < 3)
                return STATUS_MALFORMED;
            if (hex_decode(in + 1, 2, &byte, 1) != STATUS_OK)
                return STATUS_MALFORMED;
            in += 2;
            if (byte < 0x20 || byte == 0x7f || byte == '\\')
                return STATUS_MALFORMED;
        } else if ((places[byte] & place) == 0) {
            return STATUS_MALFORMED;
        }
        *out++ = (char)byte;
    }
    *out = '\0';
    size_t code_points;
    return text_length(text, (size_t)(out - text), &code_points) == STATUS_OK ? STATUS_OK : STATUS_MALFORMED;
}

static enum status add_segment(struct url *url, char *segment)
{
    TRY(decode(segment, IN_PATH));
    if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
        return STATUS_MALFORMED;
    url->hides_slash = url->hides_slash || strchr(segment, '/') != NULL;
    if (*segment == '\0' || url->n_segments == ROUTE_MAX_SEGMENTS)
        return STATUS_NOT_FOUND;
    url->segments[url->n_segments++] = segment;
    if (!url->hides_slash)
        url->n_plain++;
    return STATUS_OK;
}

/* The first status that is not OK wins, except that a malformed part anywhere makes the whole target malformed. */
static enum status parse_path(char *path, struct url *url)
{
    enum status outcome = STATUS_OK;
    char *rest = path;
    while (rest != NULL) {
        char *segment = strsep(&rest, "/");
        enum status status = add_segment(url, segment);
        if (status == STATUS_MALFORMED)
            return status;
        outcome = outcome == STATUS_OK ? status : outcome;
    }
    return outcome != STATUS_OK && url->hides_slash ? STATUS_MALFORMED : outcome;
}

static enum status add_query(struct url *url, char *part)
{
    if (url->n_query == URL_MAX_QUERY)
        return STATUS_MALFORMED;
    char *value = part;
    char *name = strsep(&value, "=");
    TRY(decode(name, IN_QUERY));
    if (value != NULL)
        TRY(decode(value, IN_QUERY));
    if (*name == '\0')
        return STATUS_MALFORMED;
    url->query[url->n_query++] = (struct url_pair){.name = name, .value = value != NULL ? value : ""};
    return STATUS_OK;
}

enum status url_parse_path(const char *target, struct arena *arena, struct url *ret_url)
{
    size_t len = strnlen(target, URL_MAX_BYTES + 1);
    if (target[0] != '/' || len > URL_MAX_BYTES)
        return STATUS_MALFORMED;
    char *query = arena_copy(arena, target, len);
    if (query == NULL)
        return STATUS_NO_MEMORY;
    char *path = strsep(&query, "?");
    struct url url = {.raw_query = query};
    TRY(parse_path(path + 1, &url));
    *ret_url = url;
    return STATUS_OK;
}

enum status url_parse_query(struct url *url)
{
    char *rest = url->raw_query != NULL && *url->raw_query != '\0' ? url->raw_query : NULL;
    url->raw_query = NULL;
    while (rest != NULL)
        TRY(add_query(url, strsep(&rest, "&")));
    return STATUS_OK;
}
