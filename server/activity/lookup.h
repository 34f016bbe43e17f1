/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lookup.h: where actors and students occur in the log, so that "who has read about me" looks at those rows alone. Made from the rows,
 * behind them, in bounded steps; read.h reads it. For call/.
 */
#ifndef TRYGG_ACTIVITY_LOOKUP_H
#define TRYGG_ACTIVITY_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/status.h"
#include "storage/storage.h"

/* What one entry weighs in a batch, roughly; a step has at most so many, or those of one row. */
enum { LOOKUP_ENTRY_BYTES = 64, LOOKUP_STEP_ENTRIES = 1024 };

/* One that a row names. */
struct lookup_entry {
    struct uuid id;
    int64_t leaf_index;
};

/* The next rows of one tree, and whom they name. */
struct lookup_step {
    struct uuid tree;
    int64_t from; /* the first leaf that is looked up */
    int64_t upto; /* the first that is not */
    struct lookup_entry *actors;
    size_t n_actors;
    struct lookup_entry *students;
    size_t n_students;
};

/* The next step of the first tree behind `after` that has one, in the session's arena. STATUS_NOT_FOUND when none has. */
must_check enum status lookup_next(struct session *session, const struct uuid *after, struct lookup_step *ret_step);

/* Stores a step; again does no harm. */
must_check enum status lookup_store(struct tx *tx, const struct lookup_step *step);

#endif
