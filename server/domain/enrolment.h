/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrolment.h: the times at which a student goes to a school (S1, M1). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_ENROLMENT_H
#define TRYGG_DOMAIN_ENROLMENT_H

#include "base/civic.h"
#include "domain/record.h"

struct enrolment {
    struct uuid id;
    int64_t version;
    struct student_id student;
    struct school_id school;
    struct period period;
    const char *ground;
};

/* Filters of the page: ids[0] the student, ids[1] the school. */
enum { ENROLMENT_LIST_BY_STUDENT = 1 << 0, ENROLMENT_LIST_BY_SCHOOL = 1 << 1 };
extern const struct record_kind enrolment_kind;

/* The facts of a right on an enrolment, its student's with one place, its school, and the subject of its row. One that does not exist is
 * no error: the relation then says so, and ret_enrolment is not written. ret_key (may be NULL) is the student's. */
must_check enum status enrolment_relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                                        struct enrolment *ret_enrolment, struct key_id *ret_key);

/* Makes, changes or puts an enrolment. A new one needs a student and a school, and lasts from today on unless told otherwise. It never
 * changes its student or school. A put by an id that nobody knows, for days on which the student is enrolled at the school already: that
 * enrolment gets the id, if it has none yet. */
struct enrolment_write {
    struct target target;
    struct reference student; /* one that the caller may read */
    bool has_civic_number;
    char civic_number[CIVIC_TEXT_BYTES]; /* or, canonical, the number of any student of the organisation */
    struct reference school;
    struct period_change period;
    struct failure *failure; /* takes members that are missing, and references that lead nowhere */

    struct mark civic_mark; /* by ready */

    /* By relate. */
    bool found;              /* there is one to change */
    struct enrolment stored; /* it */
    bool student_known, school_known,
        overlap; /* of the new one; `overlap`: the student is there on those days already */
    struct student_id of;
    struct school_id at;
    struct key_id key; /* the student's */
    struct period days;
};
extern const struct write_case enrolment_write_case;

#endif
