/* SPDX-License-Identifier: EUPL-1.2 */
/* student_name.h: the name of the student that a record is about: as fetched, then opened. Whoever may read the record may read it. */
#ifndef TRYGG_DOMAIN_STUDENT_NAME_H
#define TRYGG_DOMAIN_STUDENT_NAME_H

#include "domain/scene.h"

struct sql_student_by_id_row;

struct student_name {
    struct student_id id;
    const char *given_name; /* by student_name_open, with what follows */
    const char *family_name;

    struct key_id key; /* as fetched */
    int64_t version;
    struct sealed sealed_given_name, sealed_family_name;
};

/* SQL: the student, or the one that a double turned out to be (S4). STATUS_CORRUPT for one that is not there: a record names them. */
must_check enum status student_name_fetch(struct scene *scene, const struct student_id *student,
                                          struct student_name *ret_name);

/* The same of a student who is at hand. */
struct student_name student_name_of(const struct sql_student_by_id_row *row);

/* Crypto. */
must_check enum status student_name_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                         struct student_name *name);

#endif
