/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: which keys a key set may hold, which are passed over, and which make the whole set refused (RFC 7517).
 * May not: reach into how a set is kept.
 * Always:  a key that cannot safely verify never does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "auth/keyset.h"
#include "auth_forge.h"

static EVP_PKEY *rsa;
static EVP_PKEY *ec;

/* The set of one JWK, taken over: its fault, or NULL when it is taken. */
static const char *fault_of(json_t *jwk)
{
    char *text = forge_jwks(1, &jwk);
    struct keyset *set = NULL;
    const char *fault = NULL;
    enum status status = keyset_parse(text, strlen(text), &set, &fault);
    free(text);
    keyset_unref(set);
    assert_true((status == STATUS_OK) == (fault == NULL));
    return fault;
}

static json_t *with(json_t *jwk, const char *name, json_t *value)
{
    json_object_set_new(jwk, name, value);
    return jwk;
}

static void assert_unusable(json_t *jwk)
{
    assert_string_equal(fault_of(jwk), "jwks: no usable key");
}

static void key_of_each_type_is_taken(void **state)
{
    (void)state;
    static const char *const algs[] = {"ES256", "ES384", "ES512", "EdDSA"};
    for (size_t i = 0; i < 4; i++) {
        EVP_PKEY *pkey = forge_key(algs[i]);
        assert_null(fault_of(forge_jwk(pkey, "k", algs[i])));
        EVP_PKEY_free(pkey);
    }
    assert_null(fault_of(forge_jwk(rsa, "k", "RS256")));
    assert_null(fault_of(forge_jwk(rsa, NULL, NULL)));
}

static void weak_rsa_key_of_1024_bits_is_not_usable(void **state)
{
    (void)state;
    EVP_PKEY *weak = forge_rsa(1024, 65537);
    assert_unusable(forge_jwk(weak, "k", "RS256"));
    EVP_PKEY_free(weak);
}

static void rsa_exponent_that_is_small_or_even_or_huge_is_not_usable(void **state)
{
    (void)state;
    EVP_PKEY *small = forge_rsa(2048, 3);
    assert_unusable(forge_jwk(small, "k", NULL));
    EVP_PKEY_free(small);
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "e", json_string("AQAA")));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "e", json_string("AQ")));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "e", json_string("AQAAAAAAAAAB")));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "e", json_string("AAEAAQ")));
}

static void rsa_modulus_that_is_malformed_or_beyond_8192_bits_is_not_usable(void **state)
{
    (void)state;
    uint8_t bytes[1025];
    memset(bytes, 0xff, sizeof bytes);
    char *long_text = forge_base64url(bytes, sizeof bytes);
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_string(long_text)));
    free(long_text);
    memset(bytes, 0xfe, sizeof bytes);
    char *even = forge_base64url(bytes, 256);
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_string(even)));
    free(even);
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_string("")));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_string("AAAA")));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_string("not+url/safe")));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_integer(5)));
}

static void rsa_modulus_with_a_leading_zero_is_not_usable(void **state)
{
    (void)state;
    BIGNUM *n = NULL;
    uint8_t bytes[257];
    assert_int_equal(EVP_PKEY_get_bn_param(rsa, OSSL_PKEY_PARAM_RSA_N, &n), 1);
    assert_int_equal(BN_bn2binpad(n, bytes, sizeof bytes), sizeof bytes);
    BN_free(n);
    char *padded = forge_base64url(bytes, sizeof bytes);
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "n", json_string(padded)));
    free(padded);
}

static void point_off_its_curve_is_not_usable(void **state)
{
    (void)state;
    json_t *jwk = forge_jwk(ec, "k", NULL);
    json_t *x = json_incref(json_object_get(jwk, "x"));
    assert_unusable(with(jwk, "y", x));
}

static void coordinate_that_is_short_or_long_is_not_usable(void **state)
{
    (void)state;
    uint8_t bytes[33] = {1};
    char *longer = forge_base64url(bytes, 33);
    char *shorter = forge_base64url(bytes, 31);
    assert_unusable(with(forge_jwk(ec, "k", NULL), "x", json_string(longer)));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "y", json_string(shorter)));
    free(shorter);
    free(longer);
}

static void point_named_as_another_curve_is_not_usable(void **state)
{
    (void)state;
    assert_unusable(with(forge_jwk(ec, "k", NULL), "crv", json_string("P-384")));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "crv", json_string("secp256k1")));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "crv", json_string("Ed25519")));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "crv", json_null()));
}

static void key_agreement_key_x25519_is_not_usable(void **state)
{
    (void)state;
    EVP_PKEY *x25519 = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    assert_unusable(forge_jwk(x25519, "k", NULL));
    EVP_PKEY_free(x25519);
}

static void key_for_another_use_is_not_usable(void **state)
{
    (void)state;
    assert_unusable(with(forge_jwk(ec, "k", NULL), "use", json_string("enc")));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "use", json_integer(1)));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "key_ops", json_pack("[s]", "encrypt")));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "key_ops", json_pack("[s]", "sign")));
    assert_unusable(with(forge_jwk(ec, "k", NULL), "key_ops", json_string("verify")));
    assert_null(fault_of(with(forge_jwk(ec, "k", NULL), "use", json_string("sig"))));
    assert_null(fault_of(with(forge_jwk(ec, "k", NULL), "key_ops", json_pack("[s,s]", "x", "verify"))));
}

static void key_whose_own_alg_is_unknown_is_not_usable(void **state)
{
    (void)state;
    assert_unusable(forge_jwk(rsa, "k", "RSA-OAEP"));
    assert_unusable(forge_jwk(rsa, "k", "none"));
    assert_unusable(with(forge_jwk(rsa, "k", NULL), "alg", json_integer(1)));
}

static void symmetric_key_makes_the_whole_set_refused(void **state)
{
    (void)state;
    json_t *secret = json_pack("{s:s, s:s, s:s}", "kty", "oct", "k", "c2VjcmV0", "kid", "s");
    json_t *jwks[] = {forge_jwk(ec, "k", NULL), secret};
    char *text = forge_jwks(2, jwks);
    struct keyset *set = NULL;
    const char *fault = NULL;
    assert_int_equal(keyset_parse(text, strlen(text), &set, &fault), STATUS_INVALID);
    assert_string_equal(fault, "jwks: a symmetric key in a public key set");
    assert_null(set);
    free(text);
}

static void private_member_makes_the_whole_set_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(fault_of(with(forge_jwk(ec, "k", NULL), names[i], json_string("AQ"))),
                            "jwks: a private key in a public key set");
}

static void two_keys_of_one_kid_make_the_whole_set_refused(void **state)
{
    (void)state;
    json_t *jwks[] = {forge_jwk(ec, "same", NULL), forge_jwk(rsa, "same", NULL)};
    char *text = forge_jwks(2, jwks);
    struct keyset *set = NULL;
    const char *fault = NULL;
    assert_int_equal(keyset_parse(text, strlen(text), &set, &fault), STATUS_INVALID);
    assert_string_equal(fault, "jwks: two keys with the same kid");
    free(text);
}

static void text_that_is_no_key_set_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "{}",
                                        "[]",
                                        "{\"keys\":{}}",
                                        "{\"keys\":[]}",
                                        "{\"keys\"",
                                        "{\"keys\":[1]}",
                                        "{\"keys\":null}",
                                        "{\"keys\":[],\"keys\":[]}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct keyset *set = NULL;
        const char *fault = NULL;
        assert_int_equal(keyset_parse(texts[i], strlen(texts[i]), &set, &fault), STATUS_INVALID);
        assert_non_null(fault);
        assert_null(set);
    }
}

static void set_of_too_many_keys_is_refused(void **state)
{
    (void)state;
    json_t *jwks[KEYSET_MAX_KEYS + 1];
    for (size_t i = 0; i <= KEYSET_MAX_KEYS; i++)
        jwks[i] = forge_jwk(ec, NULL, NULL);
    char *text = forge_jwks(KEYSET_MAX_KEYS + 1, jwks);
    struct keyset *set = NULL;
    const char *fault = NULL;
    assert_int_equal(keyset_parse(text, strlen(text), &set, &fault), STATUS_INVALID);
    assert_string_equal(fault, "jwks: too many keys");
    free(text);
}

static void key_is_picked_by_kid_then_algorithm_then_type_then_curve(void **state)
{
    (void)state;
    json_t *jwks[] = {forge_jwk(ec, "e", NULL), forge_jwk(rsa, "r", "PS256"), forge_jwk(rsa, NULL, NULL)};
    char *text = forge_jwks(3, jwks);
    struct keyset *set = NULL;
    const char *fault = NULL;
    assert_int_equal(keyset_parse(text, strlen(text), &set, &fault), STATUS_OK);
    free(text);
    assert_non_null(keyset_pick(set, "e", algorithm_named("ES256")));
    assert_null(keyset_pick(set, "e", algorithm_named("ES384")));
    assert_null(keyset_pick(set, "e", algorithm_named("RS256")));
    assert_non_null(keyset_pick(set, "r", algorithm_named("PS256")));
    assert_null(keyset_pick(set, "r", algorithm_named("PS384")));
    assert_null(keyset_pick(set, "r", algorithm_named("RS256")));
    assert_null(keyset_pick(set, "x", algorithm_named("ES256")));
    assert_null(keyset_pick(set, "", algorithm_named("RS256")));
    assert_null(keyset_pick(set, NULL, algorithm_named("ES256")));
    keyset_unref(set);
}

static int make_keys(void **state)
{
    (void)state;
    rsa = forge_rsa(2048, 65537);
    ec = forge_ec("P-256");
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_of_each_type_is_taken),
        cmocka_unit_test(weak_rsa_key_of_1024_bits_is_not_usable),
        cmocka_unit_test(rsa_exponent_that_is_small_or_even_or_huge_is_not_usable),
        cmocka_unit_test(rsa_modulus_that_is_malformed_or_beyond_8192_bits_is_not_usable),
        cmocka_unit_test(rsa_modulus_with_a_leading_zero_is_not_usable),
        cmocka_unit_test(point_off_its_curve_is_not_usable),
        cmocka_unit_test(coordinate_that_is_short_or_long_is_not_usable),
        cmocka_unit_test(point_named_as_another_curve_is_not_usable),
        cmocka_unit_test(key_agreement_key_x25519_is_not_usable),
        cmocka_unit_test(key_for_another_use_is_not_usable),
        cmocka_unit_test(key_whose_own_alg_is_unknown_is_not_usable),
        cmocka_unit_test(symmetric_key_makes_the_whole_set_refused),
        cmocka_unit_test(private_member_makes_the_whole_set_refused),
        cmocka_unit_test(two_keys_of_one_kid_make_the_whole_set_refused),
        cmocka_unit_test(text_that_is_no_key_set_is_refused),
        cmocka_unit_test(set_of_too_many_keys_is_refused),
        cmocka_unit_test(key_is_picked_by_kid_then_algorithm_then_type_then_curve),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
