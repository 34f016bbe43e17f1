/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_record_read.c: one person, and the people that someone may see (M1).
 * May not touch where a person belongs: memberships are records of their own, of which a filter sees those that the caller may read.
 * Always: each person of a list is decided as a single read of them would be.
 */
#include <assert.h>
#include <stddef.h>

#include "domain/person_record.h"
#include "domain/stored.h"
#include "statements.gen.h"

enum { PERSON_MAX_MEMBERSHIPS = 1024 };

/* The facts of the right, and the person as far as it needs no key; STATUS_OK with exists false where there is none. */
static enum status person_relate(struct scene *scene, const struct person_id *id, struct relation *ret_relation,
                                 struct person_record *ret_person)
{
    struct relation relation = {
        .action = ACTION_READ_PERSON,
        .subject = {.object_kind = registry_kind_name(KIND_PERSON), .object = {true, id->uuid}},
    };
    struct sql_person_by_id_row row;

    TRY(person_object(scene, id, &relation.object));
    if (relation.object.exists) {
        TRY(sql_person_by_id(scene->session, &(struct sql_person_by_id_args){scene->keys->organisation, *id}, &row));
        *ret_person = (struct person_record){
            .id = *id,
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

static enum status person_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                               struct person_record *person)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &person->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, person->id.uuid, person->key, person->version};
    TRY(open_text(&row, COLUMN_PERSON_GIVEN_NAME, person->sealed_given_name, &person->given_name));
    return open_text(&row, COLUMN_PERSON_FAMILY_NAME, person->sealed_family_name, &person->family_name);
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct person_read *read = input;

    return person_relate(scene, &read->id, ret_relation, &read->person);
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct person_read *read = input;

    (void)scene;
    (void)relation;
    read->person.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    struct person_read *read = input;

    assert(grant_action(grant) == ACTION_READ_PERSON);
    return person_open(vault, keys, arena, &read->person);
}

const struct read_case person_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct page_position *position = &listing->position;
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
    struct sql_person_candidates_row *rows = NULL;

    TRY(sql_person_candidates(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->person;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_person_candidates_row) == sizeof(struct uuid), "a candidate is an id");

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

static enum status is_found(struct scene *scene, const struct page_position *position, const struct person_id *person,
                            bool *ret_found)
{
    const struct sql_memberships_of_person_args args = {scene->keys->organisation, *person, scene->today};
    struct sql_memberships_of_person_row *rows = NULL;
    bool found = (position->given & (PERSON_LIST_BY_SCHOOL | PERSON_LIST_BY_ROLE)) == 0;
    size_t n = 0;

    if (!found)
        TRY(sql_memberships_of_person(scene->session, &args, PERSON_MAX_MEMBERSHIPS, &rows, &n));
    for (size_t i = 0; i < n && !found; i++)
        if (is_asked_for(position, &rows[i]))
            TRY(membership_is_readable(scene, &rows[i], &found));
    *ret_found = found;
    return STATUS_OK;
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct person_list *list = (struct person_list *)((char *)listing - offsetof(struct person_list, page));
    struct person_record *person = &list->persons[listing->n];
    struct relation relation;
    struct decision decision;
    bool found = false;

    TRY(person_relate(scene, &(struct person_id){*id}, &relation, person));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    if (decision.verdict == VERDICT_ALLOWED) {
        TRY(is_found(scene, &listing->position, &person->id, &found));
        person->ground = grant_ground(decision.grant);
    }
    *ret_shown = found;
    return STATUS_OK;
}

static const struct listing_kind kind = {"listPersons", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct person_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation =
        (struct relation){.action = ACTION_LIST_REGISTRY, .subject = {.object_kind = registry_kind_name(KIND_PERSON)}};
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct person_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    list->persons = arena_array(scene->arena, list->page.limit + 1, sizeof *list->persons);
    if (list->persons == NULL)
        return STATUS_NO_MEMORY;
    return listing_fetch(&kind, scene, &list->page);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct person_list *list = input;

    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    for (size_t i = 0; i < list->page.n; i++)
        TRY(person_open(vault, keys, arena, &list->persons[i]));
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case person_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
