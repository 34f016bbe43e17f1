/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_rows.h: which log is whose, and which of its rows a reader learns of (V1, G2). Shared by what lists rows and what proves one.
 */
#ifndef TRYGG_DOMAIN_ACTIVITY_ROWS_H
#define TRYGG_DOMAIN_ACTIVITY_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/scene.h"

/* Ids in ascending order. */
struct id_set {
    const struct uuid *ids;
    size_t n;
};

/* Each id once; sorts the array, which it borrows. */
struct id_set id_set_make(struct uuid *ids, size_t n);
bool id_set_has(const struct id_set *set, const struct uuid *id);
bool id_set_has_maybe(const struct id_set *set, const struct maybe_uuid *id);

/* Who may read the log of a school, or that of what belongs to none, and the subject of the row that says so. A school that is not there
 * is an object that does not exist. */
must_check enum status activity_relate_school(struct scene *scene, const struct school_id *school,
                                              struct relation *ret_relation);
void activity_relate_organisation(const struct scene *scene, struct relation *ret_relation);

/* About whom the reader learns nothing (G2): whom they are a guardian of, the student they are. */
must_check enum status activity_family(const struct scene *scene, struct id_set *ret_family);

/* Whether the log of a school tells of them, by how long it is: one of them is, was or will be a student there. */
must_check enum status activity_tells_of_family(const struct scene *scene, const struct school_id *school,
                                                bool *ret_tells);

/* Whether a row of this school is withheld from it: as a leaf of another tree, the organisation's, it is a draft, or a report about the
 * leadership (V1). */
bool activity_is_withheld(const struct maybe_uuid *school, const struct uuid *tree);

/* Whether the row is shown to a reader of its tree: not if it is about the family, and not if it is withheld from its school (V1). */
struct sql_activity_older_row;
bool activity_is_shown(const struct uuid *tree, const struct id_set *family, const struct sql_activity_older_row *row);

#endif
