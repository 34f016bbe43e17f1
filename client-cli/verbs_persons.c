/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about people and their logins, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: a login's subject and an external id, which may be civic numbers, come from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

/* ---- People --------------------------------------------------------------------------------------------------------- */

static const struct place person_columns[] = {
    {"NAME", "familyName givenName"}, {"PROTECTED", "protected"}, {"ID", "id"}, {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view persons_view = {.list = "data", .columns = person_columns, .empty = "No people."};

static const struct place person_lines[] = {
    {"Name", "givenName familyName"}, {"Protected", "protected"}, {"Person", "id"},
    {"Version", "version"},           {"Ground", "ground"},       END_OF_PLACES,
};
static const struct view person_view = {.lines = person_lines};

static const char *const roles[] = {"rektor", "caseOpener", "contactTeacher", "teacher", "staff",   "health",
                                    "admin",  "student",    "guardian",       "owner",   "auditor", NULL};

static const struct option list_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only people with a membership at this school", NULL},
    {"role", "ROLE", IN_QUERY, "role", 0, "only people with a membership of this role", roles},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"given", "NAME", IN_BODY, "givenName", REQUIRED, "given name", NULL},
    {"family", "NAME", IN_BODY, "familyName", REQUIRED, "family name", NULL},
    {"protected", "YES", IN_BODY, "protected", YES_NO, "whether the person is protected", NULL},
    {"role", "ROLE", IN_BODY, "membership.role", 0, "the role of a first membership", roles},
    {"school", "ID", IN_BODY, "membership.schoolId", 0, "its school; owner and auditor have none", NULL},
    {"from", "DATE", IN_BODY, "membership.from", 0, "its first day, as 2026-08-17; today when left out", NULL},
    {"until", "DATE", IN_BODY, "membership.until", OR_NONE, "its last day", NULL},
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

static const struct option change_options[] = {
    {"given", "NAME", IN_BODY, "givenName", 0, "given name", NULL},
    {"family", "NAME", IN_BODY, "familyName", 0, "family name", NULL},
    {"protected", "YES", IN_BODY, "protected", YES_NO, "set your mark of protection, or lift it", NULL},
    END_OF_OPTIONS,
};

const struct verb person_verbs[] = {
    {.words = {"persons", "list"},
     .method = "GET",
     .path = "/v1/persons",
     .traits = PAGED,
     .options = list_options,
     .view = &persons_view,
     .summary = "the people you may see",
     .example = "persons list --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --role contactTeacher"},
    {.words = {"persons", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/persons/{personId}",
     .view = &person_view,
     .summary = "one person"},
    {.words = {"persons", "create"},
     .method = "POST",
     .path = "/v1/persons",
     .options = create_options,
     .view = &created_view,
     .summary = "make a person, with a first membership",
     .example = "persons create --given Kari --family Nordmann --role teacher "
                "--school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"},
    {.words = {"persons", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/persons/{personId}",
     .version_path = "/v1/persons/{personId}",
     .options = change_options,
     .view = &changed_view,
     .summary = "change the name, or the mark of protection",
     .example = "persons change 019aa7b2-5b10-7a4e-9c61-2f4d8e6a7b01 --family Berg"},
    END_OF_VERBS,
};

/* ---- Logins --------------------------------------------------------------------------------------------------------- */

static const struct place identity_columns[] = {
    {"ISSUER", "issuer"}, {"SUBJECT", "subject"}, {"ENDED", "endedAt"}, {"ID", "id"}, END_OF_PLACES,
};
static const struct view identities_view = {.list = "data", .columns = identity_columns, .empty = "No logins."};

static const struct place identity_lines[] = {
    {"Issuer", "issuer"}, {"Subject", "subject"}, {"Person", "personId"}, {"Ended", "endedAt"},
    {"Id", "id"},         {"Version", "version"}, {"Ground", "ground"},   END_OF_PLACES,
};
static const struct view identity_view = {.lines = identity_lines};

static const struct option identity_list_options[] = {
    {"person", "ID", IN_QUERY, "personId", REQUIRED, "the person whose logins they are", NULL},
    END_OF_OPTIONS,
};

static const struct option identity_create_options[] = {
    {"person", "ID", IN_BODY, "personId", REQUIRED, "the person who is to log in with it", NULL},
    {"issuer", "URL", IN_BODY, "issuer", REQUIRED, "the login provider, as its tokens say it", NULL},
    {"subject-file", "FILE", IN_BODY, "subject", SECRET | REQUIRED,
     "file with what the provider's tokens call the person", NULL},
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

const struct verb identity_verbs[] = {
    {.words = {"identities", "list"},
     .method = "GET",
     .path = "/v1/identities",
     .traits = PAGED,
     .options = identity_list_options,
     .view = &identities_view,
     .summary = "the logins of one person, those that have ended as well",
     .example = "identities list --person 019aa7b2-5b10-7a4e-9c61-2f4d8e6a7b01"},
    {.words = {"identities", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/identities/{identityId}",
     .view = &identity_view,
     .summary = "one login"},
    {.words = {"identities", "create"},
     .method = "POST",
     .path = "/v1/identities",
     .options = identity_create_options,
     .view = &created_view,
     .summary = "give a person a login",
     .example = "identities create --person 019aa7b2-5b10-7a4e-9c61-2f4d8e6a7b01 "
                "--issuer https://login.example.no --subject-file -"},
    {.words = {"identities", "end"},
     .arguments = {"ID"},
     .method = "DELETE",
     .path = "/v1/identities/{identityId}",
     .version_path = "/v1/identities/{identityId}",
     .view = &ended_view,
     .summary = "end a login; from then on it lets nobody in",
     .example = "identities end 019aa7b2-6c02-7555-8d6e-4a3b2c1d0e94"},
    END_OF_VERBS,
};
