/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * files.h: SQLite's own way to the files with ours in front: of connections that write or copy, the database has the layer of data_file, the
 * write-ahead log that of log_file, and every other file none.
 */
#ifndef TRYGG_STORAGE_SQLITE_FILES_H
#define TRYGG_STORAGE_SQLITE_FILES_H

/* The name under which files_register makes SQLite know it. */
#define FILES_VFS "trygg"

/* Once per process, before the first connection. A code of SQLite's. */
int files_register(void);

#endif
