/* SPDX-License-Identifier: EUPL-1.2 */
/* Looks up header lines, and refuses those that leave doubt about where a request ends.
 * May not touch the socket library or interpret any value but those that frame the request.
 * A set that could not be kept whole never passes headers_check_framing. */
#include "http/headers.h"

#include <string.h>
#include <strings.h>

enum { LINE_END = 2 }; /* CR and LF */

/* RFC 9110 section 5.6.2. White space before the colon ("Content-Length : 5") would end up in the name. */
static const bool in_token[256] = {
    ['!'] = true, ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,
    ['-'] = true, ['.'] = true,          ['^' ... '`'] = true, ['|'] = true,
    ['~'] = true, ['0' ... '9'] = true,  ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

/* All but controls; a tab is none here. */
static const bool in_value[256] = {
    ['\t'] = true,
    [0x20 ... 0x7e] = true,
    [0x80 ... 0xff] = true,
};

static bool consists_of(const bool allowed[static 256], const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && allowed[(unsigned char)text[n]])
        n++;
    return n == len;
}

void headers_add(struct headers *headers, const char *name, size_t name_len, const char *value, size_t value_len)
{
    const char *text = value != NULL ? value : "";
    size_t text_len = value != NULL ? value_len : 0;
    if (headers->n == HEADERS_MAX || name == NULL || name_len == 0 || !consists_of(in_token, name, name_len) ||
        !consists_of(in_value, text, text_len)) {
        headers->unusable = true;
        return;
    }
    headers->items[headers->n++] = (struct header){.name = name, .value = text};
}

/* Addresses, since the two need not be of one object. */
static bool is_in_one_piece(const char *name, size_t name_len, const char *value)
{
    uintptr_t colon = (uintptr_t)name + name_len;
    if (value == NULL || (uintptr_t)value <= colon)
        return false;
    size_t blanks = (uintptr_t)value - colon - 1;
    return strspn(name + name_len + 1, " \t") >= blanks;
}

void headers_add_in_place(struct headers *headers, const char *name, size_t name_len, const char *value,
                          size_t value_len)
{
    if (name == NULL || !is_in_one_piece(name, name_len, value)) {
        headers->unusable = true;
        return;
    }
    if (headers->bytes > 0 && (uintptr_t)name != headers->end)
        headers->unusable = true;
    headers->bytes += (size_t)((uintptr_t)value - (uintptr_t)name) + value_len + LINE_END;
    headers->end = (uintptr_t)value + value_len + LINE_END;
    headers_add(headers, name, name_len, value, value_len);
}

void headers_add_up(struct headers *headers, const char *method, const char *target, size_t size)
{
    size_t request_line = strlen(method) + strlen(target) +
                          sizeof(" "
                                 " HTTP/1.1") -
                          1 + LINE_END;
    if (request_line + headers->bytes + LINE_END != size)
        headers->unusable = true;
}

size_t headers_count(const struct headers *headers, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < headers->n; i++)
        count += strcasecmp(headers->items[i].name, name) == 0;
    return count;
}

const char *headers_get(const struct headers *headers, const char *name)
{
    for (size_t i = 0; i < headers->n; i++)
        if (strcasecmp(headers->items[i].name, name) == 0)
            return headers->items[i].value;
    return NULL;
}

/* Digits only: no sign, no comma, no white space, and few enough not to overflow. */
static enum status read_length(const char *text, uint64_t *ret_length)
{
    size_t len = strlen(text);
    if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
        return STATUS_MALFORMED;
    uint64_t length = 0;
    for (size_t i = 0; i < len; i++)
        length = length * 10 + (uint64_t)(text[i] - '0');
    *ret_length = length;
    return STATUS_OK;
}

enum status headers_check_framing(const struct headers *headers, uint64_t *ret_content_length)
{
    static const char *const singles[] = {"Content-Length", "Transfer-Encoding", "Authorization", "Host"};
    if (headers->unusable)
        return STATUS_MALFORMED;
    for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++)
        if (headers_count(headers, singles[i]) > 1)
            return STATUS_MALFORMED;
    const char *encoding = headers_get(headers, "Transfer-Encoding");
    const char *content_length = headers_get(headers, "Content-Length");
    if (encoding != NULL && (content_length != NULL || strcasecmp(encoding, "chunked") != 0))
        return STATUS_MALFORMED;
    uint64_t length = 0;
    if (content_length != NULL)
        TRY(read_length(content_length, &length));
    *ret_content_length = length;
    return STATUS_OK;
}
