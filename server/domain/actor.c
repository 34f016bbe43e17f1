/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * actor.c: who calls, as the store knows them.
 * May not touch roles in tokens: there is nothing in a caller to take them from.
 * Always: an unknown login is an actor without any right, never an error.
 */
#include "domain/actor.h"

#include <string.h>

#include "crypto/blind_index.h"
#include "domain/stored.h"
#include "statements.gen.h"

void actor_mark(const struct organisation_keys *keys, const char *issuer, const char *subject, struct mark *ret_mark)
{
    const struct mark_part parts[] = {{issuer, strlen(issuer)}, {subject, strlen(subject)}};

    blind_index_mark(keys->index, "identity", parts, 2, ret_mark);
}

enum status actor_memberships(struct session *session, const struct organisation_id *organisation,
                              const struct person_id *person, int32_t today, struct policy_actor *actor)
{
    const struct sql_memberships_of_person_args args = {*organisation, *person, today};
    struct sql_memberships_of_person_row *rows = NULL;
    size_t n = 0;

    TRY(sql_memberships_of_person(session, &args, STORED_MAX_RECORDS, &rows, &n));
    struct policy_membership *memberships = arena_array(session_arena(session), n, sizeof *memberships);
    if (memberships == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        memberships[i].school = (struct school_id){rows[i].school.uuid};
        TRY(stored_role(rows[i].role, &memberships[i].role));
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &memberships[i].period));
    }
    actor->memberships = memberships;
    actor->n_memberships = n;
    return STATUS_OK;
}

struct actor actor_of_token(const struct caller *caller)
{
    return (struct actor){.policy = {.service = caller->service, .scopes = caller->scopes}};
}

enum status actor_load(struct session *session, const struct organisation_keys *keys, const struct caller *caller,
                       const struct mark *mark, int32_t today, struct actor *ret_actor)
{
    struct actor actor = actor_of_token(caller);
    struct sql_person_by_login_row found;

    if (!caller->service) {
        enum status status =
            sql_person_by_login(session, &(struct sql_person_by_login_args){keys->organisation, *mark}, &found);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        actor.policy.known = status == STATUS_OK;
    }
    if (actor.policy.known) {
        actor.person = found.person;
        TRY(actor_memberships(session, &keys->organisation, &actor.person, today, &actor.policy));
    }
    *ret_actor = actor;
    return STATUS_OK;
}
