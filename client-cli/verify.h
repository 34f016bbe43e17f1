/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verify.h: holds a proof that was taken away against the keys that its reader trusts. Needs no server, no login and no network.
 */
#ifndef TRYGG_CLI_VERIFY_H
#define TRYGG_CLI_VERIFY_H

#include "options.h"
#include "outcome.h"

/* Prints the row that is proven, or says why none is: OUTCOME_UNPROVEN. */
must_check enum outcome verify_run(const struct options *options);

#endif
