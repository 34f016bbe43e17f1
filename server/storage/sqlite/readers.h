/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * readers.h: a bounded pool of read-only connections to one database, opened when first needed, each lent with a snapshot. Thread-safe.
 */
#ifndef TRYGG_STORAGE_SQLITE_READERS_H
#define TRYGG_STORAGE_SQLITE_READERS_H

#include <stddef.h>
#include <stdint.h>

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

/* A reader on loan; it stands in its snapshot, which is taken with its first read. */
struct loan {
    struct connection *connection;
    uint64_t edition; /* that the snapshot has at least */
};

/* What a snapshot has to hold: all that is committed, or all that was when readers_outdate was last called. The second may be there
 * already, and the pages that were read in it with it. */
enum snapshot { SNAPSHOT_NEW, SNAPSHOT_KEPT };

/* The newest returned first: its caches are warm. STATUS_BUSY when none came free in time. */
must_check enum status readers_take(struct readers *readers, enum snapshot snapshot, struct loan *ret_loan);

/* Gives a reader back, on no row. */
void readers_return(struct readers *readers, struct loan *loan);

/* What was committed before this call is in every snapshot that is lent after it. */
void readers_outdate(struct readers *readers);

/* The same, and those that nobody uses are ended: a log is copied back only as far as the oldest snapshot reads. */
void readers_let_go(struct readers *readers);

/* How many are open, in use and waited for now, and how many callers have waited in vain. */
void readers_figures(struct readers *readers, struct store_figures *figures);

#endif
