/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the path of a tile, taken apart.
 * May not: know any log or how large it is.
 * Always:  a tile has one path, and another path is none.
 */
#include "base/tile_path.h"

#include <stdbool.h>
#include <stddef.h>

enum { GROUP_DIGITS = 3 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Three digits, appended to the index. NULL when they are not there. */
static const char *take_group(const char *text, uint64_t *index)
{
    for (int i = 0; i < GROUP_DIGITS; i++, text++) {
        if (!is_digit(*text))
            return NULL;
        *index = *index * 10 + (uint64_t)(*text - '0');
    }
    return text;
}

/* All groups, of which only the last may be 0 where nothing but 0 stands before. NULL when there are too many, or other ones. */
static const char *take_index(const char *text, uint64_t *ret_index)
{
    uint64_t index = 0;

    for (int group = 1; *text == 'x'; group++) {
        text = take_group(text + 1, &index);
        if (text == NULL || *text != '/' || index == 0 || group == TILE_PATH_GROUPS)
            return NULL;
        text++;
    }
    text = take_group(text, &index);
    *ret_index = index;
    return text;
}

/* 1 to 255, without zeros before. */
static enum status take_width(const char *text, unsigned *ret_width)
{
    unsigned width = 0;

    if (*text == '0' || *text == '\0')
        return STATUS_INVALID;
    for (; is_digit(*text) && width < TILE_PATH_FULL; text++)
        width = width * 10 + (unsigned)(*text - '0');
    if (*text != '\0' || width >= TILE_PATH_FULL)
        return STATUS_INVALID;
    *ret_width = width;
    return STATUS_OK;
}

enum status tile_path_parse(const char *text, struct tile_path *ret_path)
{
    struct tile_path path = {.width = TILE_PATH_FULL};
    const char *rest = take_index(text, &path.index);

    if (rest == NULL)
        return STATUS_INVALID;
    if (*rest != '\0') {
        if (rest[0] != '.' || rest[1] != 'p' || rest[2] != '/')
            return STATUS_INVALID;
        TRY(take_width(rest + 3, &path.width));
    }
    *ret_path = path;
    return STATUS_OK;
}
