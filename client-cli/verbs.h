/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verbs.h: the one table of what trygg can do. Parsing, help, requests and output are all driven by it: a new verb is a row.
 */
#ifndef TRYGG_CLI_VERBS_H
#define TRYGG_CLI_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include "print.h"

/* Where an option's value goes. */
enum option_place {
    OPTION_QUERY,
    OPTION_BODY,
    OPTION_BODY_FROM_FILE, /* the value names a file that holds the member: a secret */
    OPTION_LIMIT,          /* how many things at most, over all pages */
    OPTION_KEY,            /* the Idempotency-Key */
};

struct option {
    const char *name;  /* without dashes */
    const char *value; /* what stands for it in help */
    enum option_place place;
    const char *member; /* of the query or body; NULL where there is none */
    bool required;
    const char *help;
};

struct verb {
    const char *words[2]; /* words[1] NULL for a verb of one word */
    const char *argument; /* one positional argument, put into the path at '*'; NULL for none */
    const char *method;
    const char *path;
    bool open;                    /* needs no token */
    bool paged;                   /* answers {data, pageToken} and is read to its end */
    const struct option *options; /* ends with a NULL name; NULL for none */
    const struct view *view;
    const char *summary;
};

enum { VERB_MAX_OPTIONS = 16 };

extern const struct verb verbs[]; /* ends with a NULL word */

#endif
