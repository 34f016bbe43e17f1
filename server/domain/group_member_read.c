/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_member_read.c: who is in which group, as far as someone may see it (M1).
 * May not touch names: students and groups are read for themselves.
 * Always: which group a protected student is in is absent for whoever may not know it, whatever the list is filtered by (S7).
 */
#include <stddef.h>

#include "domain/group_member.h"
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

static enum status candidates_of_group(struct scene *scene, const struct uuid *group, const struct uuid *after,
                                       size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_group_members_of_group_args args = {{*group}, *after, (int64_t)limit};

    return LISTING_IDS(sql_group_members_of_group, scene, &args, limit, ret_ids, ret_n);
}

static enum status candidates_of_student(struct scene *scene, const struct uuid *student, const struct uuid *after,
                                         size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_group_members_of_student_args args = {{*student}, *after, (int64_t)limit};

    return LISTING_IDS(sql_group_members_of_student, scene, &args, limit, ret_ids, ret_n);
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
    if (position->given & GROUP_MEMBER_LIST_BY_GROUP)
        return candidates_of_group(scene, &position->ids[0], after, limit, ret_ids, ret_n);
    if (position->given & GROUP_MEMBER_LIST_BY_STUDENT)
        return candidates_of_student(scene, &position->ids[1], after, limit, ret_ids, ret_n);
    return candidates_of_caller(scene, after, limit, ret_ids, ret_n);
}

static enum status passes(struct scene *scene, const struct page_position *position, const void *record,
                          bool *ret_passes)
{
    const struct group_member *member = record;

    (void)scene;
    *ret_passes =
        (!(position->given & GROUP_MEMBER_LIST_BY_GROUP) || uuid_equal(&position->ids[0], &member->group.uuid)) &&
        (!(position->given & GROUP_MEMBER_LIST_BY_STUDENT) || uuid_equal(&position->ids[1], &member->student.uuid));
    return STATUS_OK;
}

const struct record_kind group_member_kind = {
    .list = "listGroupMembers",
    .kind = KIND_GROUP_MEMBER,
    .bytes = sizeof(struct group_member),
    .version = offsetof(struct group_member, version),
    .ground = offsetof(struct group_member, ground),
    .student = offsetof(struct group_member, student),
    .relate = relate,
    .candidates = candidates,
    .passes = passes,
};
