/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: keyed hashes whose sum stands for a set, by libsodium.
 * May not: be used where 64 bits are too few, as for whatever is kept or shown.
 * Always:  each comparison has a key of its own.
 */
#include "crypto/set_sum.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SET_KEY_BYTES == crypto_shorthash_KEYBYTES, "sizes differ");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "sizes differ");

void set_key_new(struct set_key *ret_key)
{
    crypto_shorthash_keygen(ret_key->bytes);
}

uint64_t set_summand(const struct set_key *key, const void *element, size_t len)
{
    uint8_t bytes[crypto_shorthash_BYTES];
    uint64_t summand;

    (void)crypto_shorthash(bytes, element, len, key->bytes);
    memcpy(&summand, bytes, sizeof summand);
    return summand;
}
