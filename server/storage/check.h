/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.h: a store that is only looked at (`tryggd fsck`): its lock is held, and nothing in it is changed.
 */
#ifndef TRYGG_STORAGE_CHECK_H
#define TRYGG_STORAGE_CHECK_H

#include "base/check.h"
#include "base/status.h"
#include "storage/storage.h"

/* As store_open, but nothing is migrated and nothing can be written: only reading, keystore_get, _ids and _master_check, and store_close
 * may be called. STATUS_CONFLICT also with STORE_SCHEMA_OLDER. */
must_check enum status store_open_to_check(const char *directory, struct store **ret_store,
                                           enum store_fault *ret_fault);

/* Whether both files are databases in every page, row and index, whether every row that another names is there, and whether the tables,
 * indexes and triggers are those of our schema. */
must_check enum status store_check_files(struct store *store, const struct checker *checker);

#endif
