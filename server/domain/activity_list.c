/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_list.c: pages of the activity log, newest first (V1).
 * May not touch what a row is about: it shows ids and words, never content.
 * Always: rows about one's own family are not there (G2); a page looks at a bounded number of rows and may end early.
 */
#include "domain/activity_list.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "activity/read.h"
#include "statements.gen.h"

/* Rows are read in steps; after so many the page ends early: the last attempt of a read runs inside the writer, where it must not hold
 * up the others for long. */
enum { ACTIVITY_STEP = 256, ACTIVITY_LOOKED_AT = 2048 };

enum { ACTIVITY_FAMILY = 1024, ACTIVITY_DOUBLES = 1024 };

/* Page tokens are bound to the name, and to the tree by ids[ACTIVITY_TREE]. */
static const struct listing_kind kind = {.name = "listActivity"};

/* Ids in ascending order. */
struct id_set {
    const struct uuid *ids;
    size_t n;
};

/* A page in the making. */
struct scan {
    struct scene *scene;
    struct activity_list *list;
    struct id_set family; /* about whom the reader learns nothing */
    struct id_set about;  /* whom the filter names */
};

static int compare_ids(const void *left, const void *right)
{
    return uuid_compare(left, right);
}

static bool is_in(const struct id_set *set, const struct uuid *id)
{
    return set->n > 0 && bsearch(id, set->ids, set->n, sizeof *set->ids, compare_ids) != NULL;
}

static bool may_be_in(const struct id_set *set, const struct maybe_uuid *id)
{
    return id->known && is_in(set, &id->uuid);
}

/* ---- Who may read which tree ---------------------------------------------------------------------------------------- */

static enum status relate_school(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct activity_list *list = input;
    struct policy_place *place = arena_alloc(scene->arena, sizeof *place);
    struct sql_school_by_id_row school;

    if (place == NULL)
        return STATUS_NO_MEMORY;
    *place = (struct policy_place){list->school, {DAY_ALWAYS, DAY_FOREVER}};
    enum status status = sql_school_by_id(
        scene->session, &(struct sql_school_by_id_args){scene->keys->organisation, list->school}, &school);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;

    const bool exists = status == STATUS_OK;
    *ret_relation = (struct relation){
        .action = ACTION_READ_SCHOOL_ACTIVITY,
        .object = {.exists = exists, .places = place, .n_places = exists ? 1 : 0},
        .subject = {.object_kind = "activity",
                    .object = {true, list->school.uuid},
                    .school = {exists, list->school.uuid}},
    };
    return STATUS_OK;
}

static enum status relate_organisation(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)input;
    *ret_relation = (struct relation){
        .action = ACTION_READ_ORGANISATION_ACTIVITY,
        .object = {.exists = true},
        .subject = {.object_kind = "activity", .object = {true, scene->keys->organisation.uuid}},
    };
    return STATUS_OK;
}

/* A token goes on in the tree it was made for. */
static enum status ready_tree(const struct uuid *tree, const struct organisation_keys *keys,
                              const struct caller *caller, struct arena *arena, struct listing *page)
{
    TRY(listing_ready(&kind, keys, caller, arena, page));
    if (page->token != NULL && !uuid_equal(&page->position.ids[ACTIVITY_TREE], tree))
        return STATUS_MALFORMED;
    page->position.ids[ACTIVITY_TREE] = *tree;
    return STATUS_OK;
}

static enum status ready_school(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                                void *input)
{
    struct activity_list *list = input;

    return ready_tree(&list->school.uuid, keys, caller, arena, &list->page);
}

static enum status ready_organisation(const struct organisation_keys *keys, const struct caller *caller,
                                      struct arena *arena, void *input)
{
    struct activity_list *list = input;

    return ready_tree(&keys->organisation.uuid, keys, caller, arena, &list->page);
}

/* ---- Which rows are shown ------------------------------------------------------------------------------------------- */

/* G2: rows about someone of the family, and what they did themselves. */
static bool is_about_family(const struct scan *scan, const struct sql_activity_older_row *row)
{
    return may_be_in(&scan->family, &row->student) || may_be_in(&scan->family, &row->object) ||
           may_be_in(&scan->family, &row->actor) || may_be_in(&scan->family, &row->behalf);
}

static bool is_by(const struct sql_activity_older_row *row, const struct uuid *actor)
{
    return row->actor.known && uuid_equal(&row->actor.uuid, actor);
}

/* Whether the row names the student whom the filter names, as the one it is about or as one of those that its list showed. Counts the
 * shown ones on the way. */
static enum status count_shown(const struct scan *scan, const struct sql_activity_older_row *row, size_t *ret_n_shown,
                               bool *ret_names)
{
    const struct uuid *shown = NULL;
    size_t n = 0, n_shown = 0;
    bool names = may_be_in(&scan->about, &row->student);

    TRY(activity_shown(row, &shown, &n));
    for (size_t i = 0; i < n; i++) {
        if (is_in(&scan->family, &shown[i]))
            continue;
        n_shown++;
        names = names || is_in(&scan->about, &shown[i]);
    }
    *ret_n_shown = n_shown;
    *ret_names = names;
    return STATUS_OK;
}

static enum status row_take(struct scan *scan, const struct sql_activity_older_row *row)
{
    struct listing *page = &scan->list->page;
    const struct page_position *wanted = &page->position;
    size_t n_shown = 0;
    bool names = false;

    if (is_about_family(scan, row))
        return STATUS_OK;
    if ((wanted->given & ACTIVITY_BY_ACTOR) && !is_by(row, &wanted->ids[ACTIVITY_ACTOR]))
        return STATUS_OK;
    if ((wanted->given & ACTIVITY_BY_OPERATION) && strcmp(row->operation, wanted->text) != 0)
        return STATUS_OK;
    TRY(count_shown(scan, row, &n_shown, &names));
    if ((wanted->given & ACTIVITY_BY_STUDENT) && !names)
        return STATUS_OK;

    scan->list->lines[page->n++] = (struct activity_line){
        .at = row->at,
        .request = row->request,
        .actor_kind = row->actor_kind,
        .actor = row->actor,
        .behalf = row->behalf,
        .client = row->client,
        .operation = row->operation,
        .object_kind = row->object_kind,
        .object = row->object,
        .student = row->student,
        .school = row->school,
        .outcome = row->outcome,
        .ground = row->ground,
        .n_shown = n_shown,
    };
    return STATUS_OK;
}

static bool is_too_old(const struct page_position *wanted, const struct sql_activity_older_row *row)
{
    return (wanted->given & ACTIVITY_SINCE) && row->at < wanted->numbers[ACTIVITY_FROM];
}

/* What was read and is not shown is dropped at once. Time never runs backwards: what is older than the first too old row is too. */
static enum status step(struct scan *scan, size_t *ret_looked_at)
{
    struct activity_list *list = scan->list;
    const struct page_position *wanted = &list->page.position;
    const struct arena_mark before = arena_mark(scan->scene->arena);
    const size_t n_before = list->page.n;
    struct sql_activity_older_row *rows = NULL;
    size_t n = 0;

    TRY(activity_older(scan->scene->session, &wanted->ids[ACTIVITY_TREE], list->below, ACTIVITY_STEP, &rows, &n));
    for (size_t i = 0; i < n && list->below > 0 && list->page.n < list->page.limit; i++) {
        list->below = is_too_old(wanted, &rows[i]) ? 0 : rows[i].leaf_index;
        if (!is_too_old(wanted, &rows[i]))
            TRY(row_take(scan, &rows[i]));
    }
    if (list->page.n == n_before)
        arena_rewind(scan->scene->arena, before);
    *ret_looked_at = n;
    return STATUS_OK;
}

/* ---- The page -------------------------------------------------------------------------------------------------------- */

static enum status family_load(struct scan *scan)
{
    const struct scene *scene = scan->scene;
    const struct sql_family_of_person_args args = {scene->actor.person, TIE_GUARDIAN, scene->today};
    struct sql_family_of_person_row *rows = NULL;

    TRY(sql_family_of_person(scene->session, &args, ACTIVITY_FAMILY, &rows, &scan->family.n));
    scan->family.ids = (const struct uuid *)rows;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_family_of_person_row) == sizeof(struct uuid), "one of the family is an id");

static enum status about_load(struct scan *scan)
{
    const struct page_position *wanted = &scan->list->page.position;
    const struct sql_student_and_doubles_args args = {scan->scene->keys->organisation, {wanted->ids[ACTIVITY_STUDENT]}};
    struct sql_student_and_doubles_row *rows = NULL;

    if (!(wanted->given & ACTIVITY_BY_STUDENT))
        return STATUS_OK;
    TRY(sql_student_and_doubles(scan->scene->session, &args, ACTIVITY_DOUBLES, &rows, &scan->about.n));
    scan->about.ids = (const struct uuid *)rows;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_student_and_doubles_row) == sizeof(struct uuid), "a double is an id");

/* The students that the page names, for the leaf of the row that says so (V4). One whom the filter found in a list counts as named. */
static enum status subject_shown(const struct scan *scan, struct subject *subject)
{
    const struct activity_list *list = scan->list;
    const struct uuid *asked_for = &list->page.position.ids[ACTIVITY_STUDENT];
    struct uuid *shown = arena_array(scan->scene->arena, list->page.n, sizeof *shown);
    size_t n = 0;

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++) {
        if (list->lines[i].student.known)
            shown[n++] = list->lines[i].student.uuid;
        else if (scan->about.n > 0)
            shown[n++] = *asked_for;
    }
    qsort(shown, n, sizeof *shown, compare_ids);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !uuid_equal(&shown[i], &shown[i - 1]))
            shown[subject->n_shown++] = shown[i];
    subject->shown = shown;
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct activity_list *list = input;
    const struct page_position *wanted = &list->page.position;
    const int64_t before = wanted->given & ACTIVITY_BEFORE ? wanted->numbers[ACTIVITY_UNTIL] : ACTIVITY_NEWEST;
    struct scan scan = {.scene = scene, .list = list};
    size_t looked_at = 0, n = 0;

    assert(grant_action(grant) == ACTION_READ_SCHOOL_ACTIVITY ||
           grant_action(grant) == ACTION_READ_ORGANISATION_ACTIVITY);
    list->page.n = 0;
    list->lines = arena_array(scene->arena, list->page.limit, sizeof *list->lines);
    if (list->lines == NULL)
        return STATUS_NO_MEMORY;
    TRY(family_load(&scan));
    TRY(about_load(&scan));

    list->below = wanted->numbers[ACTIVITY_BELOW];
    if (list->page.token == NULL)
        TRY(activity_seek(scene->session, &wanted->ids[ACTIVITY_TREE], before, &list->below));
    for (; list->below > 0 && list->page.n < list->page.limit && looked_at < ACTIVITY_LOOKED_AT; looked_at += n)
        TRY(step(&scan, &n));
    list->page.more = list->below > 0;
    return subject_shown(&scan, &relation->subject);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct activity_list *list = input;

    (void)vault;
    (void)grant;
    list->page.position.numbers[ACTIVITY_BELOW] = list->below;
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case school_activity_case = {
    .ready = ready_school, .relate = relate_school, .fetch = fetch, .open = open};
const struct read_case organisation_activity_case = {
    .ready = ready_organisation, .relate = relate_organisation, .fetch = fetch, .open = open};
