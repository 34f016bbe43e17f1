/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * suggest.h: what was probably meant, when something is not known.
 */
#ifndef TRYGG_CLI_SUGGEST_H
#define TRYGG_CLI_SUGGEST_H

#include <stdio.h>

#include "verbs.h"

/* The words that can follow `words` and are nearest to `word`; all of them when none is near or `word` is NULL. A first word
 * that is the second one of a single verb is completed to that verb. Writes one line. */
void suggest_words(FILE *out, const char *const *words, size_t n, const char *word);

/* The options of the verb (NULL: those of every verb) nearest to `name`, if any is near. */
void suggest_options(FILE *out, const struct verb *verb, const char *name);

#endif
