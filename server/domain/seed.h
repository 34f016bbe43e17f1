/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed.h: the first people of a house, made locally by `tryggd init` before the daemon runs (M1: "the first owner is made by
 * tryggd locally"). It is not reachable through the API. Everything here is checked by the same rules of shape as the API's input.
 */
#ifndef TRYGG_DOMAIN_SEED_H
#define TRYGG_DOMAIN_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/id.h"
#include "policy/policy.h"

/* Everything is filled in by the reader of the seed file (api/seed.c): ids are made there, references are resolved there. */
struct seed_organisation {
    struct organisation_id id;
    const char *key; /* as the seed calls it; it is not stored */
    const char *name;
    const char *time_zone;
};

struct seed_school {
    struct school_id id;
    const char *name;
    const char *modules[3]; /* NULL-ended unless full */
};

struct seed_person {
    struct person_id id;
    const char *given_name;
    const char *family_name;
    bool protected_person;
};

struct seed_identity {
    struct person_id person;
    const char *issuer;
    const char *subject;
};

struct seed_membership {
    struct person_id person;
    bool at_school; /* false: on the organisation */
    struct school_id school;
    enum role role;
    struct period period;
};

struct seed_group {
    struct group_id id;
    struct school_id school;
    const char *kind; /* "class" or "mentor" */
    const char *name;
};

struct seed_student {
    struct student_id id;
    bool has_person;
    struct person_id person;
    const char *given_name;
    const char *family_name;
    const char *civic_number; /* canonical (base/civic.h), or NULL */
    bool protected_person;
};

struct seed_enrolment {
    struct student_id student;
    struct school_id school;
    struct period period;
};

struct seed_group_member {
    struct group_id group;
    struct student_id student;
    struct period period;
};

struct seed_tie {
    struct student_id student;
    struct person_id person;
    enum tie_kind kind;
    struct period period;
};

/* One organisation and all that is in it. */
struct seed {
    struct seed_organisation organisation;
    const struct seed_school *schools;
    size_t n_schools;
    const struct seed_person *persons;
    size_t n_persons;
    const struct seed_identity *identities;
    size_t n_identities;
    const struct seed_membership *memberships;
    size_t n_memberships;
    const struct seed_group *groups;
    size_t n_groups;
    const struct seed_student *students;
    size_t n_students;
    const struct seed_enrolment *enrolments;
    size_t n_enrolments;
    const struct seed_group_member *group_members;
    size_t n_group_members;
    const struct seed_tie *ties;
    size_t n_ties;
};

#endif
