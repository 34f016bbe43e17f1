/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about personsaker, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: what is written about a pupil can come from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

#define PERSONSAK "01a20400-1111-7a11-8a11-111111111111"
#define PERSON    "019aa7b2-5b04-7555-8e6f-4a3b2c1d0e94"

/* ---- How answers look ----------------------------------------------------------------------------------------------- */

const char *const personsak_states[] = {"open", "closed", NULL};

static const struct place personsak_columns[] = {
    {"REFERENCE", "reference"},
    {"STUDENT", "student.familyName student.givenName"},
    {"SAKSTYPE", "sakstype"},
    {"STATE", "state"},
    {"DUE", "dueOn"},
    {"HANDLER", "saksbehandler.name"},
    {"ID", "id"},
    {"GROUND", "ground"},
    END_OF_PLACES,
};
const struct view personsaker_view = {.list = "data", .columns = personsak_columns, .empty = "No personsaker."};

static const struct place found_lines[] = {
    {"Found", "total"},
    END_OF_PLACES,
};
static const struct view found_view = {
    .lines = found_lines, .list = "data", .columns = personsak_columns, .empty = "No personsaker."};

static const struct place personsak_lines[] = {
    {"Reference", "reference"},
    {"Student", "student.givenName student.familyName"},
    {"Student id", "student.id"},
    {"State", "state"},
    {"Sakstype", "sakstype"},
    {"Category", "category"},
    {"Description", "|description"},
    {"Handler", "saksbehandler.name"},
    {"Opened", "openedAt"},
    {"Opened by", "openedBy.name"},
    {"Last activity", "lastActivityAt"},
    {"Due on", "dueOn"},
    {"Closed", "closing.at"},
    {"Closed by", "closing.by.name"},
    {"Summary", "|closing.summary"},
    {"School", "schoolId"},
    {"Personsak", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct place handler_columns[] = {
    {"CO-HANDLER", "name"},
    {"PERSON", "personId"},
    END_OF_PLACES,
};
static const struct view personsak_view = {.lines = personsak_lines,
                                           .list = "medsaksbehandlere",
                                           .columns = handler_columns,
                                           .empty = "No medsaksbehandlere."};

static const struct place opened_lines[] = {
    {"Reference", "reference"}, {"Personsak", "id"}, {"Version", "version"}, {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view opened_view = {.heading = "Opened.", .lines = opened_lines};

static const struct place history_columns[] = {
    {"WHEN", "at"},         {"WHO", "by.name"},        {"WHAT", "what"},
    {"VERSION", "version"}, {"PERSON", "person.name"}, END_OF_PLACES,
};
static const struct place history_more[] = {
    {"WORDS", "|sakstype category description summary reason"},
    END_OF_PLACES,
};
static const struct view history_view = {
    .list = "data", .columns = history_columns, .more = history_more, .empty = "No history."};

static const struct place result_columns[] = {
    {"PERSONSAK", "personsakId"}, {"OUTCOME", "outcome"}, {"VERSION", "version"}, {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view results_view = {.list = "results", .columns = result_columns, .empty = "No results."};

static const struct place count_lines[] = {
    {"Open", "open"},
    {"Closed", "closed"},
    {"Due", "due"},
    {"Unhandled", "unhandled"},
    {"Proposals waiting", "waitingProposals"},
    {"School", "schoolId"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view counts_view = {.lines = count_lines};

/* ---- What can be asked ---------------------------------------------------------------------------------------------- */

static const struct option list_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only those of this school", NULL},
    {"student", "ID", IN_QUERY, "studentId", 0, "only those on this student", NULL},
    {"state", "STATE", IN_QUERY, "state", 0, "only those", personsak_states},
    {"handler", "ID", IN_QUERY, "saksbehandlerId", 0, "only those whose saksbehandler this person is", NULL},
    {"sakstype", "CODE", IN_QUERY, "sakstype", 0, "only those of this type", NULL},
    {"category", "CODE", IN_QUERY, "category", 0, "only those of this category", NULL},
    {"due", "YES", IN_QUERY, "due", YES_NO, "only those to be closed because the student leaves, or the others", NULL},
    {"unhandled", "YES", IN_QUERY, "unhandled", YES_NO,
     "only those whose saksbehandler works at the school no more, or the others", NULL},
    END_OF_OPTIONS,
};

static const struct option open_options[] = {
    {"student", "ID", IN_BODY, "studentId", REQUIRED, "the student", NULL},
    {"school", "ID", IN_BODY, "schoolId", REQUIRED, "the school", NULL},
    {"sakstype", "CODE", IN_BODY, "sakstype", REQUIRED, SAKSTYPE_HELP, NULL},
    {"category", "CODE", IN_BODY, "category", REQUIRED, CATEGORY_HELP, NULL},
    LINES_OPTIONS("description", "description", REQUIRED, "what it is about"),
    {"handler", "ID", IN_BODY, "saksbehandlerId", 0, "the saksbehandler; the tied contact teacher when left out", NULL},
    {"co-handler", "ID", IN_BODY, "medsaksbehandlere", MANY | OR_NONE, "a medsaksbehandler", NULL},
    END_OF_OPTIONS,
};

static const struct option change_options[] = {
    {"sakstype", "CODE", IN_BODY, "sakstype", 0, SAKSTYPE_HELP, NULL},
    {"category", "CODE", IN_BODY, "category", 0, CATEGORY_HELP, NULL},
    LINES_OPTIONS("description", "description", 0, "what it is about"),
    END_OF_OPTIONS,
};

static const struct option handler_options[] = {
    {"person", "ID", IN_BODY, "personId", REQUIRED, "the person, staff of the school", NULL},
    END_OF_OPTIONS,
};

static const struct option hand_over_options[] = {
    {"to", "ID", IN_BODY, "saksbehandlerId", REQUIRED, "the new saksbehandler", NULL},
    {"stay", "YES", IN_BODY, "stay", YES_NO, "whether the old one goes on as a medsaksbehandler; no when left out",
     NULL},
    END_OF_OPTIONS,
};

static const struct option close_options[] = {
    LINES_OPTIONS("summary", "summary", REQUIRED, "how it ended"),
    END_OF_OPTIONS,
};

static const struct option reopen_options[] = {
    LINES_OPTIONS("reason", "reason", REQUIRED, "why it is taken up again"),
    END_OF_OPTIONS,
};

static const struct option count_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", REQUIRED, "the school", NULL},
    END_OF_OPTIONS,
};

static const char *const closures_fills[] = {"items", NULL};

/* ---- The verbs ------------------------------------------------------------------------------------------------------ */

const struct verb personsak_verbs[] = {
    {.words = {"personsaker", "list"},
     .method = "GET",
     .path = "/v1/personsaker",
     .traits = PAGED,
     .options = list_options,
     .view = &found_view,
     .summary = "the personsaker that you may read, newest activity first",
     .example = "personsaker list --state open --due yes"},
    {.words = {"personsaker", "show"},
     .arguments = {"PERSONSAK"},
     .method = "GET",
     .path = "/v1/personsaker/{personsakId}",
     .view = &personsak_view,
     .summary = "one personsak; what happened in it: trygg hendelser list",
     .example = "personsaker show " PERSONSAK},
    {.words = {"personsaker", "open"},
     .method = "POST",
     .path = "/v1/personsaker",
     .options = open_options,
     .view = &opened_view,
     .summary = "open a personsak on a student",
     .example = "personsaker open --student 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11 "
                "--school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --sakstype skolemiljo --category mobbing "
                "--description-file words.txt"},
    {.words = {"personsaker", "change"},
     .arguments = {"PERSONSAK"},
     .method = "PATCH",
     .path = "/v1/personsaker/{personsakId}",
     .version_path = "/v1/personsaker/{personsakId}",
     .options = change_options,
     .view = &changed_view,
     .summary = "change what it is about; what stood there stays in its history",
     .example = "personsaker change " PERSONSAK " --category mobbing"},
    {.words = {"personsaker", "history"},
     .arguments = {"PERSONSAK"},
     .method = "GET",
     .path = "/v1/personsaker/{personsakId}/history",
     .traits = PAGED,
     .view = &history_view,
     .summary = "what it was before, who handled it, and when it was closed; oldest first"},
    {.words = {"personsaker", "add-handler"},
     .arguments = {"PERSONSAK"},
     .method = "POST",
     .path = "/v1/personsaker/{personsakId}/medsaksbehandlere",
     .options = handler_options,
     .view = &changed_view,
     .summary = "let a person in as a medsaksbehandler, who sees all of it from then on",
     .example = "personsaker add-handler " PERSONSAK " --person " PERSON},
    {.words = {"personsaker", "remove-handler"},
     .arguments = {"PERSONSAK", "PERSON"},
     .method = "DELETE",
     .path = "/v1/personsaker/{personsakId}/medsaksbehandlere/{personId}",
     .version_path = "/v1/personsaker/{personsakId}",
     .view = &ended_view,
     .summary = "take a medsaksbehandler off it, at once",
     .example = "personsaker remove-handler " PERSONSAK " " PERSON},
    {.words = {"personsaker", "hand-over"},
     .arguments = {"PERSONSAK"},
     .method = "POST",
     .path = "/v1/personsaker/{personsakId}/handover",
     .options = hand_over_options,
     .view = &changed_view,
     .summary = "make another person its saksbehandler",
     .example = "personsaker hand-over " PERSONSAK " --to " PERSON " --stay yes"},
    {.words = {"personsaker", "close"},
     .arguments = {"PERSONSAK"},
     .method = "POST",
     .path = "/v1/personsaker/{personsakId}/closure",
     .options = close_options,
     .view = &changed_view,
     .summary = "close it; from then on it is only read",
     .example = "personsaker close " PERSONSAK " --summary-file summary.txt"},
    {.words = {"personsaker", "close-many"},
     .arguments = {"FILE"},
     .act = ACT_CLOSE_MANY,
     .method = "POST",
     .path = "/v1/personsaker/closures",
     .fills = closures_fills,
     .view = &results_view,
     .summary = "close those of a file, each with its summary, and tell what became of each",
     .note =
         "FILE has one personsak per line: its id, a tab, and its summary. It may also be JSON, as the contract has "
         "it: an\n"
         "array, an object {\"items\": [...]}, or one object per line, {\"personsakId\": ..., \"summary\": ...}, "
         "each with\n"
         "the \"version\" that it is for, if it is to be closed in no other. - is standard input. Each personsak "
         "is\n"
         "closed or left for itself, and sending the same file again closes none twice.",
     .example = "personsaker close-many summaries.tsv"},
    {.words = {"personsaker", "reopen"},
     .arguments = {"PERSONSAK"},
     .method = "POST",
     .path = "/v1/personsaker/{personsakId}/reopening",
     .options = reopen_options,
     .view = &changed_view,
     .summary = "take a closed one up again",
     .example = "personsaker reopen " PERSONSAK " --reason 'closed by mistake'"},
    {.words = {"personsaker", "counts"},
     .method = "GET",
     .path = "/v1/personsaker/counts",
     .options = count_options,
     .view = &counts_view,
     .summary = "how many a school has: open, closed, due, without a handler",
     .example = "personsaker counts --school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"},
    {.words = {"personsaker", "activity"},
     .arguments = {"PERSONSAK"},
     .method = "GET",
     .path = "/v1/personsaker/{personsakId}/activity",
     .traits = PAGED | ENDLESS,
     .options = activity_case_filters,
     .view = &activity_view,
     .summary = "who did, read or was refused what about it, newest first",
     .example = "personsaker activity " PERSONSAK " --limit 20"},
    END_OF_VERBS,
};
