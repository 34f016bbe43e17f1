/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person.c: the caller's own person.
 * May not touch anyone else's.
 * Always: a stranger with a valid token is refused without a word about who is known.
 */
#include "domain/person.h"

#include <assert.h>

#include "domain/seal.h"
#include "domain/stored.h"
#include "statements.gen.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)input;
    *ret_relation = (struct relation){
        .action = ACTION_READ_SELF,
        .object = {.exists = true},
        .subject = {.object_kind = "person", .object = {scene->actor.policy.known, scene->actor.person.uuid}},
    };
    return STATUS_OK;
}

static enum status memberships_fetch(struct scene *scene, struct person_self *self)
{
    const struct sql_memberships_named_args args = {scene->keys->organisation, self->id, scene->today};
    struct sql_memberships_named_row *rows = NULL;
    size_t n = 0;

    TRY(sql_memberships_named(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    struct person_membership *memberships = arena_array(scene->arena, n, sizeof *memberships);
    if (memberships == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        memberships[i] = (struct person_membership){
            .at_school = rows[i].school.known,
            .school = {rows[i].school.uuid},
            .school_name = rows[i].school_name,
        };
        TRY(stored_role(rows[i].role, &memberships[i].role));
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &memberships[i].period));
    }
    self->memberships = memberships;
    self->n_memberships = n;
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct person_self *self = input;
    struct sql_person_by_id_row person;
    struct sql_organisation_by_id_row organisation;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_SELF);
    TRY(sql_person_by_id(scene->session,
                         &(struct sql_person_by_id_args){scene->keys->organisation, scene->actor.person}, &person));
    TRY(sql_organisation_by_id(scene->session, &(struct sql_organisation_by_id_args){scene->keys->organisation},
                               &organisation));
    *self = (struct person_self){
        .id = scene->actor.person,
        .version = person.version,
        .organisation_name = organisation.name,
        .ground = grant_ground(grant),
        .key = person.key,
        .sealed_given_name = person.given_name,
        .sealed_family_name = person.family_name,
    };
    return memberships_fetch(scene, self);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct person_self *self = input;
    auto_data_key key = NULL;

    assert(grant_action(grant) == ACTION_READ_SELF);
    TRY(vault_key(vault, &self->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, self->id.uuid, self->key, self->version};
    TRY(open_text(&row, COLUMN_PERSON_GIVEN_NAME, self->sealed_given_name, &self->given_name));
    return open_text(&row, COLUMN_PERSON_FAMILY_NAME, self->sealed_family_name, &self->family_name);
}

const struct read_case person_self_case = {.relate = relate, .fetch = fetch, .open = open};
