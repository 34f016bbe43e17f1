/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * print.h: answers as people read them. Whatever came from outside goes through print_text, so that no answer can steer the terminal.
 */
#ifndef TRYGG_CLI_PRINT_H
#define TRYGG_CLI_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "outcome.h"

/* One line or column of a view: what it is called and where it stands in the answer. A path names members with dots; several
 * paths are separated by a space and joined by one; a list on the way is joined by commas ("groups.name"). After a '|' it is text that
 * may have many lines; in a table only the last column can. After a '!' stands a member whose name, "(struck)", is shown where there is
 * no text and that member is not null. */
struct place {
    const char *label;
    const char *path;
};

/* How one answer is shown: lines for its own members, then a table for the list at `list`. */
struct view {
    const char *heading;         /* before the lines; NULL for none */
    const struct place *lines;   /* ends with a NULL label; NULL for none */
    const char *list;            /* path of the list; NULL for none */
    const struct place *columns; /* ends with a NULL label; the table's columns */
    const struct place *more;    /* the same for a second, indented line of each row; NULL for none */
    const struct place *last;    /* and for a third, which is shown when it is asked for */
    const char *empty;           /* said instead of an empty table */
};

/* Writes text with every control, bidirectional and undecodable character made visible; returns the columns it takes. With a NULL
 * `out` it only measures. */
size_t print_text(FILE *out, const char *text);

/* Whether these bytes can be written as they are: text of characters that print_text lets through, and newlines. */
bool print_is_harmless(const char *text, size_t len);

/* Puts '_' in the place of all that print_text would make visible. */
void print_disarm(char *text);

must_check enum outcome print_view(FILE *out, const struct view *view, const json_t *answer);

/* The answer as it is, indented; characters that could steer a terminal are written as JSON escapes, which means the same. */
must_check enum outcome print_json(FILE *out, const json_t *answer);

/* "trygg: …" and a newline on standard error. What came from outside is passed as `culprit` (or NULL), shown in quotes. */
void complain(const char *sentence, const char *culprit);

/* The same, about what the caller has to put right: OUTCOME_USAGE. */
must_check enum outcome usage(const char *sentence, const char *culprit);

#endif
