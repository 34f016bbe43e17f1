/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * witness.h: follows logs from run to run, and refuses one that was rolled back or forked.
 */
#ifndef TRYGG_CLI_WITNESS_H
#define TRYGG_CLI_WITNESS_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* Quiet when every log goes on from what is remembered of it. OUTCOME_FORKED when one does not, else the first failure. */
must_check enum outcome witness_run(struct http *http, const struct options *options);

#endif
