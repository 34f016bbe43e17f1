/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lookup.h: where actors and students occur in the log, so that "who has read about me" looks at those rows alone. Made from the rows,
 * behind them, in bounded steps of bounded parts; read.h reads it. For call/.
 */
#ifndef TRYGG_ACTIVITY_LOOKUP_H
#define TRYGG_ACTIVITY_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/status.h"
#include "storage/storage.h"

/* Of a step. What is written is pages, and each id has one of its own, however many rows of a step name it: long steps write less. */
enum { LOOKUP_STEP_ROWS = 4096, LOOKUP_STEP_ENTRIES = 16384 };

/* Of a part: it holds the writer for some milliseconds. */
enum { LOOKUP_PART_ENTRIES = 384, LOOKUP_PART_IDS = 64 };

/* What one entry weighs in a batch, roughly. */
enum { LOOKUP_ENTRY_BYTES = 64 };

/* One that a row names. */
struct lookup_entry {
    struct uuid id;
    int64_t leaf_index;
};

/* The next rows of one tree, and whom they name. */
struct lookup_step {
    struct uuid tree;
    int64_t upto;                 /* the first leaf that is not looked up when the step is stored */
    struct lookup_entry *entries; /* first those of actors, then those of students; those of one id stand together */
    size_t n_actors, n_entries;
};

/* A step that is stored up to an entry; from {step, 0, 0} on. */
struct lookup_part {
    const struct lookup_step *step;
    size_t first, end; /* entries */
};

/* A tree is due when so many of its rows are not looked up, which a page of the log still reads one by one, or when none has come since a
 * time: rows that come thick and fast are looked up many at once, and so many of their entries stand on one page. */
enum { LOOKUP_TAIL = 1024 };

/* The next step of the first tree behind `after` that is due, in the session's arena. STATUS_NOT_FOUND when none is. */
must_check enum status lookup_next(struct session *session, const struct uuid *after, int64_t quiet_since,
                                   struct lookup_step *ret_step);

/* The part behind this one; the last one ends with the step's entries. */
struct lookup_part lookup_part_after(const struct lookup_part *part);

/* Stores a part; again does no harm, and entries whose last part is never stored do none. The last one says that the step is looked up. */
must_check enum status lookup_store(struct tx *tx, const struct lookup_part *part);

#endif
