/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: memory for keys.
 * May not: hand out any that is not locked.
 * Always:  what is locked was checked to be locked, and is wiped before it is given back.
 */
#include "crypto/locked.h"

#include <sodium.h>
#include <string.h>

/* sodium_malloc goes on where it cannot lock, and says nothing: so it is asked for again. */
void *locked_new(size_t size)
{
    void *memory = sodium_malloc(size);
    if (memory == NULL)
        return NULL;
    if (sodium_mlock(memory, size) != 0)
        return locked_free(memory);
    memset(memory, 0, size);
    return memory;
}

void *locked_free(void *memory)
{
    sodium_free(memory);
    return NULL;
}
