/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * patient_heap.c: malloc and calloc of the whole process, in front of the C library's, for libraries that end the process or follow a NULL
 * when memory is out and take no allocator: libmagic, and GMP and libtasn1 below GnuTLS. Whoever calls into one of them says so
 * (patient_begin). One place for all, rather than a stand-in for each function of theirs that allocates.
 * It may not change an allocation that does not fail, keep anything beside a block, or wait where nobody asked for patience.
 * A realloc that moves takes its new block from this malloc (wiped_free.c). A sanitizer's heap is left alone.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/patient.h"
#include "base/sanitizer.h"

#if !SANITIZER_HEAP

typedef void *malloc_function(size_t size);
typedef void *calloc_function(size_t n, size_t size);

/* POSIX has dlsym return an object pointer for a function. */
#define FIND(name, ret_function)                                                                                       \
    do {                                                                                                               \
        void *symbol = dlsym(RTLD_NEXT, name);                                                                         \
        if (symbol == NULL)                                                                                            \
            abort();                                                                                                   \
        memcpy(&(ret_function), &symbol, sizeof(ret_function));                                                        \
    } while (0)

static malloc_function *plain_malloc(void)
{
    static _Atomic(malloc_function *) found;
    malloc_function *function = atomic_load_explicit(&found, memory_order_relaxed);

    if (function == NULL) {
        FIND("malloc", function);
        atomic_store_explicit(&found, function, memory_order_relaxed);
    }
    return function;
}

static calloc_function *plain_calloc(void)
{
    static _Atomic(calloc_function *) found;
    calloc_function *function = atomic_load_explicit(&found, memory_order_relaxed);

    if (function == NULL) {
        FIND("calloc", function);
        atomic_store_explicit(&found, function, memory_order_relaxed);
    }
    return function;
}

static __attribute__((used, malloc)) void *heap_malloc(size_t size)
{
    malloc_function *allocate = plain_malloc();
    void *block = allocate(size);

    for (int naps = 0; block == NULL && patient_is_begun(); naps++) {
        patient_nap(naps);
        block = allocate(size);
    }
    return block;
}

static __attribute__((used, malloc)) void *heap_calloc(size_t n, size_t size)
{
    calloc_function *allocate = plain_calloc();
    void *block = allocate(n, size);

    for (int naps = 0; block == NULL && patient_is_begun(); naps++) {
        patient_nap(naps);
        block = allocate(n, size);
    }
    return block;
}

void *malloc(size_t) __attribute__((alias("heap_malloc")));
void *calloc(size_t, size_t) __attribute__((alias("heap_calloc")));

#endif
