/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log.h: lines on stderr, logfmt or JSON. The only values that can be logged are those of the constructors below: constant text,
 * numbers and ids; there is none for text from outside, so no name, token or civic number can reach a line.
 * Library rooms do not log; http/, chores/ and main do.
 */
#ifndef TRYGG_BASE_LOG_H
#define TRYGG_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };
enum log_format { LOG_FORMAT_LOGFMT, LOG_FORMAT_JSON };

struct log_field {
    const char *key;
    const char *constant; /* a string of the program itself, or NULL */
    int64_t number;
    struct uuid id;
    enum { LOG_CONSTANT, LOG_NUMBER, LOG_ID } kind;
};

/* The text must be a literal or a table's constant. */
struct log_field log_constant(const char *key, const char *constant);
struct log_field log_number(const char *key, int64_t number);
struct log_field log_id(const char *key, const struct uuid *id);

void log_threshold(enum log_level least);

/* How lines are written (logfmt unless this is called). Looks at what stderr is, too, once: a file or a socket then costs one system
 * call a line. Before threads only, and stderr stays what it is from here on. */
void log_write_as(enum log_format format);

/* One line, one write(2): time, level, event and the fields, as time=… level=… event=… or as one JSON object. At most 1,024 bytes. When stderr takes no more just now (a pipe
 * that nobody reads) the line is dropped, never waited for; the next line that goes out says dropped=N. One of which only a part was taken (a disk
 * that is full) is dropped, too: that part gets an end of its own before the next line. */
void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t n);

#define LOG(level, event, ...)                                                                                         \
    log_event((level), (event), (const struct log_field[]){__VA_ARGS__},                                               \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
