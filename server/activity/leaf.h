/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * leaf.h: a row as it is written and read, as the leaf that is hashed. One mapping for both, so that what is proven is what is stored.
 * Private to activity/.
 */
#ifndef TRYGG_ACTIVITY_LEAF_H
#define TRYGG_ACTIVITY_LEAF_H

#include "proof/leaf.h"
#include "storage/statement.h"

/* The bytes of the two numbers of a leaf, which it points to. */
struct leaf_numbers {
    uint8_t index[LEAF_NUMBER_BYTES];
    uint8_t at[LEAF_NUMBER_BYTES];
};

struct sql_activity_insert_args;
struct sql_activity_leaves_row;
struct sql_check_rows_row;

/* Borrows from the row and from ret_numbers. */
void leaf_of_args(const struct sql_activity_insert_args *args, struct leaf_numbers *ret_numbers, struct leaf *ret_leaf);
void leaf_of_row(const struct sql_activity_leaves_row *row, struct leaf_numbers *ret_numbers, struct leaf *ret_leaf);
void leaf_of_checked(const struct sql_check_rows_row *row, struct leaf_numbers *ret_numbers, struct leaf *ret_leaf);

#endif
