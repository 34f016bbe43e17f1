/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads Accept-Language.
 * May not touch anything but the header lines it is handed.
 * Any input yields one of the three languages. */
#include "http/language.h"

#include <string.h>
#include <strings.h>

struct choice {
    enum language language;
    int weight; /* thousandths; 0 before any member counted */
};

static const struct {
    const char *tag;
    enum language language;
} known[] = {
    {"en", LANGUAGE_EN}, {"nb", LANGUAGE_NB}, {"no", LANGUAGE_NB},
    {"nn", LANGUAGE_NB}, {"sv", LANGUAGE_SV}, {"*", LANGUAGE_EN},
};

/* `0`, `1`, `0.85`, `1.000`: thousandths, or -1. */
static int read_weight(const char *text, size_t len)
{
    if (len == 0 || len > 5 || (text[0] != '0' && text[0] != '1') || (len > 1 && text[1] != '.'))
        return -1;
    int weight = (text[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 2; i < len; i++, unit /= 10) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        weight += (text[i] - '0') * unit;
    }
    return weight <= 1000 ? weight : -1;
}

/* The weight of the parameters after a language range: 1000 without any, -1 when they are not understood. */
static int weight_of(const char *text, size_t len)
{
    size_t at = strspn(text, " \t");
    if (at >= len)
        return 1000;
    if (text[at] != ';')
        return -1;
    at++;
    at += strspn(text + at, " \t");
    if (at + 2 > len || strncasecmp(text + at, "q=", 2) != 0)
        return -1;
    at += 2;
    size_t end = len;
    while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        end--;
    return read_weight(text + at, end - at);
}

static void consider(const char *member, size_t len, struct choice *choice)
{
    size_t range = strcspn(member, " \t;,");
    size_t primary = strcspn(member, "- \t;,");
    int weight = weight_of(member + range, len - range);
    if (weight <= choice->weight)
        return;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strlen(known[i].tag) == primary && strncasecmp(known[i].tag, member, primary) == 0)
            *choice = (struct choice){.language = known[i].language, .weight = weight};
}

static void consider_list(const char *list, struct choice *choice)
{
    const char *member = list + strspn(list, " \t,");
    while (*member != '\0') {
        size_t len = strcspn(member, ",");
        consider(member, len, choice);
        member += len;
        member += strspn(member, " \t,");
    }
}

enum language language_choose(const struct headers *headers)
{
    struct choice choice = {.language = LANGUAGE_EN, .weight = 0};
    for (size_t i = 0; i < headers->n; i++)
        if (strcasecmp(headers->items[i].name, "Accept-Language") == 0)
            consider_list(headers->items[i].value, &choice);
    return choice.language;
}

const char *language_tag(enum language language)
{
    static const char *const tags[LANGUAGE_COUNT] = {
        [LANGUAGE_EN] = "en",
        [LANGUAGE_NB] = "nb",
        [LANGUAGE_SV] = "sv",
    };
    return tags[language];
}
