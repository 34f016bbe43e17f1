/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * record.h: reading the records of the registry (M1), one or a page of them, the same way for every kind. What the kinds differ in is a
 * table: what a right on one rests on, where candidates come from, and what is sealed.
 */
#ifndef TRYGG_DOMAIN_RECORD_H
#define TRYGG_DOMAIN_RECORD_H

#include <stdint.h>

#include "domain/listing.h"
#include "domain/registry.h"

struct record_kind {
    const char *list; /* the operation of its lists: page tokens are bound to it */
    enum registry_kind kind;

    size_t bytes;   /* of one record, with what follows as places in it: */
    size_t version; /* its `int64_t version` */
    size_t ground;  /* its `const char *ground` */
    size_t shows;   /* its `unsigned shows`, enum show bits of the grant; 0: it has none */

    /* The facts of the right on one, and the record as far as it needs no key; the student of its subject, if there is one, is whom a list
     * names in its row (V4). One that is not there, or that may not be shown whatever the right, is no error: the relation then says so. */
    enum status (*relate)(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_record);

    /* As in struct listing_kind. */
    enum status (*candidates)(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n);

    /* Whether one that may be read is asked for, where candidates do not narrow to that; NULL: all are. */
    enum status (*passes)(struct scene *scene, const struct page_position *position, const void *record,
                          bool *ret_passes);

    /* What one that is shown needs besides, with ground and shows in it: SQL; NULL: nothing. */
    enum status (*fetch)(struct scene *scene, void *record);

    /* The facts of the right on the list; NULL: anyone of the organisation may ask, and gets what is theirs (X7). */
    enum status (*relate_list)(struct scene *scene, const struct page_position *position,
                               struct relation *ret_relation);

    /* Opens what is sealed; NULL: nothing is. */
    enum status (*open)(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record);
};

/* One record. */
struct record_read {
    const struct record_kind *kind;
    struct uuid id;
    void *record; /* out, into kind->bytes that are zero */

    enum action action; /* by relate: the right on it */
};
extern const struct read_case record_read_case;

int64_t record_version(const struct record_read *read);

/* A page of them. */
struct record_list {
    const struct record_kind *kind;
    struct listing page;
    void *records; /* out, page.n of them */

    enum action action;          /* by relate: the right on the list */
    struct maybe_uuid *students; /* by fetch: whom each record is about */
};
extern const struct read_case record_list_case;

/* Number i, below page.n. */
void *record_at(const struct record_list *list, size_t i);

/* For candidates by a filter: whether the caller could be allowed the action on a record about this student or person at any of the caller's
 * own schools, or everywhere; *ret_grant is NULL if not. To others a list of them ends as soon as one of what is not there (X7, G2). */
must_check enum status record_grant_anywhere(struct scene *scene, enum action action,
                                             const struct policy_object *object, const struct grant **ret_grant);

#endif
