/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: reading one JWK into an OpenSSL public key, and telling whether it fits an algorithm.
 * May not: touch files, tokens, private keys.
 * Always:  a key that is returned is public, on its curve, of sufficient strength, and meant for signatures.
 */
#include "auth/key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/codec.h"

enum { RSA_MAX_MODULUS_BYTES = RSA_MAX_BITS / 8, RSA_MAX_EXPONENT_BYTES = 8, RSA_MIN_EXPONENT = 65537 };

static const char *member_text(const json_t *jwk, const char *name)
{
    return json_string_value(json_object_get(jwk, name));
}

const char *key_scandal(const json_t *jwk)
{
    static const char *const private_members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    const char *kty = member_text(jwk, "kty");
    if (kty != NULL && strcmp(kty, "oct") == 0)
        return "jwks: a symmetric key in a public key set";
    for (size_t i = 0; i < sizeof private_members / sizeof private_members[0]; i++)
        if (json_object_get(jwk, private_members[i]) != NULL)
            return "jwks: a private key in a public key set";
    return NULL;
}

/* A base64url member of 1 to max bytes; RFC 7518 wants the fewest bytes for numbers and exactly a field's for coordinates. */
static enum status read_bytes(const json_t *jwk, const char *name, uint8_t *ret_bytes, size_t max, size_t *ret_len)
{
    const json_t *value = json_object_get(jwk, name);
    if (!json_is_string(value))
        return STATUS_INVALID;
    size_t len;
    TRY(base64url_decode(json_string_value(value), json_string_length(value), ret_bytes, max, &len));
    if (len == 0)
        return STATUS_INVALID;
    *ret_len = len;
    return STATUS_OK;
}

/* The generic door of OpenSSL 3: a public key from parameters, then its own validity check (point on curve, odd modulus …). */
static enum status public_key(const char *type, OSSL_PARAM *params, EVP_PKEY **ret_pkey)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *making = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    bool made = making != NULL && EVP_PKEY_fromdata_init(making) == 1 &&
                EVP_PKEY_fromdata(making, &pkey, EVP_PKEY_PUBLIC_KEY, params) == 1;
    EVP_PKEY_CTX_free(making);
    if (!made)
        return STATUS_INVALID;

    EVP_PKEY_CTX *checking = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    bool sound = checking != NULL && EVP_PKEY_public_check(checking) == 1;
    EVP_PKEY_CTX_free(checking);
    if (!sound) {
        EVP_PKEY_free(pkey);
        return STATUS_INVALID;
    }
    *ret_pkey = pkey;
    return STATUS_OK;
}

static enum status rsa_key(const uint8_t *modulus, size_t modulus_len, const uint8_t *exponent, size_t exponent_len,
                           EVP_PKEY **ret_pkey)
{
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_len, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_len, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    if (n != NULL && e != NULL && builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        params = OSSL_PARAM_BLD_to_param(builder);
    bool strong = n != NULL && e != NULL && BN_num_bits(n) >= RSA_MIN_BITS && BN_num_bits(n) <= RSA_MAX_BITS &&
                  BN_is_odd(e) && (BN_num_bits(e) > 17 || BN_is_word(e, RSA_MIN_EXPONENT));
    enum status status = params != NULL && strong ? public_key("RSA", params, ret_pkey) : STATUS_INVALID;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    BN_free(e);
    BN_free(n);
    return status;
}

static enum status read_rsa(const json_t *jwk, struct key *key)
{
    uint8_t modulus[RSA_MAX_MODULUS_BYTES];
    uint8_t exponent[RSA_MAX_EXPONENT_BYTES];
    size_t modulus_len;
    size_t exponent_len;
    TRY(read_bytes(jwk, "n", modulus, sizeof modulus, &modulus_len));
    TRY(read_bytes(jwk, "e", exponent, sizeof exponent, &exponent_len));
    if (modulus[0] == 0 || exponent[0] == 0)
        return STATUS_INVALID;
    return rsa_key(modulus, modulus_len, exponent, exponent_len, &key->pkey);
}

static enum status read_curve(const json_t *jwk, struct key *key)
{
    const char *name = member_text(jwk, "crv");
    const struct curve *curve = name != NULL ? curve_named(name) : NULL;
    if (curve == NULL || curve->type != key->type)
        return STATUS_INVALID;
    key->curve = curve;
    return STATUS_OK;
}

static enum status read_ec(const json_t *jwk, struct key *key)
{
    TRY(read_curve(jwk, key));
    const size_t field = key->curve->field_bytes;
    uint8_t point[1 + 2 * CURVE_MAX_FIELD_BYTES] = {0x04}; /* SEC 1 section 2.3.3: uncompressed */
    size_t x_len;
    size_t y_len;
    TRY(read_bytes(jwk, "x", point + 1, field, &x_len));
    TRY(read_bytes(jwk, "y", point + 1 + field, field, &y_len));
    if (x_len != field || y_len != field)
        return STATUS_INVALID;

    char group[8];
    strncpy(group, key->curve->name, sizeof group - 1);
    group[sizeof group - 1] = '\0';
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * field),
        OSSL_PARAM_construct_end(),
    };
    return public_key("EC", params, &key->pkey);
}

static enum status read_okp(const json_t *jwk, struct key *key)
{
    TRY(read_curve(jwk, key));
    uint8_t x[CURVE_MAX_FIELD_BYTES];
    size_t len;
    TRY(read_bytes(jwk, "x", x, key->curve->field_bytes, &len));
    if (len != key->curve->field_bytes)
        return STATUS_INVALID;
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key_ex(NULL, key->curve->name, NULL, x, len);
    if (pkey == NULL)
        return STATUS_INVALID;
    key->pkey = pkey;
    return STATUS_OK;
}

static const struct {
    const char *kty;
    enum key_type type;
    enum status (*read)(const json_t *jwk, struct key *key);
} key_types[] = {{"RSA", KEY_RSA, read_rsa}, {"EC", KEY_EC, read_ec}, {"OKP", KEY_OKP, read_okp}};

/* RFC 7517 sections 4.2 and 4.3: `use` and `key_ops` both may be absent; what is there must allow verifying. */
static bool meant_for_verifying(const json_t *jwk)
{
    const json_t *use = json_object_get(jwk, "use");
    if (use != NULL && (!json_is_string(use) || strcmp(json_string_value(use), "sig") != 0))
        return false;
    const json_t *operations = json_object_get(jwk, "key_ops");
    if (operations == NULL)
        return true;
    size_t i;
    const json_t *operation;
    json_array_foreach(operations, i, operation) if (json_is_string(operation) &&
                                                     strcmp(json_string_value(operation), "verify") == 0) return true;
    return false;
}

static enum status read_id(const json_t *jwk, struct key *key)
{
    const json_t *kid = json_object_get(jwk, "kid");
    if (kid == NULL)
        return STATUS_OK;
    size_t len = json_string_length(kid);
    if (!json_is_string(kid) || len == 0 || len >= KEY_ID_BYTES)
        return STATUS_INVALID;
    memcpy(key->id, json_string_value(kid), len + 1);
    return STATUS_OK;
}

static enum status read_only_algorithm(const json_t *jwk, struct key *key)
{
    const json_t *alg = json_object_get(jwk, "alg");
    if (alg == NULL)
        return STATUS_OK;
    key->only = json_is_string(alg) ? algorithm_named(json_string_value(alg)) : NULL;
    return key->only != NULL ? STATUS_OK : STATUS_INVALID;
}

enum status key_read(const json_t *jwk, struct key *ret_key)
{
    const char *kty = member_text(jwk, "kty");
    if (kty == NULL || !meant_for_verifying(jwk))
        return STATUS_INVALID;
    struct key key = {0};
    TRY(read_id(jwk, &key));
    TRY(read_only_algorithm(jwk, &key));
    for (size_t i = 0; i < sizeof key_types / sizeof key_types[0]; i++) {
        if (strcmp(kty, key_types[i].kty) != 0)
            continue;
        key.type = key_types[i].type;
        TRY(key_types[i].read(jwk, &key));
        *ret_key = key;
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

void key_clear(struct key *key)
{
    EVP_PKEY_free(key->pkey);
    *key = (struct key){0};
}

bool key_fits(const struct key *key, const struct algorithm *algorithm)
{
    return key->type == algorithm->type && key->curve == algorithm->curve &&
           (key->only == NULL || key->only == algorithm);
}
