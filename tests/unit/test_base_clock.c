/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: times, days and the time zone: round trips against the C library, days of clock change, strict texts.
 * May not: depend on the zone of the machine that runs it.
 * Always:  each test that needs a zone sets it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static int64_t time_of(const char *text)
{
    int64_t time = 0;
    assert_int_equal(time_parse(text, &time), STATUS_OK);
    return time;
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_int_equal(day_parse(text, &day), STATUS_OK);
    return day;
}

static void every_day_from_1900_to_2999_is_written_as_the_c_library_writes_it(void **state)
{
    (void)state;
    int32_t last = day_of("2999-12-31");
    int n = 0;
    for (int32_t day = day_of("1900-01-01"); day <= last; day++, n++) {
        char ours[DAY_TEXT_BYTES];
        char theirs[DAY_TEXT_BYTES];
        time_t seconds = (time_t)day * 86400;
        struct tm utc;
        assert_non_null(gmtime_r(&seconds, &utc));
        strftime(theirs, sizeof(theirs), "%Y-%m-%d", &utc);
        day_format(day, ours);
        if (strcmp(ours, theirs) != 0 || day_of(ours) != day)
            fail_msg("%s is not %s", ours, theirs);
    }
    assert_int_equal(n, 401767);
}

static void known_days_have_known_numbers(void **state)
{
    (void)state;
    assert_int_equal(day_of("1970-01-01"), 0);
    assert_int_equal(day_of("1969-12-31"), -1);
    assert_int_equal(day_of("2000-02-29"), 11016);
    assert_int_equal(day_of("2026-11-21"), 20778);
}

static void days_outside_the_years_1_to_9999_are_written_as_their_ends(void **state)
{
    (void)state;
    char text[DAY_TEXT_BYTES];
    day_format(DAY_FOREVER, text);
    assert_string_equal(text, "9999-12-31");
    day_format(DAY_ALWAYS, text);
    assert_string_equal(text, "0001-01-01");
    char moment[TIME_TEXT_BYTES];
    time_format(INT64_MAX, moment);
    assert_string_equal(moment, "9999-12-31T23:59:59.999Z");
    time_format(INT64_MIN, moment);
    assert_string_equal(moment, "0001-01-01T00:00:00.000Z");
}

static void a_day_that_is_not_exactly_a_day_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",           "2026",        "2026-11",       "2026-11-",    "2026-11-2",     "2026-1-21",
        "26-11-21",   "2026-11-21 ", " 2026-11-21",   "2026-11-211", "2026/11/21",    "20261121",
        "2026-11-00", "2026-11-31",  "2026-00-10",    "2026-13-10",  "2026-02-29",    "1900-02-29",
        "2100-02-29", "1899-12-31",  "3000-01-01",    "0000-01-01",  "+026-11-21",    "-026-11-21",
        "2026-W47-6", "2026-325",    "2026-11-21T00", "2026-1a-21",  "2026-11-2\xd9", "2026--1-21",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int32_t day = 77;
        assert_int_equal(day_parse(wrong[i], &day), STATUS_INVALID);
        assert_int_equal(day, 77);
    }
    int32_t day;
    assert_int_equal(day_parse(NULL, &day), STATUS_INVALID);
}

static void times_are_read_with_z_or_an_offset(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } times[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.001Z", 1},
        {"1969-12-31T23:59:59.999Z", -1},
        {"1970-01-01T01:00:00+01:00", 0},
        {"1969-12-31T18:30:00-05:30", 0},
        {"1970-01-01T00:00:00-00:00", 0},
        {"1970-01-01T00:00:00.5Z", 500},
        {"1970-01-01T00:00:00.05Z", 50},
        {"1985-04-12T23:20:50.52Z", 482196050520},        /* RFC 3339 section 5.8 */
        {"1996-12-19T16:39:57-08:00", 851042397000},      /* the same */
        {"1937-01-01T12:00:27.87+00:20", -1041337172130}, /* the same */
        {"2026-11-21T18:06:38.123Z", 1795284398123},
    };
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        assert_true(time_of(times[i].text) == times[i].time);
}

static void a_time_that_is_not_exactly_rfc_3339_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "2026-11-21",
        "2026-11-21T18:06:38", /* no zone */
        "2026-11-21 18:06:38Z",
        "2026-11-21t18:06:38z",
        "2026-11-21T18:06Z",
        "2026-11-21T18:06:38.Z",
        "2026-11-21T18:06:38.1234Z", /* finer than milliseconds */
        "2026-11-21T18:06:38,1Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T18:60:00Z",
        "2026-12-31T23:59:60Z", /* leap second */
        "2026-11-21T18:06:38+24:00",
        "2026-11-21T18:06:38+01:60",
        "2026-11-21T18:06:38+0100",
        "2026-11-21T18:06:38+01",
        "2026-11-21T18:06:38 01:00", /* a plus sign lost in a URL */
        "2026-11-21T18:06:38Z ",
        "2026-11-21T18:06:38ZZ",
        "2026-11-21T18:06:38Z+01:00",
        "2026-02-30T18:06:38Z",
        "2026-11-21T1:06:38Z",
        "2026-11-21T-1:06:38Z",
        "2026-11-21T18:06:38.-1Z",
        "1795284398123",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t time = 77;
        if (time_parse(wrong[i], &time) != STATUS_INVALID || time != 77)
            fail_msg("%s was taken", wrong[i]);
    }
    int64_t time;
    assert_int_equal(time_parse(NULL, &time), STATUS_INVALID);
}

static void times_survive_the_round_trip(void **state)
{
    (void)state;
    char text[TIME_TEXT_BYTES];
    /* A step that visits every part of a day, before and after 1970. */
    for (int64_t time = time_of("1900-01-01T00:00:00Z"); time < time_of("2999-12-31T00:00:00Z"); time += 40000000019) {
        time_format(time, text);
        assert_int_equal(strlen(text), TIME_TEXT_BYTES - 1);
        assert_true(time_of(text) == time);
    }
}

static void the_day_of_a_time_is_local_also_when_clocks_change(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        const char *time;
        const char *day;
    } days[] = {
        {"Europe/Oslo", "2026-03-28T22:59:59.999Z", "2026-03-28"}, /* the day of 23 hours */
        {"Europe/Oslo", "2026-03-28T23:00:00Z", "2026-03-29"},
        {"Europe/Oslo", "2026-03-29T21:59:59.999Z", "2026-03-29"},
        {"Europe/Oslo", "2026-03-29T22:00:00Z", "2026-03-30"},
        {"Europe/Stockholm", "2026-10-24T21:59:59.999Z", "2026-10-24"}, /* the day of 25 hours */
        {"Europe/Stockholm", "2026-10-24T22:00:00Z", "2026-10-25"},
        {"Europe/Stockholm", "2026-10-25T22:59:59.999Z", "2026-10-25"},
        {"Europe/Stockholm", "2026-10-25T23:00:00Z", "2026-10-26"},
        {"Europe/Oslo", "2026-12-31T23:00:00Z", "2027-01-01"},
        {"Europe/Oslo", "2028-02-28T23:00:00Z", "2028-02-29"},
        {"America/Los_Angeles", "2026-01-01T07:59:59Z", "2025-12-31"},
        {"Pacific/Kiritimati", "2026-01-01T10:00:00Z", "2026-01-02"},
        {"Etc/UTC", "1969-12-31T23:59:59.999Z", "1969-12-31"},
    };
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        char text[DAY_TEXT_BYTES];
        assert_int_equal(clock_set_zone(days[i].zone), STATUS_OK);
        day_format(clock_day_of(time_of(days[i].time)), text);
        assert_string_equal(text, days[i].day);
    }
}

static void each_local_day_of_a_year_follows_the_last(void **state)
{
    (void)state;
    assert_int_equal(clock_set_zone("Europe/Oslo"), STATUS_OK);
    int32_t day = day_of("2026-01-01");
    int changes = 0;
    for (int64_t time = time_of("2025-12-31T23:00:00Z"); time < time_of("2026-12-31T23:00:00Z"); time += 1800000) {
        int32_t now = clock_day_of(time);
        assert_in_range(now - day, 0, 1);
        changes += now - day;
        day = now;
    }
    assert_int_equal(changes, 364);
}

static void only_zones_of_the_system_are_taken(void **state)
{
    (void)state;
    assert_int_equal(clock_set_zone("Europe/Oslo"), STATUS_OK);
    static const char *const wrong[] = {
        "",
        "Europe/Nowhere",
        "Europe",
        "Europe/",
        "/usr/share/zoneinfo/Europe/Oslo",
        "../zoneinfo/Europe/Oslo",
        "Europe/../Europe/Oslo",
        "Europe//Oslo",
        ":Europe/Oslo",
        "right/Europe/Oslo",
        "zone.tab",
        "tzdata.zi",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "Europe/Oslo ",
        "Europe/Oslo/",
        "EuropeEuropeEuropeEuropeEuropeEuropeEuropeEuropeEuropeEuropeEurope/Oslo",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (clock_set_zone(wrong[i]) != STATUS_INVALID)
            fail_msg("\"%s\" was taken", wrong[i]);
    }
    assert_int_equal(clock_set_zone(NULL), STATUS_INVALID);
    /* the zone set before still holds */
    assert_int_equal(clock_day_of(time_of("2026-06-30T22:00:00Z")), day_of("2026-07-01"));
}

static void times_without_end_have_a_day(void **state)
{
    (void)state;
    assert_int_equal(clock_set_zone("Pacific/Kiritimati"), STATUS_OK);
    assert_true(clock_day_of(INT64_MAX) >= 2932896);
    assert_true(clock_day_of(INT64_MIN) <= -719161);
}

static void a_period_holds_its_first_and_its_last_day(void **state)
{
    (void)state;
    const struct period period = {.from = 10, .until = 12};
    assert_false(period_holds(&period, 9));
    assert_true(period_holds(&period, 10));
    assert_true(period_holds(&period, 12));
    assert_false(period_holds(&period, 13));
    const struct period always = {.from = DAY_ALWAYS, .until = DAY_FOREVER};
    assert_true(period_holds(&always, 0));
    const struct period never = {.from = 12, .until = 10};
    assert_false(period_holds(&never, 11));
}

static void the_clocks_move_on(void **state)
{
    (void)state;
    int64_t before = clock_monotonic();
    int64_t now = clock_now();
    assert_true(now > time_of("2024-01-01T00:00:00Z"));
    assert_true(clock_monotonic() >= before);
    assert_int_equal(clock_set_zone("Etc/UTC"), STATUS_OK);
    assert_in_range(clock_today() - (int32_t)(now / 86400000), 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_from_1900_to_2999_is_written_as_the_c_library_writes_it),
        cmocka_unit_test(known_days_have_known_numbers),
        cmocka_unit_test(days_outside_the_years_1_to_9999_are_written_as_their_ends),
        cmocka_unit_test(a_day_that_is_not_exactly_a_day_is_refused),
        cmocka_unit_test(times_are_read_with_z_or_an_offset),
        cmocka_unit_test(a_time_that_is_not_exactly_rfc_3339_is_refused),
        cmocka_unit_test(times_survive_the_round_trip),
        cmocka_unit_test(the_day_of_a_time_is_local_also_when_clocks_change),
        cmocka_unit_test(each_local_day_of_a_year_follows_the_last),
        cmocka_unit_test(only_zones_of_the_system_are_taken),
        cmocka_unit_test(times_without_end_have_a_day),
        cmocka_unit_test(a_period_holds_its_first_and_its_last_day),
        cmocka_unit_test(the_clocks_move_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
