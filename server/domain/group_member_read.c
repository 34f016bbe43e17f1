/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_member_read.c: who is in which group, as far as someone may see it (M1).
 * May not touch names: students and groups are read for themselves.
 * Always: which group a protected student is in is absent for whoever may not know it, whatever the list is filtered by (S7).
 */
#include <assert.h>
#include <stddef.h>

#include "domain/group_member.h"
#include "statements.gen.h"

/* What may not be shown is as if it were not there. */
static enum status read_relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                               struct group_member *ret_member)
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

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct group_member_read *read = input;

    return read_relate(scene, &read->id, ret_relation, &read->member);
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct group_member_read *read = input;

    (void)scene;
    (void)relation;
    read->member.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    assert(grant_action(grant) == ACTION_READ_GROUP_MEMBER);
    return STATUS_OK;
}

const struct read_case group_member_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static enum status candidates_of_group(struct scene *scene, const struct uuid *group, const struct uuid *after,
                                       size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_group_members_of_group_args args = {{*group}, *after, (int64_t)limit};
    struct sql_group_members_of_group_row *rows = NULL;

    TRY(sql_group_members_of_group(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->member;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_group_members_of_group_row) == sizeof(struct uuid), "a candidate is an id");

static enum status candidates_of_student(struct scene *scene, const struct uuid *student, const struct uuid *after,
                                         size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_group_members_of_student_args args = {{*student}, *after, (int64_t)limit};
    struct sql_group_members_of_student_row *rows = NULL;

    TRY(sql_group_members_of_student(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->member;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_group_members_of_student_row) == sizeof(struct uuid), "a candidate is an id");

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
    struct sql_group_member_candidates_row *rows = NULL;

    TRY(sql_group_member_candidates(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->member;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_group_member_candidates_row) == sizeof(struct uuid), "a candidate is an id");

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct page_position *position = &listing->position;

    if (position->given & GROUP_MEMBER_LIST_BY_GROUP)
        return candidates_of_group(scene, &position->ids[0], after, limit, ret_ids, ret_n);
    if (position->given & GROUP_MEMBER_LIST_BY_STUDENT)
        return candidates_of_student(scene, &position->ids[1], after, limit, ret_ids, ret_n);
    return candidates_of_caller(scene, after, limit, ret_ids, ret_n);
}

static bool passes(const struct page_position *position, const struct group_member *member)
{
    if ((position->given & GROUP_MEMBER_LIST_BY_GROUP) && !uuid_equal(&position->ids[0], &member->group.uuid))
        return false;
    return !(position->given & GROUP_MEMBER_LIST_BY_STUDENT) || uuid_equal(&position->ids[1], &member->student.uuid);
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct group_member_list *list =
        (struct group_member_list *)((char *)listing - offsetof(struct group_member_list, page));
    struct group_member *member = &list->members[listing->n];
    struct relation relation;
    struct decision decision;

    TRY(read_relate(scene, id, &relation, member));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    *ret_shown = decision.verdict == VERDICT_ALLOWED && passes(&listing->position, member);
    if (*ret_shown)
        member->ground = grant_ground(decision.grant);
    return STATUS_OK;
}

static const struct listing_kind kind = {"listGroupMembers", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct group_member_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){.action = ACTION_LIST_REGISTRY,
                                      .subject = {.object_kind = registry_kind_name(KIND_GROUP_MEMBER)}};
    return STATUS_OK;
}

static bool is_among(const struct uuid *ids, size_t n, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&ids[i], id))
            return true;
    return false;
}

/* The students shown, each once, for the leaf of the row (V4). */
static enum status subject_shown(struct arena *arena, const struct group_member_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(arena, list->page.n, sizeof *shown);
    size_t n = 0;

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++)
        if (!is_among(shown, n, &list->members[i].student.uuid))
            shown[n++] = list->members[i].student.uuid;
    subject->shown = shown;
    subject->n_shown = n;
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct group_member_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    list->members = arena_array(scene->arena, list->page.limit + 1, sizeof *list->members);
    if (list->members == NULL)
        return STATUS_NO_MEMORY;
    TRY(listing_fetch(&kind, scene, &list->page));
    return subject_shown(scene->arena, list, &relation->subject);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct group_member_list *list = input;

    (void)vault;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case group_member_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
