/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * actor.c: who calls, as the store knows them.
 * May not touch roles in tokens: there is nothing in a caller to take them from.
 * Always: an unknown login is an actor without any right, never an error.
 */
#include "domain/actor.h"

#include <string.h>

#include "crypto/blind_index.h"
#include "statements.gen.h"

enum { ACTOR_MAX_MEMBERSHIPS = 512 };

void actor_mark(const struct organisation_keys *keys, const char *issuer, const char *subject, struct mark *ret_mark)
{
    const struct mark_part parts[] = {{issuer, strlen(issuer)}, {subject, strlen(subject)}};

    blind_index_mark(keys->index, "identity", parts, 2, ret_mark);
}

static enum status memberships_load(struct session *session, const struct organisation_keys *keys, struct actor *actor)
{
    const struct sql_memberships_of_person_args args = {keys->organisation, actor->person};
    struct sql_memberships_of_person_row *rows = NULL;
    size_t n = 0;

    TRY(sql_memberships_of_person(session, &args, ACTOR_MAX_MEMBERSHIPS, &rows, &n));
    struct policy_membership *memberships = arena_array(session_arena(session), n, sizeof *memberships);
    if (memberships == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        memberships[i] = (struct policy_membership){
            .school = {rows[i].school.uuid},
            .role = (enum role)rows[i].role,
            .period = {(int32_t)rows[i].from_day, (int32_t)rows[i].until_day},
        };
    }
    actor->policy.memberships = memberships;
    actor->policy.n_memberships = n;
    return STATUS_OK;
}

enum status actor_load(struct session *session, const struct organisation_keys *keys, const struct caller *caller,
                       const struct mark *mark, struct actor *ret_actor)
{
    struct actor actor = {.policy = {.service = caller->service, .scopes = caller->scopes}};
    struct sql_object_by_mark_row found;

    if (!caller->service) {
        enum status status = sql_object_by_mark(
            session, &(struct sql_object_by_mark_args){keys->organisation, "identity", *mark}, &found);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        actor.policy.known = status == STATUS_OK;
    }
    if (actor.policy.known) {
        actor.person = (struct person_id){found.object};
        TRY(memberships_load(session, keys, &actor));
    }
    *ret_actor = actor;
    return STATUS_OK;
}
