/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * append.c: rows become leaves at the end of their tree.
 * May not touch content, keys or rights: it writes what the pipeline tells it.
 * Always: one head update per tree and batch; leaves without gaps; time never runs backwards within a tree.
 */
#include "activity/append.h"

#include <assert.h>
#include <stdlib.h>

#include "statements.gen.h"

static const char *const actor_words[] = {
    [ACTOR_PERSON] = "person",
    [ACTOR_CLIENT] = "client",
    [ACTOR_STRANGER] = "stranger",
    [ACTOR_LOCAL] = "local",
};

static const char *const outcome_words[] = {
    [OUTCOME_ALLOWED] = "allowed",
    [OUTCOME_REFUSED] = "refused",
    [OUTCOME_REPLAYED] = "replayed",
};

/* A row with its tree and its turn, so that sorting by tree keeps the order within one. */
struct leaf {
    struct uuid tree;
    size_t turn;
    const struct activity_row *row;
};

struct uuid activity_tree_of(const struct activity_row *row)
{
    return row->school.known && !row->withheld_from_school ? row->school.uuid : row->organisation.uuid;
}

static int leaf_compare(const void *left, const void *right)
{
    const struct leaf *a = left, *b = right;
    int trees = uuid_compare(&a->tree, &b->tree);

    return trees != 0 ? trees : (a->turn > b->turn) - (a->turn < b->turn);
}

static struct bytes row_actor_mark(const struct activity_row *row)
{
    if (row->actor_kind != ACTOR_STRANGER)
        return (struct bytes){0};
    return (struct bytes){row->actor_mark.bytes, sizeof row->actor_mark.bytes};
}

static struct bytes row_shown(const struct activity_row *row)
{
    if (row->n_shown == 0)
        return (struct bytes){0};
    return (struct bytes){row->shown->bytes, row->n_shown * sizeof *row->shown};
}

static enum status leaf_insert(struct tx *tx, const struct leaf *leaf, int64_t index, int64_t at)
{
    const struct activity_row *row = leaf->row;
    const struct sql_activity_insert_args args = {
        .tree = leaf->tree,
        .leaf_index = index,
        .at = at,
        .organisation = row->organisation,
        .actor_kind = actor_words[row->actor_kind],
        .actor = row->actor,
        .actor_mark = row_actor_mark(row),
        .behalf = row->behalf,
        .client = row->client,
        .operation = row->operation,
        .object_kind = row->object_kind,
        .object = row->object,
        .student = row->student,
        .school = row->school,
        .outcome = outcome_words[row->outcome],
        .ground = row->ground,
        .request = row->request,
        .shown = row_shown(row),
    };
    return sql_activity_insert(tx, &args, NULL);
}

/* Appends n leaves of one tree. */
static enum status tree_append(struct tx *tx, const struct leaf *leaves, size_t n)
{
    const struct sql_activity_tree_grow_args grow = {.tree = leaves->tree, .leaves = (int64_t)n, .at = tx_now(tx)};
    struct sql_activity_tree_head_row head;

    TRY(sql_activity_tree_grow(tx, &grow, NULL));
    TRY(sql_activity_tree_head(tx_session(tx), &(struct sql_activity_tree_head_args){leaves->tree}, &head));
    for (size_t i = 0; i < n; i++)
        TRY(leaf_insert(tx, &leaves[i], head.size - (int64_t)n + (int64_t)i, head.at));
    return STATUS_OK;
}

enum status activity_append(struct tx *tx, const struct activity_row *const *rows, size_t n)
{
    struct leaf leaves[ACTIVITY_MAX_BATCH];

    assert(n <= ACTIVITY_MAX_BATCH);
    for (size_t i = 0; i < n; i++)
        leaves[i] = (struct leaf){activity_tree_of(rows[i]), i, rows[i]};
    qsort(leaves, n, sizeof *leaves, leaf_compare);

    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && uuid_equal(&leaves[first].tree, &leaves[next].tree); next++)
            ;
        TRY(tree_append(tx, &leaves[first], next - first));
    }
    return STATUS_OK;
}

enum status activity_plant(struct tx *tx, const struct organisation_id *organisation, struct maybe_uuid school)
{
    const struct sql_activity_tree_insert_args args = {
        .tree = school.known ? school.uuid : organisation->uuid,
        .organisation = *organisation,
        .school = school,
        .at = tx_now(tx),
    };
    return sql_activity_tree_insert(tx, &args, NULL);
}
