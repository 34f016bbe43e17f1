/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * table.h: questions to the tables of verbs, and the options that follow from a verb's row without standing in it.
 */
#ifndef TRYGG_CLI_TABLE_H
#define TRYGG_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "verbs.h"

/* When one of trygg's own options is taken. */
enum own_when {
    OWN_ALWAYS,
    OWN_PAGED,
    OWN_ENDLESS,
    OWN_FED,
    OWN_THIRD,
    OWN_KEYED,
    OWN_WITH_BODY,
    OWN_VERSIONED,
    OWN_VERBATIM
};

enum own_id {
    OWN_LIMIT,
    OWN_ALL,
    OWN_TOKEN,
    OWN_IDS,
    OWN_KEY,
    OWN_BODY,
    OWN_IF_VERSION,
    OWN_OUTPUT,
    OWN_SERVER,
    OWN_PROFILE,
    OWN_TOKEN_FILE,
    OWN_JSON,
    OWN_HELP,
    OWN_VERSION,
    OWN_COUNT
};

struct own_option {
    const char *name;
    const char *value; /* NULL: a switch */
    bool is_file;
    enum own_when when;
    const char *in; /* where errors of the contract say that its value stands; NULL: nowhere */
    const char *field;
    const char *help;
};

/* By enum own_id; those of some verbs first, since they hide others of the same name. */
extern const struct own_option own_options[OWN_COUNT];

/* Whether the option is one of the verb's; `verb` may be NULL. */
bool table_has_own(const struct verb *verb, enum own_id own);

/* Whether the verb begins with these words, and whether it is exactly them. */
bool table_begins(const struct verb *verb, const char *const *words, size_t n);
bool table_is(const struct verb *verb, const char *const *words, size_t n);

/* The area of a first word, NULL if there is none. */
const struct area *table_area(const char *word);

/* Calls `take` with each different word that can follow the words given, in order. */
void table_next_words(const char *const *words, size_t n, void (*take)(const char *word, void *context), void *context);

/* The option of the row that carries this member; NULL if there is none. `member` may be a JSON pointer's path with dots. */
const struct option *table_option_of(const struct verb *verb, enum option_place place, const char *member);

size_t table_n_arguments(const struct verb *verb);

/* How many of them must be there. */
size_t table_n_needed(const struct verb *verb);

/* Whether the n-th argument, from 0, is a file's name. */
bool table_is_file(const struct verb *verb, size_t n);

/* Whether the verb's body is made from a file that is an argument. */
bool table_sends_file(const struct verb *verb);

/* How much of the name of an option with OR_NONE follows "--no-": where no file is given, "-file" is not said. */
int table_no_name_length(const struct option *option);

#endif
