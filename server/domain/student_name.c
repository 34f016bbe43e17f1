/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_name.c: the name of a student beside what is about them.
 * May not touch the rest of the card: neither group nor number (S7).
 * Always: a double's records show the student that it turned out to be (S4).
 */
#include "domain/student_name.h"

#include "domain/seal.h"
#include "domain/student.h"
#include "statements.gen.h"

struct student_name student_name_of(const struct sql_student_by_id_row *row)
{
    return (struct student_name){.id = row->student,
                                 .key = row->key,
                                 .version = row->version,
                                 .sealed_given_name = row->given_name,
                                 .sealed_family_name = row->family_name};
}

enum status student_name_fetch(struct scene *scene, const struct student_id *student, struct student_name *ret_name)
{
    struct sql_student_by_id_row row;
    enum status status = student_find(scene, student, &row);

    if (status == STATUS_OK)
        *ret_name = student_name_of(&row);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
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
