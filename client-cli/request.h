/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * request.h: the parts of a request, from a verb's row and the options given.
 */
#ifndef TRYGG_CLI_REQUEST_H
#define TRYGG_CLI_REQUEST_H

#include <jansson.h>
#include <stddef.h>

#include "options.h"
#include "outcome.h"

enum {
    REQUEST_MAX_PAGES = 10000,
    REQUEST_PAGE_LIMIT = 100,
    REQUEST_BEGINNING = 50,
    REQUEST_FEED = 10000,
    REQUEST_KEY_BYTES = 129,
    REQUEST_MAX_BODY = 1 << 20
};

/* One page of a list: how many more are wanted (0: no end), and the token of the page, NULL for the first. */
struct request_page {
    size_t wanted;
    const char *token;
};

/* The path with its arguments and, for `page`, its query. Without a page (NULL) there is none. The caller frees. */
must_check enum outcome request_path(const struct options *options, const char *path, const struct request_page *page,
                                     char **ret_path);

/* The body as --body and the options say, which for an ACT_WRITE may lack its text; NULL for a verb that takes none. Made once: it may
 * have come from standard input. */
must_check enum outcome request_body(const struct options *options, json_t **ret_body);

/* The body as text, for that page; NULL when there is none. The caller wipes and frees. */
must_check enum outcome request_page_body(const struct options *options, json_t *body, const struct request_page *page,
                                          char **ret_text);

/* The Idempotency-Key given, or a new one for a verb that needs it; "" for one that does not (X1). */
must_check enum outcome request_key(const struct options *options, char ret_key[static REQUEST_KEY_BYTES]);

must_check enum outcome request_new_key(char ret_key[static REQUEST_KEY_BYTES]);

/* How many things are wanted at most; 0: all. Unless something else was asked for, REQUEST_BEGINNING of what is ENDLESS, and REQUEST_FEED of a
 * FEED, which can be gone on with. */
must_check enum outcome request_limit(const struct options *options, size_t *ret_limit);

#endif
