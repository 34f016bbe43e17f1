/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fetches texts and bytes, and writes them to a new file or to standard output.
 * May not know any verb by name.
 * Always: all of it is written or nothing, unchanged; and nothing that could steer a terminal goes to standard output as text.
 */
#include "verbatim.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "memory.h"
#include "problem.h"
#include "request.h"
#include "save.h"

enum outcome verbatim_fetch(struct http *http, const struct options *options, const char *path, const char *media_type,
                            struct buffer *ret_body)
{
    struct http_request request = {.method = "GET", .path = path, .accept = media_type, .repeatable = true};
    struct http_answer answer = {0};
    TRY(http_send(http, &request, &answer));
    enum outcome outcome = problem_outcome(answer.status);
    if (outcome == OUTCOME_OK && answer.body.text != NULL) {
        *ret_body = answer.body;
        return OUTCOME_OK;
    }
    auto_json body = call_parse(&answer);
    if (outcome != OUTCOME_OK) {
        outcome = problem_tell(&answer, body, options);
    } else {
        complain("the server's answer is empty", NULL);
        outcome = OUTCOME_SERVER;
    }
    http_answer_clear(&answer);
    return outcome;
}

static enum outcome put(const struct options *options, const struct buffer *body)
{
    const char *path = options->own[OWN_OUTPUT];
    if (path != NULL)
        return save_new(path, body->text, body->len);
    if (options->verb->act == ACT_TEXT && !print_is_harmless(body->text, body->len)) {
        complain("the server's answer is not the text that it promised", NULL);
        return OUTCOME_SERVER;
    }
    fwrite(body->text, 1, body->len, stdout); /* main asks how it went */
    return OUTCOME_OK;
}

enum outcome verbatim_run(struct http *http, const struct options *options)
{
    const struct request_page only = {0};
    bool is_text = options->verb->act == ACT_TEXT;
    auto_text path = NULL;
    struct buffer body = {0};
    if (!is_text && options->own[OWN_OUTPUT] == NULL && isatty(STDOUT_FILENO))
        return options_usage(options->verb, "bytes are not for a terminal: use --output");
    TRY(request_path(options, options->verb->path, &only, &path));
    TRY(verbatim_fetch(http, options, path, is_text ? "text/plain" : "application/octet-stream", &body));
    enum outcome outcome = put(options, &body);
    buffer_wipe(&body);
    return outcome;
}
