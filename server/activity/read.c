/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read.c: a tree, from its newest leaf to its oldest.
 * May not touch rights, and writes nothing.
 * Always: leaves are numbered from 0 without a gap and their time never runs backwards; a leaf that is missing is damage (V3).
 */
#include "activity/read.h"

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

enum status activity_shown(const struct sql_activity_older_row *row, const struct uuid **ret_shown, size_t *ret_n)
{
    if (row->shown.len % sizeof(struct uuid) != 0)
        return STATUS_CORRUPT;
    *ret_shown = (const struct uuid *)row->shown.data;
    *ret_n = row->shown.len / sizeof(struct uuid);
    return STATUS_OK;
}
