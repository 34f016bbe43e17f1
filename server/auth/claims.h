/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * claims.h: what the claims of a token mean (RFC 7519, 9068, 9470) for one section. Pure: no key, no clock of its own.
 */
#ifndef TRYGG_AUTH_CLAIMS_H
#define TRYGG_AUTH_CLAIMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth/section.h"
#include "base/caller.h"

#define TIME_ABSENT INT64_MIN

enum { CLAIMS_MAX_LIFETIME_SECONDS = 24 * 3600 };

/* What is kept of a token whose signature holds. Times in ms. Strength ages, so the caller's `strong` is left false here and judged
 * by verified_is_strong at each use. */
struct verified {
    struct caller caller;
    int64_t expires;
    int64_t not_before; /* or TIME_ABSENT, like the next two */
    int64_t issued;
    int64_t auth_time;
    bool acr_is_strong;
};

/* A subject can be a civic number: none is left behind. */
void verified_wipe(struct verified *verified);
#define auto_verified __attribute__((cleanup(verified_wipe))) struct verified

/* iss as text, or NULL; and whether aud is a text, or holds one, equal to audience. Before the signature: to choose the keys only. */
const char *claims_issuer(const json_t *claims);
bool claims_name_audience(const json_t *claims, const char *audience);

/* Everything else. STATUS_TOKEN_INVALID for a claim that is missing, of another type or out of range. */
must_check enum status claims_read(const json_t *claims, const struct section *section, struct verified *ret_verified);

/* exp, nbf and iat against now (ms), with AUTH_LEEWAY_SECONDS. A token lives at most CLAIMS_MAX_LIFETIME_SECONDS: from iat (claims_read
 * has seen to that), or from now when it says no iat, which RFC 7519 allows. */
bool verified_in_time(const struct verified *verified, int64_t now);

/* L2: acr in the strong set and auth_time neither in the future nor older than the section's age. A service client's own token is
 * always strong: a client has no second factor, its strength is its own key; what it may do is capped by its scopes. */
bool verified_is_strong(const struct verified *verified, const struct section *section, int64_t now);

#endif
