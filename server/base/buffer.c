/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: bytes that grow up to a mandatory maximum.
 * May not: use realloc, which leaves copies of what was there behind.
 * Always:  the contents end with a NUL that is not counted, and every freed byte was wiped first.
 */
#include "base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 1024 }; /* the answer that is asked for most fits */

struct buffer buffer_make(size_t max)
{
    return (struct buffer){.max = max < SIZE_MAX ? max : SIZE_MAX - 1};
}

/* capacity counts the closing NUL, max does not, and nor does needed. */
static enum status grow(struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > buffer->max / 2 ? buffer->max + 1 : buffer->capacity * 2;
    if (capacity < SMALLEST_CAPACITY)
        capacity = SMALLEST_CAPACITY;
    if (capacity <= needed)
        capacity = needed + 1;
    if (capacity > buffer->max + 1)
        capacity = buffer->max + 1;

    uint8_t *data = malloc(capacity);
    if (data == NULL)
        return STATUS_NO_MEMORY;
    if (buffer->data != NULL) {
        memcpy(data, buffer->data, buffer->len);
        explicit_bzero(buffer->data, buffer->capacity);
        free(buffer->data);
    }
    data[buffer->len] = 0;
    buffer->data = data;
    buffer->capacity = capacity;
    return STATUS_OK;
}

static enum status make_room(struct buffer *buffer, size_t more)
{
    if (buffer->failed)
        return STATUS_NO_MEMORY;
    if (more > buffer->max - buffer->len)
        return STATUS_TOO_LARGE;
    return buffer->len + more < buffer->capacity ? STATUS_OK : grow(buffer, buffer->len + more);
}

enum status buffer_extend(struct buffer *buffer, size_t len, char **ret_place)
{
    enum status status = make_room(buffer, len);
    if (status != STATUS_OK) {
        buffer->failed = true;
        return status;
    }
    *ret_place = (char *)buffer->data + buffer->len;
    buffer->len += len;
    buffer->data[buffer->len] = 0;
    return STATUS_OK;
}

enum status buffer_append(struct buffer *buffer, const void *bytes, size_t len)
{
    char *place;
    TRY(buffer_extend(buffer, len, &place));
    if (len > 0)
        memcpy(place, bytes, len);
    return STATUS_OK;
}

enum status buffer_text(struct buffer *buffer, const char *text)
{
    return buffer_append(buffer, text, strlen(text));
}

enum status buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    enum status status = len < 0 ? STATUS_INTERNAL : make_room(buffer, (size_t)len);
    if (status != STATUS_OK) {
        buffer->failed = true;
        return status;
    }

    va_start(arguments, format);
    (void)vsnprintf((char *)buffer->data + buffer->len, (size_t)len + 1, format, arguments);
    va_end(arguments);
    buffer->len += (size_t)len;
    return STATUS_OK;
}

void buffer_clear(struct buffer *buffer)
{
    if (buffer->data != NULL)
        explicit_bzero(buffer->data, buffer->capacity);
    free(buffer->data);
    *buffer = buffer_make(buffer->max);
}
