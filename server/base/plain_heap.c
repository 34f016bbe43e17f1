/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * plain_free.c: the free that comes after our own.
 * May not allocate or keep anything: it runs inside each free there is.
 * Always: found once; the C library's, or that of a tool which was loaded before it.
 */
#include "base/plain_free.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef void free_function(void *block);

static free_function *find(void)
{
    static _Atomic(free_function *) found;
    free_function *function = atomic_load_explicit(&found, memory_order_relaxed);

    if (function == NULL) {
        void *symbol = dlsym(RTLD_NEXT, "free");
        memcpy(&function, &symbol, sizeof function); /* POSIX has dlsym return an object pointer for a function */
        atomic_store_explicit(&found, function, memory_order_relaxed);
    }
    return function;
}

bool plain_free_is_there(void)
{
    return find() != NULL;
}

void plain_free(void *block)
{
    free_function *function = find();

    if (function == NULL)
        abort();
    function(block);
}
