/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keyring.h: the master key and the data keys it wraps (C2). Unwrapped keys live in one locked pool, never in a caller's
 * memory: a caller holds an opaque handle and gives it back. Thread-safe.
 */
#ifndef TRYGG_CRYPTO_KEYRING_H
#define TRYGG_CRYPTO_KEYRING_H

#include <stdbool.h>

#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"

struct keyring;
struct data_key;

/* Data keys that can be unwrapped at the same time. */
enum { KEYRING_SLOTS = 512 };

/* Why a master key file was not taken; for a clear message at start. */
enum keyring_fault {
    KEYRING_FINE,
    KEYRING_FILE_MISSING,    /* not there */
    KEYRING_FILE_UNREADABLE, /* there, or behind a folder that hides it, but the system does not let us open it */
    KEYRING_FILE_READABLE_BY_OTHERS, /* any group or other permission bit (but: root's file may be read by our group), or an owner who is neither we nor root */
    KEYRING_FILE_NOT_A_KEY,          /* not a regular file of 64 hex digits and an optional newline */
    KEYRING_OF_ANOTHER_STORE, /* a key, but its check value is not the one it is compared with (domain/vault.h) */
    KEYRING_NO_LOCKED_MEMORY, /* RLIMIT_MEMLOCK is too small for the pool */
    KEYRING_LACKS_KEYS,       /* the right key, but keys that are in use are not there (domain/vault.h) */
};

/*
 * Reads the master key. The file's mode and owner are checked on the open descriptor; a symbolic link is not followed.
 * ret_fault is always written. STATUS_NOT_FOUND, _IO, _FORBIDDEN, _INVALID and _NO_MEMORY, in the order of the faults; with
 * KEYRING_FINE, STATUS_IO if reading failed and STATUS_NO_MEMORY if the heap is exhausted.
 */
must_check enum status keyring_open(const char *path, struct keyring **ret_keyring, enum keyring_fault *ret_fault);

/* Wipes everything. Accepts NULL, returns NULL. All data keys must have been given back. */
struct keyring *keyring_close(struct keyring *keyring);

/* Writes a new random master key, mode 0600, fsynced; STATUS_EXISTS rather than overwrite, STATUS_NO_MEMORY, as a rule, for want of
 * locked memory to make it in. */
must_check enum status keyring_create_file(const char *path);

/* A check value of the master key, for keys.db to recognise its master key by; reveals nothing about the key. */
enum { KEYRING_CHECK_BYTES = 16 };
void keyring_check(const struct keyring *keyring, uint8_t ret_check[static KEYRING_CHECK_BYTES]);

/* A new random data key, wrapped; bound to its id. The unwrapped key never leaves the room. STATUS_BUSY if the pool is exhausted. */
must_check enum status keyring_make(struct keyring *keyring, const struct key_id *id, struct wrapped_key *ret_wrapped);

/* STATUS_CORRUPT if it was wrapped by another master key, for another id, or altered; STATUS_BUSY if the pool is exhausted. */
must_check enum status keyring_unwrap(struct keyring *keyring, const struct key_id *id,
                                      const struct wrapped_key *wrapped, struct data_key **ret_key);

/* Wipes the key and returns its slot. Accepts NULL, returns NULL. */
struct data_key *data_key_free(struct data_key *key);

static inline void data_key_freep(struct data_key **key)
{
    *key = data_key_free(*key);
}
#define auto_data_key __attribute__((cleanup(data_key_freep))) struct data_key *

#endif
