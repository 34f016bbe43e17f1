/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * completion.h: the tables of verbs as a script for bash or zsh, or as JSON for programs.
 */
#ifndef TRYGG_CLI_COMPLETION_H
#define TRYGG_CLI_COMPLETION_H

#include "options.h"
#include "outcome.h"

must_check enum outcome completion_run(const struct options *options);

#endif
