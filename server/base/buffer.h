/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * buffer.h: bytes that grow up to a mandatory maximum, wiped when freed. Once an append fails the buffer stays failed,
 * so that a writer can append in a row and ask once at the end.
 */
#ifndef TRYGG_BASE_BUFFER_H
#define TRYGG_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct buffer {
    uint8_t *data; /* owned; always followed by a NUL when not NULL */
    size_t len;
    size_t capacity;
    size_t max;
    bool failed;
};

/* An empty buffer that never exceeds max bytes; allocates nothing yet. */
struct buffer buffer_make(size_t max);

/* Appends; STATUS_TOO_LARGE over max, STATUS_NO_MEMORY without memory; the contents stay as they were. */
must_check enum status buffer_append(struct buffer *buffer, const void *bytes, size_t len);
must_check enum status buffer_text(struct buffer *buffer, const char *text);
must_check enum status buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for len bytes that the caller writes at *ret_place, all of them and before the next call. */
must_check enum status buffer_extend(struct buffer *buffer, size_t len, char **ret_place);

/* Wipes and frees; the buffer is then empty and usable again. */
void buffer_clear(struct buffer *buffer);

#define auto_buffer __attribute__((cleanup(buffer_clear))) struct buffer

#endif
