/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the local issuer's key on disk and its tokens; and that libjwt, which we share no code with, mints tokens we take.
 * May not: trust the local issuer more than any other.
 * Always:  a token of the local issuer passes auth.h by its key set alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/local_issuer.h"
#include "auth_forge.h"

struct desk {
    char dir[64];
    char key[96];
    char jwks[96];
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    const char *tmp = getenv("TMPDIR");
    snprintf(desk->dir, sizeof desk->dir, "%.40s/trygg-issuer-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(desk->dir));
    snprintf(desk->key, sizeof desk->key, "%s/key.pem", desk->dir);
    snprintf(desk->jwks, sizeof desk->jwks, "%s/jwks.json", desk->dir);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    unlink(desk->key);
    unlink(desk->jwks);
    rmdir(desk->dir);
    free(desk);
    return 0;
}

static struct local_token person(void)
{
    return (struct local_token){
        .issuer = FORGE_ISSUER,
        .audience = FORGE_AUDIENCE,
        .subject = "kari",
        .client = "script",
        .scope = "trygg:read",
        .acr = FORGE_STRONG,
        .auth_time = FORGE_NOW_S - 5,
        .issued_at = FORGE_NOW_S,
        .lifetime = 900,
    };
}

static enum status mint(const char *path, const struct local_token *claims, struct buffer *token)
{
    enum file_fault fault;
    return local_issuer_mint(path, claims, token, &fault);
}

static enum file_fault fault_of(const char *path)
{
    const struct local_token claims = person();
    auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
    enum file_fault fault;
    const enum status status = local_issuer_mint(path, &claims, &token, &fault);
    assert_int_equal(status == STATUS_OK, token.len > 0);
    return fault;
}

static struct auth *trusting(const struct desk *desk)
{
    struct auth_issuer issuer = forge_issuer(desk->jwks);
    struct auth *auth = NULL;
    const char *fault = NULL;
    assert_int_equal(auth_open(&issuer, 1, &auth, &fault), STATUS_OK);
    return auth;
}

static enum status verify(struct auth *auth, const struct buffer *token, struct caller *ret_caller)
{
    return auth_verify(auth, (const char *)token->data, token->len, FORGE_NOW, ret_caller);
}

/* The JSON of a token's first (0) or second (1) part. */
static json_t *part_of(const struct buffer *token, int part)
{
    char text[4096] = "";
    uint8_t bytes[4096] = {0};
    const char *start = (const char *)token->data;
    if (part == 1)
        start = strchr(start, '.') + 1;
    size_t len = (size_t)(strchr(start, '.') - start);
    memcpy(text, start, len);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
    size_t raw = len * 3 / 4;
    while (len % 4 != 0)
        text[len++] = '=';
    assert_true(EVP_DecodeBlock(bytes, (uint8_t *)text, (int)len) > 0);
    json_t *json = json_loadb((char *)bytes, raw, 0, NULL);
    assert_non_null(json);
    return json;
}

static void private_key_is_for_its_owner_only_and_the_key_set_for_all(void **state)
{
    struct desk *desk = *state;
    static const mode_t masks[] = {0, 022, 077};
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        mode_t before = umask(masks[i]);
        assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
        umask(before);
        struct stat st;
        assert_int_equal(stat(desk->key, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(stat(desk->jwks, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0644);
        assert_int_equal(unlink(desk->key), 0);
        assert_int_equal(unlink(desk->jwks), 0);
    }
}

static void nothing_is_overwritten_and_nothing_half_is_left(void **state)
{
    struct desk *desk = *state;
    forge_write(desk->jwks, "somebody's");
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_EXISTS);
    assert_int_equal(access(desk->key, F_OK), -1);
    assert_int_equal(unlink(desk->jwks), 0);
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_EXISTS);
    assert_int_equal(access(desk->key, F_OK), 0);
    assert_int_equal(local_issuer_create("/nowhere/key.pem", desk->jwks), STATUS_IO);
    assert_int_equal(unlink(desk->key), 0);
    assert_int_equal(symlink("elsewhere", desk->key), 0);
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_EXISTS);
}

static void a_key_whose_making_was_cut_off_gets_its_set(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    json_t *first = json_load_file(desk->jwks, 0, NULL);
    assert_int_equal(unlink(desk->jwks), 0);
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    json_t *again = json_load_file(desk->jwks, 0, NULL);
    assert_true(first != NULL && json_equal(first, again));
    json_decref(first);
    json_decref(again);

    assert_int_equal(unlink(desk->jwks), 0);
    assert_int_equal(unlink(desk->key), 0);
    forge_write(desk->key, "somebody's");
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_EXISTS);
    assert_int_equal(access(desk->jwks, F_OK), -1);
}

static void kid_is_the_thumbprint_of_RFC_7638(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    json_t *set = json_load_file(desk->jwks, 0, NULL);
    json_t *jwk = json_array_get(json_object_get(set, "keys"), 0);
    json_t *bare = json_pack("{s:s, s:s, s:O, s:O}", "kty", "EC", "crv", "P-256", "x", json_object_get(jwk, "x"), "y",
                             json_object_get(jwk, "y"));
    char *canonical = json_dumps(bare, JSON_COMPACT | JSON_SORT_KEYS);
    uint8_t digest[32];
    SHA256((uint8_t *)canonical, strlen(canonical), digest);
    char *thumbprint = forge_base64url(digest, 32);
    assert_string_equal(json_string_value(json_object_get(jwk, "kid")), thumbprint);
    assert_null(json_object_get(jwk, "d"));
    free(thumbprint);
    free(canonical);
    json_decref(bare);
    json_decref(set);
}

static void token_of_the_local_issuer_is_taken_like_any_other(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    struct auth *auth = trusting(desk);
    struct local_token claims = person();
    auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_OK);
    struct caller caller;
    assert_int_equal(verify(auth, &token, &caller), STATUS_OK);
    assert_string_equal(caller.subject, "kari");
    assert_string_equal(caller.client, "script");
    assert_int_equal(caller.scopes, SCOPE_READ);
    assert_true(caller.strong);
    assert_false(caller.service);
    auth_close(auth);
}

static void token_of_the_local_issuer_has_the_form_of_RFC_9068(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    struct local_token claims = person();
    auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_OK);
    json_t *header = part_of(&token, 0);
    json_t *body = part_of(&token, 1);
    assert_string_equal(json_string_value(json_object_get(header, "typ")), "JWT");
    assert_string_equal(json_string_value(json_object_get(header, "alg")), "ES256");
    assert_int_equal(json_string_length(json_object_get(header, "kid")), 43);
    assert_int_equal(json_integer_value(json_object_get(body, "iat")), FORGE_NOW_S);
    assert_int_equal(json_integer_value(json_object_get(body, "exp")), FORGE_NOW_S + 900);
    assert_int_equal(json_string_length(json_object_get(body, "jti")), 36);
    static const char *const members[] = {"iss", "aud", "sub", "client_id", "scope", "acr", "auth_time"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        assert_non_null(json_object_get(body, members[i]));
    json_decref(body);
    json_decref(header);
}

static void claims_left_out_are_not_in_the_token(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    struct auth *auth = trusting(desk);
    struct local_token claims = person();
    claims.client = "kari";
    claims.scope = NULL;
    claims.acr = NULL;
    claims.auth_time = 0;
    auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_OK);
    json_t *body = part_of(&token, 1);
    assert_null(json_object_get(body, "scope"));
    assert_null(json_object_get(body, "acr"));
    assert_null(json_object_get(body, "auth_time"));
    json_decref(body);
    struct caller caller;
    assert_int_equal(verify(auth, &token, &caller), STATUS_OK);
    assert_true(caller.service);
    auth_close(auth);
}

static void a_thousand_tokens_are_all_taken_and_all_different(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    struct auth *auth = trusting(desk);
    struct local_token claims = person();
    char last[64] = "";
    for (int i = 0; i < 1000; i++) {
        auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
        assert_int_equal(mint(desk->key, &claims, &token), STATUS_OK);
        struct caller caller;
        assert_int_equal(verify(auth, &token, &caller), STATUS_OK);
        json_t *body = part_of(&token, 1);
        const char *jti = json_string_value(json_object_get(body, "jti"));
        assert_string_not_equal(jti, last);
        snprintf(last, sizeof last, "%s", jti);
        json_decref(body);
    }
    auth_close(auth);
}

static void token_that_could_never_be_taken_is_not_minted(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
    struct local_token claims = person();
    claims.subject = NULL;
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_INVALID);
    claims = person();
    claims.lifetime = 0;
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_INVALID);
    claims.lifetime = 24 * 3600 + 1;
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_INVALID);
    claims = person();
    claims.subject = "\xff";
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_INVALID);
    assert_int_equal(token.len, 0);
}

static void key_that_others_may_touch_is_not_minted_with(void **state)
{
    struct desk *desk = *state;
    struct local_token claims = person();
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    for (mode_t bit = 1; bit <= 040; bit <<= 1) {
        auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
        assert_int_equal(chmod(desk->key, 0600 | bit), 0);
        assert_int_equal(mint(desk->key, &claims, &token), STATUS_FORBIDDEN);
        assert_int_equal(token.len, 0);
        assert_int_equal(chmod(desk->key, 0600), 0);
        assert_int_equal(mint(desk->key, &claims, &token), STATUS_OK);
    }
}

static void key_that_is_missing_or_another_is_not_minted_with(void **state)
{
    struct desk *desk = *state;
    struct local_token claims = person();
    auto_buffer token = buffer_make(AUTH_MAX_TOKEN_BYTES);
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_NOT_FOUND);
    assert_int_equal(mint("/dev/null", &claims, &token), STATUS_INVALID);
    forge_write(desk->key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assert_int_equal(chmod(desk->key, 0600), 0);
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_INVALID);
    EVP_PKEY *other = forge_ec("P-384");
    FILE *file = fopen(desk->key, "w");
    assert_int_equal(PEM_write_PrivateKey(file, other, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    EVP_PKEY_free(other);
    assert_int_equal(mint(desk->key, &claims, &token), STATUS_INVALID);
    assert_int_equal(token.len, 0);
}

static void the_key_file_is_told_what_is_wrong_with_it(void **state)
{
    struct desk *desk = *state;
    char below[128];
    snprintf(below, sizeof below, "%s/key.pem", desk->key);
    assert_int_equal(fault_of(desk->key), FILE_MISSING);
    assert_int_equal(local_issuer_create(desk->key, desk->jwks), STATUS_OK);
    assert_int_equal(fault_of(desk->key), FILE_FINE);
    assert_int_equal(fault_of(below), FILE_MISSING);
    assert_int_equal(fault_of(desk->dir), FILE_NOT_REGULAR);
    assert_int_equal(fault_of("/dev/null"), FILE_NOT_REGULAR);
    assert_int_equal(chmod(desk->key, 0640), 0);
    assert_int_equal(fault_of(desk->key), FILE_TOO_OPEN);
    assert_int_equal(unlink(desk->key), 0);
    assert_int_equal(symlink(desk->key, desk->key), 0);
    assert_int_equal(fault_of(desk->key), FILE_CLOSED);
}

static char *pem_of(EVP_PKEY *pkey)
{
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL), 1);
    char *data;
    long len = BIO_get_mem_data(bio, &data);
    char *pem = strndup(data, (size_t)len);
    BIO_free(bio);
    return pem;
}

static void tokens_that_libjwt_mints_are_taken(void **state)
{
    struct desk *desk = *state;
    static const jwt_alg_t kinds[] = {JWT_ALG_RS256, JWT_ALG_RS384, JWT_ALG_RS512,
                                      JWT_ALG_ES256, JWT_ALG_ES384, JWT_ALG_ES512};
    static const char *const names[] = {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"};
    for (size_t i = 0; i < 6; i++) {
        EVP_PKEY *pkey = forge_key(names[i]);
        json_t *jwk = forge_jwk(pkey, "k", NULL);
        char *set = forge_jwks(1, &jwk);
        forge_write(desk->jwks, set);
        struct auth *auth = trusting(desk);
        json_t *claims = forge_claims();
        char *grants = json_dumps(claims, JSON_COMPACT);
        char *pem = pem_of(pkey);
        jwt_t *jwt = NULL;
        assert_int_equal(jwt_new(&jwt), 0);
        assert_int_equal(jwt_add_grants_json(jwt, grants), 0);
        assert_int_equal(jwt_set_alg(jwt, kinds[i], (unsigned char *)pem, (int)strlen(pem)), 0);
        struct caller caller;
        assert_int_equal(forge_verify(auth, jwt_encode_str(jwt), FORGE_NOW, &caller), STATUS_OK);
        assert_string_equal(caller.subject, "kari");
        jwt_free(jwt);
        free(pem);
        free(grants);
        json_decref(claims);
        auth_close(auth);
        free(set);
        EVP_PKEY_free(pkey);
    }
}

#define at_a_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        at_a_desk(private_key_is_for_its_owner_only_and_the_key_set_for_all),
        at_a_desk(nothing_is_overwritten_and_nothing_half_is_left),
        at_a_desk(a_key_whose_making_was_cut_off_gets_its_set),
        at_a_desk(kid_is_the_thumbprint_of_RFC_7638),
        at_a_desk(token_of_the_local_issuer_is_taken_like_any_other),
        at_a_desk(token_of_the_local_issuer_has_the_form_of_RFC_9068),
        at_a_desk(claims_left_out_are_not_in_the_token),
        at_a_desk(a_thousand_tokens_are_all_taken_and_all_different),
        at_a_desk(token_that_could_never_be_taken_is_not_minted),
        at_a_desk(key_that_others_may_touch_is_not_minted_with),
        at_a_desk(key_that_is_missing_or_another_is_not_minted_with),
        at_a_desk(the_key_file_is_told_what_is_wrong_with_it),
        at_a_desk(tokens_that_libjwt_mints_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
