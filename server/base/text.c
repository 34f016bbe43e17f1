/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what a text from outside must be before anything else looks at it.
 * May not: change a text, or allocate.
 * Always:  UTF-8 is taken in its shortest form only (Unicode table 3-7), and NUL never.
 */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* The well-formed sequences of more than one byte: the lead byte's range, how many follow, and the range of the first that follows. */
static const struct sequence {
    uint8_t lead_from;
    uint8_t lead_until;
    uint8_t following;
    uint8_t first_from;
    uint8_t first_until;
} sequences[] = {
    {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf}, {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f},
    {0xee, 0xef, 2, 0x80, 0xbf}, {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static bool is_ascii(uint8_t byte)
{
    return byte >= 0x01 && byte <= 0x7f;
}

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
    if (bytes > 0 && is_ascii(text[0])) {
        *ret_code_point = text[0];
        return 1;
    }
    const struct sequence *sequence = bytes > 0 ? sequence_of(text[0]) : NULL;
    if (sequence == NULL || sequence->following >= bytes)
        return 0;
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

/* What a code point is to a line; whatever is in no range can be seen. */
enum kind { KIND_SEEN, KIND_REFUSED, KIND_SPACE, KIND_JOINER, KIND_UNSEEN };

static const struct range {
    uint32_t from;
    uint32_t until;
    enum kind kind;
} ranges[] = {
    {0x0000, 0x001f, KIND_REFUSED},                                   /* C0 */
    {0x0020, 0x0020, KIND_SPACE},                                     /* spaces: Unicode's category Zs */
    {0x007f, 0x009f, KIND_REFUSED},                                   /* DEL, C1 */
    {0x00a0, 0x00a0, KIND_SPACE},     {0x00ad, 0x00ad, KIND_REFUSED}, /* soft hyphen */
    {0x034f, 0x034f, KIND_UNSEEN},                                    /* grapheme joiner */
    {0x061c, 0x061c, KIND_REFUSED},                                   /* Arabic letter mark, a bidirectional control */
    {0x115f, 0x1160, KIND_UNSEEN},                                    /* Hangul fillers */
    {0x1680, 0x1680, KIND_SPACE},     {0x17b4, 0x17b5, KIND_UNSEEN},  /* Khmer inherent vowels */
    {0x180b, 0x180f, KIND_UNSEEN},                                    /* Mongolian selectors and vowel separator */
    {0x2000, 0x200a, KIND_SPACE},     {0x200b, 0x200b, KIND_UNSEEN},  /* zero width space */
    {0x200c, 0x200d, KIND_JOINER},                                    /* zero width non-joiner and joiner */
    {0x200e, 0x200f, KIND_REFUSED},                                   /* direction marks */
    {0x2028, 0x202e, KIND_REFUSED}, /* line and paragraph separator; embeddings and overrides of direction */
    {0x202f, 0x202f, KIND_SPACE},     {0x205f, 0x205f, KIND_SPACE},
    {0x2060, 0x2065, KIND_UNSEEN},                                   /* word joiner, invisible operators */
    {0x2066, 0x206f, KIND_REFUSED},                                  /* isolates of direction; deprecated controls */
    {0x2800, 0x2800, KIND_UNSEEN},                                   /* Braille blank */
    {0x3000, 0x3000, KIND_SPACE},     {0x3164, 0x3164, KIND_UNSEEN}, /* Hangul filler */
    {0xfdd0, 0xfdef, KIND_REFUSED},                                  /* noncharacters */
    {0xfe00, 0xfe0f, KIND_UNSEEN},                                   /* variation selectors */
    {0xfeff, 0xfeff, KIND_REFUSED},                                  /* byte order mark */
    {0xffa0, 0xffa0, KIND_UNSEEN},                                   /* Hangul filler, half width */
    {0xfff0, 0xfff8, KIND_UNSEEN},                                   /* without a character, and without a glyph */
    {0xfff9, 0xfffb, KIND_REFUSED},                                  /* interlinear annotation */
    {0x13430, 0x1343f, KIND_REFUSED},                                /* hieroglyph format controls */
    {0x1bca0, 0x1bca3, KIND_UNSEEN},                                 /* shorthand format controls */
    {0x1d173, 0x1d17a, KIND_UNSEEN},                                 /* musical format controls */
    {0xe0000, 0xe007f, KIND_REFUSED},                                /* tags */
    {0xe0080, 0xe0fff, KIND_UNSEEN}, /* variation selectors, and what is kept for more */
};

static enum kind kind_of(uint32_t c)
{
    if ((c & 0xfffe) == 0xfffe)
        return KIND_REFUSED; /* the two noncharacters that end every plane */
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && c >= ranges[i].from; i++) {
        if (c <= ranges[i].until)
            return ranges[i].kind;
    }
    return KIND_SEEN;
}

/* A line's beginning and end count as spaces. */
static bool may_follow(enum kind before, enum kind kind)
{
    if (kind == KIND_REFUSED)
        return false;
    return (before != KIND_JOINER || kind == KIND_SEEN) && (kind != KIND_JOINER || before == KIND_SEEN);
}

bool text_is_line(const char *text)
{
    size_t bytes = strlen(text);
    enum kind before = KIND_SPACE;
    bool seen = bytes == 0;
    for (size_t at = 0; at < bytes;) {
        uint32_t code_point;
        size_t taken = take_code_point((const uint8_t *)text + at, bytes - at, &code_point);
        if (taken == 0)
            return false;
        enum kind kind = kind_of(code_point);
        if (!may_follow(before, kind) || (at == 0 && kind == KIND_SPACE))
            return false;
        seen = seen || kind == KIND_SEEN;
        before = kind;
        at += taken;
    }
    return seen && (bytes == 0 || before != KIND_SPACE) && may_follow(before, KIND_SPACE);
}

bool text_shows(const char *text)
{
    size_t bytes = strlen(text);
    for (size_t at = 0; at < bytes;) {
        uint32_t code_point;
        size_t taken = take_code_point((const uint8_t *)text + at, bytes - at, &code_point);
        if (taken == 0)
            return false;
        if (kind_of(code_point) == KIND_SEEN)
            return true;
        at += taken;
    }
    return false;
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
