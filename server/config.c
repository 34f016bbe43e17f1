/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config.c: from a configuration file and the environment to struct config, through the table of settings.
 * It may not open any other file than the configuration, and decides nothing but whether values have the right shape and fit together.
 * A configuration that is returned is complete: every setting was given once, has its shape, or has its default.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_path.h"
#include "config_setting.h"

/* MAX_SECTION is libinih's own bound on a section's name; longer ones would be cut silently. */
enum { MAX_LINE = 1024, MAX_SECTION = 50 };

struct reader {
    const char *path; /* as it was given */
    const char *whole_path;
    FILE *file;
    struct arena *arena;
    struct config config;
    struct config_fault *fault;
    enum status status; /* of the first thing that went wrong */
    int line;
    const struct section *section; /* the one being read; NULL before the first */
    char section_name[MAX_SECTION];
    int section_line; /* CONFIG_NOT_GIVEN: the file has no such section */
    bool seen[N_SECTIONS];
};

/* ---- Faults -------------------------------------------------------------------------------------------------------- */

/* line: of the file, or CONFIG_IN_VARIABLE for a sentence that names the variable. */
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
    if (line == CONFIG_IN_VARIABLE)
        snprintf(reader->fault->text, sizeof reader->fault->text, "%.300s", text);
    else
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

/* "listen in [server]" or "the variable TRYGGD_LISTEN", by where the value was given. */
static enum status setting_faulty(struct reader *reader, const struct section *section, const struct setting *setting,
                                  int line, const char *what)
{
    char variable[CONFIG_VARIABLE_BYTES];

    if (line != CONFIG_IN_VARIABLE)
        return faulty(reader, line, "%s in [%s] %s", setting->key,
                      section->named ? reader->section_name : section->name, what);
    config_variable(section, setting, variable);
    return faulty(reader, line, "the variable %s %s", variable, what);
}

/* ---- Settings ------------------------------------------------------------------------------------------------------- */

static int *place_of(struct reader *reader, const struct section *section, const struct setting *setting)
{
    struct config *config = &reader->config;
    struct config_lines *lines =
        section->named ? &config->issuers[config->n_issuers - 1].lines : &config->lines[section - config_sections];

    return &lines->of[setting - section->settings];
}

static const struct setting *find_setting(const struct section *section, const char *key)
{
    for (size_t i = 0; i < section->n_settings; i++) {
        if (strcmp(section->settings[i].key, key) == 0)
            return &section->settings[i];
    }
    return NULL;
}

static enum status take_setting(struct reader *reader, const struct section *section, const struct setting *setting,
                                const char *value, int line)
{
    const struct intake intake = {.arena = reader->arena, .path = reader->whole_path};
    struct config *config = &reader->config;
    char *owner = section->named ? (char *)&config->issuers[config->n_issuers - 1] : (char *)config;
    char expected[CONFIG_EXPECTED_BYTES], what[CONFIG_FAULT_BYTES];

    enum status status = setting->shape->take(&intake, setting, value, owner + setting->offset);
    if (status == STATUS_NO_MEMORY)
        return out_of_memory(reader);
    if (status == STATUS_OK)
        return STATUS_OK;
    config_expected(setting, expected);
    snprintf(what, sizeof what, "must be %s", expected);
    return setting_faulty(reader, section, setting, line, what);
}

static bool is_in_environment(const struct section *section, const struct setting *setting)
{
    char variable[CONFIG_VARIABLE_BYTES];

    if (section->variables == NULL)
        return false;
    config_variable(section, setting, variable);
    return getenv(variable) != NULL;
}

static enum status complain_of_missing(struct reader *reader, const struct setting *setting)
{
    if (reader->section_line == CONFIG_NOT_GIVEN)
        return faulty(reader, reader->line, "there is no section [%s], which needs %s", reader->section_name,
                      setting->key);
    return faulty(reader, reader->section_line, "[%s] needs %s", reader->section_name, setting->key);
}

/* ---- Sections ------------------------------------------------------------------------------------------------------- */

/* Defaults for what was absent; an absent setting without a default is an error at the section's own line. */
static enum status close_section(struct reader *reader)
{
    const struct section *section = reader->section;

    for (size_t i = 0; section != NULL && i < section->n_settings; i++) {
        const struct setting *setting = &section->settings[i];
        if (*place_of(reader, section, setting) != CONFIG_NOT_GIVEN || is_in_environment(section, setting))
            continue;
        if (setting->standard == NULL)
            return complain_of_missing(reader, setting);
        if (setting->standard[0] != '\0')
            TRY(take_setting(reader, section, setting, setting->standard, reader->section_line));
    }
    reader->section = NULL;
    return STATUS_OK;
}

/* The NAME of [issuer "NAME"] or [issuer:NAME], copied without its quotes; STATUS_INVALID if it is neither. */
static enum status name_of_section(struct reader *reader, const char *rest, const char **ret_name)
{
    size_t len = strlen(rest);
    size_t skip = len > 1 && rest[0] == ':' ? 1 : 0;

    if (len > 3 && rest[0] == ' ' && rest[1] == '"' && rest[len - 1] == '"') {
        skip = 2;
        len--;
    }
    if (skip == 0)
        return STATUS_INVALID;
    *ret_name = arena_copy(reader->arena, rest + skip, len - skip);
    return *ret_name != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status add_issuer(struct reader *reader, const char *rest)
{
    struct config *config = &reader->config;
    const char *name = NULL;

    enum status status = name_of_section(reader, rest, &name);
    if (status == STATUS_NO_MEMORY)
        return out_of_memory(reader);
    if (status != STATUS_OK)
        return faulty(reader, reader->line, "an issuer has a name: [issuer \"NAME\"]");
    if (config->n_issuers == CONFIG_MAX_ISSUERS)
        return faulty(reader, reader->line, "there are more than %d issuers", CONFIG_MAX_ISSUERS);
    for (size_t i = 0; i < config->n_issuers; i++) {
        if (strcmp(config->issuers[i].name, name) == 0)
            return faulty(reader, reader->line, "[%s] is there twice", reader->section_name);
    }
    const char *section = arena_copy(reader->arena, reader->section_name, strlen(reader->section_name));
    if (section == NULL)
        return out_of_memory(reader);
    config->issuers[config->n_issuers++] =
        (struct config_issuer){.name = name, .section = section, .section_line = reader->line};
    return STATUS_OK;
}

/* `rest` is what follows the section's word in its name. */
static enum status enter_section(struct reader *reader, const struct section *section, const char *rest)
{
    const size_t which = (size_t)(section - config_sections);

    if (section->named)
        TRY(add_issuer(reader, rest));
    else if (rest[0] != '\0')
        return faulty(reader, reader->line, "[%s] takes no name", section->name);
    else if (reader->seen[which])
        return faulty(reader, reader->line, "[%s] is there twice", section->name);
    reader->seen[which] = true;
    reader->section = section;
    return STATUS_OK;
}

static enum status open_section(struct reader *reader, const char *name)
{
    TRY(close_section(reader));
    reader->section_line = reader->line;
    snprintf(reader->section_name, sizeof reader->section_name, "%s", name);
    for (size_t i = 0; i < N_SECTIONS; i++) {
        const struct section *section = &config_sections[i];
        size_t len = strlen(section->name);
        if (strncmp(name, section->name, len) == 0 && (name[len] == '\0' || name[len] == ' ' || name[len] == ':'))
            return enter_section(reader, section, name + len);
    }
    return faulty(reader, reader->line, "unknown section [%s]", name);
}

/* A section of which every setting has a default or a variable may be left out. */
static enum status add_absent_sections(struct reader *reader)
{
    for (size_t i = 0; i < N_SECTIONS; i++) {
        const struct section *section = &config_sections[i];
        if (section->variables == NULL || reader->seen[i])
            continue;
        reader->section = section;
        reader->section_line = CONFIG_NOT_GIVEN;
        snprintf(reader->section_name, sizeof reader->section_name, "%s", section->name);
        TRY(close_section(reader));
    }
    return STATUS_OK;
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

/* A line that libinih would take for a setting with a colon, which we do not document. */
static enum status see_colon(struct reader *reader, const char *line)
{
    const size_t key = strcspn(line, "=: \t\r\n");

    if (line[0] == '#' || line[0] == ';' || line[strcspn(line, "=:")] != ':')
        return STATUS_OK;
    return faulty(reader, reader->line, "%.*s is followed by a colon; a setting is KEY = VALUE",
                  key < 50 ? (int)key : 50, line);
}

/* What libinih would take otherwise than it is meant. */
static enum status see_line(struct reader *reader, const char *line)
{
    const size_t indent = strspn(line, " \t\v\f\r"); /* as libinih does */

    return line[indent] == '[' ? see_section(reader, line + indent) : see_colon(reader, line + indent);
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
    return see_line(reader, line) == STATUS_OK ? line : NULL;
}

static enum status take_line(struct reader *reader, const char *key, const char *value)
{
    const struct section *section = reader->section;

    if (section == NULL)
        return faulty(reader, reader->line, "%.50s stands before any section", key);
    const struct setting *setting = find_setting(section, key);
    if (setting == NULL)
        return faulty(reader, reader->line, "unknown setting %.50s in [%s]", key, reader->section_name);
    int *place = place_of(reader, section, setting);
    if (*place != CONFIG_NOT_GIVEN)
        return setting_faulty(reader, section, setting, reader->line, "is given twice");
    if (value[0] == '\0')
        return setting_faulty(reader, section, setting, reader->line, "is empty");
    *place = reader->line;
    return take_setting(reader, section, setting, value, reader->line);
}

static int take_pair(void *user, const char *section_name, const char *key, const char *value)
{
    struct reader *reader = user;
    (void)section_name; /* next_line has seen it, with its line */

    return reader->status == STATUS_OK && take_line(reader, key, value) == STATUS_OK;
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

static enum status unreadable(struct reader *reader, int reason)
{
    snprintf(reader->fault->text, sizeof reader->fault->text, "%.300s cannot be read: %s", reader->path,
             strerror(reason));
    reader->status = STATUS_INVALID;
    return STATUS_INVALID;
}

/* From the root, so that what is shown of the paths in it means the same elsewhere. Links in it stay. */
static enum status find_whole_path(struct reader *reader)
{
    char here[PATH_MAX];

    reader->whole_path = reader->path;
    if (reader->path[0] == '/')
        return STATUS_OK;
    if (getcwd(here, sizeof here) == NULL)
        return unreadable(reader, errno);
    reader->whole_path = arena_printf(reader->arena, "%s/%s", here, reader->path);
    return reader->whole_path != NULL ? STATUS_OK : out_of_memory(reader);
}

/* A FIFO would be waited for, and a folder has no end. */
static enum status check_kind(struct reader *reader)
{
    struct stat kind;

    if (reader->file == NULL || fstat(fileno(reader->file), &kind) != 0)
        return unreadable(reader, errno);
    return S_ISREG(kind.st_mode) ? STATUS_OK : unreadable(reader, S_ISDIR(kind.st_mode) ? EISDIR : EINVAL);
}

static enum status read_file(struct reader *reader)
{
    set_up_inih();
    int bad_line = ini_parse_stream(next_line, reader, take_pair, reader);
    if (bad_line > 0)
        return faulty(reader, bad_line, "neither [section] nor key = value");
    if (bad_line < 0)
        return out_of_memory(reader);
    if (ferror(reader->file)) /* what was read so far may lack a limit or an issuer */
        return unreadable(reader, errno);
    TRY(reader->status);
    TRY(close_section(reader));
    return add_absent_sections(reader);
}

/* ---- The environment ------------------------------------------------------------------------------------------------- */

static enum status take_variable(struct reader *reader, const char *name, size_t len, const char *value)
{
    char variable[CONFIG_VARIABLE_BYTES];

    for (size_t i = 0; i < N_SECTIONS; i++) {
        const struct section *section = &config_sections[i];
        for (size_t s = 0; section->variables != NULL && s < section->n_settings; s++) {
            const struct setting *setting = &section->settings[s];
            config_variable(section, setting, variable);
            if (strlen(variable) != len || strncmp(variable, name, len) != 0)
                continue;
            if (value[0] == '\0')
                return setting_faulty(reader, section, setting, CONFIG_IN_VARIABLE, "is empty");
            *place_of(reader, section, setting) = CONFIG_IN_VARIABLE;
            return take_setting(reader, section, setting, value, CONFIG_IN_VARIABLE);
        }
    }
    return faulty(reader, CONFIG_IN_VARIABLE, "there is no setting for the variable %.*s", len < 100 ? (int)len : 100,
                  name);
}

/* A variable that begins like ours and is none is a slip, and would otherwise pass silently. */
static enum status read_environment(struct reader *reader)
{
    const char *prefix = config_sections[SECTION_SERVER].variables;

    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        if (equals != NULL && strncmp(*entry, prefix, strlen(prefix)) == 0)
            TRY(take_variable(reader, *entry, (size_t)(equals - *entry), equals + 1));
    }
    return STATUS_OK;
}

/* ---- What settings demand of each other ------------------------------------------------------------------------------ */

static enum status server_faulty(struct reader *reader, const char *key, const char *what)
{
    const struct section *section = &config_sections[SECTION_SERVER];
    const struct setting *setting = find_setting(section, key);

    return setting_faulty(reader, section, setting, *place_of(reader, section, setting), what);
}

static enum status check_tls(struct reader *reader)
{
    const struct config *config = &reader->config;

    if (config->tls_certificate_file != NULL && config->tls_key_file == NULL)
        return server_faulty(reader, "tls_certificate_file", "needs tls_key_file");
    if (config->tls_key_file != NULL && config->tls_certificate_file == NULL)
        return server_faulty(reader, "tls_key_file", "needs tls_certificate_file");
    if (config->tls_certificate_file == NULL && !config_is_loopback(&config->listen))
        return server_faulty(
            reader, "listen",
            "must be a loopback address, 127.0.0.0/8 or [::1]: plain HTTP does not leave this machine");
    return STATUS_OK;
}

/* L4: a token speaks for one organisation. */
static enum status check_issuers(struct reader *reader)
{
    const struct config *config = &reader->config;

    for (size_t i = 0; i < config->n_issuers; i++) {
        const struct config_issuer *issuer = &config->issuers[i];
        for (size_t before = 0; before < i; before++) {
            const struct config_issuer *other = &config->issuers[before];
            if (strcmp(issuer->issuer.issuer, other->issuer.issuer) == 0 &&
                strcmp(issuer->issuer.audience, other->issuer.audience) == 0)
                return faulty(reader, issuer->section_line,
                              "[%s] has the issuer and the audience of [%s] in line %d; one of them needs another "
                              "audience",
                              issuer->section, other->section, other->section_line);
        }
    }
    return STATUS_OK;
}

/* ---- Where the keys lie: never inside the data directory, so that a copy of the data carries no key along ------------- */

/* Beside a folder that is called `.`, `..` or nothing is inside it, or nobody knows where. */
static enum status check_directory(struct reader *reader)
{
    if (config_path_is_named(reader->config.data_directory))
        return STATUS_OK;
    return server_faulty(reader, "data_directory",
                         "must end with the name of a folder, /var/lib/trygg, not with . or ..: the keys lie beside "
                         "that folder, never in it");
}

/* A file that no setting names: the service manager's credential, or one in the folder that the data directory lies in. */
static enum status find_key(struct reader *reader, const char *credential, const char *name, const char **member)
{
    const char *directory = reader->config.data_directory;
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");

    if (*member != NULL)
        return STATUS_OK;
    *member = credentials != NULL && credentials[0] != '\0'
                  ? arena_printf(reader->arena, "%s/%s", credentials, credential)
                  : arena_printf(reader->arena, "%.*s%s", (int)config_path_parent(directory), directory, name);
    return *member != NULL ? STATUS_OK : out_of_memory(reader);
}

static enum status find_keys(struct reader *reader)
{
    TRY(find_key(reader, "trygg.master", "master.key", &reader->config.master_key_file));
    return find_key(reader, "trygg.log-key", "log.key", &reader->config.log_signing_key_file);
}

static enum status check_key(struct reader *reader, size_t which, const char *key, const char *path)
{
    static const char what[] = "must lie outside data_directory: a copy of the data would carry its key along";
    const struct section *section = &config_sections[which];
    const struct setting *setting = find_setting(section, key);
    bool inside = false;

    if (config_path_inside(reader->arena, path, reader->config.data_directory, &inside) != STATUS_OK)
        return out_of_memory(reader);
    if (!inside)
        return STATUS_OK;
    int place = *place_of(reader, section, setting);
    if (place == CONFIG_NOT_GIVEN) /* find_key has found it where the service manager said */
        return faulty(reader, CONFIG_IN_VARIABLE, "the variable CREDENTIALS_DIRECTORY %s", what);
    return setting_faulty(reader, section, setting, place, what);
}

static enum status check_keys(struct reader *reader)
{
    TRY(check_key(reader, SECTION_SERVER, "master_key_file", reader->config.master_key_file));
    return check_key(reader, SECTION_LOG, "signing_key_file", reader->config.log_signing_key_file);
}

enum status config_read(const char *path, struct arena *arena, struct config *ret_config, struct config_fault *fault)
{
    static enum status (*const steps[])(struct reader *) = {find_whole_path,  check_kind, read_file,
                                                            read_environment, check_tls,  check_issuers,
                                                            check_directory,  find_keys,  check_keys};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would be waited for already here */
    struct reader reader = {.path = path,
                            .arena = arena,
                            .config = {.path = path},
                            .fault = fault,
                            .file = descriptor < 0 ? NULL : fdopen(descriptor, "r")};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && reader.status == STATUS_OK; i++)
        (void)steps[i](&reader);
    if (reader.file != NULL)
        fclose(reader.file);
    else if (descriptor >= 0)
        close(descriptor);
    TRY(reader.status);
    *ret_config = reader.config;
    return STATUS_OK;
}
