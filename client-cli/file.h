/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file.h: files that the caller sends, whole. They hold people's names: what is read is wiped when it is freed.
 */
#ifndef TRYGG_CLI_FILE_H
#define TRYGG_CLI_FILE_H

#include <jansson.h>
#include <stddef.h>

#include "buffer.h"
#include "outcome.h"

/* The file, or standard input for "-", of at most `max` bytes. Complains itself; the caller clears. */
must_check enum outcome file_read(const char *path, size_t max, struct buffer *ret_text);

/* The same, without leaving out a byte order mark. */
must_check enum outcome file_read_verbatim(const char *path, size_t max, struct buffer *ret_bytes);

/* How long the text is without the line ends behind it. */
size_t file_text_length(const struct buffer *text);

/* Parses one JSON value of `len` bytes; complains with the path and the line, counted from `first_line`. */
must_check enum outcome file_parse(const char *path, const char *text, size_t len, int first_line, json_t **ret_value);

#endif
