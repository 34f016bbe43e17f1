/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * key.h: one public key of a key set (RFC 7517), read from JSON, and the check of a signature with it (RFC 7518 section 3).
 */
#ifndef TRYGG_AUTH_KEY_H
#define TRYGG_AUTH_KEY_H

#include <jansson.h>
#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/algorithm.h"
#include "base/status.h"

enum { KEY_ID_BYTES = 256 };

struct key {
    char id[KEY_ID_BYTES]; /* kid; "" when the key names none */
    enum key_type type;
    const struct curve *curve;    /* NULL for RSA */
    const struct algorithm *only; /* the key's own `alg`; NULL: any that fits its type and curve */
    EVP_PKEY *pkey;               /* owned */
};

/* Why a key set that holds this JWK is refused whole (a secret lies in a public file), in constant words; NULL when it does not. */
const char *key_scandal(const json_t *jwk);

/* STATUS_INVALID for a key that cannot verify here (another use, type, curve or strength): it is passed over (RFC 7517 section 5).
 * What is returned is released with key_clear. */
must_check enum status key_read(const json_t *jwk, struct key *ret_key);
void key_clear(struct key *key);

/* Alg, key type and curve agree, and the key's own `alg`, if it has one. */
bool key_fits(const struct key *key, const struct algorithm *algorithm);

/* True only for a signature of exactly the right length that verifies. The key must fit. Thread-safe for one key. */
bool key_verify(const struct key *key, const struct algorithm *algorithm, const char *text, size_t text_len,
                const uint8_t *signature, size_t signature_len);

#endif
