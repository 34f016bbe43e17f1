/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bodies.h: memory for ulfius: request bodies, copies of headers, answers. What all bodies together may hold has a limit, since they are kept
 * whole before anybody is asked who sends them. What goes back is wiped by the process's own free.
 */
#ifndef TRYGG_HTTP_BODIES_H
#define TRYGG_HTTP_BODIES_H

#include <stddef.h>

#include "base/status.h"

/* Blocks for up to so many bytes do not count; whatever is made of the head of a request is no larger (HTTP_MAX_HEAD). */
enum { BODIES_SMALL = 16 << 10 };

/* How many bytes the larger blocks of bodies_realloc may have together; before threads and before the first of them. Without it there is no
 * limit. STATUS_INTERNAL without randomness. */
must_check enum status bodies_start(size_t limit);

/* How many they have now. */
size_t bodies_held(void);

/* As realloc. Grows in powers of two: ulfius asks anew for every piece of a body. NULL when the larger blocks would exceed their limit: the
 * old block is then gone, too, because ulfius forgets it. Never NULL for want of memory (base/patient.h). Blocks that are not larger may
 * also be given to free. */
void *bodies_realloc(void *block, size_t size);

/* Takes blocks of malloc as well. */
void bodies_free(void *block);

#endif
