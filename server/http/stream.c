/* SPDX-License-Identifier: EUPL-1.2 */
/* Hands out an answer in pieces.
 * May not change or log what it hands out.
 * An answer that is ours is wiped when its reader has it all or has gone. */
#include "http/stream.h"

#include <stdlib.h>
#include <string.h>

struct stream {
    char *owned; /* NULL for a lasting body */
    const char *bytes;
    size_t len;
    struct budget *budget;
};

struct stream *stream_new(struct outgoing *outgoing, struct budget *budget)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL)
        return NULL;
    if (outgoing->body != NULL && !budget_take(budget, outgoing->body_len)) {
        free(stream);
        return NULL;
    }
    *stream = (struct stream){
        .owned = outgoing->body,
        .bytes = outgoing->body != NULL ? outgoing->body : outgoing->lasting_body,
        .len = outgoing->body_len,
        .budget = budget,
    };
    outgoing->body = NULL;
    return stream;
}

ssize_t stream_read(void *context, uint64_t position, char *piece, size_t max)
{
    const struct stream *stream = context;
    if (position >= stream->len)
        return 0;
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
        budget_give(stream->budget, stream->len);
    }
    free(stream);
}
