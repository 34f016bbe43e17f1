/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * buffer.h: text that grows. It may hold people's names: whatever memory held it is wiped when it is given back.
 */
#ifndef TRYGG_CLI_BUFFER_H
#define TRYGG_CLI_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* {0} is an empty one. */
struct buffer {
    char *text; /* with a closing NUL; NULL as long as nothing was reserved */
    size_t len;
    size_t size; /* of the memory */
};

/* Makes room for `more` bytes behind those that are there, and for the closing NUL; the memory doubles. False when the text could
 * get longer than `max` bytes, or when memory is out; nothing is lost then. */
bool buffer_reserve(struct buffer *buffer, size_t more, size_t max);

/* The same, and takes the bytes. */
bool buffer_add(struct buffer *buffer, const char *bytes, size_t n, size_t max);

void buffer_wipe(struct buffer *buffer);

#endif
