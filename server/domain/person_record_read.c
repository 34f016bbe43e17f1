/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_record_read.c: one person, and the people that someone may see (M1).
 * May not touch where a person belongs: memberships are records of their own, of which a filter sees those that the caller may read.
 * Always: each person of a list is decided as a single read of them would be.
 */
#include <stddef.h>

#include "domain/person_record.h"
#include "domain/stored.h"
#include "statements.gen.h"

/* The facts of the right, and the person as far as it needs no key; STATUS_OK with exists false where there is none. */
static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_person)
{
    const struct person_id person = {*id};
    struct relation relation = {
        .action = ACTION_READ_PERSON,
        .subject = {.object_kind = registry_kind_name(KIND_PERSON), .object = {true, *id}},
    };
    struct sql_person_by_id_row row;

    TRY(person_relate(scene, &person, &relation));
    if (relation.object.exists) {
        TRY(sql_person_by_id(scene->session, &(struct sql_person_by_id_args){scene->keys->organisation, person}, &row));
        *(struct person_record *)ret_person = (struct person_record){
            .id = person,
            .version = row.version,
            .protected_person = row.mark_local == 1 || row.mark_registry == 1,
            .key = row.key,
            .sealed_given_name = row.given_name,
            .sealed_family_name = row.family_name,
        };
    }
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record)
{
    struct person_record *person = record;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &person->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, person->id.uuid, person->key, person->version};
    TRY(open_text(&row, COLUMN_PERSON_GIVEN_NAME, person->sealed_given_name, &person->given_name));
    return open_text(&row, COLUMN_PERSON_FAMILY_NAME, person->sealed_family_name, &person->family_name);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_person_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_PERSON, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_PERSON),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
        .by_school = (position->given & PERSON_LIST_BY_SCHOOL) != 0,
        .school = {position->ids[0]},
        .by_role = (position->given & PERSON_LIST_BY_ROLE) != 0,
        .role = position->numbers[0],
    };

    return LISTING_IDS(sql_person_candidates, scene, &args, limit, ret_ids, ret_n);
}

static bool is_asked_for(const struct page_position *position, const struct sql_memberships_of_person_row *membership)
{
    if ((position->given & PERSON_LIST_BY_ROLE) && membership->role != position->numbers[0])
        return false;
    return !(position->given & PERSON_LIST_BY_SCHOOL) ||
           (membership->school.known && uuid_equal(&membership->school.uuid, &position->ids[0]));
}

static enum status membership_is_readable(struct scene *scene, const struct sql_memberships_of_person_row *membership,
                                          bool *ret_readable)
{
    struct policy_object object = {.exists = true};
    struct decision decision;
    enum role role;

    TRY(stored_role(membership->role, &role));
    if (membership->school.known)
        TRY(place_always(scene->arena, &(struct school_id){membership->school.uuid}, &object));
    TRY(policy_decide(policy_read_membership(role), &scene->actor.policy, &object, scene->today, scene->arena,
                      &decision));
    *ret_readable = decision.verdict == VERDICT_ALLOWED;
    return STATUS_OK;
}

static enum status passes(struct scene *scene, const struct page_position *position, const void *record,
                          bool *ret_passes)
{
    const struct person_record *person = record;
    const struct sql_memberships_of_person_args args = {scene->keys->organisation, person->id, scene->today};
    struct sql_memberships_of_person_row *rows = NULL;
    bool found = (position->given & (PERSON_LIST_BY_SCHOOL | PERSON_LIST_BY_ROLE)) == 0;
    size_t n = 0;

    if (!found)
        TRY(sql_memberships_of_person(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    for (size_t i = 0; i < n && !found; i++)
        if (is_asked_for(position, &rows[i]))
            TRY(membership_is_readable(scene, &rows[i], &found));
    *ret_passes = found;
    return STATUS_OK;
}

const struct record_kind person_kind = {
    .list = "listPersons",
    .kind = KIND_PERSON,
    .bytes = sizeof(struct person_record),
    .version = offsetof(struct person_record, version),
    .ground = offsetof(struct person_record, ground),
    .relate = relate,
    .candidates = candidates,
    .passes = passes,
    .open = open,
};
