/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrolment_read.c: one enrolment, and those that someone may see (S1, M1).
 * May not touch the student's card: an enrolment names the student by id.
 * Always: each enrolment of a list is decided as a single read of it would be; a filter reveals nothing.
 */
#include <assert.h>
#include <stddef.h>

#include "domain/enrolment.h"
#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

enum status enrolment_relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                             struct enrolment *ret_enrolment, struct key_id *ret_key)
{
    struct relation relation = {.action = ACTION_READ_ENROLMENT};
    const struct sql_enrolment_by_id_args args = {scene->keys->organisation, *id};
    struct sql_enrolment_by_id_row row;
    struct sql_student_by_id_row student;
    enum status status = sql_enrolment_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        struct enrolment found = {.id = *id, .version = row.version, .student = row.student, .school = row.school};
        TRY(stored_period(row.from_day, row.until_day, &found.period));
        TRY(student_relate(scene, &row.student, &relation, &student));
        TRY(place_always(scene->arena, &row.school, &relation.object));
        relation.action = ACTION_READ_ENROLMENT;
        relation.version = row.version;
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        *ret_enrolment = found;
        if (ret_key != NULL)
            *ret_key = student.key;
    }
    relation.subject.object_kind = registry_kind_name(KIND_ENROLMENT);
    relation.subject.object = (struct maybe_uuid){true, *id};
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct enrolment_read *read = input;

    return enrolment_relate(scene, &read->id, ret_relation, &read->enrolment, NULL);
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct enrolment_read *read = input;

    (void)scene;
    (void)relation;
    assert(grant_action(grant) == ACTION_READ_ENROLMENT);
    read->enrolment.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    assert(grant_action(grant) == ACTION_READ_ENROLMENT);
    return STATUS_OK;
}

const struct read_case enrolment_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static enum status candidates_of(struct scene *scene, const struct student_id *student, const struct uuid *after,
                                 size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_enrolment_candidates_of_args args = {*student, *after, (int64_t)limit};
    struct sql_enrolment_candidates_of_row *rows = NULL;

    TRY(sql_enrolment_candidates_of(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->enrolment;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_enrolment_candidates_of_row) == sizeof(struct uuid), "a candidate is an id");

/* Whether the caller may see enrolments at this school at all: to others its pages end as soon as those of a school that is not there. */
static enum status sees_school(struct scene *scene, const struct school_id *school, bool *ret_sees)
{
    const struct policy_actor *actor = &scene->actor.policy;
    struct policy_object object = {.exists = true};
    struct decision decision;
    enum status status = school_find(scene, school);

    *ret_sees = false;
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(place_always(scene->arena, school, &object));
    TRY(policy_decide(ACTION_READ_ENROLMENT, actor, &object, scene->today, scene->arena, &decision));
    *ret_sees = decision.verdict == VERDICT_ALLOWED;
    return STATUS_OK;
}

static enum status candidates_at(struct scene *scene, const struct school_id *school, const struct uuid *after,
                                 size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_enrolment_candidates_at_args args = {*school, *after, (int64_t)limit};
    struct sql_enrolment_candidates_at_row *rows = NULL;
    bool sees = false;

    *ret_n = 0;
    TRY(sees_school(scene, school, &sees));
    if (!sees)
        return STATUS_OK;
    TRY(sql_enrolment_candidates_at(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->enrolment;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_enrolment_candidates_at_row) == sizeof(struct uuid), "a candidate is an id");

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct page_position *position = &listing->position;
    const struct sql_enrolment_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_ENROLMENT, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_ENROLMENT),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
    };
    struct sql_enrolment_candidates_row *rows = NULL;

    if (position->given & ENROLMENT_LIST_BY_STUDENT)
        return candidates_of(scene, &(struct student_id){position->ids[0]}, after, limit, ret_ids, ret_n);
    if (position->given & ENROLMENT_LIST_BY_SCHOOL)
        return candidates_at(scene, &(struct school_id){position->ids[1]}, after, limit, ret_ids, ret_n);
    TRY(sql_enrolment_candidates(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->enrolment;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_enrolment_candidates_row) == sizeof(struct uuid), "a candidate is an id");

static bool passes(const struct page_position *position, const struct enrolment *enrolment)
{
    return (!(position->given & ENROLMENT_LIST_BY_STUDENT) ||
            uuid_equal(&position->ids[0], &enrolment->student.uuid)) &&
           (!(position->given & ENROLMENT_LIST_BY_SCHOOL) || uuid_equal(&position->ids[1], &enrolment->school.uuid));
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct enrolment_list *list = (struct enrolment_list *)((char *)listing - offsetof(struct enrolment_list, page));
    struct enrolment *enrolment = &list->enrolments[listing->n];
    struct relation relation;
    struct decision decision;

    TRY(enrolment_relate(scene, id, &relation, enrolment, NULL));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    *ret_shown = decision.verdict == VERDICT_ALLOWED && passes(&listing->position, enrolment);
    if (*ret_shown)
        enrolment->ground = grant_ground(decision.grant);
    return STATUS_OK;
}

static const struct listing_kind kind = {"listEnrolments", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct enrolment_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){.action = ACTION_LIST_REGISTRY,
                                      .subject = {.object_kind = registry_kind_name(KIND_ENROLMENT)}};
    return STATUS_OK;
}

/* V4: the students whose enrolments are shown. */
static enum status subject_shown(struct scene *scene, const struct enrolment_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(scene->arena, list->page.n, sizeof *shown);

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++)
        shown[i] = list->enrolments[i].student.uuid;
    subject->shown = shown;
    subject->n_shown = list->page.n;
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct enrolment_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    list->enrolments = arena_array(scene->arena, list->page.limit + 1, sizeof *list->enrolments);
    if (list->enrolments == NULL)
        return STATUS_NO_MEMORY;
    TRY(listing_fetch(&kind, scene, &list->page));
    return subject_shown(scene, list, &relation->subject);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct enrolment_list *list = input;

    (void)vault;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case enrolment_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
