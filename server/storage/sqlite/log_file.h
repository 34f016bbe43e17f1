/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_file.h: the write-ahead log as a connection that writes or copies has it: what is written piece by piece goes to the file in one call.
 */
#ifndef TRYGG_STORAGE_SQLITE_LOG_FILE_H
#define TRYGG_STORAGE_SQLITE_LOG_FILE_H

#include <stdbool.h>

#include "storage/sqlite/file_above.h"

/* What one call takes at most: SQLite's own way to the files writes less than 128 KiB at once. */
enum { LOG_FILE_GATHERS = 124 * 1024 };

struct layer log_file_layer(void);

/* While syncs are put off, what SQLite would have synced is only written: whoever put them off syncs before anyone is told that it is durable.
 * The beginning of a log is synced all the same, and so is a file that is not ours. The second answers whether a sync is owed since the first. */
void log_file_put_off(sqlite3_file *file);
bool log_file_owes(sqlite3_file *file);

/* Syncs all that was written so far, from any thread, beside whatever else is done with the file. A code of SQLite's. */
int log_file_sync(sqlite3_file *file);

#endif
