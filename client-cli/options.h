/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * options.h: the command line, read by the table of verbs.
 */
#ifndef TRYGG_CLI_OPTIONS_H
#define TRYGG_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "outcome.h"
#include "verbs.h"

/* What was asked. All strings are argv's. */
struct options {
    const struct verb *verb; /* NULL only with help or version */
    const char *words[2];    /* the words given, for the help on a group of verbs */
    const char *argument;
    const char *values[VERB_MAX_OPTIONS]; /* in the order of the verb's options; NULL: not given */
    const char *server;
    const char *token_file;
    bool json;
    bool help;
    bool version;
};

/* Complains itself. */
must_check enum outcome options_parse(int argc, char **argv, struct options *ret_options);

/* Help on everything, on the verbs that begin with the words given, or on one verb. */
void options_help(FILE *out, const struct options *options);

#endif
