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

/* The same with a body that was made already, or NULL, and with the version that the change is for; NULL: that of --version, or of now. */
must_check enum outcome call_send(struct http *http, const struct options *options, json_t *body, const char *etag);

/* Reads what is there now at the verb's version_path, and its version. */
must_check enum outcome call_read_now(struct http *http, const struct options *options,
                                      char ret_etag[static HTTP_MAX_ETAG], json_t **ret_now);

/* GET of a path, as JSON. */
must_check enum outcome call_get(struct http *http, const struct options *options, const char *path,
                                 struct http_answer *ret_answer, json_t **ret_body);

/* What is shown of an answer: as it is with --json, else by the verb's view. */
must_check enum outcome call_show(const struct options *options, const json_t *answer);

/* Says how a creation under this key is made at most once, when it is not known whether it was stored. */
void call_tell_key(const char *key);

/* The JSON of an answer, NULL if it has none. */
json_t *call_parse(const struct http_answer *answer);

/* The JSON object of an answer that says yes, empty for one without content. */
must_check enum outcome call_read(const struct http_answer *answer, const struct options *options, json_t **ret_body);

#endif
