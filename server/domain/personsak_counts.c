/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_counts.c: a school's personsaker and waiting proposals in numbers.
 * May not touch keys: what is counted is never opened.
 * Always: what the rektor may not read is not counted, as in the lists (G2).
 */
#include "domain/personsak_counts.h"

#include "domain/personsak_list.h"
#include "statements.gen.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct personsak_counts *counts = input;

    return school_object(scene, ACTION_COUNT_PERSONSAKER, registry_kind_name(KIND_PERSONSAK), &counts->school,
                         ret_relation);
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct personsak_counts *counts = input;
    const struct sql_personsak_counts_args args = {counts->school, scene->actor.person, TIE_GUARDIAN, scene->today,
                                                   personsak_handling_roles()};
    struct sql_personsak_counts_row row;

    (void)relation;
    assert(grant_action(grant) == ACTION_COUNT_PERSONSAKER);
    TRY(sql_personsak_counts(scene->session, &args, &row));
    counts->open = row.open;
    counts->closed = row.closed;
    counts->due = row.due;
    counts->unhandled = row.unhandled;
    counts->waiting_proposals = row.waiting;
    counts->ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    (void)vault, (void)keys, (void)grant, (void)arena, (void)input;
    return STATUS_OK;
}

const struct read_case personsak_counts_case = {.relate = relate, .fetch = fetch, .open = open};
