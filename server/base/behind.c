/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      finding the function behind one of our own of the same name.
 * May not:  allocate, or keep anything: it runs inside malloc and free, before main as well.
 * Always:   never our own, which would call itself for ever.
 */
#include "base/behind.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

behind_function *behind_look(const char *name)
{
    behind_function *function = NULL;
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(&function, &symbol, sizeof(function)); /* POSIX has dlsym return an object pointer for a function */
    return function;
}

behind_function *behind_find(const char *name)
{
    behind_function *function = behind_look(name);

    if (function == NULL)
        abort();
    return function;
}
