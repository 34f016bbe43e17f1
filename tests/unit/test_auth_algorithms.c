/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the ten algorithms, and the attacks on signatures of RFC 8725 sections 2 and 3, through the whole path.
 * May not: look behind auth.h.
 * Always:  what the right key did not sign, in the right form, is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth_forge.h"

static const char *const algs[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                   "PS512", "ES256", "ES384", "ES512", "EdDSA"};
enum { N_ALGS = sizeof algs / sizeof algs[0] };

/* One house that knows a key of each type, named by its type: "RSA" for RS and PS, the algorithm's name for the others. */
struct town {
    struct forge_house house;
    EVP_PKEY *keys[N_ALGS];
    int64_t now; /* moves on with each rotation, so that the new keys are looked at */
};

static const char *kid_of(size_t i)
{
    return algs[i][0] == 'E' ? algs[i] : "RSA";
}

static int open_town(void **state)
{
    struct town *town = calloc(1, sizeof *town);
    forge_house_open(&town->house);
    json_t *jwks[N_ALGS];
    size_t n = 0;
    for (size_t i = 0; i < N_ALGS; i++) {
        bool shared = i > 0 && algs[i][0] != 'E';
        town->keys[i] = shared ? town->keys[0] : forge_key(algs[i]);
        if (!shared)
            jwks[n++] = forge_jwk(town->keys[i], kid_of(i), NULL);
    }
    forge_house_rotate(&town->house, n, jwks);
    town->now = FORGE_NOW;
    *state = town;
    return 0;
}

static int close_town(void **state)
{
    struct town *town = *state;
    EVP_PKEY_free(town->keys[0]);
    for (size_t i = 1; i < N_ALGS; i++)
        if (algs[i][0] == 'E')
            EVP_PKEY_free(town->keys[i]);
    forge_house_close(&town->house);
    free(town);
    return 0;
}

static enum status verify(struct town *town, char *token)
{
    struct caller caller;
    return forge_verify(town->house.auth, token, town->now, &caller);
}

#define assert_refused(town, token) assert_int_equal(verify(town, token), STATUS_TOKEN_INVALID)
#define assert_taken(town, token)   assert_int_equal(verify(town, token), STATUS_OK)

static char *claims_text(void)
{
    json_t *claims = forge_claims();
    char *text = json_dumps(claims, JSON_COMPACT);
    json_decref(claims);
    return text;
}

static void each_of_the_ten_algorithms_is_taken(void **state)
{
    struct town *town = *state;
    for (size_t i = 0; i < N_ALGS; i++)
        assert_taken(town, forge_token(forge_claims(), town->keys[i], algs[i], kid_of(i)));
}

static void every_wrong_pair_of_algorithm_and_key_is_refused(void **state)
{
    struct town *town = *state;
    char *payload = claims_text();
    for (size_t named = 0; named < N_ALGS; named++)
        for (size_t used = 0; used < N_ALGS; used++) {
            char header[128];
            snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%s\"}", algs[named], kid_of(used));
            char *token = forge_sign(header, payload, town->keys[used], algs[used]);
            assert_int_equal(verify(town, token), named == used ? STATUS_OK : STATUS_TOKEN_INVALID);
        }
    free(payload);
}

static void alg_none_is_refused_in_any_spelling(void **state)
{
    struct town *town = *state;
    static const char *const names[] = {"none", "None", "NONE", "nOnE", "", "HS256", "hs256", "es256", "RS1", "ES256K"};
    char *payload = claims_text();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char header[128];
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"ES256\"}", names[i]);
        assert_refused(town, forge_with_signature(header, payload, "", 0));
        assert_refused(town, forge_with_signature(header, payload, "x", 1));
        assert_refused(town, forge_sign(header, payload, town->keys[6], "ES256"));
    }
    free(payload);
}

static void alg_that_is_missing_or_no_text_is_refused(void **state)
{
    struct town *town = *state;
    static const char *const headers[] = {"{\"kid\":\"ES256\"}", "{\"alg\":null,\"kid\":\"ES256\"}",
                                          "{\"alg\":256,\"kid\":\"ES256\"}", "{\"alg\":[\"ES256\"],\"kid\":\"ES256\"}"};
    char *payload = claims_text();
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_refused(town, forge_sign(headers[i], payload, town->keys[6], "ES256"));
    free(payload);
}

/* The attack on libraries that take the public key's text as the HMAC secret. */
static void HS256_with_the_rsa_public_key_as_secret_is_refused(void **state)
{
    struct town *town = *state;
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_PUBKEY(bio, town->keys[0]), 1);
    char *pem;
    long pem_len = BIO_get_mem_data(bio, &pem);
    static const char *const headers[] = {"{\"alg\":\"HS256\",\"kid\":\"RSA\"}", "{\"alg\":\"RS256\",\"kid\":\"RSA\"}"};
    char *payload = claims_text();
    for (size_t i = 0; i < 2; i++) {
        char *unsigned_token = forge_with_signature(headers[i], payload, "x", 1);
        size_t signed_len = (size_t)(strrchr(unsigned_token, '.') - unsigned_token);
        uint8_t mac[32];
        unsigned mac_len = sizeof mac;
        assert_non_null(HMAC(EVP_sha256(), pem, (int)pem_len, (uint8_t *)unsigned_token, signed_len, mac, &mac_len));
        assert_refused(town, forge_resigned(unsigned_token, mac, mac_len));
        free(unsigned_token);
    }
    free(payload);
    BIO_free(bio);
}

static void token_without_kid_is_refused_when_there_are_several_keys(void **state)
{
    struct town *town = *state;
    assert_refused(town, forge_token(forge_claims(), town->keys[6], "ES256", NULL));
}

static void kid_that_is_unknown_or_empty_or_no_text_is_refused(void **state)
{
    struct town *town = *state;
    assert_refused(town, forge_token(forge_claims(), town->keys[6], "ES256", "es256"));
    assert_refused(town, forge_token(forge_claims(), town->keys[6], "ES256", ""));
    assert_refused(town, forge_token(forge_claims(), town->keys[6], "ES256", "../../dev/null"));
    assert_refused(town, forge_token(forge_claims(), town->keys[6], "ES256", "x' OR '1'='1"));
    char *payload = claims_text();
    assert_refused(town, forge_sign("{\"alg\":\"ES256\",\"kid\":1}", payload, town->keys[6], "ES256"));
    assert_refused(town, forge_sign("{\"alg\":\"ES256\",\"kid\":null}", payload, town->keys[6], "ES256"));
    free(payload);
}

static void signature_by_a_stranger_under_a_known_kid_is_refused(void **state)
{
    struct town *town = *state;
    for (size_t i = 3; i < N_ALGS; i++) {
        EVP_PKEY *stranger = forge_key(algs[i]);
        assert_refused(town, forge_token(forge_claims(), stranger, algs[i], kid_of(i)));
        EVP_PKEY_free(stranger);
    }
}

static void psychic_signatures_are_refused(void **state)
{
    struct town *town = *state;
    static const size_t lengths[] = {64, 96, 132, 64};
    uint8_t zeros[132] = {0};
    uint8_t ones[132];
    memset(ones, 0xff, sizeof ones);
    char *payload = claims_text();
    for (size_t i = 6; i < N_ALGS; i++) {
        char header[128];
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%s\"}", algs[i], algs[i]);
        assert_refused(town, forge_with_signature(header, payload, zeros, lengths[i - 6]));
        assert_refused(town, forge_with_signature(header, payload, ones, lengths[i - 6]));
    }
    free(payload);
}

/* r or s of 0, or equal to the order, which is 0 again. */
static void ecdsa_halves_at_zero_and_at_the_order_are_refused(void **state)
{
    struct town *town = *state;
    uint8_t order[32];
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    assert_int_equal(BN_bn2binpad(EC_GROUP_get0_order(group), order, 32), 32);
    EC_GROUP_free(group);
    char *token = forge_token(forge_claims(), town->keys[6], "ES256", "ES256");
    for (size_t half = 0; half < 2; half++) {
        uint8_t raw[64];
        assert_int_equal(forge_signature_of(token, raw, sizeof raw), 64);
        memset(raw + 32 * half, 0, 32);
        assert_refused(town, forge_resigned(token, raw, 64));
        memcpy(raw + 32 * half, order, 32);
        assert_refused(town, forge_resigned(token, raw, 64));
    }
    free(token);
}

static void signature_of_another_length_is_refused(void **state)
{
    struct town *town = *state;
    for (size_t i = 0; i < N_ALGS; i++) {
        char *token = forge_token(forge_claims(), town->keys[i], algs[i], kid_of(i));
        uint8_t raw[1100] = {0};
        size_t len = forge_signature_of(token, raw + 1, sizeof raw - 1);
        assert_refused(town, forge_resigned(token, raw + 1, len - 1));
        assert_refused(town, forge_resigned(token, raw + 1, len + 1));
        assert_refused(town, forge_resigned(token, raw, len + 1));
        assert_refused(town, forge_resigned(token, raw + 1, len / 2));
        assert_refused(town, forge_resigned(token, raw + 1, 1));
        assert_refused(town, forge_resigned(token, raw + 1, 0));
        assert_refused(town, forge_resigned(token, raw, sizeof raw));
        assert_taken(town, forge_resigned(token, raw + 1, len));
        free(token);
    }
}

static void ecdsa_signature_in_der_is_refused(void **state)
{
    struct town *town = *state;
    char *token = forge_token(forge_claims(), town->keys[6], "ES256", "ES256");
    uint8_t raw[64];
    assert_int_equal(forge_signature_of(token, raw, sizeof raw), 64);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    assert_int_equal(ECDSA_SIG_set0(pair, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL)), 1);
    unsigned char *der = NULL;
    int len = i2d_ECDSA_SIG(pair, &der);
    assert_true(len > 64);
    assert_refused(town, forge_resigned(token, der, (size_t)len));
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    free(token);
}

/* RFC 8032 section 5.1.7 wants S below the group order L; S + L is the same number to a careless verifier. */
static void ed25519_signature_with_S_plus_L_is_refused(void **state)
{
    struct town *town = *state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    char *token = forge_token(forge_claims(), town->keys[9], "EdDSA", "EdDSA");
    uint8_t raw[64];
    assert_int_equal(forge_signature_of(token, raw, sizeof raw), 64);
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)raw[32 + i] + order[i];
        raw[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_refused(town, forge_resigned(token, raw, 64));
    free(token);
}

/* (r, n - s) is as good an ECDSA signature as (r, s), and RFC 7518 asks for no canonical one. It must gain nothing. */
static void ecdsa_signature_with_its_other_s_says_the_same_and_no_more(void **state)
{
    struct town *town = *state;
    char *token = forge_token(forge_claims(), town->keys[6], "ES256", "ES256");
    uint8_t raw[64];
    assert_int_equal(forge_signature_of(token, raw, sizeof raw), 64);
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *s = BN_bin2bn(raw + 32, 32, NULL);
    assert_int_equal(BN_sub(s, EC_GROUP_get0_order(group), s), 1);
    assert_int_equal(BN_bn2binpad(s, raw + 32, 32), 32);
    struct caller one = {0};
    struct caller other = {0};
    assert_int_equal(forge_verify(town->house.auth, forge_resigned(token, raw, 64), town->now, &other), STATUS_OK);
    assert_int_equal(forge_verify(town->house.auth, token, town->now, &one), STATUS_OK);
    assert_string_equal(one.subject, other.subject);
    assert_string_equal(one.client, other.client);
    assert_int_equal(one.scopes, other.scopes);
    BN_free(s);
    EC_GROUP_free(group);
}

static void rsa_signature_with_the_other_padding_is_refused(void **state)
{
    struct town *town = *state;
    char *payload = claims_text();
    assert_refused(town, forge_sign("{\"alg\":\"PS256\",\"kid\":\"RSA\"}", payload, town->keys[0], "RS256"));
    assert_refused(town, forge_sign("{\"alg\":\"RS256\",\"kid\":\"RSA\"}", payload, town->keys[0], "PS256"));
    free(payload);
}

static void pss_salt_of_another_length_is_refused(void **state)
{
    struct town *town = *state;
    char *token = forge_token(forge_claims(), town->keys[0], "PS256", "RSA");
    uint8_t made[256];
    size_t len = sizeof made;
    EVP_PKEY_CTX *inner = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit_ex(ctx, &inner, "SHA256", NULL, NULL, town->keys[0], NULL), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(inner, 6), 1); /* RSA_PKCS1_PSS_PADDING */
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, 20), 1);
    size_t signed_len = (size_t)(strrchr(token, '.') - token);
    assert_int_equal(EVP_DigestSign(ctx, made, &len, (uint8_t *)token, signed_len), 1);
    assert_refused(town, forge_resigned(token, made, len));
    EVP_MD_CTX_free(ctx);
    free(token);
}

static void key_given_in_the_header_is_never_used(void **state)
{
    struct town *town = *state;
    EVP_PKEY *own = forge_ec("P-256");
    char *payload = claims_text();
    json_t *header = json_pack("{s:s, s:s, s:o}", "alg", "ES256", "kid", "ES256", "jwk", forge_jwk(own, "ES256", NULL));
    char *text = json_dumps(header, JSON_COMPACT);
    assert_refused(town, forge_sign(text, payload, own, "ES256"));
    assert_refused(town, forge_sign(text, payload, town->keys[6], "ES256"));
    free(text);
    json_decref(header);
    free(payload);
    EVP_PKEY_free(own);
}

static void every_single_changed_byte_of_a_good_token_is_refused(void **state)
{
    struct town *town = *state;
    static const char digits[] = "AQgw9-_.=+/ \n";
    char *good = forge_token(forge_claims(), town->keys[6], "ES256", "ES256");
    size_t len = strlen(good);
    struct caller caller;
    for (size_t i = 0; i < len; i++) {
        char was = good[i];
        for (const char *digit = digits; *digit != '\0'; digit++) {
            good[i] = *digit;
            enum status status = auth_verify(town->house.auth, good, len, town->now, &caller);
            assert_int_equal(status, *digit == was ? STATUS_OK : STATUS_TOKEN_INVALID);
        }
        for (unsigned bit = 0; bit < 8; bit++) {
            good[i] = (char)(was ^ (1 << bit));
            assert_int_equal(auth_verify(town->house.auth, good, len, town->now, &caller), STATUS_TOKEN_INVALID);
        }
        good[i] = was;
    }
    assert_taken(town, good);
}

static void every_shorter_or_longer_text_of_a_good_token_is_refused(void **state)
{
    struct town *town = *state;
    char *good = forge_token(forge_claims(), town->keys[9], "EdDSA", "EdDSA");
    size_t len = strlen(good);
    struct caller caller;
    for (size_t cut = 0; cut < len; cut++) {
        char *copy = malloc(cut + 1); /* exactly as long as said, for the address sanitizer's eyes */
        memcpy(copy, good, cut);
        assert_int_equal(auth_verify(town->house.auth, copy, cut, town->now, &caller), STATUS_TOKEN_INVALID);
        free(copy);
    }
    char *longer = malloc(len + 2);
    for (int byte = 0; byte < 256; byte++) {
        memcpy(longer, good, len);
        longer[len] = (char)byte;
        assert_int_equal(auth_verify(town->house.auth, longer, len + 1, town->now, &caller), STATUS_TOKEN_INVALID);
    }
    free(longer);
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_the_ten_algorithms_is_taken),
        cmocka_unit_test(every_wrong_pair_of_algorithm_and_key_is_refused),
        cmocka_unit_test(alg_none_is_refused_in_any_spelling),
        cmocka_unit_test(alg_that_is_missing_or_no_text_is_refused),
        cmocka_unit_test(HS256_with_the_rsa_public_key_as_secret_is_refused),
        cmocka_unit_test(token_without_kid_is_refused_when_there_are_several_keys),
        cmocka_unit_test(kid_that_is_unknown_or_empty_or_no_text_is_refused),
        cmocka_unit_test(signature_by_a_stranger_under_a_known_kid_is_refused),
        cmocka_unit_test(psychic_signatures_are_refused),
        cmocka_unit_test(ecdsa_halves_at_zero_and_at_the_order_are_refused),
        cmocka_unit_test(signature_of_another_length_is_refused),
        cmocka_unit_test(ecdsa_signature_in_der_is_refused),
        cmocka_unit_test(ed25519_signature_with_S_plus_L_is_refused),
        cmocka_unit_test(ecdsa_signature_with_its_other_s_says_the_same_and_no_more),
        cmocka_unit_test(rsa_signature_with_the_other_padding_is_refused),
        cmocka_unit_test(pss_salt_of_another_length_is_refused),
        cmocka_unit_test(key_given_in_the_header_is_never_used),
        cmocka_unit_test(every_single_changed_byte_of_a_good_token_is_refused),
        cmocka_unit_test(every_shorter_or_longer_text_of_a_good_token_is_refused),
    };
    return cmocka_run_group_tests(tests, open_town, close_town);
}
