/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * writer.h: all that is written to trygg.db, one batch after the other. Thread-safe.
 */
#ifndef TRYGG_STORAGE_SQLITE_WRITER_H
#define TRYGG_STORAGE_SQLITE_WRITER_H

#include "base/status.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/readers.h"
#include "storage/storage.h"

struct writer;

/* More waiters than this are turned away with STATUS_BUSY. */
enum { WRITER_QUEUE = 4096 };

/* What it works with: the connection that writes to the file at `path`, and its readers, who are told what is committed and outlive it. */
struct writer_means {
    const char *path;
    struct connection *connection;
    struct readers *readers;
};

/* Takes the connection over, also on failure. */
must_check enum status writer_start(const struct writer_means *means, const struct store_settings *settings,
                                    struct writer **ret_writer);

/* Finishes what is queued, truncates the log unless a commit ended unknown, ends the thread. Accepts NULL, returns NULL. */
struct writer *writer_stop(struct writer *writer);

/* As store_write and store_checkpoint. */
must_check enum status writer_write(struct writer *writer, struct job *job);
must_check enum status writer_checkpoint(struct writer *writer);

/* The time of the newest activity row (0: none) as it was at the start; to be asked before the first job. */
int64_t writer_newest(const struct writer *writer);

/* How many wait for their turn now. */
size_t writer_queued(struct writer *writer);

/* What it has counted, and how many wait. */
void writer_figures(struct writer *writer, struct store_figures *figures);

#endif
