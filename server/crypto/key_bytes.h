/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * key_bytes.h: the inside of a data key, for the files of this room alone. Nothing outside crypto/ includes it.
 *
 * How every key is made, and what it is used for:
 *
 *   key            made from                                                          used by
 *   -------------  -----------------------------------------------------------------  ----------------------------------------
 *   master key     randombytes, 32 bytes; kept in a file of 64 hex digits             the two derivations below, then wiped
 *   wrapping key   BLAKE2b-256, key = master key, message = LABEL_WRAPPING            XChaCha20-Poly1305 over each data key,
 *                                                                                     associated data = LABEL_DATA_KEY, key id
 *   master check   BLAKE2b-128, key = master key, message = LABEL_CHECK               told apart in keys.db; no secret
 *   data key       randombytes, 32 bytes; kept wrapped in keys.db                     one of the two uses below
 *    - of a record                                                                    XChaCha20-Poly1305 over each column,
 *                                                                                     associated data as envelope.c says
 *    - of an index                                                                    BLAKE2b-256, key = data key,
 *                                                                                     personal = PERSONAL_MARK
 *   signing key    randombytes, 32 bytes (the seed); kept in a file of its own, 64     Ed25519 over checkpoints of the log
 *                  hex digits a line (signing.h)
 *
 * Labels are hashed and authenticated without their closing NUL. Their lengths differ or their texts do, and each key hashes
 * labels of this table only, so no two rows share an input. Nonces are 24 random bytes, new for each use.
 */
#ifndef TRYGG_CRYPTO_KEY_BYTES_H
#define TRYGG_CRYPTO_KEY_BYTES_H

#include <stdint.h>

#include "crypto/keyring.h"

#define LABEL_WRAPPING "trygg 1 wrapping key"
#define LABEL_CHECK    "trygg 1 master key check"
#define LABEL_DATA_KEY "trygg 1 wrapped data key"
#define PERSONAL_MARK  "trygg 1 mark"

enum { KEY_BYTES = 32 };

/* The 32 bytes in the locked pool, valid until the key is freed. */
const uint8_t *data_key_bytes(const struct data_key *key);

#endif
