/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * auth.h: from a Bearer token to a caller, along one strict path (L1–L4, RFC 7519, 8725, 9068, 9470). Thread-safe.
 */
#ifndef TRYGG_AUTH_AUTH_H
#define TRYGG_AUTH_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/caller.h"
#include "base/status.h"

struct auth;

enum { AUTH_MAX_TOKEN_BYTES = 8192, AUTH_MAX_STRONG = 8, AUTH_LEEWAY_SECONDS = 30 };

/* Gives OpenSSL memory that is there (base/patient.h). Once, by main, before threads and before anything else here. */
must_check enum status auth_prepare(void);

/* One trusted issuer and audience, speaking for one organisation (L4). Strings are copied by auth_open. */
struct auth_issuer {
    const char *issuer;   /* exact iss */
    const char *audience; /* one of the token's aud must equal it */
    const char *
        jwks_file; /* key set, re-read when the file changes (mtime, size or inode), no restart; not read while its group or
                            * others may write it */
    struct organisation_id organisation;
    const char *strong[AUTH_MAX_STRONG]; /* acr values that are strong (L2); NULL ends the list */
    int64_t strong_max_age;              /* seconds since auth_time */
    unsigned scopes;                     /* scopes this issuer may grant at all; others are dropped */
};

/* What was wrong at start, in constant words without secrets: "jwks: no usable key". */
must_check enum status auth_open(const struct auth_issuer *issuers, size_t n, struct auth **ret_auth,
                                 const char **ret_fault);
struct auth *auth_close(struct auth *auth);

/* What is wrong with the key set file of issuers[issuer] as of now (ms), in such words; NULL when it is fine. While something is, the
 * keys that were read last stay in use. Looks at the file when nobody has for a second. */
const char *auth_fault(struct auth *auth, size_t issuer, int64_t now);

/* What is remembered of tokens that were verified; counts are since auth_open. */
struct auth_figures {
    uint64_t recalled;   /* tokens that were known and still held */
    uint64_t examined;   /* tokens that were not: their signature and claims were checked, and perhaps refused */
    uint64_t remembered; /* now, expired ones among them */
    uint64_t room;       /* at most so many */
};
void auth_figures(struct auth *auth, struct auth_figures *ret_figures);

/* The keys of issuers[issuer] that are in use, and since when (ms, wall clock). */
void auth_key_figures(struct auth *auth, size_t issuer, uint64_t *ret_keys, int64_t *ret_since);

/* Verifies a compact JWS. STATUS_TOKEN_INVALID for every reason alike. `now` is in ms. The result is remembered by the token's
 * SHA-256 until the token expires or its key leaves the key set; strength is judged anew each time, since auth_time ages. */
must_check enum status auth_verify(struct auth *auth, const char *token, size_t len, int64_t now,
                                   struct caller *ret_caller);

/* The same, and for STATUS_TOKEN_INVALID a word for the operator's log, never for the caller: what the token failed at. */
must_check enum status auth_verify_telling(struct auth *auth, const char *token, size_t len, int64_t now,
                                           struct caller *ret_caller, const char **ret_refused);

/* The RFC 9470 challenge parameters for a caller of this auth's own that was too weak, by the very issuer and audience of its token:
 * acr values (space separated) and max_age. ret_acr_values points into auth and lives as long as it. */
void auth_step_up(const struct auth *auth, const struct caller *caller, const char **ret_acr_values,
                  int64_t *ret_max_age);

#endif
