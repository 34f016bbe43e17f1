/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the whole path of auth_verify with a fixed key set. The first byte says what the rest is: 'r' a token as it stands;
 *          's' a header, a line feed and claims, which are signed here with a fixed Ed25519 key, so that the parsing of claims is
 *          reached; 'c' claims only, signed under a good header.
 * May not: keep anything from one input to the next but what auth remembers.
 * Always:  what is taken keeps the caller's promises, is taken again, and dies with time.
 */
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW         INT64_C(1790000000000)
#define GOOD_HEADER "{\"alg\":\"EdDSA\",\"kid\":\"e\"}"

enum { ED25519_BYTES = 32, SIGNATURE_BYTES = 64, MAX_CLAIMS = 8192 };

struct bench {
    EVP_PKEY *pkey;
    struct auth *auth;
};

static void require(int truth)
{
    if (!truth)
        abort();
}

static void write_key_set(int fd, EVP_PKEY *pkey)
{
    uint8_t raw[ED25519_BYTES];
    size_t len = sizeof raw;
    char x[BASE64URL_TEXT_BYTES(ED25519_BYTES)];
    require(EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1);
    base64url_encode(raw, len, x);
    /* Beside it the P-256 key of RFC 7515 appendix A.3. */
    require(
        dprintf(fd,
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"e\",\"x\":\"%s\"},"
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"p\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}",
                x) > 0);
}

static struct bench make_bench(void)
{
    static const uint8_t seed[ED25519_BYTES] = "trygg: a key for fuzzing alone.";
    struct bench bench = {.pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, sizeof seed)};
    require(bench.pkey != NULL);
    char path[] = "/tmp/trygg-fuzz-XXXXXX";
    int fd = mkstemp(path);
    require(fd >= 0);
    write_key_set(fd, bench.pkey);
    close(fd);
    const struct auth_issuer issuer = {
        .issuer = "https://i",
        .audience = "https://a",
        .jwks_file = path,
        .strong = {"high"},
        .strong_max_age = 3600,
        .scopes = SCOPE_READ | SCOPE_WRITE | SCOPE_PROVISION | SCOPE_CHANGES,
    };
    const char *fault;
    require(auth_open(&issuer, 1, &bench.auth, &fault) == STATUS_OK);
    unlink(path); /* the keys stay when the file goes */
    return bench;
}

static void check_promises(const struct caller *caller)
{
    const unsigned of_persons = SCOPE_READ | SCOPE_WRITE;
    const unsigned of_services = SCOPE_PROVISION | SCOPE_CHANGES;
    require(strcmp(caller->issuer, "https://i") == 0);
    require(caller->subject[0] != '\0' && memchr(caller->subject, '\0', sizeof caller->subject) != NULL);
    require(memchr(caller->client, '\0', sizeof caller->client) != NULL);
    require((caller->scopes & ~(caller->service ? of_services : of_persons)) == 0);
    require(!caller->service || (caller->strong && strcmp(caller->client, caller->subject) == 0));
}

static int same_caller(const struct caller *a, const struct caller *b)
{
    return strcmp(a->subject, b->subject) == 0 && strcmp(a->client, b->client) == 0 && a->service == b->service &&
           a->strong == b->strong && a->scopes == b->scopes;
}

static void verify(struct auth *auth, const char *token, size_t len)
{
    struct caller caller = {0};
    struct caller again = {0};
    enum status status = auth_verify(auth, token, len, NOW, &caller);
    require(status == STATUS_OK || status == STATUS_TOKEN_INVALID);
    require(auth_verify(auth, token, len, NOW, &again) == status);
    require(same_caller(&caller, &again));
    if (status == STATUS_OK)
        check_promises(&caller);
    /* Past the last second of the year 9999 nothing is valid any more. */
    require(auth_verify(auth, token, len, INT64_C(253402300799000) + 31000, &again) == STATUS_TOKEN_INVALID);
}

static void sign_and_verify(const struct bench *bench, const char *header, size_t header_len, const char *claims,
                            size_t claims_len)
{
    static char token[2 * BASE64URL_TEXT_BYTES(MAX_CLAIMS) + BASE64URL_TEXT_BYTES(SIGNATURE_BYTES)];
    if (header_len > MAX_CLAIMS || claims_len > MAX_CLAIMS)
        return;
    base64url_encode((const uint8_t *)header, header_len, token);
    size_t len = strlen(token);
    token[len++] = '.';
    base64url_encode((const uint8_t *)claims, claims_len, token + len);
    len += strlen(token + len);

    uint8_t signature[SIGNATURE_BYTES];
    size_t signature_len = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    require(EVP_DigestSignInit_ex(ctx, NULL, NULL, NULL, NULL, bench->pkey, NULL) == 1);
    require(EVP_DigestSign(ctx, signature, &signature_len, (const uint8_t *)token, len) == 1);
    EVP_MD_CTX_free(ctx);
    token[len++] = '.';
    base64url_encode(signature, signature_len, token + len);
    verify(bench->auth, token, len + strlen(token + len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    if (bench.auth == NULL)
        bench = make_bench();
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    const char *line_feed = memchr(text, '\n', size - 1);
    if (data[0] == 'r')
        verify(bench.auth, text, size - 1);
    else if (data[0] == 'c')
        sign_and_verify(&bench, GOOD_HEADER, strlen(GOOD_HEADER), text, size - 1);
    else if (data[0] == 's' && line_feed != NULL)
        sign_and_verify(&bench, text, (size_t)(line_feed - text), line_feed + 1, size - 2 - (size_t)(line_feed - text));
    return 0;
}
