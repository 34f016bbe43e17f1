/* SPDX-License-Identifier: EUPL-1.2 */
/* person.h: who one is: the caller's own name and memberships (/v1/me). */
#ifndef TRYGG_DOMAIN_PERSON_H
#define TRYGG_DOMAIN_PERSON_H

#include "domain/scene.h"

struct person_membership {
    bool at_school;
    struct school_id school;
    const char *school_name;
    enum role role;
    struct period period;
};

struct person_self {
    struct person_id id; /* all out */
    int64_t version;
    const char *given_name;
    const char *family_name;
    const char *organisation_name;
    const struct person_membership *memberships; /* those that hold or are to come */
    size_t n_memberships;
    const char *ground;

    struct key_id key; /* as fetched, until the columns are opened */
    struct sealed sealed_given_name, sealed_family_name;
};
extern const struct read_case person_self_case;

#endif
