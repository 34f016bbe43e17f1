/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tie_read.c: one tie, and those that someone may see (M1).
 * May not touch what a tie gives: policy/ reads that anew at each call.
 * Always: each tie of a list is decided as a single read of it would be, and the list's row names the students shown (V4).
 */
#include "domain/tie.h"

#include <stddef.h>

#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

enum status tie_relate(struct scene *scene, const struct person_id *person, const struct student_id *student,
                       struct relation *ret_relation, struct key_id *ret_key)
{
    struct sql_student_by_id_row row;
    struct relation relation;

    TRY(student_relate(scene, student, &relation, &row));
    relation.action = ACTION_READ_TIE;
    relation.subject.object_kind = registry_kind_name(KIND_TIE);
    relation.subject.object = (struct maybe_uuid){0};
    if (relation.object.exists) {
        relation.object.is_own = scene->actor.policy.known && uuid_equal(&person->uuid, &scene->actor.person.uuid);
        *ret_key = row.key;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* The facts of the right, and the tie; STATUS_OK with exists false where there is none. */
static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_tie)
{
    struct relation relation = {.action = ACTION_READ_TIE, .subject = {.object_kind = registry_kind_name(KIND_TIE)}};
    const struct sql_tie_by_id_args args = {scene->keys->organisation, *id};
    struct sql_tie_by_id_row row;
    struct key_id key;
    enum status status = sql_tie_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        struct tie tie = {
            .id = *id, .version = row.version, .student = row.student, .person = row.person, .source = row.source};
        TRY(stored_tie_kind(row.kind, &tie.kind));
        TRY(stored_period(row.from_day, row.until_day, &tie.period));
        TRY(tie_relate(scene, &row.person, &row.student, &relation, &key));
        *(struct tie *)ret_tie = tie;
    }
    relation.subject.object = (struct maybe_uuid){true, *id};
    *ret_relation = relation;
    return STATUS_OK;
}

static int64_t wanted_kinds(const struct page_position *position)
{
    return position->given & TIE_LIST_BY_KIND ? INT64_C(1) << position->numbers[0] : (INT64_C(1) << TIE_KIND_COUNT) - 1;
}

/* Whether any tie of this student can be this caller's business. */
static enum status is_open(struct scene *scene, const struct uuid *student, bool *ret_open)
{
    struct sql_student_by_id_row row;
    const struct grant *grant;
    struct relation relation;

    TRY(student_relate(scene, &(struct student_id){*student}, &relation, &row));
    TRY(record_grant_anywhere(scene, ACTION_READ_TIE, &relation.object, &grant));
    *ret_open = grant != NULL;
    return STATUS_OK;
}

static enum status candidates_filtered(struct scene *scene, const struct page_position *position,
                                       const struct uuid *after, size_t limit, const struct uuid **ret_ids,
                                       size_t *ret_n)
{
    const struct sql_tie_candidates_of_args args = {
        .organisation = scene->keys->organisation,
        .of_student = (position->given & TIE_LIST_BY_STUDENT) != 0,
        .student = position->ids[0],
        .of_person = (position->given & TIE_LIST_BY_PERSON) != 0,
        .person = position->ids[1],
        .everywhere = policy_everywhere(ACTION_READ_TIE, &scene->actor.policy, scene->today),
        .caller = scene->actor.person,
        .roles = policy_roles(ACTION_READ_TIE),
        .today = scene->today,
        .wanted = wanted_kinds(position),
        .after = *after,
        .limit = (int64_t)limit,
    };
    bool open = true;

    *ret_n = 0;
    if (args.of_student)
        TRY(is_open(scene, &position->ids[0], &open));
    return open ? LISTING_IDS(sql_tie_candidates_of, scene, &args, limit, ret_ids, ret_n) : STATUS_OK;
}

static enum status candidates_of_caller(struct scene *scene, const struct page_position *position,
                                        const struct uuid *after, size_t limit, const struct uuid **ret_ids,
                                        size_t *ret_n)
{
    const struct sql_tie_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_TIE, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_TIE),
        .today = scene->today,
        .after = *after,
        .wanted = wanted_kinds(position),
        .limit = (int64_t)limit,
    };

    return LISTING_IDS(sql_tie_candidates, scene, &args, limit, ret_ids, ret_n);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    if (position->given & (TIE_LIST_BY_STUDENT | TIE_LIST_BY_PERSON))
        return candidates_filtered(scene, position, after, limit, ret_ids, ret_n);
    return candidates_of_caller(scene, position, after, limit, ret_ids, ret_n);
}

const struct record_kind tie_kind = {
    .list = "listTies",
    .kind = KIND_TIE,
    .bytes = sizeof(struct tie),
    .version = offsetof(struct tie, version),
    .ground = offsetof(struct tie, ground),
    .relate = relate,
    .candidates = candidates,
};
