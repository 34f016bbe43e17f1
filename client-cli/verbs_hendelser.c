/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about hendelser, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: what is written about a pupil can come from an editor or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

#define PERSONSAK "01a20400-1111-7a11-8a11-111111111111"
#define HENDELSE  "01a20400-3333-7a33-8a33-333333333333"

static const struct place hendelse_columns[] = {
    {"HAPPENED", "happenedAt"},
    {"KIND", "kind"},
    {"CATEGORY", "category"},
    {"AUTHOR", "author.name"},
    {"DOCUMENTS", "documents"},
    {"STRUCK", "struck.at"},
    {"ID", "id"},
    END_OF_PLACES,
};
static const struct place hendelse_more[] = {
    {"TEXT", "|text!struck"},
    END_OF_PLACES,
};
static const struct view hendelser_view = {
    .list = "data", .columns = hendelse_columns, .more = hendelse_more, .empty = "No hendelser."};

static const struct place hendelse_lines[] = {
    {"Happened", "happenedAt"},   {"Kind", "kind"},
    {"Category", "category"},     {"Text", "|text"},
    {"Author", "author.name"},    {"Recorded", "recordedAt"},
    {"Amended", "amendedAt"},     {"Documents", "documents"},
    {"Struck", "struck.at"},      {"Struck by", "struck.by.name"},
    {"Reason", "|struck.reason"}, {"Personsak", "personsakId"},
    {"Hendelse", "id"},           {"Version", "version"},
    {"Ground", "ground"},         END_OF_PLACES,
};
static const struct view hendelse_view = {.lines = hendelse_lines};

static const struct place written_lines[] = {
    {"Hendelse", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view written_view = {.heading = "Written.", .lines = written_lines};

static const struct place version_columns[] = {
    {"VERSION", "version"}, {"WRITTEN", "writtenAt"}, {"HAPPENED", "happenedAt"},
    {"KIND", "kind"},       {"CATEGORY", "category"}, END_OF_PLACES,
};
static const struct view versions_view = {
    .list = "data", .columns = version_columns, .more = hendelse_more, .empty = "No versions shown."};

static const char *const orders[] = {"newest", "oldest", NULL};

static const struct option list_options[] = {
    {"order", "ORDER", IN_QUERY, "order", 0, "by the time that it happened; the newest first when left out", orders},
    {"kind", "CODE", IN_QUERY, "kind", 0, "only those of this kind", NULL},
    {"category", "CODE", IN_QUERY, "category", 0, "only those of this category", NULL},
    {"author", "ID", IN_QUERY, "authorId", 0, "only those that this person wrote", NULL},
    {"from", "TIME", IN_QUERY, "from", 0, "only those that happened then or later, as 2026-11-01T00:00:00Z", NULL},
    {"until", "TIME", IN_QUERY, "until", 0, "only those that happened before that time", NULL},
    END_OF_OPTIONS,
};

#define HEADER_OPTIONS(traits, time_traits, time_help)                                                                 \
    {"kind", "CODE", IN_BODY, "kind", (traits), "its kind: one of trygg codes list --list hendelse-kind", NULL},       \
        {"category", "CODE", IN_BODY, "category", (traits), CATEGORY_HELP, NULL},                                      \
    {                                                                                                                  \
        "happened-at", "TIME", IN_BODY, "happenedAt", (time_traits),                                                   \
            "when it happened, as 2026-11-01T09:50:00Z" time_help, NULL                                                \
    }

static const struct option add_options[] = {
    HEADER_OPTIONS(REQUIRED, NOW, "; now when left out"),
    END_OF_OPTIONS,
};

static const struct option amend_options[] = {
    HEADER_OPTIONS(0, 0, ""),
    END_OF_OPTIONS,
};

static const char *const add_fills[] = {"text", "happenedAt", NULL};
static const char *const amend_fills[] = {"text", NULL};

static const char add_note[] =
    "TEXT is what happened. Everyone on this machine can read a command line while it runs: for what must not stand\n"
    "there, give - and write on standard input, or leave TEXT out, which opens VISUAL or EDITOR with a file in\n"
    "XDG_RUNTIME_DIR or TMPDIR that only you can read. The file is overwritten and removed when its text has been\n"
    "taken, or when the editor fails. When the server does not take the text, the file stays, and trygg says where.";

const struct verb hendelse_verbs[] = {
    {.words = {"hendelser", "list"},
     .arguments = {"PERSONSAK"},
     .method = "GET",
     .path = "/v1/personsaker/{personsakId}/hendelser",
     .traits = PAGED,
     .options = list_options,
     .view = &hendelser_view,
     .summary = "what happened in a personsak",
     .example = "hendelser list " PERSONSAK " --kind samtale --order oldest"},
    {.words = {"hendelser", "show"},
     .arguments = {"HENDELSE"},
     .method = "GET",
     .path = "/v1/hendelser/{hendelseId}",
     .view = &hendelse_view,
     .summary = "one of them"},
    {.words = {"hendelser", "add"},
     .arguments = {"PERSONSAK", "[TEXT]"},
     .act = ACT_WRITE,
     .method = "POST",
     .path = "/v1/personsaker/{personsakId}/hendelser",
     .fills = add_fills,
     .options = add_options,
     .view = &written_view,
     .summary = "write what happened",
     .note = add_note,
     .example = "hendelser add " PERSONSAK " --kind journalnotat --category observasjon 'Alone in both breaks.'"},
    {.words = {"hendelser", "amend"},
     .arguments = {"HENDELSE", "[TEXT]"},
     .act = ACT_WRITE,
     .method = "PATCH",
     .path = "/v1/hendelser/{hendelseId}",
     .version_path = "/v1/hendelser/{hendelseId}",
     .fills = amend_fills,
     .options = amend_options,
     .view = &changed_view,
     .summary = "write your own anew; every earlier version stays",
     .note = "TEXT stands in place of the whole text; - is standard input. Without TEXT and without an option the text "
             "that\n"
             "is there opens in VISUAL or EDITOR, and the version that you read there is the one that is changed.",
     .example = "hendelser amend " HENDELSE},
    {.words = {"hendelser", "versions"},
     .arguments = {"HENDELSE"},
     .method = "GET",
     .path = "/v1/hendelser/{hendelseId}/versions",
     .traits = PAGED,
     .view = &versions_view,
     .summary = "all that it has ever said, oldest first"},
    {.words = {"hendelser", "strike"},
     .arguments = {"HENDELSE"},
     .method = "POST",
     .path = "/v1/hendelser/{hendelseId}/striking",
     .options = strike_options,
     .view = &struck_view,
     .summary = "mark it as wrongly recorded: only the rektor reads it from then on",
     .example = "hendelser strike " HENDELSE " --reason 'about another pupil'"},
    {.words = {"hendelser", "add-to-student"},
     .arguments = {"STUDENT", "[TEXT]"},
     .act = ACT_WRITE,
     .method = "POST",
     .path = "/v1/students/{studentId}/hendelser",
     .fills = add_fills,
     .options = add_options,
     .view = &written_view,
     .summary = "always refused: says how a personsak comes first"},
    END_OF_VERBS,
};
