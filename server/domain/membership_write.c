/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * membership_write.c: making, ending, moving in time and putting memberships (M1).
 * May not touch the person's other memberships: each stands for itself.
 * Always: whose it is, where and as what never changes; a right ends by its dates, at the next call.
 */
#include <assert.h>

#include "domain/membership.h"
#include "domain/stored.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct membership_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_PERSON, &write->person);
    reference_ready(keys, caller, KIND_SCHOOL, &write->school);
    return STATUS_OK;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

/* The membership that is there, if it is, and the facts of a right on it. */
static enum status relate_found(struct scene *scene, struct membership_write *write, enum role *ret_role,
                                struct relation *relation)
{
    const struct sql_membership_by_id_args args = {scene->keys->organisation, write->target.id};
    struct sql_membership_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    relation->action = ACTION_CHANGE_MEMBERSHIP;
    relation->subject.object = (struct maybe_uuid){true, write->target.id};
    enum status status = sql_membership_by_id(scene->session, &args, row);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->row = row;
    TRY(stored_role(row->role, ret_role));
    relation->action = policy_change_membership(*ret_role);
    relation->version = row->version;
    relation->subject.school = row->school;
    return membership_object(scene, &row->person, &row->school, &relation->object);
}

/* Whose a new one is to be. That they may not be named is told by apply. */
static enum status find_person(struct scene *scene, struct membership_write *write)
{
    struct sql_person_key_row row;

    if (!reference_given(&write->person))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->person, &write->of.uuid);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(person_is_readable(scene, &write->of, &write->person_known));
    if (!write->person_known)
        return STATUS_OK;
    TRY(sql_person_key(scene->session, &(struct sql_person_key_args){scene->keys->organisation, write->of}, &row));
    write->person_key = row.key;
    return STATUS_OK;
}

/* A school that is not there is a place where nobody leads; those with a right everywhere are told by apply. */
static enum status relate_new(struct scene *scene, struct membership_write *write, struct relation *relation)
{
    write->of = (struct person_id){0};
    TRY(find_person(scene, write));
    TRY(school_named(scene, &write->school, &write->at, &write->school_known));
    const struct maybe_uuid school = {write->school_known, write->at.uuid};
    *relation = (struct relation){
        .action = write->has_role ? policy_change_membership(write->role) : ACTION_CHANGE_MEMBERSHIP,
        .subject = {.object_kind = registry_kind_name(KIND_MEMBERSHIP), .school = school},
    };
    TRY(membership_object(scene, &write->of, &school, &relation->object));
    relation->object.is_new = true;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct membership_write *write = input;
    struct relation relation = {.subject = {.object_kind = registry_kind_name(KIND_MEMBERSHIP)}};
    enum role role = ROLE_STAFF;

    write->row = NULL;
    write->person_known = write->school_known = false;
    TRY(target_find(scene, &write->target));
    if (write->target.exists)
        TRY(relate_found(scene, write, &role, &relation));
    TRY(target_conceal(scene, &write->target, policy_read_membership(role), &relation));
    if (!write->target.exists)
        TRY(relate_new(scene, write, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

/* An external id is about the person, and sealed with their key. A person that may not be named has no key here, and apply refuses. */
static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct membership_write *write = input;
    auto_data_key key = NULL;

    if (write->target.exists) {
        target_seen(&write->target, write->row->version);
        return STATUS_OK;
    }
    if (!write->person_known)
        return target_new(&write->target, keys, &keys->own_id, keys->own, arena);
    TRY(vault_key(vault, &write->person_key, &key));
    return target_new(&write->target, keys, &write->person_key, key, arena);
}

/* Each role is either at a school or on the organisation. */
static enum status check_school(struct scene *scene, const struct membership_write *write)
{
    const struct reference *school = &write->school;

    if (reference_given(school) && !write->school_known)
        return reference_failure(scene->arena, school, "school", write->failure);
    if (!write->has_role || reference_given(school) == policy_role_is_at_school(write->role))
        return STATUS_OK;
    const bool by_name = reference_given(school) && !school->by_id;
    return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, by_name ? "/school" : "/schoolId");
}

static enum status check_person(struct scene *scene, const struct membership_write *write)
{
    if (!reference_given(&write->person))
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/person");
    if (!write->person_known)
        return reference_failure(scene->arena, &write->person, "person", write->failure);
    return STATUS_OK;
}

/* What a new one lacks, all of it (X3). */
static enum status check_new(struct scene *scene, const struct membership_write *write, struct period *ret_period)
{
    const struct period open = {scene->today, DAY_FOREVER};
    enum status person = check_person(scene, write), school = check_school(scene, write), role = STATUS_OK;
    enum status period = period_apply(&write->period, &open, true, write->failure, ret_period);

    if (!write->has_role)
        role = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/role");
    TRY(person);
    TRY(school);
    TRY(role);
    return period;
}

/* The same sent twice without an id of the sender's makes no second one: it would outlive the end of the first. */
static enum status check_overlap(struct scene *scene, const struct sql_membership_insert_args *args)
{
    const struct sql_membership_overlapping_args same = {args->organisation, args->person,   args->school,
                                                         args->role,         args->from_day, args->until_day};
    struct sql_membership_overlapping_row *rows = NULL;
    size_t n = 0;

    TRY(sql_membership_overlapping(scene->session, &same, 1, &rows, &n));
    return n == 0 ? STATUS_OK : STATUS_TAKEN;
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct membership_write *write)
{
    struct period period = {0};

    TRY(check_new(scene, write, &period));
    TRY(target_sealed_for(&write->target, &write->person_key));
    const struct sql_membership_insert_args args = {
        .membership = write->target.id,
        .organisation = scene->keys->organisation,
        .person = write->of,
        .school = {write->school_known, write->at.uuid},
        .role = write->role,
        .from_day = period.from,
        .until_day = period.until,
    };
    if (write->target.way == TARGET_CREATE)
        TRY(check_overlap(scene, &args));
    TRY(sql_membership_insert(tx, &args, NULL));
    return target_keep(scene, tx, &write->target);
}

/* Whose it is, where and as what: a put may say it again, but not otherwise. */
static enum status check_fixed(struct scene *scene, const struct membership_write *write)
{
    const struct sql_membership_by_id_row *row = write->row;
    enum status person = reference_fixed(scene, &write->person, "person", &row->person.uuid, write->failure);
    enum status school = reference_fixed(scene, &write->school, "school", &row->school.uuid, write->failure);
    enum status role = STATUS_OK;

    if (write->has_role && write->role != row->role)
        role = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/role");
    TRY(person);
    TRY(school);
    return role;
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct membership_write *write,
                                bool *ret_unchanged)
{
    const struct sql_membership_by_id_row *row = write->row;
    struct period stored, period = {0};

    TRY(stored_period(row->from_day, row->until_day, &stored));
    enum status fixed = check_fixed(scene, write);
    enum status fits = period_apply(&write->period, &stored, false, write->failure, &period);
    TRY(fixed);
    TRY(fits);
    const struct sql_membership_update_args args = {scene->keys->organisation, write->target.id, period.from,
                                                    period.until, row->version + 1};
    const bool unchanged = period.from == stored.from && period.until == stored.until;
    if (!unchanged)
        TRY(sql_membership_update(tx, &args, NULL));
    *ret_unchanged = unchanged;
    return STATUS_OK;
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct membership_write *write = input;
    const struct target *target = &write->target;
    bool unchanged = false;

    assert(grant_action(grant) == relation->action);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write, &unchanged) : apply_new(scene, tx, write));
    TRY(records_bounded(scene, KIND_MEMBERSHIP, write->row != NULL ? &write->row->person.uuid : &write->of.uuid,
                        "/person", write->failure));
    *ret_receipt = target_receipt(target, unchanged);
    return STATUS_OK;
}

const struct write_case membership_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall};
