/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * secret.h: secrets come from a file, standard input, the environment or a command of the user's; never from the command line,
 * which everyone on the machine can read.
 */
#ifndef TRYGG_CLI_SECRET_H
#define TRYGG_CLI_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "outcome.h"

enum { SECRET_TOKEN_BYTES = 8193, SECRET_LINE_BYTES = 1025, SECRET_COMMAND_SECONDS = 60 };

/* Reads one line of text, without its line end, from a file or, for "-", standard input. */
must_check enum outcome secret_read_line(const char *path, char *ret_text, size_t size);

/* The same for a token, which is printable ASCII without spaces. A file that others may read is refused, whoever owns it. What is handed over open ("-", /dev/stdin, /dev/fd, /proc/self/fd, pipes) is taken as it is. */
must_check enum outcome secret_read_token(const char *path, char *ret_text, size_t size);

/* Runs the command by /bin/sh -c and takes the one line that it prints; what it says on standard error is passed on, and nothing is
 * on its standard input. */
must_check enum outcome secret_run(char *command, char *ret_text, size_t size);

bool secret_is_printable(const char *text);

#endif
