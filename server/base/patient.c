/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: memory that is there, or an end in order.
 * May not: be used where a failed allocation can be answered: a process that ends costs every request that runs.
 * Always:  what it ends is as a kill would leave it: what was answered is stored.
 */
#include "base/patient.h"

#include <assert.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

enum { PATIENCE = 1000, NAP_NS = 1000000, EXIT_NO_MEMORY = EX_TEMPFAIL };

static _Thread_local int begun;

void patient_begin(void)
{
    begun++;
}

void patient_end(void)
{
    assert(begun > 0);
    begun--;
}

bool patient_is_begun(void)
{
    return begun > 0;
}

void patient_nap(int number)
{
    if (number < PATIENCE) {
        nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
        return;
    }
    LOG(LOG_LEVEL_ERROR, "no-memory", log_number("exit", EXIT_NO_MEMORY));
    _exit(EXIT_NO_MEMORY);
}

void *patient_malloc(size_t size)
{
    void *block = malloc(size);
    for (int naps = 0; block == NULL; naps++) {
        patient_nap(naps);
        block = malloc(size);
    }
    return block;
}

void *patient_realloc(void *block, size_t size)
{
    size_t held = block == NULL ? 0 : malloc_usable_size(block);
    void *moved = patient_malloc(size);
    if (held > 0)
        memcpy(moved, block, held < size ? held : size);
    free(block);
    return moved;
}
