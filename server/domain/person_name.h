/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_name.h: the names of the people that an answer names, who handled, wrote or decided what. Collected in fetch, each person once,
 * and opened in open. A name and no more: whoever may read a record may know who made it.
 */
#ifndef TRYGG_DOMAIN_PERSON_NAME_H
#define TRYGG_DOMAIN_PERSON_NAME_H

#include "domain/scene.h"

struct person_name;

/* {0} is an empty one. What is in it lives in the call's arena. */
struct person_names {
    struct person_name *first;
};

/* SQL: adds this person unless they are there already. STATUS_CORRUPT for one that the organisation does not have: a record names them. */
must_check enum status person_names_add(struct scene *scene, const struct person_id *person,
                                        struct person_names *names);

/* Crypto: opens those that are not open yet. */
must_check enum status person_names_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                         struct person_names *names);

/* Given name and family name, with a space between; of a person that was added and opened. */
const char *person_names_of(const struct person_names *names, const struct person_id *person);

#endif
