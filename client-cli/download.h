/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * download.h: fetches a document into a file.
 */
#ifndef TRYGG_CLI_DOWNLOAD_H
#define TRYGG_CLI_DOWNLOAD_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* The second argument is the new file, "-" is standard output, and without it the document's own name is taken. What was fetched by a
 * run that broke off is not fetched again. */
must_check enum outcome download_run(struct http *http, const struct options *options);

#endif
