/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * whole_file.h: whole files in and out, for the commands. What is written is whole or not there at all, and readable by its owner alone.
 */
#ifndef TRYGG_WHOLE_FILE_H
#define TRYGG_WHOLE_FILE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/status.h"

/* Why a file cannot be read, in the system's words; NULL when it is a regular file that can be opened. */
const char *whole_file_obstacle(const char *path);

/* A whole file of at most buffer->max bytes. STATUS_NOT_FOUND, STATUS_TOO_LARGE, STATUS_NO_MEMORY or STATUS_IO. */
must_check enum status whole_file_read(const char *path, struct buffer *buffer);

/* Replaces the file (mode 0600) through a temporary one beside it, so that a reader sees the old text or the new.
 * STATUS_IO, or STATUS_INVALID for a path that is too long. */
must_check enum status whole_file_write(const char *path, const char *text, size_t len);

#endif
