/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * close_many.h: closes the personsaker of a file and tells what became of each.
 */
#ifndef TRYGG_CLI_CLOSE_MANY_H
#define TRYGG_CLI_CLOSE_MANY_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* The file has one personsak per line, its id, a tab and its summary, or is JSON as the contract has it, or one object per line. When
 * some could not be closed: the outcome that they have in common, or OUTCOME_BAD_INPUT; after the rest was closed. */
must_check enum outcome close_many_run(struct http *http, const struct options *options);

#endif
