/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_record_write.c: making, changing and putting people (M1, S7).
 * May not touch logins and memberships but the first one: they are records of their own.
 * Always: a person acting sets and lifts the local mark, a client the registry's; neither touches the other's.
 */
#include <assert.h>
#include <string.h>

#include "domain/person_record.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct person_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    return STATUS_OK;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

/* S7: lifting the local mark is a right of its own. */
static bool is_lifting(const struct person_write *write)
{
    return write->has_protected && !write->protected_person && !write->by_client && write->row->mark_local == 1;
}

/* The person that is there, if they are, and the facts of a right on them. */
static enum status relate_found(struct scene *scene, struct person_write *write, struct relation *relation)
{
    const struct person_id id = {write->target.id};
    struct sql_person_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    relation->action = ACTION_CHANGE_PERSON;
    relation->subject.object = (struct maybe_uuid){true, id.uuid};
    TRY(person_relate(scene, &id, relation));
    if (!relation->object.exists)
        return STATUS_OK;
    TRY(sql_person_by_id(scene->session, &(struct sql_person_by_id_args){scene->keys->organisation, id}, row));
    write->row = row;
    relation->version = row->version;
    if (is_lifting(write))
        relation_also(relation, ACTION_LIFT_PERSON);
    return STATUS_OK;
}

/* Where a new person is to belong. Whether that school is there is told by apply, to those who may make people there at all. */
static enum status relate_new(struct scene *scene, struct person_write *write, struct relation *relation)
{
    const struct first_membership *membership = &write->membership;

    write->row = NULL;
    *relation = (struct relation){.action = ACTION_CREATE_PERSON,
                                  .object = {.is_new = true},
                                  .subject = {.object_kind = registry_kind_name(KIND_PERSON)}};
    if (membership->given)
        relation_also(relation, policy_change_membership(membership->role));
    if (!membership->has_school)
        return STATUS_OK;
    enum status status = school_find(scene, &membership->school);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->school_known = true;
    relation->subject.school = (struct maybe_uuid){true, membership->school.uuid};
    return place_always(scene->arena, &membership->school, &relation->object);
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct person_write *write = input;
    struct relation relation = {.subject = {.object_kind = registry_kind_name(KIND_PERSON)}};

    write->by_client = scene->actor.policy.service;
    write->school_known = false;
    write->row = NULL;
    TRY(target_find(scene, &write->target));
    if (write->target.exists)
        TRY(relate_found(scene, write, &relation));
    TRY(target_conceal(scene, &write->target, ACTION_READ_PERSON, &relation));
    if (!write->target.exists)
        TRY(relate_new(scene, write, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

/* The marks as they are to be, over those that are there. */
static void marks_merge(struct person_write *write, bool mark_local, bool mark_registry)
{
    write->mark_local = write->has_protected && !write->by_client ? write->protected_person : mark_local;
    write->mark_registry = write->has_protected && write->by_client ? write->protected_person : mark_registry;
}

static enum status names_seal(const struct sealed_row *row, const char *given_name, const char *family_name,
                              struct person_write *write)
{
    TRY(seal_text(row, COLUMN_PERSON_GIVEN_NAME, given_name, &write->sealed_given_name));
    return seal_text(row, COLUMN_PERSON_FAMILY_NAME, family_name, &write->sealed_family_name);
}

/* Seals both names anew under the version to come, unless nothing would change. */
static enum status prepare_change(struct vault *vault, struct person_write *write, const struct organisation_keys *keys,
                                  struct arena *arena)
{
    const struct sql_person_by_id_row *stored = write->row;
    const char *given_name = NULL, *family_name = NULL;
    auto_data_key key = NULL;

    target_seen(&write->target, stored->version);
    TRY(vault_key(vault, &stored->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, write->target.id, stored->key, stored->version};
    TRY(open_text(&row, COLUMN_PERSON_GIVEN_NAME, stored->given_name, &given_name));
    TRY(open_text(&row, COLUMN_PERSON_FAMILY_NAME, stored->family_name, &family_name));
    const char *new_given = write->given_name != NULL ? write->given_name : given_name;
    const char *new_family = write->family_name != NULL ? write->family_name : family_name;
    marks_merge(write, stored->mark_local == 1, stored->mark_registry == 1);
    write->unchanged = strcmp(new_given, given_name) == 0 && strcmp(new_family, family_name) == 0 &&
                       write->mark_local == (stored->mark_local == 1) &&
                       write->mark_registry == (stored->mark_registry == 1);
    row.version++;
    return names_seal(&row, new_given, new_family, write);
}

/* A key of their own seals the names, the logins and the external ids of a person (C1). */
static enum status prepare_new(struct vault *vault, struct person_write *write, const struct organisation_keys *keys,
                               struct arena *arena)
{
    auto_data_key key = NULL;

    marks_merge(write, false, false);
    write->unchanged = false;
    TRY(vault_take(vault, &write->key, &key));
    enum status status = target_new(&write->target, keys, &write->key, key, arena);
    const struct sealed_row row = {arena, key, keys->organisation, write->target.id, write->key, 1};
    if (status == STATUS_OK)
        status = names_seal(&row, write->given_name, write->family_name, write);
    write->took_key = status == STATUS_OK;
    if (!write->took_key)
        vault_give_back(vault, &write->key);
    return status;
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct person_write *write = input;

    write->took_key = false;
    return write->target.exists ? prepare_change(vault, write, keys, arena) : prepare_new(vault, write, keys, arena);
}

static void finish(struct vault *vault, void *input, bool stored)
{
    struct person_write *write = input;

    if (write->took_key && !stored)
        vault_give_back(vault, &write->key);
    write->took_key = false;
}

/* ---- Storing ------------------------------------------------------------------------------------------------------------ */

/* A role is at a school or on the organisation, and the school must be there. */
static enum status check_school(const struct person_write *write)
{
    const struct first_membership *membership = &write->membership;

    if (membership->has_school != policy_role_is_at_school(membership->role))
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/membership/schoolId");
    if (membership->has_school && !write->school_known)
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/membership/schoolId");
    return STATUS_OK;
}

static struct period membership_period(const struct scene *scene, const struct first_membership *membership)
{
    return (struct period){membership->has_from ? membership->period.from : scene->today, membership->period.until};
}

/* What a new person lacks, all of it (X3). */
static enum status check_new(struct scene *scene, const struct person_write *write)
{
    const struct period period = membership_period(scene, &write->membership);
    enum status given = STATUS_OK, family = STATUS_OK, school = STATUS_OK, until = STATUS_OK;

    if (write->given_name == NULL)
        given = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/givenName");
    if (write->family_name == NULL)
        family = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/familyName");
    if (write->membership.given)
        school = check_school(write);
    if (write->membership.given && period.until < period.from)
        until = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/membership/until");
    TRY(given);
    TRY(family);
    TRY(school);
    return until;
}

static enum status insert_membership(struct scene *scene, struct tx *tx, const struct person_write *write)
{
    const struct first_membership *membership = &write->membership;
    const struct period period = membership_period(scene, membership);
    const struct sql_membership_insert_args args = {
        .membership = uuid_new(),
        .organisation = scene->keys->organisation,
        .person = {write->target.id},
        .school = {membership->has_school, membership->school.uuid},
        .role = membership->role,
        .from_day = period.from,
        .until_day = period.until,
    };
    return membership->given ? sql_membership_insert(tx, &args, NULL) : STATUS_OK;
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct person_write *write)
{
    const struct sql_person_insert_args person = {
        .person = {write->target.id},
        .organisation = scene->keys->organisation,
        .key = write->key,
        .given_name = write->sealed_given_name,
        .family_name = write->sealed_family_name,
        .mark_local = write->mark_local,
        .mark_registry = write->mark_registry,
        .at = tx_now(tx),
    };

    TRY(check_new(scene, write));
    TRY(sql_person_insert(tx, &person, NULL));
    TRY(insert_membership(scene, tx, write));
    return target_keep(scene, tx, &write->target);
}

static enum status apply_change(struct tx *tx, const struct person_write *write)
{
    const struct sql_person_update_args args = {
        .person = {write->target.id},
        .given_name = write->sealed_given_name,
        .family_name = write->sealed_family_name,
        .mark_local = write->mark_local,
        .mark_registry = write->mark_registry,
        .version = write->row->version + 1,
    };
    return write->unchanged ? STATUS_OK : sql_person_update(tx, &args, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct person_write *write = input;
    struct target *target = &write->target;

    assert(grant_action(grant) == ACTION_CREATE_PERSON || grant_action(grant) == ACTION_CHANGE_PERSON);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(tx, write) : apply_new(scene, tx, write));
    *ret_receipt = target_receipt(target, write->unchanged);
    return STATUS_OK;
}

const struct write_case person_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall, .finish = finish};
