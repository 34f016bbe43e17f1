/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: JSON values as text.
 * May not: keep memory but the buffer's, or follow a value deeper than JSON_MAX_DEPTH.
 * Always:  what is written is what jansson would write with JSON_COMPACT, and JSON_SORT_KEYS where asked for by name.
 */
#include "base/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/json.h"

enum { REAL_TEXT_BYTES = 32 };

/* How a character is written when it cannot stand for itself; "" for the control characters without a short form. */
static const char *const escapes[256] = {
    [0x00 ... 0x07] = "", ['\b'] = "\\b", ['\t'] = "\\t",       ['\n'] = "\\n", [0x0b] = "",
    ['\f'] = "\\f",       ['\r'] = "\\r", [0x0e ... 0x1f] = "", ['"'] = "\\\"", ['\\'] = "\\\\",
};

static enum status put_escaped(unsigned char c, struct buffer *buffer)
{
    if (escapes[c][0] != '\0')
        return buffer_text(buffer, escapes[c]);
    return buffer_printf(buffer, "\\u%04X", c);
}

static enum status put_quoted(const char *text, size_t len, struct buffer *buffer)
{
    char *place;
    TRY(buffer_extend(buffer, len + 2, &place));
    *place = '"';
    memcpy(place + 1, text, len);
    place[len + 1] = '"';
    return STATUS_OK;
}

/* How many characters stand for themselves, up to the first that does not. */
static size_t plain_run(const char *text, size_t len)
{
    size_t run = 0;
    while (run < len && escapes[(unsigned char)text[run]] == NULL)
        run++;
    return run;
}

/* Runs are copied whole; nearly every text is one. */
static enum status put_string(const char *text, size_t len, struct buffer *buffer)
{
    size_t run = plain_run(text, len);
    if (run == len)
        return put_quoted(text, len, buffer);
    TRY(buffer_append(buffer, "\"", 1));
    for (size_t i = 0; i < len; i += run) {
        run = plain_run(text + i, len - i);
        TRY(buffer_append(buffer, text + i, run));
        if (i + run < len)
            TRY(put_escaped((unsigned char)text[i + run++], buffer));
    }
    return buffer_append(buffer, "\"", 1);
}

static enum status put_integer(int64_t integer, struct buffer *buffer)
{
    char text[DECIMAL_TEXT_BYTES];
    return buffer_append(buffer, text, decimal_encode(integer, text));
}

/* With a point or an exponent, and as many digits as it takes: jansson knows how. */
static enum status put_real(const json_t *real, struct buffer *buffer)
{
    char text[REAL_TEXT_BYTES];
    size_t len = json_dumpb(real, text, sizeof text, JSON_ENCODE_ANY);
    if (len == 0)
        return STATUS_NO_MEMORY;
    return len <= sizeof text ? buffer_append(buffer, text, len) : STATUS_INTERNAL;
}

/* What a value is written to, and whether members stand in the order of their names or of their making. */
struct page {
    struct buffer *buffer;
    bool by_name;
};

static enum status put(const json_t *json, size_t depth, const struct page *page);

static enum status put_array(const json_t *array, size_t depth, const struct page *page)
{
    TRY(buffer_append(page->buffer, "[", 1));
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0)
            TRY(buffer_append(page->buffer, ",", 1));
        TRY(put(json_array_get(array, i), depth, page));
    }
    return buffer_append(page->buffer, "]", 1);
}

static enum status put_member(void *member, size_t depth, const struct page *page)
{
    const char *key = json_object_iter_key(member);
    TRY(put_string(key, strlen(key), page->buffer));
    TRY(buffer_append(page->buffer, ":", 1));
    return put(json_object_iter_value(member), depth, page);
}

static enum status put_members(void *const *members, size_t n, size_t depth, const struct page *page)
{
    for (size_t i = 0; i < n; i++) {
        TRY(buffer_append(page->buffer, i == 0 ? "{" : ",", 1));
        TRY(put_member(members[i], depth, page));
    }
    return STATUS_OK;
}

static int order_of_names(const void *a, const void *b)
{
    return strcmp(json_object_iter_key(*(void *const *)a), json_object_iter_key(*(void *const *)b));
}

static enum status put_members_by_name(json_t *object, size_t depth, const struct page *page)
{
    size_t n = 0;
    void **members = calloc(json_object_size(object), sizeof *members);
    if (members == NULL)
        return STATUS_NO_MEMORY;
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
        members[n++] = at;
    qsort(members, n, sizeof *members, order_of_names);
    enum status status = put_members(members, n, depth, page);
    free(members);
    return status;
}

static enum status put_members_as_made(json_t *object, size_t depth, const struct page *page)
{
    const char *between = "{";
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        TRY(buffer_append(page->buffer, between, 1));
        TRY(put_member(at, depth, page));
        between = ",";
    }
    return STATUS_OK;
}

/* jansson's iterators take an object that is not const, and change nothing in it. */
static enum status put_object(const json_t *json, size_t depth, const struct page *page)
{
    json_t *object = (json_t *)json;
    if (json_object_size(object) == 0)
        return buffer_append(page->buffer, "{}", 2);
    TRY(page->by_name ? put_members_by_name(object, depth, page) : put_members_as_made(object, depth, page));
    return buffer_append(page->buffer, "}", 1);
}

static enum status put(const json_t *json, size_t depth, const struct page *page)
{
    if (depth > JSON_MAX_DEPTH)
        return STATUS_INTERNAL;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return put_object(json, depth + 1, page);
    case JSON_ARRAY:
        return put_array(json, depth + 1, page);
    case JSON_STRING:
        return put_string(json_string_value(json), json_string_length(json), page->buffer);
    case JSON_INTEGER:
        return put_integer(json_integer_value(json), page->buffer);
    case JSON_REAL:
        return put_real(json, page->buffer);
    case JSON_TRUE:
        return buffer_text(page->buffer, "true");
    case JSON_FALSE:
        return buffer_text(page->buffer, "false");
    case JSON_NULL:
        return buffer_text(page->buffer, "null");
    }
    return STATUS_INTERNAL;
}

enum status json_text(const json_t *json, struct buffer *buffer)
{
    return json == NULL ? STATUS_NO_MEMORY : put(json, 0, &(const struct page){.buffer = buffer});
}

enum status json_text_by_name(const json_t *json, struct buffer *buffer)
{
    return json == NULL ? STATUS_NO_MEMORY : put(json, 0, &(const struct page){.buffer = buffer, .by_name = true});
}

/* ---- Member by member ---------------------------------------------------------------------------------------------------- */

/* What comes before a value. A name needs no escape: it is one of the contract's. The buffer remembers that it failed. */
static void begin(struct json_writer *writer, const char *name)
{
    enum status status = writer->follows ? buffer_append(writer->buffer, ",", 1) : STATUS_OK;
    if (status == STATUS_OK && name != NULL)
        status = put_quoted(name, strlen(name), writer->buffer);
    if (status == STATUS_OK && name != NULL)
        status = buffer_append(writer->buffer, ":", 1);
    (void)status;
    writer->follows = true;
}

static void put_bracket(struct json_writer *writer, char bracket)
{
    enum status status = buffer_append(writer->buffer, &bracket, 1);
    (void)status;
}

void json_open(struct json_writer *writer, const char *name, char bracket)
{
    begin(writer, name);
    put_bracket(writer, bracket);
    writer->follows = false;
}

void json_close(struct json_writer *writer, char bracket)
{
    put_bracket(writer, bracket);
    writer->follows = true;
}

void json_put_text(struct json_writer *writer, const char *name, const char *text)
{
    begin(writer, name);
    enum status status =
        text == NULL ? buffer_text(writer->buffer, "null") : put_string(text, strlen(text), writer->buffer);
    (void)status;
}

void json_put_integer(struct json_writer *writer, const char *name, int64_t integer)
{
    begin(writer, name);
    enum status status = put_integer(integer, writer->buffer);
    (void)status;
}

void json_put_boolean(struct json_writer *writer, const char *name, bool truth)
{
    begin(writer, name);
    enum status status = buffer_text(writer->buffer, truth ? "true" : "false");
    (void)status;
}

void json_put_uuid(struct json_writer *writer, const char *name, const struct uuid *uuid)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(uuid, text);
    begin(writer, name);
    enum status status = put_quoted(text, sizeof(text) - 1, writer->buffer);
    (void)status;
}
