/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs that read the activity log, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: every log takes the same filters.
 */
#include <stddef.h>

#include "verbs_areas.h"

/* Three ids do not fit a screen's line: the first tells who did what, the second on what; the third names the row, for its proof. */
static const struct place activity_columns[] = {
    {"WHEN", "at"},
    {"WHO", "actor.kind actor.personId"},
    {"OPERATION", "operation"},
    {"OUTCOME", "outcome"},
    {"GROUND", "ground"},
    END_OF_PLACES,
};
static const struct place activity_more[] = {
    {"OBJECT", "objectKind objectId"},
    {"STUDENT", "studentId"},
    {"SHOWN", "shownStudents"},
    {"CLIENT", "client"},
    END_OF_PLACES,
};
static const struct place activity_last[] = {
    {"ROW", "id"},
    END_OF_PLACES,
};
const struct view activity_view = {
    .list = "data", .columns = activity_columns, .more = activity_more, .last = activity_last, .empty = "No rows."};

static const char *const outcomes[] = {"allowed", "refused", "replayed", NULL};

#define WHEN_FILTERS                                                                                                   \
    {"from", "TIME", IN_QUERY, "from", 0, "only rows of this time or later, as 2026-11-01T00:00:00Z", NULL},           \
        {"until", "TIME", IN_QUERY, "until", 0, "only rows of before this time", NULL},                                \
    {                                                                                                                  \
        "actor", "ID", IN_QUERY, "actorId", 0, "only what this person did", NULL                                       \
    }

#define WHAT_FILTERS                                                                                                   \
    {"outcome", "OUTCOME", IN_QUERY, "outcome", 0, "only what ended so", outcomes},                                    \
    {                                                                                                                  \
        "operation", "NAME", IN_QUERY, "operation", 0, "only this operation, by its operationId, such as getStudent",  \
            NULL                                                                                                       \
    }

static const struct option filters[] = {
    WHEN_FILTERS,
    {"student", "ID", IN_QUERY, "studentId", 0, "only rows about this student, and lists that showed this student",
     NULL},
    {"object", "ID", IN_QUERY, "objectId", 0, "only what was about this very thing", NULL},
    WHAT_FILTERS,
    END_OF_OPTIONS,
};

const struct option activity_case_filters[] = {WHEN_FILTERS, WHAT_FILTERS, END_OF_OPTIONS};

const struct verb activity_verbs[] = {
    {.words = {"activity", "school"},
     .arguments = {"SCHOOL"},
     .method = "GET",
     .path = "/v1/schools/{schoolId}/activity",
     .traits = PAGED | ENDLESS,
     .options = filters,
     .view = &activity_view,
     .summary = "who did, read or was refused what at a school, newest first",
     .example = "activity school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --operation getStudent --limit 20"},
    {.words = {"activity", "organisation"},
     .method = "GET",
     .path = "/v1/organisation/activity",
     .traits = PAGED | ENDLESS,
     .options = filters,
     .view = &activity_view,
     .summary = "the same for what belongs to no school",
     .example = "activity organisation --from 2026-11-01T00:00:00Z"},
    END_OF_VERBS,
};
