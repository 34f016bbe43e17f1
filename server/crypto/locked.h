/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * locked.h: memory for keys, for the files of this room alone: between guard pages, never swapped, in no core dump.
 */
#ifndef TRYGG_CRYPTO_LOCKED_H
#define TRYGG_CRYPTO_LOCKED_H

#include <stddef.h>

/* Zeroed. NULL when there is none, or none that can be locked (RLIMIT_MEMLOCK). libsodium must have been started. */
void *locked_new(size_t size);

/* Wipes. Accepts NULL, returns NULL. */
void *locked_free(void *memory);

#endif
