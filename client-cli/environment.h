/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * environment.h: what the environment says.
 */
#ifndef TRYGG_CLI_ENVIRONMENT_H
#define TRYGG_CLI_ENVIRONMENT_H

#include <stddef.h>
#include <stdlib.h>

/* NULL for a variable that is empty or not there. */
static inline const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

#endif
