/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clock.h: times and days. A time is int64 milliseconds since 1970-01-01T00:00:00Z and is written as RFC 3339 UTC.
 * A day is a local day in the organisation's time zone, counted from 1970-01-01, written as ISO 8601 (docs/rules.md).
 * One process serves one time zone (TZ, set once by main before any thread starts).
 */
#ifndef TRYGG_BASE_CLOCK_H
#define TRYGG_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { TIME_TEXT_BYTES = 25, DAY_TEXT_BYTES = 11 }; /* 2026-11-21T18:06:38.123Z, 2026-11-21, each with a NUL */

#define DAY_FOREVER INT32_MAX /* an open end */
#define DAY_ALWAYS  INT32_MIN /* an open beginning */

/* From and until are both inclusive (docs/rules.md). */
struct period {
    int32_t from;
    int32_t until;
};

int64_t clock_now(void);            /* wall clock, ms */
int64_t clock_monotonic(void);      /* for deadlines and durations, ms */
int64_t clock_monotonic_ns(void);   /* the same clock, ns */
int64_t clock_processor_us(void);   /* processor time of this process, us */
int32_t clock_today(void);          /* the local day now */
int32_t clock_day_of(int64_t time); /* the local day of a time */

/* Sets the time zone of the process by its IANA name; STATUS_INVALID if the system does not know it. Before threads only. */
must_check enum status clock_set_zone(const char *name);

/* True if the Gregorian calendar has this day; years 1 to 9999. */
bool day_exists(int year, int month, int day);

bool period_holds(const struct period *period, int32_t day);

/* Strict: YYYY-MM-DD, a day that exists, years 1900 to 2999. */
must_check enum status day_parse(const char *text, int32_t *ret_day);
/* What lies outside the years 1 to 9999 (an open end or beginning) is written as the last or first day of them; times likewise. */
void day_format(int32_t day, char ret_text[static DAY_TEXT_BYTES]);

/* Strict RFC 3339 with Z or an offset, milliseconds at most. */
must_check enum status time_parse(const char *text, int64_t *ret_time);
void time_format(int64_t time, char ret_text[static TIME_TEXT_BYTES]);

#endif
