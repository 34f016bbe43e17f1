/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * change_feed.c: the rows of a tree of the log that are changes (X4).
 * May not touch what was changed: it shows kinds, ids and times.
 * Always: rows that are withheld from a school are in no feed; a page looks at a bounded number of rows and may end early.
 */
#include "domain/change_feed.h"

#include <assert.h>
#include <string.h>

#include "activity/read.h"
#include "domain/activity_rows.h"
#include "domain/registry.h"
#include "statements.gen.h"

/* Rows are read in steps; after so many the page ends early: the last attempt of a read runs inside the writer, where it must not hold
 * up the others for long. */
enum { FEED_STEP = 256, FEED_LOOKED_AT = 4096 };

/* Page tokens are bound to the name. */
static const struct listing_kind kind = {.name = "listChanges"};

static bool row_is_change(const struct sql_activity_newer_row *row, const struct uuid *tree,
                          bool (*is_change)(const char *operation))
{
    return !activity_is_withheld(&row->school, tree) && row->object.known && row->object_kind != NULL &&
           strcmp(row->outcome, "allowed") == 0 && is_change(row->operation);
}

enum status change_find(struct session *session, const struct uuid *tree, int64_t from, size_t budget,
                        bool (*is_change)(const char *operation), int64_t *ret_next, bool *ret_found)
{
    struct arena *arena = session_arena(session);
    const struct arena_mark before = arena_mark(arena);
    int64_t next = from;
    bool found = false;
    size_t n = FEED_STEP;

    for (size_t left = budget; left > 0 && n == FEED_STEP && !found; left -= n < left ? n : left) {
        struct sql_activity_newer_row *rows = NULL;
        TRY(activity_newer(session, tree, next, FEED_STEP, &rows, &n));
        for (size_t i = 0; i < n && !found; i++, next++)
            found = row_is_change(&rows[i], tree, is_change);
        arena_rewind(arena, before);
    }
    *ret_next = next;
    *ret_found = found;
    return STATUS_OK;
}

/* ---- A page ---------------------------------------------------------------------------------------------------------- */

/* A token goes on in the tree it was made for. */
static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct change_list *list = input;
    struct page_position *position = &list->page.position;

    TRY(listing_ready(&kind, keys, caller, arena, &list->page));
    if (!(position->given & CHANGES_OF_SCHOOL))
        position->ids[CHANGE_TREE] = keys->organisation.uuid;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct change_list *list = input;
    const struct uuid *tree = &list->page.position.ids[CHANGE_TREE];

    if (list->page.position.given & CHANGES_OF_SCHOOL)
        return school_object(scene, ACTION_READ_SCHOOL_CHANGES, "change", &(struct school_id){*tree}, ret_relation);
    *ret_relation = (struct relation){
        .action = ACTION_READ_CHANGES,
        .object = {.exists = true},
        .subject = {.object_kind = "change", .object = {true, *tree}},
    };
    return STATUS_OK;
}

static void take(struct change_list *list, const struct sql_activity_newer_row *row)
{
    if (!row_is_change(row, &list->page.position.ids[CHANGE_TREE], list->is_change))
        return;
    list->changes[list->page.n++] = (struct change){
        .at = row->at,
        .kind = row->object_kind,
        .id = row->object.uuid,
        .student = row->student,
        .operation = row->operation,
    };
}

/* What was read and is not shown is dropped at once. */
static enum status step(struct scene *scene, struct change_list *list, size_t *ret_n)
{
    const struct arena_mark before = arena_mark(scene->arena);
    const size_t n_before = list->page.n;
    struct sql_activity_newer_row *rows = NULL;
    size_t n = 0;

    TRY(activity_newer(scene->session, &list->page.position.ids[CHANGE_TREE], list->from, FEED_STEP, &rows, &n));
    for (size_t i = 0; i < n && list->page.n < list->page.limit; i++, list->from++)
        take(list, &rows[i]);
    if (list->page.n == n_before)
        arena_rewind(scene->arena, before);
    *ret_n = n;
    return STATUS_OK;
}

/* The students that the page names, each once, for the leaf of the row that says so (V4). */
static enum status subject_shown(struct scene *scene, const struct change_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(scene->arena, list->page.n, sizeof *shown);
    size_t n = 0;

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++)
        if (list->changes[i].student.known)
            shown[n++] = list->changes[i].student.uuid;
    const struct id_set each_once = id_set_make(shown, n);
    subject->shown = each_once.ids;
    subject->n_shown = each_once.n;
    return STATUS_OK;
}

/* Time never runs backwards in a tree: an earliest time is a place to begin at. */
static enum status begin(struct scene *scene, struct change_list *list)
{
    const struct page_position *wanted = &list->page.position;

    list->from = wanted->numbers[CHANGE_FROM];
    if (list->page.token != NULL || !(wanted->given & CHANGES_SINCE))
        return STATUS_OK;
    return activity_seek(scene->session, &wanted->ids[CHANGE_TREE], wanted->numbers[CHANGE_SINCE], &list->from);
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct change_list *list = input;
    struct sql_activity_tree_size_row tree;
    size_t looked_at = 0, n = FEED_STEP;

    assert(grant_action(grant) == ACTION_READ_CHANGES || grant_action(grant) == ACTION_READ_SCHOOL_CHANGES);
    list->page.n = 0;
    list->changes = arena_array(scene->arena, list->page.limit, sizeof *list->changes);
    if (list->changes == NULL)
        return STATUS_NO_MEMORY;
    TRY(begin(scene, list));
    for (; n == FEED_STEP && list->page.n < list->page.limit && looked_at < FEED_LOOKED_AT; looked_at += n)
        TRY(step(scene, list, &n));

    const struct sql_activity_tree_size_args args = {list->page.position.ids[CHANGE_TREE]};
    TRY(sql_activity_tree_size(scene->session, &args, &tree));
    list->more = list->from < tree.size;
    return subject_shown(scene, list, &relation->subject);
}

/* There is always a token: what is to come goes on from it. */
static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct change_list *list = input;

    (void)vault;
    (void)grant;
    list->page.position.numbers[CHANGE_FROM] = list->from;
    list->page.more = true;
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case change_list_case = {
    .ready = ready, .relate = relate, .fetch = fetch, .open = open, .of_log = true};
