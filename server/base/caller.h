/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * caller.h: what a verified token says, and nothing more (L1): who, through which client, how strongly.
 * Made by auth/ only. Roles in a token are not trusted and not read.
 */
#ifndef TRYGG_BASE_CALLER_H
#define TRYGG_BASE_CALLER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"

/* Scopes cap what a client may do; they never add a right (docs/decisions/0004-scopes-cap.md). Bits without a gap. */
enum scope {
    SCOPE_NONE = 0,
    SCOPE_READ = 1 << 0,      /* "trygg:read": read on a person's behalf */
    SCOPE_WRITE = 1 << 1,     /* "trygg:write": change on a person's behalf */
    SCOPE_PROVISION = 1 << 2, /* "provision": a service client brings registry data in */
    SCOPE_CHANGES = 1 << 3,   /* "changes": a service client takes the content-free change feed */
    SCOPE_WITNESS = 1 << 4,   /* "witness": a service client follows the logs, hashes only */
};

/* The word of one scope, or NULL when it is none or several; the scope of a word of len bytes, or SCOPE_NONE. */
const char *scope_name(unsigned scope);
enum scope scope_parse(const char *text, size_t len);

enum { CALLER_ISSUER_BYTES = 256, CALLER_SUBJECT_BYTES = 256, CALLER_CLIENT_BYTES = 128 };

struct caller {
    struct organisation_id organisation; /* the organisation that this issuer and audience speak for */
    char issuer[CALLER_ISSUER_BYTES];
    char subject[CALLER_SUBJECT_BYTES];
    char client[CALLER_CLIENT_BYTES]; /* client_id or azp; "" when the token names none */
    bool service;                     /* the client's own token, no person: sub equals client_id (RFC 9068 section 5) */
    bool strong;                      /* acr in the strong set and auth_time within its age (L2) */
    unsigned scopes;                  /* enum scope bits, after the issuer's own cap */
    unsigned section; /* auth/'s own: which of its issuers and audiences verified the token, for auth_step_up */
};

#endif
