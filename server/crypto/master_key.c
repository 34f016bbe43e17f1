/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what stands in the file of the master key.
 * May not: convert the key with code whose time depends on it, or keep it in memory that is not locked.
 * Always:  what is written is what is taken: 64 hex digits.
 */
#include "crypto/master_key.h"

#include <sodium.h>

#include "crypto/key_file.h"
#include "crypto/locked.h"

static const enum keyring_fault faults[] = {
    [KEY_FILE_FINE] = KEYRING_FINE,
    [KEY_FILE_MISSING] = KEYRING_FILE_MISSING,
    [KEY_FILE_UNREADABLE] = KEYRING_FILE_UNREADABLE,
    [KEY_FILE_READABLE_BY_OTHERS] = KEYRING_FILE_READABLE_BY_OTHERS,
    [KEY_FILE_NOT_REGULAR] = KEYRING_FILE_NOT_A_KEY,
};

static void free_room(struct master_key_room **room)
{
    locked_free(*room);
}

static bool decode(struct master_key_room *room, size_t len)
{
    size_t decoded;
    if (len == MASTER_KEY_DIGITS + 1 && room->text[MASTER_KEY_DIGITS] == '\n')
        len--;
    if (len != MASTER_KEY_DIGITS)
        return false;
    return sodium_hex2bin(room->key, KEY_BYTES, room->text, len, NULL, &decoded, NULL) == 0 && decoded == KEY_BYTES;
}

enum status master_key_read(const char *path, struct master_key_room *room, enum keyring_fault *ret_fault)
{
    enum key_file_fault fault = KEY_FILE_FINE;
    size_t len = 0;
    const enum status status = key_file_read(path, room->text, sizeof(room->text), &len, &fault);
    *ret_fault = faults[fault];
    TRY(status);
    if (fault == KEY_FILE_FINE && !decode(room, len))
        *ret_fault = KEYRING_FILE_NOT_A_KEY;
    return STATUS_OK;
}

enum status keyring_create_file(const char *path)
{
    if (sodium_init() < 0)
        return STATUS_INTERNAL;
    __attribute__((cleanup(free_room))) struct master_key_room *room = locked_new(sizeof(*room));
    if (room == NULL)
        return STATUS_NO_MEMORY;
    randombytes_buf(room->key, KEY_BYTES);
    sodium_bin2hex(room->text, sizeof(room->text), room->key, KEY_BYTES);
    room->text[MASTER_KEY_DIGITS] = '\n';
    return key_file_create(path, room->text, MASTER_KEY_DIGITS + 1);
}
