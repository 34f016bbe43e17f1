/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * build.c: trees over rows that are there already, in steps.
 * May not touch a row, nor a tree that is hashed.
 * Always: roots of 256 rows are kept as they become full, and tell where to go on; the head gets its frontier last.
 */
#include "activity/build.h"

#include "activity/grow.h"
#include "statements.gen.h"

/* Of TILE_WIDTH rows each. */
enum { BUILD_STEP = 64 };

/* The next n rows, at most TILE_WIDTH. */
static enum status build_tile(struct tx *tx, const struct activity_tree *of, struct frontier *frontier, size_t n)
{
    struct hash hashes[TILE_WIDTH];
    struct tree_grown grown;

    TRY(activity_hashes(of, 0, frontier->size, n, hashes));
    for (size_t i = 0; i < n; i++) {
        frontier_append(frontier, &hashes[i], &grown);
        TRY(activity_keep_nodes(tx, &of->tree, &grown));
    }
    return STATUS_OK;
}

enum status activity_build_step(struct tx *tx, int64_t *ret_hashed)
{
    struct sql_activity_tree_unhashed_row next;
    struct activity_head head;

    enum status status = sql_activity_tree_unhashed(tx_session(tx), &next);
    if (status == STATUS_NOT_FOUND) {
        *ret_hashed = 0;
        return STATUS_OK;
    }
    TRY(status);
    struct activity_tree of = {tx_session(tx), next.tree};
    const struct tree_source source = activity_source(&of);
    const uint64_t size = (uint64_t)next.size, begun = (uint64_t)next.tiles * TILE_WIDTH;
    TRY(tree_frontier(&source, begun, &head.frontier));
    head.at = next.at;

    for (int i = 0; i < BUILD_STEP && head.frontier.size < size; i++) {
        const uint64_t left = size - head.frontier.size;
        TRY(build_tile(tx, &of, &head.frontier, left < TILE_WIDTH ? (size_t)left : TILE_WIDTH));
    }
    if (head.frontier.size == size)
        TRY(activity_move_head(tx, &next.tree, size, &head));
    *ret_hashed = (int64_t)(head.frontier.size - begun);
    return STATUS_OK;
}
