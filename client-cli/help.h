/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * help.h: help on everything, on the verbs that begin with the words given, or on one verb.
 */
#ifndef TRYGG_CLI_HELP_H
#define TRYGG_CLI_HELP_H

#include <stdio.h>

#include "options.h"

void help_print(FILE *out, const struct options *options);

#endif
