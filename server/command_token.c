/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command_token.c: the local issuer from the command line: its key (`tryggd issuer`) and its tokens (`tryggd token`).
 * It may not open the store: what a token's subject may do is decided there, when the token is used.
 * The token goes to standard output and nowhere else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "auth/local_issuer.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "command.h"
#include "complain.h"

enum { MAX_SECONDS = 86400, STANDARD_LIFETIME = 3600 };

static int need_local_issuer(const struct config *config)
{
    if (config->local_key_file == NULL)
        return complain(EX_CONFIG, "the configuration has no [local-issuer]");
    return EXIT_SUCCESS;
}

int command_issuer(const struct invocation *invocation)
{
    const struct config *config = &invocation->config;

    int code = need_local_issuer(config);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = local_issuer_create(config->local_key_file, config->local_jwks_file);
    if (status == STATUS_EXISTS)
        return complain(EX_CANTCREAT, "%s or %s is there already and is not replaced", config->local_key_file,
                        config->local_jwks_file);
    if (status == STATUS_COMMIT_UNKNOWN)
        return complain(EX_IOERR, "%s and %s may not be stored; remove %s, if it is there, and do it again",
                        config->local_key_file, config->local_jwks_file, config->local_jwks_file);
    if (status != STATUS_OK)
        return complain(exit_code_of(status), "%s and %s cannot be written (%s)", config->local_key_file,
                        config->local_jwks_file, status_name(status));
    printf("key: %s\nkey set: %s\n", config->local_key_file, config->local_jwks_file);
    return EXIT_SUCCESS;
}

/* The issuer of that name, or the first that trusts the local key set. */
static const struct auth_issuer *find_issuer(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->n_issuers; i++) {
        const struct config_issuer *issuer = &config->issuers[i];
        bool chosen = name != NULL ? strcmp(issuer->name, name) == 0
                                   : strcmp(issuer->issuer.jwks_file, config->local_jwks_file) == 0;
        if (chosen)
            return &issuer->issuer;
    }
    return NULL;
}

/* Seconds of an option, or the standard where it is absent. */
static int take_seconds(const struct invocation *invocation, enum option option, const char *name, int64_t least,
                        int64_t standard, int64_t *ret_seconds)
{
    const char *text = invocation->options[option];
    char *end = NULL;

    if (text == NULL) {
        *ret_seconds = standard;
        return EXIT_SUCCESS;
    }
    errno = 0;
    long long seconds = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || seconds < least || seconds > MAX_SECONDS)
        return complain(EX_USAGE, "%s takes seconds, %d to %d", name, (int)least, MAX_SECONDS);
    *ret_seconds = seconds;
    return EXIT_SUCCESS;
}

static const char *given_or(const struct invocation *invocation, enum option option, const char *standard)
{
    return invocation->options[option] != NULL ? invocation->options[option] : standard;
}

static int complain_of_key(const char *path, enum file_fault fault, enum status status)
{
    switch (fault) {
    case FILE_MISSING:
        return complain(EX_NOINPUT, "%s does not exist; make it with `tryggd issuer`", path);
    case FILE_CLOSED:
        return complain(EX_NOPERM, "%s cannot be read: this user may not open it, or its links lead in a circle", path);
    case FILE_TOO_OPEN:
        return complain(EX_NOPERM, "%s must be readable by its owner alone (chmod 600)", path);
    case FILE_NOT_REGULAR:
        return complain(EX_DATAERR, "%s is no regular file", path);
    case FILE_UNREADABLE:
        return complain(EX_IOERR, "%s cannot be read: the disk or the system fails", path);
    default:
        return complain(status == STATUS_TOO_LARGE ? EX_DATAERR : exit_code_of(status),
                        "%s cannot sign a token (%s); make it with `tryggd issuer`", path, status_name(status));
    }
}

int command_token(const struct invocation *invocation)
{
    const struct config *config = &invocation->config;
    auto_buffer token = buffer_make(16384);
    int64_t auth_age = 0;
    int64_t lifetime = 0;

    int code = need_local_issuer(config);
    if (code == EXIT_SUCCESS)
        code = take_seconds(invocation, OPTION_LIFETIME, "--lifetime", 1, STANDARD_LIFETIME, &lifetime);
    if (code == EXIT_SUCCESS)
        code = take_seconds(invocation, OPTION_AUTH_AGE, "--auth-age", 0, 0, &auth_age);
    if (code != EXIT_SUCCESS)
        return code;
    const struct auth_issuer *issuer = find_issuer(config, invocation->options[OPTION_ISSUER]);
    if (issuer == NULL)
        return complain(EX_CONFIG, "no [issuer] of the configuration has that name or trusts %s",
                        config->local_jwks_file);

    const int64_t now = clock_now() / 1000;
    const struct local_token claims = {
        .issuer = issuer->issuer,
        .audience = given_or(invocation, OPTION_AUDIENCE, issuer->audience),
        .subject = invocation->options[OPTION_SUBJECT],
        .client = given_or(invocation, OPTION_CLIENT, "trygg-local"),
        .scope = given_or(invocation, OPTION_SCOPE, "trygg:read trygg:write"),
        .acr = invocation->options[OPTION_ACR],
        .auth_time = now - auth_age,
        .issued_at = now,
        .lifetime = lifetime,
    };
    enum file_fault fault = FILE_FINE;
    enum status status = local_issuer_mint(config->local_key_file, &claims, &token, &fault);
    if (status != STATUS_OK)
        return complain_of_key(config->local_key_file, fault, status);
    puts((const char *)token.data);
    return EXIT_SUCCESS;
}
