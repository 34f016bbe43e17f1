/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * append.c: rows become leaves at the end of their tree.
 * May not touch content, keys or rights: it writes what the pipeline tells it.
 * Always: one head update per tree and batch; leaves without gaps; time never runs backwards within a tree; the head's frontier is that of
 * the rows, and the roots that are full are kept.
 */
#include "activity/append.h"

#include <assert.h>
#include <stdlib.h>

#include "activity/grow.h"
#include "activity/leaf.h"
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
struct turn {
    struct uuid tree;
    size_t number;
    const struct activity_row *row;
};

struct uuid activity_tree_of(const struct activity_row *row)
{
    return row->school.known && !row->withheld_from_school ? row->school.uuid : row->organisation.uuid;
}

static int turn_compare(const void *left, const void *right)
{
    const struct turn *a = left, *b = right;
    int trees = uuid_compare(&a->tree, &b->tree);

    return trees != 0 ? trees : (a->number > b->number) - (a->number < b->number);
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

static struct sql_activity_insert_args row_args(const struct activity_row *row, const struct uuid *tree, uint64_t index,
                                                int64_t at)
{
    return (struct sql_activity_insert_args){
        .tree = *tree,
        .leaf_index = (int64_t)index,
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
}

enum status activity_keep_nodes(struct tx *tx, const struct uuid *tree, const struct tree_grown *grown)
{
    for (size_t i = 0; i < grown->n; i++) {
        const struct sql_activity_node_insert_args args = {
            .tree = *tree,
            .level = grown->nodes[i].place.level / TILE_HEIGHT,
            .node_index = (int64_t)grown->nodes[i].place.index,
            .hash = {grown->nodes[i].hash.bytes, HASH_BYTES},
        };
        TRY(sql_activity_node_insert(tx, &args, NULL));
    }
    return STATUS_OK;
}

/* The row, its leaf in the tree, and the roots that it completes. */
static enum status row_append(struct tx *tx, const struct turn *turn, struct activity_head *head)
{
    const struct sql_activity_insert_args args = row_args(turn->row, &turn->tree, head->frontier.size, head->at);
    struct leaf_numbers numbers;
    struct leaf leaf;
    struct tree_grown grown;

    leaf_of_args(&args, &numbers, &leaf);
    const struct hash hash = leaf_hash(&leaf);
    TRY(sql_activity_insert(tx, &args, NULL));
    frontier_append(&head->frontier, &hash, &grown);
    return activity_keep_nodes(tx, &turn->tree, &grown);
}

enum status activity_move_head(struct tx *tx, const struct uuid *tree, uint64_t from_size,
                               const struct activity_head *head)
{
    const struct sql_activity_tree_grow_args args = {
        .tree = *tree,
        .size = (int64_t)head->frontier.size,
        .at = head->at,
        .frontier = {head->frontier.roots->bytes, frontier_bytes(head->frontier.size)},
        .from_size = (int64_t)from_size,
    };
    int64_t moved = 0;

    TRY(sql_activity_tree_grow(tx, &args, &moved));
    return moved == 1 ? STATUS_OK : STATUS_BUSY;
}

/* Appends n rows of one tree. */
static enum status tree_append(struct tx *tx, const struct turn *turns, size_t n)
{
    struct activity_head head;

    TRY(activity_head(tx_session(tx), &turns->tree, &head));
    const uint64_t from_size = head.frontier.size;
    if (head.at < tx_now(tx))
        head.at = tx_now(tx);
    for (size_t i = 0; i < n; i++)
        TRY(row_append(tx, &turns[i], &head));
    return activity_move_head(tx, &turns->tree, from_size, &head);
}

enum status activity_append(struct tx *tx, const struct activity_row *const *rows, size_t n)
{
    struct turn turns[ACTIVITY_MAX_BATCH];

    assert(n <= ACTIVITY_MAX_BATCH);
    for (size_t i = 0; i < n; i++)
        turns[i] = (struct turn){activity_tree_of(rows[i]), i, rows[i]};
    qsort(turns, n, sizeof *turns, turn_compare);

    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && uuid_equal(&turns[first].tree, &turns[next].tree); next++)
            ;
        TRY(tree_append(tx, &turns[first], next - first));
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
