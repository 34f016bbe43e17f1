/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * download.c: the parts of a document after the first, read and opened one by one as its reader takes them.
 * May not decide anything: that the document may be read was decided, and logged, before the first byte left (V2).
 * Always: a part is what was stored for its place, or nothing more is handed out (C3).
 */
#include "call/download.h"

#include <stdlib.h>
#include <string.h>

#include "call/house.h"

struct download {
    struct house *house;
    struct document_whole whole;
    uint64_t first, len; /* what is handed out */
    struct document_piece piece;
    struct arena *opened; /* in which the piece's bytes are */
};

/* The first piece was opened in the memory of the call, which ends before this does. */
static enum status take_over(const struct document_content *content, struct download *download)
{
    void *bytes = NULL;

    download->opened = arena_new(DOWNLOAD_BYTES);
    if (download->opened != NULL)
        bytes = arena_copy(download->opened, content->piece.bytes, (size_t)content->piece.size);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    download->piece = content->piece;
    download->piece.bytes = bytes;
    return STATUS_OK;
}

enum status call_download(const struct call *call, struct document_content *content, struct download **ret_download)
{
    TRY(call_read(call, &document_content_case, content));
    *ret_download = NULL;
    if (content->piece.bytes == NULL)
        return STATUS_OK;
    struct download *download = calloc(1, sizeof *download);
    if (download == NULL)
        return STATUS_NO_MEMORY;
    *download =
        (struct download){.house = call->house, .whole = content->whole, .first = content->first, .len = content->len};
    enum status status = take_over(content, download);
    if (status == STATUS_OK)
        *ret_download = download;
    else
        download_close(download);
    return status;
}

static enum status fetch(const struct download *download, struct arena *arena, int64_t part,
                         struct document_piece *ret_piece)
{
    auto_session session = NULL;

    TRY(session_begin(download->house->store, arena, &session));
    return document_piece_fetch(session, &download->whole, part, ret_piece);
}

/* The next one must go on where this one ends. */
static enum status next_piece(struct download *download)
{
    const int64_t end = download->piece.start + download->piece.size;
    auto_arena sealed = arena_new(DOWNLOAD_BYTES);
    struct document_piece piece;

    download->opened = arena_free(download->opened);
    if (sealed == NULL)
        return STATUS_NO_MEMORY;
    TRY(fetch(download, sealed, download->piece.part + 1, &piece));
    if (piece.start != end)
        return STATUS_CORRUPT;
    download->opened = arena_new(DOWNLOAD_BYTES);
    if (download->opened == NULL)
        return STATUS_NO_MEMORY;
    TRY(document_piece_open(download->house->vault, &download->whole, download->opened, &piece));
    piece.sealed = (struct sealed){0};
    download->piece = piece;
    return STATUS_OK;
}

static size_t smaller(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

enum status download_read(struct download *download, uint64_t position, void *piece, size_t max, size_t *ret_len)
{
    if (download->opened == NULL || position >= download->len)
        return STATUS_INTERNAL;
    const uint64_t at = download->first + position;
    if (at == (uint64_t)(download->piece.start + download->piece.size))
        TRY(next_piece(download));
    if (at < (uint64_t)download->piece.start || at >= (uint64_t)(download->piece.start + download->piece.size))
        return STATUS_INTERNAL;
    const uint64_t in_piece = at - (uint64_t)download->piece.start;
    size_t len = smaller((uint64_t)download->piece.size - in_piece, download->len - position);
    len = smaller(len, max);
    memcpy(piece, (const char *)download->piece.bytes + in_piece, len);
    *ret_len = len;
    return STATUS_OK;
}

struct download *download_close(struct download *download)
{
    if (download == NULL)
        return NULL;
    download->opened = arena_free(download->opened);
    free(download);
    return NULL;
}
