/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * data_file.h: the database as a connection that writes or copies has it: what is copied into it goes to the medium in portions.
 */
#ifndef TRYGG_STORAGE_SQLITE_DATA_FILE_H
#define TRYGG_STORAGE_SQLITE_DATA_FILE_H

#include <stdbool.h>

#include "storage/sqlite/file_above.h"

/* Pages of a portion: 256 KiB, for which the medium has the syncs of the log wait no longer than for a few of their own. */
enum { DATA_FILE_PORTION = 64 };

struct layer data_file_layer(void);

/* While it is on, every DATA_FILE_PORTION writes are followed by a sync: one that fails, fails the write with SQLITE_IOERR_FSYNC. Off at first.
 * A file that is not ours is left as it is. */
void data_file_in_portions(sqlite3_file *file, bool on);

#endif
