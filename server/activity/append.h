/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * append.h: writing activity rows. For call/ only: nobody else appends, and nobody at all changes or removes (V3).
 */
#ifndef TRYGG_ACTIVITY_APPEND_H
#define TRYGG_ACTIVITY_APPEND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "storage/statement.h"
#include "storage/storage.h"

enum actor_kind {
    ACTOR_PERSON,   /* someone the organisation knows */
    ACTOR_CLIENT,   /* a service client's own token */
    ACTOR_STRANGER, /* a valid token of someone the organisation does not know */
    ACTOR_LOCAL,    /* the operator at the machine: tryggd init */
};

enum outcome { OUTCOME_ALLOWED, OUTCOME_REFUSED, OUTCOME_REPLAYED };

/* One row (V4): never content, never a name or a civic number. The time is set when it is appended. */
struct activity_row {
    struct organisation_id organisation;
    enum actor_kind actor_kind;
    struct maybe_uuid actor;  /* person_id */
    struct mark actor_mark;   /* of a stranger's login */
    struct maybe_uuid behalf; /* person_id of whom a stand-in acts for */
    const char *client;       /* NULL: none */
    const char *operation;    /* operationId */
    const char *object_kind;  /* "student", or NULL */
    struct maybe_uuid object;
    struct maybe_uuid student;
    struct maybe_uuid school;
    bool withheld_from_school; /* drafts and reports about the leadership: a leaf of the organisation's tree (V1) */
    enum outcome outcome;
    const char *ground; /* the ground, or the refusal */
    struct uuid request;
    const struct uuid *shown; /* the students that a list showed */
    size_t n_shown;
};

enum { ACTIVITY_MAX_BATCH = 256 };

/* Which tree the row is a leaf of (V1): its school's, unless it has none or must be withheld from it; then the organisation's. */
struct uuid activity_tree_of(const struct activity_row *row);

/* Appends the rows of one batch, at most ACTIVITY_MAX_BATCH, in their order within each tree, trees in ascending order. */
must_check enum status activity_append(struct tx *tx, const struct activity_row *const *rows, size_t n);

/* The tree of a new school (known) or organisation (school not known). */
must_check enum status activity_plant(struct tx *tx, const struct organisation_id *organisation,
                                      struct maybe_uuid school);

#endif
