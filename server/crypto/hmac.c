/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: HMAC-SHA256 and secrets as base64, by libsodium.
 * May not: keep a key, or look anything up by a byte of one.
 * Always:  one text per secret and one secret per text.
 */
#include "crypto/hmac.h"

#include <sodium.h>
#include <string.h>

_Static_assert(HASH_BYTES == crypto_auth_hmacsha256_BYTES, "sizes differ");

struct hash hmac_sha256(const uint8_t *key, size_t key_len, const struct hash_part *parts, size_t n)
{
    struct hash hash;
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, key_len);
    for (size_t i = 0; i < n; i++) {
        if (parts[i].len > 0)
            crypto_auth_hmacsha256_update(&state, parts[i].data, parts[i].len);
    }
    crypto_auth_hmacsha256_final(&state, hash.bytes);
    sodium_memzero(&state, sizeof state);
    return hash;
}

void secret_encode(const uint8_t *bytes, size_t len, char *ret_text)
{
    sodium_bin2base64(ret_text, SECRET_TEXT_BYTES(len), bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

enum status secret_decode(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_len)
{
    const char *end = NULL;
    const size_t text_len = strlen(text);
    size_t len = 0;

    if (sodium_base642bin(ret_bytes, max, text, text_len, NULL, &len, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text + text_len)
        return STATUS_INVALID;
    *ret_len = len;
    return STATUS_OK;
}
