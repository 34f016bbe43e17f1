/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verbatim.h: answers that are no JSON, written as they are: every byte of a signed text counts.
 */
#ifndef TRYGG_CLI_VERBATIM_H
#define TRYGG_CLI_VERBATIM_H

#include "http.h"
#include "options.h"
#include "outcome.h"

must_check enum outcome verbatim_run(struct http *http, const struct options *options);

/* Asks for a text. Whatever is answered otherwise is told as a problem is. The caller wipes. */
must_check enum outcome verbatim_fetch(struct http *http, const struct options *options, const char *path,
                                       const char *media_type, struct buffer *ret_body);

#endif
