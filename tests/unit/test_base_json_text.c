/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: JSON values as text.
 * May not: know how the text is built.
 * Always:  jansson's own text is the measure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_text.h"

enum { MANY = 2000, MOST_BYTES = 1 << 20 };

static void assert_text(const struct buffer *text, const json_t *json, size_t flags)
{
    char *expected = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | flags);

    assert_non_null(expected);
    assert_string_equal((const char *)text->data, expected);
    assert_int_equal(text->len, strlen(expected));
    free(expected);
}

static void assert_same(const json_t *json)
{
    auto_buffer text = buffer_make(MOST_BYTES);
    auto_buffer by_name = buffer_make(MOST_BYTES);

    assert_int_equal(json_text(json, &text), STATUS_OK);
    assert_text(&text, json, 0);
    assert_int_equal(json_text_by_name(json, &by_name), STATUS_OK);
    assert_text(&by_name, json, JSON_SORT_KEYS);
}

static void each_kind_of_value_is_written_as_jansson_writes_it(void **state)
{
    static const char *const texts[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "-1",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "0.5",
                                        "-1.0",
                                        "1e300",
                                        "-1.2345678901234567e-300",
                                        "{\"b\":1,\"ab\":2,\"a\":3,\"B\":4,\"å\":5,\"abc\":{\"y\":1,\"x\":0.1}}",
                                        "\"\"",
                                        "{}",
                                        "[]",
                                        "[[],{}]",
                                        "{\"a\":{\"b\":[1,null,\"x\"]},\"c\":[{\"d\":false}]}",
                                        "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\"",
                                        "\"Bjørn Ærø Åse 日本 \xf0\x9f\x8e\x88\"",
                                        "{\"\\u0007 key\":\"\\u007f\"}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        auto_json json = NULL;
        assert_int_equal(json_parse_strict(texts[i], strlen(texts[i]), &json), STATUS_OK);
        assert_same(json);
    }
}

/* A value out of a row of random numbers, the same in every run. */
static json_t *grown(unsigned short seed[3], int depth)
{
    long kind = nrand48(seed) % (depth > 0 ? 6 : 4);
    char text[8] = "";

    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = (char)(1 + nrand48(seed) % 0x7f);
    if (kind == 0)
        return json_integer(nrand48(seed) - nrand48(seed));
    if (kind == 1)
        return json_boolean(nrand48(seed) % 2);
    if (kind <= 3)
        return json_string(text);
    json_t *whole = kind == 4 ? json_array() : json_object();
    for (long n = nrand48(seed) % 5; n > 0; n--) {
        text[0] = (char)('a' + (n * 3) % 5);
        int failed = kind == 4 ? json_array_append_new(whole, grown(seed, depth - 1))
                               : json_object_set_new(whole, text, grown(seed, depth - 1));
        assert_int_equal(failed, 0);
    }
    return whole;
}

static void whatever_is_built_is_written_as_jansson_writes_it(void **state)
{
    unsigned short seed[3] = {2, 7, 1};

    (void)state;
    for (int i = 0; i < MANY; i++) {
        auto_json json = grown(seed, 5);
        assert_same(json);
    }
}

static void a_depth_and_a_length_beyond_bounds_are_refused(void **state)
{
    auto_buffer small = buffer_make(8);
    auto_buffer text = buffer_make(MOST_BYTES);
    auto_json word = json_string("longer than eight");
    auto_json deep = json_array();

    (void)state;
    assert_int_equal(json_text(NULL, &text), STATUS_NO_MEMORY);
    assert_int_equal(json_text(word, &small), STATUS_TOO_LARGE);
    for (int i = 0; i < JSON_MAX_DEPTH + 1; i++) {
        json_t *outer = json_array();
        assert_int_equal(json_array_append_new(outer, deep), 0);
        deep = outer;
    }
    assert_int_equal(json_text(deep, &text), STATUS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_value_is_written_as_jansson_writes_it),
        cmocka_unit_test(whatever_is_built_is_written_as_jansson_writes_it),
        cmocka_unit_test(a_depth_and_a_length_beyond_bounds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
