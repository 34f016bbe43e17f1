/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_member_write.c: putting students into groups, and ending that (M1, S4).
 * May not touch the group or the student: both stay what they were for as long as there is the record.
 * Always: a student is put into groups of schools where they are enrolled, or are to be; nobody learns by trying which group a protected
 * student is in (S7): whoever may put one into a group may do so though they are in it already.
 */
#include <assert.h>
#include <string.h>

#include "domain/departure_bound.h"
#include "domain/group_member.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct group_member_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_GROUP, &write->group);
    reference_ready(keys, caller, KIND_STUDENT, &write->student);
    return STATUS_OK;
}

/* The membership that is there, if it is. By its id it is there for those only who may know of it (S7); whoever sends its external id
 * knows. */
static enum status relate_found(struct scene *scene, struct group_member_write *write, struct relation *relation)
{
    const struct target *target = &write->target;
    struct group_member_facts facts;

    TRY(group_member_relate(scene, ACTION_CHANGE_GROUP_MEMBER, &target->id, relation, &write->stored, &facts));
    if (!relation->object.exists || target->way != TARGET_CHANGE)
        return STATUS_OK;
    return group_member_is_shown(scene, &facts, &relation->object.exists);
}

static enum status group_find(struct scene *scene, struct group_member_write *write, struct relation *relation)
{
    struct sql_group_by_id_row row;
    struct uuid id;

    if (!reference_given(&write->group))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->group, &id);
    if (status == STATUS_OK)
        status = sql_group_by_id(scene->session, &(struct sql_group_by_id_args){scene->keys->organisation, {id}}, &row);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->group_known = true;
    write->stored.group = (struct group_id){id};
    write->stored.school = row.school;
    relation->subject.school = (struct maybe_uuid){true, row.school.uuid};
    return place_always(scene->arena, &row.school, &relation->object);
}

/* How the caller stands to the student, at the school of the group. That school's log does not name the student of another one. */
static enum status student_find(struct scene *scene, struct group_member_write *write, struct relation *relation)
{
    struct group_member_facts facts;
    struct student_id id;

    if (!reference_given(&write->student))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->student, &id.uuid);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(group_member_facts(scene, &id, &write->stored.school, &facts));
    if (!facts.object.exists)
        return STATUS_OK;
    write->student_known = true;
    write->student_enrolled = facts.enrolled;
    write->student_key = facts.student_key;
    write->stored.student = facts.student;
    relation->subject.student = (struct maybe_uuid){!write->group_known || facts.enrolled, facts.student.uuid};
    if (!write->group_known)
        return STATUS_OK;
    relation->object = facts.object;
    return group_member_is_shown(scene, &facts, &write->shown);
}

/* Whoever may not make this is refused alike, whether group and student are there or not. */
static enum status relate_new(struct scene *scene, struct group_member_write *write, struct relation *relation)
{
    write->stored = (struct group_member){0};
    *relation = (struct relation){
        .action = ACTION_CREATE_GROUP_MEMBER,
        .object = {.exists = true},
        .subject = {.object_kind = registry_kind_name(KIND_GROUP_MEMBER)},
    };
    TRY(group_find(scene, write, relation));
    return student_find(scene, write, relation);
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct group_member_write *write = input;
    struct relation relation = {0};

    write->group_known = write->student_known = write->student_enrolled = write->shown = false;
    TRY(target_find(scene, &write->target));
    if (write->target.exists)
        TRY(relate_found(scene, write, &relation));
    TRY(target_conceal(scene, &write->target, ACTION_READ_GROUP_MEMBER, &relation));
    if (!write->target.exists)
        TRY(relate_new(scene, write, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

/* The external id is about the student, and dies with their key (C1). */
static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct group_member_write *write = input;
    auto_data_key key = NULL;

    if (write->target.exists) {
        target_seen(&write->target, write->stored.version);
        return STATUS_OK;
    }
    if (!write->student_known)
        return target_new(&write->target, keys, &keys->own_id, keys->own, arena);
    TRY(vault_key(vault, &write->student_key, &key));
    return target_new(&write->target, keys, &write->student_key, key, arena);
}

static enum status check_group(struct scene *scene, const struct group_member_write *write)
{
    if (!reference_given(&write->group))
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/group");
    return write->group_known ? STATUS_OK : reference_failure(scene->arena, &write->group, "group", write->failure);
}

/* A student of another school is to those of this one as if there were no such student. */
static enum status check_student(struct scene *scene, const struct group_member_write *write)
{
    if (!reference_given(&write->student))
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/student");
    if (write->student_known && (write->student_enrolled || !write->group_known))
        return STATUS_OK;
    return reference_failure(scene->arena, &write->student, "student", write->failure);
}

/* Everything that is wrong is named at once (X3). */
static enum status check_new(struct scene *scene, const struct group_member_write *write, struct period *ret_period)
{
    const struct period from_today = {scene->today, DAY_FOREVER};
    const enum status group = check_group(scene, write);
    const enum status student = check_student(scene, write);
    const enum status period = period_apply(&write->change, &from_today, true, write->failure, ret_period);

    TRY(group);
    TRY(student);
    return period;
}

/* The same asked for twice makes no second one: it would outlive the end of the first. Whoever may not know of the first is not told of
 * it by this (S7); and what another system puts is a record of its own, by its own id. */
static enum status check_overlap(struct scene *scene, const struct group_member_write *write,
                                 const struct period *period)
{
    const struct sql_group_member_overlapping_args args = {write->stored.group, write->stored.student, period->from,
                                                           period->until};
    struct sql_group_member_overlapping_row there;

    if (write->target.way != TARGET_CREATE || !write->shown)
        return STATUS_OK;
    TRY(sql_group_member_overlapping(scene->session, &args, &there));
    return there.there ? STATUS_TAKEN : STATUS_OK;
}

/* It ends with a departure from the group's school (S6). */
static struct departing as_departing(const struct group_member_write *write)
{
    return (struct departing){.kind = KIND_GROUP_MEMBER,
                              .id = write->target.id,
                              .student = write->stored.student,
                              .school = write->stored.school};
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct group_member_write *write)
{
    const struct target *target = &write->target;
    struct period period;

    TRY(check_new(scene, write, &period));
    TRY(target_sealed_for(target, &write->student_key));
    TRY(check_overlap(scene, write, &period));
    const struct departing thing = as_departing(write);
    TRY(departure_bound(scene, tx, &thing, &period, &period));
    const struct sql_group_member_insert_args args = {target->id, write->stored.group, write->stored.student,
                                                      period.from, period.until};
    TRY(sql_group_member_insert(tx, &args, NULL));
    return target_keep(scene, tx, target);
}

/* What a put names must be what the record has; and the period must be one. */
static enum status check_change(struct scene *scene, const struct group_member_write *write, struct departing *thing,
                                struct period *ret_period, bool *ret_same)
{
    const struct group_member *stored = &write->stored;
    const enum status group = reference_fixed(scene, &write->group, "group", &stored->group.uuid, write->failure);
    const enum status student =
        reference_fixed(scene, &write->student, "student", &stored->student.uuid, write->failure);
    const enum status period = departure_change(scene, thing, &write->target, &write->change, &stored->period,
                                                write->failure, ret_period, ret_same);

    TRY(group);
    TRY(student);
    return period;
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct group_member_write *write,
                                bool *ret_unchanged)
{
    const struct group_member *stored = &write->stored;
    struct departing thing = as_departing(write);
    struct period period;

    TRY(check_change(scene, write, &thing, &period, ret_unchanged));
    if (*ret_unchanged)
        return STATUS_OK;
    TRY(departure_bound(scene, tx, &thing, &period, &period));
    const struct sql_group_member_update_args args = {stored->id, period.from, period.until, stored->version + 1};
    return sql_group_member_update(tx, &args, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct group_member_write *write = input;
    const struct target *target = &write->target;
    bool unchanged = false;

    assert(grant_action(grant) == ACTION_CREATE_GROUP_MEMBER || grant_action(grant) == ACTION_CHANGE_GROUP_MEMBER);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write, &unchanged) : apply_new(scene, tx, write));
    TRY(records_bounded(scene, KIND_GROUP_MEMBER, &write->stored.student.uuid, "/student", write->failure));
    *ret_receipt = target_receipt(target, unchanged);
    return STATUS_OK;
}

const struct write_case group_member_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall};
