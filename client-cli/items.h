/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * items.h: files of many things that one call takes in batches.
 */
#ifndef TRYGG_CLI_ITEMS_H
#define TRYGG_CLI_ITEMS_H

#include <jansson.h>
#include <stddef.h>

#include "buffer.h"
#include "outcome.h"

enum { ITEMS_MAX_FILE = 64 << 20, ITEMS_MAX_BATCH = 500, ITEMS_MAX_BODY = 1 << 20 };

/* The items of a text that is a JSON array, {"items": [...]} or one object per line; `file` is what complaints call it. */
must_check enum outcome items_parse(const char *file, const struct buffer *text, json_t **ret_items);

/* That there are any, and that each is an object which fits into a body. Complains itself. */
must_check enum outcome items_check(const char *file, const json_t *items);

/* Writes the body of the items from `first` on, as many as it takes, of items that were checked; how many they are. `body` has
 * ITEMS_MAX_BODY + 1 bytes. */
must_check enum outcome items_body(const json_t *items, size_t first, char *body, size_t *ret_n);

#endif
