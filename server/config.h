/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config.h: the configuration file of tryggd, read once at start (libinih). Unknown, repeated and missing settings are errors that
 * name file, line and key. Relative paths in it are relative to the file's own folder.
 */
#ifndef TRYGG_CONFIG_H
#define TRYGG_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/status.h"

enum { CONFIG_MAX_ISSUERS = 16, CONFIG_ADDRESS_BYTES = 46 };

struct config_issuer {
    const char *name; /* as in [issuer "name"] */
    struct auth_issuer issuer;
};

struct config {
    char address[CONFIG_ADDRESS_BYTES];
    uint16_t port;
    const char *data_directory;
    const char *master_key_file;
    const char *time_zone;
    enum log_level log_level;
    const char *local_key_file;  /* NULL without [local-issuer] */
    const char *local_jwks_file; /* NULL without [local-issuer] */
    struct config_issuer issuers[CONFIG_MAX_ISSUERS];
    size_t n_issuers;
};

enum { CONFIG_FAULT_BYTES = 512 };

/* What was wrong, as one sentence: "tryggd.ini:12: unknown setting scope in [issuer \"skole\"]". */
struct config_fault {
    char text[CONFIG_FAULT_BYTES];
};

/* Reads and checks the file; strings live in the arena. STATUS_INVALID with a sentence in fault, or STATUS_NO_MEMORY. */
must_check enum status config_read(const char *path, struct arena *arena, struct config *ret_config,
                                   struct config_fault *fault);

#endif
