/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * save.h: files that trygg writes: for their owner only, whole or not at all, and lasting.
 */
#ifndef TRYGG_CLI_SAVE_H
#define TRYGG_CLI_SAVE_H

#include <stddef.h>

#include "outcome.h"

/* A file that is not there yet; OUTCOME_USAGE when there is one. Complains itself. */
must_check enum outcome save_new(const char *path, const char *bytes, size_t len);

/* The same in place of what is there: whoever reads it sees the old bytes or the new ones. One writer at a time. */
must_check enum outcome save_over(const char *path, const char *bytes, size_t len);

#endif
