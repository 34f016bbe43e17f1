/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: logfmt lines on stderr, for whoever runs the daemon.
 * May not: take text from outside, block on a lock, or allocate.
 * Always:  one line is one write(2) of whole fields and a newline; errno is left as it was.
 */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_BYTES = 1024 };

static const char *const level_names[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

/* Set by main when it has read the configuration. */
static atomic_int least_level = LOG_LEVEL_INFO;

/* One byte is kept back for the newline. */
struct line {
    char text[LINE_BYTES];
    size_t len;
};

struct log_field log_constant(const char *key, const char *constant)
{
    return (struct log_field){.key = key, .constant = constant, .kind = LOG_CONSTANT};
}

struct log_field log_number(const char *key, int64_t number)
{
    return (struct log_field){.key = key, .number = number, .kind = LOG_NUMBER};
}

struct log_field log_id(const char *key, const struct uuid *id)
{
    return (struct log_field){.key = key, .id = *id, .kind = LOG_ID};
}

void log_threshold(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

/* Appends " key=value" whole, or nothing. */
static void put(struct line *line, const char *key, const char *value, const char *quote)
{
    size_t room = sizeof(line->text) - 1 - line->len;
    int len = snprintf(line->text + line->len, room, "%s%s=%s%s%s", line->len > 0 ? " " : "", key, quote, value, quote);
    if (len > 0 && (size_t)len < room)
        line->len += (size_t)len;
}

/* Quotes a value with spaces in it; what would break the line or the quotes becomes '?'. */
static void put_constant(struct line *line, const char *key, const char *constant)
{
    char value[LINE_BYTES];
    size_t len = 0;
    bool quoted = constant == NULL || constant[0] == '\0';
    for (; constant != NULL && constant[len] != '\0' && len < sizeof(value) - 1; len++) {
        char c = constant[len];
        quoted = quoted || c == ' ' || c == '=';
        value[len] = (char)(c >= 0x20 && c <= 0x7e && c != '"' && c != '\\' ? c : '?');
    }
    value[len] = '\0';
    put(line, key, value, quoted ? "\"" : "");
}

static void put_field(struct line *line, const struct log_field *field)
{
    char value[UUID_TEXT_BYTES];
    switch (field->kind) {
    case LOG_CONSTANT:
        put_constant(line, field->key, field->constant);
        return;
    case LOG_NUMBER:
        (void)snprintf(value, sizeof(value), "%" PRId64, field->number);
        break;
    case LOG_ID:
        uuid_format(&field->id, value);
        break;
    }
    put(line, field->key, value, "");
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
    if ((int)level < atomic_load(&least_level))
        return;
    int saved_errno = errno;
    struct line line = {.len = 0};
    char now[TIME_TEXT_BYTES];
    time_format(clock_now(), now);
    put(&line, "time", now, "");
    put(&line, "level", level_names[level], "");
    put_constant(&line, "event", event);
    for (size_t i = 0; i < n; i++)
        put_field(&line, &fields[i]);
    line.text[line.len++] = '\n';

    ssize_t written;
    do
        written = write(STDERR_FILENO, line.text, line.len);
    while (written < 0 && errno == EINTR);
    errno = saved_errno;
}
