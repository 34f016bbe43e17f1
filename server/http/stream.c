/* SPDX-License-Identifier: EUPL-1.2 */
/* Hands out an answer in pieces.
 * May not change or log what it hands out.
 * An answer that is ours is wiped when its reader has it all or has gone. */
#include "http/stream.h"

#include <microhttpd.h>

#include <stdlib.h>
#include <string.h>

struct stream {
    char *owned; /* NULL for a lasting body, and for one that is read as it goes */
    const char *bytes;
    size_t len;
    struct api_stream source; /* what it is read from; context NULL: the bytes */
    size_t holds;             /* of the budget */
    struct budget *budget;
};

static size_t holds(const struct outgoing *outgoing)
{
    if (outgoing->stream.context != NULL)
        return outgoing->stream.holds;
    return outgoing->body != NULL ? outgoing->body_len : 0;
}

struct stream *stream_new(struct outgoing *outgoing, struct budget *budget)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL)
        return NULL;
    if (!budget_take(budget, holds(outgoing))) {
        free(stream);
        return NULL;
    }
    *stream = (struct stream){
        .owned = outgoing->body,
        .bytes = outgoing->body != NULL ? outgoing->body : outgoing->lasting_body,
        .len = outgoing->body_len,
        .source = outgoing->stream,
        .holds = holds(outgoing),
        .budget = budget,
    };
    outgoing->body = NULL;
    outgoing->stream = (struct api_stream){0};
    return stream;
}

static ssize_t read_source(const struct api_stream *source, uint64_t position, char *piece, size_t max)
{
    size_t len = 0;
    enum status status = source->read(source->context, position, piece, max, &len);
    return status == STATUS_OK && len > 0 ? (ssize_t)len : MHD_CONTENT_READER_END_WITH_ERROR;
}

ssize_t stream_read(void *context, uint64_t position, char *piece, size_t max)
{
    const struct stream *stream = context;
    if (position >= stream->len)
        return 0;
    if (stream->source.context != NULL)
        return read_source(&stream->source, position, piece, max);
    size_t len = stream->len - (size_t)position;
    if (len > max)
        len = max;
    memcpy(piece, stream->bytes + position, len);
    return (ssize_t)len;
}

void stream_free(void *context)
{
    struct stream *stream = context;
    if (stream->owned != NULL) {
        explicit_bzero(stream->owned, stream->len);
        free(stream->owned);
    }
    if (stream->source.context != NULL)
        stream->source.close(stream->source.context);
    budget_give(stream->budget, stream->holds);
    free(stream);
}
