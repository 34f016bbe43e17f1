/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * patient.h: memory for libraries that go on with a NULL which they did not look for. jansson writes past a string whose text it could
 * not keep, and prints an object without a key; ulfius frees pointers that it never set; OpenSSL 3.0 follows one while it starts.
 */
#ifndef TRYGG_BASE_PATIENT_H
#define TRYGG_BASE_PATIENT_H

#include <stddef.h>

/* As malloc, but never NULL: waits until others have given some back, for a second at most, then ends the process in order, as after
 * a commit that ended unknown (EX_TEMPFAIL). Never on the writer's thread. */
void *patient_malloc(size_t size) __attribute__((malloc, returns_nonnull));

/* As realloc for a size that is not 0, with the same patience. */
void *patient_realloc(void *block, size_t size) __attribute__((returns_nonnull));

#endif
