/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: UTF-8 at its edges, lines, tokens and the constant-time comparison.
 * May not: use another decoder as an oracle; the exhaustive test encodes for itself.
 * Always:  texts are given with their length, so that a NUL inside is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static void well_formed_edges_are_counted_in_code_points(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t code_points;
    } right[] = {
        {"", 0},
        {"elev", 4},
        {"bl\xc3\xa5"
         "b\xc3\xa6r",
         6},
        {"\x01\x7f", 2},
        {"\xc2\x80", 1},
        {"\xdf\xbf", 1},
        {"\xe0\xa0\x80", 1},
        {"\xed\x9f\xbf", 1},
        {"\xee\x80\x80", 1},
        {"\xef\xbf\xbf", 1},
        {"\xf0\x90\x80\x80", 1},
        {"\xf4\x8f\xbf\xbf", 1},
        {"e\xcc\x81", 2}, /* a combining accent is a code point of its own */
        {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 2},
    };
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        size_t code_points = 99;
        assert_int_equal(text_length(right[i].text, strlen(right[i].text), &code_points), STATUS_OK);
        assert_int_equal(code_points, right[i].code_points);
    }
}

static void ill_formed_edges_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } wrong[] = {
        {"\0", 1},
        {"a\0b", 3},
        {"\x80", 1}, /* a continuation alone */
        {"\xbf", 1},
        {"\xc3", 1}, /* cut */
        {"\xe2\x82", 2},
        {"\xf0\x9f\x98", 3},
        {"\xc3(", 2},
        {"\xe2\x28\xa1", 3},
        {"\xe2\x82(", 3},
        {"\xc0\x80", 2}, /* overlong */
        {"\xc1\xbf", 2},
        {"\xe0\x9f\xbf", 3},
        {"\xf0\x8f\xbf\xbf", 4},
        {"\xed\xa0\x80", 3}, /* surrogates */
        {"\xed\xbf\xbf", 3},
        {"\xf4\x90\x80\x80", 4}, /* past U+10FFFF */
        {"\xf5\x80\x80\x80", 4},
        {"\xf8\x88\x80\x80\x80", 5},
        {"\xfe", 1},
        {"\xff", 1},
        {"ok\xff", 3},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        size_t code_points = 99;
        assert_int_equal(text_length(wrong[i].text, wrong[i].len, &code_points), STATUS_INVALID);
        assert_int_equal(code_points, 99);
    }
}

static size_t encode(uint32_t c, char text[static 4])
{
    if (c < 0x80) {
        text[0] = (char)c;
        return 1;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--, c >>= 6)
        text[i] = (char)(0x80 | (c & 0x3f));
    text[0] = (char)(leads[more] | c);
    return more + 1;
}

static void every_code_point_but_nul_and_surrogates_is_taken(void **state)
{
    (void)state;
    size_t taken = 0;
    for (uint32_t c = 0; c < 0x120000; c++) {
        char text[4];
        size_t n = 0;
        if (text_length(text, encode(c, text), &n) != STATUS_OK)
            continue;
        assert_int_equal(n, 1);
        assert_true(c != 0 && c < 0x110000 && (c < 0xd800 || c > 0xdfff));
        taken++;
    }
    assert_int_equal(taken, 0x110000 - 0x800 - 1);
}

static void nothing_past_the_length_is_read(void **state)
{
    (void)state;
    size_t n;
    assert_int_equal(text_length("\xc3\xa5", 1, &n), STATUS_INVALID);
    assert_int_equal(text_length("a\xff", 1, &n), STATUS_OK);
    assert_int_equal(n, 1);
}

static void a_line_is_one_line_of_human_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool line;
    } lines[] = {
        {"", true},
        {"K\xc3\xa5re \xc3\x85s", true},
        {"a", true},
        {"O'Brien-\xc3\x96"
         "berg",
         true},
        {" a", false},
        {"a ", false},
        {" ", false},
        {"\xc2\xa0"
         "a",
         false},
        {"a\xe3\x80\x80", false},
        {"a\nb", false},
        {"a\rb", false},
        {"a\tb", false},
        {"\x1b[0m", false},
        {"a\x7f", false},
        {"a\xc2\x80", false},
        {"a\xc2\x85"
         "b",
         false},
        {"a\xc2\x9f", false},
        {"a\xe2\x80\xa8"
         "b",
         false},
        {"a\xe2\x80\xa9"
         "b",
         false},
        {"a\xc2\xa1", true},
        {"a\xe2\x80\xa7"
         "b",
         true},
        {"a\xff", false},
        {"\xc3", false},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_int_equal(text_is_line(lines[i].text), lines[i].line);
}

/* Puts one code point between two texts and asks whether that is a line. */
static bool is_line_with(const char *before, uint32_t c, const char *after)
{
    char text[32] = "";
    size_t len = strlen(before);
    memcpy(text, before, len);
    len += encode(c, text + len);
    memcpy(text + len, after, strlen(after) + 1);
    return text_is_line(text);
}

static void what_turns_or_hides_text_is_in_no_line(void **state)
{
    (void)state;
    static const uint32_t refused[][2] = {
        {0x00ad, 0x00ad}, {0x061c, 0x061c},   {0x200e, 0x200f},     {0x2028, 0x202e},
        {0x2066, 0x206f}, {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},     {0xfff9, 0xfffb},
        {0xfffe, 0xffff}, {0x1fffe, 0x1ffff}, {0x10fffe, 0x10ffff}, {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        for (uint32_t c = refused[i][0]; c <= refused[i][1]; c++)
            assert_false(is_line_with("a", c, "b") || is_line_with("", c, "b") || is_line_with("a", c, ""));
    }
    static const uint32_t taken[] = {0x00ac, 0x00ae, 0x061b, 0x061d, 0x2010, 0x2027,  0x2030, 0x2070,
                                     0xfdcf, 0xfdf0, 0xfe70, 0xfffc, 0xfffd, 0x10000, 0x1fffd};
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        assert_true(is_line_with("a", taken[i], "b") && is_line_with("", taken[i], ""));
}

static void a_line_has_something_to_see(void **state)
{
    (void)state;
    static const uint32_t unseen[] = {0x034f,  0x115f,  0x1160,  0x17b4,  0x180e, 0x200b, 0x2060,
                                      0x2064,  0x2800,  0x3164,  0xfe0f,  0xffa0, 0xfff0, 0xfff8,
                                      0x1bca0, 0x1d173, 0xe0080, 0xe0100, 0xe0fff};
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
        assert_false(is_line_with("", unseen[i], ""));
        assert_false(is_line_with("\xe2\x80\x8b", unseen[i], "\xe2\x80\x8b")); /* between two zero width spaces */
        assert_false(is_line_with("\xe2\x80\x8b ", unseen[i], ""));
        assert_true(is_line_with("a", unseen[i], "b"));
    }
}

static bool shows(uint32_t c)
{
    char text[8] = "";
    encode(c, text);
    return text_shows(text);
}

static void a_text_shows_what_can_be_seen(void **state)
{
    (void)state;
    static const uint32_t blank[] = {0x01,   0x09,   0x0a,   0x20,   0x7f,   0x85,   0xa0,   0xad,   0x034f, 0x061c,
                                     0x1680, 0x180e, 0x2003, 0x200b, 0x200d, 0x200e, 0x2028, 0x202e, 0x202f, 0x205f,
                                     0x2060, 0x2066, 0x2800, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xffff, 0xe0041};
    for (size_t i = 0; i < sizeof(blank) / sizeof(blank[0]); i++)
        assert_false(shows(blank[i]));
    assert_false(text_shows(""));
    assert_false(text_shows(" \n\t\xc2\xa0\xe2\x80\x8b"));
    assert_true(shows('.') && shows(0xe5) && shows(0x6f22) && shows(0x1f600));
    assert_true(text_shows(" \n\xe2\x80\x8b"
                           "a"));
}

/* Persian and Sinhala, among others, are not written right without them. */
static void joiners_stand_between_characters_that_can_be_seen(void **state)
{
    (void)state;
    for (uint32_t joiner = 0x200c; joiner <= 0x200d; joiner++) {
        assert_true(is_line_with("\xd9\x85\xdb\x8c", joiner, "\xd8\xae")); /* می, خ */
        assert_false(is_line_with("", joiner, ""));
        assert_false(is_line_with("", joiner, "a"));
        assert_false(is_line_with("a", joiner, ""));
        assert_false(is_line_with("a ", joiner, "b"));
        assert_false(is_line_with("a", joiner, " b"));
        assert_false(is_line_with("a\xe2\x80\x8d", joiner, "b"));
        assert_false(is_line_with("a", joiner,
                                  "\xe2\x80\x8b"
                                  "b"));
    }
}

static void a_token_is_printable_ascii_of_a_bounded_length(void **state)
{
    (void)state;
    assert_true(text_is_token("!~aZ0-_", 7));
    assert_false(text_is_token("!~aZ0-_", 6));
    assert_true(text_is_token("x", 1));
    assert_false(text_is_token("", 10));
    assert_false(text_is_token("", 0));
    assert_false(text_is_token("x", 0));
    assert_false(text_is_token("a b", 10));
    assert_false(text_is_token("a\n", 10));
    assert_false(text_is_token("a\x7f", 10));
    assert_false(text_is_token("a\xc3\xa5", 10));
    assert_false(text_is_token("\x1f", 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_edges_are_counted_in_code_points),
        cmocka_unit_test(ill_formed_edges_are_refused),
        cmocka_unit_test(every_code_point_but_nul_and_surrogates_is_taken),
        cmocka_unit_test(nothing_past_the_length_is_read),
        cmocka_unit_test(a_line_is_one_line_of_human_text),
        cmocka_unit_test(what_turns_or_hides_text_is_in_no_line),
        cmocka_unit_test(a_line_has_something_to_see),
        cmocka_unit_test(a_text_shows_what_can_be_seen),
        cmocka_unit_test(joiners_stand_between_characters_that_can_be_seen),
        cmocka_unit_test(a_token_is_printable_ascii_of_a_bounded_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
