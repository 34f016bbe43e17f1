/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about documents, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: a document's bytes go into a file or come from one.
 */
#include <stddef.h>

#include "verbs_areas.h"

#define HENDELSE "01a20400-3333-7a33-8a33-333333333333"
#define DOCUMENT "01a20400-4444-7a44-8a44-444444444444"

static const struct place document_columns[] = {
    {"NAME", "name!struck"},
    {"TYPE", "mediaType"},
    {"SIZE", "size"},
    {"RECEIVED", "received"},
    {"COMPLETE", "complete"},
    {"AUTHOR", "author.name"},
    {"STRUCK", "struck.at"},
    {"ID", "id"},
    END_OF_PLACES,
};
static const struct view documents_view = {.list = "data", .columns = document_columns, .empty = "No documents."};

static const struct place document_lines[] = {
    {"Name", "name"},
    {"Type", "mediaType"},
    {"Size", "size"},
    {"Received", "received"},
    {"Complete", "complete"},
    {"Author", "author.name"},
    {"Recorded", "recordedAt"},
    {"Struck", "struck.at"},
    {"Struck by", "struck.by.name"},
    {"Reason", "|struck.reason"},
    {"Hendelse", "hendelseId"},
    {"Personsak", "personsakId"},
    {"Document", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view document_view = {.lines = document_lines};

static const struct place sent_lines[] = {
    {"Document", "id"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view sent_view = {.heading = "Sent.", .lines = sent_lines};

static const struct place fetched_lines[] = {
    {"File", "file"},
    {"Bytes", "size"},
    END_OF_PLACES,
};
static const struct view fetched_view = {.heading = "Fetched.", .lines = fetched_lines};

static const char *const types[] = {
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "text/plain",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    NULL,
};

static const struct option upload_options[] = {
    {"name", "NAME", IN_BODY, "name", 0, "what it is called; as the file when left out", NULL},
    {"type", "TYPE", IN_BODY, "mediaType", 0, "what is in it; by the end of the file's name when left out", types},
    {"resume", "DOCUMENT", HERE, "resume", 0, "go on with this document, whose sending broke off", NULL},
    END_OF_OPTIONS,
};

static const char *const upload_fills[] = {"name", "mediaType", "size", NULL};

const struct verb document_verbs[] = {
    {.words = {"documents", "list"},
     .arguments = {"HENDELSE"},
     .method = "GET",
     .path = "/v1/hendelser/{hendelseId}/documents",
     .traits = PAGED,
     .view = &documents_view,
     .summary = "the documents of a hendelse",
     .example = "documents list " HENDELSE},
    {.words = {"documents", "show"},
     .arguments = {"DOCUMENT"},
     .method = "GET",
     .path = "/v1/documents/{documentId}",
     .view = &document_view,
     .summary = "one document's name, type and size"},
    {.words = {"documents", "upload"},
     .arguments = {"HENDELSE", "FILE"},
     .act = ACT_UPLOAD,
     .method = "POST",
     .path = "/v1/hendelser/{hendelseId}/documents",
     .also = "PATCH /v1/documents/{documentId}/content",
     .fills = upload_fills,
     .options = upload_options,
     .view = &sent_view,
     .summary = "put a file into a hendelse, part by part",
     .note = "A sending that breaks off says how to go on: the same command with --resume.",
     .example = "documents upload " HENDELSE " referat.pdf"},
    {.words = {"documents", "download"},
     .arguments = {"DOCUMENT", "[FILE]"},
     .act = ACT_DOWNLOAD,
     .method = "GET",
     .path = "/v1/documents/{documentId}/content",
     .view = &fetched_view,
     .summary = "fetch a document into a new file",
     .note = "Without FILE, a file of this folder with the document's name; - is standard output. Until it is whole it "
             "is called\n"
             "FILE.DOCUMENT.part, and the same command goes on where an earlier one broke off. What it holds is yours "
             "to keep\n"
             "safe from then on.",
     .example = "documents download " DOCUMENT " referat.pdf"},
    {.words = {"documents", "strike"},
     .arguments = {"DOCUMENT"},
     .method = "POST",
     .path = "/v1/documents/{documentId}/striking",
     .options = strike_options,
     .view = &struck_view,
     .summary = "mark it as wrongly recorded: only the rektor reads it from then on",
     .example = "documents strike " DOCUMENT " --reason 'the wrong file'"},
    END_OF_VERBS,
};
