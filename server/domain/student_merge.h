/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_merge.h: two records that turn out to be one student (S4). It cannot be undone. Inputs are filled in by api/.
 */
#ifndef TRYGG_DOMAIN_STUDENT_MERGE_H
#define TRYGG_DOMAIN_STUDENT_MERGE_H

#include "domain/registry.h"
#include "domain/student_columns.h"

/* What was prepared is of this row and no other: who stands there may be someone else when it is stored, merged by another call. */
struct student_seen {
    struct student_id student;
    int64_t version;
};

struct student_merge {
    struct student_id survivor; /* the one that stays; a double that was merged before leads to it */
    struct student_id absorbed; /* the one that is found to be the same */
    struct failure
        *failure; /* takes the absorbed one when it is not there, not the caller's to merge, or the survivor */

    /* By relate. */
    const struct sql_student_by_id_row *into; /* the survivor, if it is there */
    const struct sql_student_by_id_row *from; /* the absorbed one, if the two may be merged */

    /* By prepare. */
    bool prepared;
    struct student_seen seen_into, seen_from;
    bool takes_number; /* the survivor has no civic number, and the absorbed one has */
    struct student_columns columns;
};
extern const struct write_case student_merge_case;

/* In apply, before anything else is written: what was the absorbed student's becomes the survivor's, departures included; STATUS_INVALID
 * when the two have too much. Private to domain/. */
must_check enum status student_merge_records(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                                             const struct student_id *absorbed, struct failure *failure);

/* In apply: the external ids that led to one thing lead to another. Private to domain/. */
must_check enum status student_merge_lead(struct scene *scene, struct tx *tx, const struct uuid *from,
                                          const struct uuid *to);

#endif
