/* SPDX-License-Identifier: EUPL-1.2 */
/* student_card.h: finding, fetching and opening cards, shared by the use cases that show cards. Private to domain/. */
#ifndef TRYGG_DOMAIN_STUDENT_CARD_H
#define TRYGG_DOMAIN_STUDENT_CARD_H

#include "domain/student.h"
#include "statements.gen.h"

/* SQL: fills in everything that the grant shows, still sealed. `object` are the facts the grant was decided on. */
must_check enum status student_card_fetch(struct scene *scene, const struct grant *grant,
                                          const struct policy_object *object, const struct sql_student_by_id_row *row,
                                          struct student_card *ret_card);

/* Crypto: opens the columns of a fetched card. */
must_check enum status student_card_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                         struct student_card *card);

/* The next students that the actor might see, in ascending order of id (S3). */
must_check enum status student_candidates(struct scene *scene, const struct uuid *after, size_t limit,
                                          const struct uuid **ret_ids, size_t *ret_n);

/* Decides one of them; shown if it may be read and passes the filters, none of which reveals what the card does not show (S7). */
struct student_filter {
    bool by_school, by_group;
    struct school_id school;
    struct group_id group;
};
must_check enum status student_consider(struct scene *scene, const struct student_filter *filter,
                                        const struct student_id *id, struct student_card *ret_card, bool *ret_shown);

/* The students shown, for the leaf of the row (V4). */
must_check enum status student_subject_shown(struct arena *arena, const struct student_card *cards, size_t n,
                                             struct subject *subject);

#endif
