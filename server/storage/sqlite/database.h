/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * database.h: the writing connection of one of our two databases, migrated and guarded.
 */
#ifndef TRYGG_STORAGE_SQLITE_DATABASE_H
#define TRYGG_STORAGE_SQLITE_DATABASE_H

#include "base/status.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/migrate.h"

/* trygg.db and keys.db. */
extern const struct lineage LINEAGE_DATA;
extern const struct lineage LINEAGE_KEYS;

/* The file must exist. Migrates forward. ret_fault says why not; it is written only on failure. STATUS_NOT_FOUND with
 * STORE_MISSING for a file that is empty: its creation was cut short. */
must_check enum status database_open(const char *path, const struct lineage *lineage,
                                     struct connection **ret_connection, enum store_fault *ret_fault);

/* Makes the newest schema in a file that exists and is empty. STATUS_EXISTS when it is not empty. */
must_check enum status database_create(const char *path, const struct lineage *lineage);

#endif
