/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_card.c: one card, as much of it as a grant shows.
 * May not touch what the grant does not show: it is not even fetched, so it cannot be rendered.
 * Always: the group of a protected student needs SHOW_PROTECTED_GROUP (S7).
 */
#include "domain/student_card.h"

#include <assert.h>
#include <stdlib.h>

#include "domain/seal.h"
#include "domain/stored.h"

/* S7: what is left of `shows` when the student is protected. */
static unsigned shows_of(const struct grant *grant, bool protected_person)
{
    unsigned shows = grant_shows(grant);

    if (protected_person && !(shows & SHOW_PROTECTED_GROUP))
        shows &= ~(unsigned)SHOW_GROUP;
    return shows;
}

static int group_compare(const void *left, const void *right)
{
    const struct sql_groups_of_student_row *a = left, *b = right;

    return uuid_compare(&a->group.uuid, &b->group.uuid);
}

/* By id, each once: two places in one group may overlap. */
static size_t groups_distinct(struct sql_groups_of_student_row *rows, size_t n)
{
    size_t kept = 0;

    if (n > 1)
        qsort(rows, n, sizeof *rows, group_compare);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !uuid_equal(&rows[kept - 1].group.uuid, &rows[i].group.uuid))
            rows[kept++] = rows[i];
    return kept;
}

static enum status groups_fetch(struct scene *scene, struct student_card *card)
{
    struct sql_groups_of_student_row *rows = NULL;
    size_t n = 0;

    if (!(card->shows & SHOW_GROUP))
        return STATUS_OK;
    TRY(sql_groups_of_student(scene->session, &(struct sql_groups_of_student_args){card->id, scene->today},
                              STORED_MAX_RECORDS, &rows, &n));
    n = groups_distinct(rows, n);
    struct student_group *groups = arena_array(scene->arena, n, sizeof *groups);
    if (groups == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        groups[i] = (struct student_group){
            .id = rows[i].group,
            .school = rows[i].school,
            .kind = rows[i].kind,
            .sealed_name = rows[i].name,
            .version = rows[i].version,
        };
    }
    card->groups = groups;
    card->n_groups = n;
    return STATUS_OK;
}

static enum status enrolments_copy(struct scene *scene, const struct policy_object *object, struct student_card *card)
{
    if (!(card->shows & SHOW_CARD))
        return STATUS_OK;
    struct student_enrolment *enrolments = arena_array(scene->arena, object->n_places, sizeof *enrolments);
    if (enrolments == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < object->n_places; i++)
        enrolments[i] = (struct student_enrolment){object->places[i].school, object->places[i].period};
    card->enrolments = enrolments;
    card->n_enrolments = object->n_places;
    return STATUS_OK;
}

enum status student_card_fetch(struct scene *scene, const struct grant *grant, const struct policy_object *object,
                               const struct sql_student_by_id_row *row, struct student_card *ret_card)
{
    assert(grant_action(grant) == ACTION_READ_STUDENT);
    const bool protected_person = row->mark_local != 0 || row->mark_registry != 0;
    struct student_card card = {
        .id = row->student,
        .version = row->version,
        .shows = shows_of(grant, protected_person),
        .ground = grant_ground(grant),
        .protected_person = protected_person,
        .key = row->key,
        .sealed_given_name = row->given_name,
        .sealed_family_name = row->family_name,
    };

    if (card.shows & SHOW_CARD)
        card.sealed_civic_number = row->civic_number;
    TRY(groups_fetch(scene, &card));
    TRY(enrolments_copy(scene, object, &card));
    *ret_card = card;
    return STATUS_OK;
}

/* Group names belong to the organisation and are sealed with its own key. */
static enum status groups_open(const struct organisation_keys *keys, struct arena *arena, struct student_card *card)
{
    struct student_group *groups = arena_array(arena, card->n_groups, sizeof *groups);

    if (groups == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < card->n_groups; i++) {
        groups[i] = card->groups[i];
        const struct sealed_row row = {arena,        keys->own,        keys->organisation, groups[i].id.uuid,
                                       keys->own_id, groups[i].version};
        TRY(open_text(&row, COLUMN_STUDENT_GROUP_NAME, groups[i].sealed_name, &groups[i].name));
    }
    card->groups = groups;
    return STATUS_OK;
}

enum status student_card_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                              struct student_card *card)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &card->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, card->id.uuid, card->key, card->version};
    TRY(open_text(&row, COLUMN_STUDENT_GIVEN_NAME, card->sealed_given_name, &card->given_name));
    TRY(open_text(&row, COLUMN_STUDENT_FAMILY_NAME, card->sealed_family_name, &card->family_name));
    TRY(open_text(&row, COLUMN_STUDENT_CIVIC_NUMBER, card->sealed_civic_number, &card->civic_number));
    return groups_open(keys, arena, card);
}
