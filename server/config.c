/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config.c: from a configuration file to struct config, through one table of settings per kind of section.
 * It may not open any other file than the configuration, and decides nothing but whether a value has the right shape.
 * A configuration that is returned is complete: every setting was given once, has its shape, or has its default.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/caller.h"
#include "base/text.h"

/* MAX_SECTION is libinih's own bound on a section's name; longer ones would be cut silently. */
enum { MAX_LINE = 1024, MAX_SECTION = 50, MAX_KEY = 50, MAX_SETTINGS = 8, MAX_AGE_SECONDS = 86400 };

struct reader {
    const char *path;
    FILE *file;
    struct arena *arena;
    struct config config;
    struct config_fault *fault;
    enum status status; /* of the first thing that went wrong */
    int line;
    const struct section *section; /* the one being read; NULL before the first */
    char section_name[MAX_SECTION];
    int section_line;
    bool given[MAX_SETTINGS]; /* which settings of this section have been read */
    unsigned sections_seen;   /* bits: index into sections[] */
};

/* Takes one value into the configuration. Says what is expected when it does not fit. */
typedef enum status take_value(struct reader *reader, const char *value, const char **ret_expected);

struct setting {
    const char *key;
    take_value *take;
    const char *standard; /* taken when the key is absent; NULL: the key is required */
};

struct section {
    const char *name;
    const struct setting *settings;
    size_t n_settings;
    bool named; /* [issuer "name"], as often as there are issuers */
};

/* ---- Faults -------------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static enum status faulty(struct reader *reader, int line, const char *format,
                                                                ...)
{
    char text[CONFIG_FAULT_BYTES];
    va_list args;

    if (reader->status != STATUS_OK)
        return reader->status;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(reader->fault->text, sizeof reader->fault->text, "%.200s:%d: %.300s", reader->path, line, text);
    reader->status = STATUS_INVALID;
    return reader->status;
}

static enum status out_of_memory(struct reader *reader)
{
    if (reader->status == STATUS_OK)
        reader->status = STATUS_NO_MEMORY;
    return reader->status;
}

/* ---- Shapes of values ----------------------------------------------------------------------------------------------- */

static struct config_issuer *current_issuer(struct reader *reader)
{
    return &reader->config.issuers[reader->config.n_issuers - 1];
}

static enum status take_text(struct reader *reader, const char *value, const char **ret_text)
{
    const char *copy = arena_copy(reader->arena, value, strlen(value));
    if (copy == NULL)
        return out_of_memory(reader);
    *ret_text = copy;
    return STATUS_OK;
}

/* Words between spaces, at most AUTH_MAX_STRONG; STATUS_INVALID for none or more. */
static enum status take_words(struct reader *reader, const char *value, const char *ret_words[static AUTH_MAX_STRONG])
{
    char *text = arena_copy(reader->arena, value, strlen(value));
    char *rest = NULL;
    size_t n = 0;

    if (text == NULL)
        return out_of_memory(reader);
    for (char *word = strtok_r(text, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
        if (n == AUTH_MAX_STRONG)
            return STATUS_INVALID;
        ret_words[n++] = word;
    }
    return n > 0 ? STATUS_OK : STATUS_INVALID;
}

/* A relative path starts at the folder of the configuration. */
static enum status take_path(struct reader *reader, const char *value, const char **ret_path)
{
    const char *slash = strrchr(reader->path, '/');
    if (value[0] == '/' || slash == NULL)
        return take_text(reader, value, ret_path);
    char *path = arena_printf(reader->arena, "%.*s/%s", (int)(slash - reader->path), reader->path, value);
    if (path == NULL)
        return out_of_memory(reader);
    *ret_path = path;
    return STATUS_OK;
}

static enum status take_number(const char *value, int64_t min, int64_t max, int64_t *ret_number)
{
    char *end = NULL;

    if (value[0] < '0' || value[0] > '9')
        return STATUS_INVALID;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || *end != '\0' || number < min || number > max)
        return STATUS_INVALID;
    *ret_number = number;
    return STATUS_OK;
}

static enum status take_listen(struct reader *reader, const char *value, const char **ret_expected)
{
    static const char *const loopback[] = {"127.0.0.1", "::1"};
    struct in6_addr parsed;
    char address[CONFIG_ADDRESS_BYTES];
    int64_t port = 0;

    *ret_expected = "an address and a port, 127.0.0.1:8080 or [::1]:8080";
    const char *colon = strrchr(value, ':');
    if (colon == NULL || take_number(colon + 1, 0, UINT16_MAX, &port) != STATUS_OK)
        return STATUS_INVALID;
    size_t len = (size_t)(colon - value);
    bool bracketed = len > 2 && value[0] == '[' && value[len - 1] == ']';
    if (len >= sizeof address)
        return STATUS_INVALID;
    snprintf(address, sizeof address, "%.*s", (int)(bracketed ? len - 2 : len), bracketed ? value + 1 : value);
    if (inet_pton(bracketed ? AF_INET6 : AF_INET, address, &parsed) != 1)
        return STATUS_INVALID;
    *ret_expected = "a loopback address, 127.0.0.1 or [::1]: plain HTTP does not leave this machine";
    for (size_t i = 0; i < sizeof loopback / sizeof loopback[0]; i++) {
        if (strcmp(address, loopback[i]) != 0)
            continue;
        snprintf(reader->config.address, sizeof reader->config.address, "%s", address);
        reader->config.port = (uint16_t)port;
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

static enum status take_data_directory(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "a path";
    return take_path(reader, value, &reader->config.data_directory);
}

/* master.key in the folder that the data directory lies in, so that a copy of the data never carries its key along. */
static char *key_beside_data(struct reader *reader)
{
    const char *directory = reader->config.data_directory;
    size_t len = strlen(directory);

    while (len > 1 && directory[len - 1] == '/')
        len--;
    while (len > 0 && directory[len - 1] != '/')
        len--;
    return arena_printf(reader->arena, "%.*smaster.key", (int)len, directory);
}

/* The empty default stands for the service manager's credential, or a file beside the data directory. */
static enum status take_master_key_file(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "a path";
    if (value[0] != '\0')
        return take_path(reader, value, &reader->config.master_key_file);
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    const char *path = credentials != NULL && credentials[0] != '\0'
                           ? arena_printf(reader->arena, "%s/trygg.master", credentials)
                           : key_beside_data(reader);
    if (path == NULL)
        return out_of_memory(reader);
    reader->config.master_key_file = path;
    return STATUS_OK;
}

static enum status take_time_zone(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "the name of a time zone, Europe/Oslo";
    return take_text(reader, value, &reader->config.time_zone);
}

static enum status take_log_level(struct reader *reader, const char *value, const char **ret_expected)
{
    static const char *const levels[] = {[LOG_LEVEL_DEBUG] = "debug",
                                         [LOG_LEVEL_INFO] = "info",
                                         [LOG_LEVEL_WARNING] = "warning",
                                         [LOG_LEVEL_ERROR] = "error"};

    *ret_expected = "debug, info, warning or error";
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(value, levels[i]) == 0) {
            reader->config.log_level = (enum log_level)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

static enum status take_key_file(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "a path";
    return take_path(reader, value, &reader->config.local_key_file);
}

static enum status take_local_jwks_file(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "a path";
    return take_path(reader, value, &reader->config.local_jwks_file);
}

static enum status take_issuer(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "an iss of at most 255 printable characters without spaces";
    if (!text_is_token(value, CALLER_ISSUER_BYTES - 1))
        return STATUS_INVALID;
    return take_text(reader, value, &current_issuer(reader)->issuer.issuer);
}

static enum status take_audience(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "an aud of at most 255 printable characters without spaces";
    if (!text_is_token(value, CALLER_ISSUER_BYTES - 1))
        return STATUS_INVALID;
    return take_text(reader, value, &current_issuer(reader)->issuer.audience);
}

static enum status take_jwks_file(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "a path";
    return take_path(reader, value, &current_issuer(reader)->issuer.jwks_file);
}

static enum status take_organisation(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "the UUID of an organisation";
    return uuid_parse(value, &current_issuer(reader)->issuer.organisation.uuid);
}

static enum status take_strong_acr(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "one to eight acr values with spaces between";
    return take_words(reader, value, current_issuer(reader)->issuer.strong);
}

static enum status take_strong_max_age(struct reader *reader, const char *value, const char **ret_expected)
{
    *ret_expected = "seconds, 1 to 86400";
    return take_number(value, 1, MAX_AGE_SECONDS, &current_issuer(reader)->issuer.strong_max_age);
}

static enum status take_scopes(struct reader *reader, const char *value, const char **ret_expected)
{
    const char *words[AUTH_MAX_STRONG] = {NULL};
    unsigned scopes = SCOPE_NONE;

    *ret_expected = "scopes with spaces between: trygg:read trygg:write provision changes";
    TRY(take_words(reader, value, words));
    for (size_t i = 0; i < AUTH_MAX_STRONG && words[i] != NULL; i++) {
        enum scope scope = scope_parse(words[i], strlen(words[i]));
        if (scope == SCOPE_NONE)
            return STATUS_INVALID;
        scopes |= scope;
    }
    current_issuer(reader)->issuer.scopes = scopes;
    return STATUS_OK;
}

/* ---- The tables ----------------------------------------------------------------------------------------------------- */

static const struct setting server_settings[] = {
    {"listen", take_listen, "127.0.0.1:8080"},     {"data_directory", take_data_directory, NULL},
    {"master_key_file", take_master_key_file, ""}, {"time_zone", take_time_zone, NULL},
    {"log_level", take_log_level, "info"},
};

static const struct setting local_issuer_settings[] = {
    {"key_file", take_key_file, NULL},
    {"jwks_file", take_local_jwks_file, NULL},
};

static const struct setting issuer_settings[] = {
    {"issuer", take_issuer, NULL},
    {"audience", take_audience, NULL},
    {"jwks_file", take_jwks_file, NULL},
    {"organisation", take_organisation, NULL},
    {"strong_acr", take_strong_acr, NULL},
    {"strong_max_age", take_strong_max_age, "3600"},
    {"scopes", take_scopes, "trygg:read trygg:write"},
};

#define SETTINGS(table) (table), sizeof(table) / sizeof((table)[0])
static const struct section sections[] = {
    {"server", SETTINGS(server_settings), false},
    {"local-issuer", SETTINGS(local_issuer_settings), false},
    {"issuer", SETTINGS(issuer_settings), true},
};
enum { N_SECTIONS = sizeof sections / sizeof sections[0] };
_Static_assert(sizeof issuer_settings / sizeof issuer_settings[0] <= MAX_SETTINGS, "MAX_SETTINGS bounds every section");

/* ---- Sections ------------------------------------------------------------------------------------------------------- */

static enum status take_setting(struct reader *reader, const struct setting *setting, const char *value, int line)
{
    const char *expected = "";

    enum status status = setting->take(reader, value, &expected);
    if (status == STATUS_INVALID)
        return faulty(reader, line, "%s in [%s] must be %s", setting->key, reader->section_name, expected);
    return status;
}

/* Defaults for what was absent; an absent setting without a default is an error at the section's own line. */
static enum status close_section(struct reader *reader)
{
    const struct section *section = reader->section;

    for (size_t i = 0; section != NULL && i < section->n_settings; i++) {
        const struct setting *setting = &section->settings[i];
        if (reader->given[i])
            continue;
        if (setting->standard == NULL)
            return faulty(reader, reader->section_line, "[%s] needs %s", reader->section_name, setting->key);
        TRY(take_setting(reader, setting, setting->standard, reader->section_line));
    }
    reader->section = NULL;
    return STATUS_OK;
}

/* The NAME of [issuer "NAME"] or [issuer:NAME], copied without its quotes; NULL if it is neither. */
static const char *name_of_section(struct reader *reader, const char *rest)
{
    size_t len = strlen(rest);

    if (len > 3 && rest[0] == ' ' && rest[1] == '"' && rest[len - 1] == '"')
        return arena_copy(reader->arena, rest + 2, len - 3);
    if (len > 1 && rest[0] == ':')
        return arena_copy(reader->arena, rest + 1, len - 1);
    return NULL;
}

static enum status add_issuer(struct reader *reader, const char *rest)
{
    struct config *config = &reader->config;
    const char *name = name_of_section(reader, rest);

    if (name == NULL)
        return faulty(reader, reader->line, "an issuer has a name: [issuer \"NAME\"]");
    if (config->n_issuers == CONFIG_MAX_ISSUERS)
        return faulty(reader, reader->line, "there are more than %d issuers", CONFIG_MAX_ISSUERS);
    for (size_t i = 0; i < config->n_issuers; i++) {
        if (strcmp(config->issuers[i].name, name) == 0)
            return faulty(reader, reader->line, "[%s] is there twice", reader->section_name);
    }
    config->issuers[config->n_issuers++] = (struct config_issuer){.name = name};
    return STATUS_OK;
}

static enum status open_section(struct reader *reader, const char *name)
{
    TRY(close_section(reader));
    memset(reader->given, 0, sizeof reader->given);
    reader->section_line = reader->line;
    snprintf(reader->section_name, sizeof reader->section_name, "%s", name);
    for (size_t i = 0; i < N_SECTIONS; i++) {
        const struct section *section = &sections[i];
        size_t len = strlen(section->name);
        if (strncmp(name, section->name, len) != 0 || (name[len] != '\0' && name[len] != ' ' && name[len] != ':'))
            continue;
        if (section->named)
            TRY(add_issuer(reader, name + len));
        else if (name[len] != '\0')
            return faulty(reader, reader->line, "[%s] takes no name", section->name);
        else if (reader->sections_seen & (1U << i))
            return faulty(reader, reader->line, "[%s] is there twice", name);
        reader->sections_seen |= 1U << i;
        reader->section = section;
        return STATUS_OK;
    }
    return faulty(reader, reader->line, "unknown section [%s]", name);
}

/* ---- What libinih calls --------------------------------------------------------------------------------------------- */

/* A line that opens a section: libinih would pass over an empty section and cut a long name. */
static enum status see_section(struct reader *reader, const char *line)
{
    const char *close = strchr(line, ']');

    if (close == NULL)
        return faulty(reader, reader->line, "a section ends with ]");
    size_t len = (size_t)(close - line) - 1;
    if (len >= MAX_SECTION)
        return faulty(reader, reader->line, "a section's name has at most %d characters", MAX_SECTION - 1);
    char name[MAX_SECTION];
    snprintf(name, sizeof name, "%.*s", (int)len, line + 1);
    return open_section(reader, name);
}

/* fgets that counts lines, refuses one that would be cut, and stops at the first fault. */
static char *next_line(char *line, int size, void *stream)
{
    struct reader *reader = stream;

    if (reader->status != STATUS_OK || fgets(line, size, reader->file) == NULL)
        return NULL;
    reader->line++;
    size_t len = strlen(line);
    if (len == 0 || (line[len - 1] != '\n' && !feof(reader->file))) {
        faulty(reader, reader->line, "the line is longer than %d characters, or not text", size - 3);
        return NULL;
    }
    size_t indent = strspn(line, " \t");
    if (line[indent] == '[' && see_section(reader, line + indent) != STATUS_OK)
        return NULL;
    return line;
}

static int take_pair(void *user, const char *section_name, const char *key, const char *value)
{
    struct reader *reader = user;
    (void)section_name; /* next_line has seen it, with its line */

    if (reader->status != STATUS_OK)
        return 0;
    if (reader->section == NULL)
        return faulty(reader, reader->line, "%.50s stands before any section", key) == STATUS_OK;
    for (size_t i = 0; i < reader->section->n_settings; i++) {
        const struct setting *setting = &reader->section->settings[i];
        if (strcmp(setting->key, key) != 0)
            continue;
        if (reader->given[i])
            return faulty(reader, reader->line, "%s in [%s] is given twice", key, reader->section_name) == STATUS_OK;
        if (value[0] == '\0')
            return faulty(reader, reader->line, "%s in [%s] is empty", key, reader->section_name) == STATUS_OK;
        reader->given[i] = true;
        return take_setting(reader, setting, value, reader->line) == STATUS_OK;
    }
    return faulty(reader, reader->line, "unknown setting %.50s in [%s]", key, reader->section_name) == STATUS_OK;
}

/* libinih's own knobs are process-wide; this is the only place that reads an ini file. */
static void set_up_inih(void)
{
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    ini_stop_on_first_error = true;
    ini_use_stack = false;
    ini_max_line = MAX_LINE;
    ini_initial_alloc = MAX_LINE;
}

enum status config_read(const char *path, struct arena *arena, struct config *ret_config, struct config_fault *fault)
{
    struct reader reader = {.path = path, .arena = arena, .fault = fault, .file = fopen(path, "re")};

    if (reader.file == NULL) {
        snprintf(fault->text, sizeof fault->text, "%.300s cannot be read: %s", path, strerror(errno));
        return STATUS_INVALID;
    }
    set_up_inih();
    int bad_line = ini_parse_stream(next_line, &reader, take_pair, &reader);
    if (bad_line > 0)
        (void)faulty(&reader, bad_line, "neither [section] nor key = value");
    if (bad_line < 0)
        (void)out_of_memory(&reader);
    if (reader.status == STATUS_OK && close_section(&reader) == STATUS_OK && !(reader.sections_seen & 1U))
        (void)faulty(&reader, reader.line, "there is no section [server]");
    fclose(reader.file);
    TRY(reader.status);
    *ret_config = reader.config;
    return STATUS_OK;
}
