/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_file.h: the write-ahead log as a connection that writes or copies has it: what is written piece by piece goes to the file in one call.
 */
#ifndef TRYGG_STORAGE_SQLITE_LOG_FILE_H
#define TRYGG_STORAGE_SQLITE_LOG_FILE_H

#include <stdbool.h>

/* What one call takes at most: SQLite's own way to the files writes less than 128 KiB at once. */
enum { LOG_FILE_GATHERS = 124 * 1024 };

/* The name under which log_file_register makes SQLite know it; all files but the log are opened as ever. */
#define LOG_FILE_VFS "trygg"

struct sqlite3_file;

/* While syncs are put off, what SQLite would have synced is only written: whoever put them off syncs before anyone is told that it is durable.
 * The beginning of a log is synced all the same, and so is a file that is not ours. The second answers whether a sync is owed since the first. */
void log_file_put_off(struct sqlite3_file *file);
bool log_file_owes(struct sqlite3_file *file);

/* Syncs all that was written so far, from any thread, beside whatever else is done with the file. A code of SQLite's. */
int log_file_sync(struct sqlite3_file *file);

/* Once per process, before the first connection. A code of SQLite's. */
int log_file_register(void);

#endif
