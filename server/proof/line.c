/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: taking a text apart by lines.
 * May not: copy, or look behind the end of what it is given.
 * Always:  a line that is not ended is none.
 */
#include "proof/line.h"

#include <string.h>

enum { MAX_DIGITS = 19 };

enum status line_take(struct line *rest, struct line *ret_line)
{
    const char *newline = rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;
    if (newline == NULL)
        return STATUS_INVALID;
    *ret_line = (struct line){rest->at, (size_t)(newline - rest->at)};
    rest->at += ret_line->len + 1;
    rest->len -= ret_line->len + 1;
    return STATUS_OK;
}

enum status line_take_after(struct line *rest, const char *word, struct line *ret_value)
{
    const size_t len = strlen(word);
    struct line line;
    TRY(line_take(rest, &line));
    if (line.len < len || memcmp(line.at, word, len) != 0)
        return STATUS_INVALID;
    *ret_value = (struct line){line.at + len, line.len - len};
    return STATUS_OK;
}

enum status line_number(struct line line, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (line.len == 0 || line.len > MAX_DIGITS || (line.len > 1 && line.at[0] == '0'))
        return STATUS_INVALID;
    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] < '0' || line.at[i] > '9')
            return STATUS_INVALID;
        number = number * 10 + (uint64_t)(line.at[i] - '0');
    }
    if (number > INT64_MAX)
        return STATUS_INVALID;
    *ret_number = number;
    return STATUS_OK;
}
