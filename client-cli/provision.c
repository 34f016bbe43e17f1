/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sends the items of a file in batches that the contract takes, and tells what became of each.
 * May not know what an item holds.
 * Always: no batch has more items or bytes than the contract takes; items are told about by their number in the file.
 */
#include "provision.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "file.h"
#include "items.h"
#include "memory.h"
#include "problem.h"
#include "request.h"

/* What an item can become, in the order in which it is told. */
static const char *const kinds[] = {"created", "changed", "unchanged", "refused"};
enum { KIND_REFUSED = 3, N_KINDS = sizeof kinds / sizeof *kinds };

struct run {
    struct http *http;
    const struct options *options;
    const char *file;
    char *body; /* of ITEMS_MAX_BODY bytes and a closing NUL */
    json_t *items;
    json_t *results; /* of all batches, with their index in the file */
    size_t n_sent;
    json_t *reasons; /* of refusals: what is told, and the number of the first item and how many more it is told of */
    size_t counts[N_KINDS];
    size_t n_forbidden; /* refused of the last batch, for want of a right */
    enum outcome
        refusal; /* of what kind all refusals are, OUTCOME_BAD_INPUT when they differ; OUTCOME_OK as long as there is none */
};

/* ---- One batch ------------------------------------------------------------------------------------------------------ */

static enum outcome read_items(struct run *run)
{
    struct buffer text;
    TRY(file_read(run->file, ITEMS_MAX_FILE, &text));
    enum outcome outcome = items_parse(run->file, &text, &run->items);
    buffer_wipe(&text);
    TRY(outcome);
    return items_check(run->file, run->items);
}

/* A problem of the whole batch names its fields as "/items/7/givenName": they are told by the item's number in the file. */
static void number_items(const struct run *run, const json_t *problem)
{
    static const char prefix[] = "/items/";
    const json_t *errors = json_object_get(problem, "errors");
    for (size_t i = 0; i < json_array_size(errors); i++) {
        json_t *error = json_array_get(errors, i);
        const char *name = json_string_value(json_object_get(error, "name"));
        if (name == NULL || strncmp(name, prefix, sizeof prefix - 1) != 0)
            continue;
        char *rest;
        size_t index = strtoul(name + sizeof prefix - 1, &rest, 10);
        char in[48];
        snprintf(in, sizeof in, "item %zu", run->n_sent + index + 1);
        auto_json left = json_string(rest);
        if (left != NULL && index < ITEMS_MAX_BATCH)
            (void)(json_object_set_new(error, "in", json_string(in)) == 0 && json_object_set(error, "name", left) == 0);
    }
}

static enum outcome read_batch(const struct run *run, const struct http_answer *answer, json_t **ret_body)
{
    if (problem_outcome(answer->status) == OUTCOME_OK || run->options->own[OWN_JSON] != NULL)
        return call_read(answer, run->options, ret_body);
    auto_json problem = call_parse(answer);
    number_items(run, problem);
    return problem_tell(answer, problem, run->options);
}

static enum outcome send_batch(const struct run *run, json_t **ret_body)
{
    auto_text path = NULL;
    TRY(request_path(run->options, run->options->verb->path, NULL, &path));
    struct http_request request = {
        .method = run->options->verb->method, .path = path, .body = run->body, .repeatable = true, .bulk = true};
    struct http_answer answer = {0};
    TRY(http_send(run->http, &request, &answer));
    enum outcome outcome = read_batch(run, &answer, ret_body);
    http_answer_clear(&answer);
    return outcome;
}

/* ---- Results -------------------------------------------------------------------------------------------------------- */

static enum outcome broken_promise(void)
{
    complain("the server's answer does not tell what became of each item", NULL);
    return OUTCOME_SERVER;
}

/* Counts the item with those that were refused for the same reason. */
static enum outcome take_reason(struct run *run, size_t number, json_t *problem)
{
    auto_json told = json_pack("[O?O?O?]", json_object_get(problem, "title"), json_object_get(problem, "detail"),
                               json_object_get(problem, "errors"));
    auto_text key = told == NULL ? NULL : json_dumps(told, JSON_COMPACT | JSON_SORT_KEYS);
    if (key == NULL)
        return memory_out();
    json_t *reason = json_object_get(run->reasons, key);
    if (reason != NULL) {
        json_t *more = json_object_get(reason, "more");
        return json_integer_set(more, json_integer_value(more) + 1) == 0 ? OUTCOME_OK : memory_out();
    }
    reason = json_pack("{s:I, s:i, s:O?}", "number", (json_int_t)number, "more", 0, "problem", problem);
    return json_object_set_new(run->reasons, key, reason) == 0 ? OUTCOME_OK : memory_out();
}

static void tell_reasons(const struct run *run)
{
    const char *key;
    json_t *reason;
    json_object_foreach(run->reasons, key, reason) problem_tell_item(
        (size_t)json_integer_value(json_object_get(reason, "number")),
        (size_t)json_integer_value(json_object_get(reason, "more")), json_object_get(reason, "problem"));
}

/* Keeps what the refusals have in common; one that names no failure is no promise of the contract's. */
static void take_refusal(struct run *run, const json_t *problem)
{
    enum outcome refusal = problem_outcome((long)json_integer_value(json_object_get(problem, "status")));
    if (refusal == OUTCOME_OK)
        refusal = OUTCOME_SERVER;
    run->n_forbidden += refusal == OUTCOME_FORBIDDEN;
    run->refusal = run->refusal == OUTCOME_OK || run->refusal == refusal ? refusal : OUTCOME_BAD_INPUT;
}

static enum outcome take_result(struct run *run, json_t *result, size_t n)
{
    json_int_t index = json_integer_value(json_object_get(result, "index"));
    const char *kind = json_string_value(json_object_get(result, "outcome"));
    json_t *problem = json_object_get(result, "problem");
    size_t at = 0;
    while (kind != NULL && at < N_KINDS && strcmp(kinds[at], kind) != 0)
        at++;
    if (kind == NULL || at == N_KINDS || index < 0 || (size_t)index >= n)
        return broken_promise();
    size_t number = run->n_sent + (size_t)index + 1;
    run->counts[at]++;
    if (at == KIND_REFUSED) {
        take_refusal(run, problem);
        TRY(take_reason(run, number, problem));
    }
    bool kept = json_object_set_new(result, "index", json_integer((json_int_t)number - 1)) == 0 &&
                json_object_set_new(result, "item", json_integer((json_int_t)number)) == 0 &&
                json_array_append(run->results, result) == 0;
    return kept ? OUTCOME_OK : memory_out();
}

static enum outcome take_results(struct run *run, const json_t *answer, size_t n)
{
    const json_t *results = json_object_get(answer, "results");
    if (!json_is_array(results) || json_array_size(results) != n)
        return broken_promise();
    run->n_forbidden = 0;
    for (size_t i = 0; i < n; i++)
        TRY(take_result(run, json_array_get(results, i), n));
    return OUTCOME_OK;
}

static enum outcome send_all(struct run *run)
{
    while (run->n_sent < json_array_size(run->items)) {
        auto_json answer = NULL;
        size_t n = 0;
        TRY(items_body(run->items, run->n_sent, run->body, &n));
        TRY(send_batch(run, &answer));
        TRY(take_results(run, answer, n));
        run->n_sent += n;
        if (run->n_forbidden == n && run->n_sent < json_array_size(run->items)) {
            complain("there is no right to any item of a whole batch, so the rest was not sent", NULL);
            return OUTCOME_OK;
        }
    }
    return OUTCOME_OK;
}

static enum outcome tell_results(const struct run *run)
{
    if (run->options->own[OWN_JSON] != NULL) {
        auto_json all = json_pack("{s:O}", "results", run->results);
        return all == NULL ? memory_out() : print_json(stdout, all);
    }
    printf("%zu of %zu items sent:", run->n_sent, json_array_size(run->items));
    for (size_t i = 0; i < N_KINDS; i++)
        printf("%s %zu %s", i == 0 ? "" : ",", run->counts[i], kinds[i]);
    fputc('\n', stdout);
    return OUTCOME_OK;
}

/* A run that broke off has told why; what was sent before is told as well. */
static enum outcome send_and_tell(struct run *run)
{
    enum outcome outcome = send_all(run);
    if (outcome != OUTCOME_OK)
        complain("broken off; sending the same file again changes nothing twice", NULL);
    if (run->options->own[OWN_JSON] == NULL)
        tell_reasons(run);
    TRY(tell_results(run));
    return outcome != OUTCOME_OK ? outcome : run->refusal;
}

enum outcome provision_run(struct http *http, const struct options *options)
{
    struct run run = {.http = http,
                      .options = options,
                      .file = options->arguments[0],
                      .body = malloc(ITEMS_MAX_BODY + 1),
                      .results = json_array(),
                      .reasons = json_object()};
    bool made = run.results != NULL && run.reasons != NULL && run.body != NULL;
    enum outcome outcome = made ? read_items(&run) : memory_out();
    if (outcome == OUTCOME_OK)
        outcome = send_and_tell(&run);
    if (run.body != NULL)
        explicit_bzero(run.body, ITEMS_MAX_BODY);
    free(run.body);
    json_decref(run.items);
    json_decref(run.results);
    json_decref(run.reasons);
    return outcome;
}
