/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_name.h: the name of the student that a record of a school is about: as fetched, then opened. Whoever may read the record may read
 * it, unless the student is protected and has left that school (S7): then only whoever may read the card.
 */
#ifndef TRYGG_DOMAIN_STUDENT_NAME_H
#define TRYGG_DOMAIN_STUDENT_NAME_H

#include "domain/scene.h"

struct sql_student_by_id_row;

struct student_name {
    struct student_id id;
    const char *given_name; /* by student_name_open, with what follows; NULL: withheld (S7) */
    const char *family_name;

    struct key_id key; /* as fetched */
    int64_t version;
    struct sealed sealed_given_name, sealed_family_name; /* nothing, where withheld */
};

/* SQL: the student of a record of this school, or the one that a double turned out to be (S4). STATUS_CORRUPT for one that is not there: a
 * record names them. */
must_check enum status student_name_fetch(struct scene *scene, const struct student_id *student,
                                          const struct school_id *school, struct student_name *ret_name);

/* SQL: the same of a student who is at hand, and is no double. */
must_check enum status student_name_of(struct scene *scene, const struct sql_student_by_id_row *student,
                                       const struct school_id *school, struct student_name *ret_name);

/* Crypto. */
must_check enum status student_name_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                         struct student_name *name);

#endif
