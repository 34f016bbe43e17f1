/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * trygg, the command-line client: wires options, login and what a verb does together.
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
#include "close_many.h"
#include "completion.h"
#include "download.h"
#include "help.h"
#include "http.h"
#include "login.h"
#include "options.h"
#include "outcome.h"
#include "print.h"
#include "provision.h"
#include "upload.h"
#include "verbatim.h"
#include "verify.h"
#include "witness.h"
#include "witness_key.h"
#include "write.h"

/* What jansson and libcurl free held names, civic numbers and the token. */
static void free_wiped(void *memory)
{
    if (memory != NULL)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static void *move_wiped(void *memory, size_t size)
{
    size_t old_size = memory == NULL ? 0 : malloc_usable_size(memory);
    void *moved = malloc(size);
    if (moved == NULL)
        return NULL;
    if (memory != NULL)
        memcpy(moved, memory, old_size < size ? old_size : size);
    free_wiped(memory);
    return moved;
}

static enum outcome ask(const struct options *options, enum outcome (*act)(struct http *, const struct options *))
{
    struct http *http = NULL;
    TRY(login_open(options, &http));
    enum outcome outcome = act(http, options);
    http_close(http);
    return outcome;
}

static enum outcome act(const struct options *options)
{
    if (options->own[OWN_HELP] != NULL) {
        help_print(stdout, options);
        return OUTCOME_OK;
    }
    if (options->own[OWN_VERSION] != NULL) {
        puts("trygg " TRYGG_VERSION);
        return OUTCOME_OK;
    }
    switch (options->verb->act) {
    case ACT_CALL:
        return ask(options, call_run);
    case ACT_TEXT:
    case ACT_BYTES:
        return ask(options, verbatim_run);
    case ACT_WRITE:
        return ask(options, write_run);
    case ACT_UPLOAD:
        return ask(options, upload_run);
    case ACT_DOWNLOAD:
        return ask(options, download_run);
    case ACT_PROVISION:
        return ask(options, provision_run);
    case ACT_CLOSE_MANY:
        return ask(options, close_many_run);
    case ACT_COMPLETION:
        return completion_run(options);
    case ACT_VERIFY:
        return verify_run(options);
    case ACT_WITNESS:
        return ask(options, witness_run);
    case ACT_KEY:
        return witness_key_run(options);
    }
    return OUTCOME_USAGE;
}

static enum outcome run(int argc, char **argv)
{
    struct options options;
    TRY(options_parse(argc, argv, &options));
    enum outcome outcome = act(&options);
    options_clear(&options);
    return outcome;
}

int main(int argc, char **argv)
{
    json_set_alloc_funcs(malloc, free_wiped);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free_wiped, move_wiped, strdup, calloc) != CURLE_OK) {
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
