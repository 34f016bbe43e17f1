/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_member_read.c: who is in which group, as far as someone may see it (M1).
 * May not touch names: students and groups are read for themselves.
 * Always: which group a protected student is in is absent for whoever may not know it, whatever the list is filtered by (S7).
 */
#include <stddef.h>

#include "domain/group_member.h"
#include "domain/student.h"
#include "statements.gen.h"

/* What may not be shown is as if it were not there. */
static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_member)
{
    struct group_member_facts facts;
    bool shown;

    TRY(group_member_relate(scene, ACTION_READ_GROUP_MEMBER, id, ret_relation, ret_member, &facts));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    TRY(group_member_is_shown(scene, &facts, &shown));
    ret_relation->object.exists = shown;
    return STATUS_OK;
}

/* Whether any place of this student in a group can be this caller's business. */
static enum status is_open(struct scene *scene, const struct uuid *student, bool *ret_open)
{
    struct sql_student_by_id_row row;
    const struct grant *grant;
    struct relation relation;

    TRY(student_relate(scene, &(struct student_id){*student}, &relation, &row));
    TRY(record_grant_anywhere(scene, ACTION_READ_GROUP_MEMBER, &relation.object, &grant));
    *ret_open = grant != NULL &&
                ((row.mark_local == 0 && row.mark_registry == 0) || (grant_shows(grant) & SHOW_PROTECTED_GROUP) != 0);
    return STATUS_OK;
}

static enum status candidates_filtered(struct scene *scene, const struct page_position *position,
                                       const struct uuid *after, size_t limit, const struct uuid **ret_ids,
                                       size_t *ret_n)
{
    const struct sql_group_member_candidates_of_args args = {
        .organisation = scene->keys->organisation,
        .of_group = (position->given & GROUP_MEMBER_LIST_BY_GROUP) != 0,
        .group = position->ids[0],
        .of_student = (position->given & GROUP_MEMBER_LIST_BY_STUDENT) != 0,
        .student = position->ids[1],
        .everywhere = policy_everywhere(ACTION_READ_GROUP_MEMBER, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_GROUP_MEMBER),
        .ties = policy_ties(ACTION_READ_GROUP_MEMBER),
        .today = scene->today,
        .after = *after,
        .limit = (int64_t)limit,
    };
    bool open = true;

    *ret_n = 0;
    if (args.of_student)
        TRY(is_open(scene, &position->ids[1], &open));
    return open ? LISTING_IDS(sql_group_member_candidates_of, scene, &args, limit, ret_ids, ret_n) : STATUS_OK;
}

static enum status candidates_of_caller(struct scene *scene, const struct uuid *after, size_t limit,
                                        const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_group_member_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_GROUP_MEMBER, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_GROUP_MEMBER),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
    };

    return LISTING_IDS(sql_group_member_candidates, scene, &args, limit, ret_ids, ret_n);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    if (position->given & (GROUP_MEMBER_LIST_BY_GROUP | GROUP_MEMBER_LIST_BY_STUDENT))
        return candidates_filtered(scene, position, after, limit, ret_ids, ret_n);
    return candidates_of_caller(scene, after, limit, ret_ids, ret_n);
}

const struct record_kind group_member_kind = {
    .list = "listGroupMembers",
    .kind = KIND_GROUP_MEMBER,
    .bytes = sizeof(struct group_member),
    .version = offsetof(struct group_member, version),
    .ground = offsetof(struct group_member, ground),
    .relate = relate,
    .candidates = candidates,
};
