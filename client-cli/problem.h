/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * problem.h: answers that say no, as people read them, and the exit code of each.
 */
#ifndef TRYGG_CLI_PROBLEM_H
#define TRYGG_CLI_PROBLEM_H

#include <jansson.h>
#include <stdbool.h>

#include "http.h"
#include "outcome.h"

/* The language of titles and details, after LC_ALL, LC_MESSAGES, LANG: "sv", "nb" or "en". */
const char *problem_language(void);

/* The exit code for an HTTP status; OUTCOME_OK for 2xx only. */
enum outcome problem_outcome(long status);

/* Tells on standard error why the server said no, and returns the exit code. `body` is NULL when it was not JSON. With `as_json`
 * the problem is printed as it is. */
enum outcome problem_tell(const struct http_answer *answer, const json_t *body, bool as_json);

#endif
