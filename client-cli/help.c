/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes help from the tables of verbs.
 * May not know any verb by name.
 * Always: whatever can be asked stands in some help.
 */
#include "help.h"

#include <stdbool.h>
#include <string.h>

enum { MIN_COLUMN = 12, MAX_COLUMN = 34, MAX_LEFT = 160, LINE = 110 };

/* ---- Lines in two columns ------------------------------------------------------------------------------------------- */

/* The right text begins at `column`, on a line of its own when the left is longer, and is broken between words. */
static void print_line(FILE *out, size_t column, const char *left, const char *right)
{
    size_t at = strlen(left) + 2;
    fprintf(out, "  %s", left);
    if (at + 2 > column) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", (int)(column - at), "");
    for (at = column; *right != '\0';) {
        size_t word = strcspn(right, " ");
        if (at > column && at + 1 + word > LINE) {
            fprintf(out, "\n%*s", (int)column, "");
            at = column;
        }
        at += (size_t)fprintf(out, "%s%.*s", at > column ? " " : "", (int)word, right);
        right += word + strspn(right + word, " ");
    }
    fputc('\n', out);
}

/* Wide enough for most of the left texts. */
static void widen(size_t *column, const char *left)
{
    size_t wanted = strlen(left) + 4;
    if (wanted > *column && wanted <= MAX_COLUMN)
        *column = wanted;
}

/* ---- Options -------------------------------------------------------------------------------------------------------- */

static void write_left(char left[static MAX_LEFT], const char *name, const char *value)
{
    snprintf(left, MAX_LEFT, value == NULL ? "--%s" : "--%s %s", name, value);
}

static void write_option(char text[static MAX_LEFT * 4], const struct option *option)
{
    size_t size = (size_t)MAX_LEFT * 4;
    size_t at = (size_t)snprintf(text, size, "%s", option->help);
    const char *before = "; one of ";
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL && at < size; i++) {
        at += (size_t)snprintf(text + at, size - at, "%s%s", before, option->choices[i]);
        before = ", ";
    }
    if (at < size && (option->traits & SECRET) != 0)
        at += (size_t)snprintf(text + at, size - at, "; - is standard input");
    if (at < size && (option->traits & YES_NO) != 0)
        at += (size_t)snprintf(text + at, size - at, "; yes or no");
    if (at < size && (option->traits & MANY) != 0)
        at += (size_t)snprintf(text + at, size - at, "; may be given again");
    if (at < size && (option->traits & OR_NONE) != 0)
        at +=
            (size_t)snprintf(text + at, size - at, "; --no-%.*s for none", table_no_name_length(option), option->name);
    if (at < size && (option->traits & REQUIRED) != 0)
        snprintf(text + at, size - at, " (required)");
}

static size_t own_column(const struct verb *verb, bool always, size_t column)
{
    char left[MAX_LEFT];
    for (size_t own = 0; own < OWN_COUNT; own++) {
        write_left(left, own_options[own].name, own_options[own].value);
        if (table_has_own(verb, (enum own_id)own) && (own_options[own].when == OWN_ALWAYS) == always)
            widen(&column, left);
    }
    return column;
}

static void print_own(FILE *out, const struct verb *verb, bool always, size_t column)
{
    char left[MAX_LEFT];
    for (size_t own = 0; own < OWN_COUNT; own++) {
        write_left(left, own_options[own].name, own_options[own].value);
        if (table_has_own(verb, (enum own_id)own) && (own_options[own].when == OWN_ALWAYS) == always)
            print_line(out, column, left, own_options[own].help);
    }
}

static void print_always(FILE *out)
{
    fputs("\nfor every verb:\n", out);
    print_own(out, NULL, true, own_column(NULL, true, MIN_COLUMN));
}

static bool has_options(const struct verb *verb)
{
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (own_options[own].when != OWN_ALWAYS && table_has_own(verb, (enum own_id)own))
            return true;
    return verb->options != NULL;
}

static void print_options(FILE *out, const struct verb *verb)
{
    char left[MAX_LEFT];
    char text[MAX_LEFT * 4];
    size_t column = own_column(verb, false, MIN_COLUMN);
    for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++) {
        write_left(left, option->name, option->value);
        widen(&column, left);
    }
    fputs("\noptions:\n", out);
    for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++) {
        write_left(left, option->name, option->value);
        write_option(text, option);
        print_line(out, column, left, text);
    }
    print_own(out, verb, false, column);
}

/* ---- Verbs ---------------------------------------------------------------------------------------------------------- */

/* The verb's words from the n-th on, and its arguments. */
static void write_verb(char left[static MAX_LEFT], const struct verb *verb, size_t n)
{
    size_t at = 0;
    *left = '\0';
    for (size_t i = n; verb->words[i] != NULL && at < MAX_LEFT; i++)
        at += (size_t)snprintf(left + at, MAX_LEFT - at, "%s%s", at > 0 ? " " : "", verb->words[i]);
    for (size_t i = 0; verb->arguments[i] != NULL && at < MAX_LEFT; i++)
        at += (size_t)snprintf(left + at, MAX_LEFT - at, "%s%s", at > 0 ? " " : "", verb->arguments[i]);
}

static void help_verb(FILE *out, const struct verb *verb)
{
    char left[MAX_LEFT];
    write_verb(left, verb, 0);
    fprintf(out, "trygg %s: %s\n", left, verb->summary);
    if (has_options(verb))
        print_options(out, verb);
    if (verb->note != NULL)
        fprintf(out, "\n%s\n", verb->note);
    if (verb->example != NULL)
        fprintf(out, "\nexample:\n  trygg %s\n", verb->example);
    print_always(out);
}

static void help_words(FILE *out, const struct options *options)
{
    const struct area *area = table_area(options->words[0]);
    char left[MAX_LEFT];
    size_t column = MIN_COLUMN;
    fputs("trygg", out);
    for (size_t i = 0; i < options->n_words; i++)
        fprintf(out, " %s", options->words[i]);
    fprintf(out, ": %s\n\n", area->summary);
    for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++) {
        write_verb(left, verb, options->n_words);
        widen(&column, left);
    }
    const char *example = NULL;
    for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++) {
        if (!table_begins(verb, options->words, options->n_words))
            continue;
        write_verb(left, verb, options->n_words);
        print_line(out, column, left, verb->summary);
        example = example != NULL ? example : verb->example;
    }
    if (example != NULL)
        fprintf(out, "\nexample:\n  trygg %s\n", example);
    fputs("\noptions of a verb: trygg", out);
    for (size_t i = 0; i < options->n_words; i++)
        fprintf(out, " %s", options->words[i]);
    fputs(" VERB --help\n", out);
}

static void list_word(const char *word, void *context)
{
    char *text = context;
    size_t at = strlen(text);
    snprintf(text + at, (size_t)MAX_LEFT * 4 - at, "%s%s", at > 0 ? ", " : "", word);
}

static void help_areas(FILE *out)
{
    fputs("trygg VERB [ARGUMENT…] [OPTION…]: ask the daemon tryggd\n\n", out);
    for (const struct area *area = areas; area->word != NULL; area++) {
        char text[MAX_LEFT * 4] = "";
        char words[MAX_LEFT * 4] = "";
        table_next_words(&area->word, 1, list_word, words);
        snprintf(text, sizeof text, "%s", area->summary);
        print_line(out, MIN_COLUMN + 6, area->word, text);
        if (*words != '\0')
            print_line(out, MIN_COLUMN + 6, "", words);
    }
    fputs("\nmore: trygg WORD --help, trygg WORD VERB --help\n", out);
    print_always(out);
    fputs(
        "\nexit codes: 0 done, 1 not proven or this machine, 2 usage, 3 bad input, 4 login, 5 forbidden, 6 not found,\n"
        "7 conflict, 8 server trouble, 9 not reachable, 10 forked\n"
        "\nserver and token are the first that is there: --server and --token-file; what the profile of --profile "
        "says;\n"
        "TRYGG_SERVER, TRYGG_TOKEN_FILE, TRYGG_TOKEN; what the profile of TRYGG_PROFILE says, or else [default]\n"
        "\neveryone on this machine can read a command line while it runs: tokens, civic numbers, external ids and "
        "logins'\n"
        "subjects never stand on it; names do unless they come by --body FILE or, for a search, --name-file FILE (- "
        "is\n"
        "standard input), and texts unless they come by a file, standard input or an editor\n"
        "\na profile is a section of TRYGG_CONFIG, or of trygg/config.ini in XDG_CONFIG_HOME or ~/.config:\n"
        "  [default]\n"
        "  server = https://trygg.example.no\n"
        "  token_command = my-login --print-token     (or token_file = FILE); sent to that server only\n"
        "  ca_file = FILE                             (PEM; whom to trust for that server, else the system's)\n"
        "  language = nb                              (or sv, en; else that of the locale)\n",
        out);
}

void help_print(FILE *out, const struct options *options)
{
    if (options->verb != NULL)
        help_verb(out, options->verb);
    else if (options->n_words > 0)
        help_words(out, options);
    else
        help_areas(out);
}
