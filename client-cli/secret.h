/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * secret.h: secrets come from a file, standard input or the environment; never from the command line, which everyone on the
 * machine can read.
 */
#ifndef TRYGG_CLI_SECRET_H
#define TRYGG_CLI_SECRET_H

#include <stddef.h>

#include "outcome.h"

enum { SECRET_TOKEN_BYTES = 8193, SECRET_LINE_BYTES = 65 };

/* Reads one line of printable ASCII, without its line end, from a file or, for "-", standard input. */
must_check enum outcome secret_read(const char *path, char *ret_text, size_t size);

/* The token: from `file` (--token-file), else the file that TRYGG_TOKEN_FILE names, else TRYGG_TOKEN; "" if there is none. */
must_check enum outcome secret_token(const char *file, char ret_token[static SECRET_TOKEN_BYTES]);

#endif
