/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Problems (RFC 9457) as people read them, on standard error.
 * May not end the program or guess: what the server did not say is not said.
 * Always: every HTTP status has exactly one exit code.
 */
#include "problem.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "print.h"

const char *problem_language(void)
{
    static const struct {
        const char *prefix, *language;
    } languages[] = {{"sv", "sv"}, {"nb", "nb"}, {"nn", "nb"}, {"no", "nb"}};
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && (locale == NULL || *locale == '\0'); i++)
        locale = getenv(variables[i]);
    for (size_t i = 0; locale != NULL && i < sizeof languages / sizeof *languages; i++)
        if (strncmp(locale, languages[i].prefix, 2) == 0 && strchr("_.@-", locale[2]) != NULL)
            return languages[i].language;
    return "en";
}

/* The first range that holds the status decides. */
static const struct {
    long first, last;
    enum outcome outcome;
} outcomes[] = {
    {200, 299, OUTCOME_OK},        {401, 401, OUTCOME_LOGIN},    {403, 403, OUTCOME_FORBIDDEN},
    {404, 404, OUTCOME_NOT_FOUND}, {409, 409, OUTCOME_CONFLICT}, {412, 412, OUTCOME_CONFLICT},
    {428, 428, OUTCOME_CONFLICT},  {429, 429, OUTCOME_SERVER},   {400, 499, OUTCOME_BAD_INPUT},
};

enum outcome problem_outcome(long status)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (status >= outcomes[i].first && status <= outcomes[i].last)
            return outcomes[i].outcome;
    return OUTCOME_SERVER;
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static void tell_part(const char *before, const char *text, const char *after)
{
    if (*text == '\0')
        return;
    fputs(before, stderr);
    print_text(stderr, text);
    fputs(after, stderr);
}

/* ---- Wrong fields --------------------------------------------------------------------------------------------------- */

enum { MAX_NAME = 128 };

/* "/externalId/system" as the tables write it: "externalId.system". */
static void to_member(const char *pointer, char ret_member[static MAX_NAME])
{
    *ret_member = '\0';
    if (*pointer != '/')
        return;
    snprintf(ret_member, MAX_NAME, "%s", pointer + 1);
    for (char *at = strchr(ret_member, '/'); at != NULL; at = strchr(at, '/'))
        *at = '.';
}

/* The place in the path's braces that has this name, as help calls it; NULL if there is none. */
static const char *argument_of(const struct verb *verb, const char *name)
{
    size_t len = strlen(name);
    size_t n = 0;
    for (const char *at = strchr(verb->path, '{'); at != NULL; at = strchr(at + 1, '{'), n++)
        if (strncmp(at + 1, name, len) == 0 && at[len + 1] == '}')
            return n < VERB_MAX_ARGUMENTS ? verb->arguments[n] : NULL;
    return NULL;
}

static const char *own_of(const struct verb *verb, const char *in, const char *name)
{
    bool is_limit = strcmp(in, "body") == 0 && strcmp(name, "/limit") == 0;
    for (size_t own = 0; own < OWN_COUNT; own++) {
        const struct own_option *option = &own_options[own];
        if (option->in == NULL || !table_has_own(verb, (enum own_id)own))
            continue;
        if ((strcmp(option->in, in) == 0 && strcasecmp(option->field, name) == 0) || (is_limit && own == OWN_LIMIT))
            return option->name;
    }
    return NULL;
}

/* The option that carries the field, NULL if none does. */
static const char *option_of(const struct verb *verb, const char *in, const char *name)
{
    char member[MAX_NAME];
    const struct option *option = NULL;
    if (strcmp(in, "body") == 0) {
        to_member(name, member);
        option = table_option_of(verb, IN_BODY, member);
    } else if (strcmp(in, "query") == 0) {
        option = table_option_of(verb, IN_QUERY, name);
    }
    return option != NULL ? option->name : own_of(verb, in, name);
}

/* "--given (/givenName)", "ID (studentId)", or where the contract says that it stands: "body /shoe". */
static void tell_place(const struct verb *verb, const char *in, const char *name)
{
    const char *option = verb == NULL ? NULL : option_of(verb, in, name);
    const char *argument = verb == NULL || strcmp(in, "path") != 0 ? NULL : argument_of(verb, name);
    if (option == NULL && argument == NULL) {
        tell_part("", in, *in == '\0' ? "" : " ");
        print_text(stderr, name);
        return;
    }
    fprintf(stderr, option != NULL ? "--%s (" : "%s (", option != NULL ? option : argument);
    print_text(stderr, name);
    fputc(')', stderr);
}

/* The code is for programs; it is shown where the sentence is missing. */
static void tell_fields(const json_t *errors, const struct verb *verb, const char *indent)
{
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const json_t *error = json_array_get(errors, i);
        const char *detail = member(error, "detail");
        fputs(indent, stderr);
        tell_place(verb, member(error, "in"), member(error, "name"));
        fputs(": ", stderr);
        print_text(stderr, *detail != '\0' ? detail : member(error, "code"));
        fputc('\n', stderr);
    }
}

void problem_tell_item(size_t number, size_t more, const json_t *problem)
{
    const char *title = member(problem, "title");
    fprintf(stderr, "item %zu: ", number);
    print_text(stderr, *title != '\0' ? title : "refused");
    fputc('\n', stderr);
    const json_t *errors = json_object_get(problem, "errors");
    if (json_array_size(errors) > 0)
        tell_fields(errors, NULL, "  ");
    else
        tell_part("  ", member(problem, "detail"), "\n");
    if (more > 0)
        fprintf(stderr, "  … and %zu more like this\n", more);
}

/* What has to be done first (S6). */
static void tell_due(const json_t *due)
{
    for (size_t i = 0; i < json_array_size(due); i++) {
        const json_t *personsak = json_array_get(due, i);
        tell_part("  due: ", member(personsak, "reference"), "");
        tell_part(" ", member(personsak, "id"), "\n");
    }
}

/* ---- Logins --------------------------------------------------------------------------------------------------------- */

/* Copies the value of `name="…"` or `name=…` from a challenge; "" if it is not there. */
static void challenge_parameter(const char *challenge, const char *name, char *ret_text, size_t size)
{
    *ret_text = '\0';
    size_t len = strlen(name);
    for (const char *at = strstr(challenge, name); at != NULL; at = strstr(at + len, name)) {
        bool whole = (at == challenge || at[-1] == ' ' || at[-1] == ',') && at[len] == '=';
        if (!whole)
            continue;
        const char *value = at + len + 1;
        bool quoted = *value == '"';
        value += quoted;
        size_t value_len = strcspn(value, quoted ? "\"" : ", ");
        if (value_len < size)
            snprintf(ret_text, size, "%.*s", (int)value_len, value);
        return;
    }
}

/* RFC 9470: which login is wanted. */
static void tell_challenge(const char *challenge)
{
    char acr[HTTP_MAX_CHALLENGE];
    char age[32];
    challenge_parameter(challenge, "acr_values", acr, sizeof acr);
    challenge_parameter(challenge, "max_age", age, sizeof age);
    tell_part("  wanted login: acr ", acr, "\n");
    tell_part("  not older than: ", age, " seconds\n");
}

enum outcome problem_tell(const struct http_answer *answer, const json_t *body, const struct options *options)
{
    enum outcome outcome = problem_outcome(answer->status);
    if (options->own[OWN_JSON] != NULL && json_is_object(body)) {
        enum outcome printed = print_json(stderr, body);
        return printed == OUTCOME_OK ? outcome : printed;
    }
    const char *title = member(body, "title");
    if (*title == '\0')
        fprintf(stderr, "trygg: the server answered %ld without saying why\n", answer->status);
    tell_part("trygg: ", title, "\n");
    tell_part("  ", member(body, "detail"), "\n");
    tell_fields(json_object_get(body, "errors"), options->verb, "  ");
    tell_due(json_object_get(body, "due"));
    if (answer->status == 401)
        tell_challenge(answer->challenge);
    return outcome;
}
