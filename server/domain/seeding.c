/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seeding.c: the parts of a seed.
 * May not touch the API's use cases: nothing here asks for a right, and nothing here can be reached through HTTP.
 * Always: what is sealed elsewhere is sealed here, by the same functions.
 */
#include "domain/seeding.h"

#include <stddef.h>

#include "domain/actor.h"
#include "domain/code.h"
#include "domain/seal.h"
#include "domain/student.h"
#include "statements.gen.h"

struct seed_founding {
    struct sql_organisation_insert_args organisation;
};

enum status seed_found(struct vault *vault, const struct seed_organisation *organisation, struct arena *arena,
                       struct seed_founding **ret_founding)
{
    struct seed_founding *founding = arena_alloc(arena, sizeof *founding);
    auto_data_key own = NULL;
    auto_data_key index = NULL;

    if (founding == NULL)
        return STATUS_NO_MEMORY;
    founding->organisation = (struct sql_organisation_insert_args){
        .organisation = organisation->id, .name = organisation->name, .time_zone = organisation->time_zone};
    TRY(vault_take(vault, &founding->organisation.key, &own));
    TRY(vault_take(vault, &founding->organisation.index_key, &index));
    *ret_founding = founding;
    return STATUS_OK;
}

enum status seed_store_founding(struct tx *tx, const struct seed_founding *founding)
{
    struct sql_organisation_insert_args args = founding->organisation;

    args.at = tx_now(tx);
    TRY(sql_organisation_insert(tx, &args, NULL));
    return code_store_defaults(tx, &args.organisation);
}

enum status seed_store_school(struct tx *tx, const struct organisation_id *organisation,
                              const struct seed_school *school)
{
    TRY(sql_school_insert(tx, &(struct sql_school_insert_args){school->id, *organisation, school->name}, NULL));
    for (size_t i = 0; i < sizeof school->modules / sizeof *school->modules && school->modules[i] != NULL; i++)
        TRY(sql_school_module_insert(tx, &(struct sql_school_module_insert_args){school->id, school->modules[i]},
                                     NULL));
    return STATUS_OK;
}

/* The bind struct of one statement, in the arena. */
static enum status keep(struct seed_desk *desk, const void *args, size_t size, void **ret_prepared)
{
    void *kept = arena_copy(desk->arena, args, size);

    if (kept == NULL)
        return STATUS_NO_MEMORY;
    *ret_prepared = kept;
    return STATUS_OK;
}

static enum status person_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_person *person = item;
    struct sql_person_insert_args args = {
        .person = person->id, .organisation = desk->keys->organisation, .mark_local = person->protected_person};
    auto_data_key key = NULL;

    TRY(vault_take(desk->vault, &args.key, &key));
    const struct sealed_row row = {desk->arena, key, args.organisation, person->id.uuid, args.key, 1};
    TRY(seal_text(&row, COLUMN_PERSON_GIVEN_NAME, person->given_name, &args.given_name));
    TRY(seal_text(&row, COLUMN_PERSON_FAMILY_NAME, person->family_name, &args.family_name));
    return keep(desk, &args, sizeof args, ret_prepared);
}

static enum status person_store(struct tx *tx, const void *prepared)
{
    struct sql_person_insert_args args = *(const struct sql_person_insert_args *)prepared;

    args.at = tx_now(tx);
    return sql_person_insert(tx, &args, NULL);
}

struct prepared_identity {
    struct sql_identity_insert_args identity;
    struct sql_blind_index_insert_args index;
};

/* A login is sealed with the key of its person. */
static enum status identity_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_identity *identity = item;
    const struct organisation_id organisation = desk->keys->organisation;
    struct prepared_identity prepared = {
        .identity = {.identity = uuid_new(), .organisation = organisation, .person = identity->person},
        .index = {.organisation = organisation, .purpose = "identity"},
    };
    struct sql_person_key_row person;
    auto_data_key key = NULL;

    TRY(sql_person_key(desk->session, &(struct sql_person_key_args){organisation, identity->person}, &person));
    TRY(vault_key(desk->vault, &person.key, &key));
    const struct sealed_row row = {desk->arena, key, organisation, prepared.identity.identity, person.key, 1};
    TRY(seal_text(&row, COLUMN_IDENTITY_ISSUER, identity->issuer, &prepared.identity.issuer));
    TRY(seal_text(&row, COLUMN_IDENTITY_SUBJECT, identity->subject, &prepared.identity.subject));
    prepared.index.object = prepared.identity.identity;
    actor_mark(desk->keys, identity->issuer, identity->subject, &prepared.index.mark);
    return keep(desk, &prepared, sizeof prepared, ret_prepared);
}

static enum status identity_store(struct tx *tx, const void *prepared)
{
    const struct prepared_identity *identity = prepared;

    TRY(sql_identity_insert(tx, &identity->identity, NULL));
    return sql_blind_index_insert(tx, &identity->index, NULL);
}

static enum status membership_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_membership *membership = item;
    const struct sql_membership_insert_args args = {
        .membership = uuid_new(),
        .organisation = desk->keys->organisation,
        .person = membership->person,
        .school = {membership->at_school, membership->school.uuid},
        .role = membership->role,
        .from_day = membership->period.from,
        .until_day = membership->period.until,
    };
    return keep(desk, &args, sizeof args, ret_prepared);
}

static enum status membership_store(struct tx *tx, const void *prepared)
{
    return sql_membership_insert(tx, prepared, NULL);
}

static enum status group_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_group *group = item;
    const struct organisation_keys *keys = desk->keys;
    struct sql_group_insert_args args = {
        .group = group->id, .organisation = keys->organisation, .school = group->school, .kind = group->kind};
    const struct sealed_row row = {desk->arena, keys->own, keys->organisation, group->id.uuid, keys->own_id, 1};

    TRY(seal_text(&row, COLUMN_STUDENT_GROUP_NAME, group->name, &args.name));
    return keep(desk, &args, sizeof args, ret_prepared);
}

static enum status group_store(struct tx *tx, const void *prepared)
{
    return sql_group_insert(tx, prepared, NULL);
}

struct prepared_student {
    struct sql_student_insert_args student;
    bool has_civic_number;
    struct sql_blind_index_insert_args index;
};

static enum status student_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_student *student = item;
    const struct organisation_id organisation = desk->keys->organisation;
    struct prepared_student prepared = {
        .student = {.student = student->id,
                    .organisation = organisation,
                    .person = {student->has_person, student->person.uuid},
                    .mark_local = student->protected_person},
        .has_civic_number = student->civic_number != NULL,
        .index = {.organisation = organisation, .purpose = "civic", .object = student->id.uuid},
    };
    auto_data_key key = NULL;

    TRY(vault_take(desk->vault, &prepared.student.key, &key));
    const struct sealed_row row = {desk->arena, key, organisation, student->id.uuid, prepared.student.key, 1};
    TRY(seal_text(&row, COLUMN_STUDENT_GIVEN_NAME, student->given_name, &prepared.student.given_name));
    TRY(seal_text(&row, COLUMN_STUDENT_FAMILY_NAME, student->family_name, &prepared.student.family_name));
    TRY(seal_text(&row, COLUMN_STUDENT_CIVIC_NUMBER, student->civic_number, &prepared.student.civic_number));
    if (prepared.has_civic_number)
        student_civic_mark(desk->keys, student->civic_number, &prepared.index.mark);
    return keep(desk, &prepared, sizeof prepared, ret_prepared);
}

static enum status student_store(struct tx *tx, const void *prepared)
{
    const struct prepared_student *student = prepared;
    struct sql_student_insert_args args = student->student;

    args.at = tx_now(tx);
    TRY(sql_student_insert(tx, &args, NULL));
    return student->has_civic_number ? sql_blind_index_insert(tx, &student->index, NULL) : STATUS_OK;
}

static enum status enrolment_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_enrolment *enrolment = item;
    const struct sql_enrolment_insert_args args = {uuid_new(), enrolment->student, enrolment->school,
                                                   enrolment->period.from, enrolment->period.until};
    return keep(desk, &args, sizeof args, ret_prepared);
}

static enum status enrolment_store(struct tx *tx, const void *prepared)
{
    return sql_enrolment_insert(tx, prepared, NULL);
}

static enum status group_member_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_group_member *member = item;
    const struct sql_group_member_insert_args args = {uuid_new(), member->group, member->student, member->period.from,
                                                      member->period.until};
    return keep(desk, &args, sizeof args, ret_prepared);
}

static enum status group_member_store(struct tx *tx, const void *prepared)
{
    return sql_group_member_insert(tx, prepared, NULL);
}

static enum status tie_prepare(struct seed_desk *desk, const void *item, void **ret_prepared)
{
    const struct seed_tie *tie = item;
    const struct sql_tie_insert_args args = {uuid_new(), tie->student,     tie->person,      tie->kind,
                                             "local",    tie->period.from, tie->period.until};
    return keep(desk, &args, sizeof args, ret_prepared);
}

static enum status tie_store(struct tx *tx, const void *prepared)
{
    return sql_tie_insert(tx, prepared, NULL);
}

#define PART(list, type, name)                                                                                         \
    {                                                                                                                  \
        offsetof(struct seed, list), offsetof(struct seed, n_##list), sizeof(struct type), name##_prepare,             \
            name##_store                                                                                               \
    }

const struct seed_part seed_parts[] = {
    PART(persons, seed_person, person),
    PART(identities, seed_identity, identity),
    PART(memberships, seed_membership, membership),
    PART(groups, seed_group, group),
    PART(students, seed_student, student),
    PART(enrolments, seed_enrolment, enrolment),
    PART(group_members, seed_group_member, group_member),
    PART(ties, seed_tie, tie),
};
const size_t seed_n_parts = sizeof seed_parts / sizeof *seed_parts;
