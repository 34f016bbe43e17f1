/* SPDX-License-Identifier: EUPL-1.2 */
/* behind.h: the functions of libraries that tryggd has one of its own in front of. */
#ifndef TRYGG_BASE_BEHIND_H
#define TRYGG_BASE_BEHIND_H

typedef void behind_function(void); /* to be called as what it is */

/* The function of this name that comes after the program's own: the library's, or that of a tool which was loaded before it. NULL without one. */
behind_function *behind_look(const char *name);

/* The same, or the end of the process. */
behind_function *behind_find(const char *name) __attribute__((returns_nonnull));

#endif
