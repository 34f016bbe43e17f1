/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * membership_read.c: one membership, and those that someone may see (M1).
 * May not touch what a membership gives: policy/ reads that anew at each call.
 * Always: each membership of a list is decided as a single read of it would be.
 */
#include <stddef.h>

#include "domain/membership.h"
#include "domain/stored.h"
#include "statements.gen.h"

enum status membership_object(struct scene *scene, const struct person_id *person, const struct maybe_uuid *school,
                              struct policy_object *ret_object)
{
    struct policy_object object = {
        .exists = true,
        .is_own = scene->actor.policy.known && uuid_equal(&person->uuid, &scene->actor.person.uuid),
    };

    if (school->known)
        TRY(place_always(scene->arena, &(struct school_id){school->uuid}, &object));
    TRY(person_family(scene, person, &object));
    *ret_object = object;
    return STATUS_OK;
}

/* The facts of the right, and the membership; STATUS_OK with exists false where there is none. */
static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                          void *ret_membership)
{
    struct relation relation = {
        .action = ACTION_READ_MEMBERSHIP,
        .subject = {.object_kind = registry_kind_name(KIND_MEMBERSHIP), .object = {true, *id}},
    };
    const struct sql_membership_by_id_args args = {scene->keys->organisation, *id};
    struct sql_membership_by_id_row row;
    enum status status = sql_membership_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        struct membership found = {.id = *id, .version = row.version, .person = row.person, .school = row.school};
        TRY(stored_role(row.role, &found.role));
        TRY(stored_period(row.from_day, row.until_day, &found.period));
        TRY(membership_object(scene, &row.person, &row.school, &relation.object));
        relation.action = policy_read_membership(found.role);
        relation.subject.school = row.school;
        TRY(person_student(scene, &row.person, &relation.subject.student));
        *(struct membership *)ret_membership = found;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* The roles, as bits, whose memberships the caller may read wherever they are. */
static unsigned roles_everywhere(const struct scene *scene)
{
    unsigned roles = 0;

    for (enum role role = 0; role < ROLE_COUNT; role++)
        if (policy_everywhere(policy_read_membership(role), &scene->actor.policy, scene->today))
            roles |= 1U << role;
    return roles;
}

/* What the filters ask for, for the statements. */
struct wanted {
    int64_t roles; /* bits */
    bool at_school;
    struct uuid school;
    int64_t first, last; /* it holds on one of these days */
};

static struct wanted wanted_of(const struct page_position *position)
{
    const bool by_role = (position->given & MEMBERSHIP_LIST_BY_ROLE) != 0;
    const bool by_day = (position->given & MEMBERSHIP_LIST_BY_DAY) != 0;

    return (struct wanted){
        .roles = by_role ? INT64_C(1) << position->numbers[0] : (INT64_C(1) << ROLE_COUNT) - 1,
        .at_school = (position->given & MEMBERSHIP_LIST_BY_SCHOOL) != 0,
        .school = position->ids[1],
        .first = by_day ? position->numbers[1] : DAY_ALWAYS,
        .last = by_day ? position->numbers[1] : DAY_FOREVER,
    };
}

/* Whether any membership of this person can be this caller's business. */
static enum status is_open(struct scene *scene, const struct person_id *person, bool *ret_open)
{
    struct policy_object object = {.exists = true};
    const struct grant *others, *leaders;

    TRY(person_family(scene, person, &object));
    TRY(record_grant_anywhere(scene, ACTION_READ_MEMBERSHIP, &object, &others));
    TRY(record_grant_anywhere(scene, ACTION_READ_LEADERSHIP, &object, &leaders));
    *ret_open = others != NULL || leaders != NULL;
    return STATUS_OK;
}

static enum status candidates_of(struct scene *scene, const struct page_position *position, const struct uuid *after,
                                 size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct wanted wanted = wanted_of(position);
    const struct sql_membership_candidates_of_args args = {
        .organisation = scene->keys->organisation,
        .of = position->ids[0],
        .roles = roles_everywhere(scene),
        .person = scene->actor.person,
        .leading = policy_roles(ACTION_READ_MEMBERSHIP) | policy_roles(ACTION_READ_LEADERSHIP),
        .today = scene->today,
        .after = *after,
        .wanted = wanted.roles,
        .at_school = wanted.at_school,
        .school = wanted.school,
        .first = wanted.first,
        .last = wanted.last,
        .limit = (int64_t)limit,
    };
    bool open = false;

    *ret_n = 0;
    TRY(is_open(scene, &(struct person_id){position->ids[0]}, &open));
    return open ? LISTING_IDS(sql_membership_candidates_of, scene, &args, limit, ret_ids, ret_n) : STATUS_OK;
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct wanted wanted = wanted_of(position);
    const struct sql_membership_candidates_args args = {
        .organisation = scene->keys->organisation,
        .roles = roles_everywhere(scene),
        .person = scene->actor.person,
        .leading = policy_roles(ACTION_READ_MEMBERSHIP) | policy_roles(ACTION_READ_LEADERSHIP),
        .today = scene->today,
        .after = *after,
        .wanted = wanted.roles,
        .at_school = wanted.at_school,
        .school = wanted.school,
        .first = wanted.first,
        .last = wanted.last,
        .limit = (int64_t)limit,
    };

    if (position->given & MEMBERSHIP_LIST_BY_PERSON)
        return candidates_of(scene, position, after, limit, ret_ids, ret_n);
    return LISTING_IDS(sql_membership_candidates, scene, &args, limit, ret_ids, ret_n);
}

const struct record_kind membership_kind = {
    .list = "listMemberships",
    .kind = KIND_MEMBERSHIP,
    .bytes = sizeof(struct membership),
    .version = offsetof(struct membership, version),
    .ground = offsetof(struct membership, ground),
    .relate = relate,
    .candidates = candidates,
};
