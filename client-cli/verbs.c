/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verbs of trygg, their options and how their answers look, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: one verb is one operation of the contract.
 */
#include "verbs.h"

#define END_OF_PLACES                                                                                                  \
    {                                                                                                                  \
        NULL, NULL                                                                                                     \
    }

/* ---- How answers look ----------------------------------------------------------------------------------------------- */

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

static const struct place student_columns[] = {
    {"NAME", "familyName givenName"}, {"GROUPS", "groups.name"}, {"ID", "id"}, {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view students_view = {.list = "data", .columns = student_columns, .empty = "No students."};

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

static const struct place created_lines[] = {
    {"Student", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view created_view = {.heading = "Created.", .lines = created_lines};

static const struct place api_lines[] = {
    {"Service", "name"}, {"Version", "version"}, {"Contract", "contractVersion"}, {"Contract at", "links.contract"},
    END_OF_PLACES,
};
static const struct view api_view = {.lines = api_lines};

/* ---- What can be asked ---------------------------------------------------------------------------------------------- */

#define END_OF_OPTIONS                                                                                                 \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

static const struct option list_options[] = {
    {"school", "ID", OPTION_QUERY, "schoolId", false, "only students of this school"},
    {"group", "ID", OPTION_QUERY, "groupId", false, "only students of this group"},
    {"limit", "N", OPTION_LIMIT, NULL, false, "at most so many students"},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"school", "ID", OPTION_BODY, "schoolId", true, "the school where the student is enrolled"},
    {"given", "NAME", OPTION_BODY, "givenName", true, "given name"},
    {"family", "NAME", OPTION_BODY, "familyName", true, "family name"},
    {"group", "ID", OPTION_BODY, "groupId", false, "a class at that school"},
    {"contact-teacher", "ID", OPTION_BODY, "contactTeacherId", false,
     "person who gets the contact teacher's tie instead of you"},
    {"civic-number-file", "FILE", OPTION_BODY_FROM_FILE, "civicNumber", false,
     "file with the civic number; - is standard input"},
    {"from", "DATE", OPTION_BODY, "enrolledFrom", false,
     "first day of the enrolment, as 2026-08-17; today when left out"},
    {"until", "DATE", OPTION_BODY, "enrolledUntil", false, "last day of the enrolment"},
    {"idempotency-key", "KEY", OPTION_KEY, NULL, false, "the key of an earlier try, to make it at most once"},
    END_OF_OPTIONS,
};

const struct verb verbs[] = {
    {.words = {"me"},
     .method = "GET",
     .path = "/v1/me",
     .view = &me_view,
     .summary = "who you are and where you belong"},
    {.words = {"students", "list"},
     .method = "GET",
     .path = "/v1/students",
     .paged = true,
     .options = list_options,
     .view = &students_view,
     .summary = "the students you may see"},
    {.words = {"students", "show"},
     .argument = "ID",
     .method = "GET",
     .path = "/v1/students/*",
     .view = &student_view,
     .summary = "one student's card"},
    {.words = {"students", "create"},
     .method = "POST",
     .path = "/v1/students",
     .options = create_options,
     .view = &created_view,
     .summary = "register a student"},
    {.words = {"api"},
     .method = "GET",
     .path = "/api-info",
     .open = true,
     .view = &api_view,
     .summary = "which API the server speaks"},
    {.words = {NULL}},
};
