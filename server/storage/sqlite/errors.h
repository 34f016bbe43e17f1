/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * errors.h: what a result code of SQLite means to the rest of the house. One table.
 */
#ifndef TRYGG_STORAGE_SQLITE_ERRORS_H
#define TRYGG_STORAGE_SQLITE_ERRORS_H

#include "base/status.h"

/* The status of a primary or extended result code. SQLITE_OK, SQLITE_ROW and SQLITE_DONE are STATUS_OK. */
must_check enum status status_of_sqlite(int code);

#endif
