/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * membership.h: who holds which role where, and when (M1). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_MEMBERSHIP_H
#define TRYGG_DOMAIN_MEMBERSHIP_H

#include "domain/record.h"

struct membership {
    struct uuid id;
    int64_t version;
    struct person_id person;
    struct maybe_uuid school; /* not known: on the organisation */
    enum role role;
    struct period period;
    const char *ground;
};

/* The facts of a right on a membership of this person, at this school or on the organisation. */
must_check enum status membership_object(struct scene *scene, const struct person_id *person,
                                         const struct maybe_uuid *school, struct policy_object *ret_object);

/* Filters of the page: ids[0] the person, ids[1] the school, numbers[0] the role, numbers[1] a day on which it holds. */
enum {
    MEMBERSHIP_LIST_BY_PERSON = 1 << 0,
    MEMBERSHIP_LIST_BY_SCHOOL = 1 << 1,
    MEMBERSHIP_LIST_BY_ROLE = 1 << 2,
    MEMBERSHIP_LIST_BY_DAY = 1 << 3
};
extern const struct record_kind membership_kind;

/* Makes, changes or puts a membership. Person, school and role are of a new one; of one that is there they are what they are. A new one
 * begins today and has no end unless it is said. */
struct membership_write {
    struct target target;
    struct reference person;
    struct reference school;
    bool has_role;
    enum role role;
    struct period_change period;
    struct failure *failure; /* takes members that are missing, do not go together, or lead nowhere */

    /* By relate. */
    struct sql_membership_by_id_row *row; /* what is there */
    bool person_known;                    /* the new one's person is there, and the caller may read them */
    struct person_id of;
    struct key_id person_key;
    bool school_known; /* the new one's school is there */
    struct school_id at;
};
extern const struct write_case membership_write_case;

#endif
