/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * json.h: the one strict way in for JSON: at most 32 levels and so many tokens, no duplicate members, UTF-8, nothing after the
 * value. jansson's own limits are looser (2,048 levels, duplicates taken, a mebibyte of empty arrays made into a hundred).
 */
#ifndef TRYGG_BASE_JSON_H
#define TRYGG_BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "base/status.h"

/* Tokens are the '[', '{', ',' and ':' outside strings: each stands for a value that jansson allocates. 500 objects of 30 members
 * have 30,501; the worst text within the bound costs jansson about 4 MiB. */
enum { JSON_MAX_DEPTH = 32, JSON_MAX_TOKENS = 32000 };

/* Makes jansson wipe whatever it frees. Once, by main, before threads. */
void json_wipe_on_free(void);

/* Parses one value of any type; STATUS_MALFORMED otherwise. The caller owns the result (json_decref). */
must_check enum status json_parse_strict(const char *text, size_t len, json_t **ret_json);

/* The same with another bound on tokens, for the house's own files. */
must_check enum status json_parse_within(const char *text, size_t len, size_t max_tokens, json_t **ret_json);

/* Where a text stops being JSON: the line, from 1, and how many characters of it were read. Line 0: not known. */
struct json_place {
    int line;
    int column;
};

/* The same for a file that somebody wrote by hand. ret_place is written when STATUS_MALFORMED is returned. */
must_check enum status json_parse_file(const char *text, size_t len, json_t **ret_json, struct json_place *ret_place);

static inline void json_decrefp_(json_t **json)
{
    json_decref(*json);
}
#define auto_json __attribute__((cleanup(json_decrefp_))) json_t *

#endif
