/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * options.h: the command line, read by the tables of verbs.
 */
#ifndef TRYGG_CLI_OPTIONS_H
#define TRYGG_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "outcome.h"
#include "table.h"
#include "verbs.h"

/* One option of the verb's row as it was given. */
struct given {
    const struct option *option;
    const char *value; /* NULL: --no-NAME */
};

/* What was asked. All strings are argv's. */
struct options {
    const struct verb *verb; /* NULL only with help or version */
    const char *words[VERB_MAX_WORDS];
    size_t n_words;
    const char **arguments; /* freed by options_clear, as is `given` */
    size_t n_arguments;
    struct given *given; /* in the order of the command line */
    size_t n_given;
    const char *own[OWN_COUNT]; /* NULL: not given; for a switch anything else */
};

/* Complains itself. */
must_check enum outcome options_parse(int argc, char **argv, struct options *ret_options);

/* "trygg: SENTENCE; see trygg VERB --help": OUTCOME_USAGE. */
must_check enum outcome options_usage(const struct verb *verb, const char *sentence);
void options_clear(struct options *options);

/* The value of the n-th of those given under this name, from 0; NULL when there are not so many. For acts that know their own options. */
const char *options_value(const struct options *options, const char *name, size_t n);

#endif
