/* SPDX-License-Identifier: EUPL-1.2 */
/* student_card.h: fetching and opening one card, shared by the use cases that show cards. Private to domain/. */
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

#endif
