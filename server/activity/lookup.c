/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lookup.c: from rows to entries, and from entries to the look-up tables.
 * May not touch the rows themselves, nor their trees.
 * Always: what is said to be looked up is whole: it is said with the last of the entries, and these are stored in their order.
 */
#include "activity/lookup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proof/leaf.h"
#include "statements.gen.h"

/* Rows that are in memory at a time. */
enum { CHUNK_ROWS = 256 };

_Static_assert(LOOKUP_STEP_ENTRIES >= LEAF_MAX_BYTES / UUID_BYTES, "every row fits into a step");

/* ---- From rows ---------------------------------------------------------------------------------------------------------- */

/* A step that is being made: entries of actors from the front, those of students from the back. */
struct making {
    struct session *session;
    struct lookup_step step;
    struct lookup_entry *students; /* the first of them */
    bool is_full;
};

static size_t n_shown(const struct sql_activity_names_row *row)
{
    return row->shown.len / sizeof(struct uuid);
}

static bool add_row(struct making *making, const struct sql_activity_names_row *row)
{
    const struct uuid *shown = (const struct uuid *)row->shown.data;
    struct lookup_step *step = &making->step;
    const size_t n = (size_t)row->actor.known + (size_t)row->student.known + n_shown(row);

    if (n > (size_t)(making->students - (step->entries + step->n_actors)))
        return false;
    if (row->actor.known)
        step->entries[step->n_actors++] = (struct lookup_entry){row->actor.uuid, row->leaf_index};
    if (row->student.known)
        *--making->students = (struct lookup_entry){row->student.uuid, row->leaf_index};
    for (size_t i = 0; i < n_shown(row); i++)
        *--making->students = (struct lookup_entry){shown[i], row->leaf_index};
    step->upto = row->leaf_index + 1;
    return true;
}

/* All rows from step->upto on that fit, n at most. */
static enum status add_chunk(struct making *making, size_t n)
{
    const struct sql_activity_names_args args = {making->step.tree, making->step.upto, (int64_t)n};
    struct sql_activity_names_row *rows = NULL;
    const int64_t first = making->step.upto;
    size_t found = 0;

    TRY(sql_activity_names(making->session, &args, n, &rows, &found));
    if (found != n || rows[n - 1].leaf_index != first + (int64_t)n - 1)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < n && !making->is_full; i++)
        making->is_full = !add_row(making, &rows[i]);
    return STATUS_OK;
}

static enum status add_rows(struct making *making, int64_t size)
{
    struct arena *arena = session_arena(making->session);
    const struct arena_mark before = arena_mark(arena);
    const int64_t end =
        size - making->step.upto < LOOKUP_STEP_ROWS ? size : making->step.upto + (int64_t)LOOKUP_STEP_ROWS;

    while (making->step.upto < end && !making->is_full) {
        const int64_t left = end - making->step.upto;
        TRY(add_chunk(making, left < CHUNK_ROWS ? (size_t)left : CHUNK_ROWS));
        arena_rewind(arena, before);
    }
    return STATUS_OK;
}

static int compare_entries(const void *left, const void *right)
{
    const struct lookup_entry *a = left, *b = right;
    const int ids = uuid_compare(&a->id, &b->id);

    return ids != 0 ? ids : (a->leaf_index > b->leaf_index) - (a->leaf_index < b->leaf_index);
}

/* Entries of one id stand together: fewer pages are written. */
static void order(struct making *making)
{
    struct lookup_step *step = &making->step;
    struct lookup_entry *end = step->entries + LOOKUP_STEP_ENTRIES;
    const size_t n_students = (size_t)(end - making->students);

    memmove(step->entries + step->n_actors, making->students, n_students * sizeof *step->entries);
    step->n_entries = step->n_actors + n_students;
    qsort(step->entries, step->n_actors, sizeof *step->entries, compare_entries);
    qsort(step->entries + step->n_actors, n_students, sizeof *step->entries, compare_entries);
}

enum status lookup_next(struct session *session, const struct uuid *after, int64_t quiet_since,
                        struct lookup_step *ret_step)
{
    struct lookup_entry *entries = arena_array(session_arena(session), LOOKUP_STEP_ENTRIES, sizeof *entries);
    struct sql_activity_lookup_due_row due;

    if (entries == NULL)
        return STATUS_NO_MEMORY;
    TRY(sql_activity_lookup_due(session, &(struct sql_activity_lookup_due_args){*after, LOOKUP_TAIL, quiet_since},
                                &due));
    struct making making = {
        .session = session,
        .step = {.tree = due.tree, .upto = due.looked_up, .entries = entries},
        .students = entries + LOOKUP_STEP_ENTRIES,
    };
    TRY(add_rows(&making, due.size));
    if (making.step.upto == due.looked_up)
        return STATUS_CORRUPT;
    order(&making);
    *ret_step = making.step;
    return STATUS_OK;
}

/* ---- To look-ups -------------------------------------------------------------------------------------------------------- */

struct lookup_part lookup_part_after(const struct lookup_part *part)
{
    const struct lookup_step *step = part->step;
    struct lookup_part next = {step, part->end, part->end};

    for (size_t ids = 0; next.end < step->n_entries && next.end - next.first < LOOKUP_PART_ENTRIES; next.end++) {
        ids += next.end == next.first || !uuid_equal(&step->entries[next.end].id, &step->entries[next.end - 1].id);
        if (ids > LOOKUP_PART_IDS)
            break;
    }
    return next;
}

static enum status store_entry(struct tx *tx, const struct lookup_step *step, size_t at)
{
    const struct lookup_entry *entry = &step->entries[at];

    if (at < step->n_actors)
        return sql_activity_of_actor_insert(
            tx, &(struct sql_activity_of_actor_insert_args){entry->id, step->tree, entry->leaf_index}, NULL);
    return sql_activity_of_student_insert(
        tx, &(struct sql_activity_of_student_insert_args){entry->id, step->tree, entry->leaf_index}, NULL);
}

enum status lookup_store(struct tx *tx, const struct lookup_part *part)
{
    const struct lookup_step *step = part->step;

    assert(part->end <= step->n_entries);
    for (size_t i = part->first; i < part->end; i++)
        TRY(store_entry(tx, step, i));
    if (part->end < step->n_entries)
        return STATUS_OK;
    return sql_activity_lookup_put(tx, &(struct sql_activity_lookup_put_args){step->tree, step->upto}, NULL);
}
