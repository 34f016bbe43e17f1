/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about ties, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: an external id, which may be a civic number, comes from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place tie_columns[] = {
    {"KIND", "kind"},
    {"PERSON ID", "personId"},
    {"STUDENT ID", "studentId"},
    {"FROM", "from"},
    {"UNTIL", "until"},
    {"SOURCE", "source"},
    {"ID", "id"},
    END_OF_PLACES,
};
static const struct view ties_view = {.list = "data", .columns = tie_columns, .empty = "No ties."};

static const struct place tie_lines[] = {
    {"Kind", "kind"},     {"Person", "personId"}, {"Student", "studentId"}, {"From", "from"},     {"Until", "until"},
    {"Source", "source"}, {"Id", "id"},           {"Version", "version"},   {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view tie_view = {.lines = tie_lines};

static const char *const kinds[] = {"contactTeacher", "mentor", "teacher", "observer", "health", "guardian", NULL};

static const struct option list_options[] = {
    {"student", "ID", IN_QUERY, "studentId", 0, "only ties to this student", NULL},
    {"person", "ID", IN_QUERY, "personId", 0, "only ties of this person", NULL},
    {"kind", "KIND", IN_QUERY, "kind", 0, "only ties of this kind", kinds},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"student", "ID", IN_BODY, "studentId", REQUIRED, "the student", NULL},
    {"person", "ID", IN_BODY, "personId", REQUIRED, "the person", NULL},
    {"kind", "KIND", IN_BODY, "kind", REQUIRED, "what the person is to the student", kinds},
    PERIOD_OPTIONS,
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

const struct verb tie_verbs[] = {
    {.words = {"ties", "list"},
     .method = "GET",
     .path = "/v1/ties",
     .traits = PAGED,
     .options = list_options,
     .view = &ties_view,
     .summary = "the ties that you administer",
     .example = "ties list --student 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"},
    {.words = {"ties", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/ties/{tieId}",
     .view = &tie_view,
     .summary = "one tie"},
    {.words = {"ties", "create"},
     .method = "POST",
     .path = "/v1/ties",
     .options = create_options,
     .view = &created_view,
     .summary = "tie a person to a student",
     .example = "ties create --student 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11 "
                "--person 019aa7b2-5b10-7a4e-9c61-2f4d8e6a7b01 --kind mentor"},
    {.words = {"ties", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/ties/{tieId}",
     .version_path = "/v1/ties/{tieId}",
     .options = period_change_options,
     .view = &changed_view,
     .summary = "end it, or move it in time",
     .example = "ties change 019aa7b2-5d01-7b22-9f32-1d0e9c8b7a61 --until 2027-06-18"},
    END_OF_VERBS,
};
