/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tree.c: heads, leaves and roots, from what is stored.
 * May not touch rights, and writes nothing.
 * Always: a hash of a leaf is made from its row, never taken from anywhere; what is missing is damage (V3).
 */
#include "activity/tree.h"

#include <assert.h>
#include <string.h>

#include "activity/leaf.h"
#include "statements.gen.h"

enum status activity_head(struct session *session, const struct uuid *tree, struct activity_head *ret_head)
{
    struct sql_activity_tree_head_row row;
    struct activity_head head;

    TRY(sql_activity_tree_head(session, &(struct sql_activity_tree_head_args){*tree}, &row));
    TRY(frontier_load((uint64_t)row.size, row.frontier.data, row.frontier.len, &head.frontier));
    head.at = row.at;
    *ret_head = head;
    return STATUS_OK;
}

/* The rows first, first + 1 …, all n. */
static enum status leaves(const struct activity_tree *of, uint64_t first, size_t n,
                          struct sql_activity_leaves_row **ret_rows)
{
    const struct sql_activity_leaves_args args = {of->tree, (int64_t)first, (int64_t)n};
    struct sql_activity_leaves_row *rows = NULL;
    size_t found = 0;

    TRY(sql_activity_leaves(of->session, &args, n, &rows, &found));
    if (found != n || (n > 0 && rows[n - 1].leaf_index != (int64_t)(first + n - 1)))
        return STATUS_CORRUPT;
    *ret_rows = rows;
    return STATUS_OK;
}

static enum status leaf_hashes(const struct activity_tree *of, uint64_t first, size_t n, struct hash *ret_hashes)
{
    struct sql_activity_leaves_row *rows = NULL;
    struct leaf_numbers numbers;
    struct leaf leaf;

    TRY(leaves(of, first, n, &rows));
    for (size_t i = 0; i < n; i++) {
        leaf_of_row(&rows[i], &numbers, &leaf);
        ret_hashes[i] = leaf_hash(&leaf);
    }
    return STATUS_OK;
}

static enum status node_hashes(const struct activity_tree *of, unsigned level, uint64_t first, size_t n,
                               struct hash *ret_hashes)
{
    const struct sql_activity_nodes_args args = {of->tree, level, (int64_t)first, (int64_t)n};
    struct sql_activity_nodes_row *rows = NULL;
    size_t found = 0;

    TRY(sql_activity_nodes(of->session, &args, n, &rows, &found));
    if (found != n)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].node_index != (int64_t)(first + i) || rows[i].hash.len != HASH_BYTES)
            return STATUS_CORRUPT;
        memcpy(ret_hashes[i].bytes, rows[i].hash.data, HASH_BYTES);
    }
    return STATUS_OK;
}

enum status activity_hashes(const struct activity_tree *of, unsigned tile_level, uint64_t first, size_t n,
                            struct hash *ret_hashes)
{
    struct arena *arena = session_arena(of->session);
    const struct arena_mark before = arena_mark(arena);

    assert(n <= TILE_WIDTH);
    enum status status =
        tile_level == 0 ? leaf_hashes(of, first, n, ret_hashes) : node_hashes(of, tile_level, first, n, ret_hashes);
    arena_rewind(arena, before);
    return status;
}

/* Every perfect subtree lies in one tile. */
static enum status root(void *context, const struct tree_place *place, struct hash *ret_hash)
{
    const struct activity_tree *of = context;
    const unsigned height = place->level % TILE_HEIGHT;
    struct hash hashes[TILE_WIDTH];

    TRY(activity_hashes(of, place->level / TILE_HEIGHT, place->index << height, (size_t)1 << height, hashes));
    *ret_hash = tree_fold(hashes, height);
    return STATUS_OK;
}

struct tree_source activity_source(struct activity_tree *of)
{
    return (struct tree_source){root, of};
}

enum status activity_leaf(const struct activity_tree *of, uint64_t index, const uint8_t **ret_bytes, size_t *ret_len)
{
    struct sql_activity_leaves_row *row = NULL;
    struct leaf_numbers numbers;
    struct leaf leaf;

    TRY(leaves(of, index, 1, &row));
    leaf_of_row(row, &numbers, &leaf);
    const size_t len = leaf_size(&leaf);
    uint8_t *bytes = arena_alloc(session_arena(of->session), len);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    leaf_encode(&leaf, bytes);
    *ret_bytes = bytes;
    *ret_len = len;
    return STATUS_OK;
}
