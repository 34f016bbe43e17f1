/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about enrolments, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: civic numbers and external ids, which may be such, come from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place enrolment_columns[] = {
    {"STUDENT ID", "studentId"},
    {"SCHOOL ID", "schoolId"},
    {"FROM", "from"},
    {"UNTIL", "until"},
    {"ID", "id"},
    END_OF_PLACES,
};
static const struct view enrolments_view = {.list = "data", .columns = enrolment_columns, .empty = "No enrolments."};

static const struct place enrolment_lines[] = {
    {"Student", "studentId"}, {"School", "schoolId"}, {"From", "from"}, {"Until", "until"}, {"Id", "id"},
    {"Version", "version"},   {"Ground", "ground"},   END_OF_PLACES,
};
static const struct view enrolment_view = {.lines = enrolment_lines};

static const struct option list_options[] = {
    {"student", "ID", IN_QUERY, "studentId", 0, "only enrolments of this student", NULL},
    {"school", "ID", IN_QUERY, "schoolId", 0, "only enrolments at this school", NULL},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"school", "ID", IN_BODY, "schoolId", REQUIRED, "the school", NULL},
    {"student", "ID", IN_BODY, "studentId", 0, "the student, one whom you may see", NULL},
    {"civic-number-file", "FILE", IN_BODY, "civicNumber", SECRET,
     "or file with the civic number, of any student of the organisation", NULL},
    PERIOD_OPTIONS,
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

const struct verb enrolment_verbs[] = {
    {.words = {"enrolments", "list"},
     .method = "GET",
     .path = "/v1/enrolments",
     .traits = PAGED,
     .options = list_options,
     .view = &enrolments_view,
     .summary = "who goes, went or is to go to the schools that you lead or administer",
     .example = "enrolments list --student 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"},
    {.words = {"enrolments", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/enrolments/{enrolmentId}",
     .view = &enrolment_view,
     .summary = "one enrolment"},
    {.words = {"enrolments", "create"},
     .method = "POST",
     .path = "/v1/enrolments",
     .options = create_options,
     .view = &created_view,
     .summary = "enrol a student whom the organisation knows",
     .example = "enrolments create --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --civic-number-file -"},
    {.words = {"enrolments", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/enrolments/{enrolmentId}",
     .version_path = "/v1/enrolments/{enrolmentId}",
     .options = period_change_options,
     .view = &changed_view,
     .summary = "end it, or move it in time",
     .example = "enrolments change 019aa7b2-5d01-7b22-8a13-7c6d5e4f3a21 --until 2027-06-18"},
    END_OF_VERBS,
};
