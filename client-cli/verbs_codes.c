/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about code lists, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: the choices are those of the contract.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place code_columns[] = {
    {"LIST", "list"},
    {"CODE", "code"},
    {"BOKMÅL", "labels.nb"},
    {"SVENSKA", "labels.sv"},
    {"ENGLISH", "labels.en"},
    {"RETIRED", "retired"},
    {"ID", "id"},
    END_OF_PLACES,
};
static const struct view codes_view = {.list = "data", .columns = code_columns, .empty = "No codes."};

static const struct place code_lines[] = {
    {"Code", "code"},         {"List", "list"},         {"Bokmål", "labels.nb"}, {"Svenska", "labels.sv"},
    {"English", "labels.en"}, {"Position", "position"}, {"Retired", "retired"},  {"Id", "id"},
    {"Version", "version"},   {"Ground", "ground"},     END_OF_PLACES,
};
static const struct view code_view = {.lines = code_lines};

static const char *const lists[] = {"sakstype",        "case-category",  "hendelse-kind",
                                    "report-category", "retention-kind", NULL};

static const struct option list_options[] = {
    {"list", "LIST", IN_QUERY, "list", 0, "only this list", lists},
    {"retired", "YES", IN_QUERY, "retired", YES_NO, "only codes that are retired, or only those in use", NULL},
    END_OF_OPTIONS,
};

static const struct option create_options[] = {
    {"list", "LIST", IN_BODY, "list", REQUIRED, "the list", lists},
    {"code", "CODE", IN_BODY, "code", REQUIRED, "what records hold; it never changes", NULL},
    {"nb", "LABEL", IN_BODY, "labels.nb", REQUIRED, "what people read in bokmål", NULL},
    {"sv", "LABEL", IN_BODY, "labels.sv", REQUIRED, "the same in Swedish", NULL},
    {"en", "LABEL", IN_BODY, "labels.en", REQUIRED, "the same in English", NULL},
    {"position", "N", IN_BODY, "position", NUMBER, "its place in the list; the last when left out", NULL},
    END_OF_OPTIONS,
};

static const struct option change_options[] = {
    {"nb", "LABEL", IN_BODY, "labels.nb", 0, "what people read in bokmål", NULL},
    {"sv", "LABEL", IN_BODY, "labels.sv", 0, "the same in Swedish", NULL},
    {"en", "LABEL", IN_BODY, "labels.en", 0, "the same in English", NULL},
    {"position", "N", IN_BODY, "position", NUMBER, "its place in the list", NULL},
    {"retired", "YES", IN_BODY, "retired", YES_NO, "take it out of use, or bring it back", NULL},
    END_OF_OPTIONS,
};

const struct verb code_verbs[] = {
    {.words = {"codes", "list"},
     .method = "GET",
     .path = "/v1/codes",
     .options = list_options,
     .view = &codes_view,
     .summary = "the codes of one list or of all",
     .example = "codes list --list report-category --retired no"},
    {.words = {"codes", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/codes/{codeId}",
     .view = &code_view,
     .summary = "one code"},
    {.words = {"codes", "create"},
     .method = "POST",
     .path = "/v1/codes",
     .options = create_options,
     .view = &created_view,
     .summary = "add a code to a list",
     .example = "codes create --list report-category --code trusler --nb Trusler --sv Hot --en Threats"},
    {.words = {"codes", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/codes/{codeId}",
     .version_path = "/v1/codes/{codeId}",
     .options = change_options,
     .view = &changed_view,
     .summary = "change its labels or place, retire it, bring it back",
     .example = "codes change 019aa7b2-6c10-7b21-8e4f-3a5c7d9e1f20 --retired yes"},
    END_OF_VERBS,
};
