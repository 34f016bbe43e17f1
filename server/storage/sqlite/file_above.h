/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file_above.h: a layer of ours on a file of SQLite's. What it does not do itself goes to the file below.
 */
#ifndef TRYGG_STORAGE_SQLITE_FILE_ABOVE_H
#define TRYGG_STORAGE_SQLITE_FILE_ABOVE_H

#include <sqlite3.h>
#include <stddef.h>

/* A layer's own struct begins with it. */
struct file_above {
    sqlite3_file base;
    sqlite3_file *below;
};

/* A kind of layer: the size of its struct, of which all is zero at first, and what it does. */
struct layer {
    size_t size;
    sqlite3_io_methods methods;
};

/* Everything goes below; a layer puts its own methods in their place. Files are never mapped (mmap_size in schema/engine): there is no xFetch. */
sqlite3_io_methods file_above_methods(void);

/* Opens the file below by that way, in the room behind the layer's struct. The layer has methods, and so is closed, when there is a file to close. */
int file_above_open(const struct layer *layer, sqlite3_file *file, sqlite3_vfs *way, const char *name, int flags,
                    int *ret_flags);

#endif
