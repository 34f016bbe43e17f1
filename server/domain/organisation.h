/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * organisation.h: the caller's own organisation (M1). There is no other: it is made locally, with its keys and its time zone. Inputs are
 * filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_ORGANISATION_H
#define TRYGG_DOMAIN_ORGANISATION_H

#include "domain/registry.h"

struct organisation {
    struct organisation_id id;
    int64_t version;
    const char *name;
    const char *time_zone;
    const char *ground;
};

struct organisation_read {
    struct organisation organisation; /* out */
};
extern const struct read_case organisation_read_case;

/* Changes or puts the organisation. A put gives it the external id if that is nobody's yet. */
struct organisation_write {
    struct target target;
    const char *name; /* NULL: stays */

    struct organisation stored; /* by relate: what is there */
    bool attaches;              /* by relate: the external id is new */
};
extern const struct write_case organisation_write_case;

#endif
