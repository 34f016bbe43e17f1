/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wipe.h: memory for ulfius that is zeroed before it goes back: request bodies, header copies with tokens in them, answers.
 */
#ifndef TRYGG_HTTP_WIPE_H
#define TRYGG_HTTP_WIPE_H

#include <stddef.h>

/* As realloc, but what was in the old block is wiped when it moves. Grows in powers of two: ulfius asks anew for every piece
 * of a body. Its blocks may also be given to free, which merely does not wipe. */
void *wipe_realloc(void *block, size_t size);
void wipe_free(void *block);

#endif
