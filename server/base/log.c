/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: lines on stderr, for whoever runs the daemon: logfmt, or one JSON object each.
 * May not: take text from outside, wait for whoever reads it, or allocate.
 * Always:  one line is one write of whole fields and a newline; errno is left as it was.
 */
#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/codec.h"

enum { LINE_BYTES = 1024 };
_Static_assert(1 + LINE_BYTES <= PIPE_BUF, "a pipe takes a line whole or not at all");

static const char *const level_names[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

/* What stands around the parts of a line. */
struct notation {
    const char *open, *between, *close; /* the first two before a key, with its quote where it has one */
    const char *equals;                 /* between key and value, likewise */
    bool always_quoted; /* values that are texts; otherwise only those with a space or '=' in them, or nothing */
};

static const struct notation notations[] = {
    [LOG_FORMAT_LOGFMT] = {"", " ", "\n", "=", false},
    [LOG_FORMAT_JSON] = {"{\"", ",\"", "}\n", "\":", true},
};
enum { LONGEST_CLOSE = 2 };

/* Set by main when it has read the configuration. */
static atomic_int least_level = LOG_LEVEL_INFO;
static atomic_int chosen_format = LOG_FORMAT_LOGFMT;

/* Lines that stderr did not take since the last one that it took. */
static atomic_llong n_dropped;

/* Whether stderr has taken the beginning of a line without its end, as a disk does that is full. */
static atomic_bool torn;

struct line {
    const struct notation *notation;
    char text[LINE_BYTES];
    size_t len;
    bool cut; /* something did not fit; room for the closing is always kept */
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

/* ---- The text of a line: without printf, since every request writes one ----------------------------------------------- */

static void put_bytes(struct line *line, const char *bytes, size_t len)
{
    if (line->cut || len > sizeof(line->text) - LONGEST_CLOSE - line->len) {
        line->cut = true;
        return;
    }
    memcpy(line->text + line->len, bytes, len);
    line->len += len;
}

static void put_text(struct line *line, const char *text)
{
    put_bytes(line, text, strlen(text));
}

/* What would break neither the line nor the quotes. */
static const bool is_plain[256] = {
    [0x20 ... '!'] = true,
    ['#' ... '['] = true,
    [']' ... 0x7e] = true,
};

/* What would becomes '?'. */
static void put_escaped(struct line *line, const char *constant, size_t len)
{
    size_t start = line->len;
    put_bytes(line, constant, len);
    for (size_t i = start; i < line->len; i++) {
        if (!is_plain[(unsigned char)line->text[i]])
            line->text[i] = '?';
    }
}

static void put_constant(struct line *line, const char *constant)
{
    const char *text = constant != NULL ? constant : "";
    size_t len = strlen(text);
    bool quoted = line->notation->always_quoted || len == 0 || strcspn(text, " =") < len;
    if (quoted)
        put_bytes(line, "\"", 1);
    put_escaped(line, text, len);
    if (quoted)
        put_bytes(line, "\"", 1);
}

static void put_number(struct line *line, int64_t number)
{
    char text[DECIMAL_TEXT_BYTES];
    put_bytes(line, text, decimal_encode(number, text));
}

static void put_value(struct line *line, const struct log_field *field)
{
    char id[UUID_TEXT_BYTES];
    switch (field->kind) {
    case LOG_CONSTANT:
        put_constant(line, field->constant);
        return;
    case LOG_NUMBER:
        put_number(line, field->number);
        return;
    case LOG_ID:
        uuid_format(&field->id, id);
        put_constant(line, id);
        return;
    }
}

/* Appends a field whole, or nothing. */
static void put_field(struct line *line, const struct log_field *field)
{
    const struct notation *notation = line->notation;
    size_t start = line->len;
    put_text(line, start == 0 ? notation->open : notation->between);
    put_text(line, field->key);
    put_text(line, notation->equals);
    put_value(line, field);
    if (line->cut)
        line->len = start;
    line->cut = false;
}

/* ---- The way out ------------------------------------------------------------------------------------------------------- */

static bool takes_a_line(void)
{
    struct pollfd outside = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&outside, 1, 0) == 1 && outside.revents == POLLOUT;
}

/* A pipe or a terminal, or nobody has looked. The lock stands between asking and writing, so that two threads do not fill the same
 * last room. */
static ssize_t ask_and_write(const char *text, size_t len)
{
    static pthread_mutex_t outlet = PTHREAD_MUTEX_INITIALIZER;
    ssize_t written = -1;
    pthread_mutex_lock(&outlet);
    while (takes_a_line()) {
        written = write(STDERR_FILENO, text, len);
        if (written >= 0 || errno != EINTR)
            break;
    }
    pthread_mutex_unlock(&outlet);
    return written;
}

/* A file has no reader to wait for, and the kernel keeps one write from another. */
static ssize_t write_to_file(const char *text, size_t len)
{
    ssize_t written;
    do
        written = write(STDERR_FILENO, text, len);
    while (written < 0 && errno == EINTR);
    return written;
}

/* The journal's end of a service's stderr is a socket. */
static ssize_t send_to_socket(const char *text, size_t len)
{
    return send(STDERR_FILENO, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

typedef ssize_t outlet_write(const char *text, size_t len);
static _Atomic(outlet_write *) chosen_outlet = ask_and_write;

void log_write_as(enum log_format format)
{
    struct stat outside;
    outlet_write *outlet = ask_and_write;
    if (fstat(STDERR_FILENO, &outside) == 0 && S_ISREG(outside.st_mode))
        outlet = write_to_file;
    else if (fstat(STDERR_FILENO, &outside) == 0 && S_ISSOCK(outside.st_mode))
        outlet = send_to_socket;
    atomic_store(&chosen_outlet, outlet);
    atomic_store(&chosen_format, (int)format);
}

/* Whether stderr has taken it whole. */
static bool put_out(const char *text, size_t len)
{
    ssize_t written = atomic_load_explicit(&chosen_outlet, memory_order_relaxed)(text, len);
    if (written > 0) {
        const bool is_torn = text[written - 1] != '\n';
        if (is_torn != atomic_load(&torn)) /* seldom: all threads read it, and would wait for whoever writes it */
            atomic_store(&torn, is_torn);
    }
    return written == (ssize_t)len;
}

/* The line behind the end of a torn one. Of those that come together one ends it, and the others wait. */
static bool put_out_anew(const char *text, size_t len)
{
    static pthread_mutex_t mending = PTHREAD_MUTEX_INITIALIZER;
    char whole[1 + LINE_BYTES] = "\n";
    memcpy(whole + 1, text, len);
    pthread_mutex_lock(&mending);
    bool taken = atomic_load(&torn) ? put_out(whole, 1 + len) : put_out(text, len);
    pthread_mutex_unlock(&mending);
    return taken;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    int saved_errno = errno;
    long long dropped = atomic_load_explicit(&n_dropped, memory_order_relaxed) > 0 ? atomic_exchange(&n_dropped, 0) : 0;
    struct line line;
    line.notation = &notations[atomic_load_explicit(&chosen_format, memory_order_relaxed)];
    line.len = 0;
    line.cut = false;
    char now[TIME_TEXT_BYTES];
    time_format(clock_now(), now);
    put_field(&line, &(const struct log_field){.key = "time", .constant = now, .kind = LOG_CONSTANT});
    put_field(&line, &(const struct log_field){.key = "level", .constant = level_names[level], .kind = LOG_CONSTANT});
    put_field(&line, &(const struct log_field){.key = "event", .constant = event, .kind = LOG_CONSTANT});
    if (dropped > 0)
        put_field(&line, &(const struct log_field){.key = "dropped", .number = dropped, .kind = LOG_NUMBER});
    for (size_t i = 0; i < n; i++)
        put_field(&line, &fields[i]);
    size_t close = strlen(line.notation->close);
    memcpy(line.text + line.len, line.notation->close, close);
    line.len += close;
    if (!(atomic_load(&torn) ? put_out_anew : put_out)(line.text, line.len))
        atomic_fetch_add(&n_dropped, dropped + 1);
    errno = saved_errno;
}
