/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about changes and who is told of them, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: a change tells where to look, never what is there.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place change_lines[] = {
    {"Page token", "pageToken"},
    END_OF_PLACES,
};
static const struct place change_columns[] = {
    {"WHEN", "at"}, {"KIND", "kind"}, {"ID", "id"}, {"STUDENT", "studentId"}, {"OPERATION", "operation"}, END_OF_PLACES,
};
static const struct view changes_view = {
    .lines = change_lines, .list = "data", .columns = change_columns, .empty = "Nothing was changed."};

static const struct option change_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "of this school; without it, of what belongs to no school", NULL},
    {"since", "TIME", IN_QUERY, "since", 0, "only changes of this time or later, as 2026-11-01T00:00:00Z", NULL},
    END_OF_OPTIONS,
};

const struct verb change_verbs[] = {
    {.words = {"changes", "list"},
     .method = "GET",
     .path = "/v1/changes",
     .traits = PAGED | FEED,
     .options = change_options,
     .view = &changes_view,
     .summary = "what was changed, oldest first: where to look, not what is there",
     .note =
         "Up to 10000 at a time, unless --limit says otherwise. Keep the page token: with --page-token the list goes "
         "on\n"
         "where it ended, then or a year later.",
     .example = "changes list --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --json"},
    END_OF_VERBS,
};

static const struct place webhook_columns[] = {
    {"ID", "id"},         {"CLIENT", "client"}, {"ADDRESS", "url"}, {"SCHOOL", "schoolId"}, {"FAILURES", "failures"},
    {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view webhooks_view = {.list = "data", .columns = webhook_columns, .empty = "No webhooks."};
static const struct place webhook_lines[] = {
    {"Address", "url"}, {"School", "schoolId"}, {"Client", "client"}, {"Made", "createdAt"}, {"Failures", "failures"},
    {"Id", "id"},       {"Version", "version"}, {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view webhook_view = {.lines = webhook_lines};
static const struct place added_lines[] = {
    {"Secret", "secret"}, {"Id", "id"}, {"Version", "version"}, {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view added_view = {.heading = "Created.", .lines = added_lines};
static const struct view removed_view = {.heading = "Removed."};

static const struct option add_options[] = {
    {"url", "URL", IN_BODY, "url", REQUIRED, "where the wake-ups go: https, at a public address", NULL},
    {"school", "ID", IN_BODY, "schoolId", 0, "for changes of this school; without it, of what belongs to no school",
     NULL},
    {"secret-file", "FILE", IN_BODY, "secret", SECRET,
     "file with the secret that wake-ups are signed with, whsec_...; when left out, one is made and shown once", NULL},
    END_OF_OPTIONS,
};

const struct verb webhook_verbs[] = {
    {.words = {"webhooks", "list"},
     .method = "GET",
     .path = "/v1/webhooks",
     .traits = PAGED,
     .view = &webhooks_view,
     .summary = "who is woken"},
    {.words = {"webhooks", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/webhooks/{webhookId}",
     .view = &webhook_view,
     .summary = "one webhook"},
    {.words = {"webhooks", "add"},
     .method = "POST",
     .path = "/v1/webhooks",
     .options = add_options,
     .view = &added_view,
     .summary = "be woken when something was changed; the wake-up itself says nothing",
     .example = "webhooks add --url https://plattform.example/wake --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"},
    {.words = {"webhooks", "remove"},
     .arguments = {"ID"},
     .method = "DELETE",
     .path = "/v1/webhooks/{webhookId}",
     .version_path = "/v1/webhooks/{webhookId}",
     .view = &removed_view,
     .summary = "be woken no more"},
    END_OF_VERBS,
};
