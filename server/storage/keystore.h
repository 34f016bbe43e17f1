/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keystore.h: keys.db, a database of its own with its own single writer (a mutex), so that backups of the data can outlive backups of
 * the keys. It holds wrapped keys and nothing about whose they are. Thread-safe. Belongs to a store and shares its directory lock.
 */
#ifndef TRYGG_STORAGE_KEYSTORE_H
#define TRYGG_STORAGE_KEYSTORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "storage/storage.h"

struct keystore;

/* The keystore of an open store; lives as long as the store. */
struct keystore *store_keys(struct store *store);

struct stored_key {
    struct key_id id;
    struct wrapped_key wrapped;
};

/* Adds keys in one durable transaction. When its COMMIT ends unknown, the commit_unknown hook of the store's settings is called,
 * which ends the process; should it return, this call and every later one is answered STATUS_IO: no key of theirs is in use, so
 * nothing of the caller's is stored. Never STATUS_COMMIT_UNKNOWN, which would say that of the data. */
must_check enum status keystore_add(struct keystore *keystore, const struct stored_key *keys, size_t n);

/* STATUS_NOT_FOUND when the key was never there or has been destroyed. */
must_check enum status keystore_get(struct keystore *keystore, const struct key_id *id,
                                    struct wrapped_key *ret_wrapped);

/* Every id, ascending, as one array in the arena. */
must_check enum status keystore_ids(struct keystore *keystore, struct arena *arena, struct key_id **ret_ids,
                                    size_t *ret_n);

/* The check value of the master key that wraps these keys: written once at creation, compared at every start.
 * keystore_master_check answers STATUS_NOT_FOUND before it was set; keystore_set_master_check STATUS_CONFLICT after. */
enum { KEYSTORE_CHECK_BYTES = 16 };
must_check enum status keystore_set_master_check(struct keystore *keystore,
                                                 const uint8_t check[static KEYSTORE_CHECK_BYTES]);
must_check enum status keystore_master_check(struct keystore *keystore, uint8_t ret_check[static KEYSTORE_CHECK_BYTES]);

#endif
