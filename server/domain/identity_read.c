/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity_read.c: one login, and the logins of a person (M1).
 * May not touch whether a login lets anyone in: actor.c does, by its mark.
 * Always: who may not read a person's logins learns neither how many there are nor whether there are any.
 */
#include <stddef.h>

#include "domain/identity.h"
#include "statements.gen.h"

enum status identity_relate(struct scene *scene, const struct uuid *id, enum action action,
                            struct relation *ret_relation, struct sql_identity_by_id_row **ret_row)
{
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_IDENTITY), .object = {true, *id}},
    };
    const struct sql_identity_by_id_args args = {scene->keys->organisation, *id};
    struct sql_identity_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    enum status status = sql_identity_by_id(scene->session, &args, row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        relation.version = row->version;
        TRY(person_relate(scene, &row->person, &relation));
    }
    *ret_row = status == STATUS_OK ? row : NULL;
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_identity)
{
    struct sql_identity_by_id_row *row = NULL;

    TRY(identity_relate(scene, id, ACTION_READ_IDENTITY, ret_relation, &row));
    if (row == NULL)
        return STATUS_OK;
    *(struct identity *)ret_identity = (struct identity){
        .id = *id,
        .version = row->version,
        .person = row->person,
        .ended = row->ended_at.known,
        .ended_at = row->ended_at.value,
        .key = row->key,
        .sealed_issuer = row->issuer,
        .sealed_subject = row->subject,
    };
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record)
{
    struct identity *identity = record;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &identity->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, identity->id, identity->key, identity->version};
    TRY(open_text(&row, COLUMN_IDENTITY_ISSUER, identity->sealed_issuer, &identity->issuer));
    return open_text(&row, COLUMN_IDENTITY_SUBJECT, identity->sealed_subject, &identity->subject);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_identities_of_person_args args = {
        scene->keys->organisation, {position->ids[0]}, *after, (int64_t)limit};

    return LISTING_IDS(sql_identities_of_person, scene, &args, limit, ret_ids, ret_n);
}

/* Who may read a person's logins may read all of them. */
static enum status relate_list(struct scene *scene, const struct page_position *position, struct relation *ret_relation)
{
    const struct person_id person = {position->ids[0]};
    struct relation relation = {
        .action = ACTION_READ_IDENTITY,
        .subject = {.object_kind = registry_kind_name(KIND_PERSON), .object = {true, person.uuid}},
    };

    TRY(person_relate(scene, &person, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

const struct record_kind identity_kind = {
    .list = "listIdentities",
    .kind = KIND_IDENTITY,
    .bytes = sizeof(struct identity),
    .version = offsetof(struct identity, version),
    .ground = offsetof(struct identity, ground),
    .relate = relate,
    .candidates = candidates,
    .relate_list = relate_list,
    .open = open,
};
