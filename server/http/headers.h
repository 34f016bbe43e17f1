/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * headers.h: the header fields of one request, one entry per line that came in: nothing is merged (RFC 9110 section 5.3),
 * so that a repeated Content-Length or Authorization can be told from one with a comma. Names compare without case.
 */
#ifndef TRYGG_HTTP_HEADERS_H
#define TRYGG_HTTP_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { HEADERS_MAX = 64 };

struct header {
    const char *name;
    const char *value;
};

struct headers {
    struct header items[HEADERS_MAX]; /* text is not owned and lives as long as the request */
    size_t n;
    size_t bytes;  /* that the lines took where they were received, line ends included */
    uintptr_t end; /* of the last one, as an address; 0: none was received in place */
    bool unusable; /* too many, folded, not in these lines alone, a name that is no token, a value with controls */
};

/* Adds a line; what cannot be kept faithfully makes the whole set unusable instead. Both texts end in NUL after their length. */
void headers_add(struct headers *headers, const char *name, size_t name_len, const char *value, size_t value_len);

/* The same for a line that stands where it was received: name, colon, white space and value in one piece of memory (the colon may
 * have been overwritten). When a line was folded (RFC 9112 section 5.2) libmicrohttpd puts it together elsewhere, and what it
 * then tells as name and value need not be what was sent: that makes the whole set unusable. So does a line that does not begin where the
 * one before ends with CR and LF: line ends that lack a CR would make up, in the sum below, for what is hidden in another place. */
void headers_add_in_place(struct headers *headers, const char *name, size_t name_len, const char *value,
                          size_t value_len);

/* Whether request line and headers are these and nothing more: `size` bytes were received up to the body. libmicrohttpd takes a line for
 * a text that ends at its first NUL, an LF or a CR alone for a line's end, and blanks in a row for one: what is hidden so, and what another
 * reader would take otherwise, makes the whole set unusable. What stays possible: an LF alone that ends the request line, the last line or the
 * empty one makes up for one byte each, a blank or what stands behind a NUL, in the request line or the empty one: no room for a header. */
void headers_add_up(struct headers *headers, const char *method, const char *target, size_t size);

size_t headers_count(const struct headers *headers, const char *name);

/* The first value of that name, or NULL. */
const char *headers_get(const struct headers *headers, const char *name);

/* Refuses whatever two HTTP readers could frame differently (RFC 9112 section 6.3), and repeated Authorization or Host.
 * STATUS_MALFORMED: the connection must be closed after the answer. ret_content_length is 0 when none is given. */
must_check enum status headers_check_framing(const struct headers *headers, uint64_t *ret_content_length);

#endif
