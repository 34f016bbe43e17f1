/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about departures, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: none of them closes a personsak.
 */
#include <stddef.h>

#include "verbs_areas.h"

#define DEPARTURE "01a20400-5555-7a55-8a55-555555555555"

static const struct place departure_columns[] = {
    {"DATE", "date"}, {"STUDENT", "student.familyName student.givenName"},
    {"KIND", "kind"}, {"STATE", "state"},
    {"ID", "id"},     {"GROUND", "ground"},
    END_OF_PLACES,
};
static const struct view departures_view = {.list = "data", .columns = departure_columns, .empty = "No departures."};

static const struct place departure_lines[] = {
    {"Student", "student.givenName student.familyName"},
    {"Student id", "student.id"},
    {"School", "schoolId"},
    {"Kind", "kind"},
    {"Date", "date"},
    {"State", "state"},
    {"Recorded", "recordedAt"},
    {"Ended", "endedAt"},
    {"Departure", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct place due_columns[] = {
    {"DUE", "reference"},
    {"PERSONSAK", "id"},
    END_OF_PLACES,
};
static const struct view departure_view = {
    .lines = departure_lines, .list = "due", .columns = due_columns, .empty = "No personsaker due shown."};

static const struct place recorded_lines[] = {
    {"Departure", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view recorded_view = {.heading = "Recorded.", .lines = recorded_lines};

static const char *const kinds[] = {"moves", "leaves", "changesSchool", "deceased", NULL};
static const char *const states[] = {"pending", "completed", "withdrawn", NULL};

static const struct option list_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only those from this school", NULL},
    {"student", "ID", IN_QUERY, "studentId", 0, "only those of this student", NULL},
    {"state", "STATE", IN_QUERY, "state", 0, "only those", states},
    END_OF_OPTIONS,
};

static const struct option record_options[] = {
    {"school", "ID", IN_BODY, "schoolId", REQUIRED, "the school that the student leaves", NULL},
    {"kind", "KIND", IN_BODY, "kind", REQUIRED, "why", kinds},
    {"date", "DATE", IN_BODY, "date", REQUIRED, "the last day there, as 2026-12-18", NULL},
    END_OF_OPTIONS,
};

const struct verb departure_verbs[] = {
    {.words = {"departures", "list"},
     .method = "GET",
     .path = "/v1/departures",
     .traits = PAGED,
     .options = list_options,
     .view = &departures_view,
     .summary = "who leaves, or has left",
     .example = "departures list --state pending"},
    {.words = {"departures", "show"},
     .arguments = {"DEPARTURE"},
     .method = "GET",
     .path = "/v1/departures/{departureId}",
     .view = &departure_view,
     .summary = "one departure, and the personsaker that are due before it can be completed",
     .example = "departures show " DEPARTURE},
    {.words = {"departures", "record"},
     .arguments = {"STUDENT"},
     .method = "POST",
     .path = "/v1/students/{studentId}/departures",
     .options = record_options,
     .view = &recorded_view,
     .summary = "record the day a student leaves a school: enrolment, groups and ties there end",
     .example = "departures record 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11 "
                "--school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --kind moves --date 2026-12-18"},
    {.words = {"departures", "withdraw"},
     .arguments = {"DEPARTURE"},
     .method = "DELETE",
     .path = "/v1/departures/{departureId}",
     .version_path = "/v1/departures/{departureId}",
     .view = &ended_view,
     .summary = "the student stays after all",
     .example = "departures withdraw " DEPARTURE},
    {.words = {"departures", "complete"},
     .arguments = {"DEPARTURE"},
     .method = "POST",
     .path = "/v1/departures/{departureId}/completion",
     .traits = NO_BODY,
     .view = &changed_view,
     .summary = "all is done; refused, with the list, as long as a personsak is open",
     .example = "departures complete " DEPARTURE},
    END_OF_VERBS,
};
