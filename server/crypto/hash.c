/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: SHA-256, by Nettle, which uses the processor's own instructions for it (docs/decisions/0019).
 * May not: be used where what is hashed must stay secret, or allocate.
 * Always:  equal bytes give equal hashes, however they are cut into parts.
 */
#include "crypto/hash.h"

#include <nettle/sha2.h>

_Static_assert(HASH_BYTES == SHA256_DIGEST_SIZE, "sizes differ");

struct hash sha256(const struct hash_part *parts, size_t n)
{
    struct hash hash;
    struct sha256_ctx state;
    sha256_init(&state);
    for (size_t i = 0; i < n; i++) {
        if (parts[i].len > 0)
            sha256_update(&state, parts[i].len, parts[i].data);
    }
    sha256_digest(&state, sizeof hash.bytes, hash.bytes);
    return hash;
}
