/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_list.c: the students someone may read (S3).
 * May not touch rights: the store proposes candidates, policy/ decides each of them, as it would for a single read.
 * Always: no filter reveals what the card would not show (S7); what is not shown is not counted, and leaves no gap.
 */
#include <assert.h>

#include "domain/page_token.h"
#include "domain/student_card.h"

/* Candidates are taken in steps; after so many the page ends early, and its token goes on from there: the last attempt of a read runs
 * inside the writer, where it must not hold up the others for long. */
enum { LIST_STEP = 64, LIST_MAX_CANDIDATES = 256 };

/* What must be left of the call's memory for a page to go on: for one more card, and for opening all of them. */
enum { LIST_ROOM_BYTES = 9 << 20 };

/* A page in the making. */
struct page {
    struct scene *scene;
    struct student_list *list;
    struct student_id last; /* the last candidate that was decided */
    size_t looked_at;
    bool exhausted; /* no candidates are left */
};

/* A page token takes the place of the filters it was made with. */
static enum status prepare(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                           void *input)
{
    struct student_list *list = input;

    actor_mark(keys, caller->issuer, caller->subject, &list->caller);
    return list->token == NULL ? STATUS_OK : page_token_open(keys, &list->caller, arena, list->token, list);
}

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
static enum status passes_school(const struct page *page, const struct student_card *card,
                                 const struct policy_object *object, bool *ret_passes)
{
    const struct school_id *school = &page->list->school;

    *ret_passes = !page->list->by_school || is_enrolled(card, school, page->scene->today);
    for (size_t i = 0; i < object->n_places && !*ret_passes; i++) {
        struct policy_object there = *object;
        struct decision decision;

        if (!uuid_equal(&object->places[i].school.uuid, &school->uuid))
            continue;
        there.places = &object->places[i];
        there.n_places = 1;
        TRY(policy_decide(ACTION_READ_STUDENT, &page->scene->actor.policy, &there, page->scene->today,
                          page->scene->arena, &decision));
        *ret_passes = decision.verdict == VERDICT_ALLOWED;
    }
    return STATUS_OK;
}

static bool passes_group(const struct student_list *list, const struct student_card *card)
{
    if (!list->by_group)
        return true;
    for (size_t i = 0; i < card->n_groups; i++)
        if (uuid_equal(&card->groups[i].id.uuid, &list->group.uuid))
            return true;
    return false;
}

/* Decides one candidate; a card that is shown goes onto the page. */
static enum status candidate_decide(struct page *page, const struct student_id *id)
{
    struct student_list *list = page->list;
    struct sql_student_by_id_row row;
    struct relation relation;
    struct decision decision;
    struct student_card card;
    bool passes = false;

    TRY(student_relate(page->scene, id, &relation, &row));
    TRY(policy_decide(ACTION_READ_STUDENT, &page->scene->actor.policy, &relation.object, page->scene->today,
                      page->scene->arena, &decision));
    if (decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    TRY(student_card_fetch(page->scene, decision.grant, &relation.object, &row, &card));
    TRY(passes_school(page, &card, &relation.object, &passes));
    if (passes && passes_group(list, &card))
        list->cards[list->n++] = card;
    return STATUS_OK;
}

/* What was read of a candidate that is not shown is dropped at once: a page costs memory for what it shows only. */
static enum status candidate_take(struct page *page, const struct student_id *id)
{
    const struct arena_mark before = arena_mark(page->scene->arena);
    const size_t shown = page->list->n;

    TRY(candidate_decide(page, id));
    if (page->list->n == shown)
        arena_rewind(page->scene->arena, before);
    return STATUS_OK;
}

static bool is_full(const struct page *page)
{
    return page->list->n > page->list->limit || arena_room(page->scene->arena) < LIST_ROOM_BYTES;
}

static enum status step(struct page *page)
{
    const struct sql_student_candidates_args args = {
        .person = page->scene->actor.person,
        .roles = policy_roles(ACTION_READ_STUDENT),
        .after = page->last,
        .today = page->scene->today,
        .limit = LIST_STEP,
    };
    struct sql_student_candidates_row *rows = NULL;
    size_t n = 0, i = 0;

    TRY(sql_student_candidates(page->scene->session, &args, LIST_STEP, &rows, &n));
    for (; i < n && !is_full(page); i++) {
        TRY(candidate_take(page, &rows[i].student));
        page->last = rows[i].student;
    }
    page->looked_at += i;
    page->exhausted = i == n && n < LIST_STEP;
    return STATUS_OK;
}

/* The students shown, for the leaf of the row (V4). */
static enum status subject_shown(struct scene *scene, const struct student_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(scene->arena, list->n, sizeof *shown);

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->n; i++)
        shown[i] = list->cards[i].id.uuid;
    subject->shown = shown;
    subject->n_shown = list->n;
    return STATUS_OK;
}

/* One card more than the limit tells whether there is a next page; it is taken off again. */
static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct student_list *list = input;
    struct page page = {.scene = scene, .list = list, .last = list->after};

    assert(grant_action(grant) == ACTION_LIST_STUDENTS);
    list->n = 0;
    list->cards = arena_array(scene->arena, list->limit + 1, sizeof *list->cards);
    if (list->cards == NULL)
        return STATUS_NO_MEMORY;
    while (!page.exhausted && !is_full(&page) && page.looked_at < LIST_MAX_CANDIDATES)
        TRY(step(&page));

    list->more = list->n > list->limit || !page.exhausted;
    if (list->n > list->limit)
        list->n--;
    list->next = list->n == list->limit ? list->cards[list->n - 1].id : page.last;
    return subject_shown(scene, list, &relation->subject);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct student_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_STUDENTS);
    for (size_t i = 0; i < list->n; i++)
        TRY(student_card_open(vault, keys, arena, &list->cards[i]));
    return list->more ? page_token_seal(keys, &list->caller, arena, list, &list->next_token) : STATUS_OK;
}

const struct read_case student_list_case = {prepare, relate, fetch, open};
