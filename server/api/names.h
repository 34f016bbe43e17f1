/* SPDX-License-Identifier: EUPL-1.2 */
/* names.h: people and students beside what an answer is about. Private to api/. */
#ifndef TRYGG_API_NAMES_H
#define TRYGG_API_NAMES_H

#include <jansson.h>

#include "domain/person_name.h"
#include "domain/student_name.h"

/* {"personId", "name"}; a new reference, or NULL without memory. */
json_t *shape_person(const struct person_names *names, const struct person_id *person);

/* The same, or null for nobody. */
json_t *shape_person_or_null(const struct person_names *names, const struct maybe_uuid *person);

/* {"id", "givenName", "familyName"}, null where the name is withheld (S7); a new reference, or NULL without memory. */
json_t *shape_student_name(const struct student_name *name);

/* A time (ms) as text, or null; a new reference, or NULL without memory. */
json_t *shape_time(int64_t at);
json_t *shape_time_or_null(struct maybe_int at);

#endif
