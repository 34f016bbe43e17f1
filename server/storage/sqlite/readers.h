/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * readers.h: a bounded pool of read-only connections to one database, opened when first needed. Thread-safe.
 */
#ifndef TRYGG_STORAGE_SQLITE_READERS_H
#define TRYGG_STORAGE_SQLITE_READERS_H

#include <stddef.h>

#include "base/status.h"
#include "storage/sqlite/connection.h"
#include "storage/storage.h"

struct readers;

/* At most `max` connections; a taker waits `patience_ms` for one to come free. Opens the first, so that a file which cannot be
 * read is known at once. */
must_check enum status readers_new(const char *path, size_t max, int patience_ms, struct readers **ret_readers);

/* Every reader must be back. Accepts NULL, returns NULL. */
struct readers *readers_free(struct readers *readers);

static inline void readers_freep(struct readers **readers)
{
    *readers = readers_free(*readers);
}
#define auto_readers __attribute__((cleanup(readers_freep))) struct readers *

/* The newest returned first: its caches are warm. STATUS_BUSY when none came free in time. */
must_check enum status readers_take(struct readers *readers, struct connection **ret_connection);

/* Gives a reader back, outside any transaction. */
void readers_return(struct readers *readers, struct connection *connection);

/* Closes a reader that is not to be trusted any more; another may be opened in its place. */
void readers_discard(struct readers *readers, struct connection *connection);

/* How many are open, in use and waited for now, and how many callers have waited in vain. */
void readers_figures(struct readers *readers, struct store_figures *figures);

#endif
