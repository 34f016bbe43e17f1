/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_put.c: a student that another system brings in and nobody knew (S1).
 * May not touch students who are there.
 * Always: all of it is stored, or nothing; everything that it lacks is named at once (X3).
 */
#include "domain/student_write.h"

#include "domain/student.h"

/* The first enrolment: whether its school and its days will do. */
static enum status check_enrolment(struct scene *scene, const struct student_write *write, struct period *ret_period)
{
    const struct period open = {scene->today, DAY_FOREVER};
    enum status school = STATUS_OK;
    enum status period = period_apply(&write->enrolment, &open, true, write->failure, ret_period);

    if (reference_given(&write->school) && !write->school_known)
        school = reference_failure(scene->arena, &write->school, "school", write->failure);
    if (!reference_given(&write->school) && (write->enrolment.has_from || write->enrolment.has_until))
        school = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/school");
    TRY(school);
    return period;
}

static enum status check_new(struct scene *scene, const struct student_write *write, struct period *ret_period)
{
    enum status given_name = STATUS_OK, family_name = STATUS_OK;

    if (write->given_name == NULL)
        given_name = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/givenName");
    if (write->family_name == NULL)
        family_name = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/familyName");
    enum status person = student_check_person(scene, write);
    enum status enrolment = check_enrolment(scene, write, ret_period);
    TRY(given_name);
    TRY(family_name);
    TRY(person);
    return enrolment;
}

static enum status insert_student(struct scene *scene, struct tx *tx, const struct student_write *write)
{
    const struct organisation_id organisation = scene->keys->organisation;
    const struct sql_student_insert_args student = {
        .student = {write->target.id},
        .organisation = organisation,
        .key = write->key,
        .person = write->login,
        .given_name = write->columns.given_name,
        .family_name = write->columns.family_name,
        .civic_number = write->columns.civic_number,
        .mark_local = write->mark_local,
        .mark_registry = write->mark_registry,
        .at = tx_now(tx),
    };
    const struct sql_blind_index_insert_args civic = {organisation, "civic", write->civic_mark, write->target.id};

    TRY(sql_student_insert(tx, &student, NULL));
    if (write->civic_number[0] != '\0')
        TRY(sql_blind_index_insert(tx, &civic, NULL));
    return target_keep(scene, tx, &write->target);
}

/* S1: a contact teacher who brings a student in gets the tie. */
static enum status insert_enrolment(struct scene *scene, struct tx *tx, const struct student_write *write,
                                    const struct period *period)
{
    const struct student_id student = {write->target.id};
    const struct sql_tie_insert_args tie = {
        .tie = uuid_new(),
        .student = student,
        .person = scene->actor.person,
        .kind = TIE_CONTACT_TEACHER,
        .source = "local",
        .from_day = scene->today,
        .until_day = period->until,
    };

    if (!write->school_known)
        return STATUS_OK;
    TRY(sql_enrolment_insert(
        tx, &(struct sql_enrolment_insert_args){uuid_new(), student, write->at, period->from, period->until}, NULL));
    if (!policy_has_role_at(&scene->actor.policy, ROLE_CONTACT_TEACHER, &write->at, scene->today))
        return STATUS_OK;
    return sql_tie_insert(tx, &tie, NULL);
}

enum status student_put_new(struct scene *scene, struct tx *tx, const struct student_write *write,
                            struct subject *subject)
{
    struct period period = {0};

    TRY(check_new(scene, write, &period));
    if (write->person_taken)
        return STATUS_TAKEN;
    TRY(student_check_civic_number(write, subject));
    TRY(insert_student(scene, tx, write));
    return insert_enrolment(scene, tx, write, &period);
}
