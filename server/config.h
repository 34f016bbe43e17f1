/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config.h: the configuration of tryggd, read once at start: an ini file (libinih), and environment variables over it. Unknown,
 * repeated and missing settings are errors that name file, line and key, or the variable. Relative paths are relative to the
 * file's own folder.
 */
#ifndef TRYGG_CONFIG_H
#define TRYGG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/status.h"
#include "http/http.h"
#include "outbound/target.h"
#include "proof/note.h"

enum { CONFIG_MAX_ISSUERS = 16, CONFIG_MAX_WITNESSES = 8, CONFIG_ADDRESS_BYTES = 46 };
enum { CONFIG_SECTIONS = 6, CONFIG_MAX_SETTINGS = 16 }; /* as config_setting.h has them */

/* In which line of the file each setting of a section was given, in the order of its table; or one of these. */
enum { CONFIG_NOT_GIVEN = 0, CONFIG_IN_VARIABLE = -1 };
struct config_lines {
    int of[CONFIG_MAX_SETTINGS];
};

struct config_issuer {
    const char *name;    /* as in [issuer "name"] */
    const char *section; /* as it stands between the brackets */
    int section_line;
    struct config_lines lines;
    struct auth_issuer issuer;
};

struct config_listen {
    char address[CONFIG_ADDRESS_BYTES]; /* "": nowhere */
    uint16_t port;                      /* 0: an ephemeral one */
};

/* Where requests of our own may go besides public addresses. */
struct config_networks {
    struct network list[NETWORKS_MAX];
    size_t n;
};

struct config_witnesses {
    struct note_key keys[CONFIG_MAX_WITNESSES];
    size_t n;
};

struct config {
    const char *path; /* of the file, as it was given */
    struct config_lines lines[CONFIG_SECTIONS];
    struct config_listen listen;         /* any address with TLS, else loopback */
    struct config_listen metrics_listen; /* loopback, or nowhere */
    const char *tls_certificate_file;    /* both, or NULL both */
    const char *tls_key_file;
    const char *data_directory;
    const char *master_key_file;
    const char *time_zone;
    enum log_level log_level;
    enum log_format log_format;
    int64_t stop_ms; /* how long running requests may take when a stop is asked for */
    struct http_limits limits;
    int64_t document_bytes; /* of one, at most */
    struct config_networks webhooks_allow;
    const char *webhooks_ca_file; /* NULL: the system's own */
    const char *log_name;
    const char *log_signing_key_file;
    struct config_witnesses log_witnesses;
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

/* Reads and checks the file, and the variables TRYGGD_… of the environment, which win over it; strings live in the arena.
 * STATUS_INVALID with a sentence in fault, or STATUS_NO_MEMORY. */
must_check enum status config_read(const char *path, struct arena *arena, struct config *ret_config,
                                   struct config_fault *fault);

/* Where a member got its value, for a sentence that says what is wrong with it: "tryggd.ini:3: time_zone in [server]", or "the variable
 * TRYGGD_TIME_ZONE"; without a line for a default. The member is one that a setting fills, of this very config. */
enum { CONFIG_PLACE_BYTES = 320 };
void config_place(const struct config *config, const void *member, char ret_place[static CONFIG_PLACE_BYTES]);

/* Whether plain HTTP may be spoken there (http/address.h). */
bool config_is_loopback(const struct config_listen *listen);

/* Every setting with its meaning, its default, its variable and its value, in a form that config_read takes. */
void config_print(const struct config *config, FILE *file);

#endif
