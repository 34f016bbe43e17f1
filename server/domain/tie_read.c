/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tie_read.c: one tie, and those that someone may see (M1).
 * May not touch what a tie gives: policy/ reads that anew at each call.
 * Always: each tie of a list is decided as a single read of it would be, and the list's row names the students shown (V4).
 */
#include "domain/tie.h"

#include <assert.h>
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
static enum status relate_by_id(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                                struct tie *ret_tie)
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
        *ret_tie = tie;
    }
    relation.subject.object = (struct maybe_uuid){true, *id};
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct tie_read *read = input;

    return relate_by_id(scene, &read->id, ret_relation, &read->tie);
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct tie_read *read = input;

    (void)scene;
    (void)relation;
    read->tie.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    assert(grant_action(grant) == ACTION_READ_TIE);
    return STATUS_OK;
}

const struct read_case tie_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static int64_t wanted_kinds(const struct page_position *position)
{
    return position->given & TIE_LIST_BY_KIND ? INT64_C(1) << position->numbers[0] : (INT64_C(1) << TIE_KIND_COUNT) - 1;
}

static enum status candidates_of_student(struct scene *scene, const struct page_position *position,
                                         const struct uuid *after, size_t limit, const struct uuid **ret_ids,
                                         size_t *ret_n)
{
    const struct sql_tie_candidates_of_student_args args = {
        .student = position->ids[0],
        .after = *after,
        .wanted = wanted_kinds(position),
        .of_person = (position->given & TIE_LIST_BY_PERSON) != 0,
        .person = position->ids[1],
        .limit = (int64_t)limit,
    };
    struct sql_tie_candidates_of_student_row *rows = NULL;

    TRY(sql_tie_candidates_of_student(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->tie;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_tie_candidates_of_student_row) == sizeof(struct uuid), "a candidate is an id");

static enum status candidates_of_person(struct scene *scene, const struct page_position *position,
                                        const struct uuid *after, size_t limit, const struct uuid **ret_ids,
                                        size_t *ret_n)
{
    const struct sql_tie_candidates_of_person_args args = {
        .person = position->ids[1],
        .after = *after,
        .wanted = wanted_kinds(position),
        .limit = (int64_t)limit,
    };
    struct sql_tie_candidates_of_person_row *rows = NULL;

    TRY(sql_tie_candidates_of_person(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->tie;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_tie_candidates_of_person_row) == sizeof(struct uuid), "a candidate is an id");

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
    struct sql_tie_candidates_row *rows = NULL;

    TRY(sql_tie_candidates(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->tie;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_tie_candidates_row) == sizeof(struct uuid), "a candidate is an id");

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct page_position *position = &listing->position;

    if (position->given & TIE_LIST_BY_STUDENT)
        return candidates_of_student(scene, position, after, limit, ret_ids, ret_n);
    if (position->given & TIE_LIST_BY_PERSON)
        return candidates_of_person(scene, position, after, limit, ret_ids, ret_n);
    return candidates_of_caller(scene, position, after, limit, ret_ids, ret_n);
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct tie_list *list = (struct tie_list *)((char *)listing - offsetof(struct tie_list, page));
    struct tie *tie = &list->ties[listing->n];
    struct relation relation;
    struct decision decision;

    TRY(relate_by_id(scene, id, &relation, tie));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    *ret_shown = decision.verdict == VERDICT_ALLOWED;
    if (*ret_shown)
        tie->ground = grant_ground(decision.grant);
    return STATUS_OK;
}

static const struct listing_kind kind = {"listTies", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct tie_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation =
        (struct relation){.action = ACTION_LIST_REGISTRY, .subject = {.object_kind = registry_kind_name(KIND_TIE)}};
    return STATUS_OK;
}

static bool is_among(const struct uuid *ids, size_t n, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&ids[i], id))
            return true;
    return false;
}

/* The students whose ties are shown, each once. */
static enum status subject_shown(struct arena *arena, const struct tie_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(arena, list->page.n, sizeof *shown);
    size_t n = 0;

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++)
        if (!is_among(shown, n, &list->ties[i].student.uuid))
            shown[n++] = list->ties[i].student.uuid;
    subject->shown = shown;
    subject->n_shown = n;
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct tie_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    list->ties = arena_array(scene->arena, list->page.limit + 1, sizeof *list->ties);
    if (list->ties == NULL)
        return STATUS_NO_MEMORY;
    TRY(listing_fetch(&kind, scene, &list->page));
    return subject_shown(scene->arena, list, &relation->subject);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct tie_list *list = input;

    (void)vault;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case tie_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
