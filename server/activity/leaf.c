/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * leaf.c: rows as leaves.
 * May not touch the store: it is handed what was read or is to be written.
 * Always: every column of the row is a field of the leaf.
 */
#include "activity/leaf.h"

#include <string.h>

#include "statements.gen.h"

static struct leaf_value of_id(const struct uuid *id)
{
    return (struct leaf_value){id->bytes, sizeof id->bytes};
}

static struct leaf_value of_maybe(const struct maybe_uuid *id)
{
    return id->known ? of_id(&id->uuid) : (struct leaf_value){0};
}

static struct leaf_value of_text(const char *text)
{
    return text == NULL ? (struct leaf_value){0} : (struct leaf_value){(const uint8_t *)text, strlen(text)};
}

static struct leaf_value of_bytes(const struct bytes *bytes)
{
    return (struct leaf_value){bytes->data, bytes->len};
}

static struct leaf_value of_number(int64_t number, uint8_t bytes[static LEAF_NUMBER_BYTES])
{
    leaf_number_write(number, bytes);
    return (struct leaf_value){bytes, LEAF_NUMBER_BYTES};
}

/* What is written and what is read have the same members. */
#define LEAF_OF(row, numbers)                                                                                          \
    ((struct leaf){.fields = {                                                                                         \
                       [LEAF_TREE] = of_id(&(row)->tree),                                                              \
                       [LEAF_INDEX] = of_number((row)->leaf_index, (numbers)->index),                                  \
                       [LEAF_AT] = of_number((row)->at, (numbers)->at),                                                \
                       [LEAF_ORGANISATION] = of_id(&(row)->organisation.uuid),                                         \
                       [LEAF_ACTOR_KIND] = of_text((row)->actor_kind),                                                 \
                       [LEAF_ACTOR] = of_maybe(&(row)->actor),                                                         \
                       [LEAF_ACTOR_MARK] = of_bytes(&(row)->actor_mark),                                               \
                       [LEAF_BEHALF] = of_maybe(&(row)->behalf),                                                       \
                       [LEAF_CLIENT] = of_text((row)->client),                                                         \
                       [LEAF_OPERATION] = of_text((row)->operation),                                                   \
                       [LEAF_OBJECT_KIND] = of_text((row)->object_kind),                                               \
                       [LEAF_OBJECT] = of_maybe(&(row)->object),                                                       \
                       [LEAF_STUDENT] = of_maybe(&(row)->student),                                                     \
                       [LEAF_SCHOOL] = of_maybe(&(row)->school),                                                       \
                       [LEAF_OUTCOME] = of_text((row)->outcome),                                                       \
                       [LEAF_GROUND] = of_text((row)->ground),                                                         \
                       [LEAF_REQUEST] = of_id(&(row)->request),                                                        \
                       [LEAF_SHOWN] = of_bytes(&(row)->shown),                                                         \
                   }})

void leaf_of_args(const struct sql_activity_insert_args *args, struct leaf_numbers *ret_numbers, struct leaf *ret_leaf)
{
    *ret_leaf = LEAF_OF(args, ret_numbers);
}

void leaf_of_row(const struct sql_activity_leaves_row *row, struct leaf_numbers *ret_numbers, struct leaf *ret_leaf)
{
    *ret_leaf = LEAF_OF(row, ret_numbers);
}

void leaf_of_checked(const struct sql_check_rows_row *row, struct leaf_numbers *ret_numbers, struct leaf *ret_leaf)
{
    *ret_leaf = LEAF_OF(row, ret_numbers);
}
