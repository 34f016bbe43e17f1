/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the tables of verbs for parsing, help, completion and requests.
 * May not know any verb by name, nor print.
 * Always: which of trygg's own options a verb takes follows from its row alone.
 */
#include "table.h"

#include <string.h>

const struct own_option own_options[OWN_COUNT] = {
    [OWN_LIMIT] = {"limit", "N", false, OWN_PAGED, "query", "limit", "at most so many, over all pages"},
    [OWN_ALL] = {"all", NULL, false, OWN_ENDLESS, NULL, NULL, "all there are; without this and --limit, the newest 50"},
    [OWN_TOKEN] = {"page-token", "TOKEN", false, OWN_FED, "query", "pageToken",
                   "go on behind the page that told this token; without it, from the beginning"},
    [OWN_IDS] = {"ids", NULL, false, OWN_THIRD, NULL, NULL,
                 "the id of each row too, by which trygg logs proof proves it"},
    [OWN_KEY] = {"idempotency-key", "KEY", false, OWN_KEYED, "header", "Idempotency-Key",
                 "the key of an earlier try, to make it at most once"},
    [OWN_BODY] = {"body", "FILE", true, OWN_WITH_BODY, NULL, NULL,
                  "file with the whole body as JSON, - is standard input, which keeps names off the command line; "
                  "other options add to it"},
    [OWN_IF_VERSION] = {"version", "N", false, OWN_VERSIONED, "header", "If-Match",
                        "change this version only; when left out, the one that is there now, which is read first, and "
                        "that leaves a row in the log too"},
    [OWN_OUTPUT] = {"output", "FILE", true, OWN_VERBATIM, NULL, NULL,
                    "a new file for the answer, instead of standard output"},
    [OWN_SERVER] = {"server", "URL", false, OWN_ALWAYS, NULL, NULL,
                    "the daemon's address; else the profile's, or TRYGG_SERVER"},
    [OWN_PROFILE] = {"profile", "NAME", false, OWN_ALWAYS, NULL, NULL,
                     "profile of the configuration; else TRYGG_PROFILE, or default"},
    [OWN_TOKEN_FILE] =
        {"token-file", "FILE", true, OWN_ALWAYS, NULL, NULL,
         "file with the token, - is standard input; else the profile's, TRYGG_TOKEN_FILE, or TRYGG_TOKEN"},
    [OWN_JSON] = {"json", NULL, false, OWN_ALWAYS, NULL, NULL, "print the answer as it is"},
    [OWN_HELP] = {"help", NULL, false, OWN_ALWAYS, NULL, NULL, "this text"},
    [OWN_VERSION] = {"version", NULL, false, OWN_ALWAYS, NULL, NULL, "the version of trygg"},
};

static bool is_method_of_body(const char *method)
{
    return method != NULL &&
           (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0);
}

bool table_has_own(const struct verb *verb, enum own_id own)
{
    enum own_when when = own_options[own].when;
    if (when == OWN_ALWAYS || verb == NULL)
        return when == OWN_ALWAYS;
    switch (when) {
    case OWN_PAGED:
        return (verb->traits & PAGED) != 0;
    case OWN_ENDLESS:
        return (verb->traits & ENDLESS) != 0;
    case OWN_FED:
        return (verb->traits & FEED) != 0;
    case OWN_VERBATIM:
        return verb->act == ACT_TEXT || verb->act == ACT_BYTES;
    case OWN_THIRD:
        return verb->view != NULL && verb->view->last != NULL;
    case OWN_KEYED:
        return verb->method != NULL && strcmp(verb->method, "POST") == 0 && (verb->traits & READS) == 0;
    case OWN_WITH_BODY:
        return is_method_of_body(verb->method) && (verb->traits & NO_BODY) == 0 && !table_sends_file(verb);
    case OWN_VERSIONED:
        return verb->version_path != NULL;
    default:
        return false;
    }
}

bool table_begins(const struct verb *verb, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (i == VERB_MAX_WORDS || verb->words[i] == NULL || strcmp(verb->words[i], words[i]) != 0)
            return false;
    return true;
}

bool table_is(const struct verb *verb, const char *const *words, size_t n)
{
    return table_begins(verb, words, n) && verb->words[n] == NULL;
}

const struct area *table_area(const char *word)
{
    for (const struct area *area = areas; area->word != NULL; area++)
        if (strcmp(area->word, word) == 0)
            return area;
    return NULL;
}

void table_next_words(const char *const *words, size_t n, void (*take)(const char *word, void *context), void *context)
{
    if (n == 0) {
        for (const struct area *area = areas; area->word != NULL; area++)
            take(area->word, context);
        return;
    }
    const struct area *area = table_area(words[0]);
    if (area == NULL)
        return;
    for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++) {
        if (!table_begins(verb, words, n) || verb->words[n] == NULL)
            continue;
        bool seen = false;
        for (const struct verb *other = area->verbs; other < verb && !seen; other++)
            seen = table_begins(other, verb->words, n + 1);
        if (!seen)
            take(verb->words[n], context);
    }
}

/* Whether "a.b" is `member`, or leads to one of its values when there are many ("a.b.3"). */
static bool is_member(const struct option *option, const char *member)
{
    size_t len = strlen(option->member);
    if (strncmp(option->member, member, len) != 0)
        return false;
    if (member[len] == '\0')
        return true;
    return (option->traits & MANY) != 0 && member[len] == '.' &&
           strspn(member + len + 1, "0123456789") == strlen(member + len + 1);
}

const struct option *table_option_of(const struct verb *verb, enum option_place place, const char *member)
{
    for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++)
        if (option->place == place && is_member(option, member))
            return option;
    return NULL;
}

size_t table_n_arguments(const struct verb *verb)
{
    size_t n = 0;
    while (verb->arguments[n] != NULL)
        n++;
    return n;
}

size_t table_n_needed(const struct verb *verb)
{
    size_t n = 0;
    while (verb->arguments[n] != NULL && *verb->arguments[n] != '[')
        n++;
    return n;
}

bool table_is_file(const struct verb *verb, size_t n)
{
    if (n >= table_n_arguments(verb))
        return false;
    return strcmp(verb->arguments[n], "FILE") == 0 || strcmp(verb->arguments[n], "[FILE]") == 0;
}

bool table_sends_file(const struct verb *verb)
{
    return verb->act == ACT_PROVISION || verb->act == ACT_UPLOAD || verb->act == ACT_CLOSE_MANY;
}

int table_no_name_length(const struct option *option)
{
    size_t len = strlen(option->name);
    return (int)((option->traits & SECRET) != 0 ? len - strlen("-file") : len);
}
