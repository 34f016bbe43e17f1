/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stream.h: a large answer that is handed out piece by piece, as its reader takes it. Given whole to ulfius it would be copied, and
 * a thousand readers who stop half-way would hold a thousand copies.
 */
#ifndef TRYGG_HTTP_STREAM_H
#define TRYGG_HTTP_STREAM_H

#include <stdint.h>
#include <sys/types.h>

#include "http/budget.h"
#include "http/message.h"

/* Answers up to this size go whole. A piece is at most as large. */
enum { STREAM_ABOVE = 16 << 10 };

struct stream;

/* Takes the outgoing body over; what it holds, if it has an owner, is taken from the budget until stream_free. NULL when that does not
 * allow it: the body stays where it was. */
struct stream *stream_new(struct outgoing *outgoing, struct budget *budget);

/* As libmicrohttpd's MHD_ContentReaderCallback and MHD_ContentReaderFreeCallback. A body that cannot be read any further ends the
 * connection. */
ssize_t stream_read(void *context, uint64_t position, char *piece, size_t max);
void stream_free(void *context);

#endif
