/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity_read.c: one login, and the logins of a person (M1).
 * May not touch whether a login lets anyone in: actor.c does, by its mark.
 * Always: who may not read a person's logins learns neither how many there are nor whether there are any.
 */
#include <assert.h>
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
        TRY(person_object(scene, &row->person, &relation.object));
    }
    *ret_row = status == STATUS_OK ? row : NULL;
    *ret_relation = relation;
    return STATUS_OK;
}

static struct identity identity_of(const struct uuid *id, const struct sql_identity_by_id_row *row)
{
    return (struct identity){
        .id = *id,
        .version = row->version,
        .person = row->person,
        .ended = row->ended_at.known,
        .ended_at = row->ended_at.value,
        .key = row->key,
        .sealed_issuer = row->issuer,
        .sealed_subject = row->subject,
    };
}

static enum status identity_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                 struct identity *identity)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &identity->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, identity->id, identity->key, identity->version};
    TRY(open_text(&row, COLUMN_IDENTITY_ISSUER, identity->sealed_issuer, &identity->issuer));
    return open_text(&row, COLUMN_IDENTITY_SUBJECT, identity->sealed_subject, &identity->subject);
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct identity_read *read = input;
    struct sql_identity_by_id_row *row = NULL;

    TRY(identity_relate(scene, &read->id, ACTION_READ_IDENTITY, ret_relation, &row));
    if (row != NULL)
        read->identity = identity_of(&read->id, row);
    return STATUS_OK;
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct identity_read *read = input;

    (void)scene;
    (void)relation;
    read->identity.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    struct identity_read *read = input;

    assert(grant_action(grant) == ACTION_READ_IDENTITY);
    return identity_open(vault, keys, arena, &read->identity);
}

const struct read_case identity_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Those of a person -------------------------------------------------------------------------------------------------- */

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_identities_of_person_args args = {
        scene->keys->organisation, {listing->position.ids[0]}, *after, (int64_t)limit};
    struct sql_identities_of_person_row *rows = NULL;

    TRY(sql_identities_of_person(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->identity;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_identities_of_person_row) == sizeof(struct uuid), "a candidate is an id");

/* The decision was about the person, and so about all of their logins. */
static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct identity_list *list = (struct identity_list *)((char *)listing - offsetof(struct identity_list, page));
    const struct sql_identity_by_id_args args = {scene->keys->organisation, *id};
    struct sql_identity_by_id_row row;

    TRY(sql_identity_by_id(scene->session, &args, &row));
    list->identities[listing->n] = identity_of(id, &row);
    list->identities[listing->n].ground = list->ground;
    *ret_shown = true;
    return STATUS_OK;
}

static const struct listing_kind kind = {"listIdentities", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct identity_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct identity_list *list = input;
    const struct person_id person = {list->page.position.ids[0]};
    struct relation relation = {
        .action = ACTION_READ_IDENTITY,
        .subject = {.object_kind = registry_kind_name(KIND_PERSON), .object = {true, person.uuid}},
    };

    TRY(person_object(scene, &person, &relation.object));
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct identity_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_IDENTITY);
    list->ground = grant_ground(grant);
    list->identities = arena_array(scene->arena, list->page.limit + 1, sizeof *list->identities);
    if (list->identities == NULL)
        return STATUS_NO_MEMORY;
    return listing_fetch(&kind, scene, &list->page);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct identity_list *list = input;

    assert(grant_action(grant) == ACTION_READ_IDENTITY);
    for (size_t i = 0; i < list->page.n; i++)
        TRY(identity_open(vault, keys, arena, &list->identities[i]));
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case identity_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
