/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sealed.h: the types that keep plain text out of the store. A sealed column's bind member is a struct sealed, and only
 * crypto/ makes one. Declared here because storage/ must carry them without knowing crypto/.
 */
#ifndef TRYGG_BASE_SEALED_H
#define TRYGG_BASE_SEALED_H

#include <stddef.h>
#include <stdint.h>

/* Ciphertext as it lies in its column: version byte, nonce, ciphertext and tag. data NULL is SQL NULL. Not owned. */
struct sealed {
    const uint8_t *data;
    size_t len;
};

/* The place of a sealed column, part of what its ciphertext is bound to (C3). Generated from schema/statements. */
struct sealed_column {
    const char *table;
    const char *column;
};

/* A data key wrapped by the master key, as it lies in keys.db: nonce 24, key 32, tag 16. */
enum { WRAPPED_KEY_BYTES = 24 + 32 + 16 };
struct wrapped_key {
    uint8_t bytes[WRAPPED_KEY_BYTES];
};

/* A keyed hash for look-ups and comparisons: of a civic number, a login, a request body. */
enum { MARK_BYTES = 32 };
struct mark {
    uint8_t bytes[MARK_BYTES];
};

#endif
