/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * provision.h: sends a file's items in batches and tells what became of each.
 */
#ifndef TRYGG_CLI_PROVISION_H
#define TRYGG_CLI_PROVISION_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* The file is a JSON array of objects, or one object per line. Nothing is sent before all of it has been read. When items were
 * refused: the outcome that they have in common, or OUTCOME_BAD_INPUT; after the rest was taken. */
must_check enum outcome provision_run(struct http *http, const struct options *options);

#endif
