/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the command line by the tables of verbs.
 * May not look at the environment, at files or at the network.
 * Always: a secret on the command line is refused, and never repeated in a message.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "suggest.h"

/* Options that people try and that must not work: everyone on the machine can read a command line. */
static const struct {
    const char *name;
    const char *sentence;
} refused[] = {
    {"token", "a token never stands on the command line: use --token-file, TRYGG_TOKEN_FILE, TRYGG_TOKEN or a profile"},
    {"civic-number", "a civic number never stands on the command line: use --civic-number-file"},
    {"external-id",
     "an external id may be a civic number, so it never stands on the command line: use --external-id-file"},
    {"subject", "a login's subject may be a civic number, so it never stands on the command line: use --subject-file"},
};

struct reader {
    int argc;
    char **argv;
    int at;
    struct options *options;
};

/* ---- Options -------------------------------------------------------------------------------------------------------- */

static enum outcome usage_option(const char *sentence, const char *name)
{
    char shown[40];
    snprintf(shown, sizeof shown, "--%s", name);
    return usage(sentence, shown);
}

/* Takes the value after '=' or the next word. */
static enum outcome take_value(struct reader *reader, const char *name, const char *after, const char **ret_value)
{
    if (*after != '=' && reader->at + 1 >= reader->argc)
        return usage_option("a value is missing after the option", name);
    *ret_value = *after == '=' ? after + 1 : reader->argv[++reader->at];
    return OUTCOME_OK;
}

static enum outcome take_own(struct reader *reader, enum own_id own, const char *after)
{
    const char **value = &reader->options->own[own];
    const char *name = own_options[own].name;
    if (own_options[own].value == NULL) {
        if (*after == '=')
            return usage_option("no value is taken by the option", name);
        *value = name;
        return OUTCOME_OK;
    }
    if (*value != NULL)
        return usage_option("given twice: the option", name);
    return take_value(reader, name, after, value);
}

static bool is_choice(const struct option *option, const char *value)
{
    static const char *const yes_no[] = {"yes", "no", NULL};
    const char *const *choices = (option->traits & YES_NO) != 0 ? yes_no : option->choices;
    for (size_t i = 0; choices != NULL && choices[i] != NULL; i++)
        if (strcmp(choices[i], value) == 0)
            return true;
    return choices == NULL;
}

static void complain_choice(const struct option *option)
{
    fprintf(stderr, "trygg: --%s takes one of:", option->name);
    if (option->choices == NULL)
        fputs(" yes no", stderr);
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
        fprintf(stderr, " %s", option->choices[i]);
    fputc('\n', stderr);
}

/* Two options can say one thing, as --name and --name-file do. */
static bool is_same(const struct option *option, const struct option *other)
{
    return option->place == other->place && strcmp(option->member, other->member) == 0;
}

static enum outcome add_given(struct options *options, const struct option *option, const char *value)
{
    for (size_t i = 0; i < options->n_given; i++)
        if (is_same(options->given[i].option, option) &&
            (value == NULL || options->given[i].value == NULL || (option->traits & MANY) == 0))
            return usage_option("given twice: the option", option->name);
    if (value != NULL && !is_choice(option, value)) {
        complain_choice(option);
        return OUTCOME_USAGE;
    }
    options->given[options->n_given++] = (struct given){.option = option, .value = value};
    return OUTCOME_OK;
}

static enum outcome take_row(struct reader *reader, const struct option *option, const char *after)
{
    const char *value = NULL;
    TRY(take_value(reader, option->name, after, &value));
    return add_given(reader->options, option, value);
}

static bool is_named(const char *given, size_t len, const char *name)
{
    return strlen(name) == len && strncmp(given, name, len) == 0;
}

static enum outcome refuse_option(const struct options *options, const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (is_named(name, len, refused[i].name))
            return usage(refused[i].sentence, NULL);
    char shown[32] = "";
    strncat(shown, name, len < sizeof shown - 1 ? len : sizeof shown - 1);
    (void)usage_option(
        options->verb == NULL ? "unknown option; a verb's own options stand after it:" : "unknown option", shown);
    suggest_options(stderr, options->verb, shown);
    return OUTCOME_USAGE;
}

static enum outcome take_option(struct reader *reader, const char *name)
{
    const struct verb *verb = reader->options->verb;
    size_t len = strcspn(name, "=");
    for (const struct option *option = verb == NULL ? NULL : verb->options; option != NULL && option->name != NULL;
         option++) {
        if (is_named(name, len, option->name))
            return take_row(reader, option, name + len);
        bool no = (option->traits & OR_NONE) != 0 && len > 3 && strncmp(name, "no-", 3) == 0;
        if (no && len - 3 == (size_t)table_no_name_length(option) && strncmp(name + 3, option->name, len - 3) == 0)
            return name[len] == '=' ? usage_option("no value is taken by the option", "no-…")
                                    : add_given(reader->options, option, NULL);
    }
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (is_named(name, len, own_options[own].name) && table_has_own(verb, (enum own_id)own))
            return take_own(reader, (enum own_id)own, name + len);
    return refuse_option(reader->options, name, len);
}

/* ---- Words ---------------------------------------------------------------------------------------------------------- */

/* Takes the word as the next of a verb, if there is such a verb. The longest verb wins. */
static bool extend_verb(struct options *options, const char *word)
{
    if (options->n_arguments > 0 || options->n_words == VERB_MAX_WORDS)
        return false;
    options->words[options->n_words] = word;
    size_t n = options->n_words + 1;
    const struct area *area = table_area(options->words[0]);
    const struct verb *whole = NULL;
    bool any = false;
    for (const struct verb *verb = area == NULL ? NULL : area->verbs; verb != NULL && verb->words[0] != NULL; verb++) {
        any = any || table_begins(verb, options->words, n);
        if (table_is(verb, options->words, n))
            whole = verb;
    }
    if (!any)
        return false;
    options->n_words = n;
    options->verb = whole;
    return true;
}

static enum outcome take_word(struct reader *reader, const char *word)
{
    struct options *options = reader->options;
    if (options->n_words == 0 && strcmp(word, "help") == 0) {
        options->own[OWN_HELP] = word;
        return OUTCOME_OK;
    }
    if (extend_verb(options, word))
        return OUTCOME_OK;
    if (options->verb == NULL) {
        complain("no such verb:", word);
        suggest_words(stderr, options->words, options->n_words, word);
        return OUTCOME_USAGE;
    }
    size_t n = table_n_arguments(options->verb);
    bool more = (options->verb->traits & MANY_ARGUMENTS) != 0;
    if (options->n_arguments >= n && !more)
        return usage("there is a word too many:", word);
    if (*word == '\0')
        return usage("empty:", options->verb->arguments[options->n_arguments < n ? options->n_arguments : n - 1]);
    options->arguments[options->n_arguments++] = word;
    return OUTCOME_OK;
}

/* ---- All of it ------------------------------------------------------------------------------------------------------ */

/* By this option, or by another that says the same thing. */
static bool is_given(const struct options *options, const struct option *option)
{
    for (size_t i = 0; i < options->n_given; i++)
        if (is_same(options->given[i].option, option))
            return true;
    return false;
}

static enum outcome see_help(const struct verb *verb)
{
    fputs("; see trygg", stderr);
    for (size_t i = 0; verb->words[i] != NULL; i++)
        fprintf(stderr, " %s", verb->words[i]);
    fputs(" --help\n", stderr);
    return OUTCOME_USAGE;
}

enum outcome options_usage(const struct verb *verb, const char *sentence)
{
    fprintf(stderr, "trygg: %s", sentence);
    return see_help(verb);
}

/* All that are missing are named at once. */
static enum outcome check_required(const struct options *options)
{
    size_t n = 0;
    for (const struct option *option = options->verb->options; option != NULL && option->name != NULL; option++)
        if ((option->traits & REQUIRED) != 0 && options->own[OWN_BODY] == NULL && !is_given(options, option))
            fprintf(stderr, "%s--%s", n++ == 0 ? "trygg: missing: " : ", ", option->name);
    return n == 0 ? OUTCOME_OK : see_help(options->verb);
}

static enum outcome check_complete(const struct options *options)
{
    const struct verb *verb = options->verb;
    if (verb == NULL && options->n_words == 0)
        return usage("what shall be done? See trygg --help", NULL);
    if (verb == NULL) {
        complain("what shall be done with", options->words[options->n_words - 1]);
        suggest_words(stderr, options->words, options->n_words, NULL);
        return OUTCOME_USAGE;
    }
    if (options->n_arguments < table_n_needed(verb))
        return usage("missing:", verb->arguments[options->n_arguments]);
    return check_required(options);
}

static enum outcome parse(struct reader *reader)
{
    bool only_words = false;
    for (; reader->at < reader->argc; reader->at++) {
        const char *arg = reader->argv[reader->at];
        if (only_words || *arg != '-' || arg[1] == '\0')
            TRY(take_word(reader, arg));
        else if (strcmp(arg, "--") == 0)
            only_words = true;
        else if (strcmp(arg, "-h") == 0)
            reader->options->own[OWN_HELP] = arg;
        else if (arg[1] == '-')
            TRY(take_option(reader, arg + 2));
        else
            return usage("options begin with two dashes, see --help; not with one as", (char[]){'-', arg[1], '\0'});
    }
    bool asks = reader->options->own[OWN_HELP] == NULL && reader->options->own[OWN_VERSION] == NULL;
    return asks ? check_complete(reader->options) : OUTCOME_OK;
}

enum outcome options_parse(int argc, char **argv, struct options *ret_options)
{
    struct options options = {.arguments = calloc((size_t)argc + 1, sizeof *options.arguments),
                              .given = calloc((size_t)argc + 1, sizeof *options.given)};
    struct reader reader = {.argc = argc, .argv = argv, .at = 1, .options = &options};
    bool made = options.arguments != NULL && options.given != NULL;
    enum outcome outcome = made ? parse(&reader) : memory_out();
    if (outcome == OUTCOME_OK)
        *ret_options = options;
    else
        options_clear(&options);
    return outcome;
}

void options_clear(struct options *options)
{
    free(options->arguments);
    free(options->given);
    options->arguments = NULL;
    options->given = NULL;
}

const char *options_value(const struct options *options, const char *name, size_t n)
{
    for (size_t i = 0; i < options->n_given; i++)
        if (strcmp(options->given[i].option->name, name) == 0 && n-- == 0)
            return options->given[i].value;
    return NULL;
}
