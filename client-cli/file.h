/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file.h: files that the caller sends, whole. They hold people's names: what is read is wiped when it is freed.
 */
#ifndef TRYGG_CLI_FILE_H
#define TRYGG_CLI_FILE_H

#include <jansson.h>
#include <stddef.h>

#include "outcome.h"

struct file_text {
    char *text; /* with a closing NUL */
    size_t len;
    size_t size; /* of the memory */
};

/* The file, or standard input for "-", of at most `max` bytes. Complains itself. */
must_check enum outcome file_read(const char *path, size_t max, struct file_text *ret_text);
void file_clear(struct file_text *text);

/* Parses one JSON value of `len` bytes; complains with the path and the line, counted from `first_line`. */
must_check enum outcome file_parse(const char *path, const char *text, size_t len, int first_line, json_t **ret_value);

#endif
