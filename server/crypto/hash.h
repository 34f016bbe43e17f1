/* SPDX-License-Identifier: EUPL-1.2 */
/* hash.h: SHA-256 (FIPS 180-4), for the trees and notes of proof/. Unkeyed: for nothing that must stay secret (blind_index.h). */
#ifndef TRYGG_CRYPTO_HASH_H
#define TRYGG_CRYPTO_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32 };

struct hash {
    uint8_t bytes[HASH_BYTES];
};

/* A part of what is hashed; parts are hashed one after another, with nothing in between. */
struct hash_part {
    const void *data; /* may be NULL when len is 0 */
    size_t len;
};

struct hash sha256(const struct hash_part *parts, size_t n);

#endif
