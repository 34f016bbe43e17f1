/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * byte_range.c: reads a range of bytes, and lays it over what there is.
 * May not know what the bytes are of.
 * Always: what is resolved lies within the size and is not empty.
 */
#include "base/byte_range.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { MOST_DIGITS = 18 };

/* Digits at *text, which moves behind them; false when there are none or too many. */
static bool take_number(const char **text, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t n = strspn(*text, "0123456789");

    if (n == 0 || n > MOST_DIGITS)
        return false;
    for (size_t i = 0; i < n; i++)
        number = number * 10 + (uint64_t)((*text)[i] - '0');
    *text += n;
    *ret_number = number;
    return true;
}

static bool take_range(const char *text, struct byte_range *range)
{
    if (*text == '-') {
        text++;
        range->kind = BYTE_RANGE_LAST;
        return take_number(&text, &range->last) && *text == '\0';
    }
    range->kind = BYTE_RANGE_FROM;
    range->last = UINT64_MAX;
    if (!take_number(&text, &range->first) || *text++ != '-')
        return false;
    if (*text == '\0')
        return true;
    return take_number(&text, &range->last) && *text == '\0' && range->first <= range->last;
}

struct byte_range byte_range_parse(const char *value)
{
    static const char unit[] = "bytes=";
    struct byte_range range = {.kind = BYTE_RANGE_ALL};

    if (strncasecmp(value, unit, sizeof unit - 1) != 0 || !take_range(value + sizeof unit - 1, &range))
        return (struct byte_range){.kind = BYTE_RANGE_ALL};
    return range;
}

enum status byte_range_resolve(const struct byte_range *range, uint64_t size, uint64_t *ret_first, uint64_t *ret_len)
{
    uint64_t first = 0, last = size - 1;

    if (range->kind == BYTE_RANGE_FROM) {
        first = range->first;
        last = range->last < last ? range->last : last;
    } else if (range->kind == BYTE_RANGE_LAST) {
        first = range->last < size ? size - range->last : 0;
    }
    if (size == 0 || first > last)
        return STATUS_RANGE_BEYOND;
    *ret_first = first;
    *ret_len = last - first + 1;
    return STATUS_OK;
}
