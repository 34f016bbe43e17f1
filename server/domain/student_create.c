/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_create.c: a new student with enrolment, and where asked for a class, a contact teacher and a civic number (S1).
 * May not touch another student: a civic number that is known already answers so, and names nobody.
 * Always: all of it is stored, or nothing; a reference that leads nowhere names its field.
 */
#include <assert.h>

#include "domain/seal.h"
#include "domain/student.h"
#include "statements.gen.h"

/* The object is the school: whether it exists here is told by apply, to those who may create at all. */
static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct student_create *create = input;
    struct policy_place *place = arena_alloc(scene->arena, sizeof *place);
    struct sql_school_by_id_row school;

    if (place == NULL)
        return STATUS_NO_MEMORY;
    *place = (struct policy_place){create->school, {DAY_ALWAYS, DAY_FOREVER}};
    enum status status = sql_school_by_id(
        scene->session, &(struct sql_school_by_id_args){scene->keys->organisation, create->school}, &school);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;

    const bool exists = status == STATUS_OK;
    *ret_relation = (struct relation){
        .action = ACTION_CREATE_STUDENT,
        .object = {.exists = exists, .places = place, .n_places = exists ? 1 : 0},
        .subject = {.object_kind = "student", .school = {exists, create->school.uuid}},
    };
    if (create->civic_number != NULL)
        relation_also(ret_relation, ACTION_SET_CIVIC_NUMBER);
    return STATUS_OK;
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct student_create *create = input;
    auto_data_key key = NULL;

    TRY(vault_take(vault, &create->key, &key));
    create->id = (struct student_id){uuid_new()};
    const struct sealed_row row = {arena, key, keys->organisation, create->id.uuid, create->key, 1};
    enum status status = seal_text(&row, COLUMN_STUDENT_GIVEN_NAME, create->given_name, &create->sealed_given_name);
    if (status == STATUS_OK)
        status = seal_text(&row, COLUMN_STUDENT_FAMILY_NAME, create->family_name, &create->sealed_family_name);
    if (status == STATUS_OK)
        status = seal_text(&row, COLUMN_STUDENT_CIVIC_NUMBER, create->civic_number, &create->sealed_civic_number);
    if (status != STATUS_OK)
        vault_give_back(vault, &create->key);
    else if (create->civic_number != NULL)
        student_civic_mark(keys, create->civic_number, &create->civic_mark);
    return status;
}

static void finish(struct vault *vault, void *input, bool stored)
{
    struct student_create *create = input;

    if (!stored)
        vault_give_back(vault, &create->key);
}

/* The contact teacher named must be staff at the school today; nothing else is told about them. */
static enum status check_contact_teacher(struct scene *scene, struct student_create *create)
{
    struct policy_actor teacher = {.known = true};

    TRY(actor_memberships(scene->session, &scene->keys->organisation, &create->contact_teacher, scene->today,
                          &teacher));
    if (policy_is_staff_at(&teacher, &create->school, scene->today))
        return STATUS_OK;
    return failure_add(create->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/contactTeacherId");
}

static enum status check_group(struct scene *scene, struct student_create *create)
{
    struct sql_group_at_school_row row;
    const struct sql_group_at_school_args args = {scene->keys->organisation, create->group, create->school};
    enum status status = sql_group_at_school(scene->session, &args, &row);

    if (status == STATUS_NOT_FOUND)
        return failure_add(create->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/groupId");
    return status;
}

/* Every reference is looked at before the first complaint is answered (X3). */
static enum status check_references(struct scene *scene, struct student_create *create, const struct relation *relation)
{
    const struct period enrolment = create->enrolment;
    enum status school = STATUS_OK, group = STATUS_OK, teacher = STATUS_OK, period = STATUS_OK;

    if (!relation->object.exists)
        school = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/schoolId");
    if (create->has_group && relation->object.exists)
        group = check_group(scene, create);
    if (create->has_contact_teacher)
        teacher = check_contact_teacher(scene, create);
    if (enrolment.until < scene->today || (create->has_from && enrolment.until < enrolment.from))
        period = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/enrolledUntil");

    TRY(school);
    TRY(group);
    TRY(teacher);
    return period;
}

/* Whoever asks with a known number is told only that it is known. Whom it was about stands in the row, and the row stands with the
 * organisation: the student may be at a school whose people this caller has nothing to do with. */
static enum status refuse_known(struct scene *scene, const struct student_create *create, struct subject *subject)
{
    const struct sql_student_by_civic_mark_args args = {scene->keys->organisation, create->civic_mark};
    struct sql_student_by_civic_mark_row known;

    TRY(sql_student_by_civic_mark(scene->session, &args, &known));
    subject->student = (struct maybe_uuid){true, known.student.uuid};
    subject->at_organisation = true;
    return STATUS_STUDENT_KNOWN;
}

/* Before anything else is written: a number that is known leaves nothing to undo. */
static enum status claim_civic_number(struct scene *scene, struct tx *tx, const struct student_create *create,
                                      struct subject *subject)
{
    const struct sql_civic_mark_claim_args claim = {scene->keys->organisation, create->civic_mark, create->id};
    int64_t claimed = 0;

    if (create->civic_number == NULL)
        return STATUS_OK;
    TRY(sql_civic_mark_claim(tx, &claim, &claimed));
    return claimed == 1 ? STATUS_OK : refuse_known(scene, create, subject);
}

static enum status insert_student(struct scene *scene, struct tx *tx, const struct student_create *create)
{
    const struct sql_student_insert_args student = {
        .student = create->id,
        .organisation = scene->keys->organisation,
        .key = create->key,
        .given_name = create->sealed_given_name,
        .family_name = create->sealed_family_name,
        .civic_number = create->sealed_civic_number,
        .at = tx_now(tx),
    };
    return sql_student_insert(tx, &student, NULL);
}

static enum status insert_tie(struct tx *tx, const struct student_create *create, const struct person_id *teacher,
                              int32_t from)
{
    const struct sql_tie_insert_args args = {
        .tie = uuid_new(),
        .student = create->id,
        .person = *teacher,
        .kind = TIE_CONTACT_TEACHER,
        .source = "local",
        .from_day = from,
        .until_day = create->enrolment.until,
    };
    return sql_tie_insert(tx, &args, NULL);
}

/* S1: the creating contact teacher gets the tie unless another is named. It counts from the first day of the enrolment on (G1). */
static enum status insert_contact_teacher(struct scene *scene, struct tx *tx, const struct student_create *create)
{
    if (create->has_contact_teacher)
        return insert_tie(tx, create, &create->contact_teacher, scene->today);
    if (policy_has_role_at(&scene->actor.policy, ROLE_CONTACT_TEACHER, &create->school, scene->today))
        return insert_tie(tx, create, &scene->actor.person, scene->today);
    return STATUS_OK;
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct student_create *create = input;

    assert(grant_action(grant) == ACTION_CREATE_STUDENT);
    TRY(check_references(scene, create, relation));
    TRY(claim_civic_number(scene, tx, create, &relation->subject));
    const int32_t from = create->has_from ? create->enrolment.from : scene->today;
    const int32_t until = create->enrolment.until;

    TRY(insert_student(scene, tx, create));
    TRY(sql_enrolment_insert(
        tx, &(struct sql_enrolment_insert_args){uuid_new(), create->id, create->school, from, until}, NULL));
    if (create->has_group)
        TRY(sql_group_member_insert(
            tx, &(struct sql_group_member_insert_args){uuid_new(), create->group, create->id, from, until}, NULL));
    TRY(insert_contact_teacher(scene, tx, create));

    *ret_receipt = (struct receipt){create->id.uuid, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

static void recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object = subject->student = (struct maybe_uuid){true, receipt->id};
}

const struct write_case student_create_case = {
    .relate = relate, .prepare = prepare, .apply = apply, .recall = recall, .finish = finish, .decided_once = true};
