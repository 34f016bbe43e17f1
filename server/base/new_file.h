/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * new_file.h: a small file that must not be there yet, and is never seen half written: keys and key sets.
 */
#ifndef TRYGG_BASE_NEW_FILE_H
#define TRYGG_BASE_NEW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"

/* Whether anything has the name, a link that leads nowhere too. False as well where this user may not look. */
bool new_file_is_there(const char *path);

/* Makes the file with exactly these permissions, synced with its folder, and removes it again when that fails. It is written beside its
 * place (PATH.XXXXXX, which is all that a kill can leave) and linked there when it is whole. STATUS_EXISTS rather than overwrite or follow
 * a link; STATUS_IO; STATUS_COMMIT_UNKNOWN when it could be neither synced nor removed: it is there, whole, but a power cut may take it. */
must_check enum status new_file_create(const char *path, mode_t mode, const void *bytes, size_t len);

/* Writes all of it where the file stands, and syncs the file. STATUS_IO. */
must_check enum status new_file_write(int file, const void *bytes, size_t len);

/* The name of a file is durable only when its folder is. STATUS_IO. */
must_check enum status new_file_sync_folder(const char *path);

#endif
