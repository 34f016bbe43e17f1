/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Problems (RFC 9457) as people read them, on standard error.
 * May not end the program or guess: what the server did not say is not said.
 * Always: every HTTP status has exactly one exit code.
 */
#include "problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void tell_fields(const json_t *errors)
{
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const json_t *error = json_array_get(errors, i);
        fputs(" ", stderr);
        tell_part(" ", member(error, "in"), "");
        tell_part(" ", member(error, "name"), ":");
        tell_part(" ", member(error, "detail"), "");
        tell_part(" (", member(error, "code"), ")");
        fputc('\n', stderr);
    }
}

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

enum outcome problem_tell(const struct http_answer *answer, const json_t *body, bool as_json)
{
    enum outcome outcome = problem_outcome(answer->status);
    if (as_json && json_is_object(body)) {
        enum outcome printed = print_json(stderr, body);
        return printed == OUTCOME_OK ? outcome : printed;
    }
    const char *title = member(body, "title");
    if (*title == '\0')
        fprintf(stderr, "trygg: the server answered %ld without saying why\n", answer->status);
    tell_part("trygg: ", title, "\n");
    tell_part("  ", member(body, "detail"), "\n");
    tell_fields(json_object_get(body, "errors"));
    if (answer->status == 401)
        tell_challenge(answer->challenge);
    return outcome;
}
