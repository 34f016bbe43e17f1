/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sends what request.h makes of a verb's row, and prints what comes back.
 * May not know any verb by name.
 * Always: nothing is printed on standard output unless the whole answer is there; every create carries an Idempotency-Key (X1), and
 * every change of what has versions If-Match (X2).
 */
#include "call.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "problem.h"
#include "request.h"

enum { NO_CONTENT = 204 };

/* ---- One answer ----------------------------------------------------------------------------------------------------- */

json_t *call_parse(const struct http_answer *answer)
{
    const struct buffer *body = &answer->body;
    return body->text == NULL ? NULL : json_loadb(body->text, body->len, JSON_REJECT_DUPLICATES, NULL);
}

enum outcome call_read(const struct http_answer *answer, const struct options *options, json_t **ret_body)
{
    json_t *body = call_parse(answer);
    bool yes = problem_outcome(answer->status) == OUTCOME_OK;
    if (answer->status == NO_CONTENT && answer->body.len == 0)
        body = json_object();
    if (yes && json_is_object(body)) {
        *ret_body = body;
        return OUTCOME_OK;
    }
    enum outcome outcome = OUTCOME_SERVER;
    if (yes)
        complain("the server's answer is not the JSON that it promised", NULL);
    else
        outcome = problem_tell(answer, body, options);
    json_decref(body);
    return outcome;
}

/* ---- The version that a change is for (X2) -------------------------------------------------------------------------- */

enum outcome call_get(struct http *http, const struct options *options, const char *path,
                      struct http_answer *ret_answer, json_t **ret_body)
{
    struct http_request request = {.method = "GET", .path = path, .repeatable = true};
    struct http_answer answer = {0};
    TRY(http_send(http, &request, &answer));
    enum outcome outcome = call_read(&answer, options, ret_body);
    buffer_wipe(&answer.body);
    *ret_answer = answer;
    return outcome;
}

enum outcome call_read_now(struct http *http, const struct options *options, char ret_etag[static HTTP_MAX_ETAG],
                           json_t **ret_now)
{
    auto_text path = NULL;
    auto_json now = NULL;
    struct http_answer answer;
    TRY(request_path(options, options->verb->version_path, NULL, &path));
    TRY(call_get(http, options, path, &answer, &now));
    if (*answer.etag == '\0') {
        complain("the server does not tell the version that If-Match needs", NULL);
        return OUTCOME_SERVER;
    }
    memcpy(ret_etag, answer.etag, HTTP_MAX_ETAG);
    *ret_now = json_incref(now);
    return OUTCOME_OK;
}

/* "" for a verb that needs none. */
static enum outcome take_version(struct http *http, const struct options *options, char ret_etag[static HTTP_MAX_ETAG])
{
    const char *given = options->own[OWN_IF_VERSION];
    auto_json now = NULL;
    *ret_etag = '\0';
    if (options->verb->version_path == NULL)
        return OUTCOME_OK;
    if (given == NULL)
        return call_read_now(http, options, ret_etag, &now);
    size_t len = strlen(given);
    if (len < 1 || len > 19 || strspn(given, "0123456789") != len) {
        complain("a version is a number, not", given);
        return OUTCOME_USAGE;
    }
    snprintf(ret_etag, HTTP_MAX_ETAG, "\"%s\"", given);
    return OUTCOME_OK;
}

/* ---- One request ---------------------------------------------------------------------------------------------------- */

void call_tell_key(const char *key)
{
    complain("whether it was stored is not known; the same command once more, with this --idempotency-key, makes it at "
             "most once:",
             key);
}

static void tell_unknown(const struct http_request *request)
{
    if (request->idempotency_key != NULL)
        call_tell_key(request->idempotency_key);
    else if (!request->repeatable)
        complain("whether it was stored is not known; read it again before the next try", NULL);
}

static enum outcome send(struct http *http, const struct options *options, const struct http_request *request,
                         json_t **ret_body)
{
    struct http_answer answer = {0};
    enum outcome outcome = http_send(http, request, &answer);
    if (outcome == OUTCOME_OK)
        outcome = call_read(&answer, options, ret_body);
    http_answer_clear(&answer);
    if (outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_SERVER)
        tell_unknown(request);
    return outcome;
}

/* Without a version (NULL), that of --version or of now. */
static enum outcome fetch(struct http *http, const struct options *options, json_t *whole_body,
                          const struct request_page *page, const char *version, json_t **ret_body)
{
    const struct verb *verb = options->verb;
    auto_text path = NULL;
    auto_text body = NULL;
    char key[REQUEST_KEY_BYTES];
    char etag[HTTP_MAX_ETAG] = "";
    TRY(request_path(options, verb->path, page, &path));
    TRY(request_page_body(options, whole_body, page, &body));
    TRY(request_key(options, key));
    if (version != NULL)
        snprintf(etag, sizeof etag, "%s", version);
    else
        TRY(take_version(http, options, etag));
    struct http_request request = {
        .method = verb->method,
        .path = path,
        .body = body,
        .idempotency_key = *key == '\0' ? NULL : key,
        .if_match = *etag == '\0' ? NULL : etag,
        .repeatable = *etag == '\0' && strcmp(verb->method, "DELETE") != 0,
    };
    return send(http, options, &request, ret_body);
}

/* ---- Lists ---------------------------------------------------------------------------------------------------------- */

/* Moves the page's things to `all`, at most up to the limit. */
static enum outcome collect(json_t *all, const json_t *page, size_t limit)
{
    const json_t *data = json_object_get(page, "data");
    if (!json_is_array(data)) {
        complain("the server's answer is not the list that it promised", NULL);
        return OUTCOME_SERVER;
    }
    for (size_t i = 0; i < json_array_size(data) && (limit == 0 || json_array_size(all) < limit); i++)
        if (json_array_append(all, json_array_get(data, i)) != 0)
            return memory_out();
    return OUTCOME_OK;
}

/* Nobody takes the beginning for the whole. */
static void tell_more(const struct options *options, const json_t *last)
{
    if (json_is_true(json_object_get(last, "more")))
        fputs("trygg: there is more; go on with --page-token\n", stderr);
    bool asked = (options->verb->traits & ENDLESS) == 0 || options->own[OWN_LIMIT] != NULL;
    if (!asked && json_is_string(json_object_get(last, "pageToken")))
        fprintf(stderr, "trygg: the newest %d; more: --limit N or --all\n", REQUEST_BEGINNING);
}

static bool has_next(const struct options *options, const json_t *page)
{
    bool is_feed = (options->verb->traits & FEED) != 0;
    return json_is_string(json_object_get(page, "pageToken")) &&
           (!is_feed || json_is_true(json_object_get(page, "more")));
}

/* Reads a list to its end or limit: the last answer, with the things of all pages. */
static enum outcome fetch_pages(struct http *http, const struct options *options, json_t *whole_body, json_t **ret_body)
{
    size_t limit;
    TRY(request_limit(options, &limit));
    auto_json all = json_array();
    auto_json last = NULL;
    for (size_t pages = 0; all != NULL && pages < REQUEST_MAX_PAGES; pages++) {
        const char *token = json_string_value(json_object_get(last, "pageToken"));
        struct request_page page = {.wanted = limit == 0 ? 0 : limit - json_array_size(all),
                                    .token = token != NULL ? token : options->own[OWN_TOKEN]};
        json_t *body = NULL;
        TRY(fetch(http, options, whole_body, &page, NULL, &body));
        json_decref(last);
        last = body;
        TRY(collect(all, body, limit));
        bool done = !has_next(options, body) || (limit > 0 && json_array_size(all) >= limit);
        if (!done)
            continue;
        if (json_object_set(last, "data", all) != 0)
            return memory_out();
        tell_more(options, last);
        *ret_body = json_incref(last);
        return OUTCOME_OK;
    }
    if (all == NULL)
        return memory_out();
    complain("the list does not end", NULL);
    return OUTCOME_SERVER;
}

enum outcome call_show(const struct options *options, const json_t *answer)
{
    if (options->own[OWN_JSON] != NULL)
        return json_object_size(answer) == 0 ? OUTCOME_OK : print_json(stdout, answer);
    struct view view = *options->verb->view;
    if (options->own[OWN_IDS] == NULL)
        view.last = NULL;
    return print_view(stdout, &view, answer);
}

enum outcome call_send(struct http *http, const struct options *options, json_t *body, const char *etag)
{
    const struct request_page only = {0};
    auto_json answer = NULL;
    if ((options->verb->traits & PAGED) != 0)
        TRY(fetch_pages(http, options, body, &answer));
    else
        TRY(fetch(http, options, body, &only, etag, &answer));
    return call_show(options, answer);
}

enum outcome call_run(struct http *http, const struct options *options)
{
    auto_json body = NULL;
    TRY(request_body(options, &body));
    return call_send(http, options, body, NULL);
}
