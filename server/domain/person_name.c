/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_name.c: names of people beside what they did.
 * May not touch rights: who may read the record may read who made it.
 * Always: a person is fetched and opened once, however often they are named.
 */
#include "domain/person_name.h"

#include "domain/seal.h"
#include "statements.gen.h"

struct person_name {
    struct person_name *next;
    struct person_id id;
    struct sql_person_by_id_row row;
    const char *text; /* NULL: not open yet */
};

static struct person_name *name_find(const struct person_names *names, const struct person_id *person)
{
    for (struct person_name *name = names->first; name != NULL; name = name->next)
        if (uuid_equal(&name->id.uuid, &person->uuid))
            return name;
    return NULL;
}

enum status person_names_add(struct scene *scene, const struct person_id *person, struct person_names *names)
{
    const struct sql_person_by_id_args args = {scene->keys->organisation, *person};

    if (name_find(names, person) != NULL)
        return STATUS_OK;
    struct person_name *name = arena_alloc(scene->arena, sizeof *name);
    if (name == NULL)
        return STATUS_NO_MEMORY;
    *name = (struct person_name){.next = names->first, .id = *person};
    enum status status = sql_person_by_id(scene->session, &args, &name->row);
    if (status == STATUS_OK)
        names->first = name;
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static enum status name_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                             struct person_name *name)
{
    const char *given = NULL, *family = NULL;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &name->row.key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, name->id.uuid, name->row.key, name->row.version};
    TRY(open_text(&row, COLUMN_PERSON_GIVEN_NAME, name->row.given_name, &given));
    TRY(open_text(&row, COLUMN_PERSON_FAMILY_NAME, name->row.family_name, &family));
    if (given == NULL || family == NULL)
        return STATUS_CORRUPT;
    name->text = arena_printf(arena, "%s %s", given, family);
    return name->text == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status person_names_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                              struct person_names *names)
{
    for (struct person_name *name = names->first; name != NULL; name = name->next)
        if (name->text == NULL)
            TRY(name_open(vault, keys, arena, name));
    return STATUS_OK;
}

const char *person_names_of(const struct person_names *names, const struct person_id *person)
{
    const struct person_name *name = name_find(names, person);

    assert(name != NULL && name->text != NULL);
    return name->text;
}
