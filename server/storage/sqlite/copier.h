/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * copier.h: copies what the write-ahead log holds back into the database, on a thread and a connection of its own, while the writer goes on.
 * Thread-safe.
 */
#ifndef TRYGG_STORAGE_SQLITE_COPIER_H
#define TRYGG_STORAGE_SQLITE_COPIER_H

#include <pthread.h>

#include "base/status.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/readers.h"

struct copier;

/* Takes the connection over, also on failure. `readers` are of the same file. `turn` is held by the writer while it runs a batch: whoever holds
 * it is alone with the log. Both outlive the copier. */
must_check enum status copier_start(struct connection *connection, struct readers *readers, pthread_mutex_t *turn,
                                    struct copier **ret_copier);

/* Ends the thread, which nobody waits for any more, and empties the log, unless copier_cease was called or the writer told of no page. The
 * writer has ended. Accepts NULL, returns NULL. */
struct copier *copier_stop(struct copier *copier);

/* How many pages the log holds now: the writer says so after each batch, before its turn is over. */
void copier_note(struct copier *copier, int pages);

/* Copies what no snapshot reads past, and waits until that is done. STATUS_COMMIT_UNKNOWN after copier_cease. */
must_check enum status copier_copy(struct copier *copier);

/* Nobody knows what of the log is on the medium: nothing of it is copied from now on. */
void copier_cease(struct copier *copier);

#endif
