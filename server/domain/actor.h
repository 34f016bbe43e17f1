/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * actor.h: from (issuer, subject) to the person the organisation knows, with their memberships (L1: what a person may do is in the
 * store, never in the token).
 */
#ifndef TRYGG_DOMAIN_ACTOR_H
#define TRYGG_DOMAIN_ACTOR_H

#include "base/arena.h"
#include "base/caller.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "domain/vault.h"
#include "policy/policy.h"
#include "storage/storage.h"

struct actor {
    struct policy_actor policy;
    struct person_id person; /* when policy.known */
};

/* The mark of a login in the blind index. Crypto: on the request's thread. */
void actor_mark(const struct organisation_keys *keys, const char *issuer, const char *subject, struct mark *ret_mark);

/* The actor of a call as far as its token tells: without person and memberships. */
struct actor actor_of_token(const struct caller *caller);

/* Someone the organisation does not know, and a service client, are actors too: without person and memberships. */
must_check enum status actor_load(struct session *session, const struct organisation_keys *keys,
                                  const struct caller *caller, const struct mark *mark, int32_t today,
                                  struct actor *ret_actor);

/* The memberships of a person that hold today or are to come, for policy/. */
must_check enum status actor_memberships(struct session *session, const struct organisation_id *organisation,
                                         const struct person_id *person, int32_t today, struct policy_actor *actor);

#endif
