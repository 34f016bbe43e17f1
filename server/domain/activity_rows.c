/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_rows.c: logs as objects of policy/, and rows that a reader of a log is not shown.
 * May not touch what a row is about: ids are all it compares.
 * Always: deny wins; of a row that is withheld from its school nobody learns by reading a log.
 */
#include "domain/activity_rows.h"

#include <stdlib.h>

#include "domain/registry.h"
#include "statements.gen.h"

enum { ACTIVITY_FAMILY = 1024 };

static int ascending(const void *left, const void *right)
{
    return uuid_compare(left, right);
}

struct id_set id_set_make(struct uuid *ids, size_t n)
{
    size_t kept = 0;

    qsort(ids, n, sizeof *ids, ascending);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !uuid_equal(&ids[i], &ids[kept - 1]))
            ids[kept++] = ids[i];
    return (struct id_set){ids, kept};
}

bool id_set_has(const struct id_set *set, const struct uuid *id)
{
    return set->n > 0 && bsearch(id, set->ids, set->n, sizeof *set->ids, ascending) != NULL;
}

bool id_set_has_maybe(const struct id_set *set, const struct maybe_uuid *id)
{
    return id->known && id_set_has(set, &id->uuid);
}

/* ---- Logs ---------------------------------------------------------------------------------------------------------------- */

enum status activity_relate_school(struct scene *scene, const struct school_id *school, struct relation *ret_relation)
{
    return school_object(scene, ACTION_READ_SCHOOL_ACTIVITY, "activity", school, ret_relation);
}

void activity_relate_organisation(const struct scene *scene, struct relation *ret_relation)
{
    *ret_relation = (struct relation){
        .action = ACTION_READ_ORGANISATION_ACTIVITY,
        .object = {.exists = true},
        .subject = {.object_kind = "activity", .object = {true, scene->keys->organisation.uuid}},
    };
}

/* ---- Rows ---------------------------------------------------------------------------------------------------------------- */

enum status activity_family(const struct scene *scene, struct id_set *ret_family)
{
    const struct sql_family_of_person_args args = {scene->actor.person, TIE_GUARDIAN, scene->today};
    struct sql_family_of_person_row *rows = NULL;
    size_t n = 0;

    TRY(sql_family_of_person(scene->session, &args, ACTIVITY_FAMILY, &rows, &n));
    *ret_family = (struct id_set){(const struct uuid *)rows, n};
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_family_of_person_row) == sizeof(struct uuid), "one of the family is an id");

enum status activity_tells_of_family(const struct scene *scene, const struct school_id *school, bool *ret_tells)
{
    const struct sql_family_at_school_args args = {scene->actor.person, TIE_GUARDIAN, scene->today, *school};
    struct sql_family_at_school_row row;

    TRY(sql_family_at_school(scene->session, &args, &row));
    *ret_tells = row.there != 0;
    return STATUS_OK;
}

/* G2: rows about someone of the family, and what they did themselves. */
static bool is_about_family(const struct id_set *family, const struct sql_activity_older_row *row)
{
    return id_set_has_maybe(family, &row->student) || id_set_has_maybe(family, &row->object) ||
           id_set_has_maybe(family, &row->actor) || id_set_has_maybe(family, &row->behalf);
}

bool activity_is_withheld(const struct maybe_uuid *school, const struct uuid *tree)
{
    return school->known && !uuid_equal(&school->uuid, tree);
}

bool activity_is_shown(const struct uuid *tree, const struct id_set *family, const struct sql_activity_older_row *row)
{
    return !is_about_family(family, row) && !activity_is_withheld(&row->school, tree);
}
