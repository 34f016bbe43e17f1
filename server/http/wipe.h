/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wipe.h: memory for ulfius that is zeroed before it goes back: request bodies, header copies with tokens in them, answers. What
 * all bodies together may hold has a limit, since they are kept whole before anybody is asked who sends them.
 */
#ifndef TRYGG_HTTP_WIPE_H
#define TRYGG_HTTP_WIPE_H

#include <stddef.h>

#include "base/status.h"

/* Blocks for up to so many bytes do not count; whatever is made of the head of a request is no larger (HTTP_MAX_HEAD). */
enum { WIPE_SMALL = 16 << 10 };

/* How many bytes the larger blocks of wipe_realloc may have together; before threads and before the first of them. Without it there is no
 * limit. STATUS_INTERNAL without randomness. */
must_check enum status wipe_start(size_t limit);

/* How many they have now. */
size_t wipe_held(void);

/* As realloc, but what was in the old block is wiped when it moves. Grows in powers of two: ulfius asks anew for every piece
 * of a body. NULL when the larger blocks would exceed their limit: the old block is then gone, too, because ulfius forgets it. Never NULL
 * for want of memory (base/patient.h). Its blocks may also be given to free unless they are larger, which merely does not wipe. */
void *wipe_realloc(void *block, size_t size);

/* Takes blocks of malloc as well. */
void wipe_free(void *block);

#endif
