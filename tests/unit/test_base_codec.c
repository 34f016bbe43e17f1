/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: hex and base64url against RFC 4648's vectors, and against everything that is not canonical.
 * May not: use another coder as an oracle.
 * Always:  what is decoded is what was encoded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/codec.h"

static const struct pair {
    const char *plain;
    const char *base64url;
    const char *hex;
} pairs[] = {
    /* RFC 4648 section 10, without padding, and two that need the URL-safe letters */
    {"", "", ""},
    {"f", "Zg", "66"},
    {"fo", "Zm8", "666f"},
    {"foo", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg", "666f6f62"},
    {"fooba", "Zm9vYmE", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "666f6f626172"},
    {"\xfb\xef\xbe", "----", "fbefbe"},
    {"\xff\xff\xff\xff", "_____w", "ffffffff"},
};
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

static void rfc_4648_vectors_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAIRS; i++) {
        size_t len = strlen(pairs[i].plain);
        char text[64];
        uint8_t bytes[64];
        size_t decoded;
        base64url_encode((const uint8_t *)pairs[i].plain, len, text);
        assert_string_equal(text, pairs[i].base64url);
        assert_int_equal(base64url_decode(text, strlen(text), bytes, sizeof(bytes), &decoded), STATUS_OK);
        assert_int_equal(decoded, len);
        assert_memory_equal(bytes, pairs[i].plain, len);
        hex_encode((const uint8_t *)pairs[i].plain, len, text);
        assert_string_equal(text, pairs[i].hex);
        assert_int_equal(hex_decode(text, strlen(text), bytes, len), STATUS_OK);
        assert_memory_equal(bytes, pairs[i].plain, len);
    }
}

static void every_length_and_byte_survives_the_round_trip(void **state)
{
    (void)state;
    uint8_t bytes[256];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 101 + 7);
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        char text[HEX_TEXT_BYTES(sizeof(bytes))];
        uint8_t back[sizeof(bytes)];
        size_t decoded = 0;
        base64url_encode(bytes, len, text);
        assert_true(strlen(text) < BASE64URL_TEXT_BYTES(len));
        assert_int_equal(base64url_decode(text, strlen(text), back, len, &decoded), STATUS_OK);
        assert_int_equal(decoded, len);
        assert_memory_equal(back, bytes, len);
        hex_encode(bytes, len, text);
        assert_int_equal(hex_decode(text, strlen(text), back, len), STATUS_OK);
        assert_memory_equal(back, bytes, len);
    }
}

static void base64url_takes_only_the_canonical_text(void **state)
{
    (void)state;
    const char *const wrong[] = {
        "Z",     "Zm9vY",                                                /* a length that no bytes have */
        "Zg==",  "Zm8=",  "Zm9v=",   "=",                                /* padding */
        "Zh",    "Zn",    "Zm9",     "Zm_",      "Zm-", "Zm6", "_____x", /* stray bits at the end */
        "Zm9v ", " Zm9v", "Zm\n9v",  "Zm9v\r\n",                         /* white space */
        "Zm+v",  "Zm/v",  "Zm9\xc3", "Zm.v",                             /* other alphabets */
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        uint8_t bytes[16] = {0};
        size_t len = 99;
        assert_int_equal(base64url_decode(wrong[i], strlen(wrong[i]), bytes, sizeof(bytes), &len), STATUS_INVALID);
        assert_int_equal(len, 99);
    }
    uint8_t bytes[16];
    size_t len;
    assert_int_equal(base64url_decode("Zm\0v", 4, bytes, sizeof(bytes), &len), STATUS_INVALID);
}

static void each_value_has_exactly_one_base64url_text(void **state)
{
    (void)state;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int accepted = 0;
    for (int first = 0; first < 64; first++) {
        for (int second = 0; second < 64; second++) {
            const char text[2] = {letters[first], letters[second]};
            uint8_t byte;
            size_t len;
            if (base64url_decode(text, 2, &byte, 1, &len) != STATUS_OK)
                continue;
            char again[BASE64URL_TEXT_BYTES(1)];
            base64url_encode(&byte, 1, again);
            assert_memory_equal(again, text, 2);
            accepted++;
        }
    }
    assert_int_equal(accepted, 256);
}

/* The same digits but for two, and padded to whole groups of four. */
static void base64_has_padding_and_an_alphabet_of_its_own(void **state)
{
    (void)state;
    const char *const padded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    const uint8_t last[] = {0xfb, 0xff, 0xbf};
    char text[BASE64_TEXT_BYTES(6)];
    for (size_t len = 0; len <= 6; len++) {
        uint8_t back[6];
        size_t decoded = 99;
        base64_encode((const uint8_t *)"foobar", len, text);
        assert_string_equal(text, padded[len]);
        assert_int_equal(strlen(text) + 1, BASE64_TEXT_BYTES(len));
        assert_int_equal(base64_decode(text, strlen(text), back, len, &decoded), STATUS_OK);
        assert_int_equal(decoded, len);
        assert_memory_equal(back, "foobar", len);
    }
    base64_encode(last, sizeof(last), text);
    assert_string_equal(text, "+/+/");
}

static void base64_takes_only_the_canonical_text(void **state)
{
    (void)state;
    const char *const wrong[] = {
        "Z",     "Zg",       "Zg=",      "Zm8",      "Zm9vY",    "Zm9vYg=",  /* a length that no groups have */
        "=",     "==",       "====",     "Z===",     "Zg==Zg==", "Zm8=Zm8=", /* padding where none is due */
        "Zm=v",  "=Zm9",     "Zm9v====", "Zm9vZg=v",                         /**/
        "Zh==",  "Zn==",     "Zm9=",     "Zm+=",     "/////w9=",             /* stray bits at the end */
        "Zm9v ", " Zm9v   ", "Zm\n9v12", "Zm9v\r\n",                         /* white space */
        "Zm-v",  "Zm_v",     "Zm9\xc3",  "Zm.v",                             /* other alphabets */
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        uint8_t bytes[16] = {0};
        size_t len = 99;
        assert_int_equal(base64_decode(wrong[i], strlen(wrong[i]), bytes, sizeof(bytes), &len), STATUS_INVALID);
        assert_int_equal(len, 99);
    }
    uint8_t bytes[4] = {1, 2, 3, 4};
    size_t len = 99;
    assert_int_equal(base64_decode("Zm\0v", 4, bytes, sizeof(bytes), &len), STATUS_INVALID);
    assert_int_equal(base64_decode("Zm9vYg==", 8, bytes, 3, &len), STATUS_INVALID);
    assert_int_equal(bytes[3], 4);
}

static void nothing_is_written_past_the_maximum(void **state)
{
    (void)state;
    uint8_t bytes[4] = {1, 2, 3, 4};
    size_t len = 99;
    assert_int_equal(base64url_decode("Zm9vYg", 6, bytes, 3, &len), STATUS_INVALID);
    assert_int_equal(base64url_decode("Zm9v", 4, bytes, 3, &len), STATUS_OK);
    assert_int_equal(len, 3);
    assert_int_equal(bytes[3], 4);
    assert_int_equal(base64url_decode("", 0, NULL, 0, &len), STATUS_OK);
    assert_int_equal(len, 0);
}

static void hex_takes_exactly_its_length_in_either_case(void **state)
{
    (void)state;
    uint8_t bytes[2] = {9, 9};
    assert_int_equal(hex_decode("aBcD", 4, bytes, 2), STATUS_OK);
    assert_int_equal(bytes[0], 0xab);
    assert_int_equal(bytes[1], 0xcd);
    const char *const wrong[] = {"", "ab", "abc", "abcde", "abcdef", "ab d", "abcg", "0xab", "ab:d", "ab\nd"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(hex_decode(wrong[i], strlen(wrong[i]), bytes, 2), STATUS_INVALID);
    assert_int_equal(bytes[0], 0xab);
    assert_int_equal(bytes[1], 0xcd);
}

static void every_integer_has_its_shortest_text(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {10, "10"},
        {-1, "-1"},
        {-90, "-90"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[DECIMAL_TEXT_BYTES];
        assert_int_equal(decimal_encode(cases[i].number, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_4648_vectors_both_ways),
        cmocka_unit_test(every_length_and_byte_survives_the_round_trip),
        cmocka_unit_test(base64url_takes_only_the_canonical_text),
        cmocka_unit_test(each_value_has_exactly_one_base64url_text),
        cmocka_unit_test(base64_has_padding_and_an_alphabet_of_its_own),
        cmocka_unit_test(base64_takes_only_the_canonical_text),
        cmocka_unit_test(nothing_is_written_past_the_maximum),
        cmocka_unit_test(hex_takes_exactly_its_length_in_either_case),
        cmocka_unit_test(every_integer_has_its_shortest_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
