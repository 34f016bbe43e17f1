/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * download.h: a document handed out piece by piece, long after the call that allowed it has been logged. Between two pieces nothing of the
 * store is held: no snapshot, no reader, no key; one part is in memory at a time.
 */
#ifndef TRYGG_CALL_DOWNLOAD_H
#define TRYGG_CALL_DOWNLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "call/pipeline.h"
#include "domain/document.h"

struct download;

/* What one holds at most. */
enum { DOWNLOAD_BYTES = DOCUMENT_MOST_PART + 4096 };

/* call_read of document_content_case, and what is left to hand out of it: `content->len` bytes from `content->first` on. NULL when the
 * document is unfinished and may be. Its piece goes over to the download. */
must_check enum status call_download(const struct call *call, struct document_content *content,
                                     struct download **ret_download);

/* Some of the bytes at `position`, counted from the first that is handed out, more than none; one position after the other. What cannot be
 * read, or is not what was stored, ends it. */
must_check enum status download_read(struct download *download, uint64_t position, void *piece, size_t max,
                                     size_t *ret_len);

/* Accepts NULL, returns NULL. The house must still stand. */
struct download *download_close(struct download *download);

#endif
