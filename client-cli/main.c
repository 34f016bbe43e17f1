/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * trygg, the command-line client: wires options, token, server and call together.
 * May not know the daemon but through HTTP and its contract.
 * Always: the exit code says how it ended (outcome.h), and secrets are wiped before.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "http.h"
#include "options.h"
#include "outcome.h"
#include "print.h"
#include "problem.h"
#include "secret.h"

/* What jansson frees held names and civic numbers. */
static void free_wiped(void *memory)
{
    if (memory != NULL)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

/* Standard input can be one thing only. */
static enum outcome check_input_once(const struct options *options)
{
    size_t n = options->token_file != NULL && strcmp(options->token_file, "-") == 0;
    const struct option *option = options->verb->options;
    for (size_t i = 0; option != NULL && option[i].name != NULL; i++)
        if (option[i].place == OPTION_BODY_FROM_FILE && options->values[i] != NULL)
            n += strcmp(options->values[i], "-") == 0;
    if (n <= 1)
        return OUTCOME_OK;
    complain("standard input can give the token or another secret, not both", NULL);
    return OUTCOME_USAGE;
}

static enum outcome open_server(const struct options *options, const char *token, struct http **ret_http)
{
    const char *server = options->server != NULL ? options->server : getenv("TRYGG_SERVER");
    if (server == NULL || *server == '\0') {
        complain("which server? Use --server or TRYGG_SERVER", NULL);
        return OUTCOME_USAGE;
    }
    return http_open(server, *token == '\0' ? NULL : token, problem_language(), ret_http);
}

static enum outcome ask(const struct options *options)
{
    char token[SECRET_TOKEN_BYTES] = "";
    TRY(check_input_once(options));
    if (!options->verb->open)
        TRY(secret_token(options->token_file, token));
    struct http *http = NULL;
    enum outcome outcome = open_server(options, token, &http);
    explicit_bzero(token, sizeof token);
    if (outcome != OUTCOME_OK)
        return outcome;
    outcome = call_run(http, options);
    http_close(http);
    return outcome;
}

static enum outcome run(int argc, char **argv)
{
    struct options options;
    TRY(options_parse(argc, argv, &options));
    if (options.help) {
        options_help(stdout, &options);
        return OUTCOME_OK;
    }
    if (options.version) {
        puts("trygg " TRYGG_VERSION);
        return OUTCOME_OK;
    }
    return ask(&options);
}

int main(int argc, char **argv)
{
    json_set_alloc_funcs(malloc, free_wiped);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        complain("libcurl does not start", NULL);
        return OUTCOME_LOCAL;
    }
    enum outcome outcome = run(argc, argv);
    curl_global_cleanup();
    if (fflush(stdout) == 0 && !ferror(stdout))
        return (int)outcome;
    complain("the output cannot be written", NULL);
    return outcome == OUTCOME_OK ? OUTCOME_LOCAL : (int)outcome;
}
