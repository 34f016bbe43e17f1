/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the outer form of a token and its header: what RFC 7515 and RFC 8725 section 3 say to refuse.
 * May not: look behind auth.h.
 * Always:  every token here is honestly signed, so that only its form can be the reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth_forge.h"

static int open_house(void **state)
{
    struct forge_house *house = calloc(1, sizeof *house);
    forge_house_open(house);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    forge_house_close(*state);
    free(*state);
    return 0;
}

static enum status verify(struct forge_house *house, char *token)
{
    struct caller caller;
    return forge_verify(house->auth, token, FORGE_NOW, &caller);
}

static char *claims_text(void)
{
    json_t *claims = forge_claims();
    char *text = json_dumps(claims, JSON_COMPACT);
    json_decref(claims);
    return text;
}

/* What becomes of good claims under this header. */
static enum status under(struct forge_house *house, const char *header)
{
    char *payload = claims_text();
    char *token = forge_sign(header, payload, house->pkey, "ES256");
    free(payload);
    return verify(house, token);
}

static enum status with_payload(struct forge_house *house, const char *payload)
{
    return verify(house, forge_sign("{\"alg\":\"ES256\",\"kid\":\"k1\"}", payload, house->pkey, "ES256"));
}

static void assert_header_refused(struct forge_house *house, const char *member)
{
    char header[512];
    snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"kid\":\"k1\",%s}", member);
    assert_int_equal(under(house, header), STATUS_TOKEN_INVALID);
}

static void header_of_alg_and_kid_is_enough(void **state)
{
    assert_int_equal(under(*state, "{\"alg\":\"ES256\",\"kid\":\"k1\"}"), STATUS_OK);
    assert_int_equal(under(*state, " { \"kid\" : \"k1\" , \"alg\" : \"ES256\" } "), STATUS_OK);
}

static void kid_may_be_absent_when_there_is_one_key(void **state)
{
    assert_int_equal(under(*state, "{\"alg\":\"ES256\"}"), STATUS_OK);
    assert_int_equal(under(*state, "{\"alg\":\"ES256\",\"kid\":\"k2\"}"), STATUS_TOKEN_INVALID);
}

static void unknown_header_members_are_passed_over(void **state)
{
    assert_int_equal(under(*state, "{\"alg\":\"ES256\",\"kid\":\"k1\",\"x5t\":\"abc\",\"foo\":{\"a\":[1]}}"),
                     STATUS_OK);
}

static void crit_is_refused_whatever_it_lists(void **state)
{
    assert_header_refused(*state, "\"crit\":[\"exp\"]");
    assert_header_refused(*state, "\"crit\":[]");
    assert_header_refused(*state, "\"crit\":null");
    assert_header_refused(*state, "\"crit\":[\"b64\"],\"b64\":false");
}

static void headers_that_bring_or_point_at_keys_are_refused(void **state)
{
    assert_header_refused(*state, "\"jku\":\"https://evil.example/jwks\"");
    assert_header_refused(*state, "\"x5u\":\"https://evil.example/chain\"");
    assert_header_refused(*state, "\"x5c\":[\"MIIB\"]");
    assert_header_refused(*state, "\"jwk\":{\"kty\":\"oct\",\"k\":\"AQ\"}");
}

static void unencoded_payload_and_encryption_headers_are_refused(void **state)
{
    assert_header_refused(*state, "\"b64\":false");
    assert_header_refused(*state, "\"b64\":true");
    assert_header_refused(*state, "\"enc\":\"A256GCM\"");
    assert_header_refused(*state, "\"zip\":\"DEF\"");
}

static void typ_of_an_access_token_is_taken_in_any_case(void **state)
{
    static const char *const types[] = {
        "JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "Application/AT+JWT"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char header[128];
        snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"typ\":\"%s\"}", types[i]);
        assert_int_equal(under(*state, header), STATUS_OK);
    }
}

static void typ_of_another_kind_of_token_is_refused(void **state)
{
    assert_header_refused(*state, "\"typ\":\"dpop+jwt\"");
    assert_header_refused(*state, "\"typ\":\"logout+jwt\"");
    assert_header_refused(*state, "\"typ\":\"secevent+jwt\"");
    assert_header_refused(*state, "\"typ\":\"token-introspection+jwt\"");
    assert_header_refused(*state, "\"typ\":\"JWE\"");
    assert_header_refused(*state, "\"typ\":\"at+jwt \"");
    assert_header_refused(*state, "\"typ\":\"\"");
    assert_header_refused(*state, "\"typ\":null");
    assert_header_refused(*state, "\"typ\":[\"at+jwt\"]");
}

static void header_with_duplicate_members_is_refused(void **state)
{
    assert_header_refused(*state, "\"alg\":\"ES256\"");
    assert_header_refused(*state, "\"\\u0061lg\":\"none\"");
    assert_header_refused(*state, "\"kid\":\"k1\"");
    assert_header_refused(*state, "\"foo\":1,\"foo\":1");
}

static void claims_with_duplicate_members_are_refused(void **state)
{
    char *good = claims_text();
    char text[1024];
    static const char *const twice[] = {"\"iss\":\"" FORGE_ISSUER "\"", "\"s\\u0075b\":\"rektor\"",
                                        "\"x\":{\"y\":1,\"y\":1}", "\"x\":1,\"x\":2"};
    for (size_t i = 0; i < sizeof twice / sizeof twice[0]; i++) {
        snprintf(text, sizeof text, "{%s,%s", twice[i], good + 1);
        assert_int_equal(with_payload(*state, text), STATUS_TOKEN_INVALID);
    }
    snprintf(text, sizeof text, "{\"x\":{\"y\":1},%s", good + 1);
    assert_int_equal(with_payload(*state, text), STATUS_OK);
    free(good);
}

static void header_that_is_no_object_is_refused(void **state)
{
    static const char *const headers[] = {"[]", "\"ES256\"", "null", "1", "", " ", "{", "{\"alg\":\"ES256\"}x"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_int_equal(under(*state, headers[i]), STATUS_TOKEN_INVALID);
}

static void payload_that_is_no_object_is_refused(void **state)
{
    static const char *const payloads[] = {"[]", "\"x\"",     "null",     "1",
                                           "",   "{\"iss\":", "\xff\xfe", "{\"a\":\"\\u0000\"}"};
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++)
        assert_int_equal(with_payload(*state, payloads[i]), STATUS_TOKEN_INVALID);
}

static void nested_token_is_refused(void **state)
{
    struct forge_house *house = *state;
    char *inner = forge_token(forge_claims(), house->pkey, "ES256", "k1");
    assert_int_equal(with_payload(house, inner), STATUS_TOKEN_INVALID);
    assert_int_equal(
        verify(house, forge_sign("{\"alg\":\"ES256\",\"kid\":\"k1\",\"cty\":\"JWT\"}", inner, house->pkey, "ES256")),
        STATUS_TOKEN_INVALID);
    assert_header_refused(house, "\"cty\":\"JWT\"");
    free(inner);
}

static void json_deeper_than_32_levels_is_refused(void **state)
{
    char *good = claims_text();
    char text[2048];
    char opening[64] = "";
    char closing[64] = "";
    memset(opening, '[', 31);
    memset(closing, ']', 31);
    snprintf(text, sizeof text, "{\"x\":%s%s,%s", opening, closing, good + 1);
    assert_int_equal(with_payload(*state, text), STATUS_OK);
    opening[31] = '[';
    closing[31] = ']';
    snprintf(text, sizeof text, "{\"x\":%s%s,%s", opening, closing, good + 1);
    assert_int_equal(with_payload(*state, text), STATUS_TOKEN_INVALID);
    free(good);
}

static void token_of_other_than_three_parts_is_refused(void **state)
{
    struct forge_house *house = *state;
    char *good = forge_token(forge_claims(), house->pkey, "ES256", "k1");
    char *payload = strchr(good, '.') + 1;
    char *signature = strrchr(good, '.') + 1;
    static const char *const fixed[] = {"", ".", "..", "...", "....", "a", "a.b", "a.b.c.d", "a.b.c.d.e"};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        assert_int_equal(verify(house, strdup(fixed[i])), STATUS_TOKEN_INVALID);
    char text[2048];
    const int header_len = (int)(payload - 1 - good);
    const int payload_len = (int)(signature - 1 - payload);
    snprintf(text, sizeof text, "%s.", good);
    assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    snprintf(text, sizeof text, ".%s", good);
    assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    snprintf(text, sizeof text, "%s.e30", good);
    assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    snprintf(text, sizeof text, "%.*s.%.*s", header_len, good, payload_len, payload);
    assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    snprintf(text, sizeof text, "%.*s..%s", header_len, good, signature);
    assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    assert_int_equal(verify(house, good), STATUS_OK);
}

static void base64_that_is_not_canonical_is_refused(void **state)
{
    struct forge_house *house = *state;
    char *good = forge_token(forge_claims(), house->pkey, "ES256", "k1");
    size_t len = strlen(good);
    char text[2048];
    static const char *const endings[] = {"=", "==", "\n", " ", "%3D"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(text, sizeof text, "%s%s", good, endings[i]);
        assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    }
    /* 64 bytes end in a digit of which only two bits count: the other fifteen spellings of the same bytes. */
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t last = (size_t)(strchr(digits, good[len - 1]) - digits);
    memcpy(text, good, len + 1);
    for (size_t stray = 1; stray < 16; stray++) {
        text[len - 1] = digits[last | stray];
        assert_int_equal(verify(house, strdup(text)), STATUS_TOKEN_INVALID);
    }
    assert_int_equal(verify(house, good), STATUS_OK);
}

static void token_beyond_8192_bytes_is_refused(void **state)
{
    struct forge_house *house = *state;
    char filler[8192];
    size_t longest = 0;
    size_t refused = 0;
    for (size_t pad = 5500; pad < 5900; pad++) {
        memset(filler, 'x', pad);
        filler[pad] = '\0';
        json_t *claims = forge_claims();
        json_object_set_new(claims, "filler", json_string(filler));
        char *token = forge_token(claims, house->pkey, "ES256", "k1");
        size_t len = strlen(token);
        bool fits = len <= AUTH_MAX_TOKEN_BYTES;
        assert_int_equal(verify(house, token), fits ? STATUS_OK : STATUS_TOKEN_INVALID);
        longest = fits ? len : longest;
        refused += !fits;
    }
    assert_true(longest > AUTH_MAX_TOKEN_BYTES - 3);
    assert_true(refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_of_alg_and_kid_is_enough),
        cmocka_unit_test(kid_may_be_absent_when_there_is_one_key),
        cmocka_unit_test(unknown_header_members_are_passed_over),
        cmocka_unit_test(crit_is_refused_whatever_it_lists),
        cmocka_unit_test(headers_that_bring_or_point_at_keys_are_refused),
        cmocka_unit_test(unencoded_payload_and_encryption_headers_are_refused),
        cmocka_unit_test(typ_of_an_access_token_is_taken_in_any_case),
        cmocka_unit_test(typ_of_another_kind_of_token_is_refused),
        cmocka_unit_test(header_with_duplicate_members_is_refused),
        cmocka_unit_test(claims_with_duplicate_members_are_refused),
        cmocka_unit_test(header_that_is_no_object_is_refused),
        cmocka_unit_test(payload_that_is_no_object_is_refused),
        cmocka_unit_test(nested_token_is_refused),
        cmocka_unit_test(json_deeper_than_32_levels_is_refused),
        cmocka_unit_test(token_of_other_than_three_parts_is_refused),
        cmocka_unit_test(base64_that_is_not_canonical_is_refused),
        cmocka_unit_test(token_beyond_8192_bytes_is_refused),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
