/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * data_directory.h: the directory that holds a store: its mode, its files' modes, and the lock that keeps a second process out.
 */
#ifndef TRYGG_STORAGE_DATA_DIRECTORY_H
#define TRYGG_STORAGE_DATA_DIRECTORY_H

#include <limits.h>

#include "base/status.h"
#include "storage/storage.h"

struct data_directory {
    int lock; /* file descriptor that holds the flock; -1 when not held */
    char data_path[PATH_MAX];
    char keys_path[PATH_MAX];
};

/* Makes the directory (0700) and empty files (0600) where they are missing, locks it, and makes all that durable.
 * STATUS_BUSY when another holds the lock, STATUS_FORBIDDEN when the directory is there and open to group or others. */
must_check enum status data_directory_create(const char *path, struct data_directory *ret_directory);

/* Locks an existing directory. ret_fault says why not; it is written only on failure. */
must_check enum status data_directory_open(const char *path, struct data_directory *ret_directory,
                                           enum store_fault *ret_fault);

/* Gives the lock back. Can be called again. */
void data_directory_close(struct data_directory *directory);
#define auto_data_directory __attribute__((cleanup(data_directory_close))) struct data_directory

#endif
