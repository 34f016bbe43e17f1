/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * registry.c: finding records and what they name, and keeping what other systems call them.
 * May not touch rights: what may be named is asked of policy/.
 * Always: an external id leads to one thing; what is to be stored was prepared over the very row that is there.
 */
#include "domain/registry.h"

#include <assert.h>
#include <string.h>

#include "crypto/blind_index.h"
#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

static const char *const kind_names[REGISTRY_KINDS] = {
    [KIND_ORGANISATION] = "organisation",
    [KIND_SCHOOL] = "school",
    [KIND_PERSON] = "person",
    [KIND_IDENTITY] = "identity",
    [KIND_MEMBERSHIP] = "membership",
    [KIND_STUDENT] = "student",
    [KIND_ENROLMENT] = "enrolment",
    [KIND_TIE] = "tie",
    [KIND_GROUP] = "group",
    [KIND_GROUP_MEMBER] = "groupMember",
    [KIND_WEBHOOK] = "webhook",
    [KIND_PROPOSAL] = "proposal",
    [KIND_PERSONSAK] = "personsak",
    [KIND_HENDELSE] = "hendelse",
    [KIND_DOCUMENT] = "document",
    [KIND_DEPARTURE] = "departure",
};

const char *registry_kind_name(enum registry_kind kind)
{
    return kind_names[kind];
}

/* ---- The record itself -------------------------------------------------------------------------------------------------- */

static void external_mark(const struct organisation_keys *keys, bool registry, enum registry_kind kind,
                          const struct external_id *external, struct mark *ret_mark)
{
    const char *name = registry_kind_name(kind), *giver = registry ? "registry" : "person";
    const struct mark_part parts[] = {{giver, strlen(giver)},
                                      {name, strlen(name)},
                                      {external->system, strlen(external->system)},
                                      {external->value, strlen(external->value)}};

    blind_index_mark(keys->index, "external", parts, sizeof parts / sizeof *parts, ret_mark);
}

void target_ready(const struct organisation_keys *keys, const struct caller *caller, struct target *target)
{
    assert(target->way != TARGET_PUT || target->external.system != NULL);
    if (target->external.system != NULL)
        external_mark(keys, caller->service, target->kind, &target->external, &target->mark);
}

static enum status mark_find(struct scene *scene, const struct mark *mark, struct uuid *ret_id)
{
    const struct sql_blind_index_find_args args = {scene->keys->organisation, "external", *mark};
    struct sql_blind_index_find_row row;

    TRY(sql_blind_index_find(scene->session, &args, &row));
    *ret_id = row.object;
    return STATUS_OK;
}

enum status target_find(struct scene *scene, struct target *target)
{
    struct uuid known;

    target->exists = target->way == TARGET_CHANGE;
    target->taken = false;
    target->adopted = false;
    if (target->external.system == NULL)
        return STATUS_OK;
    enum status status = mark_find(scene, &target->mark, &known);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    target->taken = target->way == TARGET_CREATE;
    if (target->way == TARGET_PUT) {
        target->exists = true;
        target->id = known;
    }
    return STATUS_OK;
}

static enum status is_allowed(struct scene *scene, enum action action, const struct policy_object *object,
                              bool *ret_allowed)
{
    struct decision decision;

    TRY(policy_decide(action, &scene->actor.policy, object, scene->today, scene->arena, &decision));
    *ret_allowed = decision.verdict == VERDICT_ALLOWED;
    return STATUS_OK;
}

enum status target_conceal(struct scene *scene, struct target *target, enum action read,
                           const struct relation *relation)
{
    bool reads = false, changes = false;

    if (target->way != TARGET_PUT || !target->exists)
        return STATUS_OK;
    TRY(is_allowed(scene, read, &relation->object, &reads));
    TRY(is_allowed(scene, relation->action, &relation->object, &changes));
    if (!reads && !changes) {
        target->exists = false;
        target->taken = true;
    }
    return STATUS_OK;
}

void target_adopt(struct target *target, const struct uuid *id)
{
    assert(target->way == TARGET_PUT && !target->exists && !target->taken);
    target->exists = true;
    target->adopted = true;
    target->id = *id;
}

void target_seen(struct target *target, int64_t version)
{
    target->prepared = true;
    target->seen_exists = true;
    target->seen_adopted = target->adopted;
    target->seen_version = version;
    target->seen_id = target->id;
}

enum status target_attach(struct target *target, const struct organisation_keys *keys, const struct key_id *key_id,
                          const struct data_key *key, struct arena *arena)
{
    target->external_key = *key_id;
    if (target->external.system == NULL)
        return STATUS_OK;
    target->external_row = uuid_new();
    const struct sealed_row row = {arena, key, keys->organisation, target->external_row, *key_id, 1};
    TRY(seal_text(&row, COLUMN_EXTERNAL_ID_SYSTEM, target->external.system, &target->sealed_system));
    return seal_text(&row, COLUMN_EXTERNAL_ID_VALUE, target->external.value, &target->sealed_value);
}

enum status target_new(struct target *target, const struct organisation_keys *keys, const struct key_id *key_id,
                       const struct data_key *key, struct arena *arena)
{
    target->prepared = true;
    target->seen_exists = false;
    target->seen_adopted = false;
    target->seen_version = 0;
    target->id = target->seen_id = uuid_new();
    return target_attach(target, keys, key_id, key, arena);
}

enum status target_check(const struct target *target, int64_t version)
{
    assert(target->prepared);
    if (target->taken)
        return STATUS_TAKEN;
    const bool same = target->exists == target->seen_exists && target->adopted == target->seen_adopted &&
                      version == target->seen_version && uuid_equal(&target->id, &target->seen_id);
    return same ? STATUS_OK : STATUS_PRECONDITION_FAILED;
}

enum status target_sealed_for(const struct target *target, const struct key_id *key_id)
{
    assert(target->prepared);
    return uuid_equal(&target->external_key.uuid, &key_id->uuid) ? STATUS_OK : STATUS_PRECONDITION_FAILED;
}

enum status target_keep(struct scene *scene, struct tx *tx, const struct target *target)
{
    const struct organisation_id organisation = scene->keys->organisation;
    const struct sql_external_id_insert_args row = {
        .external_id = target->external_row,
        .organisation = organisation,
        .kind = registry_kind_name(target->kind),
        .object = target->id,
        .key = target->external_key,
        .system = target->sealed_system,
        .value = target->sealed_value,
    };

    if (target->external.system == NULL)
        return STATUS_OK;
    TRY(sql_external_id_insert(tx, &row, NULL));
    return sql_blind_index_insert(
        tx, &(struct sql_blind_index_insert_args){organisation, "external", target->mark, target->id}, NULL);
}

void target_recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object = (struct maybe_uuid){true, receipt->id};
}

struct receipt target_receipt(const struct target *target, bool unchanged)
{
    if (!target->exists)
        return (struct receipt){target->id, 1, RECEIPT_CREATED};
    if (unchanged)
        return (struct receipt){target->id, target->seen_version, RECEIPT_UNCHANGED};
    return (struct receipt){target->id, target->seen_version + 1, RECEIPT_CHANGED};
}

/* ---- What a record names ------------------------------------------------------------------------------------------------ */

void reference_ready(const struct organisation_keys *keys, const struct caller *caller, enum registry_kind kind,
                     struct reference *reference)
{
    if (reference->by_id || reference->external.system == NULL)
        return;
    external_mark(keys, caller->service, kind, &reference->external, &reference->mark);
    external_mark(keys, true, kind, &reference->external, &reference->registry_mark);
}

enum status reference_find(struct scene *scene, const struct reference *reference, struct uuid *ret_id)
{
    assert(reference_given(reference));
    if (reference->by_id) {
        *ret_id = reference->id;
        return STATUS_OK;
    }
    enum status status = mark_find(scene, &reference->mark, ret_id);
    return status == STATUS_NOT_FOUND ? mark_find(scene, &reference->registry_mark, ret_id) : status;
}

static enum status reference_add(struct arena *arena, const struct reference *reference, const char *name,
                                 enum failure_code code, struct failure *failure)
{
    const char *member = arena_printf(arena, "/%s%s", name, reference->by_id ? "Id" : "");

    if (member == NULL)
        return STATUS_NO_MEMORY;
    return failure_add(failure, FAILURE_IN_BODY, code, member);
}

enum status reference_failure(struct arena *arena, const struct reference *reference, const char *name,
                              struct failure *failure)
{
    return reference_add(arena, reference, name, FAILURE_REFERENCE, failure);
}

enum status reference_fixed(struct scene *scene, const struct reference *reference, const char *name,
                            const struct uuid *id, struct failure *failure)
{
    struct uuid named;

    if (!reference_given(reference))
        return STATUS_OK;
    enum status status = reference_find(scene, reference, &named);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK && uuid_equal(&named, id))
        return STATUS_OK;
    return reference_add(scene->arena, reference, name, FAILURE_CONFLICT, failure);
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

enum status place_always(struct arena *arena, const struct school_id *school, struct policy_object *object)
{
    struct policy_place *place = arena_alloc(arena, sizeof *place);

    if (place == NULL)
        return STATUS_NO_MEMORY;
    *place = (struct policy_place){*school, {DAY_ALWAYS, DAY_FOREVER}};
    object->places = place;
    object->n_places = 1;
    return STATUS_OK;
}

enum status school_find(struct scene *scene, const struct school_id *school)
{
    struct sql_school_by_id_row row;

    return sql_school_by_id(scene->session, &(struct sql_school_by_id_args){scene->keys->organisation, *school}, &row);
}

enum status school_object(struct scene *scene, enum action action, const char *kind, const struct school_id *school,
                          struct relation *ret_relation)
{
    struct relation relation = {.action = action, .subject = {.object_kind = kind, .object = {true, school->uuid}}};
    enum status status = school_find(scene, school);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        TRY(place_always(scene->arena, school, &relation.object));
        relation.object.exists = true;
        relation.subject.school = (struct maybe_uuid){true, school->uuid};
    }
    *ret_relation = relation;
    return STATUS_OK;
}

enum status school_named(struct scene *scene, const struct reference *reference, struct school_id *ret_school,
                         bool *ret_known)
{
    *ret_known = false;
    if (!reference_given(reference))
        return STATUS_OK;
    enum status status = reference_find(scene, reference, &ret_school->uuid);
    if (status == STATUS_OK)
        status = school_find(scene, ret_school);
    *ret_known = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status person_places(struct scene *scene, const struct person_id *person, struct policy_object *object)
{
    const struct sql_memberships_of_person_args args = {scene->keys->organisation, *person, scene->today};
    struct sql_memberships_of_person_row *rows = NULL;
    size_t n = 0;

    TRY(sql_memberships_of_person(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    struct policy_place *places = arena_array(scene->arena, n, sizeof *places);
    if (places == NULL)
        return STATUS_NO_MEMORY;
    object->n_places = 0;
    for (size_t i = 0; i < n; i++) {
        struct period period;
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &period));
        if (rows[i].school.known)
            places[object->n_places++] = (struct policy_place){{rows[i].school.uuid}, {DAY_ALWAYS, period.until}};
    }
    object->places = places;
    return STATUS_OK;
}

/* A double that was merged is the student that it turned out to be (S4). */
enum status person_student(struct scene *scene, const struct person_id *person, struct maybe_uuid *ret_student)
{
    const struct sql_student_of_person_args args = {scene->keys->organisation, *person};
    struct sql_student_of_person_row row;
    enum status status = sql_student_of_person(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_NOT_FOUND)
        *ret_student = (struct maybe_uuid){0};
    else
        *ret_student = (struct maybe_uuid){true, row.merged_into.known ? row.merged_into.uuid : row.student.uuid};
    return STATUS_OK;
}

/* A person who is a student is as close to their family as the student's card is (G2). */
enum status person_family(struct scene *scene, const struct person_id *person, struct policy_object *object)
{
    struct maybe_uuid found;
    struct sql_student_by_id_row student;
    struct relation relation;

    TRY(person_student(scene, person, &found));
    if (!found.known)
        return STATUS_OK;
    TRY(student_relate(scene, &(struct student_id){found.uuid}, &relation, &student));
    object->ties = relation.object.ties;
    object->n_ties = relation.object.n_ties;
    object->actor_is_student = relation.object.actor_is_student;
    return STATUS_OK;
}

enum status person_object(struct scene *scene, const struct person_id *person, struct policy_object *ret_object)
{
    struct policy_object object = {.is_own = scene->actor.policy.known &&
                                             uuid_equal(&person->uuid, &scene->actor.person.uuid)};
    struct sql_person_key_row row;
    enum status status =
        sql_person_key(scene->session, &(struct sql_person_key_args){scene->keys->organisation, *person}, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    object.exists = status == STATUS_OK;
    if (object.exists) {
        TRY(person_places(scene, person, &object));
        TRY(person_family(scene, person, &object));
    }
    *ret_object = object;
    return STATUS_OK;
}

/* The school, where all places are at one: its log is then where the row belongs (V1). */
static struct maybe_uuid only_school(const struct policy_object *object)
{
    for (size_t i = 1; i < object->n_places; i++)
        if (!uuid_equal(&object->places[i].school.uuid, &object->places[0].school.uuid))
            return (struct maybe_uuid){0};
    return object->n_places == 0 ? (struct maybe_uuid){0} : (struct maybe_uuid){true, object->places[0].school.uuid};
}

enum status person_relate(struct scene *scene, const struct person_id *person, struct relation *relation)
{
    TRY(person_object(scene, person, &relation->object));
    relation->subject.school = only_school(&relation->object);
    if (!relation->object.exists)
        return STATUS_OK;
    return person_student(scene, person, &relation->subject.student);
}

enum status person_is_readable(struct scene *scene, const struct person_id *person, bool *ret_readable)
{
    struct policy_object object;

    TRY(person_object(scene, person, &object));
    return is_allowed(scene, ACTION_READ_PERSON, &object, ret_readable);
}

_Static_assert(2 * (int)REGISTRY_MAX_HELD <= (int)STORED_MAX_RECORDS, "what a merge brings together is read whole");

enum status records_bounded(struct scene *scene, enum registry_kind kind, const struct uuid *of, const char *member,
                            struct failure *failure)
{
    struct sql_records_held_row held;

    TRY(sql_records_held(scene->session, &(struct sql_records_held_args){kind, *of, scene->today}, &held));
    return held.n <= REGISTRY_MAX_HELD ? STATUS_OK : failure_add(failure, FAILURE_IN_BODY, FAILURE_TOO_LONG, member);
}

enum status period_apply(const struct period_change *change, const struct period *stored, bool is_new,
                         struct failure *failure, struct period *ret_period)
{
    struct period period = *stored;

    if (change->has_from)
        period.from = change->period.from;
    if (change->has_until)
        period.until = change->period.until;
    if (period.until < (int64_t)period.from - (is_new ? 0 : 1)) /* an open beginning has no day before it */
        return failure_add(failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/until");
    *ret_period = period;
    return STATUS_OK;
}
