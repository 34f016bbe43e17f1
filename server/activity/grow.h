/* SPDX-License-Identifier: EUPL-1.2 */
/* grow.h: how a tree's head and its kept roots are written. Private to activity/. */
#ifndef TRYGG_ACTIVITY_GROW_H
#define TRYGG_ACTIVITY_GROW_H

#include "activity/tree.h"

/* Keeps the roots that a leaf has completed. */
must_check enum status activity_keep_nodes(struct tx *tx, const struct uuid *tree, const struct tree_grown *grown);

/* From the size that was read to that of head. STATUS_BUSY when another has grown the tree meanwhile. */
must_check enum status activity_move_head(struct tx *tx, const struct uuid *tree, uint64_t from_size,
                                          const struct activity_head *head);

#endif
