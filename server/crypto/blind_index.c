/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: keyed hashes of values that must be found or compared without being stored.
 * May not: keep or log what it hashes.
 * Always:  equal purpose and equal parts give equal marks; any other pair gives unrelated ones.
 */
#include "crypto/blind_index.h"

#include <sodium.h>
#include <string.h>

#include "crypto/key_bytes.h"

_Static_assert(sizeof(PERSONAL_MARK) - 1 <= crypto_generichash_blake2b_PERSONALBYTES, "the label does not fit");
_Static_assert(MARK_BYTES == 32 && KEY_BYTES == crypto_generichash_blake2b_KEYBYTES, "sizes differ");

/* Eight bytes of length, least first, then the bytes. */
static void hash_part(crypto_generichash_blake2b_state *state, const void *data, size_t len)
{
    uint8_t prefix[8];
    for (size_t i = 0; i < sizeof(prefix); i++)
        prefix[i] = (uint8_t)((uint64_t)len >> (8 * i));
    crypto_generichash_blake2b_update(state, prefix, sizeof(prefix));
    if (len > 0)
        crypto_generichash_blake2b_update(state, data, len);
}

void blind_index_mark(const struct data_key *index_key, const char *purpose, const struct mark_part *parts, size_t n,
                      struct mark *ret_mark)
{
    static const uint8_t personal[crypto_generichash_blake2b_PERSONALBYTES] = PERSONAL_MARK;
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init_salt_personal(&state, data_key_bytes(index_key), KEY_BYTES, MARK_BYTES, NULL,
                                                  personal);
    hash_part(&state, purpose, strlen(purpose));
    for (size_t i = 0; i < n; i++)
        hash_part(&state, parts[i].data, parts[i].len);
    crypto_generichash_blake2b_final(&state, ret_mark->bytes, MARK_BYTES);
    sodium_memzero(&state, sizeof(state));
}
