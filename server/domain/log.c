/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log.c: who may do what with which log, and which logs someone may follow (V1).
 * May not touch what is in a log.
 * Always: whoever may not follow a log learns from no answer how long it is; nobody follows one that tells of their family (G2).
 */
#include "domain/log.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "domain/activity_rows.h"
#include "domain/registry.h"
#include "statements.gen.h"

static const struct {
    enum action of_school;
    enum action of_organisation;
} actions[] = {
    [LOG_FOLLOW] = {ACTION_FOLLOW_SCHOOL_LOG, ACTION_FOLLOW_ORGANISATION_LOG},
    [LOG_SIGN] = {ACTION_SIGN_SCHOOL_LOG, ACTION_SIGN_ORGANISATION_LOG},
};

static enum status relate_school(struct scene *scene, const struct school_id *school, enum log_right right,
                                 struct relation *ret_relation)
{
    TRY(school_object(scene, actions[right].of_school, "log", school, ret_relation));
    return activity_tells_of_family(scene, school, &ret_relation->object.tells_of_family);
}

/* Rows about any student may stand in the organisation's own: what was refused, what is withheld from their school. */
static enum status relate_organisation(struct scene *scene, enum log_right right, struct relation *ret_relation)
{
    struct id_set family;

    TRY(activity_family(scene, &family));
    *ret_relation = (struct relation){
        .action = actions[right].of_organisation,
        .object = {.exists = true, .tells_of_family = family.n > 0},
        .subject = {.object_kind = "log", .object = {true, scene->keys->organisation.uuid}},
    };
    return STATUS_OK;
}

enum status log_relate(struct scene *scene, const struct uuid *id, enum log_right right, struct relation *ret_relation)
{
    if (uuid_equal(id, &scene->keys->organisation.uuid))
        return relate_organisation(scene, right, ret_relation);
    return relate_school(scene, &(struct school_id){*id}, right, ret_relation);
}

enum status log_lacks(struct scene *scene, struct relation *relation)
{
    struct decision decision;

    TRY(policy_decide(relation->action, &scene->actor.policy, &relation->object, scene->today, scene->arena,
                      &decision));
    if (decision.verdict == VERDICT_ALLOWED)
        relation->object.exists = false;
    return STATUS_OK;
}

/* ---- Which there are ---------------------------------------------------------------------------------------------------- */

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_log_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_FOLLOW_SCHOOL_LOG, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_FOLLOW_SCHOOL_LOG),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
    };

    (void)position;
    return LISTING_IDS(sql_log_candidates, scene, &args, limit, ret_ids, ret_n);
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct log_list *list = (struct log_list *)((char *)listing - offsetof(struct log_list, page));
    struct log_line *line = &list->lines[listing->n];
    struct log_signed newest;
    struct relation relation;
    struct decision decision;

    *ret_shown = false;
    TRY(log_relate(scene, id, LOG_FOLLOW, &relation));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    if (decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    enum status status = log_newest(scene->session, id, &newest);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *line = (struct log_line){
        .id = *id, .is_school = relation.subject.school.known, .ground = grant_ground(decision.grant)};
    if (status == STATUS_OK) {
        line->is_signed = true;
        line->size = newest.size;
        line->at = newest.made_at;
    }
    *ret_shown = true;
    return STATUS_OK;
}

static const struct listing_kind kind = {"listLogs", candidates, take};

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct log_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){.action = ACTION_LIST_LOGS, .subject = {.object_kind = "log"}};
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct log_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_LIST_LOGS);
    list->lines = arena_array(scene->arena, list->page.limit + 1, sizeof *list->lines);
    if (list->lines == NULL)
        return STATUS_NO_MEMORY;
    return listing_fetch(&kind, scene, &list->page);
}

static enum status name_keys(const struct log_list *list, struct arena *arena, struct log_line *line)
{
    char text[NOTE_KEY_TEXT_BYTES];
    struct note_key key;

    for (size_t i = 0; i < list->n_keys; i++) {
        log_key(list->office, &line->id, i, &key);
        note_key_format(&key, text);
        line->keys[i] = arena_copy(arena, text, strlen(text));
        line->origin = arena_copy(arena, key.name, strlen(key.name));
        if (line->keys[i] == NULL || line->origin == NULL)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct log_list *list = input;

    (void)vault;
    (void)grant;
    if (list->office->keys == NULL)
        return STATUS_INTERNAL;
    list->n_keys = log_keys_count(list->office);
    for (size_t i = 0; i < list->page.n; i++)
        TRY(name_keys(list, arena, &list->lines[i]));
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case log_list_case = {.ready = ready, .relate = relate, .fetch = fetch, .open = open, .of_log = true};
