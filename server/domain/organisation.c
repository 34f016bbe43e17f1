/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * organisation.c: reading, changing and putting the caller's own organisation (M1).
 * May not touch any other organisation, nor keys and time zone: these are made with it and stay.
 * Always: there is one to read; what is as it was asked to be is not written again.
 */
#include "domain/organisation.h"

#include <assert.h>
#include <string.h>

#include "statements.gen.h"

static enum status organisation_relate(struct scene *scene, enum action action, struct relation *ret_relation,
                                       struct organisation *ret_organisation)
{
    const struct organisation_id id = scene->keys->organisation;
    struct sql_organisation_by_id_row row;

    TRY(sql_organisation_by_id(scene->session, &(struct sql_organisation_by_id_args){id}, &row));
    *ret_organisation =
        (struct organisation){.id = id, .version = row.version, .name = row.name, .time_zone = row.time_zone};
    *ret_relation = (struct relation){
        .action = action,
        .object = {.exists = true},
        .subject = {.object_kind = registry_kind_name(KIND_ORGANISATION), .object = {true, id.uuid}},
        .version = row.version,
    };
    return STATUS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

static enum status relate_read(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct organisation_read *read = input;

    return organisation_relate(scene, ACTION_READ_ORGANISATION, ret_relation, &read->organisation);
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct organisation_read *read = input;

    (void)scene;
    (void)relation;
    read->organisation.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    assert(grant_action(grant) == ACTION_READ_ORGANISATION);
    return STATUS_OK;
}

const struct read_case organisation_read_case = {.relate = relate_read, .fetch = fetch, .open = open};

/* ---- Changing ----------------------------------------------------------------------------------------------------------- */

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct organisation_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    return STATUS_OK;
}

/* Whatever the external id, the organisation is the caller's own; one that nobody knows yet becomes one of its ids. */
static enum status relate_write(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct organisation_write *write = input;
    struct target *target = &write->target;

    TRY(target_find(scene, target));
    write->attaches = target->way == TARGET_PUT && !target->exists;
    target->exists = true;
    target->id = scene->keys->organisation.uuid;
    return organisation_relate(scene, ACTION_CHANGE_ORGANISATION, ret_relation, &write->stored);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct organisation_write *write = input;
    struct target *target = &write->target;

    (void)vault;
    if (write->attaches)
        TRY(target_new(target, keys, &keys->own_id, keys->own, arena));
    target->id = keys->organisation.uuid;
    target_seen(target, write->stored.version);
    return STATUS_OK;
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct organisation_write *write = input;
    const struct organisation *stored = &write->stored;
    const char *name = write->name != NULL ? write->name : stored->name;
    const struct sql_organisation_update_args args = {stored->id, name, stored->version + 1};
    const bool unchanged = !write->attaches && strcmp(name, stored->name) == 0;

    assert(grant_action(grant) == ACTION_CHANGE_ORGANISATION);
    TRY(target_check(&write->target, relation->version));
    if (!unchanged)
        TRY(sql_organisation_update(tx, &args, NULL));
    if (write->attaches)
        TRY(target_keep(scene, tx, &write->target));
    *ret_receipt = target_receipt(&write->target, unchanged);
    return STATUS_OK;
}

const struct write_case organisation_write_case = {
    .ready = ready, .relate = relate_write, .prepare = prepare, .apply = apply};
