/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the malloc, calloc and free that come after our own.
 * May not:  allocate on the way or keep anything: it runs inside each allocation and each free there is.
 * Always:   found once; the C library's, or those of a tool which was loaded before it.
 */
#include "base/plain_heap.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/behind.h"

typedef void *malloc_function(size_t size);
typedef void *calloc_function(size_t n, size_t size);
typedef void free_function(void *block);

typedef _Atomic(behind_function *) found;

static behind_function *find(found *once, const char *name)
{
    behind_function *function = atomic_load_explicit(once, memory_order_relaxed);

    if (function == NULL) {
        function = behind_find(name);
        atomic_store_explicit(once, function, memory_order_relaxed);
    }
    return function;
}

void *plain_malloc(size_t size)
{
    static found once;

    return ((malloc_function *)find(&once, "malloc"))(size);
}

void *plain_calloc(size_t n, size_t size)
{
    static found once;

    return ((calloc_function *)find(&once, "calloc"))(n, size);
}

void plain_free(void *block)
{
    static found once;

    ((free_function *)find(&once, "free"))(block);
}

bool plain_free_is_there(void)
{
    return behind_look("free") != NULL;
}
