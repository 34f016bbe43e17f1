/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes a document of a file and sends its bytes part by part.
 * May not hold more than one part in memory.
 * Always: each part goes where the server says that the one before it ended; a sending that breaks off says how to go on.
 */
#include "upload.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "memory.h"
#include "problem.h"
#include "progress.h"
#include "request.h"

enum { PART_BYTES = 512 << 10, MAX_ID = 64, MAX_STRAYED = 8 };

struct upload {
    struct http *http;
    const struct options *options;
    const char *name; /* of the file */
    int file;
    long long size;
    long long received; /* so many of its bytes are there */
    char id[MAX_ID];    /* of the document; "" as long as there is none */
    char *part;         /* of PART_BYTES */
    json_t *made;       /* what is shown in the end */
    struct progress progress;
};

/* ---- The document --------------------------------------------------------------------------------------------------- */

/* What the end of a file's name says about what is in it; NULL if it says nothing. The server looks for itself. */
static const char *type_of(const char *path)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".pdf", "application/pdf"},
        {".txt", "text/plain"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".heic", "image/heic"},
        {".webp", "image/webp"},
        {".mp3", "audio/mpeg"},
        {".m4a", "audio/mp4"},
        {".mp4", "video/mp4"},
        {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {".odt", "application/vnd.oasis.opendocument.text"},
        {".ods", "application/vnd.oasis.opendocument.spreadsheet"},
    };
    const char *end = strrchr(path, '.');
    for (size_t i = 0; end != NULL && i < sizeof types / sizeof *types; i++)
        if (strcasecmp(types[i].end, end) == 0)
            return types[i].type;
    return NULL;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* {name, mediaType, size}, of which the options say what the file does not. */
static enum outcome make_body(const struct upload *upload, char **ret_body)
{
    const char *name = options_value(upload->options, "name", 0);
    const char *type = options_value(upload->options, "type", 0);
    name = name == NULL ? base_of(upload->name) : name;
    type = type == NULL ? type_of(upload->name) : type;
    if (type == NULL)
        return usage("say what is in it with --type, such as --type application/pdf: the name does not tell of", name);
    auto_json body = json_pack("{s:s, s:s, s:I}", "name", name, "mediaType", type, "size", (json_int_t)upload->size);
    if (body == NULL)
        return usage("the name is not valid UTF-8; say another with --name: the file", name);
    *ret_body = json_dumps(body, JSON_COMPACT);
    return *ret_body != NULL ? OUTCOME_OK : memory_out();
}

static enum outcome broken_promise(void)
{
    complain("the server's answer is not the document that it promised", NULL);
    return OUTCOME_SERVER;
}

static enum outcome take_id(struct upload *upload, const json_t *answer)
{
    const char *id = json_string_value(json_object_get(answer, "id"));
    if (id == NULL || strlen(id) >= MAX_ID)
        return broken_promise();
    snprintf(upload->id, sizeof upload->id, "%s", id);
    return OUTCOME_OK;
}

static enum outcome create(struct upload *upload)
{
    auto_text path = NULL;
    auto_text body = NULL;
    char key[REQUEST_KEY_BYTES];
    TRY(request_path(upload->options, upload->options->verb->path, NULL, &path));
    TRY(make_body(upload, &body));
    TRY(request_key(upload->options, key));
    struct http_request request = {
        .method = "POST", .path = path, .body = body, .idempotency_key = key, .repeatable = true};
    struct http_answer answer = {0};
    enum outcome outcome = http_send(upload->http, &request, &answer);
    if (outcome == OUTCOME_OK)
        outcome = call_read(&answer, upload->options, &upload->made);
    http_answer_clear(&answer);
    if (outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_SERVER)
        call_tell_key(key);
    TRY(outcome);
    return take_id(upload, upload->made);
}

static enum outcome read_document(const struct upload *upload, json_t **ret_document)
{
    auto_text id = http_escape(upload->id);
    auto_text path = NULL;
    struct http_answer answer;
    if (id == NULL || asprintf(&path, "/v1/documents/%s", id) < 0)
        return memory_out();
    return call_get(upload->http, upload->options, path, &answer, ret_document);
}

/* The document must be that of the hendelse and of the file. */
static enum outcome resume(struct upload *upload, const char *id)
{
    if (strlen(id) >= MAX_ID)
        return usage("not the id of a document:", id);
    snprintf(upload->id, sizeof upload->id, "%s", id);
    TRY(read_document(upload, &upload->made));
    const char *hendelse = json_string_value(json_object_get(upload->made, "hendelseId"));
    if (hendelse == NULL || strcasecmp(hendelse, upload->options->arguments[0]) != 0)
        return usage("it belongs to another hendelse: the document", id);
    if (json_integer_value(json_object_get(upload->made, "size")) != upload->size)
        return usage("it was begun with a file of another size: the document", id);
    upload->received = json_integer_value(json_object_get(upload->made, "received"));
    (void)json_object_del(upload->made, "ground"); /* it is that of reading it */
    return upload->received < upload->size ? OUTCOME_OK
                                           : usage("all of it has come already; nothing was sent: the document", id);
}

/* ---- Its parts ------------------------------------------------------------------------------------------------------ */

static enum outcome read_part(const struct upload *upload, size_t *ret_n)
{
    size_t n = 0;
    long long left = upload->size - upload->received;
    size_t wanted = left < PART_BYTES ? (size_t)left : (size_t)PART_BYTES;
    while (n < wanted) {
        ssize_t more = pread(upload->file, upload->part + n, wanted - n, (off_t)(upload->received + (long long)n));
        if (more <= 0)
            return usage("it cannot be read, or has become shorter: the file", upload->name);
        n += (size_t)more;
    }
    *ret_n = n;
    return OUTCOME_OK;
}

/* Where the next part begins, as the answer says. */
static enum outcome take_place(struct upload *upload, const struct http_answer *answer, int *strayed)
{
    enum outcome outcome = problem_outcome(answer->status);
    long long place = answer->upload_offset;
    bool further = outcome == OUTCOME_OK && place > upload->received;
    bool elsewhere = outcome == OUTCOME_CONFLICT && place >= 0 && place != upload->received && ++*strayed < MAX_STRAYED;
    if ((further || elsewhere) && place <= upload->size) {
        upload->received = place;
        return OUTCOME_OK;
    }
    progress_end(&upload->progress);
    auto_json problem = call_parse(answer);
    return outcome == OUTCOME_OK ? broken_promise() : problem_tell(answer, problem, upload->options);
}

/* Sends one part. A part that went to a wrong place, since the one before it had arrived after all, is sent where it belongs. */
static enum outcome send_part(struct upload *upload, const char *path, int *strayed)
{
    size_t n = 0;
    TRY(read_part(upload, &n));
    struct http_request request = {.method = "PATCH",
                                   .path = path,
                                   .body = upload->part,
                                   .part = n,
                                   .offset = upload->received,
                                   .repeatable = true,
                                   .bulk = true};
    struct http_answer answer = {0};
    TRY(http_send(upload->http, &request, &answer));
    enum outcome outcome = take_place(upload, &answer, strayed);
    http_answer_clear(&answer);
    return outcome;
}

static enum outcome send_parts(struct upload *upload)
{
    auto_text id = http_escape(upload->id);
    auto_text path = NULL;
    int strayed = 0;
    if (id == NULL || asprintf(&path, "/v1/documents/%s/content", id) < 0)
        return memory_out();
    while (upload->received < upload->size) {
        progress_show(&upload->progress, upload->received, upload->size);
        TRY(send_part(upload, path, &strayed));
    }
    return OUTCOME_OK;
}

static void tell_rest(const struct upload *upload)
{
    char text[160];
    snprintf(text, sizeof text, "%lld of %lld bytes are there; the same command with --resume sends the rest: --resume",
             upload->received, upload->size);
    complain(text, upload->id);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------ */

static enum outcome open_file(struct upload *upload)
{
    struct stat status;
    upload->file = open(upload->name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (upload->file < 0 || fstat(upload->file, &status) != 0 || !S_ISREG(status.st_mode))
        return usage("cannot be opened, or is no file of bytes:", upload->name);
    upload->size = status.st_size;
    upload->part = malloc(PART_BYTES);
    return upload->part != NULL ? OUTCOME_OK : memory_out();
}

static enum outcome send_file(struct upload *upload)
{
    const char *begun = options_value(upload->options, "resume", 0);
    TRY(open_file(upload));
    TRY(begun != NULL ? resume(upload, begun) : create(upload));
    enum outcome outcome = send_parts(upload);
    progress_end(&upload->progress);
    if (outcome == OUTCOME_OK)
        return call_show(upload->options, upload->made);
    bool is_final = outcome == OUTCOME_BAD_INPUT || outcome == OUTCOME_FORBIDDEN || outcome == OUTCOME_NOT_FOUND;
    if (!is_final)
        tell_rest(upload);
    return outcome;
}

enum outcome upload_run(struct http *http, const struct options *options)
{
    struct upload upload = {.http = http, .options = options, .name = options->arguments[1], .file = -1};
    enum outcome outcome = send_file(&upload);
    if (upload.file >= 0)
        close(upload.file);
    if (upload.part != NULL)
        explicit_bzero(upload.part, PART_BYTES);
    free(upload.part);
    json_decref(upload.made);
    return outcome;
}
