/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * local_issuer.h: a small issuer for first steps, scripts and tests: one ES256 key on disk, and tokens minted with it by libjwt.
 * It is an issuer like any other to auth.h: it gets its trust from the configuration alone.
 */
#ifndef TRYGG_AUTH_LOCAL_ISSUER_H
#define TRYGG_AUTH_LOCAL_ISSUER_H

#include <stdint.h>

#include "auth/file.h"
#include "base/buffer.h"
#include "base/status.h"

/* Makes a P-256 key: private PEM at key_path (0600), public JWKS at jwks_path (0644). A key without its set, left by a making that
 * was cut off, gets its set. STATUS_EXISTS rather than overwrite. STATUS_COMMIT_UNKNOWN when one of them is there all the same, but a power
 * cut may take it; without the set it can be made again. */
must_check enum status local_issuer_create(const char *key_path, const char *jwks_path);

struct local_token {
    const char *issuer;
    const char *audience;
    const char *subject;
    const char *client; /* client_id */
    const char *scope;  /* space separated, or NULL */
    const char *acr;    /* or NULL */
    int64_t auth_time;  /* seconds since 1970; 0: none */
    int64_t issued_at;  /* seconds */
    int64_t lifetime;   /* seconds */
};

/* A signed JWT (typ JWT: libjwt 1.10 writes no other) with kid, iat, exp and jti, appended to `token`. STATUS_INVALID for a token that
 * could never be taken (no subject, a lifetime of 0 or beyond 24 hours) and for a key file that holds no P-256 key. ret_fault is always
 * written: what file_read found of the key file, with its status. */
must_check enum status local_issuer_mint(const char *key_path, const struct local_token *claims, struct buffer *token,
                                         enum file_fault *ret_fault);

#endif
