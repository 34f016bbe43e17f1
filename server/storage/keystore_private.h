/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keystore_private.h: opening and closing keys.db, for store.c.
 */
#ifndef TRYGG_STORAGE_KEYSTORE_PRIVATE_H
#define TRYGG_STORAGE_KEYSTORE_PRIVATE_H

#include "base/status.h"
#include "storage/keystore.h"

/* Of the settings it takes commit_unknown and its context. ret_fault is written only on failure. */
must_check enum status keystore_open(const char *path, size_t max_readers, const struct store_settings *settings,
                                     struct keystore **ret_keystore, enum store_fault *ret_fault);

/* For reading only: keystore_add and keystore_set_master_check must not be called. */
must_check enum status keystore_open_to_check(const char *path, struct keystore **ret_keystore);

/* Truncates the log and closes. Accepts NULL, returns NULL. */
struct keystore *keystore_close(struct keystore *keystore);

#endif
