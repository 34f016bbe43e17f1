/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: logfmt lines on stderr, for whoever runs the daemon.
 * May not: take text from outside, wait for whoever reads it, or allocate.
 * Always:  one line is one write(2) of whole fields and a newline; errno is left as it was.
 */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_BYTES = 1024 };
_Static_assert(LINE_BYTES <= PIPE_BUF, "a pipe takes a line whole or not at all");

static const char *const level_names[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

/* Set by main when it has read the configuration. */
static atomic_int least_level = LOG_LEVEL_INFO;

/* Lines that stderr did not take since the last one that it took. */
static atomic_llong n_dropped;

/* Between asking whether stderr takes a line and writing it, so that two threads do not fill the same last room. */
static pthread_mutex_t outlet = PTHREAD_MUTEX_INITIALIZER;

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

static bool takes_a_line(int fd)
{
    struct pollfd outside = {.fd = fd, .events = POLLOUT};
    return poll(&outside, 1, 0) == 1 && outside.revents == POLLOUT;
}

static bool write_line(const struct line *line)
{
    ssize_t written = -1;
    pthread_mutex_lock(&outlet);
    while (takes_a_line(STDERR_FILENO)) {
        written = write(STDERR_FILENO, line->text, line->len);
        if (written >= 0 || errno != EINTR)
            break;
    }
    pthread_mutex_unlock(&outlet);
    return written == (ssize_t)line->len;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
    if ((int)level < atomic_load(&least_level))
        return;
    int saved_errno = errno;
    long long dropped = atomic_exchange(&n_dropped, 0);
    struct line line = {.len = 0};
    char now[TIME_TEXT_BYTES];
    time_format(clock_now(), now);
    put(&line, "time", now, "");
    put(&line, "level", level_names[level], "");
    put_constant(&line, "event", event);
    if (dropped > 0)
        put_field(&line, &(const struct log_field){.key = "dropped", .number = dropped, .kind = LOG_NUMBER});
    for (size_t i = 0; i < n; i++)
        put_field(&line, &fields[i]);
    line.text[line.len++] = '\n';
    if (!write_line(&line))
        atomic_fetch_add(&n_dropped, dropped + 1);
    errno = saved_errno;
}
