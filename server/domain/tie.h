/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tie.h: what binds a person to a student, and when (M1, G1, G2). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_TIE_H
#define TRYGG_DOMAIN_TIE_H

#include "domain/record.h"

struct tie {
    struct uuid id;
    int64_t version;
    struct student_id student;
    struct person_id person;
    enum tie_kind kind;
    const char *source; /* "local" or "ss12000" */
    struct period period;
    const char *ground;
};

/* The facts of a right on a tie between this person and this student, and the subject of its row. A student that is not there, or was
 * merged into another, is no error: the relation then says so, and ret_key is not written. */
must_check enum status tie_relate(struct scene *scene, const struct person_id *person, const struct student_id *student,
                                  struct relation *ret_relation, struct key_id *ret_key);

/* Filters of the page: ids[0] the student, ids[1] the person, numbers[0] the kind. */
enum { TIE_LIST_BY_STUDENT = 1 << 0, TIE_LIST_BY_PERSON = 1 << 1, TIE_LIST_BY_KIND = 1 << 2 };
extern const struct record_kind tie_kind;

/* Makes, changes or puts a tie. Student, person and kind are of a new one; of one that is there they are what they are. A new one begins
 * today and has no end unless it is said. */
struct tie_write {
    struct target target;
    struct reference student;
    struct reference person;
    bool has_kind;
    enum tie_kind kind;
    struct period_change period;
    struct failure *failure; /* takes members that are missing, do not go together, or lead nowhere */

    /* By relate. */
    struct sql_tie_by_id_row *row; /* what is there */
    struct student_id of;          /* the new one's student, if they are there */
    struct key_id student_key;
    bool person_known; /* the new one's person is there, and the caller may read them */
    struct person_id to;
};
extern const struct write_case tie_write_case;

#endif
