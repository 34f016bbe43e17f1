/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the command line by the table of verbs and writes help from the same table.
 * May not look at the environment or the network.
 * Always: a secret on the command line is refused, and never repeated in a message.
 */
#include "options.h"

#include <stddef.h>
#include <string.h>

/* ---- Options of every verb ------------------------------------------------------------------------------------------ */

struct common {
    const char *name;
    const char *value; /* NULL: a switch */
    size_t offset;     /* of its member in struct options */
    const char *help;
};

static const struct common commons[] = {
    {"server", "URL", offsetof(struct options, server), "the daemon's address; else TRYGG_SERVER"},
    {"token-file", "FILE", offsetof(struct options, token_file),
     "file with the token, - is standard input; else TRYGG_TOKEN_FILE or TRYGG_TOKEN"},
    {"json", NULL, offsetof(struct options, json), "print the answer as it is"},
    {"help", NULL, offsetof(struct options, help), "this text"},
    {"version", NULL, offsetof(struct options, version), "the version of trygg"},
};

/* Options that people try and that must not work: everyone on the machine can read a command line. */
static const struct {
    const char *name;
    const char *sentence;
} refused[] = {
    {"token", "a token never stands on the command line: use --token-file, TRYGG_TOKEN_FILE or TRYGG_TOKEN"},
    {"civic-number", "a civic number never stands on the command line: use --civic-number-file"},
};

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

struct reader {
    int argc;
    char **argv;
    int at;
    struct options *options;
    size_t n_words;
};

/* "name" of "--name" or "--name=value". */
static bool is_named(const char *given, size_t len, const char *name)
{
    return strlen(name) == len && strncmp(given, name, len) == 0;
}

/* Takes the value after '=' or the next word. */
static enum outcome take_value(struct reader *reader, const char *name, const char *after, const char **ret_value)
{
    if (*ret_value != NULL) {
        complain("given twice: the option", name);
        return OUTCOME_USAGE;
    }
    if (*after != '=' && reader->at + 1 >= reader->argc) {
        complain("a value is missing after the option", name);
        return OUTCOME_USAGE;
    }
    *ret_value = *after == '=' ? after + 1 : reader->argv[++reader->at];
    return OUTCOME_OK;
}

static enum outcome take_common(struct reader *reader, const struct common *common, const char *after)
{
    char *member = (char *)reader->options + common->offset;
    if (common->value != NULL)
        return take_value(reader, common->name, after, (const char **)(void *)member);
    if (*after == '=') {
        complain("no value is taken by the option", common->name);
        return OUTCOME_USAGE;
    }
    *(bool *)(void *)member = true;
    return OUTCOME_OK;
}

static enum outcome refuse_option(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (is_named(name, len, refused[i].name)) {
            complain(refused[i].sentence, NULL);
            return OUTCOME_USAGE;
        }
    char shown[32] = "";
    strncat(shown, name, len < sizeof shown - 1 ? len : sizeof shown - 1);
    complain("unknown option", shown);
    return OUTCOME_USAGE;
}

static enum outcome take_option(struct reader *reader, const char *name)
{
    size_t len = strcspn(name, "=");
    for (size_t i = 0; i < sizeof commons / sizeof *commons; i++)
        if (is_named(name, len, commons[i].name))
            return take_common(reader, &commons[i], name + len);
    const struct verb *verb = reader->options->verb;
    for (size_t i = 0; verb != NULL && verb->options != NULL && verb->options[i].name != NULL; i++)
        if (is_named(name, len, verb->options[i].name))
            return take_value(reader, verb->options[i].name, name + len, &reader->options->values[i]);
    return refuse_option(name, len);
}

static bool begins_with(const struct verb *verb, const char *const words[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (verb->words[i] == NULL || strcmp(verb->words[i], words[i]) != 0)
            return false;
    return true;
}

static enum outcome take_word(struct reader *reader, const char *word)
{
    struct options *options = reader->options;
    if (options->verb != NULL) {
        if (options->verb->argument == NULL || options->argument != NULL || *word == '\0') {
            complain("there is a word too many", NULL);
            return OUTCOME_USAGE;
        }
        options->argument = word;
        return OUTCOME_OK;
    }
    options->words[reader->n_words++] = word;
    bool any = false;
    for (const struct verb *verb = verbs; verb->words[0] != NULL; verb++) {
        if (!begins_with(verb, options->words, reader->n_words))
            continue;
        any = true;
        if (reader->n_words == 2 || verb->words[1] == NULL)
            options->verb = verb;
    }
    if (any)
        return OUTCOME_OK;
    complain("no such verb (see trygg --help):", word);
    return OUTCOME_USAGE;
}

static enum outcome check_complete(const struct options *options)
{
    const struct verb *verb = options->verb;
    if (verb == NULL) {
        complain("what shall be done? See trygg --help", NULL);
        return OUTCOME_USAGE;
    }
    if (verb->argument != NULL && options->argument == NULL) {
        complain("missing:", verb->argument);
        return OUTCOME_USAGE;
    }
    for (size_t i = 0; verb->options != NULL && verb->options[i].name != NULL; i++)
        if (verb->options[i].required && options->values[i] == NULL) {
            complain("missing the option", verb->options[i].name);
            return OUTCOME_USAGE;
        }
    return OUTCOME_OK;
}

enum outcome options_parse(int argc, char **argv, struct options *ret_options)
{
    struct options options = {0};
    struct reader reader = {.argc = argc, .argv = argv, .at = 1, .options = &options};
    bool only_words = false;
    for (; reader.at < argc; reader.at++) {
        const char *arg = argv[reader.at];
        if (!only_words && strcmp(arg, "--") == 0)
            only_words = true;
        else if (!only_words && strncmp(arg, "--", 2) == 0)
            TRY(take_option(&reader, arg + 2));
        else
            TRY(take_word(&reader, arg));
    }
    if (!options.help && !options.version)
        TRY(check_complete(&options));
    *ret_options = options;
    return OUTCOME_OK;
}

/* ---- Help ----------------------------------------------------------------------------------------------------------- */

enum { HELP_COLUMN = 26 };

static void help_line(FILE *out, const char *left, const char *text)
{
    fprintf(out, "  %-*s  %s\n", HELP_COLUMN, left, text);
}

static void help_option(FILE *out, const char *name, const char *value, const char *text)
{
    char left[64];
    snprintf(left, sizeof left, value == NULL ? "--%s" : "--%s %s", name, value);
    help_line(out, left, text);
}

static void help_commons(FILE *out)
{
    fputs("\nfor every verb:\n", out);
    for (size_t i = 0; i < sizeof commons / sizeof *commons; i++)
        help_option(out, commons[i].name, commons[i].value, commons[i].help);
}

static void help_verb(FILE *out, const struct verb *verb)
{
    bool two = verb->words[1] != NULL;
    fprintf(out, "trygg %s%s%s%s%s: %s\n", verb->words[0], two ? " " : "", two ? verb->words[1] : "",
            verb->argument == NULL ? "" : " ", verb->argument == NULL ? "" : verb->argument, verb->summary);
    for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++) {
        char text[160];
        snprintf(text, sizeof text, "%s%s", option->help, option->required ? " (required)" : "");
        help_option(out, option->name, option->value, text);
    }
    help_commons(out);
}

static void help_verbs(FILE *out, const struct options *options, size_t n_words)
{
    fputs("trygg VERB [OPTIONS]: ask the daemon tryggd\n", out);
    for (const struct verb *verb = verbs; verb->words[0] != NULL; verb++) {
        if (!begins_with(verb, options->words, n_words))
            continue;
        char left[64];
        snprintf(left, sizeof left, "%s %s %s", verb->words[0], verb->words[1] == NULL ? "" : verb->words[1],
                 verb->argument == NULL ? "" : verb->argument);
        help_line(out, left, verb->summary);
    }
    help_commons(out);
    fputs("\nexit codes: 0 done, 1 this machine, 2 usage, 3 bad input, 4 login, 5 forbidden, 6 not found, 7 conflict,\n"
          "8 server trouble, 9 not reachable\n",
          out);
}

void options_help(FILE *out, const struct options *options)
{
    if (options->verb != NULL)
        help_verb(out, options->verb);
    else
        help_verbs(out, options, options->words[0] == NULL ? 0 : 1);
}
