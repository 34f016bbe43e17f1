/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * patient.h: memory for libraries that go on with a NULL which they did not look for. jansson writes past a string whose text it could
 * not keep, and prints an object without a key; ulfius frees pointers that it never set; OpenSSL 3.0 follows one while it starts; libmagic
 * frees what a failed vasprintf left unset; GMP, below GnuTLS, aborts, and libtasn1 follows a NULL.
 */
#ifndef TRYGG_BASE_PATIENT_H
#define TRYGG_BASE_PATIENT_H

#include <stdbool.h>
#include <stddef.h>

/* As malloc, but never NULL: waits until others have given some back, a second for each allocation, not for each call into a library, then
 * ends the process in order, as after a commit that ended unknown (EX_TEMPFAIL). Never on the writer's thread. */
void *patient_malloc(size_t size) __attribute__((malloc, returns_nonnull));

/* As realloc for a size that is not 0, with the same patience. */
void *patient_realloc(void *block, size_t size) __attribute__((returns_nonnull));

/* Between the two, this thread's every malloc and calloc, whoever calls it, has the same patience in tryggd (server/patient_heap.c): for a
 * call into a library that takes no allocator. What no machine has is a NULL at once all the same. As many ends as begins. Elsewhere, and
 * with a sanitizer's heap, they change nothing. */
void patient_begin(void);
void patient_end(void);
bool patient_is_begun(void);

/* What a failed allocation is followed by when it is asked for again: a nap, the first being number 0, or the end. */
void patient_nap(int number);

#endif
