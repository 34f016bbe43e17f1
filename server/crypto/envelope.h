/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * envelope.h: sealing and opening one column (C1, C3). XChaCha20-Poly1305 (libsodium), a random 24-byte nonce each time.
 * A sealed value is one version byte (1), the nonce, then ciphertext and tag. The associated data is everything that must not
 * be exchanged: organisation, table, column, row id, key id and row version; a value moved anywhere else does not open.
 */
#ifndef TRYGG_CRYPTO_ENVELOPE_H
#define TRYGG_CRYPTO_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "crypto/keyring.h"

enum { ENVELOPE_OVERHEAD = 1 + 24 + 16, ENVELOPE_MAX_PLAIN = 1 << 20 };

/* Where the value stands. */
struct seal_place {
    struct organisation_id organisation;
    struct sealed_column column;
    struct uuid row;
    struct key_id key;
    int64_t version; /* the row's version; a new version seals all its columns anew */
};

/* Seals len bytes (0 is allowed) into the arena. STATUS_TOO_LARGE over ENVELOPE_MAX_PLAIN. */
must_check enum status envelope_seal(struct arena *arena, const struct data_key *key, const struct seal_place *place,
                                     const void *plain, size_t len, struct sealed *ret_sealed);

/* Opens into the arena, with a closing NUL that is not counted. STATUS_CORRUPT if anything at all is not as it was sealed.
 * A sealed value whose data is NULL (SQL NULL) opens as NULL, length 0. */
must_check enum status envelope_open(struct arena *arena, const struct data_key *key, const struct seal_place *place,
                                     struct sealed sealed, void **ret_plain, size_t *ret_len);

#endif
