/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Prints the tables of verbs as shell functions, with what a shell needs to drive them, and as JSON.
 * May not know any verb by name but its own.
 * Always: every word printed is a table's, made of letters, digits and dashes, or a profile's name that no shell reads as more than
 * a word; nothing that was typed gets into a script.
 */
#include "completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "profile.h"

/* ---- The tables as shell functions ---------------------------------------------------------------------------------- */

static void print_words(FILE *out, const struct verb *verb, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%s", i == 0 ? "" : " ", verb->words[i]);
}

static size_t count_words(const struct verb *verb)
{
    size_t n = 0;
    while (verb->words[n] != NULL)
        n++;
    return n;
}

static void print_next(const char *word, void *context)
{
    fprintf(context, " %s", word);
}

/* Which words can follow those given. A beginning that several verbs share is printed once, by the first. */
static void print_word_table(FILE *out)
{
    fputs("_trygg_words() {\n    case \"$1\" in\n    '') echo", out);
    table_next_words(NULL, 0, print_next, out);
    fputs(" help ;;\n", out);
    for (const struct area *area = areas; area->word != NULL; area++)
        for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++)
            for (size_t n = 1; n < count_words(verb); n++) {
                bool seen = false;
                for (const struct verb *other = area->verbs; other < verb && !seen; other++)
                    seen = table_begins(other, verb->words, n) && other->words[n] != NULL;
                if (seen)
                    continue;
                fputs("    '", out);
                print_words(out, verb, n);
                fputs("') echo", out);
                table_next_words(verb->words, n, print_next, out);
                fputs(" ;;\n", out);
            }
    fputs("    esac\n}\n", out);
}

static void print_option_names(FILE *out, const struct verb *verb)
{
    for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++) {
        fprintf(out, " --%s", option->name);
        if ((option->traits & OR_NONE) != 0)
            fprintf(out, " --no-%.*s", table_no_name_length(option), option->name);
    }
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (own_options[own].when != OWN_ALWAYS && table_has_own(verb, (enum own_id)own))
            fprintf(out, " --%s", own_options[own].name);
}

static void print_option_table(FILE *out)
{
    fputs("_trygg_options() {\n    echo", out);
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (own_options[own].when == OWN_ALWAYS)
            fprintf(out, " --%s", own_options[own].name);
    fputs("\n    case \"$1\" in\n", out);
    for (const struct area *area = areas; area->word != NULL; area++)
        for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++) {
            fputs("    '", out);
            print_words(out, verb, count_words(verb));
            fputs("') echo", out);
            print_option_names(out, verb);
            fputs(" ;;\n", out);
        }
    fputs("    esac\n}\n", out);
}

static void print_value(FILE *out, const struct verb *verb, const struct option *option)
{
    fputs("    '", out);
    print_words(out, verb, count_words(verb));
    fprintf(out, " --%s') echo ", option->name);
    if ((option->traits & (SECRET | NAMES_FILE)) != 0)
        fputs("file", out);
    else if ((option->traits & YES_NO) != 0)
        fputs("choice yes no", out);
    else
        fputs(option->choices != NULL ? "choice" : "any", out);
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
        fprintf(out, " %s", option->choices[i]);
    fputs(" ;;\n", out);
}

static void print_own_value(FILE *out, const struct verb *verb, const struct own_option *option)
{
    fputs("    '", out);
    print_words(out, verb, count_words(verb));
    fprintf(out, " --%s') echo %s ;;\n", option->name, option->is_file ? "file" : "any");
}

static const char *own_kind(enum own_id own)
{
    if (own == OWN_PROFILE)
        return "profile";
    return own_options[own].is_file ? "file" : "any";
}

/* What an option takes: "file", "profile", "choice …", "any", or nothing at all. */
static void print_value_table(FILE *out)
{
    fputs("_trygg_value() {\n    case \"$1 $2\" in\n", out);
    for (const struct area *area = areas; area->word != NULL; area++)
        for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++) {
            for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++)
                print_value(out, verb, option);
            for (size_t own = 0; own < OWN_COUNT; own++)
                if (own_options[own].when != OWN_ALWAYS && own_options[own].value != NULL &&
                    table_has_own(verb, (enum own_id)own))
                    print_own_value(out, verb, &own_options[own]);
        }
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (own_options[own].when == OWN_ALWAYS && own_options[own].value != NULL)
            fprintf(out, "    *' --%s') echo %s ;;\n", own_options[own].name, own_kind((enum own_id)own));
    fputs("    esac\n}\n", out);
}

static void print_argument_table(FILE *out)
{
    fputs("_trygg_argument() {\n    case \"$1 $2\" in\n", out);
    for (const struct area *area = areas; area->word != NULL; area++)
        for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++)
            for (size_t n = 0; n < table_n_arguments(verb); n++)
                if (table_is_file(verb, n)) {
                    fputs("    '", out);
                    print_words(out, verb, count_words(verb));
                    fprintf(out, " %zu') echo file ;;\n", n);
                }
    fputs("    *) ;;\n    esac\n}\n", out);
}

/* Walks the words before the one being typed: which verb they name, how many arguments it has, whether an option waits for a value. */
static const char walk[] = "    case $word in\n"
                           "    '=') ;;\n"
                           "    --*=*) ;;\n"
                           "    -*) value=$(_trygg_value \"$verb\" \"$word\") ;;\n"
                           "    *)\n"
                           "        if [ -n \"$value\" ]; then\n"
                           "            value=''\n"
                           "        elif [ \"$verb$word\" = help ]; then\n"
                           "            :\n"
                           "        else\n"
                           "            case \" $(_trygg_words \"$verb\") \" in\n"
                           "            *\" $word \"*) verb=${verb:+$verb }$word ;;\n"
                           "            *) n=$((n + 1)) ;;\n"
                           "            esac\n"
                           "        fi\n"
                           "        ;;\n"
                           "    esac\n";

/* The one thing that is asked while typing. */
#define ASK_PROFILES                                                                                                   \
    "    if [ \"$value\" = profile ]; then value=\"choice $(trygg completion profiles 2>/dev/null)\"; fi\n"

static const char bash_driver[] =
    "    done\n" ASK_PROFILES "    if [ \"$cur\" = '=' ]; then cur=''; fi\n"
    "    if [ -n \"$value\" ]; then\n"
    "        :\n"
    "    elif [ \"${cur#-}\" != \"$cur\" ]; then\n"
    "        value=\"choice $(_trygg_options \"$verb\")\"\n"
    "    else\n"
    "        value=$(_trygg_argument \"$verb\" \"$n\")\n"
    "        if [ -z \"$value\" ]; then value=\"choice $(_trygg_words \"$verb\")\"; fi\n"
    "    fi\n"
    "    case $value in\n"
    "    file)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- \"$cur\")\n"
    "        ;;\n"
    "    choice*)\n"
    "        while IFS= read -r word; do COMPREPLY+=(\"$word\"); done "
    "< <(compgen -W \"${value#choice}\" -- \"$cur\")\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _trygg trygg\n";

static const char zsh_driver[] =
    "    done\n" ASK_PROFILES "    if [[ -n $value ]]; then\n"
    "        :\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        value=\"choice $(_trygg_options \"$verb\")\"\n"
    "    else\n"
    "        value=$(_trygg_argument \"$verb\" \"$n\")\n"
    "        [[ -n $value ]] || value=\"choice $(_trygg_words \"$verb\")\"\n"
    "    fi\n"
    "    case $value in\n"
    "    file) _files ;;\n"
    "    choice*)\n"
    "        found=(${=value#choice})\n"
    "        compadd -a found\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "if [[ ${funcstack[1]} == _trygg ]]; then _trygg \"$@\"; else compdef _trygg trygg; fi\n";

static void print_tables(FILE *out)
{
    print_word_table(out);
    print_option_table(out);
    print_value_table(out);
    print_argument_table(out);
}

static enum outcome print_bash(FILE *out)
{
    fputs("# bash completion for trygg, printed by: trygg completion bash\n", out);
    print_tables(out);
    fputs("_trygg() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} verb='' value='' word='' n=0 i\n"
          "    COMPREPLY=()\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "    word=${COMP_WORDS[i]}\n",
          out);
    fputs(walk, out);
    fputs(bash_driver, out);
    return OUTCOME_OK;
}

static enum outcome print_zsh(FILE *out)
{
    fputs("#compdef trygg\n# zsh completion for trygg, printed by: trygg completion zsh\n", out);
    print_tables(out);
    fputs("_trygg() {\n"
          "    local cur=${words[CURRENT]} verb='' value='' word='' n=0 i\n"
          "    local -a found\n"
          "    for ((i = 2; i < CURRENT; i++)); do\n"
          "    word=${words[i]}\n",
          out);
    fputs(walk, out);
    fputs(zsh_driver, out);
    return OUTCOME_OK;
}

/* ---- The tables as JSON --------------------------------------------------------------------------------------------- */

/* Adds a new value; false when memory is out. */
static bool put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

/* Appends a new value; false when memory is out. */
static bool append(json_t *array, json_t *value)
{
    return json_array_append_new(array, value) == 0;
}

static json_t *texts(const char *const *list)
{
    json_t *array = json_array();
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        if (!append(array, json_string(list[i]))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *option_json(const struct option *option)
{
    static const struct {
        const char *name;
        enum option_trait trait;
    } traits[] = {{"required", REQUIRED}, {"number", NUMBER}, {"yesNo", YES_NO},
                  {"file", SECRET},       {"many", MANY},     {"orNone", OR_NONE}};
    static const char *const places[] = {[IN_QUERY] = "query", [IN_BODY] = "body", [HERE] = "here"};
    json_t *json = json_object();
    bool made = put(json, "name", json_string(option->name)) && put(json, "member", json_string(option->member)) &&
                put(json, "value", json_string(option->value)) && put(json, "help", json_string(option->help)) &&
                put(json, "in", json_string(places[option->place]));
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++)
        made = made && put(json, traits[i].name, json_boolean((option->traits & (unsigned)traits[i].trait) != 0));
    if (made && (option->choices == NULL || put(json, "choices", texts(option->choices))))
        return json;
    json_decref(json);
    return NULL;
}

static json_t *options_json(const struct verb *verb)
{
    json_t *array = json_array();
    for (const struct option *option = verb->options; option != NULL && option->name != NULL; option++)
        if (!append(array, option_json(option))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

/* Which of trygg's own options the verb takes besides those of every verb. */
static json_t *own_names(const struct verb *verb)
{
    json_t *array = json_array();
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (own_options[own].when != OWN_ALWAYS && table_has_own(verb, (enum own_id)own) &&
            !append(array, json_string(own_options[own].name))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *verb_json(const struct verb *verb)
{
    json_t *json = json_object();
    bool made = put(json, "words", texts(verb->words)) && put(json, "arguments", texts(verb->arguments)) &&
                put(json, "summary", json_string(verb->summary)) && put(json, "note", text_or_null(verb->note)) &&
                put(json, "example", text_or_null(verb->example)) && put(json, "method", text_or_null(verb->method)) &&
                put(json, "path", text_or_null(verb->path)) && put(json, "also", text_or_null(verb->also)) &&
                put(json, "versionPath", text_or_null(verb->version_path)) &&
                put(json, "open", json_boolean((verb->traits & OPEN) != 0)) &&
                put(json, "paged", json_boolean((verb->traits & PAGED) != 0)) &&
                put(json, "keyed", json_boolean(table_has_own(verb, OWN_KEY))) &&
                put(json, "body", json_boolean(table_has_own(verb, OWN_BODY) || table_sends_file(verb))) &&
                put(json, "file", json_boolean(table_sends_file(verb))) && put(json, "fills", texts(verb->fills)) &&
                put(json, "options", options_json(verb)) && put(json, "own", own_names(verb));
    if (made)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *own_json(const struct own_option *own)
{
    json_t *json = json_object();
    if (put(json, "name", json_string(own->name)) && put(json, "value", text_or_null(own->value)) &&
        put(json, "help", json_string(own->help)) && put(json, "always", json_boolean(own->when == OWN_ALWAYS)))
        return json;
    json_decref(json);
    return NULL;
}

static enum outcome print_list(FILE *out)
{
    auto_json words = json_array();
    auto_json verbs = json_array();
    auto_json own = json_array();
    bool made = true;
    for (const struct area *area = areas; area->word != NULL; area++) {
        made = made && append(words, json_pack("{s:s, s:s}", "word", area->word, "summary", area->summary));
        for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++)
            made = made && append(verbs, verb_json(verb));
    }
    for (size_t i = 0; i < OWN_COUNT; i++)
        made = made && append(own, own_json(&own_options[i]));
    auto_json all = made ? json_pack("{s:O, s:O, s:O}", "areas", words, "verbs", verbs, "own", own) : NULL;
    return all == NULL ? memory_out() : print_json(out, all);
}

/* A name with any other character could be more than a word to a shell, which would run it. */
static void print_profile(const char *name, void *context)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (name[strspn(name, safe)] == '\0')
        fprintf(context, "%s\n", name);
}

static enum outcome print_profiles(FILE *out)
{
    return profile_list(print_profile, out);
}

enum outcome completion_run(const struct options *options)
{
    static const struct {
        const char *word;
        enum outcome (*print)(FILE *out);
    } forms[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"list", print_list}, {"profiles", print_profiles}};
    const char *word = options->verb->words[1];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].word, word) == 0)
            return forms[i].print(stdout);
    complain("no such form:", word);
    return OUTCOME_USAGE;
}
