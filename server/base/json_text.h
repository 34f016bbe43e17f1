/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * json_text.h: compact JSON text (RFC 8259), of a value, or written member by member where there is no need of a value: the answers that
 * are asked for most. json_dumps, which does the former, keeps a set of the containers that it is in, against loops, and costs
 * five times as much; a value that we build ourselves has no loop.
 */
#ifndef TRYGG_BASE_JSON_TEXT_H
#define TRYGG_BASE_JSON_TEXT_H

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/id.h"
#include "base/status.h"

/* Appends a value, members in the order in which they were set. STATUS_INTERNAL beyond JSON_MAX_DEPTH; STATUS_NO_MEMORY and
 * STATUS_TOO_LARGE as the buffer says. */
must_check enum status json_text(const json_t *json, struct buffer *buffer);

/* The same with members by name: equal values have equal texts, in this release and the next. */
must_check enum status json_text_by_name(const json_t *json, struct buffer *buffer);

/* Text in the making. What cannot be appended is left out, and the buffer stays failed: ask once, at the end. */
struct json_writer {
    struct buffer *buffer;
    bool follows; /* something stands before in the same container */
};

/* `name` is that of a member, one that needs no escape, or NULL for the outermost value and within an array. bracket: '{' or '[', '}' or ']'. */
void json_open(struct json_writer *writer, const char *name, char bracket);
void json_close(struct json_writer *writer, char bracket);
void json_put_text(struct json_writer *writer, const char *name, const char *text); /* null for NULL */
void json_put_integer(struct json_writer *writer, const char *name, int64_t integer);
void json_put_boolean(struct json_writer *writer, const char *name, bool truth);
void json_put_uuid(struct json_writer *writer, const char *name, const struct uuid *uuid);

#endif
