/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_settings.c: the table of all settings: key, shape, default and meaning.
 * It may not read or check anything; what settings demand of each other is in config.c.
 * A setting that is no row here does not exist, and docs/operations.md is held against these rows by a test.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "config_setting.h"

#define MEMBER(member) offsetof(struct config, member)
#define ISSUER(member) offsetof(struct config_issuer, issuer.member)

static const struct setting server_settings[] = {
    {.key = "listen",
     .shape = &config_listen_shape,
     .offset = MEMBER(listen),
     .standard = "127.0.0.1:8080",
     .meaning = "address and port; without TLS a loopback address; port 0 takes a free one"},
    {.key = "tls_certificate_file",
     .shape = &config_path_shape,
     .offset = MEMBER(tls_certificate_file),
     .standard = "",
     .unset = "plain HTTP",
     .meaning = "the certificate and its chain, PEM; read again on SIGHUP"},
    {.key = "tls_key_file",
     .shape = &config_path_shape,
     .offset = MEMBER(tls_key_file),
     .standard = "",
     .unset = "plain HTTP",
     .meaning = "the certificate's private key, PEM, for its owner alone; read again on SIGHUP"},
    {.key = "metrics_listen",
     .shape = &config_metrics_listen_shape,
     .offset = MEMBER(metrics_listen),
     .standard = "",
     .unset = "off",
     .meaning = "loopback address and port of the metrics"},
    {.key = "data_directory",
     .shape = &config_path_shape,
     .offset = MEMBER(data_directory),
     .meaning = "the store, mode 0700"},
    {.key = "master_key_file",
     .shape = &config_path_shape,
     .offset = MEMBER(master_key_file),
     .standard = "",
     .unset = "trygg.master of the service manager's credentials, else master.key beside the data directory",
     .meaning = "64 hexadecimal digits, readable by its owner alone, who is this user or root"},
    {.key = "time_zone",
     .shape = &config_text_shape,
     .offset = MEMBER(time_zone),
     .meaning = "IANA name of the zone in which days begin and end"},
    {.key = "log_level",
     .shape = &config_log_level_shape,
     .offset = MEMBER(log_level),
     .standard = "info",
     .meaning = "debug, info, warning or error"},
    {.key = "log_format",
     .shape = &config_log_format_shape,
     .offset = MEMBER(log_format),
     .standard = "logfmt",
     .meaning = "logfmt or json"},
    {.key = "stop_seconds",
     .shape = &config_number_shape,
     .offset = MEMBER(stop_ms),
     .standard = "10",
     .meaning = "how long running requests may take when a stop is asked for",
     .number = {"seconds", 1, 600, 1000}},
};

static const struct setting limits_settings[] = {
    {.key = "connections",
     .shape = &config_count_shape,
     .offset = MEMBER(limits.connections),
     .standard = "1000",
     .meaning = "open connections; beyond it the one that has kept us waiting longest is closed for a new one",
     .number = {"a number", 1, 20000, 1}},
    {.key = "connections_per_address",
     .shape = &config_count_shape,
     .offset = MEMBER(limits.per_address),
     .standard = "500",
     .meaning = "open connections of one peer address",
     .number = {"a number", 1, 20000, 1}},
    {.key = "idle_seconds",
     .shape = &config_number_shape,
     .offset = MEMBER(limits.idle_ms),
     .standard = "60",
     .meaning = "how long a connection may wait for its next request",
     .number = {"seconds", 1, 3600, 1000}},
    {.key = "request_seconds",
     .shape = &config_number_shape,
     .offset = MEMBER(limits.request_ms),
     .standard = "120",
     .meaning = "how long a request may take, from its first line to the last byte of its answer",
     .number = {"seconds", 1, 3600, 1000}},
    {.key = "refused_per_minute",
     .shape = &config_count_shape,
     .offset = MEMBER(limits.refused_per_minute),
     .standard = "300",
     .meaning = "calls without a valid token of one peer address; beyond it they are answered 429; 0: no limit, for a "
                "proxy that counts itself",
     .number = {"a number", 0, 1000000, 1}},
    {.key = "body_memory_mib",
     .shape = &config_bytes_shape,
     .offset = MEMBER(limits.body_bytes),
     .standard = "64",
     .meaning = "memory for the bodies of requests, all together",
     .number = {"MiB", 4, 65536, 1 << 20}},
    {.key = "document_mib",
     .shape = &config_number_shape,
     .offset = MEMBER(document_bytes),
     .standard = "25",
     .meaning = "how large one document may be",
     .number = {"MiB", 1, 1024, 1 << 20}},
};

static const struct setting webhooks_settings[] = {
    {.key = "allow",
     .shape = &config_networks_shape,
     .offset = MEMBER(webhooks_allow),
     .standard = "",
     .unset = "public addresses alone",
     .meaning = "networks that webhooks may lead to besides, also by plain http; without a prefix one address"},
    {.key = "ca_file",
     .shape = &config_path_shape,
     .offset = MEMBER(webhooks_ca_file),
     .standard = "",
     .unset = "the system's own",
     .meaning = "certificates, PEM, of those who vouch for the receivers of webhooks"},
};

static const struct setting log_settings[] = {
    {.key = "name",
     .shape = &config_log_name_shape,
     .offset = MEMBER(log_name),
     .standard = "trygg",
     .meaning = "the name under which the logs sign: name/id of the school or organisation; not to be changed later"},
    {.key = "signing_key_file",
     .shape = &config_path_shape,
     .offset = MEMBER(log_signing_key_file),
     .standard = "",
     .unset = "trygg.log-key of the service manager's credentials, else log.key beside the data directory",
     .meaning = "the key that signs the logs, made by `tryggd init` or `tryggd log-key create`, for its owner alone"},
    {.key = "witnesses",
     .shape = &config_witnesses_shape,
     .offset = MEMBER(log_witnesses),
     .standard = "",
     .unset = "none",
     .meaning = "keys of the witnesses whose cosignatures are taken, at most eight, with spaces between"},
};

static const struct setting local_issuer_settings[] = {
    {.key = "key_file",
     .shape = &config_path_shape,
     .offset = MEMBER(local_key_file),
     .meaning = "where `tryggd issuer` puts its key, for its owner alone"},
    {.key = "jwks_file",
     .shape = &config_path_shape,
     .offset = MEMBER(local_jwks_file),
     .meaning = "where `tryggd issuer` puts its key set"},
};

static const struct setting issuer_settings[] = {
    {.key = "issuer",
     .shape = &config_issuer_shape,
     .offset = ISSUER(issuer),
     .meaning = "exactly the iss of its tokens"},
    {.key = "audience",
     .shape = &config_audience_shape,
     .offset = ISSUER(audience),
     .meaning = "must be among the token's aud"},
    {.key = "jwks_file",
     .shape = &config_path_shape,
     .offset = ISSUER(jwks_file),
     .meaning = "its public keys; read again when the file changes"},
    {.key = "organisation",
     .shape = &config_organisation_shape,
     .offset = ISSUER(organisation),
     .meaning = "UUID of the organisation that this issuer and audience speak for"},
    {.key = "strong_acr",
     .shape = &config_acrs_shape,
     .offset = ISSUER(strong),
     .meaning = "one to eight acr values that count as strong"},
    {.key = "strong_max_age",
     .shape = &config_number_shape,
     .offset = ISSUER(strong_max_age),
     .standard = "3600",
     .meaning = "seconds since the login for which it stays strong",
     .number = {"seconds", 1, 86400, 1}},
    {.key = "scopes",
     .shape = &config_scopes_shape,
     .offset = ISSUER(scopes),
     .standard = "trygg:read trygg:write",
     .meaning = "the most that this issuer may grant; also provision, changes, witness"},
};

#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])
#define BOUND(table)                                                                                                   \
    _Static_assert(sizeof(table) / sizeof((table)[0]) <= CONFIG_MAX_SETTINGS, "more than can be marked")
BOUND(server_settings);
BOUND(limits_settings);
BOUND(log_settings);
BOUND(webhooks_settings);
BOUND(local_issuer_settings);
BOUND(issuer_settings);

const struct section config_sections[N_SECTIONS] = {
    [SECTION_SERVER] = {"server", "TRYGGD_", ROWS(server_settings), false},
    [SECTION_LIMITS] = {"limits", "TRYGGD_LIMITS_", ROWS(limits_settings), false},
    [SECTION_LOG] = {"log", "TRYGGD_LOG_", ROWS(log_settings), false},
    [SECTION_WEBHOOKS] = {"webhooks", "TRYGGD_WEBHOOKS_", ROWS(webhooks_settings), false},
    [SECTION_LOCAL_ISSUER] = {"local-issuer", NULL, ROWS(local_issuer_settings), false},
    [SECTION_ISSUER] = {"issuer", NULL, ROWS(issuer_settings), true},
};

void config_variable(const struct section *section, const struct setting *setting,
                     char ret_name[static CONFIG_VARIABLE_BYTES])
{
    size_t len = 0;

    for (const char *c = section->variables; *c != '\0'; c++)
        ret_name[len++] = *c;
    for (const char *c = setting->key; *c != '\0' && len < CONFIG_VARIABLE_BYTES - 1; c++)
        ret_name[len++] = (char)toupper((unsigned char)*c);
    ret_name[len] = '\0';
}

void config_expected(const struct setting *setting, char ret_text[static CONFIG_EXPECTED_BYTES])
{
    if (setting->shape->expected != NULL)
        snprintf(ret_text, CONFIG_EXPECTED_BYTES, "%s", setting->shape->expected);
    else
        snprintf(ret_text, CONFIG_EXPECTED_BYTES, "%s, %lld to %lld", setting->number.unit,
                 (long long)setting->number.min, (long long)setting->number.max);
}
