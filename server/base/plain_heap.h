/* SPDX-License-Identifier: EUPL-1.2 */
/* plain_heap.h: the C library's heap, past what tryggd has in front of it: patience (server/patient_heap.c), and a wipe of what is given back
 * (server/wiped_free.c). */
#ifndef TRYGG_BASE_PLAIN_HEAP_H
#define TRYGG_BASE_PLAIN_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* NULL at once when memory is out. */
void *plain_malloc(size_t size) __attribute__((malloc));
void *plain_calloc(size_t n, size_t size) __attribute__((malloc));

/* Gives the block back as it is. NULL is left alone. */
void plain_free(void *block);

/* Whether there is one to be found; plain_free ends the process when there is not. */
bool plain_free_is_there(void);

#endif
