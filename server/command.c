/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command.c: the table of commands and options, their help, and what several commands share.
 * It may not do the work of any one command and may not print a value that was given to it.
 * An option or command that is not a row here does not exist.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/json.h"
#include "complain.h"
#include "crypto/crypto.h"
#include "http/http.h"
#include "whole_file.h"

#define BIT(option) (1U << (option))

struct option_row {
    const char *name;
    const char *value; /* what stands for it in the help; NULL: a switch, which takes none */
    const char *help;
};

static const struct option_row options[OPTION_COUNT] = {
    [OPTION_CONFIG] = {"--config", "FILE", "the configuration, tryggd.ini(5)"},
    [OPTION_SEED] = {"--seed", "FILE", "the first organisations and people, as JSON"},
    [OPTION_IDS] = {"--ids", "FILE", "where to write the ids of what was seeded (default: standard output)"},
    [OPTION_ISSUER] = {"--issuer", "NAME",
                       "which [issuer \"NAME\"] to speak as (default: the first with the local key set)"},
    [OPTION_SUBJECT] = {"--subject", "SUB", "whose token: the subject of an identity"},
    [OPTION_CLIENT] = {"--client", "ID", "client_id (default: trygg-local; equal to the subject: a service client)"},
    [OPTION_SCOPE] = {"--scope", "SCOPES", "space separated (default: trygg:read trygg:write)"},
    [OPTION_ACR] = {"--acr", "ACR", "how strongly the person logged in (default: none, a weak login)"},
    [OPTION_LIFETIME] = {"--lifetime", "SECONDS", "1 to 86400 (default: 3600)"},
    [OPTION_AUTH_AGE] = {"--auth-age", "SECONDS", "how long ago the person logged in (default: 0)"},
    [OPTION_AUDIENCE] = {"--audience", "AUD", "another audience than the issuer's"},
    [OPTION_JSON] = {"--json", NULL, "the report as JSON"},
    [OPTION_NO_CONTENT] = {"--no-content", NULL, "opens nothing that is sealed, and needs no master key"},
};

const struct command commands[] = {
    {"serve", "answers over HTTP until SIGTERM or SIGINT", BIT(OPTION_CONFIG), 0, command_serve},
    {"init", "makes the store unless it is there, and puts the first people into it",
     BIT(OPTION_CONFIG) | BIT(OPTION_SEED), BIT(OPTION_IDS), command_init},
    {"issuer", "makes the key and key set of the local issuer", BIT(OPTION_CONFIG), 0, command_issuer},
    {"token", "prints a token of the local issuer", BIT(OPTION_CONFIG) | BIT(OPTION_SUBJECT),
     BIT(OPTION_ISSUER) | BIT(OPTION_CLIENT) | BIT(OPTION_SCOPE) | BIT(OPTION_ACR) | BIT(OPTION_LIFETIME) |
         BIT(OPTION_AUTH_AGE) | BIT(OPTION_AUDIENCE),
     command_token},
    {"check-config", "reads the configuration and its key sets, and says what is wrong", BIT(OPTION_CONFIG), 0,
     command_check_config},
    {"fsck", "says whether the store is whole, while no daemon uses it; changes nothing", BIT(OPTION_CONFIG),
     BIT(OPTION_JSON) | BIT(OPTION_NO_CONTENT), command_fsck},
    {"log-key create", "makes the key that signs the logs", BIT(OPTION_CONFIG), 0, command_log_key_create},
    {"log-key rotate", "adds a new key to the one that signs the logs; from the next start on both sign",
     BIT(OPTION_CONFIG), 0, command_log_key_rotate},
    {"log-key retire", "takes the oldest key out, once the logs are signed with the others; while no daemon runs",
     BIT(OPTION_CONFIG), 0, command_log_key_retire},
    {"log-key show", "prints the verifier keys of every log, while no daemon runs", BIT(OPTION_CONFIG), 0,
     command_log_key_show},
    {"config", "prints every setting with its meaning, its default and its value", BIT(OPTION_CONFIG), 0,
     command_config},
};
const size_t n_commands = sizeof commands / sizeof commands[0];

void command_help(void)
{
    puts("tryggd, the daemon of trygg: a confidential back end for school records\n\nusage:");
    for (size_t i = 0; i < n_commands; i++) {
        printf("  tryggd %s", commands[i].name);
        for (int o = 0; o < OPTION_COUNT; o++) {
            if (commands[i].required & BIT(o))
                printf(" %s %s", options[o].name, options[o].value);
            else if ((commands[i].optional & BIT(o)) && options[o].value == NULL)
                printf(" [%s]", options[o].name);
            else if (commands[i].optional & BIT(o))
                printf(" [%s %s]", options[o].name, options[o].value);
        }
        printf("\n      %s\n", commands[i].summary);
    }
    puts("  tryggd --help | --version\n\noptions:");
    for (int o = 0; o < OPTION_COUNT; o++)
        printf("  %-12s %-8s %s\n", options[o].name, options[o].value != NULL ? options[o].value : "", options[o].help);
}

int command_named(const struct command *command, int argc, char **argv)
{
    const char *rest = command->name;
    int words = 0;

    for (; *rest != '\0'; words++) {
        const size_t len = strcspn(rest, " ");
        if (words == argc || strlen(argv[words]) != len || strncmp(argv[words], rest, len) != 0)
            return 0;
        rest += len + strspn(rest + len, " ");
    }
    return words;
}

static int find_option(const char *name)
{
    for (int o = 0; o < OPTION_COUNT; o++) {
        if (strcmp(options[o].name, name) == 0)
            return o;
    }
    return -1;
}

/* The option at argv[i]; ret_used is how many words it takes. */
static int take_option(const struct command *command, int argc, char **argv, int i, struct invocation *invocation,
                       int *ret_used)
{
    int o = find_option(argv[i]);
    if (o < 0 || !((command->required | command->optional) & BIT(o)))
        return complain(EX_USAGE, "%s takes no %s; see `tryggd --help`", command->name, argv[i]);
    if (invocation->options[o] != NULL)
        return complain(EX_USAGE, "%s is given twice", argv[i]);
    if (options[o].value != NULL && (i + 1 == argc || argv[i + 1][0] == '\0'))
        return complain(EX_USAGE, "%s needs a value: %s %s", argv[i], argv[i], options[o].value);
    invocation->options[o] = options[o].value != NULL ? argv[i + 1] : "";
    *ret_used = options[o].value != NULL ? 2 : 1;
    return EXIT_SUCCESS;
}

int command_options(const struct command *command, int argc, char **argv, struct invocation *invocation)
{
    for (int i = 0, used = 0; i < argc; i += used) {
        int code = take_option(command, argc, argv, i, invocation, &used);
        if (code != EXIT_SUCCESS)
            return code;
    }
    for (int o = 0; o < OPTION_COUNT; o++) {
        if ((command->required & BIT(o)) && invocation->options[o] == NULL)
            return complain(EX_USAGE, "%s needs %s %s", command->name, options[o].name, options[o].value);
    }
    return EXIT_SUCCESS;
}

int command_memory(void)
{
    json_wipe_on_free();
    if (crypto_start() != STATUS_OK)
        return complain(EX_OSERR, "libsodium could not be started");
    return auth_prepare() == STATUS_OK ? EXIT_SUCCESS : complain(EX_SOFTWARE, "OpenSSL was started too early");
}

/* What a zone's name never has, and what was meant by it. */
static const struct {
    char sign;
    const char *hint;
} zone_slips[] = {
    {';', "a comment has a line of its own"},
    {'#', "a comment has a line of its own"},
    {'"', "a value has no quotes"},
    {'\'', "a value has no quotes"},
};

static int complain_of_time_zone(const struct config *config)
{
    const char *hint = "is it an IANA name, and is the package tzdata installed?";
    char place[CONFIG_PLACE_BYTES];

    for (size_t i = 0; i < sizeof zone_slips / sizeof zone_slips[0]; i++) {
        if (strchr(config->time_zone, zone_slips[i].sign) != NULL)
            hint = zone_slips[i].hint;
    }
    config_place(config, &config->time_zone, place);
    return complain(EX_CONFIG, "%s: the system does not know the time zone %s (%s)", place, config->time_zone, hint);
}

int command_prepare(const struct config *config)
{
    log_threshold(config->log_level);
    log_write_as(config->log_format);
    if (clock_set_zone(config->time_zone) != STATUS_OK)
        return complain_of_time_zone(config);
    return EXIT_SUCCESS;
}

struct house_log_settings command_log(const struct config *config)
{
    return (struct house_log_settings){
        .signing_key_file = config->log_signing_key_file,
        .name = config->log_name,
        .witnesses = config->log_witnesses.keys,
        .n_witnesses = config->log_witnesses.n,
    };
}

/* The first issuer that cannot be trusted, and why; NULL when each can, alone. */
static const struct config_issuer *find_culprit(const struct config *config, const char **ret_fault)
{
    for (size_t i = 0; i < config->n_issuers; i++) {
        struct auth *auth = NULL;
        const char *fault = NULL;
        if (auth_open(&config->issuers[i].issuer, 1, &auth, &fault) != STATUS_OK) {
            *ret_fault = fault;
            return &config->issuers[i];
        }
        auth_close(auth);
    }
    return NULL;
}

static int complain_of_issuers(const struct config *config, const char *fault)
{
    const struct config_issuer *culprit = find_culprit(config, &fault);
    char place[CONFIG_PLACE_BYTES];

    if (culprit == NULL)
        return complain(EX_CONFIG, "the issuers cannot be trusted: %s", fault);
    const char *path = culprit->issuer.jwks_file;
    const char *obstacle = whole_file_obstacle(path);
    config_place(config, &culprit->issuer.jwks_file, place);
    if (obstacle != NULL)
        return complain(EX_CONFIG,
                        "%s: %s cannot be read: %s; fetch it from the login provider, or make it with `tryggd issuer`",
                        place, path, obstacle);
    return complain(EX_CONFIG, "%s: %s cannot be trusted: %s", place, path, fault);
}

int command_open_auth(const struct config *config, struct auth **ret_auth)
{
    struct auth_issuer issuers[CONFIG_MAX_ISSUERS];
    const char *fault = NULL;

    if (config->n_issuers == 0)
        return complain(EX_CONFIG, "the configuration has no [issuer \"NAME\"]: nobody could log in");
    for (size_t i = 0; i < config->n_issuers; i++)
        issuers[i] = config->issuers[i].issuer;
    enum status status = auth_open(issuers, config->n_issuers, ret_auth, &fault);
    if (status == STATUS_NO_MEMORY)
        return complain(EX_OSERR, "no memory for the issuers and their key sets");
    if (status != STATUS_OK)
        return complain_of_issuers(config, fault != NULL ? fault : status_name(status));
    return EXIT_SUCCESS;
}

static int check_certificate(const struct config *config)
{
    if (config->tls_certificate_file == NULL)
        return EXIT_SUCCESS;
    enum status status = http_check_tls(config->tls_certificate_file, config->tls_key_file);
    return status == STATUS_OK ? EXIT_SUCCESS : complain_of_certificate(config, status);
}

int command_check_config(const struct invocation *invocation)
{
    struct auth *auth = NULL;

    int code = command_prepare(&invocation->config);
    if (code != EXIT_SUCCESS)
        return code;
    code = command_open_auth(&invocation->config, &auth);
    if (code != EXIT_SUCCESS)
        return code;
    auth_close(auth);
    code = check_certificate(&invocation->config);
    if (code == EXIT_SUCCESS)
        puts("the configuration is fine");
    return code;
}

int command_config(const struct invocation *invocation)
{
    config_print(&invocation->config, stdout);
    if (fflush(stdout) != 0)
        return complain(EX_IOERR, "the configuration could not be written out");
    return EXIT_SUCCESS;
}
