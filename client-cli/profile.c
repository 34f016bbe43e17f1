/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads profiles from the configuration, an ini file, with libinih.
 * May not open what a profile names, nor run it.
 * Always: every key of the file is known and given once, whichever profile is wanted; a file that others may write to is not read.
 */
#include "profile.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"
#include "memory.h"

/* MAX_SECTION is libinih's own bound on a section's name; longer ones would be cut silently. */
enum { MAX_LINE = 4096, MAX_SECTION = 50, MAX_PROFILES = 100 };

struct reader {
    const char *path;
    FILE *file;
    const char *wanted;
    struct profile profile;
    enum outcome outcome; /* of the first thing that went wrong */
    int line;
    bool in_wanted;
    unsigned given; /* bits: index into keys[], of this section */
    int token_line; /* where this section says its token */
    char sections[MAX_PROFILES][MAX_SECTION];
    size_t n_sections;
};

static enum outcome faulty(struct reader *reader, const char *sentence, const char *culprit)
{
    if (reader->outcome != OUTCOME_OK)
        return reader->outcome;
    char line[16] = "";
    if (reader->line > 0)
        snprintf(line, sizeof line, ":%d", reader->line);
    fputs("trygg: ", stderr);
    print_text(stderr, reader->path);
    fprintf(stderr, "%s: %s", line, sentence);
    if (culprit != NULL) {
        fputs(" '", stderr);
        print_text(stderr, culprit);
        fputc('\'', stderr);
    }
    fputc('\n', stderr);
    reader->outcome = OUTCOME_USAGE;
    return reader->outcome;
}

static enum outcome no_memory(struct reader *reader)
{
    if (reader->outcome == OUTCOME_OK)
        (void)memory_out();
    reader->outcome = OUTCOME_LOCAL;
    return reader->outcome;
}

/* ---- Keys ----------------------------------------------------------------------------------------------------------- */

static enum outcome take_text(struct reader *reader, const char *value, char **ret_text)
{
    if (!reader->in_wanted)
        return OUTCOME_OK;
    *ret_text = strdup(value);
    return *ret_text == NULL ? no_memory(reader) : OUTCOME_OK;
}

/* A relative path starts at the folder of the configuration, and "~/" at home. */
static enum outcome take_path(struct reader *reader, const char *value, char **ret_text)
{
    const char *home = getenv("HOME");
    const char *slash = strrchr(reader->path, '/');
    if (strncmp(value, "~/", 2) == 0 && home == NULL)
        return faulty(reader, "HOME is not set, so there is no", value);
    if (!reader->in_wanted)
        return OUTCOME_OK;
    int len;
    if (strncmp(value, "~/", 2) == 0)
        len = asprintf(ret_text, "%s%s", home, value + 1);
    else if (*value == '/' || slash == NULL)
        len = asprintf(ret_text, "%s", value);
    else
        len = asprintf(ret_text, "%.*s/%s", (int)(slash - reader->path), reader->path, value);
    if (len >= 0)
        return OUTCOME_OK;
    *ret_text = NULL;
    return no_memory(reader);
}

static enum outcome take_language(struct reader *reader, const char *value, char **ret_text)
{
    if (strcmp(value, "sv") != 0 && strcmp(value, "nb") != 0 && strcmp(value, "en") != 0)
        return faulty(reader, "language must be sv, nb or en, not", value);
    return take_text(reader, value, ret_text);
}

enum { KEY_SERVER, KEY_TOKEN_FILE, KEY_TOKEN_COMMAND, KEY_CA_FILE, KEY_LANGUAGE };
enum { TOKEN_KEYS = 1U << KEY_TOKEN_FILE | 1U << KEY_TOKEN_COMMAND };

static const struct {
    const char *name;
    size_t offset; /* of its member in struct profile */
    enum outcome (*take)(struct reader *reader, const char *value, char **ret_text);
} keys[] = {
    [KEY_SERVER] = {"server", offsetof(struct profile, server), take_text},
    [KEY_TOKEN_FILE] = {"token_file", offsetof(struct profile, token_file), take_path},
    [KEY_TOKEN_COMMAND] = {"token_command", offsetof(struct profile, token_command), take_text},
    [KEY_CA_FILE] = {"ca_file", offsetof(struct profile, ca_file), take_path},
    [KEY_LANGUAGE] = {"language", offsetof(struct profile, language), take_language},
};

static enum outcome take_key(struct reader *reader, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].name, name) != 0)
            continue;
        if ((reader->given & 1U << i) != 0)
            return faulty(reader, "given twice in one section: the key", name);
        if (*value == '\0')
            return faulty(reader, "no value is given for the key", name);
        reader->given |= 1U << i;
        if ((reader->given & TOKEN_KEYS) == TOKEN_KEYS)
            return faulty(reader, "a profile has token_file or token_command, not both; here is", name);
        if ((1U << i & TOKEN_KEYS) != 0)
            reader->token_line = reader->line;
        return keys[i].take(reader, value, (char **)(void *)((char *)&reader->profile + keys[i].offset));
    }
    return faulty(reader, "only server, token_file, token_command, ca_file and language are known, not the key", name);
}

/* ---- Sections and lines --------------------------------------------------------------------------------------------- */

/* A token that could go to any server could go to a wrong one. */
static enum outcome close_section(struct reader *reader)
{
    if ((reader->given & TOKEN_KEYS) == 0 || (reader->given & 1U << KEY_SERVER) != 0)
        return OUTCOME_OK;
    reader->line = reader->token_line;
    return faulty(reader, "a profile with a token needs a server, which the token is for; here is",
                  keys[(reader->given & 1U << KEY_TOKEN_FILE) != 0 ? KEY_TOKEN_FILE : KEY_TOKEN_COMMAND].name);
}

/* libinih would pass over an empty section, and cut a long name. */
static enum outcome open_section(struct reader *reader, const char *line)
{
    TRY(close_section(reader));
    const char *close = strchr(line, ']');
    if (close == NULL)
        return faulty(reader, "a section ends with ]", NULL);
    size_t len = (size_t)(close - line) - 1;
    if (len == 0 || len >= MAX_SECTION)
        return faulty(reader, "the name of a section has 1 to 49 bytes", NULL);
    if (reader->n_sections == MAX_PROFILES)
        return faulty(reader, "there are more than 100 sections", NULL);
    char *name = reader->sections[reader->n_sections];
    snprintf(name, MAX_SECTION, "%.*s", (int)len, line + 1);
    for (size_t i = 0; i < reader->n_sections; i++)
        if (strcmp(reader->sections[i], name) == 0)
            return faulty(reader, "there twice: the section", name);
    reader->n_sections++;
    reader->given = 0;
    reader->in_wanted = strcmp(name, reader->wanted) == 0;
    return OUTCOME_OK;
}

/* fgets that counts lines, refuses one that would be cut, and stops at the first fault. */
static char *next_line(char *line, int size, void *stream)
{
    struct reader *reader = stream;
    if (reader->outcome != OUTCOME_OK || fgets(line, size, reader->file) == NULL)
        return NULL;
    reader->line++;
    size_t len = strlen(line);
    if (len == 0 || (line[len - 1] != '\n' && !feof(reader->file))) {
        (void)faulty(reader, "the line is too long, or not text", NULL);
        return NULL;
    }
    size_t indent = strspn(line, " \t\v\f\r"); /* what libinih skips */
    if (line[indent] == '[' && open_section(reader, line + indent) != OUTCOME_OK)
        return NULL;
    return line;
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
    struct reader *reader = user;
    (void)section; /* open_section has seen it, whole */
    if (reader->outcome != OUTCOME_OK)
        return 0;
    if (reader->n_sections == 0)
        return faulty(reader, "before any [section] stands", name) == OUTCOME_OK;
    return take_key(reader, name, value) == OUTCOME_OK;
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

/* A profile can name a command to run: whoever may write the file could run anything as the caller. */
static enum outcome check_trust(struct reader *reader)
{
    struct stat status;
    if (fstat(fileno(reader->file), &status) != 0)
        return faulty(reader, "cannot be looked at:", strerror(errno));
    if (S_ISDIR(status.st_mode))
        return faulty(reader, "is a folder", NULL);
    if (!S_ISREG(status.st_mode))
        return OUTCOME_OK;
    if ((status.st_uid != geteuid() && status.st_uid != 0) || (status.st_mode & 022) != 0)
        return faulty(reader, "others may write to it, so it is not trusted; chmod go-w", NULL);
    return OUTCOME_OK;
}

static enum outcome read_sections(struct reader *reader)
{
    TRY(check_trust(reader));
    set_up_inih();
    int bad_line = ini_parse_stream(next_line, reader, take_pair, reader);
    if (bad_line > 0)
        (void)faulty(reader, "neither [section] nor key = value", NULL);
    if (bad_line < 0)
        (void)no_memory(reader);
    if (ferror(reader->file))
        (void)faulty(reader, "cannot be read", NULL);
    return reader->outcome != OUTCOME_OK ? reader->outcome : close_section(reader);
}

/* ---- Which file, which profile -------------------------------------------------------------------------------------- */

/* The file's path, which the caller frees; NULL when there is nowhere to look. */
static enum outcome make_path(char **ret_path)
{
    const char *config = environment("TRYGG_CONFIG");
    const char *xdg = environment("XDG_CONFIG_HOME");
    const char *home = environment("HOME");
    int len = 0;
    *ret_path = NULL;
    if (config != NULL)
        len = asprintf(ret_path, "%s", config);
    else if (xdg != NULL && *xdg == '/')
        len = asprintf(ret_path, "%s/trygg/config.ini", xdg);
    else if (home != NULL)
        len = asprintf(ret_path, "%s/.config/trygg/config.ini", home);
    if (len >= 0)
        return OUTCOME_OK;
    *ret_path = NULL;
    return memory_out();
}

static bool has_section(const struct reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->n_sections; i++)
        if (strcmp(reader->sections[i], name) == 0)
            return true;
    return false;
}

static void tell_sections(const struct reader *reader)
{
    for (size_t i = 0; i < reader->n_sections; i++) {
        fputs(i == 0 ? "  there is: " : ", ", stderr);
        print_text(stderr, reader->sections[i]);
    }
    if (reader->n_sections > 0)
        fputc('\n', stderr);
}

/* A file that nobody named need not be there. */
static enum outcome read_named(struct reader *reader, bool asked)
{
    reader->file = fopen(reader->path, "re");
    bool absent = reader->file == NULL && (errno == ENOENT || errno == ENOTDIR) && environment("TRYGG_CONFIG") == NULL;
    if (reader->file == NULL && !absent)
        return faulty(reader, "cannot be read:", strerror(errno));
    if (reader->file != NULL) {
        enum outcome outcome = read_sections(reader);
        fclose(reader->file);
        TRY(outcome);
    }
    reader->line = 0;
    if (!asked || has_section(reader, reader->wanted))
        return OUTCOME_OK;
    (void)faulty(reader, absent ? "there is no such file, so there is no profile" : "there is no profile",
                 reader->wanted);
    tell_sections(reader);
    return OUTCOME_USAGE;
}

enum outcome profile_read(const char *name, struct profile *ret_profile)
{
    if (name == NULL)
        name = environment("TRYGG_PROFILE");
    char *path;
    TRY(make_path(&path));
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        free(path);
        return memory_out();
    }
    reader->path = path == NULL ? "configuration" : path;
    reader->wanted = name == NULL ? "default" : name;
    enum outcome outcome = OUTCOME_OK;
    if (path != NULL)
        outcome = read_named(reader, name != NULL);
    else if (name != NULL)
        outcome = faulty(reader, "HOME is not set, so there is no profile", name);
    if (outcome == OUTCOME_OK && (reader->profile.name = strdup(reader->wanted)) == NULL)
        outcome = no_memory(reader);
    if (outcome == OUTCOME_OK)
        *ret_profile = reader->profile;
    else
        profile_clear(&reader->profile);
    free(reader);
    free(path);
    return outcome;
}

enum outcome profile_list(void (*take)(const char *name, void *context), void *context)
{
    auto_text path = NULL;
    TRY(make_path(&path));
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return memory_out();
    reader->path = path;
    reader->wanted = ""; /* no section is called so */
    enum outcome outcome = path == NULL ? OUTCOME_OK : read_named(reader, false);
    for (size_t i = 0; outcome == OUTCOME_OK && i < reader->n_sections; i++)
        take(reader->sections[i], context);
    free(reader);
    return outcome;
}

void profile_clear(struct profile *profile)
{
    free(profile->name);
    free(profile->server);
    free(profile->token_file);
    free(profile->token_command);
    free(profile->ca_file);
    free(profile->language);
    *profile = (struct profile){0};
}
