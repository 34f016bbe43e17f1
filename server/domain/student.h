/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student.h: students (S1–S3, S7). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_STUDENT_H
#define TRYGG_DOMAIN_STUDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/failure.h"
#include "domain/listing.h"
#include "domain/scene.h"

struct student_group {
    struct group_id id;
    struct school_id school;
    const char *kind;
    const char *name;
    struct sealed sealed_name;
    int64_t version;
};

struct student_enrolment {
    struct school_id school;
    struct period period;
};

/* The card. What `shows` does not cover is NULL or empty and must not be rendered (S2, S7). */
struct student_card {
    struct student_id id;
    int64_t version;
    unsigned shows; /* enum show bits, those for a protected student already taken away */
    const char *ground;
    const char *given_name;
    const char *family_name;
    const char *civic_number; /* canonical, or NULL: none, or not shown */
    bool protected_person;
    const struct student_group *groups;
    size_t n_groups;
    const struct student_enrolment *enrolments;
    size_t n_enrolments;

    /* As fetched, until the columns are opened. */
    struct key_id key;
    struct sealed sealed_given_name, sealed_family_name, sealed_civic_number;
};

/* S2. */
struct sql_student_by_id_row;
struct student_read {
    struct student_id id;
    const struct sql_student_by_id_row *row; /* between relate and fetch */
    struct student_card card;                /* out */
};
extern const struct read_case student_read_case;

/* S3: exactly those that S2 allows. Filters of the page: ids[0] the school, ids[1] the group. */
enum { STUDENT_LIST_BY_SCHOOL = 1 << 0, STUDENT_LIST_BY_GROUP = 1 << 1 };
struct student_list {
    struct listing page;
    struct student_card *cards; /* out, page.n of them */
};
extern const struct read_case student_list_case;

/* S1. */
struct student_create {
    struct school_id school;
    const char *given_name;
    const char *family_name;
    const char *civic_number; /* canonical, or NULL */
    bool has_group, has_contact_teacher, has_from;
    struct group_id group;
    struct person_id contact_teacher;
    struct period enrolment; /* `from` is today when has_from is false */
    struct failure *failure; /* takes references that lead nowhere */

    /* Made by prepare. */
    struct student_id id;
    struct key_id key;
    struct sealed sealed_given_name, sealed_family_name, sealed_civic_number;
    struct mark civic_mark;
};
extern const struct write_case student_create_case;

/* The facts a right on this student rests on (policy/), and the subject of its row. The id of a double that was merged leads to the
 * student it turned out to be: the row and the subject are then that student's. A student that does not exist is no error: the relation
 * then says so, and ret_row is not written. */
must_check enum status student_relate(struct scene *scene, const struct student_id *id, struct relation *ret_relation,
                                      struct sql_student_by_id_row *ret_row);

/* The same for what is to be recorded of this student at one school (P1, P2, S5): the object's only place is that school. Whoever may read the
 * student but not do this there is refused, not told that nobody is there. */
must_check enum status student_relate_at(struct scene *scene, enum action action, const struct student_id *id,
                                         const struct school_id *school, struct relation *ret_relation,
                                         struct sql_student_by_id_row *ret_row);

/* What G2 rests on, for a record about this student: the ties between the two, and whether the caller is the student. */
must_check enum status student_family(struct scene *scene, const struct sql_student_by_id_row *row,
                                      struct policy_object *object);

/* The student of a record: a double that was merged leads to the one that it turned out to be (S4). STATUS_NOT_FOUND. */
must_check enum status student_find(struct scene *scene, const struct student_id *id,
                                    struct sql_student_by_id_row *ret_row);

/* The mark of a civic number in the blind index. */
void student_civic_mark(const struct organisation_keys *keys, const char *civic_number, struct mark *ret_mark);

#endif
