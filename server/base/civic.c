/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: Swedish and Norwegian civic numbers, checked and brought to one form (S1).
 * May not: look anything up, or ask the clock: whether a number is assigned is not known here.
 * Always:  the date exists, the check digits agree, and one number has one canonical form.
 */
#include "base/civic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"

enum { SWEDISH_DIGITS = 12, NORWEGIAN_DIGITS = 11, MAX_DIGITS = 12, DASH_AFTER = 8 };
enum { COORDINATION_DAY = 60, D_NUMBER_DAY = 40 };

/* The number made of n digits from `from`. */
static int number_at(const uint8_t *digits, size_t from, size_t n)
{
    int number = 0;
    for (size_t i = from; i < from + n; i++)
        number = number * 10 + digits[i];
    return number;
}

/* Luhn: every other digit doubled from the first of ten, digit sums added, a multiple of ten. */
static bool luhn_agrees(const uint8_t *digits)
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        int doubled = digits[i] * (i % 2 == 0 ? 2 : 1);
        sum += doubled / 10 + doubled % 10;
    }
    return sum % 10 == 0;
}

/* YYYYMMDDNNNC. */
static bool is_swedish(const uint8_t *digits)
{
    int year = number_at(digits, 0, 4);
    int day = number_at(digits, 6, 2);
    if (day > COORDINATION_DAY)
        day -= COORDINATION_DAY;
    return year >= 1800 && year <= 2099 && day_exists(year, number_at(digits, 4, 2), day) && luhn_agrees(digits + 2);
}

static bool modulo_11_agrees(const uint8_t *digits, const uint8_t *weights, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += digits[i] * weights[i];
    return sum % 11 == 0;
}

/* Which individnummer stand for which century (Skatteetaten). */
static const struct series {
    int individual_from, individual_until;
    int year_from, year_until;
} series[] = {
    {0, 499, 1900, 1999},
    {500, 749, 1854, 1899},
    {500, 999, 2000, 2039},
    {900, 999, 1940, 1999},
};

/* The year of birth; 0 if no series has this pair. */
static int norwegian_year(int two_digits, int individual)
{
    for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++) {
        const struct series *s = &series[i];
        int year = s->year_from - s->year_from % 100 + two_digits;
        if (individual >= s->individual_from && individual <= s->individual_until && year >= s->year_from &&
            year <= s->year_until)
            return year;
    }
    return 0;
}

/* DDMMYYNNNCC. The check digits count themselves with weight 1. */
static bool is_norwegian(const uint8_t *digits)
{
    static const uint8_t first[] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
    static const uint8_t second[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
    int day = number_at(digits, 0, 2);
    if (day > D_NUMBER_DAY)
        day -= D_NUMBER_DAY;
    int year = norwegian_year(number_at(digits, 4, 2), number_at(digits, 6, 3));
    return day_exists(year, number_at(digits, 2, 2), day) && modulo_11_agrees(digits, first, sizeof(first)) &&
           modulo_11_agrees(digits, second, sizeof(second));
}

/* The digits, and whether there was a dash after the eighth; 0 if there is anything else. */
static size_t read_digits(const char *text, uint8_t digits[static MAX_DIGITS], bool *ret_dash)
{
    size_t n = 0;
    bool dash = false;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '-' && n == DASH_AFTER && !dash) {
            dash = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || n == MAX_DIGITS)
            return 0;
        digits[n++] = (uint8_t)(text[i] - '0');
    }
    *ret_dash = dash;
    return n;
}

enum status civic_parse(const char *text, char ret_canonical[static CIVIC_TEXT_BYTES])
{
    uint8_t digits[MAX_DIGITS];
    bool dash = false;
    if (text == NULL)
        return STATUS_INVALID;
    size_t n = read_digits(text, digits, &dash);
    bool swedish = n == SWEDISH_DIGITS && is_swedish(digits);
    bool norwegian = n == NORWEGIAN_DIGITS && !dash && is_norwegian(digits);
    if (swedish || norwegian) {
        memcpy(ret_canonical, swedish ? "SE:" : "NO:", 3);
        for (size_t i = 0; i < n; i++)
            ret_canonical[3 + i] = (char)('0' + digits[i]);
        ret_canonical[3 + n] = '\0';
    }
    explicit_bzero(digits, sizeof(digits));
    return swedish || norwegian ? STATUS_OK : STATUS_INVALID;
}

enum { SHORT_DIGITS = 10, SHORT_MARK_AFTER = 6 };

/* The digits of the run that begins at `text`, with at most one mark where a number may have one.
 * Returns the run's length in the text, and in ret_n how many digits it has: more than MAX_DIGITS when it is no number. */
static size_t read_run(const char *text, uint8_t digits[static MAX_DIGITS], size_t *ret_n)
{
    size_t n = 0, at = 0;
    bool marked = false;
    for (; text[at] != '\0'; at++) {
        bool is_digit = text[at] >= '0' && text[at] <= '9';
        bool is_mark = (text[at] == '-' || text[at] == '+') && !marked && (n == SHORT_MARK_AFTER || n == DASH_AFTER);
        if (!is_digit && !is_mark)
            break;
        marked = marked || is_mark;
        if (is_digit && n < MAX_DIGITS)
            digits[n] = (uint8_t)(text[at] - '0');
        n += is_digit ? 1 : 0;
    }
    *ret_n = n;
    return at;
}

/* Ten digits leave the century open. */
static bool is_short_swedish(const uint8_t *ten)
{
    static const uint8_t centuries[][2] = {{1, 8}, {1, 9}, {2, 0}};
    uint8_t digits[MAX_DIGITS];
    bool found = false;
    memcpy(digits + 2, ten, SHORT_DIGITS);
    for (size_t i = 0; i < sizeof(centuries) / sizeof(centuries[0]) && !found; i++) {
        memcpy(digits, centuries[i], 2);
        found = is_swedish(digits);
    }
    explicit_bzero(digits, sizeof(digits));
    return found;
}

static bool is_any(const uint8_t *digits, size_t n)
{
    return (n == SHORT_DIGITS && is_short_swedish(digits)) || (n == SWEDISH_DIGITS && is_swedish(digits)) ||
           (n == NORWEGIAN_DIGITS && is_norwegian(digits));
}

static bool is_word_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool civic_is_mentioned(const char *text)
{
    uint8_t digits[MAX_DIGITS];
    bool found = false;
    char before = ' ';
    for (const char *at = text; *at != '\0' && !found;) {
        size_t n = 0;
        size_t len = read_run(at, digits, &n);
        found = !is_word_character(before) && !is_word_character(at[len]) && is_any(digits, n);
        size_t before_mark = strspn(at, "0123456789"); /* what follows the mark may be a number by itself */
        at += before_mark > 0 ? before_mark : 1;
        before = at[-1];
    }
    explicit_bzero(digits, sizeof(digits));
    return found;
}
