/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * auth_forge.h: keys, key sets and tokens for the tests of auth/, honest and otherwise. It shares no code with server/auth, so that
 * a mistake made there is not made here as well. Everything asserts: a test that cannot forge cannot go on.
 */
#ifndef TRYGG_TESTS_AUTH_FORGE_H
#define TRYGG_TESTS_AUTH_FORGE_H

#include <jansson.h>
#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"

/* Texts are malloc'ed and freed by the test; times in ms are those of FORGE_NOW. */
#define FORGE_NOW      INT64_C(1790000000000)
#define FORGE_NOW_S    INT64_C(1790000000)
#define FORGE_ISSUER   "https://login.example"
#define FORGE_AUDIENCE "https://trygg.example"
#define FORGE_STRONG   "idporten-loa-high"

/* A key for an algorithm: RSA of 2048 bits, the algorithm's curve, or Ed25519. */
EVP_PKEY *forge_key(const char *alg);
EVP_PKEY *forge_rsa(unsigned bits, unsigned exponent);
EVP_PKEY *forge_ec(const char *group);

/* The public JWK, with kid and alg when they are not NULL. */
json_t *forge_jwk(EVP_PKEY *pkey, const char *kid, const char *alg);

/* {"keys": [...]} of the n JWKs, which it takes over. */
char *forge_jwks(size_t n, json_t *const jwks[]);
void forge_write(const char *path, const char *text);

/* The default claims: a person, strongly logged in, with both scopes. Changed by the test with json_object_set_new. */
json_t *forge_claims(void);

char *forge_base64url(const void *bytes, size_t len);

/* header and payload are signed as they stand, under alg's rules, whatever the header says. */
char *forge_sign(const char *header, const char *payload, EVP_PKEY *pkey, const char *alg);

/* Header {"alg","kid","typ":"at+jwt"}; kid may be NULL. `claims` is taken over. */
char *forge_token(json_t *claims, EVP_PKEY *pkey, const char *alg, const char *kid);

/* The two parts with a signature of the test's own. */
char *forge_with_signature(const char *header, const char *payload, const void *signature, size_t len);

/* Replaces the signature of a token; the raw bytes of a token's signature. */
char *forge_resigned(const char *token, const void *signature, size_t len);
size_t forge_signature_of(const char *token, uint8_t *ret_bytes, size_t max);

/* A temporary folder with one key set file, and an auth that trusts FORGE_ISSUER for FORGE_AUDIENCE with it. */
struct forge_house {
    char dir[64];
    char jwks[96];
    EVP_PKEY *pkey; /* ES256, kid "k1": all that is in the file at first */
    struct auth *auth;
};

void forge_house_open(struct forge_house *house);
void forge_house_close(struct forge_house *house);

/* How that issuer is configured; the same for every test that does not say otherwise. */
struct auth_issuer forge_issuer(const char *jwks_file);

/* Writes the n JWKs, which it takes over, to the house's file, as an operator would: beside it, then renamed over it. */
void forge_house_rotate(const struct forge_house *house, size_t n, json_t *const jwks[]);

/* auth_verify of a token that it frees. */
enum status forge_verify(struct auth *auth, char *token, int64_t now, struct caller *ret_caller);

#endif
