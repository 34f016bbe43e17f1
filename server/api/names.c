/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * names.c: people and students as JSON, wherever they are named.
 * May not touch what else is known of them.
 * Always: an id and a name, no more.
 */
#include "api/names.h"

#include "api/shape.h"

json_t *shape_person(const struct person_names *names, const struct person_id *person)
{
    return json_pack("{s:o, s:s}", "personId", shape_uuid(&person->uuid), "name", person_names_of(names, person));
}

json_t *shape_person_or_null(const struct person_names *names, const struct maybe_uuid *person)
{
    return person->known ? shape_person(names, &(struct person_id){person->uuid}) : json_null();
}

json_t *shape_student_name(const struct student_name *name)
{
    return json_pack("{s:o, s:s?, s:s?}", "id", shape_uuid(&name->id.uuid), "givenName", name->given_name, "familyName",
                     name->family_name);
}

json_t *shape_time(int64_t at)
{
    char text[TIME_TEXT_BYTES];

    time_format(at, text);
    return json_string(text);
}

json_t *shape_time_or_null(struct maybe_int at)
{
    return at.known ? shape_time(at.value) : json_null();
}
