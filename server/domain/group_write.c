/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_write.c: making, changing and putting groups (M1).
 * May not touch members: they are records of their own.
 * Always: a group stays at its school; what is as it was asked to be is not written again.
 */
#include <assert.h>
#include <string.h>

#include "domain/group.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct group_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_SCHOOL, &write->school);
    return STATUS_OK;
}

/* The group that is there, if it is, and the facts of a right on it. */
static enum status relate_found(struct scene *scene, struct group_write *write, struct relation *relation)
{
    const struct sql_group_by_id_args args = {scene->keys->organisation, {write->target.id}};
    struct sql_group_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    relation->action = ACTION_CHANGE_GROUP;
    relation->subject.object = (struct maybe_uuid){true, write->target.id};
    enum status status = sql_group_by_id(scene->session, &args, row);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->row = row;
    write->at = row->school;
    relation->version = row->version;
    relation->subject.school = (struct maybe_uuid){true, row->school.uuid};
    relation->object.exists = true;
    return place_always(scene->arena, &row->school, &relation->object);
}

/* Where a new one is to be. Whether that school is there is told by apply, to those who may make groups at all. */
static enum status relate_new(struct scene *scene, struct group_write *write, struct relation *relation)
{
    write->row = NULL;
    relation->action = ACTION_CREATE_GROUP;
    relation->version = 0;
    relation->object = (struct policy_object){0};
    relation->subject = (struct subject){.object_kind = registry_kind_name(KIND_GROUP)};
    TRY(school_named(scene, &write->school, &write->at, &write->at_known));
    if (!write->at_known)
        return STATUS_OK;
    relation->subject.school = (struct maybe_uuid){true, write->at.uuid};
    return place_always(scene->arena, &write->at, &relation->object);
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct group_write *write = input;
    struct relation relation = {.subject = {.object_kind = registry_kind_name(KIND_GROUP)}};

    write->at_known = false;
    write->row = NULL;
    TRY(target_find(scene, &write->target));
    if (write->target.exists)
        TRY(relate_found(scene, write, &relation));
    TRY(target_conceal(scene, &write->target, ACTION_READ_GROUP, &relation));
    if (!write->target.exists)
        TRY(relate_new(scene, write, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

/* Seals the name anew under the version to come, unless nothing would change. */
static enum status prepare_change(struct group_write *write, const struct organisation_keys *keys, struct arena *arena)
{
    const struct sql_group_by_id_row *stored = write->row;
    const char *name = NULL;
    struct sealed_row row = {arena, keys->own, keys->organisation, write->target.id, keys->own_id, stored->version};

    target_seen(&write->target, stored->version);
    TRY(open_text(&row, COLUMN_STUDENT_GROUP_NAME, stored->name, &name));
    const char *new_name = write->name != NULL ? write->name : name;
    write->new_kind = write->kind != NULL ? write->kind : stored->kind;
    write->unchanged = strcmp(new_name, name) == 0 && strcmp(write->new_kind, stored->kind) == 0;
    row.version++;
    return seal_text(&row, COLUMN_STUDENT_GROUP_NAME, new_name, &write->sealed_name);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct group_write *write = input;

    (void)vault;
    if (write->target.exists)
        return prepare_change(write, keys, arena);
    TRY(target_new(&write->target, keys, &keys->own_id, keys->own, arena));
    const struct sealed_row row = {arena, keys->own, keys->organisation, write->target.id, keys->own_id, 1};
    return seal_text(&row, COLUMN_STUDENT_GROUP_NAME, write->name, &write->sealed_name);
}

/* What a new group lacks, all of it (X3). */
static enum status check_new(struct scene *scene, const struct group_write *write)
{
    enum status school = STATUS_OK, kind = STATUS_OK, name = STATUS_OK;

    if (!reference_given(&write->school))
        school = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/school");
    else if (!write->at_known)
        school = reference_failure(scene->arena, &write->school, "school", write->failure);
    if (write->kind == NULL)
        kind = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/kind");
    if (write->name == NULL)
        name = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/name");
    TRY(school);
    TRY(kind);
    return name;
}

static enum status apply_new(struct scene *scene, struct tx *tx, struct group_write *write)
{
    const struct sql_group_insert_args args = {
        {write->target.id}, scene->keys->organisation, write->at, write->kind, write->sealed_name};

    TRY(check_new(scene, write));
    TRY(sql_group_insert(tx, &args, NULL));
    return target_keep(scene, tx, &write->target);
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct group_write *write)
{
    const struct sql_group_update_args args = {
        {write->target.id}, write->new_kind, write->sealed_name, write->row->version + 1};

    TRY(reference_fixed(scene, &write->school, "school", &write->at.uuid, write->failure));
    return write->unchanged ? STATUS_OK : sql_group_update(tx, &args, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct group_write *write = input;
    struct target *target = &write->target;

    assert(grant_action(grant) == ACTION_CREATE_GROUP || grant_action(grant) == ACTION_CHANGE_GROUP);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write) : apply_new(scene, tx, write));
    *ret_receipt = target_receipt(target, write->unchanged);
    return STATUS_OK;
}

const struct write_case group_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall};
