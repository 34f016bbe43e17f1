/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_config_read.c: the configuration file: what it gives, and the sentence for everything that is wrong with it.
 * It may not look at any file but its own, in a folder of its own.
 * Every case of the table must name the line and the key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/config_scratch.h"
#include "unit/log_key.h"

static void what_is_no_file_is_not_taken_for_an_empty_one(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_open(&scratch);
    assert_int_equal(config_read(scratch.folder, scratch.arena, &scratch.config, &scratch.fault), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "cannot be read: Is a directory"));
    assert_int_equal(mkfifo(scratch.path, 0600), 0);
    assert_int_equal(config_read(scratch.path, scratch.arena, &scratch.config, &scratch.fault), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "cannot be read"));
    assert_int_equal(unlink(scratch.path), 0);
    assert_int_equal(config_read(scratch.path, scratch.arena, &scratch.config, &scratch.fault), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "cannot be read: No such file"));
    assert_int_equal(config_read("/proc/self/mem", scratch.arena, &scratch.config, &scratch.fault), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "cannot be read"));
    scratch_close(&scratch);
}

static void paths_are_whole_however_the_file_is_named(void **state)
{
    struct scratch scratch;
    char before[4096], expected[128];

    (void)state;
    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER ISSUER), STATUS_OK);
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(scratch.folder), 0);
    assert_int_equal(config_read("tryggd.ini", scratch.arena, &scratch.config, &scratch.fault), STATUS_OK);
    assert_int_equal(chdir(before), 0);
    snprintf(expected, sizeof expected, "%s/data", scratch.folder);
    assert_string_equal(scratch.config.data_directory, expected);
    scratch_close(&scratch);
}

/* Another reader of the file, libinih, sees a section there. */
static void a_section_begins_after_any_white_space(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER ISSUER "\f[issuer \"skole\"]\nissuer = https://other.example\n"),
                     STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "skole"));
    scratch_close(&scratch);
}

static void a_whole_configuration_is_read(void **state)
{
    struct scratch scratch;
    char expected[128];
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, "# a comment\n" SERVER "log_level = debug\nmaster_key_file = /run/keys/m\n\n"
                                         "[local-issuer]\nkey_file = k.pem\njwks_file = sub/k.jwks\n" ISSUER
                                         "strong_max_age = 600\nscopes = provision changes\n"),
                     STATUS_OK);
    const struct config *config = &scratch.config;
    assert_string_equal(config->listen.address, "127.0.0.1");
    assert_int_equal(config->listen.port, 0);
    assert_string_equal(config->time_zone, "Europe/Oslo");
    assert_string_equal(config->master_key_file, "/run/keys/m");
    assert_int_equal(config->log_level, LOG_LEVEL_DEBUG);
    snprintf(expected, sizeof expected, "%s/data", scratch.folder);
    assert_string_equal(config->data_directory, expected);
    snprintf(expected, sizeof expected, "%s/sub/k.jwks", scratch.folder);
    assert_string_equal(config->local_jwks_file, expected);
    assert_int_equal(config->n_issuers, 1);
    assert_string_equal(config->issuers[0].name, "skole");
    const struct auth_issuer *issuer = &config->issuers[0].issuer;
    assert_string_equal(issuer->issuer, "https://login.example");
    assert_string_equal(issuer->jwks_file, "/etc/jwks");
    assert_string_equal(issuer->strong[0], "loa-high");
    assert_string_equal(issuer->strong[1], "bankid");
    assert_null(issuer->strong[2]);
    assert_int_equal(issuer->strong_max_age, 600);
    assert_int_equal(issuer->scopes, SCOPE_PROVISION | SCOPE_CHANGES);
    scratch_close(&scratch);
}

static void defaults_are_safe(void **state)
{
    struct scratch scratch;
    char expected[128];
    (void)state;

    scratch_open(&scratch);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(read_text(&scratch, "[server]\ndata_directory = data/\ntime_zone = Europe/Oslo\n" ISSUER),
                     STATUS_OK);
    snprintf(expected, sizeof expected, "%s/master.key", scratch.folder);
    assert_string_equal(scratch.config.master_key_file, expected);
    snprintf(expected, sizeof expected, "%s/log.key", scratch.folder);
    assert_string_equal(scratch.config.log_signing_key_file, expected);
    assert_string_equal(scratch.config.log_name, "trygg");
    assert_int_equal(scratch.config.log_witnesses.n, 0);
    assert_string_equal(scratch.config.listen.address, "127.0.0.1");
    assert_int_equal(scratch.config.listen.port, 8080);
    assert_int_equal(scratch.config.log_level, LOG_LEVEL_INFO);
    assert_int_equal(scratch.config.log_format, LOG_FORMAT_LOGFMT);
    assert_int_equal(scratch.config.stop_ms, 10000);
    assert_string_equal(scratch.config.metrics_listen.address, "");
    assert_null(scratch.config.tls_certificate_file);
    assert_null(scratch.config.tls_key_file);
    assert_int_equal(scratch.config.limits.connections, 1000);
    assert_int_equal(scratch.config.limits.per_address, 500);
    assert_int_equal(scratch.config.limits.idle_ms, 60000);
    assert_int_equal(scratch.config.limits.request_ms, 120000);
    assert_int_equal(scratch.config.limits.refused_per_minute, 300);
    assert_int_equal(scratch.config.limits.body_bytes, 64 << 20);
    assert_int_equal(scratch.config.issuers[0].issuer.scopes, SCOPE_READ | SCOPE_WRITE);
    assert_int_equal(scratch.config.issuers[0].issuer.strong_max_age, 3600);

    setenv("CREDENTIALS_DIRECTORY", "/run/credentials/tryggd", 1);
    assert_int_equal(read_text(&scratch, SERVER ISSUER), STATUS_OK);
    assert_string_equal(scratch.config.master_key_file, "/run/credentials/tryggd/trygg.master");
    assert_string_equal(scratch.config.log_signing_key_file, "/run/credentials/tryggd/trygg.log-key");
    assert_int_equal(read_text(&scratch, SERVER "master_key_file = /own\n" ISSUER), STATUS_OK);
    assert_string_equal(scratch.config.master_key_file, "/own");
    unsetenv("CREDENTIALS_DIRECTORY");
    scratch_close(&scratch);
}

/* What follows SERVER (four lines), and the sentence it must give after "tryggd.ini:". */
static const struct {
    const char *text;
    const char *sentence;
} faults[] = {
    {"colour = red\n", "5: unknown setting colour in [server]"},
    {"time_zone = Europe/Oslo\n", "5: time_zone in [server] is given twice"},
    {"master_key_file =\n", "5: master_key_file in [server] is empty"},
    {"log_level = loud\n", "5: log_level in [server] must be debug, info, warning or error"},
    {"nonsense\n", "5: neither [section] nor key = value"},
    {"[servers]\nx = 1\n", "5: unknown section [servers]"},
    {"[servers]\n", "5: unknown section [servers]"},
    {"[server]\n", "5: [server] is there twice"},
    {"[server two]\n", "5: [server] takes no name"},
    {"[local-issuer]\nkey_file = a\n", "5: [local-issuer] needs jwks_file"},
    {"[issuer]\nissuer = x\n", "5: an issuer has a name: [issuer \"NAME\"]"},
    {"[issuer \"x\"]\nissuer = a b\n",
     "6: issuer in [issuer \"x\"] must be an iss of at most 255 printable characters"},
    {"[issuer \"x\"]\n", "5: [issuer \"x\"] needs issuer"},
    {ISSUER ISSUER, "11: [issuer \"skole\"] is there twice"},
    {ISSUER "scopes = trygg:read everything\n", "11: scopes in [issuer \"skole\"] must be scopes"},
    {ISSUER "strong_max_age = 0\n", "11: strong_max_age in [issuer \"skole\"] must be seconds"},
    {ISSUER "strong_max_age = 60 \n[issuer:a]\norganisation = 12\n", "13: organisation in [issuer:a] must be the UUID"},
    {ISSUER "[issuer:a]\nstrong_acr = 1 2 3 4 5 6 7 8 9\n", "12: strong_acr in [issuer:a] must be one to eight"},
    {"[a name that is far too long for a section of this configuration]\n", "5: a section's name has at most 49"},
    {"[open\n", "5: a section ends with ]"},
    {"log_level: info\n", "5: log_level is followed by a colon; a setting is KEY = VALUE"},
    {"  log_level : info = no\n", "5: log_level is followed by a colon; a setting is KEY = VALUE"},
    {ISSUER "[issuer:two]\nissuer = https://login.example\naudience = https://trygg.example\njwks_file = b\n"
            "organisation = 0192f0a0-0000-7000-8000-00000000f002\nstrong_acr = x\n",
     "11: [issuer:two] has the issuer and the audience of [issuer \"skole\"] in line 5; one of them needs another "
     "audience"},
    {"[issuer \"x\"]\nstrong_acr = \"high\"\n", "6: strong_acr in [issuer \"x\"] must be one to eight"},
    {"log_level = info\n  debug\n", "6: neither [section] nor key = value"},
    {"log_format = xml\n", "5: log_format in [server] must be logfmt or json"},
    {"stop_seconds = 0\n", "5: stop_seconds in [server] must be seconds, 1 to 600"},
    {"tls_certificate_file = a.pem\n", "5: tls_certificate_file in [server] needs tls_key_file"},
    {"tls_key_file = a.pem\n[limits]\n", "5: tls_key_file in [server] needs tls_certificate_file"},
    {"metrics_listen = 0.0.0.0:9090\n", "5: metrics_listen in [server] must be a loopback address and a port"},
    {"metrics_listen = 9090\n", "5: metrics_listen in [server] must be a loopback address and a port"},
    {"[log]\nname = a name\n", "6: name in [log] must be a name of at most 154 printable characters"},
    {"[log]\nname = a+b\n", "6: name in [log] must be a name of at most 154 printable characters"},
    {"[log]\nwitnesses = nobody\n", "6: witnesses in [log] must be one to eight verifier keys of witnesses"},
    {"[log]\nwitnesses = " LOG_VKEY "\n", "6: witnesses in [log] must be one to eight verifier keys of witnesses"},
    {"[log]\nwitnesses = " WITNESS_VKEY "x\n", "6: witnesses in [log] must be one to eight verifier keys of witnesses"},
    {"[limits]\nconnections = 0\n", "6: connections in [limits] must be a number, 1 to 20000"},
    {"[limits]\nconnections = 20001\n", "6: connections in [limits] must be a number, 1 to 20000"},
    {"[limits]\nidle_seconds = 1m\n", "6: idle_seconds in [limits] must be seconds, 1 to 3600"},
    {"[limits]\nbody_memory_mib = 3\n", "6: body_memory_mib in [limits] must be MiB, 4 to 65536"},
    {"[limits]\nbody_memory_mib = 99999999999999999999\n", "6: body_memory_mib in [limits] must be MiB, 4 to 65536"},
    {"[limits]\nrefused_per_minute = -1\n", "6: refused_per_minute in [limits] must be a number, 0 to 1000000"},
    {"[limits]\nlisten = 127.0.0.1:1\n", "6: unknown setting listen in [limits]"},
    {"[limits]\n[limits]\n", "6: [limits] is there twice"},
};

static void every_fault_names_file_line_and_key(void **state)
{
    struct scratch scratch;
    (void)state;

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char text[2048];
        scratch_open(&scratch);
        snprintf(text, sizeof text, SERVER "%s", faults[i].text);
        assert_int_equal(read_text(&scratch, text), STATUS_INVALID);
        const char *after = strstr(scratch.fault.text, "tryggd.ini:");
        assert_non_null(after);
        after += strlen("tryggd.ini:");
        if (strncmp(after, faults[i].sentence, strlen(faults[i].sentence)) != 0)
            fail_msg("expected \"%s\", got \"%s\"", faults[i].sentence, after);
        scratch_close(&scratch);
    }
}

static void limits_and_formats_are_read(void **state)
{
    struct scratch scratch;
    char expected[128];
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER "log_format = json\nstop_seconds = 3\nmetrics_listen = [::1]:9090\n"
                                                "tls_certificate_file = tls/chain.pem\ntls_key_file = /k.pem\n"
                                                "[limits]\nconnections = 7\nconnections_per_address = 6\n"
                                                "idle_seconds = 5\nrequest_seconds = 4\nrefused_per_minute = 3\n"
                                                "body_memory_mib = 8\n"),
                     STATUS_OK);
    const struct config *config = &scratch.config;
    assert_int_equal(config->log_format, LOG_FORMAT_JSON);
    assert_int_equal(config->stop_ms, 3000);
    assert_string_equal(config->metrics_listen.address, "::1");
    assert_int_equal(config->metrics_listen.port, 9090);
    snprintf(expected, sizeof expected, "%s/tls/chain.pem", scratch.folder);
    assert_string_equal(config->tls_certificate_file, expected);
    assert_string_equal(config->tls_key_file, "/k.pem");
    assert_int_equal(config->limits.connections, 7);
    assert_int_equal(config->limits.per_address, 6);
    assert_int_equal(config->limits.idle_ms, 5000);
    assert_int_equal(config->limits.request_ms, 4000);
    assert_int_equal(config->limits.refused_per_minute, 3);
    assert_int_equal(config->limits.body_bytes, 8 << 20);
    scratch_close(&scratch);
}

static void with_TLS_any_address_is_listened_on(void **state)
{
    static const char *const addresses[] = {"0.0.0.0:443", "[::]:443", "192.0.2.1:8443", "127.0.0.1:0"};
    struct scratch scratch;
    char text[512];
    (void)state;

    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        snprintf(text, sizeof text,
                 "[server]\nlisten = %s\ndata_directory = d\ntime_zone = UTC\ntls_certificate_file = c\n"
                 "tls_key_file = k\n",
                 addresses[i]);
        assert_int_equal(read_text(&scratch, text), STATUS_OK);
    }
    scratch_close(&scratch);
}

/* ---- The environment -------------------------------------------------------------------------------------------------- */

static enum status read_with(struct scratch *scratch, const char *variable, const char *value, const char *text)
{
    setenv(variable, value, 1);
    enum status status = read_text(scratch, text);
    unsetenv(variable);
    return status;
}

static void a_variable_wins_over_the_file(void **state)
{
    struct scratch scratch;
    char expected[128];
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_with(&scratch, "TRYGGD_LISTEN", "[::1]:81", SERVER), STATUS_OK);
    assert_string_equal(scratch.config.listen.address, "::1");
    assert_int_equal(scratch.config.listen.port, 81);
    assert_int_equal(read_with(&scratch, "TRYGGD_DATA_DIRECTORY", "other", SERVER), STATUS_OK);
    snprintf(expected, sizeof expected, "%s/other", scratch.folder);
    assert_string_equal(scratch.config.data_directory, expected);
    snprintf(expected, sizeof expected, "%s/master.key", scratch.folder);
    assert_string_equal(scratch.config.master_key_file, expected);
    assert_int_equal(read_with(&scratch, "TRYGGD_LIMITS_IDLE_SECONDS", "9", SERVER "[limits]\nidle_seconds = 8\n"),
                     STATUS_OK);
    assert_int_equal(scratch.config.limits.idle_ms, 9000);
    scratch_close(&scratch);
}

static void what_is_required_may_come_from_variables_alone(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    setenv("TRYGGD_DATA_DIRECTORY", "/d", 1);
    assert_int_equal(read_text(&scratch, ""), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "there is no section [server], which needs time_zone"));
    setenv("TRYGGD_TIME_ZONE", "Europe/Stockholm", 1);
    assert_int_equal(read_text(&scratch, ISSUER), STATUS_OK);
    assert_string_equal(scratch.config.time_zone, "Europe/Stockholm");
    assert_int_equal(scratch.config.listen.port, 8080);
    assert_int_equal(scratch.config.limits.connections, 1000);
    unsetenv("TRYGGD_DATA_DIRECTORY");
    unsetenv("TRYGGD_TIME_ZONE");
    scratch_close(&scratch);
}

static const struct {
    const char *variable, *value, *sentence;
} bad_variables[] = {
    {"TRYGGD_LISEN", "127.0.0.1:1", "there is no setting for the variable TRYGGD_LISEN"},
    {"TRYGGD_", "x", "there is no setting for the variable TRYGGD_"},
    {"TRYGGD_CONNECTIONS", "12", "there is no setting for the variable TRYGGD_CONNECTIONS"},
    {"TRYGGD_LIMITS_LISTEN", "127.0.0.1:1", "there is no setting for the variable TRYGGD_LIMITS_LISTEN"},
    {"TRYGGD_KEY_FILE", "x", "there is no setting for the variable TRYGGD_KEY_FILE"},
    {"TRYGGD_listen", "127.0.0.1:1", "there is no setting for the variable TRYGGD_listen"},
    {"TRYGGD_LOG_LEVEL", "loud", "the variable TRYGGD_LOG_LEVEL must be debug, info, warning or error"},
    {"TRYGGD_LIMITS_CONNECTIONS", "many", "the variable TRYGGD_LIMITS_CONNECTIONS must be a number, 1 to 20000"},
    {"TRYGGD_TIME_ZONE", "", "the variable TRYGGD_TIME_ZONE is empty"},
    {"TRYGGD_LISTEN", "0.0.0.0:80", "the variable TRYGGD_LISTEN must be a loopback address"},
    {"TRYGGD_TLS_KEY_FILE", "k.pem", "the variable TRYGGD_TLS_KEY_FILE needs tls_certificate_file"},
};

static void a_bad_or_unknown_variable_is_named(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof bad_variables / sizeof bad_variables[0]; i++) {
        if (read_with(&scratch, bad_variables[i].variable, bad_variables[i].value, SERVER) != STATUS_INVALID)
            fail_msg("%s was taken", bad_variables[i].variable);
        size_t len = strlen(bad_variables[i].sentence);
        if (strncmp(scratch.fault.text, bad_variables[i].sentence, len) != 0)
            fail_msg("expected \"%s\", got \"%s\"", bad_variables[i].sentence, scratch.fault.text);
    }
    scratch_close(&scratch);
}

/* A slip in the file does not hide behind a variable. */
static void a_bad_value_in_the_file_is_told_under_a_good_variable(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_with(&scratch, "TRYGGD_LOG_LEVEL", "debug", SERVER "log_level = loud\n"), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, ":5: log_level in [server] must be"));
    scratch_close(&scratch);
}

static void only_loopback_is_listened_on(void **state)
{
    static const char *const good[] = {"127.0.0.1:0", "127.0.0.1:65535", "127.0.0.2:80", "[::1]:8080"};
    static const char *const bad[] = {
        "0.0.0.0:80",   "[::]:80", "192.168.1.2:80",   "localhost:80",  "127.0.0.1", "127.0.0.1:65536",
        "127.0.0.1:-1", "::1:80",  "[127.0.0.1]:8080", "127.0.0.1:80x", ":80",       "128.0.0.1:80"};
    struct scratch scratch;
    char text[512];
    (void)state;

    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "[server]\ndata_directory = d\ntime_zone = UTC\nlisten = %s\n", good[i]);
        assert_int_equal(read_text(&scratch, text), STATUS_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "[server]\ndata_directory = d\ntime_zone = UTC\nlisten = %s\n", bad[i]);
        if (read_text(&scratch, text) != STATUS_INVALID)
            fail_msg("%s was taken", bad[i]);
        assert_non_null(strstr(scratch.fault.text, ":4: listen in [server]"));
    }
    scratch_close(&scratch);
}

static void a_file_that_is_no_configuration_is_refused(void **state)
{
    struct scratch scratch;
    char text[3000];
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, ""), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "there is no section [server]"));
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_int_equal(read_text(&scratch, text), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, ":1: the line is longer"));
    assert_int_equal(read_text(&scratch, "key = value\n"), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, ":1: key stands before any section"));
    unlink(scratch.path);
    assert_int_equal(config_read(scratch.path, scratch.arena, &scratch.config, &scratch.fault), STATUS_INVALID);
    assert_non_null(strstr(scratch.fault.text, "cannot be read"));
    scratch_close(&scratch);
}

static void a_small_arena_ends_in_no_memory(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    for (size_t max = 1; max < 64; max += 7) {
        arena_free(scratch.arena);
        scratch.arena = arena_new(max);
        assert_int_equal(read_text(&scratch, SERVER ISSUER), STATUS_NO_MEMORY);
    }
    scratch_close(&scratch);
}

static void the_log_has_a_name_and_witnesses(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER "[log]\nname = log.fjordvik.example\nsigning_key_file = /run/keys/log\n"
                                                "witnesses = " WITNESS_VKEY "\n" ISSUER),
                     STATUS_OK);
    const struct config *config = &scratch.config;
    assert_string_equal(config->log_name, "log.fjordvik.example");
    assert_string_equal(config->log_signing_key_file, "/run/keys/log");
    assert_int_equal(config->log_witnesses.n, 1);
    assert_string_equal(config->log_witnesses.keys[0].name, "witness.example/w1");
    assert_int_equal(config->log_witnesses.keys[0].kind, NOTE_COSIGNATURE);
    scratch_close(&scratch);
}

static int start_crypto(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_has_a_name_and_witnesses),
        cmocka_unit_test(a_whole_configuration_is_read),
        cmocka_unit_test(what_is_no_file_is_not_taken_for_an_empty_one),
        cmocka_unit_test(paths_are_whole_however_the_file_is_named),
        cmocka_unit_test(a_section_begins_after_any_white_space),
        cmocka_unit_test(defaults_are_safe),
        cmocka_unit_test(every_fault_names_file_line_and_key),
        cmocka_unit_test(limits_and_formats_are_read),
        cmocka_unit_test(only_loopback_is_listened_on),
        cmocka_unit_test(with_TLS_any_address_is_listened_on),
        cmocka_unit_test(a_variable_wins_over_the_file),
        cmocka_unit_test(what_is_required_may_come_from_variables_alone),
        cmocka_unit_test(a_bad_or_unknown_variable_is_named),
        cmocka_unit_test(a_bad_value_in_the_file_is_told_under_a_good_variable),
        cmocka_unit_test(a_file_that_is_no_configuration_is_refused),
        cmocka_unit_test(a_small_arena_ends_in_no_memory),
    };
    return cmocka_run_group_tests(tests, start_crypto, NULL);
}
