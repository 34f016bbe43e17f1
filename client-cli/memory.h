/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * memory.h: what is freed at the end of a block.
 */
#ifndef TRYGG_CLI_MEMORY_H
#define TRYGG_CLI_MEMORY_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "outcome.h"
#include "print.h"

static inline void memory_free_json(json_t **json)
{
    json_decref(*json);
}

/* Texts may hold names: they are wiped. */
static inline void memory_free_text(char **text)
{
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
}

#define auto_json __attribute__((cleanup(memory_free_json))) json_t *
#define auto_text __attribute__((cleanup(memory_free_text))) char *

static inline enum outcome memory_out(void)
{
    complain("out of memory", NULL);
    return OUTCOME_LOCAL;
}

#endif
