/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read.c: the leaves of a tree, from the newest to the oldest or the other way.
 * May not touch rights, and writes nothing.
 * Always: leaves are numbered from 0 without a gap and their time never runs backwards; a leaf that is missing is damage (V3).
 */
#include "activity/read.h"

#include <stdlib.h>

#include "statements.gen.h"

/* What must be there. */
static enum status found(enum status status)
{
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static enum status time_of(struct session *session, const struct uuid *tree, int64_t index, int64_t *ret_at)
{
    struct sql_activity_time_row row;

    TRY(found(sql_activity_time(session, &(struct sql_activity_time_args){*tree, index}, &row)));
    *ret_at = row.at;
    return STATUS_OK;
}

enum status activity_seek(struct session *session, const struct uuid *tree, int64_t before, int64_t *ret_below)
{
    struct sql_activity_tree_size_row head;
    int64_t low = 0, at = 0;

    TRY(found(sql_activity_tree_size(session, &(struct sql_activity_tree_size_args){*tree}, &head)));
    int64_t high = head.size;
    if (before == ACTIVITY_NEWEST)
        low = high;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        TRY(time_of(session, tree, middle, &at));
        if (at < before)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_below = low;
    return STATUS_OK;
}

enum status activity_older(struct session *session, const struct uuid *tree, int64_t below, size_t max,
                           struct sql_activity_older_row **ret_rows, size_t *ret_n)
{
    const size_t expected = below < (int64_t)max ? (size_t)below : max;
    const struct sql_activity_older_args args = {*tree, below, (int64_t)max};
    struct sql_activity_older_row *rows = NULL;
    size_t n = 0;

    TRY(sql_activity_older(session, &args, max, &rows, &n));
    if (n != expected || (n > 0 && rows[n - 1].leaf_index != below - (int64_t)n))
        return STATUS_CORRUPT;
    *ret_rows = rows;
    *ret_n = n;
    return STATUS_OK;
}

enum status activity_newer(struct session *session, const struct uuid *tree, int64_t from, size_t max,
                           struct sql_activity_newer_row **ret_rows, size_t *ret_n)
{
    const struct sql_activity_newer_args args = {*tree, from, (int64_t)max};
    struct sql_activity_newer_row *rows = NULL;
    size_t n = 0;

    TRY(sql_activity_newer(session, &args, max, &rows, &n));
    if (n > 0 && rows[n - 1].leaf_index != from + (int64_t)n - 1)
        return STATUS_CORRUPT;
    *ret_rows = rows;
    *ret_n = n;
    return STATUS_OK;
}

enum status activity_looked_up(struct session *session, const struct uuid *tree, int64_t *ret_looked_up)
{
    struct sql_activity_looked_up_row row;
    enum status status = sql_activity_looked_up(session, &(struct sql_activity_looked_up_args){*tree}, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *ret_looked_up = status == STATUS_OK ? row.looked_up : 0;
    return STATUS_OK;
}

/* ---- Places ------------------------------------------------------------------------------------------------------------- */

/* A row of either look-up is a place, and so its rows are an array of places. */
_Static_assert(sizeof(struct sql_activity_of_actor_below_row) == sizeof(int64_t) &&
                   sizeof(struct sql_activity_of_student_below_row) == sizeof(int64_t),
               "a place is a number");

static enum status places_of_actor(struct session *session, const struct uuid *tree, const struct uuid *id,
                                   int64_t below, size_t max, int64_t **ret_places, size_t *ret_n)
{
    const struct sql_activity_of_actor_below_args args = {*id, *tree, below, (int64_t)max};
    struct sql_activity_of_actor_below_row *rows = NULL;

    TRY(sql_activity_of_actor_below(session, &args, max, &rows, ret_n));
    *ret_places = (int64_t *)rows;
    return STATUS_OK;
}

static enum status places_of_student(struct session *session, const struct uuid *tree, const struct uuid *id,
                                     int64_t below, size_t max, int64_t **ret_places, size_t *ret_n)
{
    const struct sql_activity_of_student_below_args args = {*id, *tree, below, (int64_t)max};
    struct sql_activity_of_student_below_row *rows = NULL;

    TRY(sql_activity_of_student_below(session, &args, max, &rows, ret_n));
    *ret_places = (int64_t *)rows;
    return STATUS_OK;
}

static enum status (*const places_of[ACTIVITY_NAMED_COUNT])(struct session *session, const struct uuid *tree,
                                                            const struct uuid *id, int64_t below, size_t max,
                                                            int64_t **ret_places, size_t *ret_n) = {
    [ACTIVITY_NAMED_ACTOR] = places_of_actor,
    [ACTIVITY_NAMED_STUDENT] = places_of_student,
};

static int newest_first(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a < b) - (a > b);
}

/* Adds places to those that are there, at most max in all: the newest, each once. */
static size_t merge(int64_t *places, size_t n, const int64_t *more, size_t n_more, size_t max)
{
    size_t kept = 0;

    for (size_t i = 0; i < n_more; i++)
        places[n + i] = more[i];
    qsort(places, n + n_more, sizeof *places, newest_first);
    for (size_t i = 0; i < n + n_more && kept < max; i++)
        if (kept == 0 || places[i] != places[kept - 1])
            places[kept++] = places[i];
    return kept;
}

enum status activity_places(struct session *session, const struct activity_sought *sought, int64_t below, size_t max,
                            int64_t **ret_places, size_t *ret_n)
{
    struct arena *arena = session_arena(session);
    int64_t *places = arena_array(arena, 2 * max, sizeof *places);
    size_t found = 0;

    if (places == NULL)
        return STATUS_NO_MEMORY;
    const struct arena_mark before = arena_mark(arena);
    for (size_t i = 0; i < sought->n; i++) {
        int64_t *more = NULL;
        size_t n_more = 0;
        TRY(places_of[sought->named](session, sought->tree, &sought->ids[i], below, max, &more, &n_more));
        found = merge(places, found, more, n_more, max);
        arena_rewind(arena, before);
    }
    *ret_places = places;
    *ret_n = found;
    return STATUS_OK;
}

enum status activity_shown(const struct sql_activity_older_row *row, const struct uuid **ret_shown, size_t *ret_n)
{
    if (row->shown.len % sizeof(struct uuid) != 0)
        return STATUS_CORRUPT;
    *ret_shown = (const struct uuid *)row->shown.data;
    *ret_n = row->shown.len / sizeof(struct uuid);
    return STATUS_OK;
}
