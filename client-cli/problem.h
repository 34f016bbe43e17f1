/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * problem.h: answers that say no, as people read them, and the exit code of each.
 */
#ifndef TRYGG_CLI_PROBLEM_H
#define TRYGG_CLI_PROBLEM_H

#include <jansson.h>
#include <stddef.h>

#include "http.h"
#include "options.h"
#include "outcome.h"

/* The language of titles and details, after LC_ALL, LC_MESSAGES, LANG: "sv", "nb" or "en"; a profile's language goes before. */
const char *problem_language(void);

/* The exit code for an HTTP status; OUTCOME_OK for 2xx only. */
enum outcome problem_outcome(long status);

/* Tells on standard error why the server said no, and returns the exit code. `body` is NULL when it was not JSON. With --json the
 * problem is printed as it is; else wrong fields are named by the options that carry them. */
enum outcome problem_tell(const struct http_answer *answer, const json_t *body, const struct options *options);

/* Tells on standard error what is wrong with one item of a file, and how many `more` have the same; items are numbered from 1. */
void problem_tell_item(size_t number, size_t more, const json_t *problem);

#endif
