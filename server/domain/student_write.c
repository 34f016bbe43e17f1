/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_write.c: changing cards, and putting students by another system's id (S1, S4, S7).
 * May not touch enrolments, ties and groups of a student who is there: they are records of their own.
 * Always: a number leads to one student; a client moves the registry's mark, a person the local one.
 */
#include "domain/student_write.h"

#include <assert.h>
#include <string.h>

#include "domain/student.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct student_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_PERSON, &write->person);
    reference_ready(keys, caller, KIND_SCHOOL, &write->school);
    if (write->civic_number[0] != '\0')
        student_civic_mark(keys, write->civic_number, &write->civic_mark);
    return STATUS_OK;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

static enum status find_civic_owner(struct scene *scene, struct student_write *write)
{
    const struct sql_student_by_civic_mark_args args = {scene->keys->organisation, write->civic_mark};
    struct sql_student_by_civic_mark_row owner;

    write->civic_owner = (struct maybe_uuid){0};
    if (write->civic_number[0] == '\0')
        return STATUS_OK;
    enum status status = sql_student_by_civic_mark(scene->session, &args, &owner);
    if (status == STATUS_OK)
        write->civic_owner = (struct maybe_uuid){true, owner.student.uuid};
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The marks as they are to be (S7). */
static void set_marks(const struct scene *scene, struct student_write *write)
{
    int64_t *mark = scene->actor.policy.service ? &write->mark_registry : &write->mark_local;

    write->mark_local = write->row == NULL ? 0 : write->row->mark_local;
    write->mark_registry = write->row == NULL ? 0 : write->row->mark_registry;
    if (write->has_protected)
        *mark = write->protected_person ? 1 : 0;
}

/* What the call needs besides the right to edit the name, or to make one. */
static void add_rights(struct student_write *write, struct relation *relation)
{
    if (write->has_protected)
        relation_also(relation, ACTION_EDIT_STUDENT);
    if (reference_given(&write->person))
        relation_also(relation, ACTION_LINK_STUDENT);
    if (write->has_civic_number)
        relation_also(relation, ACTION_SET_CIVIC_NUMBER);
    if (write->row != NULL && write->mark_local < write->row->mark_local)
        relation_also(relation, ACTION_LIFT_STUDENT);
}

/* The student who is there, if they are, and the facts of a right on them. */
static enum status relate_found(struct scene *scene, struct student_write *write, const struct student_id *id,
                                struct relation *relation)
{
    struct sql_student_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    TRY(student_relate(scene, id, relation, row));
    relation->action = ACTION_NAME_STUDENT;
    if (!relation->object.exists)
        return STATUS_OK;
    relation->version = row->version;
    write->row = row;
    set_marks(scene, write);
    add_rights(write, relation);
    return STATUS_OK;
}

/* S1: a child that the organisation knows by number is not put a second time. To a caller who may not edit them it is just known. */
static enum status relate_known(struct scene *scene, struct student_write *write, struct relation *relation)
{
    struct relation known;
    struct decision decision;

    TRY(relate_found(scene, write, &(struct student_id){write->civic_owner.uuid}, &known));
    TRY(policy_decide(ACTION_EDIT_STUDENT, &scene->actor.policy, &known.object, scene->today, scene->arena, &decision));
    if (decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    target_adopt(&write->target, &write->row->student.uuid);
    *relation = known;
    return STATUS_OK;
}

/* Where a new one begins. Whether that school is there is told by apply, to those who may create students everywhere. */
static enum status relate_new(struct scene *scene, struct student_write *write, struct relation *relation)
{
    write->row = NULL;
    set_marks(scene, write);
    *relation = (struct relation){.action = ACTION_CREATE_STUDENT,
                                  .object = {.is_new = true},
                                  .subject = {.object_kind = registry_kind_name(KIND_STUDENT)}};
    add_rights(write, relation);
    if (!reference_given(&write->school))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->school, &write->at.uuid);
    if (status == STATUS_OK)
        status = school_find(scene, &write->at);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->school_known = true;
    relation->subject.school = (struct maybe_uuid){true, write->at.uuid};
    return place_always(scene->arena, &write->at, &relation->object);
}

/* The student who has this login; a double's is that of the student it turned out to be, and stays with the double. */
static enum status find_login_owner(struct scene *scene, struct student_write *write, const struct person_id *person)
{
    const struct sql_student_of_person_args args = {scene->keys->organisation, *person};
    struct sql_student_of_person_row owner;
    const struct student_id none = {0};
    const struct student_id *self = write->row == NULL ? &none : &write->row->student;
    enum status status = sql_student_of_person(scene->session, &args, &owner);

    if (status == STATUS_NOT_FOUND) {
        write->login = (struct maybe_uuid){true, person->uuid};
        return STATUS_OK;
    }
    TRY(status);
    const struct uuid *of = owner.merged_into.known ? &owner.merged_into.uuid : &owner.student.uuid;
    write->person_taken = !uuid_equal(of, &self->uuid);
    return STATUS_OK;
}

static enum status find_person(struct scene *scene, struct student_write *write)
{
    struct person_id person;

    write->login = write->row == NULL ? (struct maybe_uuid){0} : write->row->person;
    write->person_known = write->person_taken = false;
    if (!reference_given(&write->person))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->person, &person.uuid);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(person_is_readable(scene, &person, &write->person_known));
    return write->person_known ? find_login_owner(scene, write, &person) : STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct student_write *write = input;
    struct target *target = &write->target;
    struct relation relation = {.subject = {.object_kind = registry_kind_name(KIND_STUDENT)}};

    write->row = NULL;
    write->school_known = false;
    TRY(find_civic_owner(scene, write));
    TRY(target_find(scene, target));
    if (target->exists)
        TRY(relate_found(scene, write, &(struct student_id){target->id}, &relation));
    if (write->row != NULL)
        target->id = write->row->student.uuid;
    TRY(target_conceal(scene, target, ACTION_CITE_STUDENT, &relation)); /* a client reads no cards (S2) */
    if (!target->exists && !target->taken && write->civic_owner.known)
        TRY(relate_known(scene, write, &relation));
    if (!target->exists)
        TRY(relate_new(scene, write, &relation));
    TRY(find_person(scene, write));
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_login(const struct maybe_uuid *a, const struct maybe_uuid *b)
{
    return a->known == b->known && (!a->known || uuid_equal(&a->uuid, &b->uuid));
}

/* What is there with what was sent laid over it. */
static struct student_plain merged_plain(const struct student_write *write, const struct student_plain *stored)
{
    struct student_plain plain = *stored;

    if (write->given_name != NULL)
        plain.given_name = write->given_name;
    if (write->family_name != NULL)
        plain.family_name = write->family_name;
    if (write->has_civic_number)
        plain.civic_number = write->civic_number[0] != '\0' ? write->civic_number : NULL;
    return plain;
}

static bool stays_as_it_is(const struct student_write *write, const struct student_plain *stored,
                           const struct student_plain *plain)
{
    const struct sql_student_by_id_row *row = write->row;

    return !write->target.adopted && same_text(stored->given_name, plain->given_name) &&
           same_text(stored->family_name, plain->family_name) && same_text(stored->civic_number, plain->civic_number) &&
           row->mark_local == write->mark_local && row->mark_registry == write->mark_registry &&
           same_login(&row->person, &write->login);
}

/* Seals everything anew under the version to come, unless nothing would change. */
static enum status prepare_change(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  struct student_write *write)
{
    const struct sql_student_by_id_row *stored = write->row;
    struct sealed_row row = {arena, NULL, keys->organisation, stored->student.uuid, stored->key, stored->version};
    auto_data_key key = NULL;
    struct student_plain old;

    target_seen(&write->target, stored->version);
    TRY(vault_key(vault, &stored->key, &key));
    row.key = key;
    TRY(student_columns_open(&row, stored, &old));
    const struct student_plain plain = merged_plain(write, &old);
    write->unchanged = stays_as_it_is(write, &old, &plain);
    write->had_civic_number = old.civic_number != NULL;
    if (write->had_civic_number)
        student_civic_mark(keys, old.civic_number, &write->old_civic_mark);
    if (write->target.adopted)
        TRY(target_attach(&write->target, keys, &stored->key, key, arena));
    row.version++;
    return student_columns_seal(&row, &plain, &write->columns);
}

static enum status prepare_new(const struct organisation_keys *keys, struct arena *arena, const struct data_key *key,
                               struct student_write *write)
{
    const struct student_plain none = {0};
    const struct student_plain plain = merged_plain(write, &none);

    TRY(target_new(&write->target, keys, &write->key, key, arena));
    const struct sealed_row row = {arena, key, keys->organisation, write->target.id, write->key, 1};
    return student_columns_seal(&row, &plain, &write->columns);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct student_write *write = input;
    auto_data_key key = NULL;

    write->key_taken = false;
    write->seen_login = write->login;
    if (write->target.exists)
        return prepare_change(vault, keys, arena, write);
    TRY(vault_take(vault, &write->key, &key));
    enum status status = prepare_new(keys, arena, key, write);
    write->key_taken = status == STATUS_OK;
    if (!write->key_taken)
        vault_give_back(vault, &write->key);
    return status;
}

static void finish(struct vault *vault, void *input, bool stored)
{
    struct student_write *write = input;

    if (write->key_taken && !stored)
        vault_give_back(vault, &write->key);
    write->key_taken = false;
}

/* ---- Storing it --------------------------------------------------------------------------------------------------------- */

enum status student_check_person(struct scene *scene, const struct student_write *write)
{
    if (!reference_given(&write->person) || write->person_known)
        return STATUS_OK;
    return reference_failure(scene->arena, &write->person, "person", write->failure);
}

enum status student_check_civic_number(const struct student_write *write, struct subject *subject)
{
    const struct maybe_uuid *owner = &write->civic_owner;

    if (!owner->known || (write->row != NULL && uuid_equal(&owner->uuid, &write->row->student.uuid)))
        return STATUS_OK;
    subject->student = *owner;
    subject->at_organisation = true;
    return STATUS_STUDENT_KNOWN;
}

/* The old number leads nowhere from now on, and the new one here. A double's number may lead here already. */
static enum status move_civic_mark(struct scene *scene, struct tx *tx, const struct student_write *write)
{
    const struct organisation_id organisation = scene->keys->organisation;
    const bool has_number = write->civic_number[0] != '\0';

    if (!write->has_civic_number)
        return STATUS_OK;
    if (write->had_civic_number &&
        !(has_number && memcmp(&write->old_civic_mark, &write->civic_mark, sizeof write->civic_mark) == 0))
        TRY(sql_blind_index_remove(
            tx, &(struct sql_blind_index_remove_args){organisation, "civic", write->old_civic_mark}, NULL));
    if (!has_number || write->civic_owner.known)
        return STATUS_OK;
    return sql_blind_index_insert(
        tx, &(struct sql_blind_index_insert_args){organisation, "civic", write->civic_mark, write->row->student.uuid},
        NULL);
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct student_write *write,
                                struct subject *subject)
{
    const struct sql_student_update_args args = {
        .student = write->row->student,
        .person = write->login,
        .given_name = write->columns.given_name,
        .family_name = write->columns.family_name,
        .civic_number = write->columns.civic_number,
        .mark_local = write->mark_local,
        .mark_registry = write->mark_registry,
        .version = write->row->version + 1,
    };

    TRY(student_check_person(scene, write));
    if (write->person_taken)
        return STATUS_TAKEN;
    TRY(student_check_civic_number(write, subject));
    if (write->unchanged)
        return STATUS_OK;
    TRY(sql_student_update(tx, &args, NULL));
    TRY(move_civic_mark(scene, tx, write));
    return write->target.adopted ? target_keep(scene, tx, &write->target) : STATUS_OK;
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct student_write *write = input;
    const struct target *target = &write->target;

    assert(grant_action(grant) == ACTION_NAME_STUDENT || grant_action(grant) == ACTION_CREATE_STUDENT);
    TRY(target_check(target, relation->version));
    if (!same_login(&write->login, &write->seen_login))
        return STATUS_PRECONDITION_FAILED;
    TRY(target->exists ? apply_change(scene, tx, write, &relation->subject)
                       : student_put_new(scene, tx, write, &relation->subject));
    *ret_receipt = target_receipt(target, target->exists && write->unchanged);
    return STATUS_OK;
}

static void recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object = subject->student = (struct maybe_uuid){true, receipt->id};
}

const struct write_case student_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = recall, .finish = finish};
