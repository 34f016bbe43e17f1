/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about proposals of personsaker, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: what is written about a pupil can come from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

#define PROPOSAL "01a20400-2222-7a22-8a22-222222222222"

static const char *const states[] = {"waiting", "accepted", "declined", NULL};

static const struct place proposal_columns[] = {
    {"PROPOSED", "proposedAt"},    {"STUDENT", "student.familyName student.givenName"},
    {"SAKSTYPE", "sakstype"},      {"STATE", "state"},
    {"PROPOSER", "proposer.name"}, {"ID", "id"},
    {"GROUND", "ground"},          END_OF_PLACES,
};
static const struct view proposals_view = {.list = "data", .columns = proposal_columns, .empty = "No proposals."};

static const struct place proposal_lines[] = {
    {"Student", "student.givenName student.familyName"},
    {"Student id", "student.id"},
    {"Sakstype", "sakstype"},
    {"Why", "|why"},
    {"Proposer", "proposer.name"},
    {"Proposed", "proposedAt"},
    {"State", "state"},
    {"Decided", "decidedAt"},
    {"Decided by", "decidedBy.name"},
    {"Answer", "|answer"},
    {"Personsak", "personsakId"},
    {"School", "schoolId"},
    {"Proposal", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view proposal_view = {.lines = proposal_lines};

static const struct place proposed_lines[] = {
    {"Proposal", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view proposed_view = {.heading = "Proposed.", .lines = proposed_lines};

static const struct place accepted_lines[] = {
    {"Reference", "reference"}, {"Personsak", "id"}, {"Version", "version"}, {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view accepted_view = {.heading = "Opened.", .lines = accepted_lines};

static const struct option list_options[] = {
    {"school", "ID", IN_QUERY, "schoolId", 0, "only those at this school", NULL},
    {"student", "ID", IN_QUERY, "studentId", 0, "only those on this student", NULL},
    {"state", "STATE", IN_QUERY, "state", 0, "only those", states},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"student", "ID", IN_BODY, "studentId", REQUIRED, "the student", NULL},
    {"school", "ID", IN_BODY, "schoolId", REQUIRED, "the school", NULL},
    {"sakstype", "CODE", IN_BODY, "sakstype", REQUIRED, SAKSTYPE_HELP, NULL},
    LINES_OPTIONS("why", "why", REQUIRED, "why there should be one"),
    END_OF_OPTIONS,
};

static const struct option accept_options[] = {
    {"sakstype", "CODE", IN_BODY, "sakstype", 0, SAKSTYPE_HELP "; the proposed one when left out", NULL},
    {"category", "CODE", IN_BODY, "category", REQUIRED, CATEGORY_HELP, NULL},
    LINES_OPTIONS("description", "description", REQUIRED, "what it is about"),
    {"handler", "ID", IN_BODY, "saksbehandlerId", 0, "the saksbehandler; the tied contact teacher when left out", NULL},
    {"co-handler", "ID", IN_BODY, "medsaksbehandlere", MANY | OR_NONE, "a medsaksbehandler", NULL},
    END_OF_OPTIONS,
};

static const struct option decline_options[] = {
    LINES_OPTIONS("reason", "reason", REQUIRED, "why not; the proposer reads it"),
    END_OF_OPTIONS,
};

const struct verb proposal_verbs[] = {
    {.words = {"proposals", "list"},
     .method = "GET",
     .path = "/v1/proposals",
     .traits = PAGED,
     .options = list_options,
     .view = &proposals_view,
     .summary = "the proposals that you made, or that are yours to decide",
     .example = "proposals list --state waiting"},
    {.words = {"proposals", "show"},
     .arguments = {"PROPOSAL"},
     .method = "GET",
     .path = "/v1/proposals/{proposalId}",
     .view = &proposal_view,
     .summary = "one proposal",
     .example = "proposals show " PROPOSAL},
    {.words = {"proposals", "create"},
     .method = "POST",
     .path = "/v1/proposals",
     .options = create_options,
     .view = &proposed_view,
     .summary = "propose a personsak on a student",
     .example = "proposals create --student 019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11 "
                "--school 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --sakstype skolemiljo --why-file why.txt"},
    {.words = {"proposals", "accept"},
     .arguments = {"PROPOSAL"},
     .method = "POST",
     .path = "/v1/proposals/{proposalId}/acceptance",
     .options = accept_options,
     .view = &accepted_view,
     .summary = "open the personsak that was proposed",
     .example = "proposals accept " PROPOSAL " --category mobbing --description-file words.txt"},
    {.words = {"proposals", "decline"},
     .arguments = {"PROPOSAL"},
     .method = "POST",
     .path = "/v1/proposals/{proposalId}/refusal",
     .options = decline_options,
     .view = &changed_view,
     .summary = "open none, and say why",
     .example = "proposals decline " PROPOSAL " --reason 'there is one already'"},
    END_OF_VERBS,
};
