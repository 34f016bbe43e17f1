/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: names made comparable.
 * May not: keep a name, or touch the process's locale: what is found does not depend on where the daemon runs.
 * Always:  the input is valid UTF-8 without NUL; what does not fit is refused, never cut.
 */
#include "base/name.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    FOLD = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
           UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
    LOWER = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
};

/* Code points of the text under the options; one more than are used, for re-encoding in place. */
static enum status points_of(const char *text, utf8proc_option_t options, int32_t *points, size_t *ret_n)
{
    const utf8proc_ssize_t n = utf8proc_decompose((const uint8_t *)text, 0, points, NAME_MAX_CODE_POINTS, options);

    if (n < 0 || n > NAME_MAX_CODE_POINTS)
        return STATUS_INVALID;
    *ret_n = (size_t)n;
    return STATUS_OK;
}

/* utf8proc writes the text over the code points: four bytes hold any of them. */
static enum status text_of(struct arena *arena, int32_t *points, size_t n, utf8proc_option_t options,
                           const char **ret_text)
{
    const utf8proc_ssize_t len = utf8proc_reencode(points, (utf8proc_ssize_t)n, options);

    if (len < 0)
        return STATUS_INVALID;
    const char *text = arena_copy(arena, points, (size_t)len);
    if (text == NULL)
        return STATUS_NO_MEMORY;
    *ret_text = text;
    return STATUS_OK;
}

static enum status fold(struct arena *arena, const char *text, int32_t *points, const char **ret_folded)
{
    size_t n = 0;

    TRY(points_of(text, (utf8proc_option_t)FOLD, points, &n));
    return text_of(arena, points, n, (utf8proc_option_t)FOLD, ret_folded);
}

enum status name_fold(struct arena *arena, const char *text, const char **ret_folded)
{
    int32_t points[NAME_MAX_CODE_POINTS + 1];
    enum status status = fold(arena, text, points, ret_folded);

    explicit_bzero(points, sizeof points);
    return status;
}

/* Words end at spaces and dashes: "Anne-Marie" is found by "marie". */
static const char separators[] = " -";

static bool word_begins_one_of(const char *name, const char *word, size_t len)
{
    for (name += strspn(name, separators); *name != '\0'; name += strspn(name, separators)) {
        if (strncmp(name, word, len) == 0)
            return true;
        name += strcspn(name, separators);
    }
    return false;
}

bool name_matches(const char *name, const char *query)
{
    for (query += strspn(query, separators); *query != '\0'; query += strspn(query, separators)) {
        const size_t len = strcspn(query, separators);
        if (!word_begins_one_of(name, query, len))
            return false;
        query += len;
    }
    return true;
}

/* The letters after z, and which of the three characters that follow z in ASCII stands for each. */
static const struct letter {
    int32_t point;
    char rank[NAME_ORDERS];
} letters[] = {
    {0xe5, {[NAME_ORDER_SWEDISH] = '{', [NAME_ORDER_NORWEGIAN] = '}'}}, /* å */
    {0xe4, {[NAME_ORDER_SWEDISH] = '|', [NAME_ORDER_NORWEGIAN] = '{'}}, /* ä */
    {0xe6, {[NAME_ORDER_SWEDISH] = '|', [NAME_ORDER_NORWEGIAN] = '{'}}, /* æ */
    {0xf6, {[NAME_ORDER_SWEDISH] = '}', [NAME_ORDER_NORWEGIAN] = '|'}}, /* ö */
    {0xf8, {[NAME_ORDER_SWEDISH] = '}', [NAME_ORDER_NORWEGIAN] = '|'}}, /* ø */
};

static int32_t ranked(int32_t point, enum name_order order)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].point == point)
            return letters[i].rank[order];
    return point;
}

static enum status sort_key(struct arena *arena, enum name_order order, const char *text, int32_t *points,
                            const char **ret_key)
{
    const char *lower = NULL;
    size_t n = 0;

    TRY(points_of(text, (utf8proc_option_t)LOWER, points, &n));
    const utf8proc_ssize_t composed = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)n, (utf8proc_option_t)LOWER);
    if (composed < 0)
        return STATUS_INVALID;
    for (utf8proc_ssize_t i = 0; i < composed; i++)
        points[i] = ranked(points[i], order);
    TRY(text_of(arena, points, (size_t)composed, (utf8proc_option_t)UTF8PROC_STABLE, &lower));
    return fold(arena, lower, points, ret_key);
}

enum status name_sort_key(struct arena *arena, enum name_order order, const char *text, const char **ret_key)
{
    int32_t points[NAME_MAX_CODE_POINTS + 1];

    assert(order < NAME_ORDERS);
    enum status status = sort_key(arena, order, text, points, ret_key);
    explicit_bzero(points, sizeof points);
    return status;
}
