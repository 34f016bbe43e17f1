/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about groups, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: an external id, which may be a civic number, comes from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place group_columns[] = {
    {"NAME", "name"}, {"KIND", "kind"}, {"SCHOOL ID", "schoolId"}, {"ID", "id"}, {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view groups_view = {.list = "data", .columns = group_columns, .empty = "No groups."};

static const struct place group_lines[] = {
    {"Name", "name"},       {"Kind", "kind"},     {"School", "schoolId"}, {"Group", "id"},
    {"Version", "version"}, {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view group_view = {.lines = group_lines};

static const char *const kinds[] = {"class", "mentor", NULL};

static const struct option list_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only groups of this school", NULL},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"school", "ID", IN_BODY, "schoolId", REQUIRED, "the school", NULL},
    {"kind", "KIND", IN_BODY, "kind", REQUIRED, "what kind of group it is", kinds},
    {"name", "NAME", IN_BODY, "name", REQUIRED, "its name", NULL},
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

static const struct option change_options[] = {
    {"kind", "KIND", IN_BODY, "kind", 0, "what kind of group it is", kinds},
    {"name", "NAME", IN_BODY, "name", 0, "its name", NULL},
    END_OF_OPTIONS,
};

/* ---- Members -------------------------------------------------------------------------------------------------------- */

static const struct place member_columns[] = {
    {"STUDENT ID", "studentId"},
    {"GROUP ID", "groupId"},
    {"FROM", "from"},
    {"UNTIL", "until"},
    {"ID", "id"},
    END_OF_PLACES,
};
static const struct view members_view = {.list = "data", .columns = member_columns, .empty = "No members."};

static const struct place member_lines[] = {
    {"Student", "studentId"}, {"Group", "groupId"}, {"From", "from"}, {"Until", "until"}, {"Id", "id"},
    {"Version", "version"},   {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view member_view = {.lines = member_lines};

static const struct option member_list_options[] = {
    {"group", "ID", IN_QUERY, "groupId", 0, "only members of this group", NULL},
    {"student", "ID", IN_QUERY, "studentId", 0, "only the groups of this student", NULL},
    END_OF_OPTIONS,
};

static const struct option member_add_options[] = {
    {"group", "ID", IN_BODY, "groupId", REQUIRED, "the group", NULL},
    {"student", "ID", IN_BODY, "studentId", REQUIRED, "the student", NULL},
    PERIOD_OPTIONS,
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

/* ---- What can be asked ---------------------------------------------------------------------------------------------- */

const struct verb group_verbs[] = {
    {.words = {"groups", "list"},
     .method = "GET",
     .path = "/v1/groups",
     .traits = PAGED,
     .options = list_options,
     .view = &groups_view,
     .summary = "the groups that you administer",
     .example = "groups list --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"},
    {.words = {"groups", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/groups/{groupId}",
     .view = &group_view,
     .summary = "one group",
     .example = "groups show 019aa7b2-5b02-7333-8c4d-2e1f0a9b8c72"},
    {.words = {"groups", "create"},
     .method = "POST",
     .path = "/v1/groups",
     .options = create_options,
     .view = &created_view,
     .summary = "make a group",
     .example = "groups create --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --kind class --name 7B"},
    {.words = {"groups", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/groups/{groupId}",
     .version_path = "/v1/groups/{groupId}",
     .options = change_options,
     .view = &changed_view,
     .summary = "change its name or kind",
     .example = "groups change 019aa7b2-5b02-7333-8c4d-2e1f0a9b8c72 --name 8B"},
    {.words = {"groups", "members", "list"},
     .method = "GET",
     .path = "/v1/group-members",
     .traits = PAGED,
     .options = member_list_options,
     .view = &members_view,
     .summary = "which students were, are or are to be in which groups",
     .example = "groups members list --group 019aa7b2-5b02-7333-8c4d-2e1f0a9b8c72"},
    {.words = {"groups", "members", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/group-members/{memberId}",
     .view = &member_view,
     .summary = "one of them"},
    {.words = {"groups", "members", "add"},
     .method = "POST",
     .path = "/v1/group-members",
     .options = member_add_options,
     .view = &created_view,
     .summary = "put a student into a group",
     .example = "groups members add --group 019aa7b2-5b02-7333-8c4d-2e1f0a9b8c72 "
                "--student 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"},
    {.words = {"groups", "members", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/group-members/{memberId}",
     .version_path = "/v1/group-members/{memberId}",
     .options = period_change_options,
     .view = &changed_view,
     .summary = "end it, or move it in time",
     .example = "groups members change 019aa7b2-5b03-7444-9d5e-3f2a1b0c9d83 --until 2026-12-18"},
    END_OF_VERBS,
};
