/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lookup.c: from rows to entries, and from entries to the look-up tables.
 * May not touch the rows themselves, nor their trees.
 * Always: what is said to be looked up is whole: entries and their end are stored together.
 */
#include "activity/lookup.h"

#include <stdlib.h>

#include "statements.gen.h"

enum { LOOKUP_STEP_ROWS = 256 };

static size_t n_shown(const struct sql_activity_names_row *row)
{
    return row->shown.len / sizeof(struct uuid);
}

static size_t n_entries(const struct sql_activity_names_row *row)
{
    return (size_t)row->actor.known + (size_t)row->student.known + n_shown(row);
}

static int compare_entries(const void *left, const void *right)
{
    const struct lookup_entry *a = left, *b = right;
    const int ids = uuid_compare(&a->id, &b->id);

    return ids != 0 ? ids : (a->leaf_index > b->leaf_index) - (a->leaf_index < b->leaf_index);
}

/* How many of the rows are taken, and how many entries they have: as many as fit into one step, but one row always. */
static size_t take(const struct sql_activity_names_row *rows, size_t n, size_t *ret_entries)
{
    size_t taken = 1, entries = n_entries(rows);

    for (; taken < n && entries + n_entries(&rows[taken]) <= LOOKUP_STEP_ENTRIES; taken++)
        entries += n_entries(&rows[taken]);
    *ret_entries = entries;
    return taken;
}

static void add_row(struct lookup_step *step, const struct sql_activity_names_row *row)
{
    const struct uuid *shown = (const struct uuid *)row->shown.data;

    if (row->actor.known)
        step->actors[step->n_actors++] = (struct lookup_entry){row->actor.uuid, row->leaf_index};
    if (row->student.known)
        step->students[step->n_students++] = (struct lookup_entry){row->student.uuid, row->leaf_index};
    for (size_t i = 0; i < n_shown(row); i++)
        step->students[step->n_students++] = (struct lookup_entry){shown[i], row->leaf_index};
}

/* Entries of one id stand together: fewer pages are written. */
static enum status make_step(struct arena *arena, const struct sql_activity_names_row *rows, size_t n,
                             struct lookup_step *step)
{
    size_t entries = 0;
    const size_t taken = take(rows, n, &entries);

    step->actors = arena_array(arena, taken, sizeof *step->actors);
    step->students = arena_array(arena, entries, sizeof *step->students);
    if (step->actors == NULL || step->students == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < taken; i++)
        add_row(step, &rows[i]);
    qsort(step->actors, step->n_actors, sizeof *step->actors, compare_entries);
    qsort(step->students, step->n_students, sizeof *step->students, compare_entries);
    step->upto = step->from + (int64_t)taken;
    return STATUS_OK;
}

enum status lookup_next(struct session *session, const struct uuid *after, struct lookup_step *ret_step)
{
    struct sql_activity_lookup_due_row due;
    struct sql_activity_names_row *rows = NULL;
    size_t n = 0;

    TRY(sql_activity_lookup_due(session, &(struct sql_activity_lookup_due_args){*after}, &due));
    const struct sql_activity_names_args args = {due.tree, due.looked_up, LOOKUP_STEP_ROWS};
    TRY(sql_activity_names(session, &args, LOOKUP_STEP_ROWS, &rows, &n));
    const int64_t left = due.size - due.looked_up;
    if (n != (size_t)(left < LOOKUP_STEP_ROWS ? left : LOOKUP_STEP_ROWS) ||
        rows[n - 1].leaf_index != due.looked_up + (int64_t)n - 1)
        return STATUS_CORRUPT;
    struct lookup_step step = {.tree = due.tree, .from = due.looked_up};
    TRY(make_step(session_arena(session), rows, n, &step));
    *ret_step = step;
    return STATUS_OK;
}

enum status lookup_store(struct tx *tx, const struct lookup_step *step)
{
    for (size_t i = 0; i < step->n_actors; i++) {
        const struct lookup_entry *entry = &step->actors[i];
        TRY(sql_activity_of_actor_insert(
            tx, &(struct sql_activity_of_actor_insert_args){entry->id, step->tree, entry->leaf_index}, NULL));
    }
    for (size_t i = 0; i < step->n_students; i++) {
        const struct lookup_entry *entry = &step->students[i];
        TRY(sql_activity_of_student_insert(
            tx, &(struct sql_activity_of_student_insert_args){entry->id, step->tree, entry->leaf_index}, NULL));
    }
    return sql_activity_lookup_put(tx, &(struct sql_activity_lookup_put_args){step->tree, step->upto}, NULL);
}
