/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * profile.h: what stands in the configuration for one server: where it is, and where the token for it comes from.
 *
 *   [default]
 *   server = https://trygg.example.no
 *   token_command = my-login --print-token
 *   ca_file = our-authority.pem
 *   language = nb
 */
#ifndef TRYGG_CLI_PROFILE_H
#define TRYGG_CLI_PROFILE_H

#include "outcome.h"

/* NULL: not in the profile, or no profile. What has a token has a server too, which the token is for. A relative token_file or ca_file has
 * been put after the folder of the configuration. */
struct profile {
    char *name;
    char *server;
    char *token_file;
    char *token_command;
    char *ca_file;  /* the authorities that its server's certificate may be of, PEM, instead of the system's */
    char *language; /* "sv", "nb" or "en" */
};

/* Reads $TRYGG_CONFIG, else trygg/config.ini in $XDG_CONFIG_HOME or ~/.config. `name` is the one given with --profile, or NULL: then
 * $TRYGG_PROFILE, or else [default], which need not be there. Complains itself, with file and line. */
must_check enum outcome profile_read(const char *name, struct profile *ret_profile);

/* Calls `take` with each section's name, in the order of the file; none when there is no file. Complains itself. */
must_check enum outcome profile_list(void (*take)(const char *name, void *context), void *context);
void profile_clear(struct profile *profile);

#endif
