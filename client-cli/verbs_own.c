/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about the caller, the service and trygg itself, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: a verb that needs no token says so.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place me_lines[] = {
    {"Name", "givenName familyName"},
    {"Organisation", "organisation.name"},
    {"Strong login", "login.strong"},
    {"Scopes", "login.scopes"},
    {"Person", "id"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct place me_columns[] = {
    {"ROLE", "role"},   {"SCHOOL", "schoolName"},  {"FROM", "from"},
    {"UNTIL", "until"}, {"SCHOOL ID", "schoolId"}, END_OF_PLACES,
};
static const struct view me_view = {
    .lines = me_lines, .list = "memberships", .columns = me_columns, .empty = "No memberships."};

static const struct option case_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only those of this school", NULL},
    {"state", "STATE", IN_QUERY, "state", 0, "only those; the open ones when left out", personsak_states},
    END_OF_OPTIONS,
};

const struct verb me_verbs[] = {
    {.words = {"me"},
     .method = "GET",
     .path = "/v1/me",
     .view = &me_view,
     .summary = "who you are and where you belong",
     .example = "me --profile work"},
    {.words = {"me", "cases"},
     .method = "GET",
     .path = "/v1/me/cases",
     .traits = PAGED,
     .options = case_options,
     .view = &personsaker_view,
     .summary = "the personsaker that you handle, newest activity first",
     .example = "me cases"},
    END_OF_VERBS,
};

static const struct place api_lines[] = {
    {"Service", "name"}, {"Version", "version"}, {"Contract", "contractVersion"}, {"Contract at", "links.contract"},
    END_OF_PLACES,
};
static const struct view api_view = {.lines = api_lines};

const struct verb api_verbs[] = {
    {.words = {"api"},
     .method = "GET",
     .path = "/api-info",
     .traits = OPEN,
     .view = &api_view,
     .summary = "which API the server speaks"},
    END_OF_VERBS,
};

const struct verb completion_verbs[] = {
    {.words = {"completion", "bash"},
     .act = ACT_COMPLETION,
     .summary = "a script that completes what you type, for bash",
     .example = "completion bash >~/.local/share/bash-completion/completions/trygg"},
    {.words = {"completion", "zsh"},
     .act = ACT_COMPLETION,
     .summary = "the same for zsh",
     .example = "completion zsh >~/.zfunc/_trygg"},
    {.words = {"completion", "list"}, .act = ACT_COMPLETION, .summary = "every verb, option and operation, as JSON"},
    {.words = {"completion", "profiles"},
     .act = ACT_COMPLETION,
     .summary = "the profiles of the configuration, one per line; those two scripts ask it"},
    END_OF_VERBS,
};
