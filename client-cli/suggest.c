/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finds what is nearest in spelling to a word that is not known.
 * May not print what was typed, nor know any verb by name.
 * Always: the work is bounded, however long the word is.
 */
#include "suggest.h"

#include <stdbool.h>
#include <string.h>

#include "table.h"

enum { MAX_LENGTH = 32, FAR = 1000, MAX_SHOWN = 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters changed, left out, added or swapped with the next one (optimal string alignment); FAR for long words. */
static size_t distance(const char *from, const char *to)
{
    size_t n_from = strlen(from);
    size_t n_to = strlen(to);
    size_t cost[MAX_LENGTH + 1][MAX_LENGTH + 1];
    if (n_from > MAX_LENGTH || n_to > MAX_LENGTH)
        return FAR;
    for (size_t i = 0; i <= n_from; i++)
        for (size_t k = 0; k <= n_to; k++) {
            cost[i][k] = i == 0 ? k : i;
            if (i == 0 || k == 0)
                continue;
            size_t change = cost[i - 1][k - 1] + (from[i - 1] != to[k - 1]);
            cost[i][k] = least(change, 1 + least(cost[i - 1][k], cost[i][k - 1]));
            if (i > 1 && k > 1 && from[i - 1] == to[k - 2] && from[i - 2] == to[k - 1])
                cost[i][k] = least(cost[i][k], cost[i - 2][k - 2] + 1);
        }
    return cost[n_from][n_to];
}

/* 0 is nearest; FAR is too far to be meant. */
static size_t farness(const char *typed, const char *candidate)
{
    size_t len = strlen(typed);
    if (len >= 2 && strncmp(candidate, typed, len) == 0)
        return 1;
    size_t far = distance(typed, candidate);
    return far <= 1 + len / 3 && far < len ? far : FAR;
}

/* The nearest few, nearest first. */
struct nearest {
    const char *typed;
    const char *shown[MAX_SHOWN];
    size_t far[MAX_SHOWN];
    size_t n;
};

static void consider(const char *candidate, void *context)
{
    struct nearest *nearest = context;
    size_t far = farness(nearest->typed, candidate);
    if (far == FAR)
        return;
    size_t at = nearest->n < MAX_SHOWN ? nearest->n++ : MAX_SHOWN;
    for (; at > 0 && nearest->far[at - 1] > far; at--)
        if (at < MAX_SHOWN) {
            nearest->shown[at] = nearest->shown[at - 1];
            nearest->far[at] = nearest->far[at - 1];
        }
    if (at < MAX_SHOWN) {
        nearest->shown[at] = candidate;
        nearest->far[at] = far;
    }
}

static void print_nearest(FILE *out, const struct nearest *nearest, const char *before)
{
    fputs("  did you mean ", out);
    for (size_t i = 0; i < nearest->n; i++)
        fprintf(out, "%s%s%s", i == 0 ? "" : i + 1 == nearest->n ? " or " : ", ", before, nearest->shown[i]);
    fputs("?\n", out);
}

static void print_word(const char *word, void *context)
{
    fprintf(context, " %s", word);
}

/* The verb whose second word it is, if there is one and no other. */
static const struct verb *only_verb(const char *second)
{
    const struct verb *found = NULL;
    for (const struct area *area = areas; area->word != NULL; area++)
        for (const struct verb *verb = area->verbs; verb->words[0] != NULL; verb++) {
            if (verb->words[1] == NULL || strcmp(verb->words[1], second) != 0)
                continue;
            if (found != NULL)
                return NULL;
            found = verb;
        }
    return found;
}

void suggest_words(FILE *out, const char *const *words, size_t n, const char *word)
{
    struct nearest nearest = {.typed = word == NULL ? "" : word};
    const struct verb *inner = n > 0 ? NULL : only_verb(nearest.typed);
    if (inner != NULL) {
        fprintf(out, "  did you mean %s %s?\n", inner->words[0], inner->words[1]);
        return;
    }
    table_next_words(words, n, consider, &nearest);
    if (nearest.n > 0) {
        print_nearest(out, &nearest, "");
        return;
    }
    fputs("  there is:", out);
    table_next_words(words, n, print_word, out);
    fputc('\n', out);
}

void suggest_options(FILE *out, const struct verb *verb, const char *name)
{
    struct nearest nearest = {.typed = name};
    for (const struct option *option = verb == NULL ? NULL : verb->options; option != NULL && option->name != NULL;
         option++)
        consider(option->name, &nearest);
    for (size_t own = 0; own < OWN_COUNT; own++)
        if (table_has_own(verb, (enum own_id)own))
            consider(own_options[own].name, &nearest);
    if (nearest.n > 0)
        print_nearest(out, &nearest, "--");
}
