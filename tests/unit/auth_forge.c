/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: keys, key sets and tokens for the tests of auth/, honest and otherwise.
 * May not: use the code under test.
 * Always:  a forgery that cannot be made ends the test.
 */
#include "auth_forge.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#undef NDEBUG
#include <assert.h>

static const struct {
    const char *alg;
    const char *digest;
    const char *group; /* EC */
    size_t field;      /* EC */
} kinds[] = {
    {"RS256", "SHA256", NULL, 0},     {"RS384", "SHA384", NULL, 0},     {"RS512", "SHA512", NULL, 0},
    {"PS256", "SHA256", NULL, 0},     {"PS384", "SHA384", NULL, 0},     {"PS512", "SHA512", NULL, 0},
    {"ES256", "SHA256", "P-256", 32}, {"ES384", "SHA384", "P-384", 48}, {"ES512", "SHA512", "P-521", 66},
    {"EdDSA", NULL, NULL, 0},
};

static size_t kind_of(const char *alg)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].alg, alg) == 0)
            return i;
    abort();
}

EVP_PKEY *forge_rsa(unsigned bits, unsigned exponent)
{
    EVP_PKEY *pkey = NULL;
    BIGNUM *e = BN_new();
    assert(e != NULL && BN_set_word(e, exponent) == 1);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    assert(EVP_PKEY_keygen_init(ctx) == 1);
    assert(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) == 1);
    assert(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e) == 1);
    assert(EVP_PKEY_keygen(ctx, &pkey) == 1);
    EVP_PKEY_CTX_free(ctx);
    BN_free(e);
    return pkey;
}

EVP_PKEY *forge_ec(const char *group)
{
    EVP_PKEY *pkey = EVP_EC_gen(group);
    assert(pkey != NULL);
    return pkey;
}

EVP_PKEY *forge_key(const char *alg)
{
    size_t kind = kind_of(alg);
    if (kinds[kind].group != NULL)
        return forge_ec(kinds[kind].group);
    if (kinds[kind].digest != NULL)
        return forge_rsa(2048, 65537);
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    assert(pkey != NULL);
    return pkey;
}

char *forge_base64url(const void *bytes, size_t len)
{
    char *text = malloc(4 * (len / 3 + 1) + 1);
    assert(text != NULL);
    int n = EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
    while (n > 0 && text[n - 1] == '=')
        n--;
    text[n] = '\0';
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    return text;
}

static void put_bytes(json_t *jwk, const char *name, const uint8_t *bytes, size_t len)
{
    char *text = forge_base64url(bytes, len);
    json_object_set_new(jwk, name, json_string(text));
    free(text);
}

static void put_number(json_t *jwk, EVP_PKEY *pkey, const char *parameter, const char *name, size_t width)
{
    BIGNUM *number = NULL;
    uint8_t bytes[1024];
    assert(EVP_PKEY_get_bn_param(pkey, parameter, &number) == 1);
    int len = width > 0 ? BN_bn2binpad(number, bytes, (int)width) : BN_bn2bin(number, bytes);
    assert(len > 0);
    put_bytes(jwk, name, bytes, (size_t)len);
    BN_free(number);
}

static void put_curve_key(json_t *jwk, EVP_PKEY *pkey)
{
    static const struct {
        int bits;
        const char *crv;
        size_t field;
    } curves[] = {{256, "P-256", 32}, {384, "P-384", 48}, {521, "P-521", 66}};
    for (size_t i = 0; i < 3; i++) {
        if (EVP_PKEY_get_bits(pkey) != curves[i].bits)
            continue;
        json_object_set_new(jwk, "kty", json_string("EC"));
        json_object_set_new(jwk, "crv", json_string(curves[i].crv));
        put_number(jwk, pkey, OSSL_PKEY_PARAM_EC_PUB_X, "x", curves[i].field);
        put_number(jwk, pkey, OSSL_PKEY_PARAM_EC_PUB_Y, "y", curves[i].field);
    }
}

json_t *forge_jwk(EVP_PKEY *pkey, const char *kid, const char *alg)
{
    json_t *jwk = json_object();
    if (EVP_PKEY_is_a(pkey, "RSA")) {
        json_object_set_new(jwk, "kty", json_string("RSA"));
        put_number(jwk, pkey, OSSL_PKEY_PARAM_RSA_N, "n", 0);
        put_number(jwk, pkey, OSSL_PKEY_PARAM_RSA_E, "e", 0);
    } else if (EVP_PKEY_is_a(pkey, "EC")) {
        put_curve_key(jwk, pkey);
    } else {
        uint8_t raw[64];
        size_t len = sizeof raw;
        assert(EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1);
        json_object_set_new(jwk, "kty", json_string("OKP"));
        json_object_set_new(jwk, "crv", json_string(EVP_PKEY_get0_type_name(pkey)));
        if (EVP_PKEY_is_a(pkey, "ED25519"))
            json_object_set_new(jwk, "crv", json_string("Ed25519"));
        put_bytes(jwk, "x", raw, len);
    }
    if (kid != NULL)
        json_object_set_new(jwk, "kid", json_string(kid));
    if (alg != NULL)
        json_object_set_new(jwk, "alg", json_string(alg));
    return jwk;
}

char *forge_jwks(size_t n, json_t *const jwks[])
{
    json_t *keys = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(keys, jwks[i]);
    json_t *set = json_pack("{s:o}", "keys", keys);
    char *text = json_dumps(set, JSON_COMPACT);
    assert(text != NULL);
    json_decref(set);
    return text;
}

void forge_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    assert(fchmod(fileno(file), 0644) == 0); /* whatever the umask */
    assert(fputs(text, file) >= 0);
    assert(fclose(file) == 0);
}

json_t *forge_claims(void)
{
    json_t *claims = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "iss", FORGE_ISSUER, "aud", FORGE_AUDIENCE, "sub", "kari",
        "client_id", "skoleapp", "scope", "openid trygg:read trygg:write", "acr", FORGE_STRONG, "auth_time",
        (json_int_t)(FORGE_NOW_S - 60), "iat", (json_int_t)(FORGE_NOW_S - 10), "exp", (json_int_t)(FORGE_NOW_S + 600));
    assert(claims != NULL);
    return claims;
}

/* r || s out of DER. */
static size_t raw_from_der(const uint8_t *der, size_t len, size_t field, uint8_t *ret_raw)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
    assert(pair != NULL);
    assert(BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret_raw, (int)field) == (int)field);
    assert(BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret_raw + field, (int)field) == (int)field);
    ECDSA_SIG_free(pair);
    return 2 * field;
}

static size_t sign_bytes(const char *text, EVP_PKEY *pkey, const char *alg, uint8_t *ret_signature, size_t max)
{
    size_t kind = kind_of(alg);
    uint8_t made[2048];
    size_t len = sizeof made;
    EVP_PKEY_CTX *inner = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert(EVP_DigestSignInit_ex(ctx, &inner, kinds[kind].digest, NULL, NULL, pkey, NULL) == 1);
    if (alg[0] == 'P') {
        assert(EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING) == 1);
        assert(EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    assert(EVP_DigestSign(ctx, made, &len, (const unsigned char *)text, strlen(text)) == 1);
    EVP_MD_CTX_free(ctx);
    assert(len <= max);
    if (alg[0] == 'E' && alg[1] == 'S') {
        size_t field = (size_t)(EVP_PKEY_get_bits(pkey) + 7) / 8;
        return raw_from_der(made, len, field, ret_signature);
    }
    memcpy(ret_signature, made, len);
    return len;
}

static char *join(const char *a, const char *b)
{
    char *text = malloc(strlen(a) + 1 + strlen(b) + 1);
    assert(text != NULL);
    sprintf(text, "%s.%s", a, b);
    return text;
}

static char *two_parts(const char *header, const char *payload)
{
    char *first = forge_base64url(header, strlen(header));
    char *second = forge_base64url(payload, strlen(payload));
    char *text = join(first, second);
    free(second);
    free(first);
    return text;
}

static char *with_third_part(char *text, const void *signature, size_t len)
{
    char *third = forge_base64url(signature, len);
    char *token = join(text, third);
    free(third);
    free(text);
    return token;
}

char *forge_with_signature(const char *header, const char *payload, const void *signature, size_t len)
{
    return with_third_part(two_parts(header, payload), signature, len);
}

char *forge_sign(const char *header, const char *payload, EVP_PKEY *pkey, const char *alg)
{
    char *text = two_parts(header, payload);
    uint8_t signature[2048];
    size_t len = sign_bytes(text, pkey, alg, signature, sizeof signature);
    return with_third_part(text, signature, len);
}

char *forge_token(json_t *claims, EVP_PKEY *pkey, const char *alg, const char *kid)
{
    json_t *header = json_pack("{s:s, s:s*, s:s}", "alg", alg, "kid", kid, "typ", "at+jwt");
    char *header_text = json_dumps(header, JSON_COMPACT);
    char *payload = json_dumps(claims, JSON_COMPACT);
    char *token = forge_sign(header_text, payload, pkey, alg);
    free(payload);
    free(header_text);
    json_decref(header);
    json_decref(claims);
    return token;
}

char *forge_resigned(const char *token, const void *signature, size_t len)
{
    const char *last = strrchr(token, '.');
    assert(last != NULL);
    return with_third_part(strndup(token, (size_t)(last - token)), signature, len);
}

size_t forge_signature_of(const char *token, uint8_t *ret_bytes, size_t max)
{
    char text[4096] = "";
    uint8_t bytes[3072];
    const char *last = strrchr(token, '.') + 1;
    size_t len = strlen(last);
    assert(len + 4 < sizeof text);
    memcpy(text, last, len);
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    size_t raw = len * 3 / 4;
    while (len % 4 != 0)
        text[len++] = '=';
    assert(raw <= max && EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len) > 0);
    memcpy(ret_bytes, bytes, raw);
    return raw;
}

struct auth_issuer forge_issuer(const char *jwks_file)
{
    return (struct auth_issuer){
        .issuer = FORGE_ISSUER,
        .audience = FORGE_AUDIENCE,
        .jwks_file = jwks_file,
        .organisation = {{{1}}},
        .strong = {FORGE_STRONG, "freja-loa3"},
        .strong_max_age = 3600,
        .scopes = SCOPE_READ | SCOPE_WRITE | SCOPE_PROVISION | SCOPE_CHANGES,
    };
}

void forge_house_rotate(const struct forge_house *house, size_t n, json_t *const jwks[])
{
    char beside[128];
    snprintf(beside, sizeof beside, "%s.new", house->jwks);
    char *text = forge_jwks(n, jwks);
    forge_write(beside, text);
    free(text);
    assert(rename(beside, house->jwks) == 0);
}

void forge_house_open(struct forge_house *house)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(house->dir, sizeof house->dir, "%.40s/trygg-auth-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert(mkdtemp(house->dir) != NULL);
    snprintf(house->jwks, sizeof house->jwks, "%s/jwks.json", house->dir);
    house->pkey = forge_key("ES256");
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(house->pkey, "k1", NULL)});
    struct auth_issuer issuer = forge_issuer(house->jwks);
    const char *fault;
    assert(auth_open(&issuer, 1, &house->auth, &fault) == STATUS_OK);
}

void forge_house_close(struct forge_house *house)
{
    auth_close(house->auth);
    EVP_PKEY_free(house->pkey);
    unlink(house->jwks);
    rmdir(house->dir);
}

enum status forge_verify(struct auth *auth, char *token, int64_t now, struct caller *ret_caller)
{
    enum status status = auth_verify(auth, token, strlen(token), now, ret_caller);
    free(token);
    return status;
}
