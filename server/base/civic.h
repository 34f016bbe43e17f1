/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * civic.h: civic numbers with their check digits (S1).
 *   sv: personnummer and samordningsnummer (SKV 704, 707): YYYYMMDDNNNC or YYYYMMDD-NNNC, Luhn over the last ten digits;
 *       samordningsnummer adds 60 to the day.
 *       A year before 1800 or after 2099 is refused.
 *   nb: fødselsnummer and D-nummer (Skatteetaten): DDMMYYNNNCC, two check digits modulo 11; D-nummer adds 40 to the day.
 *       The individual number tells the century (born 1854 to 2039); a pair that tells none is refused, and so are numbers made
 *       for test registers by adding to the month.
 * Canonical form: the country, a colon and digits only ("SE:189001019802", "NO:31123999935"), so that one person has one blind index.
 */
#ifndef TRYGG_BASE_CIVIC_H
#define TRYGG_BASE_CIVIC_H

#include <stdbool.h>

#include "base/status.h"

enum { CIVIC_TEXT_BYTES = 16 }; /* "SE:" + 12 digits + NUL */

/* Reads 12 digits (optionally with a dash before the last four) as Swedish, 11 digits as Norwegian; the date must exist and the
 * check digits must agree. STATUS_INVALID otherwise. */
must_check enum status civic_parse(const char *text, char ret_canonical[static CIVIC_TEXT_BYTES]);

/* Whether a civic number stands in a text as a word of its own, in any usual spelling: as civic_parse reads it, and in the Swedish ten
 * digits with `-`, `+` or nothing before the last four. For texts that must not hold one. */
bool civic_is_mentioned(const char *text);

#endif
