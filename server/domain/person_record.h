/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_record.h: the people of the organisation, as its registry keeps them (M1, S7). Who one is oneself is person.h. Inputs are
 * filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_PERSON_RECORD_H
#define TRYGG_DOMAIN_PERSON_RECORD_H

#include "domain/record.h"

struct person_record {
    struct person_id id;
    int64_t version;
    const char *given_name;
    const char *family_name;
    bool protected_person; /* by either mark (S7) */
    const char *ground;

    struct key_id key; /* as fetched, until the columns are opened */
    struct sealed sealed_given_name, sealed_family_name;
};

/* Filters of the page: ids[0] the school, numbers[0] the role of a membership that has not ended. Only memberships that the caller may
 * read are looked at: a filter tells no more than they would. */
enum { PERSON_LIST_BY_SCHOOL = 1 << 0, PERSON_LIST_BY_ROLE = 1 << PAGE_IDS };
extern const struct record_kind person_kind;

/* Where a new person belongs from the beginning. */
struct first_membership {
    bool given;
    bool has_school;
    struct school_id school;
    enum role role;
    bool has_from;
    struct period period; /* `from` is today when has_from is false */
};

/* Makes, changes or puts a person. What is NULL or not given stays as it is; a new one needs both names. Only POST gives a membership. */
struct person_write {
    struct target target;
    const char *given_name;
    const char *family_name;
    bool has_protected, protected_person; /* to set or clear the caller's own mark: a client's is the registry's (S7) */
    struct first_membership membership;
    struct failure *failure; /* takes members that are missing or wrong */

    bool by_client;                   /* by relate, with what follows */
    bool school_known;                /* the membership's school is there */
    struct sql_person_by_id_row *row; /* what is there */
    struct key_id key;                /* by prepare, with what follows: what is to be stored */
    bool took_key;
    struct sealed sealed_given_name, sealed_family_name;
    bool mark_local, mark_registry;
    bool unchanged;
};
extern const struct write_case person_write_case;

#endif
