/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_list.h: the activity log as it is shown (V1): a school's tree, the organisation's own, or of a school's what is about one personsak.
 * Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_ACTIVITY_LIST_H
#define TRYGG_DOMAIN_ACTIVITY_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "domain/listing.h"
#include "domain/scene.h"

/* One row (V4). Where it stands in its tree is not part of what is shown. */
struct activity_line {
    int64_t place;  /* its leaf index; for open alone */
    const char *id; /* its name for activity_proof.h: sealed, in the arena */
    int64_t at;     /* ms */
    struct uuid request;
    const char *actor_kind;   /* "person", "client", "stranger" or "local" */
    struct maybe_uuid actor;  /* a person */
    struct maybe_uuid behalf; /* the person for whom a stand-in acted */
    const char *client;       /* NULL: none */
    const char *operation;
    const char *object_kind; /* NULL: none */
    struct maybe_uuid object;
    struct maybe_uuid student;
    struct maybe_uuid school;
    const char *outcome; /* "allowed", "refused" or "replayed" */
    const char *ground;
    size_t n_shown; /* how many students a list showed, without those on whom the reader has no right (G2) */
};

/* The filters of the page, and their bits: ids[ACTIVITY_ACTOR], ids[ACTIVITY_STUDENT], ids[ACTIVITY_OBJECT], numbers[ACTIVITY_FROM] and
 * numbers[ACTIVITY_UNTIL] (ms; from inclusive, until exclusive), text: the operation. An outcome is a bit and nothing else. */
enum { ACTIVITY_ACTOR, ACTIVITY_STUDENT, ACTIVITY_OBJECT, ACTIVITY_TREE };
enum { ACTIVITY_FROM, ACTIVITY_UNTIL, ACTIVITY_BELOW };
enum {
    ACTIVITY_BY_ACTOR = 1 << ACTIVITY_ACTOR,
    ACTIVITY_BY_STUDENT = 1 << ACTIVITY_STUDENT,
    ACTIVITY_BY_OBJECT = 1 << ACTIVITY_OBJECT,
    ACTIVITY_SINCE = 1 << 3,
    ACTIVITY_BEFORE = 1 << 4,
    ACTIVITY_BY_OPERATION = 1 << 5,
    ACTIVITY_ALLOWED = 1 << 6,
    ACTIVITY_REFUSED = 1 << 7,
    ACTIVITY_REPLAYED = 1 << 8,
};

/* The bit of an outcome's word; 0 for any other word. */
unsigned activity_outcome(const char *word);

struct activity_list {
    struct listing page;
    struct school_id school;       /* of school_activity_case */
    struct personsak_id personsak; /* of personsak_activity_case, which takes no filter by student or object */
    struct activity_line *lines;   /* out, page.n of them, newest first */

    const struct listing_kind *kind; /* by ready */
    int64_t below;                   /* between fetch and open: the place in the tree from which to go on */
    size_t looked_at;                /* out: how many rows that its reader may see were read for the page */
    size_t passed_over;              /* and how many others */
};

extern const struct read_case school_activity_case;
extern const struct read_case organisation_activity_case;
extern const struct read_case personsak_activity_case;

#endif
