/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the local issuer's P-256 key, its key set, and tokens minted with libjwt.
 * May not: touch verification; it is an issuer like any other to auth.h.
 * Always:  the private key exists in one file, readable by its owner alone, and nowhere else for longer than a call.
 */
#include "auth/local_issuer.h"

#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/claims.h"
#include "auth/file.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/json.h"
#include "base/new_file.h"

enum { P256_BYTES = 32, PEM_MAX_BYTES = 4096 };

static void free_pkeyp(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
}
#define auto_pkey __attribute__((cleanup(free_pkeyp))) EVP_PKEY *

/* The public half as it stands in a JWK, and its thumbprint. */
struct public_texts {
    char x[BASE64URL_TEXT_BYTES(P256_BYTES)];
    char y[BASE64URL_TEXT_BYTES(P256_BYTES)];
    char thumbprint[BASE64URL_TEXT_BYTES(SHA256_DIGEST_LENGTH)];
};

static enum status coordinate(const EVP_PKEY *pkey, const char *name,
                              char ret_text[static BASE64URL_TEXT_BYTES(P256_BYTES)])
{
    BIGNUM *number = NULL;
    uint8_t bytes[P256_BYTES];
    bool got = EVP_PKEY_get_bn_param(pkey, name, &number) == 1 && BN_bn2binpad(number, bytes, P256_BYTES) == P256_BYTES;
    BN_free(number);
    if (!got)
        return STATUS_INTERNAL;
    base64url_encode(bytes, sizeof bytes, ret_text);
    return STATUS_OK;
}

/* RFC 7638 section 3: the required members in order of their names, without white space, hashed. */
static enum status describe(const EVP_PKEY *pkey, struct public_texts *ret_texts)
{
    struct public_texts texts;
    TRY(coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_X, texts.x));
    TRY(coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, texts.y));
    auto_buffer canonical = buffer_make(256);
    TRY(buffer_printf(&canonical, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", texts.x, texts.y));
    uint8_t digest[SHA256_DIGEST_LENGTH];
    if (SHA256(canonical.data, canonical.len, digest) == NULL)
        return STATUS_NO_MEMORY;
    base64url_encode(digest, sizeof digest, texts.thumbprint);
    *ret_texts = texts;
    return STATUS_OK;
}

static enum status write_private(const EVP_PKEY *pkey, const char *path)
{
    BIO *bio = BIO_new(BIO_s_secmem()); /* wiped when freed */
    char *pem = NULL;
    enum status status = STATUS_NO_MEMORY;
    if (bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) == 1) {
        long len = BIO_get_mem_data(bio, &pem);
        status = new_file_create(path, 0600, pem, (size_t)len);
    }
    BIO_free(bio);
    return status;
}

static enum status write_public(const EVP_PKEY *pkey, const char *path)
{
    struct public_texts texts;
    TRY(describe(pkey, &texts));
    auto_buffer jwks = buffer_make(1024);
    TRY(buffer_printf(&jwks,
                      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\","
                      "\"kid\":\"%s\",\"use\":\"sig\",\"alg\":\"ES256\"}]}\n",
                      texts.x, texts.y, texts.thumbprint));
    return new_file_create(path, 0644, jwks.data, jwks.len);
}

/* The text for libjwt, and the key in it for its thumbprint. */
static enum status read_private(const char *path, struct buffer *pem, EVP_PKEY **ret_pkey, enum file_fault *ret_fault)
{
    struct file_stamp stamp;
    TRY(file_read(path, FILE_OPEN_TO_OTHERS, pem, &stamp, ret_fault));
    BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->len);
    char no_passphrase[] = ""; /* or OpenSSL would ask for one on the terminal */
    EVP_PKEY *pkey = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, NULL, no_passphrase) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    char group[32] = "";
    if (pkey == NULL || EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) != 1 ||
        strcmp(group, "prime256v1") != 0) {
        EVP_PKEY_free(pkey);
        return STATUS_INVALID;
    }
    *ret_pkey = pkey;
    return STATUS_OK;
}

/* A key without its key set is what a making leaves that was cut off between the two: the set is made of it. Anything else stays. */
static enum status complete(const char *key_path, const char *jwks_path)
{
    auto_buffer pem = buffer_make(PEM_MAX_BYTES);
    auto_pkey pkey = NULL;
    enum file_fault fault;
    if (read_private(key_path, &pem, &pkey, &fault) != STATUS_OK)
        return STATUS_EXISTS;
    return write_public(pkey, jwks_path);
}

enum status local_issuer_create(const char *key_path, const char *jwks_path)
{
    auto_pkey pkey = EVP_EC_gen("P-256");
    if (pkey == NULL)
        return STATUS_INTERNAL;
    enum status status = write_private(pkey, key_path);
    if (status == STATUS_EXISTS)
        return complete(key_path, jwks_path);
    TRY(status);
    status = write_public(pkey, jwks_path);
    if (status != STATUS_OK)
        unlink(key_path); /* made by this call a moment ago */
    return status;
}

static bool put_text(json_t *object, const char *name, const char *text)
{
    return text == NULL || json_object_set_new(object, name, json_string(text)) == 0;
}

static bool put_time(json_t *object, const char *name, int64_t seconds)
{
    return json_object_set_new(object, name, json_integer(seconds)) == 0;
}

static enum status claims_of(const struct local_token *token, json_t **ret_claims)
{
    char jti[UUID_TEXT_BYTES];
    struct uuid uuid = uuid_new();
    uuid_format(&uuid, jti);
    auto_json claims = json_object();
    bool put = put_text(claims, "iss", token->issuer) && put_text(claims, "aud", token->audience) &&
               put_text(claims, "sub", token->subject) && put_text(claims, "client_id", token->client) &&
               put_text(claims, "scope", token->scope) && put_text(claims, "acr", token->acr) &&
               (token->auth_time == 0 || put_time(claims, "auth_time", token->auth_time)) &&
               put_time(claims, "iat", token->issued_at) &&
               put_time(claims, "exp", token->issued_at + token->lifetime) && put_text(claims, "jti", jti);
    if (!put)
        return STATUS_INVALID; /* a text that is not UTF-8 */
    *ret_claims = json_incref(claims);
    return STATUS_OK;
}

static void free_jwtp(jwt_t **jwt)
{
    jwt_free(*jwt);
}
#define auto_jwt __attribute__((cleanup(free_jwtp))) jwt_t *

/* libjwt takes the claims as JSON and wipes its copy of the key when the token is freed. */
static enum status fill(jwt_t *jwt, const struct local_token *token, const char *kid, const struct buffer *pem)
{
    auto_json claims = NULL;
    TRY(claims_of(token, &claims));
    char *json = json_dumps(claims, JSON_COMPACT);
    if (json == NULL)
        return STATUS_NO_MEMORY;
    bool filled = jwt_add_grants_json(jwt, json) == 0 && jwt_add_header(jwt, "kid", kid) == 0 &&
                  jwt_set_alg(jwt, JWT_ALG_ES256, pem->data, (int)pem->len) == 0;
    free(json);
    return filled ? STATUS_OK : STATUS_INTERNAL;
}

static enum status encode(jwt_t *jwt, struct buffer *token)
{
    char *text = jwt_encode_str(jwt);
    if (text == NULL)
        return STATUS_INTERNAL;
    size_t len = strlen(text);
    enum status status = len <= AUTH_MAX_TOKEN_BYTES ? buffer_append(token, text, len) : STATUS_TOO_LARGE;
    OPENSSL_cleanse(text, len);
    free(text);
    return status;
}

static bool lifetime_is_sane(const struct local_token *claims)
{
    return claims->issued_at > 0 && claims->issued_at < INT32_MAX * INT64_C(64) && claims->lifetime > 0 &&
           claims->lifetime <= CLAIMS_MAX_LIFETIME_SECONDS;
}

enum status local_issuer_mint(const char *key_path, const struct local_token *claims, struct buffer *token,
                              enum file_fault *ret_fault)
{
    *ret_fault = FILE_FINE;
    if (claims->issuer == NULL || claims->audience == NULL || claims->subject == NULL || !lifetime_is_sane(claims))
        return STATUS_INVALID;
    auto_buffer pem = buffer_make(PEM_MAX_BYTES);
    auto_pkey pkey = NULL;
    TRY(read_private(key_path, &pem, &pkey, ret_fault));
    struct public_texts texts;
    TRY(describe(pkey, &texts));

    auto_jwt jwt = NULL;
    if (jwt_new(&jwt) != 0)
        return STATUS_NO_MEMORY;
    TRY(fill(jwt, claims, texts.thumbprint, &pem));
    return encode(jwt, token);
}
