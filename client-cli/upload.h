/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * upload.h: puts a file into a hendelse as a document.
 */
#ifndef TRYGG_CLI_UPLOAD_H
#define TRYGG_CLI_UPLOAD_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* Makes the document and sends it in parts, or goes on with the one that --resume names. One part of it is in memory at a time. */
must_check enum outcome upload_run(struct http *http, const struct options *options);

#endif
