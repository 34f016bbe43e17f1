/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the one strict way in for JSON.
 * May not: test jansson beyond what the room promises of it.
 * Always:  every parsed value is given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static void assert_refused(const char *text, size_t len)
{
    json_t *const untouched = (json_t *)&assert_refused;
    json_t *json = untouched;
    if (json_parse_strict(text, len, &json) != STATUS_MALFORMED || json != untouched)
        fail_msg("was taken: %.*s", (int)len, text != NULL ? text : "");
}

static void assert_taken(const char *text)
{
    auto_json json = NULL;
    if (json_parse_strict(text, strlen(text), &json) != STATUS_OK || json == NULL)
        fail_msg("was refused: %s", text);
}

/* depth brackets of a kind, opened and closed */
static char *nested(const char *open, const char *close, int depth)
{
    char *text = calloc((size_t)depth, strlen(open) + strlen(close) + 1);
    assert_non_null(text);
    char *end = text;
    for (int i = 0; i < depth; i++)
        end = stpcpy(end, i + 1 < depth || open[0] == '[' ? open : "{");
    for (int i = 0; i < depth; i++)
        end = stpcpy(end, close);
    return text;
}

static void X3_thirty_two_levels_are_taken_and_thirty_three_refused(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {{"[", "]"}, {"{\"a\":", "}"}};
    for (size_t i = 0; i < 2; i++) {
        char *fits = nested(kinds[i][0], kinds[i][1], JSON_MAX_DEPTH);
        char *deep = nested(kinds[i][0], kinds[i][1], JSON_MAX_DEPTH + 1);
        assert_taken(fits);
        assert_refused(deep, strlen(deep));
        free(fits);
        free(deep);
    }
}

static void a_million_brackets_are_refused_without_recursion(void **state)
{
    (void)state;
    enum { LEN = 1 << 20 };
    char *text = malloc(LEN);
    assert_non_null(text);
    memset(text, '[', LEN);
    assert_refused(text, LEN);
    free(text);
}

static void brackets_in_strings_are_no_levels(void **state)
{
    (void)state;
    assert_taken("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"");
    assert_taken("[\"\\\"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\\\\\"]");
    assert_taken("{\"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\":1}");
    /* the string ends before these */
    const char *after = "[\"\\\\\",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
    assert_refused(after, strlen(after));
}

static void side_by_side_is_not_deep(void **state)
{
    (void)state;
    char text[4096] = "[";
    for (int i = 0; i < 500; i++)
        strcat(text, "[{}],");
    strcat(text, "0]");
    assert_taken(text);
}

/* `n` times one text, with commas between, in an array. */
static char *array_of(const char *item, size_t n)
{
    char *text = malloc(n * (strlen(item) + 1) + 3);
    assert_non_null(text);
    char *end = stpcpy(text, "[");
    for (size_t i = 0; i < n; i++)
        end = stpcpy(stpcpy(end, i > 0 ? "," : ""), item);
    stpcpy(end, "]");
    return text;
}

static void a_small_text_that_would_be_many_values_is_refused(void **state)
{
    (void)state;
    static const char *const items[] = {"[]", "{}", "0", "\"\"", "{\"\":0}", "[[]]"};
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        char *text = array_of(items[i], JSON_MAX_TOKENS + 1);
        assert_refused(text, strlen(text));
        free(text);
    }
    char *fits = array_of("0", JSON_MAX_TOKENS); /* its bracket, and one comma fewer than it has items */
    char *more = array_of("0", JSON_MAX_TOKENS + 1);
    assert_taken(fits);
    assert_refused(more, strlen(more));
    auto_json json = NULL;
    assert_int_equal(json_parse_within(more, strlen(more), JSON_MAX_TOKENS + 1, &json), STATUS_OK);
    free(fits);
    free(more);
}

static void five_hundred_objects_of_thirty_members_are_taken(void **state)
{
    (void)state;
    char item[1024] = "{";
    char *end = item + 1;
    for (int i = 0; i < 30; i++)
        end += sprintf(end, "%s\"m%d\":\"[{,:\\\"[{,:\"", i > 0 ? "," : "", i);
    stpcpy(end, "}");
    char *text = array_of(item, 500);
    assert_taken(text);
    free(text);
}

static void X3_duplicate_members_are_refused_at_any_level(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{\"a\":1,\"a\":1}",         "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"x\":{\"a\":1,\"a\":2}}", "[{\"a\":1},{\"a\":1,\"a\":2}]",
        "{\"a\":1,\"\\u0061\":2}",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_refused(wrong[i], strlen(wrong[i]));
    assert_taken("{\"a\":1,\"A\":1}");
    assert_taken("[{\"a\":1},{\"a\":1}]");
}

static void one_value_of_any_type_is_taken(void **state)
{
    (void)state;
    static const char *const right[] = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e3",
        "\"\"",
        " \n\t{ } \r\n",
        "\"\\u00e5\"",
        "\"\xc3\xa5\"",
        "9223372036854775807",
        "\"\\ud83d\\ude00\"",
    };
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_taken(right[i]);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "{]",
        "[}",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "[1 2]",
        "{} {}",
        "{}x",
        "1 1",
        "nul",
        "NaN",
        "Infinity",
        "-",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "1e999",
        "9223372036854775808",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\t\"",
        "\"\\u0000\"",
        "{\"\\u0000\":1}",
        "\"\\ud83d\"",
        "\"\\ude00\\ud83d\"",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xc3\"",
        "\xef\xbb\xbf{}",
        "/* */{}",
        "{}//",
        "\\",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_refused(wrong[i], strlen(wrong[i]));
    assert_refused(NULL, 0);
    assert_refused("{}\0", 3);
    assert_refused("\"a\0b\"", 5);
    assert_refused("\0{}", 3);
}

static void the_length_counts_and_not_a_nul(void **state)
{
    (void)state;
    auto_json json = NULL;
    assert_int_equal(json_parse_strict("{\"a\":12}garbage", 8, &json), STATUS_OK);
    assert_int_equal(json_integer_value(json_object_get(json, "a")), 12);
}

static void no_bytes_make_it_crash(void **state)
{
    (void)state;
    static const char letters[] = "{}[]\",:\\u01e-.tfn \xc3\xa5";
    uint32_t random = 12345;
    for (int round = 0; round < 20000; round++) {
        char text[48];
        size_t len = (size_t)round % sizeof(text);
        for (size_t i = 0; i < len; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = letters[(random >> 16) % (sizeof(letters) - 1)];
        }
        auto_json json = NULL;
        enum status status = json_parse_strict(text, len, &json);
        assert_true((status == STATUS_OK) == (json != NULL));
    }
}

int main(void)
{
    json_wipe_on_free();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(X3_thirty_two_levels_are_taken_and_thirty_three_refused),
        cmocka_unit_test(a_million_brackets_are_refused_without_recursion),
        cmocka_unit_test(brackets_in_strings_are_no_levels),
        cmocka_unit_test(side_by_side_is_not_deep),
        cmocka_unit_test(a_small_text_that_would_be_many_values_is_refused),
        cmocka_unit_test(five_hundred_objects_of_thirty_members_are_taken),
        cmocka_unit_test(X3_duplicate_members_are_refused_at_any_level),
        cmocka_unit_test(one_value_of_any_type_is_taken),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(the_length_counts_and_not_a_nul),
        cmocka_unit_test(no_bytes_make_it_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
