/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sends the personsaker of a file in batches to be closed, and tells what became of each.
 * May not decide which are closed.
 * Always: nothing is sent before the whole file has been read; each batch has an Idempotency-Key of its own (X1).
 */
#include "close_many.h"

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

struct run {
    struct http *http;
    const struct options *options;
    const char *file;
    char key[REQUEST_KEY_BYTES];
    char *body; /* of ITEMS_MAX_BODY bytes and a closing NUL */
    json_t *items;
    json_t *results; /* of all batches */
    size_t n_sent;
    size_t n_batches;
};

/* ---- The file ------------------------------------------------------------------------------------------------------- */

static enum outcome refuse_line(size_t line, const char *file)
{
    char text[112];
    snprintf(text, sizeof text, "line %zu is not a personsak's id, a tab and its summary; nothing was sent of", line);
    return usage(text, file);
}

/* "ID<tab>SUMMARY"; the summary goes to the end of the line. */
static enum outcome parse_line(const struct run *run, const char *at, size_t len, size_t line)
{
    const char *tab = memchr(at, '\t', len);
    if (tab == NULL || tab == at || tab + 1 == at + len)
        return refuse_line(line, run->file);
    auto_json item = json_object();
    auto_json id = json_stringn(at, (size_t)(tab - at));
    auto_json summary = json_stringn(tab + 1, len - (size_t)(tab + 1 - at));
    if (id == NULL || summary == NULL)
        return refuse_line(line, run->file);
    bool made = json_object_set(item, "personsakId", id) == 0 && json_object_set(item, "summary", summary) == 0 &&
                json_array_append(run->items, item) == 0;
    return made ? OUTCOME_OK : memory_out();
}

static enum outcome parse_table(struct run *run, const struct buffer *text)
{
    run->items = json_array();
    size_t line = 1;
    for (const char *at = text->text, *end = text->text + text->len; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t whole = (size_t)((stop == NULL ? end : stop) - at);
        size_t len = whole > 0 && at[whole - 1] == '\r' ? whole - 1 : whole;
        if (len > 0)
            TRY(parse_line(run, at, len, line));
        at += whole + 1;
    }
    return run->items != NULL ? OUTCOME_OK : memory_out();
}

static enum outcome read_items(struct run *run)
{
    struct buffer text;
    TRY(file_read(run->file, ITEMS_MAX_FILE, &text));
    char first = text.text[strspn(text.text, " \t\r\n")];
    bool is_json = first == '[' || first == '{';
    enum outcome outcome = is_json ? items_parse(run->file, &text, &run->items) : parse_table(run, &text);
    buffer_wipe(&text);
    TRY(outcome);
    return items_check(run->file, run->items);
}

/* ---- One batch ------------------------------------------------------------------------------------------------------ */

/* Batches behind the first have the key with their number. */
static enum outcome make_key(const struct run *run, char ret_key[static REQUEST_KEY_BYTES])
{
    int len = run->n_batches == 0 ? snprintf(ret_key, REQUEST_KEY_BYTES, "%s", run->key)
                                  : snprintf(ret_key, REQUEST_KEY_BYTES, "%s.%zu", run->key, run->n_batches + 1);
    return len < REQUEST_KEY_BYTES ? OUTCOME_OK
                                   : usage("too long for a file of so many: the idempotency key", run->key);
}

static enum outcome send_batch(const struct run *run, json_t **ret_body)
{
    auto_text path = NULL;
    char key[REQUEST_KEY_BYTES];
    TRY(make_key(run, key));
    TRY(request_path(run->options, run->options->verb->path, NULL, &path));
    struct http_request request = {.method = run->options->verb->method,
                                   .path = path,
                                   .body = run->body,
                                   .idempotency_key = key,
                                   .repeatable = true,
                                   .bulk = true};
    struct http_answer answer = {0};
    enum outcome outcome = http_send(run->http, &request, &answer);
    if (outcome == OUTCOME_OK)
        outcome = call_read(&answer, run->options, ret_body);
    http_answer_clear(&answer);
    if (outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_SERVER)
        call_tell_key(run->key);
    return outcome;
}

static enum outcome take_results(struct run *run, const json_t *answer, size_t n)
{
    json_t *results = json_object_get(answer, "results");
    if (json_array_size(results) != n) {
        complain("the server's answer does not tell what became of each personsak", NULL);
        return OUTCOME_SERVER;
    }
    return json_array_extend(run->results, results) == 0 ? OUTCOME_OK : memory_out();
}

static enum outcome send_all(struct run *run)
{
    for (; run->n_sent < json_array_size(run->items); run->n_batches++) {
        auto_json answer = NULL;
        size_t n = 0;
        TRY(items_body(run->items, run->n_sent, run->body, &n));
        TRY(send_batch(run, &answer));
        TRY(take_results(run, answer, n));
        run->n_sent += n;
    }
    return OUTCOME_OK;
}

/* ---- Results -------------------------------------------------------------------------------------------------------- */

/* What each word of the contract means for whoever asked; a word that is not among them is no promise of it. */
static enum outcome outcome_of(const char *word)
{
    static const struct {
        const char *word;
        enum outcome outcome;
    } words[] = {{"closed", OUTCOME_OK},
                 {"alreadyClosed", OUTCOME_OK},
                 {"notFound", OUTCOME_NOT_FOUND},
                 {"forbidden", OUTCOME_FORBIDDEN},
                 {"changed", OUTCOME_CONFLICT}};
    for (size_t i = 0; word != NULL && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].outcome;
    return OUTCOME_SERVER;
}

/* What those that could not be closed have in common. */
static enum outcome outcome_of_all(const json_t *results)
{
    enum outcome all = OUTCOME_OK;
    for (size_t i = 0; i < json_array_size(results); i++) {
        enum outcome one = outcome_of(json_string_value(json_object_get(json_array_get(results, i), "outcome")));
        if (one != OUTCOME_OK)
            all = all == OUTCOME_OK || all == one ? one : OUTCOME_BAD_INPUT;
    }
    return all;
}

/* A run that broke off has told why; what was closed before is told as well. */
static enum outcome send_and_tell(struct run *run)
{
    enum outcome outcome = send_all(run);
    if (outcome != OUTCOME_OK && run->n_sent == 0)
        return outcome;
    auto_json all = json_pack("{s:O}", "results", run->results);
    if (all == NULL)
        return memory_out();
    TRY(call_show(run->options, all));
    return outcome != OUTCOME_OK ? outcome : outcome_of_all(run->results);
}

enum outcome close_many_run(struct http *http, const struct options *options)
{
    struct run run = {.http = http,
                      .options = options,
                      .file = options->arguments[0],
                      .body = malloc(ITEMS_MAX_BODY + 1),
                      .results = json_array()};
    bool made = run.results != NULL && run.body != NULL;
    enum outcome outcome = made ? request_key(options, run.key) : memory_out();
    if (outcome == OUTCOME_OK)
        outcome = read_items(&run);
    if (outcome == OUTCOME_OK)
        outcome = send_and_tell(&run);
    if (run.body != NULL)
        explicit_bzero(run.body, ITEMS_MAX_BODY);
    free(run.body);
    json_decref(run.items);
    json_decref(run.results);
    return outcome;
}
