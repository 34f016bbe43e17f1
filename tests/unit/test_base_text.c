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
        cmocka_unit_test(a_token_is_printable_ascii_of_a_bounded_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
