/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the words of the scopes, in tokens, in the configuration and in answers: one table for all three.
 * May not: say who may hold a scope, or what it opens.
 * Always:  a word and its bit are found from one another.
 */
#include "base/caller.h"

#include <string.h>

static const struct {
    enum scope scope;
    const char *name;
} scopes[] = {
    {SCOPE_READ, "trygg:read"}, {SCOPE_WRITE, "trygg:write"}, {SCOPE_PROVISION, "provision"},
    {SCOPE_CHANGES, "changes"}, {SCOPE_WITNESS, "witness"},
};

enum { N_SCOPES = sizeof scopes / sizeof scopes[0] };

const char *scope_name(unsigned scope)
{
    for (size_t i = 0; i < N_SCOPES; i++)
        if (scopes[i].scope == scope)
            return scopes[i].name;
    return NULL;
}

enum scope scope_parse(const char *text, size_t len)
{
    for (size_t i = 0; i < N_SCOPES; i++)
        if (strlen(scopes[i].name) == len && memcmp(scopes[i].name, text, len) == 0)
            return scopes[i].scope;
    return SCOPE_NONE;
}
