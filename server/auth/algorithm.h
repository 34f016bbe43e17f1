/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * algorithm.h: the ten signature algorithms that are accepted (RFC 7518 section 3, RFC 8037) and what each demands of its key.
 * One table; what is not in it does not exist here, `none` and HS* included.
 */
#ifndef TRYGG_AUTH_ALGORITHM_H
#define TRYGG_AUTH_ALGORITHM_H

#include <stddef.h>

enum key_type { KEY_RSA, KEY_EC, KEY_OKP };

/* The longest coordinate (P-521), and the longest signature: RSA of 8192 bits. */
enum { CURVE_MAX_FIELD_BYTES = 66, RSA_MIN_BITS = 2048, RSA_MAX_BITS = 8192, SIGNATURE_MAX_BYTES = RSA_MAX_BITS / 8 };

struct curve {
    const char *name; /* as in a JWK's crv */
    enum key_type type;
    size_t field_bytes; /* of one coordinate; of the whole public key for Ed25519 */
};

enum padding { PADDING_NONE, PADDING_PKCS1, PADDING_PSS };

struct algorithm {
    const char *name; /* as in a header's alg; case matters */
    enum key_type type;
    const char *digest;        /* NULL: the algorithm hashes for itself (EdDSA) */
    const struct curve *curve; /* NULL for RSA */
    enum padding padding;
};

/* NULL when there is none of that name. Both tables are constant. */
const struct algorithm *algorithm_named(const char *name);
const struct curve *curve_named(const char *name);

#endif
