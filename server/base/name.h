/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * name.h: finding and ordering people by name. Case and accents do not count ("ASE" finds Åse), and the letters after z stand where the
 * alphabets of the Nordic languages put them. Unicode tables: utf8proc.
 */
#ifndef TRYGG_BASE_NAME_H
#define TRYGG_BASE_NAME_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

/* After folding: each of the 201 code points of a whole name may become 18. STATUS_INVALID for more. */
enum { NAME_MAX_CODE_POINTS = 4096 };

/* The text without case and accents, for comparing. */
must_check enum status name_fold(struct arena *arena, const char *text, const char **ret_folded);

/* Whether each word of `query` begins a word of `name`; both are folded. */
bool name_matches(const char *name, const char *query);

/* Which alphabet orders the letters after z. */
enum name_order {
    NAME_ORDER_SWEDISH,   /* å, ä (æ), ö (ø) */
    NAME_ORDER_NORWEGIAN, /* æ (ä), ø (ö), å */
    NAME_ORDERS
};

/* A key: names stand in the order of their keys under strcmp. */
must_check enum status name_sort_key(struct arena *arena, enum name_order order, const char *text,
                                     const char **ret_key);

#endif
