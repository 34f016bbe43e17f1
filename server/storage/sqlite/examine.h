/* SPDX-License-Identifier: EUPL-1.2 */
/* examine.h: looking at a database file without changing it. */
#ifndef TRYGG_STORAGE_SQLITE_EXAMINE_H
#define TRYGG_STORAGE_SQLITE_EXAMINE_H

#include "base/check.h"
#include "base/status.h"
#include "storage/sqlite/migrate.h"

/* Whether it is of this lineage and its newest version. STATUS_CORRUPT with STORE_DAMAGED, STATUS_CONFLICT with STORE_SCHEMA_NEWER or
 * STORE_SCHEMA_OLDER, STATUS_IO with STORE_NOT_READABLE, STATUS_NOT_FOUND with STORE_MISSING for an empty one; ret_fault is written only on failure. */
must_check enum status examine_version(const char *path, const struct lineage *lineage, enum store_fault *ret_fault);

/* What is wrong in its structure, `file` being its name in findings. */
must_check enum status examine_structure(const char *path, const char *file, const struct lineage *lineage,
                                         const struct checker *checker);

#endif
