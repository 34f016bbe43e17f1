/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From a verb's row and the options given to the parts of a request.
 * May not know any verb by name, nor send anything.
 * Always: an argument stays in its place of the path; in a query a page token stands alone, with the limit at most.
 */
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "file.h"
#include "http.h"
#include "memory.h"
#include "secret.h"

enum { KEY_MAX = REQUEST_KEY_BYTES - 1, MAX_MEMBER = 128 };

/* ---- The key -------------------------------------------------------------------------------------------------------- */

/* A random UUID (version 4, RFC 9562). */
enum outcome request_new_key(char ret_key[static REQUEST_KEY_BYTES])
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
        at += (size_t)snprintf(ret_key + at, REQUEST_KEY_BYTES - at, "%02x", random[i]);
    }
    return OUTCOME_OK;
}

enum outcome request_key(const struct options *options, char ret_key[static REQUEST_KEY_BYTES])
{
    const char *given = options->own[OWN_KEY];
    *ret_key = '\0';
    if (!table_has_own(options->verb, OWN_KEY))
        return OUTCOME_OK;
    if (given == NULL)
        return request_new_key(ret_key);
    size_t len = strlen(given);
    if (len < 1 || len > KEY_MAX || !secret_is_printable(given))
        return usage("an idempotency key is 1 to 128 printable characters without spaces", NULL);
    memcpy(ret_key, given, len + 1);
    return OUTCOME_OK;
}

/* ---- The path ------------------------------------------------------------------------------------------------------- */

enum outcome request_limit(const struct options *options, size_t *ret_limit)
{
    const char *given = options->own[OWN_LIMIT];
    bool all = options->own[OWN_ALL] != NULL;
    *ret_limit = (options->verb->traits & FEED) != 0 ? REQUEST_FEED : 0;
    if (!all && (options->verb->traits & ENDLESS) != 0)
        *ret_limit = REQUEST_BEGINNING;
    if (given == NULL)
        return OUTCOME_OK;
    if (all)
        return usage("--all and --limit do not go together", NULL);
    char *end;
    errno = 0;
    long limit = strtol(given, &end, 10);
    if (errno != 0 || *end != '\0' || limit < 1 || limit > (long)REQUEST_MAX_PAGES * REQUEST_PAGE_LIMIT)
        return usage("not a number from 1 to 1000000:", given);
    *ret_limit = (size_t)limit;
    return OUTCOME_OK;
}

static size_t page_limit(const struct request_page *page)
{
    return page->wanted < REQUEST_PAGE_LIMIT ? page->wanted : (size_t)REQUEST_PAGE_LIMIT;
}

static enum outcome add_query(FILE *out, const char **separator, const char *name, const char *value)
{
    auto_text escaped = http_escape(value);
    if (escaped == NULL)
        return memory_out();
    fprintf(out, "%s%s=%s", *separator, name, escaped);
    *separator = "&";
    return OUTCOME_OK;
}

static enum outcome add_given(FILE *out, const char **separator, const struct given *given)
{
    const char *value = given->value;
    if (value != NULL && (given->option->traits & YES_NO) != 0)
        value = strcmp(value, "yes") == 0 ? "true" : "false";
    return value == NULL ? OUTCOME_OK : add_query(out, separator, given->option->member, value);
}

static enum outcome write_query(FILE *out, const struct options *options, const struct request_page *page)
{
    const char *separator = "?";
    bool in_query = (options->verb->traits & READS) == 0;
    for (size_t i = 0; page->token == NULL && i < options->n_given; i++)
        if (options->given[i].option->place == IN_QUERY)
            TRY(add_given(out, &separator, &options->given[i]));
    char limit[24];
    snprintf(limit, sizeof limit, "%zu", page_limit(page));
    if (in_query && page->wanted > 0)
        TRY(add_query(out, &separator, "limit", limit));
    if (in_query && page->token != NULL)
        TRY(add_query(out, &separator, "pageToken", page->token));
    return OUTCOME_OK;
}

static enum outcome write_path(FILE *out, const struct options *options, const char *path,
                               const struct request_page *page)
{
    size_t n = 0;
    for (; *path != '\0'; path += strcspn(path, "{")) {
        if (*path == '{') {
            auto_text escaped = http_escape(n < options->n_arguments ? options->arguments[n] : "");
            if (escaped == NULL)
                return memory_out();
            fputs(escaped, out);
            path += strcspn(path, "}") + 1;
            n++;
        }
        fprintf(out, "%.*s", (int)strcspn(path, "{"), path);
    }
    return page == NULL ? OUTCOME_OK : write_query(out, options, page);
}

enum outcome request_path(const struct options *options, const char *path, const struct request_page *page,
                          char **ret_path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return memory_out();
    enum outcome outcome = write_path(out, options, path, page);
    if (fclose(out) != 0 && outcome == OUTCOME_OK)
        outcome = memory_out();
    if (outcome == OUTCOME_OK)
        *ret_path = text;
    else
        free(text);
    return outcome;
}

/* ---- The body ------------------------------------------------------------------------------------------------------- */

static enum outcome make_number(const struct option *option, const char *value, json_t **ret_json)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0')
        return usage("a whole number is taken by the option", option->name);
    *ret_json = json_integer(number);
    return *ret_json != NULL ? OUTCOME_OK : memory_out();
}

static enum outcome make_text(const struct option *option, const char *value, json_t **ret_json)
{
    *ret_json = json_string(value);
    return *ret_json != NULL ? OUTCOME_OK : usage("not valid UTF-8 in the option", option->name);
}

static enum outcome make_secret(const struct option *option, const char *path, json_t **ret_json)
{
    char secret[SECRET_LINE_BYTES];
    TRY(secret_read_line(path, secret, sizeof secret));
    enum outcome outcome = make_text(option, secret, ret_json);
    explicit_bzero(secret, sizeof secret);
    return outcome;
}

/* The whole text of a file, without the line ends behind it. */
static enum outcome make_lines(const struct option *option, const char *path, json_t **ret_json)
{
    struct buffer text;
    TRY(file_read(path, REQUEST_MAX_BODY, &text));
    *ret_json = json_stringn(text.text, file_text_length(&text));
    buffer_wipe(&text);
    return *ret_json != NULL ? OUTCOME_OK : usage("not valid UTF-8 in the file of the option", option->name);
}

static enum outcome make_value(const struct given *given, json_t **ret_json)
{
    unsigned traits = given->option->traits;
    if (given->value == NULL)
        *ret_json = (traits & MANY) != 0 ? json_array() : json_null();
    else if ((traits & YES_NO) != 0)
        *ret_json = json_boolean(strcmp(given->value, "yes") == 0);
    else if ((traits & NUMBER) != 0)
        return make_number(given->option, given->value, ret_json);
    else if ((traits & LINES) != 0)
        return make_lines(given->option, given->value, ret_json);
    else if ((traits & SECRET) != 0)
        return make_secret(given->option, given->value, ret_json);
    else
        return make_text(given->option, given->value, ret_json);
    return *ret_json != NULL ? OUTCOME_OK : memory_out();
}

/* The object in which the member's last name stands, made when it is not there; *member moves to that name. NULL when memory is out. */
static json_t *find_holder(json_t *body, const char **member)
{
    for (size_t len = strcspn(*member, "."); (*member)[len] == '.'; len = strcspn(*member, ".")) {
        char name[MAX_MEMBER] = "";
        strncat(name, *member, len < sizeof name - 1 ? len : sizeof name - 1);
        json_t *inner = json_object_get(body, name);
        if (!json_is_object(inner) && json_object_set_new(body, name, json_object()) != 0)
            return NULL;
        body = json_object_get(body, name);
        *member += len + 1;
    }
    return body;
}

/* Takes over `value`. */
static enum outcome put_member(json_t *body, const struct given *given, json_t *value)
{
    const char *member = given->option->member;
    json_t *holder = find_holder(body, &member);
    bool many = (given->option->traits & MANY) != 0 && given->value != NULL;
    bool put = holder != NULL;
    if (put && many && !json_is_array(json_object_get(holder, member)))
        put = json_object_set_new(holder, member, json_array()) == 0;
    if (put)
        put = (many ? json_array_append(json_object_get(holder, member), value)
                    : json_object_set(holder, member, value)) == 0;
    json_decref(value);
    return put ? OUTCOME_OK : memory_out();
}

static enum outcome read_body(const char *path, json_t **ret_body)
{
    struct buffer text;
    TRY(file_read(path, REQUEST_MAX_BODY, &text));
    json_t *body = NULL;
    enum outcome outcome = file_parse(path, text.text, text.len, 1, &body);
    buffer_wipe(&text);
    TRY(outcome);
    if (json_is_object(body)) {
        *ret_body = body;
        return OUTCOME_OK;
    }
    json_decref(body);
    return usage("a JSON object is expected in", path);
}

static enum outcome add_options(json_t *body, const struct options *options)
{
    for (size_t i = 0; i < options->n_given; i++) {
        if (options->given[i].option->place != IN_BODY)
            continue;
        json_t *value = NULL;
        TRY(make_value(&options->given[i], &value));
        TRY(put_member(body, &options->given[i], value));
    }
    return OUTCOME_OK;
}

/* Times that were not given are that of now, in UTC. */
static enum outcome add_times(json_t *body, const struct options *options)
{
    char now[sizeof "2026-11-01T00:00:00Z"];
    time_t seconds = time(NULL);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) == NULL || strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        complain("this machine does not tell the time", NULL);
        return OUTCOME_LOCAL;
    }
    for (const struct option *option = options->verb->options; option != NULL && option->name != NULL; option++) {
        bool fills = (option->traits & NOW) != 0 && json_object_get(body, option->member) == NULL;
        if (fills && json_object_set_new(body, option->member, json_string(now)) != 0)
            return memory_out();
    }
    return OUTCOME_OK;
}

enum outcome request_body(const struct options *options, json_t **ret_body)
{
    auto_json body = NULL;
    if (!table_has_own(options->verb, OWN_BODY))
        return OUTCOME_OK;
    if (options->own[OWN_BODY] != NULL)
        TRY(read_body(options->own[OWN_BODY], &body));
    else
        body = json_object();
    if (body == NULL)
        return memory_out();
    TRY(add_options(body, options));
    TRY(add_times(body, options));
    bool is_whole = options->verb->act != ACT_WRITE;
    if (is_whole && json_object_size(body) == 0 && strcmp(options->verb->method, "PATCH") == 0)
        return options_usage(options->verb, "there is nothing to change");
    *ret_body = json_incref(body);
    return OUTCOME_OK;
}

/* A search goes on with the same body and the token of the page. */
static enum outcome set_page(json_t *body, const struct request_page *page)
{
    if (page->wanted > 0 && json_object_set_new(body, "limit", json_integer((json_int_t)page_limit(page))) != 0)
        return memory_out();
    if (page->token != NULL && json_object_set_new(body, "pageToken", json_string(page->token)) != 0)
        return memory_out();
    return OUTCOME_OK;
}

enum outcome request_page_body(const struct options *options, json_t *body, const struct request_page *page,
                               char **ret_text)
{
    const unsigned search = PAGED | READS;
    if (body == NULL)
        return OUTCOME_OK;
    if ((options->verb->traits & search) == search)
        TRY(set_page(body, page));
    *ret_text = json_dumps(body, JSON_COMPACT);
    return *ret_text != NULL ? OUTCOME_OK : memory_out();
}
