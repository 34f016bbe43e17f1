/* SPDX-License-Identifier: EUPL-1.2 */
/* The grammar of Authorization, If-Match and Content-Type.
 * May not need a socket.
 * Out-parameters are looked at after failures, too: they must be as before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "auth/auth.h"
#include "http/values.h"

static void blanks_after_a_value_are_none_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *value, *trimmed;
    } cases[] = {{NULL, NULL}, {"", ""},    {" ", ""},           {"\t \t", ""},
                 {"a", "a"},   {"a ", "a"}, {"a b\t \t", "a b"}, {" a", " a"}};
    auto_arena arena = arena_new(1024);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *trimmed = "before";
        assert_int_equal(value_trim(cases[i].value, arena, &trimmed), STATUS_OK);
        if (cases[i].trimmed == NULL)
            assert_null(trimmed);
        else
            assert_string_equal(trimmed, cases[i].trimmed);
    }
    auto_arena full = arena_new(16);
    const char *trimmed = "before";
    assert_int_equal(value_trim("a text that is too long for it ", full, &trimmed), STATUS_NO_MEMORY);
    assert_string_equal(trimmed, "before");
}

static void an_offset_is_digits_and_nothing_else(void **state)
{
    (void)state;
    static const char *const none[] = {"",  "-1", "+1", "1.0", "0x1", " 1", "1 ", "1,2", "1000000000000000",
                                       "a", "00", "01"};
    int64_t offset = 42;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(offset_read(none[i], &offset), STATUS_MALFORMED);
    assert_int_equal(offset, 42);
    assert_int_equal(offset_read("0", &offset), STATUS_OK);
    assert_int_equal(offset, 0);
    assert_int_equal(offset_read("999999999999999", &offset), STATUS_OK);
    assert_true(offset == 999999999999999);
}

static void L1_bearer_is_read_in_any_case(void **state)
{
    (void)state;
    static const char *const values[] = {
        "Bearer abc.d-e_f~g+h/i==", "bearer abc.d-e_f~g+h/i==", "BEARER   abc.d-e_f~g+h/i=="};
    for (size_t i = 0; i < 3; i++) {
        const char *token = NULL;
        size_t len = 0;
        assert_int_equal(bearer_read(values[i], &token, &len), STATUS_OK);
        assert_int_equal(len, strlen("abc.d-e_f~g+h/i=="));
        assert_string_equal(token, "abc.d-e_f~g+h/i==");
    }
}

static void L1_another_scheme_or_none_is_a_missing_token(void **state)
{
    (void)state;
    static const char *const values[] = {NULL, "", "Basic YTpi", "Bear", "Bearerabc", "Bearer\tabc", "DPoP abc"};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const char *token = "before";
        size_t len = 42;
        assert_int_equal(bearer_read(values[i], &token, &len), STATUS_TOKEN_MISSING);
        assert_string_equal(token, "before");
        assert_int_equal(len, 42);
    }
}

static void L1_a_bearer_that_is_no_token_is_invalid(void **state)
{
    (void)state;
    static const char *const values[] = {"Bearer",       "Bearer ",  "Bearer a b", "Bearer a,Bearer b", "Bearer a=b",
                                         "Bearer \"a\"", "Bearer =", "Bearer a ",  "Bearer \xc3\xa5"};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const char *token = "before";
        size_t len = 42;
        assert_int_equal(bearer_read(values[i], &token, &len), STATUS_TOKEN_INVALID);
        assert_string_equal(token, "before");
    }
}

static void L1_the_longest_token_is_read_and_a_longer_one_is_not(void **state)
{
    (void)state;
    static char value[sizeof("Bearer ") + AUTH_MAX_TOKEN_BYTES + 1];
    const char *token = NULL;
    size_t len = 0;
    memset(value, 'a', sizeof(value) - 1);
    memcpy(value, "Bearer ", strlen("Bearer "));
    assert_int_equal(bearer_read(value, &token, &len), STATUS_TOKEN_INVALID);
    value[strlen(value) - 1] = '\0';
    assert_int_equal(bearer_read(value, &token, &len), STATUS_OK);
    assert_int_equal(len, AUTH_MAX_TOKEN_BYTES);
}

static void X2_one_strong_tag_is_read_without_its_quotes(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1024);
    const char *etag = NULL;
    assert_int_equal(etag_read("\"3\"", arena, &etag), STATUS_OK);
    assert_string_equal(etag, "3");
    assert_int_equal(etag_read("\"a!#~,b\"", arena, &etag), STATUS_OK);
    assert_string_equal(etag, "a!#~,b");
}

static void X2_weak_tags_lists_and_bare_words_are_refused(void **state)
{
    (void)state;
    static const char *const values[] = {
        "W/\"3\"", "w/\"3\"",  "\"3\", \"4\"", "*",
        "3",       "\"3",      "3\"",          "\"\"",
        "",        "\"",       "\"3\" ",       " \"3\"",
        "\"a b\"", "\"\x7f\"", "\"\xc3\xa5\"", "\"12345678901234567890123456789012345678901234567890123456789012345\""};
    auto_arena arena = arena_new(1024);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const char *etag = "before";
        assert_int_equal(etag_read(values[i], arena, &etag), STATUS_MALFORMED);
        assert_string_equal(etag, "before");
    }
}

static void X3_the_media_type_of_the_contract_is_taken_with_utf8_at_most(void **state)
{
    (void)state;
    static const char *const taken[] = {"application/json", "Application/JSON", "application/json; charset=utf-8",
                                        "application/json;charset=UTF-8", "application/json ; charset=\"utf-8\"  "};
    static const char *const refused[] = {"",
                                          "application/jsonp",
                                          "application/json, application/json",
                                          "text/json",
                                          "application/json; charset=latin1",
                                          "application/json; charset=utf-8; charset=latin1",
                                          "application/json; charset=utf-80",
                                          "application/json; version=1",
                                          "application/json;",
                                          "application/merge-patch+json",
                                          " application/json"};
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        assert_true(media_type_is(taken[i], "application/json"));
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_false(media_type_is(refused[i], "application/json"));
    assert_false(media_type_is(NULL, "application/json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_after_a_value_are_none_of_it),
        cmocka_unit_test(an_offset_is_digits_and_nothing_else),
        cmocka_unit_test(L1_bearer_is_read_in_any_case),
        cmocka_unit_test(L1_another_scheme_or_none_is_a_missing_token),
        cmocka_unit_test(L1_a_bearer_that_is_no_token_is_invalid),
        cmocka_unit_test(L1_the_longest_token_is_read_and_a_longer_one_is_not),
        cmocka_unit_test(X2_one_strong_tag_is_read_without_its_quotes),
        cmocka_unit_test(X2_weak_tags_lists_and_bare_words_are_refused),
        cmocka_unit_test(X3_the_media_type_of_the_contract_is_taken_with_utf8_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
