/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * replay.h: safe retries (X1). What is kept of a POST, for 7 days per principal, client and operation: keyed hashes, id, version and
 * whether it changed anything.
 */
#ifndef TRYGG_DOMAIN_REPLAY_H
#define TRYGG_DOMAIN_REPLAY_H

#include "domain/scene.h"

/* A request that may come again. Made on the request's thread (crypto). */
struct replay_mark {
    struct mark request; /* principal, client, operation, key */
    struct mark body;    /* what was asked for: path and body */
};

void replay_mark(const struct organisation_keys *keys, const struct caller *caller, const char *operation,
                 const char *key, const char *body, struct replay_mark *ret_mark);

/* STATUS_OK: seen before, this was the answer. STATUS_KEY_REUSED: seen before with another body. STATUS_NOT_FOUND: new. */
must_check enum status replay_find(struct scene *scene, int64_t now, const struct replay_mark *mark,
                                   struct receipt *ret_receipt);

must_check enum status replay_keep(struct scene *scene, struct tx *tx, const struct replay_mark *mark,
                                   const struct receipt *receipt);

/* A place among all that is kept: before the first of it when it is zero. */
struct replay_place {
    struct organisation_id organisation;
    struct mark mark;
};

/* Looks at the next `n` answers after the place and forgets those that are older than 7 days. The place moves behind them; to the beginning
 * again, after the last. */
must_check enum status replay_expire(struct tx *tx, int64_t n, struct replay_place *place);

#endif
