/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student.c: what a right on a student rests on.
 * May not touch rights themselves: it gathers facts, policy/ decides.
 * Always: a student that does not exist and one of another organisation look the same from here on.
 */
#include "domain/student.h"

#include <string.h>

#include "crypto/blind_index.h"
#include "domain/personsak.h"
#include "domain/stored.h"
#include "statements.gen.h"

void student_civic_mark(const struct organisation_keys *keys, const char *civic_number, struct mark *ret_mark)
{
    const struct mark_part part = {civic_number, strlen(civic_number)};

    blind_index_mark(keys->index, "civic", &part, 1, ret_mark);
}

static enum status places_load(struct scene *scene, const struct student_id *id, struct policy_object *object)
{
    struct sql_enrolments_of_student_row *rows = NULL;
    size_t n = 0;

    TRY(sql_enrolments_of_student(scene->session, &(struct sql_enrolments_of_student_args){*id, scene->today},
                                  STORED_MAX_RECORDS, &rows, &n));
    struct policy_place *places = arena_array(scene->arena, n, sizeof *places);
    if (places == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        places[i].school = rows[i].school;
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &places[i].period));
    }
    object->places = places;
    object->n_places = n;
    return STATUS_OK;
}

static enum status ties_load(struct scene *scene, const struct student_id *id, struct policy_object *object)
{
    struct sql_ties_between_row *rows = NULL;
    size_t n = 0;

    if (!scene->actor.policy.known)
        return STATUS_OK;
    TRY(sql_ties_between(scene->session, &(struct sql_ties_between_args){scene->actor.person, *id, scene->today},
                         STORED_MAX_RECORDS, &rows, &n));
    struct policy_tie *ties = arena_array(scene->arena, n, sizeof *ties);
    if (ties == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        TRY(stored_tie_kind(rows[i].kind, &ties[i].kind));
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &ties[i].period));
    }
    object->ties = ties;
    object->n_ties = n;
    return STATUS_OK;
}

/* The school whose people may see in their log that someone was refused: the first one of a current enrolment. */
static struct maybe_uuid school_today(const struct policy_object *object, int32_t today)
{
    for (size_t i = 0; i < object->n_places; i++)
        if (period_holds(&object->places[i].period, today))
            return (struct maybe_uuid){true, object->places[i].school.uuid};
    return (struct maybe_uuid){0};
}

enum status student_find(struct scene *scene, const struct student_id *id, struct sql_student_by_id_row *ret_row)
{
    const struct organisation_id organisation = scene->keys->organisation;
    struct sql_student_by_id_row row;

    TRY(sql_student_by_id(scene->session, &(struct sql_student_by_id_args){organisation, *id}, &row));
    if (row.merged_into.known) {
        const struct sql_student_by_id_args survivor = {organisation, {row.merged_into.uuid}};
        enum status status = sql_student_by_id(scene->session, &survivor, &row);
        if (status == STATUS_NOT_FOUND || (status == STATUS_OK && row.merged_into.known))
            return STATUS_CORRUPT;
        TRY(status);
    }
    *ret_row = row;
    return STATUS_OK;
}

static bool is_person(const struct maybe_uuid *login, const struct person_id *person)
{
    return login->known && uuid_equal(&login->uuid, &person->uuid);
}

/* G2: a double's own login is the student's, too. */
static enum status actor_is_student(struct scene *scene, const struct sql_student_by_id_row *row, bool *ret_is)
{
    const struct person_id *person = &scene->actor.person;
    struct sql_persons_of_doubles_row *doubles = NULL;
    size_t n = 0;

    *ret_is = scene->actor.policy.known && is_person(&row->person, person);
    if (!scene->actor.policy.known || *ret_is || row->has_doubles == 0)
        return STATUS_OK;
    TRY(sql_persons_of_doubles(scene->session, &(struct sql_persons_of_doubles_args){row->student}, STORED_MAX_RECORDS,
                               &doubles, &n));
    for (size_t i = 0; i < n; i++)
        *ret_is = *ret_is || is_person(&doubles[i].person, person);
    return STATUS_OK;
}

enum status student_family(struct scene *scene, const struct sql_student_by_id_row *row, struct policy_object *object)
{
    TRY(actor_is_student(scene, row, &object->actor_is_student));
    return ties_load(scene, &row->student, object);
}

/* S2: the caller is on a personsak of the student, and still staff at the school of it (G1). */
static enum status bonds_load(struct scene *scene, const struct student_id *id, struct policy_object *object)
{
    const struct sql_case_schools_of_student_args args = {scene->actor.person, *id};
    struct sql_case_schools_of_student_row *rows = NULL;
    size_t n = 0;

    if (!scene->actor.policy.known)
        return STATUS_OK;
    TRY(sql_case_schools_of_student(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (policy_is_staff_at(&scene->actor.policy, &rows[i].school, scene->today))
            object->bonds |= BOND_ON_CASE;
    return STATUS_OK;
}

enum status student_relate(struct scene *scene, const struct student_id *id, struct relation *ret_relation,
                           struct sql_student_by_id_row *ret_row)
{
    struct sql_student_by_id_row row;
    struct relation relation = {
        .action = ACTION_READ_STUDENT,
        .subject = {.object_kind = "student", .object = {true, id->uuid}},
    };

    enum status status = student_find(scene, id, &row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        relation.object.exists = true;
        TRY(student_family(scene, &row, &relation.object));
        TRY(places_load(scene, &row.student, &relation.object));
        TRY(bonds_load(scene, &row.student, &relation.object));
        relation.subject.object = relation.subject.student = (struct maybe_uuid){true, row.student.uuid};
        relation.subject.school = school_today(&relation.object, scene->today);
        *ret_row = row;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* Those of the places that are this school. */
static enum status places_narrow(struct arena *arena, const struct school_id *school, struct policy_object *object)
{
    struct policy_place *places = arena_array(arena, object->n_places, sizeof *places);
    size_t n = 0;

    if (places == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < object->n_places; i++)
        if (uuid_equal(&object->places[i].school.uuid, &school->uuid))
            places[n++] = object->places[i];
    object->places = places;
    object->n_places = n;
    return STATUS_OK;
}

enum status student_relate_at(struct scene *scene, enum action action, const struct student_id *id,
                              const struct school_id *school, struct relation *ret_relation,
                              struct sql_student_by_id_row *ret_row)
{
    struct relation relation;
    struct decision sight;

    TRY(student_relate(scene, id, &relation, ret_row));
    TRY(policy_decide(ACTION_READ_STUDENT, &scene->actor.policy, &relation.object, scene->today, scene->arena, &sight));
    TRY(places_narrow(scene->arena, school, &relation.object));
    TRY(module_load(scene, action, school, &relation.object));
    relation.action = action;
    relation.object.is_new = sight.verdict == VERDICT_ALLOWED;
    if (relation.object.n_places > 0)
        relation.subject.school = (struct maybe_uuid){true, school->uuid};
    *ret_relation = relation;
    return STATUS_OK;
}
