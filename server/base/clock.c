/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: times and days, their texts, and the one time zone of the process.
 * May not: trust the C library's calendar for anything but the zone's offset, or read a zone file outside the system's own.
 * Always:  what is written can be read back; a text that is not exactly of its form is refused.
 */
#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum {
    MS_PER_SECOND = 1000,
    SECONDS_PER_DAY = 86400,
    DAYS_TO_1970 = 719162, /* from 0001-01-01 */
    DAYS_PER_400_YEARS = 146097,
    FIRST_DAY = -DAYS_TO_1970, /* 0001-01-01 */
    LAST_DAY = 2932896,        /* 9999-12-31 */
    FIRST_YEAR_READ = 1900,
    LAST_YEAR_READ = 2999,
    ZONE_NAME_BYTES = 64,
};
#define MS_PER_DAY ((int64_t)SECONDS_PER_DAY * MS_PER_SECOND)

struct date {
    int year;
    int month;
    int day;
};

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_processor_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

int32_t clock_today(void)
{
    return clock_day_of(clock_now());
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

bool day_exists(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

/* The day number of 1 January. */
static int32_t year_start(int year)
{
    int before = year - 1;
    return 365 * before + before / 4 - before / 100 + before / 400 - DAYS_TO_1970;
}

static int32_t date_to_day(struct date date)
{
    int32_t day = year_start(date.year) + date.day - 1;
    for (int month = 1; month < date.month; month++)
        day += days_in_month(date.year, month);
    return day;
}

static struct date day_to_date(int32_t day)
{
    day = day < FIRST_DAY ? FIRST_DAY : day > LAST_DAY ? LAST_DAY : day;
    struct date date = {.year = (int)((int64_t)(day - FIRST_DAY) * 400 / DAYS_PER_400_YEARS) + 1, .month = 1};
    while (date.year > 1 && year_start(date.year) > day)
        date.year--;
    while (date.year < 9999 && year_start(date.year + 1) <= day)
        date.year++;
    int left = day - year_start(date.year);
    while (left >= days_in_month(date.year, date.month))
        left -= days_in_month(date.year, date.month++);
    date.day = left + 1;
    return date;
}

/* Rounds towards the past, also before 1970. */
static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t clamp_time(int64_t time)
{
    const int64_t first = FIRST_DAY * MS_PER_DAY;
    const int64_t last = (LAST_DAY + 1) * MS_PER_DAY - 1;
    return time < first ? first : time > last ? last : time;
}

int32_t clock_day_of(int64_t time)
{
    time_t seconds = (time_t)floor_divide(clamp_time(time), MS_PER_SECOND);
    struct tm local;
    if (localtime_r(&seconds, &local) == NULL)
        return (int32_t)floor_divide(clamp_time(time), MS_PER_DAY);
    return year_start(local.tm_year + 1900) + local.tm_yday;
}

/* Letters, digits, "_+-" and single slashes between; "right/" counts leap seconds, which our times do not. */
static bool zone_name_is_safe(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t len = strnlen(name, ZONE_NAME_BYTES);
    if (len == 0 || len == ZONE_NAME_BYTES || name[strspn(name, allowed)] != '\0')
        return false;
    return name[0] != '/' && strstr(name, "//") == NULL && strncmp(name, "right/", 6) != 0;
}

static bool is_zone_file(const char *path)
{
    static const char magic[4] = {'T', 'Z', 'i', 'f'};
    char start[sizeof(magic)];
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return false;
    bool found = fstat(file, &info) == 0 && S_ISREG(info.st_mode) &&
                 read(file, start, sizeof(start)) == (ssize_t)sizeof(start) && memcmp(start, magic, sizeof(magic)) == 0;
    close(file);
    return found;
}

enum status clock_set_zone(const char *name)
{
    char zone[1 + sizeof(ZONE_FOLDER) + ZONE_NAME_BYTES];
    if (name == NULL || !zone_name_is_safe(name))
        return STATUS_INVALID;
    (void)snprintf(zone, sizeof(zone), ":%s%s", ZONE_FOLDER, name);
    if (!is_zone_file(zone + 1))
        return STATUS_INVALID;
    /* The whole path, so that the file just checked is the file used, whatever TZDIR says. */
    if (setenv("TZ", zone, 1) != 0)
        return STATUS_NO_MEMORY;
    tzset();
    return STATUS_OK;
}

bool period_holds(const struct period *period, int32_t day)
{
    return period->from <= day && day <= period->until;
}

/* Reads exactly n digits and moves on; -1 if there are fewer. */
static int take_digits(const char **text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *text += n;
    return value;
}

static bool take_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool take_day(const char **text, int32_t *ret_day)
{
    struct date date;
    if ((date.year = take_digits(text, 4)) < FIRST_YEAR_READ || date.year > LAST_YEAR_READ || !take_char(text, '-'))
        return false;
    if ((date.month = take_digits(text, 2)) < 0 || !take_char(text, '-'))
        return false;
    if ((date.day = take_digits(text, 2)) < 0 || !day_exists(date.year, date.month, date.day))
        return false;
    *ret_day = date_to_day(date);
    return true;
}

enum status day_parse(const char *text, int32_t *ret_day)
{
    int32_t day;
    if (text == NULL || !take_day(&text, &day) || *text != '\0')
        return STATUS_INVALID;
    *ret_day = day;
    return STATUS_OK;
}

/* Writes value as exactly n digits. */
static char *put_digits(char *text, int64_t value, int n)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        text[i] = (char)('0' + value % 10);
    return text + n;
}

static char *put_day(char *text, int32_t day)
{
    struct date date = day_to_date(day);
    text = put_digits(text, date.year, 4);
    *text++ = '-';
    text = put_digits(text, date.month, 2);
    *text++ = '-';
    return put_digits(text, date.day, 2);
}

void day_format(int32_t day, char ret_text[static DAY_TEXT_BYTES])
{
    *put_day(ret_text, day) = '\0';
}

/* hh:mm, as minutes. */
static bool take_minutes(const char **text, int *ret_minutes)
{
    int hours = take_digits(text, 2);
    if (hours < 0 || hours > 23 || !take_char(text, ':'))
        return false;
    int minutes = take_digits(text, 2);
    if (minutes < 0 || minutes > 59)
        return false;
    *ret_minutes = hours * 60 + minutes;
    return true;
}

/* One to three decimals, as milliseconds; a fourth is left to be refused by what must follow. */
static bool take_decimals(const char **text, int *ret_ms)
{
    int ms = 0;
    int unit = 100;
    for (; unit > 0 && **text >= '0' && **text <= '9'; unit /= 10)
        ms += (*(*text)++ - '0') * unit;
    *ret_ms = ms;
    return unit < 100;
}

/* ":ss", with or without decimals, as milliseconds. No leap second: our times do not count any. */
static bool take_seconds(const char **text, int *ret_ms)
{
    if (!take_char(text, ':'))
        return false;
    int seconds = take_digits(text, 2);
    if (seconds < 0 || seconds > 59)
        return false;
    int ms = 0;
    if (take_char(text, '.') && !take_decimals(text, &ms))
        return false;
    *ret_ms = seconds * MS_PER_SECOND + ms;
    return true;
}

/* "Z" or an offset, as minutes east of UTC. */
static bool take_offset(const char **text, int *ret_minutes)
{
    if (take_char(text, 'Z')) {
        *ret_minutes = 0;
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    if (!take_char(text, '+') && !take_char(text, '-'))
        return false;
    if (!take_minutes(text, ret_minutes))
        return false;
    *ret_minutes *= sign;
    return true;
}

enum status time_parse(const char *text, int64_t *ret_time)
{
    int32_t day;
    int minutes;
    int ms;
    int offset;
    if (text == NULL || !take_day(&text, &day) || !take_char(&text, 'T') || !take_minutes(&text, &minutes))
        return STATUS_INVALID;
    if (!take_seconds(&text, &ms) || !take_offset(&text, &offset) || *text != '\0')
        return STATUS_INVALID;
    *ret_time = day * MS_PER_DAY + (int64_t)(minutes - offset) * 60 * MS_PER_SECOND + ms;
    return STATUS_OK;
}

void time_format(int64_t time, char ret_text[static TIME_TEXT_BYTES])
{
    time = clamp_time(time);
    int64_t day = floor_divide(time, MS_PER_DAY);
    int64_t ms = time - day * MS_PER_DAY;
    char *text = put_day(ret_text, (int32_t)day);
    *text++ = 'T';
    text = put_digits(text, ms / 3600000, 2);
    *text++ = ':';
    text = put_digits(text, ms / 60000 % 60, 2);
    *text++ = ':';
    text = put_digits(text, ms / MS_PER_SECOND % 60, 2);
    *text++ = '.';
    text = put_digits(text, ms % MS_PER_SECOND, 3);
    *text++ = 'Z';
    *text = '\0';
}
