/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about students, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: a civic number comes from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

/* ---- How answers look ----------------------------------------------------------------------------------------------- */

static const struct place student_columns[] = {
    {"NAME", "familyName givenName"}, {"GROUPS", "groups.name"}, {"ID", "id"}, {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view students_view = {.list = "data", .columns = student_columns, .empty = "No students."};

static const struct place found_lines[] = {
    {"Found", "total"},
    END_OF_PLACES,
};
static const struct view found_view = {
    .lines = found_lines, .list = "data", .columns = student_columns, .empty = "No students."};

static const struct place student_lines[] = {
    {"Name", "givenName familyName"},
    {"Civic number", "civicNumber"},
    {"Protected", "protected"},
    {"Groups", "groups.name"},
    {"Student", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct place enrolment_columns[] = {
    {"ENROLLED AT", "schoolId"},
    {"FROM", "from"},
    {"UNTIL", "until"},
    END_OF_PLACES,
};
static const struct view student_view = {
    .lines = student_lines, .list = "enrolments", .columns = enrolment_columns, .empty = "No enrolments shown."};

static const struct place made_lines[] = {
    {"Student", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view made_view = {.heading = "Created.", .lines = made_lines};

/* ---- What can be asked ---------------------------------------------------------------------------------------------- */

static const struct option list_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only students of this school", NULL},
    {"group", "ID", IN_QUERY, "groupId", 0, "only students of this group", NULL},
    END_OF_OPTIONS,
};

static const char *const orders[] = {"name", "-name", "group", "-group", NULL};

static const struct option search_options[] = {
    {"name", "WORDS", IN_BODY, "name", 0, "beginnings of words of the name, in any order", NULL},
    {"name-file", "FILE", IN_BODY, "name", SECRET, "file with them, which keeps the name off the command line", NULL},
    {"civic-number-file", "FILE", IN_BODY, "civicNumber", SECRET, "file with the whole civic number", NULL},
    {"school", "ID", IN_BODY, "schoolId", 0, "only students of this school", NULL},
    {"group", "ID", IN_BODY, "groupId", 0, "only students of this group", NULL},
    {"sort", "ORDER", IN_BODY, "sort", 0, "by name or group, backwards with a dash; by name when left out", orders},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"school", "ID", IN_BODY, "schoolId", REQUIRED, "the school where the student is enrolled", NULL},
    {"given", "NAME", IN_BODY, "givenName", REQUIRED, "given name", NULL},
    {"family", "NAME", IN_BODY, "familyName", REQUIRED, "family name", NULL},
    {"group", "ID", IN_BODY, "groupId", 0, "a class or mentor group at that school", NULL},
    {"contact-teacher", "ID", IN_BODY, "contactTeacherId", 0,
     "person who gets the contact teacher's tie instead of you", NULL},
    {"civic-number-file", "FILE", IN_BODY, "civicNumber", SECRET, "file with the civic number", NULL},
    {"from", "DATE", IN_BODY, "enrolledFrom", 0, "first day of the enrolment, as 2026-08-17; today when left out",
     NULL},
    {"until", "DATE", IN_BODY, "enrolledUntil", OR_NONE, "last day of the enrolment", NULL},
    END_OF_OPTIONS,
};

static const struct option change_options[] = {
    {"given", "NAME", IN_BODY, "givenName", 0, "given name", NULL},
    {"family", "NAME", IN_BODY, "familyName", 0, "family name", NULL},
    {"civic-number-file", "FILE", IN_BODY, "civicNumber", SECRET | OR_NONE, "file with the civic number", NULL},
    {"protected", "YES", IN_BODY, "protected", YES_NO, "set the mark of a protected person, or lift it", NULL},
    END_OF_OPTIONS,
};

static const struct option merge_options[] = {
    {"absorbed", "ID", IN_BODY, "absorbedId", REQUIRED, "the double, whose id leads to this student from then on",
     NULL},
    END_OF_OPTIONS,
};

const struct verb student_verbs[] = {
    {.words = {"students", "list"},
     .method = "GET",
     .path = "/v1/students",
     .traits = PAGED,
     .options = list_options,
     .view = &students_view,
     .summary = "the students you may see",
     .example = "students list --group 019aa7b2-5b02-7333-8c4d-2e1f0a9b8c72"},
    {.words = {"students", "search"},
     .method = "POST",
     .path = "/v1/students/search",
     .traits = PAGED | READS,
     .options = search_options,
     .view = &found_view,
     .summary = "students by name, civic number, school or group, in order",
     .example = "students search --name 'ola h' --sort group"},
    {.words = {"students", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/students/{studentId}",
     .view = &student_view,
     .summary = "one student's card",
     .example = "students show 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"},
    {.words = {"students", "create"},
     .method = "POST",
     .path = "/v1/students",
     .options = create_options,
     .view = &made_view,
     .summary = "register a student",
     .example = "students create --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --given Tuva --family Berg"},
    {.words = {"students", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/students/{studentId}",
     .version_path = "/v1/students/{studentId}",
     .options = change_options,
     .view = &changed_view,
     .summary = "change the name, civic number or mark of protection",
     .example = "students change 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11 --version 1 --family 'Berg Lie'"},
    {.words = {"students", "merge"},
     .arguments = {"ID"},
     .method = "POST",
     .path = "/v1/students/{studentId}/merge",
     .options = merge_options,
     .view = &changed_view,
     .summary = "make a double one with this student, for good",
     .example = "students merge 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11 "
                "--absorbed 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b12"},
    END_OF_VERBS,
};
