/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity.h: the logins of people, each an issuer and a subject there (M1, L1). What a right on a login rests on are the facts of its
 * person. Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_IDENTITY_H
#define TRYGG_DOMAIN_IDENTITY_H

#include "domain/record.h"

struct identity {
    struct uuid id;
    int64_t version;
    struct person_id person;
    const char *issuer;
    const char *subject; /* may be a civic number */
    bool ended;
    int64_t ended_at; /* ms, when ended */
    const char *ground;

    struct key_id key; /* as fetched, until the columns are opened */
    struct sealed sealed_issuer, sealed_subject;
};

/* The logins of one person, those that have ended too. Filter of the page: ids[0] the person, always given. */
enum { IDENTITY_LIST_BY_PERSON = 1 << 0 };
extern const struct record_kind identity_kind;

/* Makes or puts a login. What is NULL or not given stays as it is; a new one needs all. A login never goes to another person, and one that
 * has ended never comes back: it is given anew. */
struct identity_write {
    struct target target;
    struct reference person;
    const char *issuer;
    const char *subject;
    struct failure *failure; /* takes members that are missing, and references that lead nowhere */

    struct person_id of;                         /* by relate, with what follows: whose it is, or is to be */
    bool person_known;                           /* the new one's person is there */
    struct key_id person_key;                    /* when person_known */
    struct sql_identity_by_id_row *row;          /* what is there */
    struct sealed sealed_issuer, sealed_subject; /* by prepare, with what follows: what is to be stored */
    struct mark login;
    bool unchanged;
};
extern const struct write_case identity_write_case;

/* Ends a login at once. Ending it again changes nothing. */
struct identity_end {
    struct target target;

    struct sql_identity_by_id_row *row;          /* by relate: what is there */
    struct sealed sealed_issuer, sealed_subject; /* by prepare: under the version to come */
};
extern const struct write_case identity_end_case;

/* The login that is there, if it is, and the facts of a right on it: its version and its person's; ret_row is NULL where there is none. */
must_check enum status identity_relate(struct scene *scene, const struct uuid *id, enum action action,
                                       struct relation *ret_relation, struct sql_identity_by_id_row **ret_row);

#endif
