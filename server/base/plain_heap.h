/* SPDX-License-Identifier: EUPL-1.2 */
/* plain_free.h: the C library's free, past the one that tryggd has in front of it to wipe what is given back (server/wiped_free.c). */
#ifndef TRYGG_BASE_PLAIN_FREE_H
#define TRYGG_BASE_PLAIN_FREE_H

#include <stdbool.h>

/* Gives the block back as it is. NULL is left alone. */
void plain_free(void *block);

/* Whether there is one to be found; plain_free ends the process when there is not. */
bool plain_free_is_there(void);

#endif
