/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * section.h: one configured issuer and audience, checked and copied (L4). Constant once opened, but for its key file.
 */
#ifndef TRYGG_AUTH_SECTION_H
#define TRYGG_AUTH_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/keyfile.h"

/* Ten years: an age beyond it is a mistake in the configuration. */
#define SECTION_MAX_STRONG_AGE ((int64_t)10 * 366 * 24 * 3600)

struct section {
    char *issuer;
    char *audience;
    struct organisation_id organisation;
    char *strong[AUTH_MAX_STRONG];
    size_t n_strong;
    char *acr_values;       /* the strong set joined with spaces, for the RFC 9470 challenge */
    int64_t strong_max_age; /* seconds */
    unsigned scopes;
    struct keyfile *keys;
};

/* Fault words as in auth_open. On failure `*ret_section` needs no closing. */
must_check enum status section_open(const struct auth_issuer *issuer, struct section *ret_section,
                                    const char **ret_fault);
void section_close(struct section *section);

bool section_is_strong(const struct section *section, const char *acr);

#endif
