/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keyfile.h: a key set that lives in a file and follows it (L4). Thread-safe.
 */
#ifndef TRYGG_AUTH_KEYFILE_H
#define TRYGG_AUTH_KEYFILE_H

#include <stdint.h>

#include "auth/keyset.h"
#include "base/status.h"

struct keyfile;

enum { KEYFILE_LOOK_EVERY_MS = 1000 };

/* Reads the set; STATUS_IO or STATUS_INVALID with constant words in ret_fault when there is none to be had, STATUS_FORBIDDEN when the
 * file's group or others may write it. */
must_check enum status keyfile_open(const char *path, struct keyfile **ret_file, const char **ret_fault);
struct keyfile *keyfile_close(struct keyfile *file); /* accepts NULL, returns NULL */

/* What is wrong with the file as of now (ms), in constant words; NULL when the keys in use are the file's. Looks at it likewise. */
const char *keyfile_fault(struct keyfile *file, int64_t now);

/* How many keys are in use, and since when (ms, wall clock). Does not look at the file. */
void keyfile_figures(struct keyfile *file, uint64_t *ret_keys, int64_t *ret_since);

/* The keys as of now (ms), as a reference of the caller's own, and the number of their generation, which changes whenever the keys
 * do. Looks at the file when it has not for a second. A file that is gone, or broken, leaves the keys as they were. */
struct keyset *keyfile_keys(struct keyfile *file, int64_t now, uint64_t *ret_generation);

#endif
