/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what a text from outside must be before anything else looks at it.
 * May not: change a text, or allocate.
 * Always:  UTF-8 is taken in its shortest form only (Unicode table 3-7), and NUL never.
 */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* The well-formed byte sequences: the lead byte's range, how many follow, and the range of the first that follows. */
static const struct sequence {
    uint8_t lead_from;
    uint8_t lead_until;
    uint8_t following;
    uint8_t first_from;
    uint8_t first_until;
} sequences[] = {
    {0x01, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static const struct sequence *sequence_of(uint8_t lead)
{
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        if (lead >= sequences[i].lead_from && lead <= sequences[i].lead_until)
            return &sequences[i];
    }
    return NULL;
}

/* Reads one code point of at most `bytes` bytes; returns how many it took, 0 if it is not well-formed. */
static size_t take_code_point(const uint8_t *text, size_t bytes, uint32_t *ret_code_point)
{
    const struct sequence *sequence = bytes > 0 ? sequence_of(text[0]) : NULL;
    if (sequence == NULL || sequence->following >= bytes)
        return 0;
    if (sequence->following == 0) {
        *ret_code_point = text[0];
        return 1;
    }
    if (text[1] < sequence->first_from || text[1] > sequence->first_until)
        return 0;
    uint32_t code_point = text[0] & (0x3fu >> sequence->following);
    for (size_t i = 1; i <= sequence->following; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code_point = code_point << 6 | (text[i] & 0x3f);
    }
    *ret_code_point = code_point;
    return (size_t)sequence->following + 1;
}

enum status text_length(const char *text, size_t bytes, size_t *ret_code_points)
{
    size_t n = 0;
    for (size_t at = 0; at < bytes; n++) {
        uint32_t code_point;
        size_t taken = take_code_point((const uint8_t *)text + at, bytes - at, &code_point);
        if (taken == 0)
            return STATUS_INVALID;
        at += taken;
    }
    *ret_code_points = n;
    return STATUS_OK;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

/* Unicode's space separators (category Zs). */
static bool is_space(uint32_t c)
{
    return c == 0x20 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
           c == 0x3000;
}

bool text_is_line(const char *text)
{
    size_t bytes = strlen(text);
    uint32_t code_point = 0;
    for (size_t at = 0; at < bytes;) {
        size_t taken = take_code_point((const uint8_t *)text + at, bytes - at, &code_point);
        if (taken == 0 || is_control(code_point) || (at == 0 && is_space(code_point)))
            return false;
        at += taken;
    }
    return !is_space(code_point);
}

bool text_is_token(const char *text, size_t max)
{
    size_t len = 0;
    for (; text[len] != '\0'; len++) {
        if (len == max || text[len] < 0x21 || text[len] > 0x7e)
            return false;
    }
    return len > 0;
}
