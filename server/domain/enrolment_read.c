/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrolment_read.c: one enrolment, and those that someone may see (S1, M1).
 * May not touch the student's card: an enrolment names the student by id.
 * Always: each enrolment of a list is decided as a single read of it would be; a filter reveals nothing.
 */
#include <stddef.h>

#include "domain/enrolment.h"
#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

enum status enrolment_relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                             struct enrolment *ret_enrolment, struct key_id *ret_key)
{
    struct relation relation = {.action = ACTION_READ_ENROLMENT};
    const struct sql_enrolment_by_id_args args = {scene->keys->organisation, *id};
    struct sql_enrolment_by_id_row row;
    struct sql_student_by_id_row student;
    enum status status = sql_enrolment_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        struct enrolment found = {.id = *id, .version = row.version, .student = row.student, .school = row.school};
        TRY(stored_period(row.from_day, row.until_day, &found.period));
        TRY(student_relate(scene, &row.student, &relation, &student));
        TRY(place_always(scene->arena, &row.school, &relation.object));
        relation.action = ACTION_READ_ENROLMENT;
        relation.version = row.version;
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        *ret_enrolment = found;
        if (ret_key != NULL)
            *ret_key = student.key;
    }
    relation.subject.object_kind = registry_kind_name(KIND_ENROLMENT);
    relation.subject.object = (struct maybe_uuid){true, *id};
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                          void *ret_enrolment)
{
    return enrolment_relate(scene, id, ret_relation, ret_enrolment, NULL);
}

/* Whether any enrolment of this student can be this caller's business. */
static enum status is_open(struct scene *scene, const struct uuid *student, bool *ret_open)
{
    struct sql_student_by_id_row row;
    const struct grant *grant;
    struct relation relation;

    TRY(student_relate(scene, &(struct student_id){*student}, &relation, &row));
    TRY(record_grant_anywhere(scene, ACTION_READ_ENROLMENT, &relation.object, &grant));
    *ret_open = grant != NULL;
    return STATUS_OK;
}

static enum status candidates_of(struct scene *scene, const struct page_position *position, const struct uuid *after,
                                 size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_enrolment_candidates_of_args args = {
        .organisation = scene->keys->organisation,
        .student = position->ids[0],
        .at_school = (position->given & ENROLMENT_LIST_BY_SCHOOL) != 0,
        .school = position->ids[1],
        .everywhere = policy_everywhere(ACTION_READ_ENROLMENT, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_ENROLMENT),
        .today = scene->today,
        .after = *after,
        .limit = (int64_t)limit,
    };
    bool open = false;

    *ret_n = 0;
    TRY(is_open(scene, &position->ids[0], &open));
    return open ? LISTING_IDS(sql_enrolment_candidates_of, scene, &args, limit, ret_ids, ret_n) : STATUS_OK;
}

/* Whether the caller may see enrolments at this school at all: to others its pages end as soon as those of a school that is not there. */
static enum status sees_school(struct scene *scene, const struct school_id *school, bool *ret_sees)
{
    const struct policy_actor *actor = &scene->actor.policy;
    struct policy_object object = {.exists = true};
    struct decision decision;
    enum status status = school_find(scene, school);

    *ret_sees = false;
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(place_always(scene->arena, school, &object));
    TRY(policy_decide(ACTION_READ_ENROLMENT, actor, &object, scene->today, scene->arena, &decision));
    *ret_sees = decision.verdict == VERDICT_ALLOWED;
    return STATUS_OK;
}

static enum status candidates_at(struct scene *scene, const struct school_id *school, const struct uuid *after,
                                 size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_enrolment_candidates_at_args args = {scene->keys->organisation, *school, *after, (int64_t)limit};
    bool sees = false;

    *ret_n = 0;
    TRY(sees_school(scene, school, &sees));
    if (!sees)
        return STATUS_OK;
    return LISTING_IDS(sql_enrolment_candidates_at, scene, &args, limit, ret_ids, ret_n);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_enrolment_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_ENROLMENT, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_ENROLMENT),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
    };

    if (position->given & ENROLMENT_LIST_BY_STUDENT)
        return candidates_of(scene, position, after, limit, ret_ids, ret_n);
    if (position->given & ENROLMENT_LIST_BY_SCHOOL)
        return candidates_at(scene, &(struct school_id){position->ids[1]}, after, limit, ret_ids, ret_n);
    return LISTING_IDS(sql_enrolment_candidates, scene, &args, limit, ret_ids, ret_n);
}

const struct record_kind enrolment_kind = {
    .list = "listEnrolments",
    .kind = KIND_ENROLMENT,
    .bytes = sizeof(struct enrolment),
    .version = offsetof(struct enrolment, version),
    .ground = offsetof(struct enrolment, ground),
    .relate = relate,
    .candidates = candidates,
};
