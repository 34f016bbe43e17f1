/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about memberships, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: an external id, which may be a civic number, comes from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place membership_columns[] = {
    {"ROLE", "role"}, {"PERSON ID", "personId"}, {"SCHOOL ID", "schoolId"},
    {"FROM", "from"}, {"UNTIL", "until"},        {"ID", "id"},
    END_OF_PLACES,
};
static const struct view memberships_view = {.list = "data", .columns = membership_columns, .empty = "No memberships."};

static const struct place membership_lines[] = {
    {"Role", "role"}, {"Person", "personId"}, {"School", "schoolId"}, {"From", "from"}, {"Until", "until"},
    {"Id", "id"},     {"Version", "version"}, {"Ground", "ground"},   END_OF_PLACES,
};
static const struct view membership_view = {.lines = membership_lines};

static const char *const roles[] = {"rektor", "caseOpener", "contactTeacher", "teacher", "staff",   "health",
                                    "admin",  "student",    "guardian",       "owner",   "auditor", NULL};

static const struct option list_options[] = {
    {"person", "ID", IN_QUERY, "personId", 0, "only memberships of this person", NULL},
    {"school", "ID", IN_QUERY, "schoolId", 0, "only memberships at this school", NULL},
    {"role", "ROLE", IN_QUERY, "role", 0, "only memberships of this role", roles},
    {"on", "DATE", IN_QUERY, "on", 0, "only memberships that hold on this day", NULL},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"person", "ID", IN_BODY, "personId", REQUIRED, "the person", NULL},
    {"role", "ROLE", IN_BODY, "role", REQUIRED, "the role", roles},
    {"school", "ID", IN_BODY, "schoolId", 0, "the school; owner and auditor have none", NULL},
    PERIOD_OPTIONS,
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

const struct verb membership_verbs[] = {
    {.words = {"memberships", "list"},
     .method = "GET",
     .path = "/v1/memberships",
     .traits = PAGED,
     .options = list_options,
     .view = &memberships_view,
     .summary = "the memberships that you administer",
     .example = "memberships list --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --role teacher --on 2026-11-02"},
    {.words = {"memberships", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/memberships/{membershipId}",
     .view = &membership_view,
     .summary = "one membership"},
    {.words = {"memberships", "create"},
     .method = "POST",
     .path = "/v1/memberships",
     .options = create_options,
     .view = &created_view,
     .summary = "give a person a role",
     .example = "memberships create --person 019aa7b2-5b10-7a4e-9c61-2f4d8e6a7b01 --role teacher "
                "--school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"},
    {.words = {"memberships", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/memberships/{membershipId}",
     .version_path = "/v1/memberships/{membershipId}",
     .options = period_change_options,
     .view = &changed_view,
     .summary = "end it, or move it in time",
     .example = "memberships change 019aa7b2-5c01-7a10-8e21-0c9d8b7a6f50 --until 2027-06-18"},
    END_OF_VERBS,
};
