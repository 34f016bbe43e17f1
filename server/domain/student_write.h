/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_write.h: changing a student's card, and putting students as another system knows them (S1, S4, S7). Inputs are filled in by
 * api/.
 */
#ifndef TRYGG_DOMAIN_STUDENT_WRITE_H
#define TRYGG_DOMAIN_STUDENT_WRITE_H

#include "base/civic.h"
#include "domain/registry.h"
#include "domain/student_columns.h"

/* Changes or puts a student. What is NULL or not given stays as it is; a new one needs names. A put by an id that nobody knows, with a
 * civic number that the organisation does: that very student gets the id and is changed, if the caller may edit them. */
struct student_write {
    struct target target; /* TARGET_CHANGE or TARGET_PUT */
    const char *given_name;
    const char *family_name;
    bool has_civic_number;
    char civic_number[CIVIC_TEXT_BYTES]; /* canonical; "": a wrong one is taken out */
    bool has_protected;
    bool protected_person;   /* the local mark when a person says so, the registry's when a client does (S7) */
    struct reference person; /* put: the student's own login person */
    struct reference school; /* put: where a new one is enrolled first; of one that is there it is not looked at */
    struct period_change enrolment; /* put: and when */
    struct failure *failure;        /* takes names that are missing, and references that lead nowhere */

    struct mark civic_mark; /* by ready */

    /* By relate. */
    const struct sql_student_by_id_row *row; /* what is there; NULL for a new one */
    struct maybe_uuid civic_owner;           /* whose number it is already */
    struct maybe_uuid login;                 /* the person that the student is to be */
    bool person_known, person_taken;         /* the person named may be named; is another student */
    bool school_known;
    struct school_id at;
    int64_t mark_local, mark_registry; /* as they are to be */

    /* By prepare. */
    bool key_taken; /* a new one's */
    struct key_id key;
    struct student_columns columns;
    bool had_civic_number;
    struct mark old_civic_mark;
    struct maybe_uuid seen_login;
    bool unchanged;
};
extern const struct write_case student_write_case;

/* In apply, for a new one: looks at what it lacks and names, and stores it with its first enrolment. Private to domain/. */
must_check enum status student_put_new(struct scene *scene, struct tx *tx, const struct student_write *write,
                                       struct subject *subject);

/* In apply: the person must be one that may be named, and nobody else's login. Private to domain/. */
must_check enum status student_check_person(struct scene *scene, const struct student_write *write);

/* In apply: a number that another student has is refused; whom it is about stands in the row, which stands with the organisation, since
 * that student may be at a school whose people this caller has nothing to do with (S1). Private to domain/. */
must_check enum status student_check_civic_number(const struct student_write *write, struct subject *subject);

#endif
