/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read.h: reading a tree of the activity log (V1), backwards as a rule. Who may see what of it is domain/'s business. Places are leaf indexes; they
 * are for going on, and are never shown.
 */
#ifndef TRYGG_ACTIVITY_READ_H
#define TRYGG_ACTIVITY_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/status.h"
#include "storage/storage.h"

/* No time is later: from the newest row. */
#define ACTIVITY_NEWEST INT64_MAX

/* The place below which all rows, and no others, are older than `before` (ms). 0: there are none. */
must_check enum status activity_seek(struct session *session, const struct uuid *tree, int64_t before,
                                     int64_t *ret_below);

/* The rows below a place, newest first: `max` of them, or as many as there are. STATUS_CORRUPT if one is missing. */
struct sql_activity_older_row;
must_check enum status activity_older(struct session *session, const struct uuid *tree, int64_t below, size_t max,
                                      struct sql_activity_older_row **ret_rows, size_t *ret_n);

/* The rows from a place on, oldest first: `max` of them, or as many as there are. STATUS_CORRUPT if one is missing between them. */
struct sql_activity_newer_row;
must_check enum status activity_newer(struct session *session, const struct uuid *tree, int64_t from, size_t max,
                                      struct sql_activity_newer_row **ret_rows, size_t *ret_n);

/* Up to which place the tree's rows have been looked up (lookup.h): below it activity_places knows all, from it on the rows must be read. */
must_check enum status activity_looked_up(struct session *session, const struct uuid *tree, int64_t *ret_looked_up);

/* Whom a row names: the person who did it; or the student it is about, and the students that its list showed. */
enum activity_named { ACTIVITY_NAMED_ACTOR, ACTIVITY_NAMED_STUDENT, ACTIVITY_NAMED_COUNT };

/* What is sought in a tree: rows that name one of n ids. */
struct activity_sought {
    const struct uuid *tree;
    enum activity_named named;
    const struct uuid *ids;
    size_t n;
};

/* Their places below `below`, newest first, each once: `max` of them, or as many as there are. */
must_check enum status activity_places(struct session *session, const struct activity_sought *sought, int64_t below,
                                       size_t max, int64_t **ret_places, size_t *ret_n);

/* The students that a row's list showed, borrowed from the row. STATUS_CORRUPT if they are no whole ids. */
must_check enum status activity_shown(const struct sql_activity_older_row *row, const struct uuid **ret_shown,
                                      size_t *ret_n);

#endif
