/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_read.c: one group, and the groups that someone may see (M1).
 * May not touch who is in a group.
 * Always: each group of a list is decided as a single read of it would be.
 */
#include <assert.h>
#include <stddef.h>

#include "domain/group.h"
#include "statements.gen.h"

/* The facts of the right, and the group as far as it needs no key; STATUS_OK with exists false where there is none. */
static enum status group_relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                                struct group *ret_group)
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
        *ret_group = (struct group){
            .id = {*id}, .version = row.version, .school = row.school, .kind = row.kind, .sealed_name = row.name};
    }
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status group_open(const struct organisation_keys *keys, struct arena *arena, struct group *group)
{
    const struct sealed_row row = {arena, keys->own, keys->organisation, group->id.uuid, keys->own_id, group->version};

    return open_text(&row, COLUMN_STUDENT_GROUP_NAME, group->sealed_name, &group->name);
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct group_read *read = input;

    return group_relate(scene, &read->id.uuid, ret_relation, &read->group);
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct group_read *read = input;

    (void)scene;
    (void)relation;
    read->group.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    struct group_read *read = input;

    (void)vault;
    assert(grant_action(grant) == ACTION_READ_GROUP);
    return group_open(keys, arena, &read->group);
}

const struct read_case group_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
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
    };
    struct sql_group_candidates_row *rows = NULL;

    (void)listing;
    TRY(sql_group_candidates(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->group;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_group_candidates_row) == sizeof(struct uuid), "a candidate is an id");

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct group_list *list = (struct group_list *)((char *)listing - offsetof(struct group_list, page));
    const struct page_position *position = &listing->position;
    struct group *group = &list->groups[listing->n];
    struct relation relation;
    struct decision decision;

    TRY(group_relate(scene, id, &relation, group));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    *ret_shown = decision.verdict == VERDICT_ALLOWED &&
                 (!(position->given & GROUP_LIST_BY_SCHOOL) || uuid_equal(&position->ids[0], &group->school.uuid));
    if (*ret_shown)
        group->ground = grant_ground(decision.grant);
    return STATUS_OK;
}

static const struct listing_kind kind = {"listGroups", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct group_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation =
        (struct relation){.action = ACTION_LIST_REGISTRY, .subject = {.object_kind = registry_kind_name(KIND_GROUP)}};
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct group_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    list->groups = arena_array(scene->arena, list->page.limit + 1, sizeof *list->groups);
    if (list->groups == NULL)
        return STATUS_NO_MEMORY;
    return listing_fetch(&kind, scene, &list->page);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct group_list *list = input;

    (void)vault;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    for (size_t i = 0; i < list->page.n; i++)
        TRY(group_open(keys, arena, &list->groups[i]));
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case group_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
