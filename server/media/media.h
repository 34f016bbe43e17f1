/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * media.h: which media types may be kept, and whether bytes are what they are said to be. The only room that touches libmagic.
 */
#ifndef TRYGG_MEDIA_MEDIA_H
#define TRYGG_MEDIA_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct media;

/* So many bytes from the beginning are looked at. */
enum { MEDIA_JUDGED_BYTES = 64 << 10 };

/* One for the process; what it knows of files is read at the first judgement. NULL without memory. Thread-safe: one judgement at a time. */
struct media *media_open(void);

/* Accepts NULL, returns NULL. */
struct media *media_close(struct media *media);

/* The types that may be kept, of number 0 to the first NULL, as the contract spells them. */
const char *media_type(size_t number);

/* Whether bytes that begin so are of this type. STATUS_IO when what is known of files cannot be read. `type` is one that may be kept. */
must_check enum status media_judge(struct media *media, const char *type, const void *first, size_t len,
                                   bool *ret_fits);

#endif
