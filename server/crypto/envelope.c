/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: sealing and opening one column (C1, C3).
 * May not: put plain text anywhere but into the caller's arena, or say why something does not open.
 * Always:  a value opens only where it was sealed: same organisation, table, column, row, key and version.
 */
#include "crypto/envelope.h"

#include <sodium.h>
#include <string.h>

#include "crypto/key_bytes.h"

enum { SEALED_VERSION = 1, NONCE_BYTES = 24, TAG_BYTES = 16, MAX_NAME_BYTES = 63 };

_Static_assert(NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce size differs");
_Static_assert(TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag size differs");
_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size differs");
_Static_assert(ENVELOPE_OVERHEAD == 1 + NONCE_BYTES + TAG_BYTES, "overhead differs");

/*
 * The associated data: fields of fixed length first, then each name after a byte of its length, so that no two places are
 * written alike:
 *
 *   1 byte    SEALED_VERSION
 *   16 bytes  organisation
 *   16 bytes  row
 *   16 bytes  key
 *   8 bytes   row version, most significant first
 *   1 byte    length of the table's name, then the name
 *   1 byte    length of the column's name, then the name
 */
struct place_bytes {
    uint8_t bytes[1 + 3 * UUID_BYTES + 8 + 2 * (1 + MAX_NAME_BYTES)];
    size_t len;
};

static void put_bytes(struct place_bytes *place, const void *bytes, size_t len)
{
    memcpy(place->bytes + place->len, bytes, len);
    place->len += len;
}

static void put_byte(struct place_bytes *place, uint8_t byte)
{
    put_bytes(place, &byte, 1);
}

static enum status put_name(struct place_bytes *place, const char *name)
{
    size_t len = name == NULL ? 0 : strnlen(name, MAX_NAME_BYTES + 1);
    if (len == 0 || len > MAX_NAME_BYTES)
        return STATUS_INTERNAL;
    put_byte(place, (uint8_t)len);
    put_bytes(place, name, len);
    return STATUS_OK;
}

static enum status encode_place(const struct seal_place *place, struct place_bytes *ret_bytes)
{
    *ret_bytes = (struct place_bytes){.len = 0};
    put_byte(ret_bytes, SEALED_VERSION);
    put_bytes(ret_bytes, place->organisation.uuid.bytes, UUID_BYTES);
    put_bytes(ret_bytes, place->row.bytes, UUID_BYTES);
    put_bytes(ret_bytes, place->key.uuid.bytes, UUID_BYTES);
    for (int shift = 56; shift >= 0; shift -= 8)
        put_byte(ret_bytes, (uint8_t)((uint64_t)place->version >> shift));
    TRY(put_name(ret_bytes, place->column.table));
    return put_name(ret_bytes, place->column.column);
}

enum status envelope_seal(struct arena *arena, const struct data_key *key, const struct seal_place *place,
                          const void *plain, size_t len, struct sealed *ret_sealed)
{
    struct place_bytes bound;
    if (len > ENVELOPE_MAX_PLAIN)
        return STATUS_TOO_LARGE;
    TRY(encode_place(place, &bound));
    uint8_t *data = arena_alloc(arena, len + ENVELOPE_OVERHEAD);
    if (data == NULL)
        return STATUS_NO_MEMORY;

    uint8_t *nonce = data + 1;
    data[0] = SEALED_VERSION;
    randombytes_buf(nonce, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, plain, len, bound.bytes, bound.len, NULL,
                                               nonce, data_key_bytes(key));
    *ret_sealed = (struct sealed){.data = data, .len = len + ENVELOPE_OVERHEAD};
    return STATUS_OK;
}

enum status envelope_open(struct arena *arena, const struct data_key *key, const struct seal_place *place,
                          struct sealed sealed, void **ret_plain, size_t *ret_len)
{
    struct place_bytes bound;
    if (sealed.data == NULL && sealed.len == 0) {
        *ret_plain = NULL;
        *ret_len = 0;
        return STATUS_OK;
    }
    if (sealed.data == NULL || sealed.len < ENVELOPE_OVERHEAD || sealed.len > ENVELOPE_MAX_PLAIN + ENVELOPE_OVERHEAD ||
        sealed.data[0] != SEALED_VERSION)
        return STATUS_CORRUPT;
    TRY(encode_place(place, &bound));
    size_t len = sealed.len - ENVELOPE_OVERHEAD;
    uint8_t *plain = arena_alloc(arena, len + 1);
    if (plain == NULL)
        return STATUS_NO_MEMORY;

    const uint8_t *nonce = sealed.data + 1;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + NONCE_BYTES, len + TAG_BYTES, bound.bytes,
                                                   bound.len, nonce, data_key_bytes(key)) != 0)
        return STATUS_CORRUPT;
    *ret_plain = plain;
    *ret_len = len;
    return STATUS_OK;
}
