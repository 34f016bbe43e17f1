/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fetches a document's bytes, from where an earlier run broke off.
 * May not hold more of it in memory than libcurl hands over at a time.
 * Always: the file has its name when it is whole and on the disk, and no file is written over; until then it lies beside it under
 * the document's id.
 */
#include "download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "memory.h"
#include "print.h"
#include "problem.h"
#include "progress.h"
#include "request.h"

enum { MAX_IDLE = 3, PAUSE_US = 300 * 1000, UNKNOWN = -1 };

struct download {
    struct http *http;
    const struct options *options;
    char *target; /* NULL: standard output */
    char *beside; /* the file as long as it is not whole */
    int file;
    long long size; /* UNKNOWN of one that is struck */
    long long have; /* so many bytes of it, from its beginning */
    bool failed;    /* it cannot be written */
    struct progress progress;
};

/* ---- Names ---------------------------------------------------------------------------------------------------------- */

/* The document's name as a file of this folder: no folders, no hidden file, no option of some program, nothing that could steer a
 * terminal or disguise what it is. */
static char *file_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    char *copy = strdup(slash == NULL ? name : slash + 1);
    if (copy == NULL)
        return NULL;
    print_disarm(copy);
    for (char *at = copy; (at = strchr(at, '\\')) != NULL;)
        *at = '_';
    if (*copy == '.' || *copy == '-')
        *copy = '_';
    return copy;
}

static enum outcome find_target(struct download *download, const json_t *document)
{
    const struct options *options = download->options;
    const char *wanted = options->n_arguments > 1 ? options->arguments[1] : NULL;
    const char *name = json_string_value(json_object_get(document, "name"));
    if (wanted != NULL && strcmp(wanted, "-") == 0)
        return isatty(STDOUT_FILENO) ? options_usage(options->verb, "bytes are not for a terminal: name a file")
                                     : OUTCOME_OK;
    if (wanted == NULL && (name == NULL || *name == '\0'))
        return options_usage(options->verb, "the document's name is not shown to you: name a file");
    download->target = wanted != NULL ? strdup(wanted) : file_name(name);
    char *beside = NULL;
    if (download->target == NULL || asprintf(&beside, "%s.%s.part", download->target, options->arguments[0]) < 0)
        return memory_out();
    download->beside = beside;
    return access(download->target, F_OK) == 0 ? usage("there is such a file already:", download->target) : OUTCOME_OK;
}

static enum outcome open_beside(struct download *download)
{
    struct stat status;
    if (download->target == NULL) {
        download->file = STDOUT_FILENO;
        return OUTCOME_OK;
    }
    download->file = open(download->beside, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
    if (download->file < 0 || fstat(download->file, &status) != 0 || !S_ISREG(status.st_mode))
        return usage("cannot write the file", download->beside);
    download->have = status.st_size <= download->size ? status.st_size : 0;
    return OUTCOME_OK;
}

/* ---- Bytes ---------------------------------------------------------------------------------------------------------- */

static bool write_all(struct download *download, long long at, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done =
            download->target == NULL ? write(download->file, bytes, n) : pwrite(download->file, bytes, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* An answer that does not begin where it was asked to must not leave a hole, nor repeat itself on standard output. */
static bool take(void *context, long long at, const char *bytes, size_t n)
{
    struct download *download = context;
    if (download->size == UNKNOWN)
        return false;
    bool fits = at <= download->have && (download->target != NULL || at == download->have) &&
                (long long)n <= download->size - at;
    download->failed = !fits || !write_all(download, at, bytes, n);
    if (download->failed)
        return false;
    download->have = at + (long long)n;
    progress_show(&download->progress, download->have, download->size);
    return true;
}

static enum outcome fetch_rest(struct download *download, const char *path)
{
    struct http_request request = {
        .method = "GET", .path = path, .accept = "*/*", .offset = download->have, .take = take, .context = download};
    struct http_answer answer = {0};
    enum outcome outcome = http_send(download->http, &request, &answer);
    progress_end(&download->progress);
    if (outcome == OUTCOME_OK && problem_outcome(answer.status) != OUTCOME_OK) {
        auto_json problem = call_parse(&answer);
        outcome = problem_tell(&answer, problem, download->options);
    }
    http_answer_clear(&answer);
    if (outcome != OUTCOME_OK || !download->failed)
        return outcome;
    complain("cannot be written, or is not what the server promised:",
             download->target == NULL ? "standard output" : download->beside);
    return OUTCOME_LOCAL;
}

/* A line that breaks is taken up again as long as anything comes. */
static enum outcome fetch_all(struct download *download)
{
    auto_text path = NULL;
    TRY(request_path(download->options, download->options->verb->path, NULL, &path));
    for (int idle = 0; download->have < download->size; idle++) {
        long long before = download->have;
        if (idle == MAX_IDLE) {
            complain("the connection breaks again and again; the same command goes on where it broke off", NULL);
            return OUTCOME_UNREACHABLE;
        }
        TRY(fetch_rest(download, path));
        if (download->have > before)
            idle = 0;
        if (download->have < download->size)
            usleep(PAUSE_US);
    }
    return OUTCOME_OK;
}

static enum outcome broken_promise(void)
{
    complain("the server's answer is not the document that it promised", NULL);
    return OUTCOME_SERVER;
}

/* Whoever is not told the size may not read it: asked for it, the server says why. */
static enum outcome ask_why(struct download *download)
{
    auto_text path = NULL;
    TRY(request_path(download->options, download->options->verb->path, NULL, &path));
    TRY(fetch_rest(download, path));
    return broken_promise();
}

/* ---- The end -------------------------------------------------------------------------------------------------------- */

static enum outcome finish(const struct download *download)
{
    if (download->target == NULL)
        return OUTCOME_OK;
    bool whole = ftruncate(download->file, (off_t)download->size) == 0 && fsync(download->file) == 0;
    bool named = whole && renameat2(AT_FDCWD, download->beside, AT_FDCWD, download->target, RENAME_NOREPLACE) == 0;
    if (whole && !named && errno == EINVAL) /* a file system that does not know how */
        named = access(download->target, F_OK) != 0 && rename(download->beside, download->target) == 0;
    if (!named) {
        complain("cannot write the file", download->target);
        return OUTCOME_LOCAL;
    }
    auto_json shown = json_pack("{s:s, s:I}", "file", download->target, "size", (json_int_t)download->size);
    return shown == NULL ? memory_out() : call_show(download->options, shown);
}

static enum outcome read_document(struct download *download, json_t **ret_document)
{
    struct http_answer answer;
    auto_text path = NULL;
    TRY(request_path(download->options, "/v1/documents/{documentId}", NULL, &path));
    TRY(call_get(download->http, download->options, path, &answer, ret_document));
    const json_t *size = json_object_get(*ret_document, "size");
    bool known = json_is_integer(size) && json_integer_value(size) >= 0;
    if (!known && !json_is_null(size))
        return broken_promise();
    download->size = known ? json_integer_value(size) : UNKNOWN;
    return OUTCOME_OK;
}

static enum outcome fetch_document(struct download *download, json_t **ret_document)
{
    TRY(read_document(download, ret_document));
    if (download->size == UNKNOWN)
        return ask_why(download);
    TRY(find_target(download, *ret_document));
    TRY(open_beside(download));
    TRY(fetch_all(download));
    return finish(download);
}

/* Without a byte in it there is nothing to go on from. */
static void remove_empty(const struct download *download)
{
    struct stat status;
    if (fstat(download->file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
        unlink(download->beside);
}

enum outcome download_run(struct http *http, const struct options *options)
{
    struct download download = {.http = http, .options = options, .file = -1};
    auto_json document = NULL;
    enum outcome outcome = fetch_document(&download, &document);
    if (download.file >= 0 && download.target != NULL) {
        if (outcome != OUTCOME_OK)
            remove_empty(&download);
        close(download.file);
    }
    free(download.target);
    free(download.beside);
    return outcome;
}
