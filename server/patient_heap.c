/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      malloc and calloc of the whole process, in front of the C library's, for libraries that end the process or follow a NULL when memory
 *           is out and take no allocator: libmagic, and GMP and libtasn1 below GnuTLS. Whoever calls into one of them says so
 *           (patient_begin). One place for all, rather than a stand-in for each function of theirs that allocates.
 * May not:  change an allocation that does not fail, keep anything beside a block, or wait where nobody asked for patience.
 * Always:   what no machine has is a NULL at once. A realloc that grows takes its block from this malloc (wiped_free.c). A sanitizer's heap
 *           is left alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/patient.h"
#include "base/plain_heap.h"
#include "base/sanitizer.h"

#if !SANITIZER_HEAP

/* Whether to ask again may help: no block is larger than PTRDIFF_MAX. */
static bool is_waited_for(size_t n, size_t size)
{
    size_t all;

    return patient_is_begun() && !__builtin_mul_overflow(n, size, &all) && all <= PTRDIFF_MAX;
}

static __attribute__((used, malloc)) void *heap_malloc(size_t size)
{
    void *block = plain_malloc(size);

    for (int naps = 0; block == NULL && is_waited_for(1, size); naps++) {
        patient_nap(naps);
        block = plain_malloc(size);
    }
    return block;
}

static __attribute__((used, malloc)) void *heap_calloc(size_t n, size_t size)
{
    void *block = plain_calloc(n, size);

    for (int naps = 0; block == NULL && is_waited_for(n, size); naps++) {
        patient_nap(naps);
        block = plain_calloc(n, size);
    }
    return block;
}

void *malloc(size_t) __attribute__((alias("heap_malloc")));
void *calloc(size_t, size_t) __attribute__((alias("heap_calloc")));

#endif
