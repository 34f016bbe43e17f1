/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command.h: the commands of tryggd as a table. A command is a name, the options it takes and a function; help and the reading of
 * options come from the same rows.
 */
#ifndef TRYGG_COMMAND_H
#define TRYGG_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "call/call.h"
#include "config.h"

/* Every option that any command takes; each takes one value, but for those that are switches. */
enum option {
    OPTION_CONFIG,
    OPTION_SEED,
    OPTION_IDS,
    OPTION_ISSUER,
    OPTION_SUBJECT,
    OPTION_CLIENT,
    OPTION_SCOPE,
    OPTION_ACR,
    OPTION_LIFETIME,
    OPTION_AUTH_AGE,
    OPTION_AUDIENCE,
    OPTION_JSON,
    OPTION_NO_CONTENT,
    OPTION_COUNT
};

/* What a command was started with: its options as given (NULL where absent, a switch as "") and the configuration they name. */
struct invocation {
    const char *options[OPTION_COUNT];
    struct arena *arena;
    struct config config;
};

struct command {
    const char *name; /* one word or two */
    const char *summary;
    unsigned required; /* bits: 1 << enum option */
    unsigned optional;
    int (*run)(const struct invocation *invocation); /* an exit code */
};

extern const struct command commands[];
extern const size_t n_commands;

/* How many words of argv are the command's name; 0: it is another's. */
int command_named(const struct command *command, int argc, char **argv);

/* Reads the options of `command` from argv; complains and returns an exit code if they do not fit, 0 otherwise. */
must_check int command_options(const struct command *command, int argc, char **argv, struct invocation *invocation);

void command_help(void);

int command_serve(const struct invocation *invocation);
int command_init(const struct invocation *invocation);
int command_token(const struct invocation *invocation);
int command_issuer(const struct invocation *invocation);
int command_check_config(const struct invocation *invocation);
int command_config(const struct invocation *invocation);
int command_fsck(const struct invocation *invocation);
int command_log_key_create(const struct invocation *invocation);
int command_log_key_rotate(const struct invocation *invocation);
int command_log_key_retire(const struct invocation *invocation);
int command_log_key_show(const struct invocation *invocation);

/* ---- What several commands do -------------------------------------------------------------------------------------- */

/* What runs before any of them: memory for the libraries that do not bear its want, wiped by jansson; libsodium. Complains and returns an exit code,
 * or 0. */
must_check int command_memory(void);

/* What runs before any thread or secret: how lines are logged, time zone. Complains and returns an exit code, or 0. */
must_check int command_prepare(const struct config *config);

/* How the configuration has the logs signed. */
struct house_log_settings command_log(const struct config *config);

/* The issuers of the configuration, opened for verification. Complains and returns an exit code, or 0. */
must_check int command_open_auth(const struct config *config, struct auth **ret_auth);

#endif
