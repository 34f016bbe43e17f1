/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * data_file.h: the database as a connection that writes or copies has it: what is copied into it goes to the medium in portions.
 */
#ifndef TRYGG_STORAGE_SQLITE_DATA_FILE_H
#define TRYGG_STORAGE_SQLITE_DATA_FILE_H

#include "storage/sqlite/file_above.h"

struct layer data_file_layer(void);

/* Between the two, each so many writes are followed by a sync: one that fails, fails the write with SQLITE_IOERR_FSYNC. A file that is not
 * ours is left as it is. */
void data_file_begin_portions(sqlite3_file *file, int writes);
void data_file_end_portions(sqlite3_file *file);

#endif
