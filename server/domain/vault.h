/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * vault.h: keys by their ids, and the pool of keys made ahead of time. Joins crypto/ (which knows no store) and storage/ (which
 * knows no key). Thread-safe.
 */
#ifndef TRYGG_DOMAIN_VAULT_H
#define TRYGG_DOMAIN_VAULT_H

#include "base/arena.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "crypto/keyring.h"
#include "storage/keystore.h"
#include "storage/storage.h"

struct vault;

/* The two keys of an organisation, kept open for the life of the process. */
struct organisation_keys {
    struct organisation_id organisation;
    struct key_id own_id;
    const struct data_key *own;   /* seals what belongs to the organisation itself: group names, page tokens */
    const struct data_key *index; /* its blind index, and every other keyed hash */
};

/* Makes a new master key file unless there is one, and makes sure that it can be opened. */
must_check enum status vault_make_master_key(const char *path, enum keyring_fault *ret_fault);

/* Opens the master key, makes sure that it is the one keys.db was made with (a new keys.db is told), and works out the pool: the keys
 * of keys.db that no row of the data names. Borrows the store for its life. */
must_check enum status vault_open(struct store *store, const char *master_key_file, struct vault **ret_vault,
                                  enum keyring_fault *ret_fault);

/* Over a store that is only looked at (storage/check.h): vault_key opens its keys, and nothing else may be called but vault_close.
 * STATUS_NOT_FOUND or _CORRUPT with KEYRING_FINE when keys.db does not say which master key it is of. */
must_check enum status vault_open_to_check(struct store *store, const char *master_key_file, struct vault **ret_vault,
                                           enum keyring_fault *ret_fault);
struct vault *vault_close(struct vault *vault);

/* Opens a data key; the caller gives it back with data_key_free. STATUS_CORRUPT when the key is gone though a row names it. */
must_check enum status vault_key(struct vault *vault, const struct key_id *id, struct data_key **ret_key);

/* Takes a new key from the pool (or makes one if the pool is empty). It belongs to the caller until it is stored in a row, or handed
 * back unused with vault_give_back. */
must_check enum status vault_take(struct vault *vault, struct key_id *ret_id, struct data_key **ret_key);
void vault_give_back(struct vault *vault, const struct key_id *id);

/* Fills the pool up again; one durable transaction at most. */
must_check enum status vault_refill(struct vault *vault);

/* How many keys are in the pool now, and how many it holds when full. */
void vault_pool(struct vault *vault, size_t *ret_ready, size_t *ret_full);

/* STATUS_NOT_FOUND for an organisation this store does not hold. The result lives as long as the vault. */
must_check enum status vault_organisation(struct vault *vault, const struct organisation_id *organisation,
                                          const struct organisation_keys **ret_keys);

#endif
