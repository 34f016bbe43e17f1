/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_list.h: lists of personsaker, the one with the newest activity first: exactly those that P3 lets the caller read, or of these
 * the caller's own work. Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_PERSONSAK_LIST_H
#define TRYGG_DOMAIN_PERSONSAK_LIST_H

#include "domain/listing.h"
#include "domain/person_name.h"
#include "domain/personsak.h"
#include "domain/student_name.h"

/* So many are looked through, those with the newest activity: what a large school has in ten years. */
enum { PERSONSAK_LIST_CANDIDATES = 10000 };

/* One of a list. */
struct personsak_summary {
    struct personsak_id id;
    int64_t version;
    const char *ground;
    struct school_id school;
    struct student_name student;
    bool closed;
    const char *sakstype;
    const char *category;
    struct person_id saksbehandler;
    int64_t opened_at, last_at; /* ms */
    struct maybe_int due;       /* the student's last day at its school, once a departure is recorded (S6) */
    bool handled;               /* the saksbehandler can still handle it (G1, G2) */

    struct key_id key; /* as fetched */
    int64_t header;
    struct sealed sealed_sakstype, sealed_category;
};

/* The filters of the page, and their bits: ids[…]; the marks of codes fill ids[PERSONSAK_LIST_SAKSTYPE], and the numbers from
 * PERSONSAK_LIST_CATEGORY on. The others are bits and nothing else. numbers[PERSONSAK_LIST_LAST_AT] is where to go on. */
enum { PERSONSAK_LIST_SCHOOL, PERSONSAK_LIST_STUDENT, PERSONSAK_LIST_SAKSBEHANDLER, PERSONSAK_LIST_SAKSTYPE };
enum { PERSONSAK_LIST_LAST_AT, PERSONSAK_LIST_CATEGORY };
enum {
    PERSONSAK_LIST_BY_SCHOOL = 1 << PERSONSAK_LIST_SCHOOL,
    PERSONSAK_LIST_BY_STUDENT = 1 << PERSONSAK_LIST_STUDENT,
    PERSONSAK_LIST_BY_SAKSBEHANDLER = 1 << PERSONSAK_LIST_SAKSBEHANDLER,
    PERSONSAK_LIST_BY_SAKSTYPE = 1 << PERSONSAK_LIST_SAKSTYPE,
    PERSONSAK_LIST_BY_CATEGORY = 1 << 4,
    PERSONSAK_LIST_OPEN = 1 << 5,
    PERSONSAK_LIST_CLOSED = 1 << 6,
    PERSONSAK_LIST_DUE = 1 << 7,
    PERSONSAK_LIST_NOT_DUE = 1 << 8,
    PERSONSAK_LIST_HANDLED = 1 << 9,
    PERSONSAK_LIST_UNHANDLED = 1 << 10,
};

struct personsak_list {
    struct listing page;
    const char *sakstype; /* filters, or NULL; a token carries their marks */
    const char *category;

    struct personsak_summary *summaries; /* out, page.n of them */
    struct person_names names;           /* of their saksbehandlere */
    struct maybe_int total;              /* out: how many in all; not known when rights moved meanwhile */

    /* Between the steps. */
    const struct listing_kind *kind;
    struct found_personsak *found; /* by gather, in order; by sift: those of the page */
    size_t n_found;
    int64_t n_total;
    int64_t epoch;
    int32_t today; /* and epoch: when they were gathered */
};

/* P3: all that the caller may read. */
extern const struct read_case personsak_list_case;

/* Those of them that the caller leads or handles: a rektor's others are not their work. */
extern const struct read_case my_cases_case;

/* The roles with which a person can handle a personsak (G1), as bits: all that are held at a school, but student and guardian. */
unsigned personsak_handling_roles(void);

#endif
