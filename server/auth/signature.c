/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: checking one signature with one key over OpenSSL's EVP (RFC 7518 section 3, RFC 8037 section 3.1).
 * May not: touch claims, files, the choice of key.
 * Always:  the length is exactly the algorithm's before OpenSSL sees a byte; any failure inside is "does not verify".
 */
#include "auth/key.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

static size_t raw_length(const struct key *key)
{
    if (key->type == KEY_RSA)
        return (size_t)EVP_PKEY_get_size(key->pkey);
    return 2 * key->curve->field_bytes; /* r and s; R and S of Ed25519 */
}

static bool set_padding(EVP_PKEY_CTX *ctx, const struct algorithm *algorithm)
{
    switch (algorithm->padding) {
    case PADDING_NONE:
        return true;
    case PADDING_PKCS1:
        return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
    case PADDING_PSS: /* MGF1 with the same hash, salt as long as the hash */
        return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, algorithm->digest, NULL) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    return false;
}

static bool verify_with_evp(const struct key *key, const struct algorithm *algorithm, const char *text, size_t text_len,
                            const uint8_t *signature, size_t signature_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *inner = NULL; /* owned by ctx */
    bool good = ctx != NULL &&
                EVP_DigestVerifyInit_ex(ctx, &inner, algorithm->digest, NULL, NULL, key->pkey, NULL) == 1 &&
                set_padding(inner, algorithm) &&
                EVP_DigestVerify(ctx, signature, signature_len, (const unsigned char *)text, text_len) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

/* The raw r || s of RFC 7518 section 3.4 as the DER that OpenSSL takes; freed with OPENSSL_free. */
static int der_from_raw(const uint8_t *raw, size_t field, unsigned char **ret_der)
{
    BIGNUM *r = BN_bin2bn(raw, (int)field, NULL);
    BIGNUM *s = BN_bin2bn(raw + field, (int)field, NULL);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    if (r == NULL || s == NULL || pair == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(pair);
        return 0;
    }
    unsigned char *der = NULL;
    int len = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair); /* and with it r and s */
    if (len <= 0)
        return 0;
    *ret_der = der;
    return len;
}

static bool verify_ecdsa(const struct key *key, const struct algorithm *algorithm, const char *text, size_t text_len,
                         const uint8_t *signature)
{
    unsigned char *der = NULL;
    int len = der_from_raw(signature, key->curve->field_bytes, &der);
    if (len == 0)
        return false;
    bool good = verify_with_evp(key, algorithm, text, text_len, der, (size_t)len);
    OPENSSL_free(der);
    return good;
}

bool key_verify(const struct key *key, const struct algorithm *algorithm, const char *text, size_t text_len,
                const uint8_t *signature, size_t signature_len)
{
    assert(key_fits(key, algorithm));
    if (signature_len != raw_length(key))
        return false;
    if (key->type == KEY_EC)
        return verify_ecdsa(key, algorithm, text, text_len, signature);
    return verify_with_evp(key, algorithm, text, text_len, signature, signature_len);
}
