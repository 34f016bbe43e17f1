/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From a verb's row and the options given to requests, and from answers to output.
 * May not know any verb by name.
 * Always: nothing is printed on standard output unless the whole answer is there; every create carries an Idempotency-Key (X1).
 */
#include "call.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "print.h"
#include "problem.h"
#include "secret.h"

enum { MAX_PAGES = 10000, PAGE_LIMIT = 100, KEY_BYTES = 37, KEY_MAX = 128 };

static enum outcome no_memory(void)
{
    complain("out of memory", NULL);
    return OUTCOME_LOCAL;
}

static void json_freep(json_t **json)
{
    json_decref(*json);
}
#define auto_json __attribute__((cleanup(json_freep))) json_t *

static void text_freep(char **text)
{
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
}
#define auto_text __attribute__((cleanup(text_freep))) char *

/* ---- Parts of a request --------------------------------------------------------------------------------------------- */

/* A random UUID (version 4, RFC 9562). */
static enum outcome make_key(char ret_key[static KEY_BYTES])
{
    unsigned char random[16];
    if (getrandom(random, sizeof random, 0) != sizeof random) {
        complain("the kernel gives no random bytes", NULL);
        return OUTCOME_LOCAL;
    }
    random[6] = (unsigned char)((random[6] & 0x0f) | 0x40);
    random[8] = (unsigned char)((random[8] & 0x3f) | 0x80);
    for (size_t i = 0, at = 0; i < sizeof random; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            ret_key[at++] = '-';
        at += (size_t)snprintf(ret_key + at, KEY_BYTES - at, "%02x", random[i]);
    }
    return OUTCOME_OK;
}

static bool is_key(const char *text)
{
    size_t len = 0;
    for (; text[len] != '\0'; len++)
        if (text[len] < 0x21 || text[len] > 0x7e)
            return false;
    return len >= 1 && len <= KEY_MAX;
}

/* The key given, or a new one for a verb that creates; "" for one that reads. */
static enum outcome take_key(const struct options *options, char ret_key[static KEY_MAX + 1])
{
    const struct option *option = options->verb->options;
    for (size_t i = 0; option != NULL && option[i].name != NULL; i++) {
        if (option[i].place != OPTION_KEY)
            continue;
        const char *given = options->values[i];
        if (given == NULL)
            return make_key(ret_key);
        if (!is_key(given)) {
            complain("an idempotency key is 1 to 128 printable characters without spaces", NULL);
            return OUTCOME_USAGE;
        }
        memcpy(ret_key, given, strlen(given) + 1);
        return OUTCOME_OK;
    }
    *ret_key = '\0';
    return OUTCOME_OK;
}

static enum outcome set_member(json_t *body, const struct option *option, const char *value)
{
    char secret[SECRET_LINE_BYTES];
    if (option->place == OPTION_BODY_FROM_FILE) {
        TRY(secret_read(value, secret, sizeof secret));
        value = secret;
    }
    json_t *text = json_string(value);
    explicit_bzero(secret, sizeof secret);
    if (text == NULL) {
        complain("not valid UTF-8 in the option", option->name);
        return OUTCOME_USAGE;
    }
    return json_object_set_new(body, option->member, text) == 0 ? OUTCOME_OK : no_memory();
}

/* The body as text, or NULL for a verb that takes none. */
static enum outcome make_body(const struct options *options, char **ret_text)
{
    if (strcmp(options->verb->method, "GET") == 0)
        return OUTCOME_OK;
    auto_json body = json_object();
    if (body == NULL)
        return no_memory();
    const struct option *option = options->verb->options;
    for (size_t i = 0; option != NULL && option[i].name != NULL; i++)
        if (options->values[i] != NULL && (option[i].place == OPTION_BODY || option[i].place == OPTION_BODY_FROM_FILE))
            TRY(set_member(body, &option[i], options->values[i]));
    *ret_text = json_dumps(body, JSON_COMPACT);
    return *ret_text != NULL ? OUTCOME_OK : no_memory();
}

static enum outcome add_query(FILE *out, const char **separator, const char *name, const char *value)
{
    auto_text escaped = http_escape(value);
    if (escaped == NULL)
        return no_memory();
    fprintf(out, "%s%s=%s", *separator, name, escaped);
    *separator = "&";
    return OUTCOME_OK;
}

/* One page of a list: how many more are wanted (0: no end), and the token of the page, NULL for the first. */
struct page {
    size_t wanted;
    const char *token;
};

/* A page token stands alone, with the limit at most: the filters are in it. */
static enum outcome write_query(FILE *out, const struct options *options, const struct page *page)
{
    const char *separator = "?";
    const struct option *option = options->verb->options;
    for (size_t i = 0; page->token == NULL && option != NULL && option[i].name != NULL; i++)
        if (option[i].place == OPTION_QUERY && options->values[i] != NULL)
            TRY(add_query(out, &separator, option[i].member, options->values[i]));
    char limit[24];
    snprintf(limit, sizeof limit, "%zu", page->wanted < PAGE_LIMIT ? page->wanted : (size_t)PAGE_LIMIT);
    if (page->wanted > 0)
        TRY(add_query(out, &separator, "limit", limit));
    if (page->token != NULL)
        TRY(add_query(out, &separator, "pageToken", page->token));
    return OUTCOME_OK;
}

static enum outcome write_path(FILE *out, const struct options *options, const struct page *page)
{
    const char *path = options->verb->path;
    int before = (int)strcspn(path, "*");
    fprintf(out, "%.*s", before, path);
    if (path[before] == '*') {
        auto_text escaped = http_escape(options->argument);
        if (escaped == NULL)
            return no_memory();
        fprintf(out, "%s%s", escaped, path + before + 1);
    }
    return write_query(out, options, page);
}

static enum outcome make_path(const struct options *options, const struct page *page, char **ret_path)
{
    char *path = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&path, &size);
    if (out == NULL)
        return no_memory();
    enum outcome outcome = write_path(out, options, page);
    if (fclose(out) != 0 && outcome == OUTCOME_OK)
        outcome = no_memory();
    if (outcome == OUTCOME_OK)
        *ret_path = path;
    else
        free(path);
    return outcome;
}

/* ---- Answers -------------------------------------------------------------------------------------------------------- */

static enum outcome read_answer(const struct http_answer *answer, bool as_json, json_t **ret_body)
{
    json_t *body = answer->body == NULL ? NULL : json_loadb(answer->body, answer->len, JSON_REJECT_DUPLICATES, NULL);
    if (problem_outcome(answer->status) == OUTCOME_OK && json_is_object(body)) {
        *ret_body = body;
        return OUTCOME_OK;
    }
    enum outcome outcome = OUTCOME_SERVER;
    if (problem_outcome(answer->status) == OUTCOME_OK)
        complain("the server's answer is not the JSON that it promised", NULL);
    else
        outcome = problem_tell(answer, body, as_json);
    json_decref(body);
    return outcome;
}

static enum outcome fetch(struct http *http, const struct options *options, const struct page *page, json_t **ret_body)
{
    auto_text path = NULL;
    auto_text body = NULL;
    char key[KEY_MAX + 1];
    TRY(make_path(options, page, &path));
    TRY(make_body(options, &body));
    TRY(take_key(options, key));
    struct http_request request = {
        .method = options->verb->method, .path = path, .body = body, .idempotency_key = *key == '\0' ? NULL : key};
    struct http_answer answer = {0};
    enum outcome outcome = http_send(http, &request, &answer);
    if (outcome == OUTCOME_OK)
        outcome = read_answer(&answer, options->json, ret_body);
    http_answer_clear(&answer);
    if (*key != '\0' && (outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_SERVER))
        complain("whether it was stored is not known; the same command once more, with this --idempotency-key, makes "
                 "it at most once:",
                 key);
    return outcome;
}

/* How many things are wanted at most; 0: all. */
static enum outcome take_limit(const struct options *options, size_t *ret_limit)
{
    const struct option *option = options->verb->options;
    *ret_limit = 0;
    for (size_t i = 0; option != NULL && option[i].name != NULL; i++) {
        if (option[i].place != OPTION_LIMIT || options->values[i] == NULL)
            continue;
        char *end;
        errno = 0;
        long limit = strtol(options->values[i], &end, 10);
        if (errno != 0 || *end != '\0' || limit < 1 || limit > (long)MAX_PAGES * PAGE_LIMIT) {
            complain("not a number from 1 to 1000000:", options->values[i]);
            return OUTCOME_USAGE;
        }
        *ret_limit = (size_t)limit;
    }
    return OUTCOME_OK;
}

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
            return no_memory();
    return OUTCOME_OK;
}

/* Reads a list to its end or limit: the last answer, with the things of all pages. */
static enum outcome fetch_pages(struct http *http, const struct options *options, json_t **ret_body)
{
    size_t limit;
    TRY(take_limit(options, &limit));
    auto_json all = json_array();
    auto_json last = NULL;
    for (size_t pages = 0; all != NULL && pages < MAX_PAGES; pages++) {
        struct page page = {.wanted = limit == 0 ? 0 : limit - json_array_size(all),
                            .token = json_string_value(json_object_get(last, "pageToken"))};
        json_t *body;
        TRY(fetch(http, options, &page, &body));
        json_decref(last);
        last = body;
        TRY(collect(all, body, limit));
        bool done = !json_is_string(json_object_get(body, "pageToken")) || (limit > 0 && json_array_size(all) >= limit);
        if (!done)
            continue;
        if (json_object_set(last, "data", all) != 0)
            return no_memory();
        *ret_body = json_incref(last);
        return OUTCOME_OK;
    }
    if (all == NULL)
        return no_memory();
    complain("the list does not end", NULL);
    return OUTCOME_SERVER;
}

enum outcome call_run(struct http *http, const struct options *options)
{
    const struct page only = {0};
    auto_json answer = NULL;
    if (options->verb->paged)
        TRY(fetch_pages(http, options, &answer));
    else
        TRY(fetch(http, options, &only, &answer));
    if (options->json)
        return print_json(stdout, answer);
    return print_view(stdout, options->verb->view, answer);
}
