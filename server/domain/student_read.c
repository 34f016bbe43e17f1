/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_read.c: reading one card (S2).
 * May not touch writing.
 * Always: the card holds what the grant shows, and no more.
 */
#include <assert.h>

#include "domain/student_card.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct student_read *read = input;
    struct sql_student_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    read->row = row;
    return student_relate(scene, &read->id, ret_relation, row);
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct student_read *read = input;

    return student_card_fetch(scene, grant, &relation->object, read->row, &read->card);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct student_read *read = input;

    assert(grant_action(grant) == ACTION_READ_STUDENT);
    return student_card_open(vault, keys, arena, &read->card);
}

const struct read_case student_read_case = {.relate = relate, .fetch = fetch, .open = open};
