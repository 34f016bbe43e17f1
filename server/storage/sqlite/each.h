/* SPDX-License-Identifier: EUPL-1.2 */
/* each.h: rows handed out one by one, uncopied; statement_each of storage/statement.h, on a connection. */
#ifndef TRYGG_STORAGE_SQLITE_EACH_H
#define TRYGG_STORAGE_SQLITE_EACH_H

#include "base/status.h"
#include "storage/sqlite/connection.h"
#include "storage/statement.h"

must_check enum status query_each(struct connection *connection, const struct statement *statement, const void *args,
                                  enum status (*take)(void *context, const void *row), void *context);

#endif
