/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_read.c: one group, and the groups that someone may see (M1).
 * May not touch who is in a group.
 * Always: each group of a list is decided as a single read of it would be.
 */
#include <stddef.h>

#include "domain/group.h"
#include "statements.gen.h"

/* The facts of the right, and the group as far as it needs no key; STATUS_OK with exists false where there is none. */
static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_group)
{
    struct relation relation = {
        .action = ACTION_READ_GROUP,
        .subject = {.object_kind = registry_kind_name(KIND_GROUP), .object = {true, *id}},
    };
    const struct sql_group_by_id_args args = {scene->keys->organisation, {*id}};
    struct sql_group_by_id_row row;
    enum status status = sql_group_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        relation.object.exists = true;
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        TRY(place_always(scene->arena, &row.school, &relation.object));
        *(struct group *)ret_group = (struct group){
            .id = {*id}, .version = row.version, .school = row.school, .kind = row.kind, .sealed_name = row.name};
    }
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record)
{
    struct group *group = record;
    const struct sealed_row row = {arena, keys->own, keys->organisation, group->id.uuid, keys->own_id, group->version};

    (void)vault;
    return open_text(&row, COLUMN_STUDENT_GROUP_NAME, group->sealed_name, &group->name);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_group_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_GROUP, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_GROUP),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
        .at_school = (position->given & GROUP_LIST_BY_SCHOOL) != 0,
        .school = position->ids[0],
    };

    return LISTING_IDS(sql_group_candidates, scene, &args, limit, ret_ids, ret_n);
}

const struct record_kind group_kind = {
    .list = "listGroups",
    .kind = KIND_GROUP,
    .bytes = sizeof(struct group),
    .version = offsetof(struct group, version),
    .ground = offsetof(struct group, ground),
    .relate = relate,
    .candidates = candidates,
    .open = open,
};
