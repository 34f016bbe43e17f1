/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_file.h: the write-ahead log as the writing connection has it: what is written piece by piece goes to the file in one call.
 */
#ifndef TRYGG_STORAGE_SQLITE_LOG_FILE_H
#define TRYGG_STORAGE_SQLITE_LOG_FILE_H

/* What one call takes at most: SQLite's own way to the files writes less than 128 KiB at once. */
enum { LOG_FILE_GATHERS = 124 * 1024 };

/* The name under which log_file_register makes SQLite know it; all files but the log are opened as ever. */
#define LOG_FILE_VFS "trygg"

/* Once per process, before the first connection. A code of SQLite's. */
int log_file_register(void);

#endif
