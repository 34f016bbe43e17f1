/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * signing.h: Ed25519 (RFC 8032), for checkpoints of the log and their cosignatures. The keys are kept in a file of their own, apart
 * from the master key: who can read the data cannot sign for it, and who signs needs no data. A key file has one line of 64 hex digits
 * (the seed) for each key, newest first; all of them sign, so that a verifier who knows only an older one is not left behind.
 */
#ifndef TRYGG_CRYPTO_SIGNING_H
#define TRYGG_CRYPTO_SIGNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { PUBLIC_KEY_BYTES = 32, SIGNATURE_BYTES = 64, SIGNING_KEYS_MAX = 4 };

struct public_key {
    uint8_t bytes[PUBLIC_KEY_BYTES];
};
struct signature {
    uint8_t bytes[SIGNATURE_BYTES];
};

/* Whether this key made this signature over this message. No input is a mistake: what is no key or no signature verifies nothing. */
bool signature_verify(const struct public_key *key, const void *message, size_t len, const struct signature *signature);

/* The keys of one file, at least one, newest first; their secrets are in locked memory. Reading them is thread-safe. */
struct signing_keys;

/* Why a key file was not taken; the file's mode and owner are held to what keyring.h asks of the master key's. */
enum signing_fault {
    SIGNING_FINE,
    SIGNING_FILE_MISSING,
    SIGNING_FILE_UNREADABLE,
    SIGNING_FILE_READABLE_BY_OTHERS,
    SIGNING_FILE_NOT_KEYS, /* not a regular file of 1 to SIGNING_KEYS_MAX different lines of 64 hex digits */
    SIGNING_NO_LOCKED_MEMORY,
};

/* ret_fault is always written. STATUS_NOT_FOUND, _IO, _FORBIDDEN, _INVALID, _NO_MEMORY in the order of the faults; with SIGNING_FINE
 * STATUS_IO if reading failed. */
must_check enum status signing_keys_open(const char *path, struct signing_keys **ret_keys,
                                         enum signing_fault *ret_fault);

/* Wipes. Accepts NULL, returns NULL. */
struct signing_keys *signing_keys_close(struct signing_keys *keys);

size_t signing_keys_count(const struct signing_keys *keys);
const struct public_key *signing_public_key(const struct signing_keys *keys, size_t at);
void signing_sign(const struct signing_keys *keys, size_t at, const void *message, size_t len,
                  struct signature *ret_signature);

/* Writes a file with one new key, mode 0600, fsynced. STATUS_EXISTS rather than overwrite; STATUS_IO; STATUS_NO_MEMORY, with
 * SIGNING_NO_LOCKED_MEMORY for want of that; STATUS_COMMIT_UNKNOWN when the file is there, but a power cut may take it. */
must_check enum status signing_keys_create_file(const char *path, enum signing_fault *ret_fault);

/* Rotation, first half: a new key before the others, written beside and renamed over it, fsynced. STATUS_TOO_MANY when the file holds
 * SIGNING_KEYS_MAX. The second half, once every verifier knows the new key, is to take the last line out: signing_keys_drop_oldest,
 * STATUS_CONFLICT when it is the only one. Both: faults as in signing_keys_open; STATUS_EXISTS when PATH.new is there, as another rotation is
 * under way or was cut short; STATUS_IO, and the file is as it was; STATUS_COMMIT_UNKNOWN, and it is changed, but a power cut may undo that. */
must_check enum status signing_keys_add(const char *path, enum signing_fault *ret_fault);
must_check enum status signing_keys_drop_oldest(const char *path, enum signing_fault *ret_fault);

static inline void signing_keys_closep(struct signing_keys **keys)
{
    *keys = signing_keys_close(*keys);
}
#define auto_signing_keys __attribute__((cleanup(signing_keys_closep))) struct signing_keys *

#endif
