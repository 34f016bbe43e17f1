/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_list.c: the students someone may read (S3).
 * May not touch rights: policy/ decides each student as it would for a single read.
 * Always: no filter reveals what the card would not show (S7).
 */
#include <assert.h>
#include <stddef.h>

#include "domain/student_card.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){.action = ACTION_LIST_STUDENTS, .subject = {.object_kind = "student"}};
    return STATUS_OK;
}

static bool is_enrolled(const struct student_card *card, const struct school_id *school, int32_t today)
{
    for (size_t i = 0; i < card->n_enrolments; i++)
        if (uuid_equal(&card->enrolments[i].school.uuid, &school->uuid) &&
            period_holds(&card->enrolments[i].period, today))
            return true;
    return false;
}

/* Whoever is not shown enrolments learns of none by the filter: it then takes a right that holds at that very school. */
static enum status passes_school(struct scene *scene, const struct student_card *card,
                                 const struct policy_object *object, const struct school_id *school, bool *ret_passes)
{
    *ret_passes = is_enrolled(card, school, scene->today);
    for (size_t i = 0; i < object->n_places && !*ret_passes; i++) {
        struct policy_object there = *object;
        struct decision decision;

        if (!uuid_equal(&object->places[i].school.uuid, &school->uuid))
            continue;
        there.places = &object->places[i];
        there.n_places = 1;
        TRY(policy_decide(ACTION_READ_STUDENT, &scene->actor.policy, &there, scene->today, scene->arena, &decision));
        *ret_passes = decision.verdict == VERDICT_ALLOWED;
    }
    return STATUS_OK;
}

static bool passes_group(const struct student_card *card, const struct group_id *group)
{
    for (size_t i = 0; i < card->n_groups; i++)
        if (uuid_equal(&card->groups[i].id.uuid, &group->uuid))
            return true;
    return false;
}

enum status student_candidates(struct scene *scene, const struct uuid *after, size_t limit, const struct uuid **ret_ids,
                               size_t *ret_n)
{
    const struct sql_student_candidates_args args = {
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_STUDENT),
        .after = {*after},
        .today = scene->today,
        .limit = (int64_t)limit,
    };
    return LISTING_IDS(sql_student_candidates, scene, &args, limit, ret_ids, ret_n);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    (void)position;
    return student_candidates(scene, after, limit, ret_ids, ret_n);
}

enum status student_consider(struct scene *scene, const struct student_filter *filter, const struct student_id *id,
                             struct student_card *ret_card, bool *ret_shown)
{
    struct sql_student_by_id_row row;
    struct relation relation;
    struct decision decision;
    bool passes = true;

    *ret_shown = false;
    TRY(student_relate(scene, id, &relation, &row));
    TRY(policy_decide(ACTION_READ_STUDENT, &scene->actor.policy, &relation.object, scene->today, scene->arena,
                      &decision));
    if (decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    TRY(student_card_fetch(scene, decision.grant, &relation.object, &row, ret_card));
    if (filter->by_school)
        TRY(passes_school(scene, ret_card, &relation.object, &filter->school, &passes));
    *ret_shown = passes && (!filter->by_group || passes_group(ret_card, &filter->group));
    return STATUS_OK;
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct student_list *list = (struct student_list *)((char *)listing - offsetof(struct student_list, page));
    const struct page_position *position = &listing->position;
    const struct student_filter filter = {
        .by_school = (position->given & STUDENT_LIST_BY_SCHOOL) != 0,
        .by_group = (position->given & STUDENT_LIST_BY_GROUP) != 0,
        .school = {position->ids[0]},
        .group = {position->ids[1]},
    };
    return student_consider(scene, &filter, &(struct student_id){*id}, &list->cards[listing->n], ret_shown);
}

static const struct listing_kind kind = {"listStudents", candidates, take};

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct student_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

/* The students shown, for the leaf of the row (V4). */
enum status student_subject_shown(struct arena *arena, const struct student_card *cards, size_t n,
                                  struct subject *subject)
{
    struct uuid *shown = arena_array(arena, n, sizeof *shown);

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        shown[i] = cards[i].id.uuid;
    subject->shown = shown;
    subject->n_shown = n;
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct student_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_STUDENTS);
    list->cards = arena_array(scene->arena, list->page.limit + 1, sizeof *list->cards);
    if (list->cards == NULL)
        return STATUS_NO_MEMORY;
    TRY(listing_fetch(&kind, scene, &list->page));
    return student_subject_shown(scene->arena, list->cards, list->page.n, &relation->subject);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct student_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_STUDENTS);
    for (size_t i = 0; i < list->page.n; i++)
        TRY(student_card_open(vault, keys, arena, &list->cards[i]));
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case student_list_case = {.ready = ready, .relate = relate, .fetch = fetch, .open = open};
