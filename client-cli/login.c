/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decides which server is asked, with which token, in which language.
 * May not send anything.
 * Always: a profile's token is for the profile's own server, and standard input is one thing only; what was typed comes before the
 * environment, and that before a profile that was not asked for by name.
 */
#include "login.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "print.h"
#include "problem.h"
#include "profile.h"
#include "secret.h"

/* ---- What comes first ----------------------------------------------------------------------------------------------- */

/* Whether the profile was named on the command line: what it says comes before the environment then. */
static bool is_typed(const struct options *options)
{
    return options->own[OWN_PROFILE] != NULL;
}

static bool has_token(const struct profile *profile)
{
    return profile->token_file != NULL || profile->token_command != NULL;
}

static const char *find_server(const struct options *options, const struct profile *profile)
{
    const char *server = environment("TRYGG_SERVER");
    if (options->own[OWN_SERVER] != NULL)
        return options->own[OWN_SERVER];
    return server == NULL || (is_typed(options) && profile->server != NULL) ? profile->server : server;
}

/* A variable of the environment that tells the token; NULL if there is none, or if the profile comes first. */
static const char *token_variable(const struct options *options, const struct profile *profile, const char *name)
{
    return is_typed(options) && has_token(profile) ? NULL : environment(name);
}

/* The file that the token comes from, when it does not come from the profile; NULL for none. */
static const char *token_file(const struct options *options, const struct profile *profile)
{
    const char *typed = options->own[OWN_TOKEN_FILE];
    return typed != NULL ? typed : token_variable(options, profile, "TRYGG_TOKEN_FILE");
}

/* ---- Standard input ------------------------------------------------------------------------------------------------- */

static size_t is_input(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

/* Whether "-" as the n-th argument is standard input: as what is sent, not as where an answer goes. */
static bool takes_input(const struct verb *verb, size_t n)
{
    return (table_sends_file(verb) && table_is_file(verb, n)) || (verb->act == ACT_WRITE && n == table_n_needed(verb));
}

static enum outcome check_input_once(const struct options *options, const struct profile *profile)
{
    size_t n = is_input(options->own[OWN_BODY]);
    if ((options->verb->traits & OPEN) == 0)
        n += is_input(token_file(options, profile));
    for (size_t i = 0; i < options->n_arguments; i++)
        n += takes_input(options->verb, i) && is_input(options->arguments[i]);
    for (size_t i = 0; i < options->n_given; i++)
        if ((options->given[i].option->traits & SECRET) != 0)
            n += is_input(options->given[i].value);
    return n <= 1 ? OUTCOME_OK
                  : usage("standard input can give one thing only, and '-' stands for it more than once", NULL);
}

/* ---- The token ------------------------------------------------------------------------------------------------------ */

static enum outcome take_variable(const char *token, char ret_token[static SECRET_TOKEN_BYTES])
{
    if (strlen(token) >= SECRET_TOKEN_BYTES || !secret_is_printable(token))
        return usage("TRYGG_TOKEN is not a token", NULL);
    memcpy(ret_token, token, strlen(token) + 1);
    return OUTCOME_OK;
}

static enum outcome take_profiles(const struct profile *profile, const char *server,
                                  char ret_token[static SECRET_TOKEN_BYTES])
{
    if (!has_token(profile))
        return OUTCOME_OK;
    assert(profile->server != NULL); /* profile_read */
    if (strcmp(profile->server, server) != 0)
        return usage(
            "another server is named than the profile's, so the profile's token is not sent there; say which token "
            "with --token-file, or without --profile with TRYGG_TOKEN_FILE or TRYGG_TOKEN. The profile is",
            profile->name);
    if (profile->token_file != NULL)
        return secret_read_token(profile->token_file, ret_token, SECRET_TOKEN_BYTES);
    return secret_run(profile->token_command, ret_token, SECRET_TOKEN_BYTES);
}

/* "" if there is no token anywhere: the server says then what it wants. */
static enum outcome find_token(const struct options *options, const struct profile *profile, const char *server,
                               char ret_token[static SECRET_TOKEN_BYTES])
{
    const char *file = token_file(options, profile);
    const char *token = token_variable(options, profile, "TRYGG_TOKEN");
    *ret_token = '\0';
    if ((options->verb->traits & OPEN) != 0)
        return OUTCOME_OK;
    if (file != NULL)
        return secret_read_token(file, ret_token, SECRET_TOKEN_BYTES);
    if (token != NULL)
        return take_variable(token, ret_token);
    return take_profiles(profile, server, ret_token);
}

static enum outcome open_with(const struct options *options, const struct profile *profile, struct http **ret_http)
{
    const char *server = find_server(options, profile);
    if (server == NULL)
        return usage("which server? Use --server, TRYGG_SERVER or a profile", NULL);
    const char *language = profile->language != NULL ? profile->language : problem_language();
    char token[SECRET_TOKEN_BYTES];
    struct http *http = NULL;
    TRY(http_open(server, language, &http));
    bool own = profile->server != NULL && strcmp(profile->server, server) == 0;
    enum outcome outcome = http_trust(http, own ? profile->ca_file : NULL);
    if (outcome == OUTCOME_OK)
        outcome = find_token(options, profile, server, token);
    if (outcome == OUTCOME_OK && *token != '\0')
        outcome = http_authorise(http, token);
    explicit_bzero(token, sizeof token);
    if (outcome == OUTCOME_OK)
        *ret_http = http;
    else
        http_close(http);
    return outcome;
}

enum outcome login_open(const struct options *options, struct http **ret_http)
{
    struct profile profile = {0};
    TRY(profile_read(options->own[OWN_PROFILE], &profile));
    enum outcome outcome = check_input_once(options, &profile);
    if (outcome == OUTCOME_OK)
        outcome = open_with(options, &profile, ret_http);
    profile_clear(&profile);
    return outcome;
}
