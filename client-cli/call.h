/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * call.h: carries out what was asked: sends the request, follows pages, prints the answer.
 */
#ifndef TRYGG_CLI_CALL_H
#define TRYGG_CLI_CALL_H

#include <jansson.h>

#include "http.h"
#include "options.h"
#include "outcome.h"

must_check enum outcome call_run(struct http *http, const struct options *options);

/* The JSON of an answer, NULL if it has none. */
json_t *call_parse(const struct http_answer *answer);

/* The JSON object of an answer that says yes, empty for one without content. */
must_check enum outcome call_read(const struct http_answer *answer, const struct options *options, json_t **ret_body);

#endif
