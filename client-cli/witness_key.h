/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * witness_key.h: the keys with which a witness cosigns.
 */
#ifndef TRYGG_CLI_WITNESS_KEY_H
#define TRYGG_CLI_WITNESS_KEY_H

#include "crypto/signing.h"
#include "options.h"
#include "outcome.h"

/* Makes a key file or opens one, and prints the verifier's keys of it. */
must_check enum outcome witness_key_run(const struct options *options);

/* Opens a key file. Complains itself. */
must_check enum outcome witness_key_open(const char *path, struct signing_keys **ret_keys);

/* The name given with --name; OUTCOME_USAGE when it is missing or no key may have it. */
must_check enum outcome witness_key_name(const struct options *options, const char **ret_name);

#endif
