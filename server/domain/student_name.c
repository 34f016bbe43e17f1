/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_name.c: the name of a student beside what is about them.
 * May not touch the rest of the card: neither group nor number (S7).
 * Always: a double's records show the student that it turned out to be (S4); of a name that is withheld not even the sealed form goes on.
 */
#include "domain/student_name.h"

#include "domain/seal.h"
#include "domain/student.h"
#include "statements.gen.h"

/* Few students are protected: what a right on the card rests on is looked up for these alone. */
static enum status is_named(struct scene *scene, const struct sql_student_by_id_row *student,
                            const struct school_id *school, bool *ret_named)
{
    struct sql_student_by_id_row row;
    struct relation card;

    *ret_named = student->mark_local == 0 && student->mark_registry == 0;
    if (*ret_named)
        return STATUS_OK;
    TRY(student_relate(scene, &student->student, &card, &row));
    *ret_named = policy_names_protected(&scene->actor.policy, &card.object, school, scene->today);
    return STATUS_OK;
}

enum status student_name_of(struct scene *scene, const struct sql_student_by_id_row *student,
                            const struct school_id *school, struct student_name *ret_name)
{
    struct student_name name = {.id = student->student, .key = student->key, .version = student->version};
    bool named = false;

    TRY(is_named(scene, student, school, &named));
    if (named) {
        name.sealed_given_name = student->given_name;
        name.sealed_family_name = student->family_name;
    }
    *ret_name = name;
    return STATUS_OK;
}

enum status student_name_fetch(struct scene *scene, const struct student_id *student, const struct school_id *school,
                               struct student_name *ret_name)
{
    struct sql_student_by_id_row row;
    enum status status = student_find(scene, student, &row);

    if (status == STATUS_NOT_FOUND)
        return STATUS_CORRUPT;
    TRY(status);
    return student_name_of(scene, &row, school, ret_name);
}

enum status student_name_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                              struct student_name *name)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &name->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, name->id.uuid, name->key, name->version};
    TRY(open_text(&row, COLUMN_STUDENT_GIVEN_NAME, name->sealed_given_name, &name->given_name));
    return open_text(&row, COLUMN_STUDENT_FAMILY_NAME, name->sealed_family_name, &name->family_name);
}
