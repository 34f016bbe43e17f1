/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text that grows by doubling.
 * May not print, nor know what the text is.
 * Always: no memory that held it is given back unwiped.
 */
#include "buffer.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 64 };

static void free_wiped(struct buffer *buffer)
{
    if (buffer->text != NULL)
        explicit_bzero(buffer->text, buffer->size);
    free(buffer->text);
}

bool buffer_reserve(struct buffer *buffer, size_t more, size_t max)
{
    assert(buffer->len <= max && max < SIZE_MAX / 4);
    if (more > max - buffer->len)
        return false;
    size_t wanted = buffer->len + more + 1;
    if (wanted <= buffer->size)
        return true;
    size_t size = buffer->size == 0 ? (size_t)FIRST_BYTES : buffer->size * 2;
    if (size > max + 1)
        size = max + 1;
    struct buffer grown = {.len = buffer->len, .size = size < wanted ? wanted : size};
    grown.text = malloc(grown.size);
    if (grown.text == NULL)
        return false;
    if (buffer->text != NULL)
        memcpy(grown.text, buffer->text, buffer->len);
    grown.text[grown.len] = '\0';
    free_wiped(buffer);
    *buffer = grown;
    return true;
}

bool buffer_add(struct buffer *buffer, const char *bytes, size_t n, size_t max)
{
    if (!buffer_reserve(buffer, n, max))
        return false;
    memcpy(buffer->text + buffer->len, bytes, n);
    buffer->len += n;
    buffer->text[buffer->len] = '\0';
    return true;
}

void buffer_wipe(struct buffer *buffer)
{
    free_wiped(buffer);
    *buffer = (struct buffer){0};
}
