/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed_reader.c: the values of a seed file.
 * It may not touch the store, and never repeats a value of the file: a fault says where and what kind, nothing else but the name of a member.
 * What is read once is known to the end: keys by their kind, and whatever the store takes only once.
 */
#include "api/seed_reader.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- Where the reader stands ---------------------------------------------------------------------------------------- */

enum status reader_fault(struct reader *reader, const char *what)
{
    reader->fault->what = what;
    return STATUS_INVALID;
}

/* Goes to a member or element; the returned length brings the reader back. */
size_t reader_enter(struct reader *reader, const char *format, ...)
{
    size_t before = reader->path_len;
    va_list args;

    va_start(args, format);
    int n = vsnprintf(reader->fault->path + before, SEED_PATH_BYTES - before, format, args);
    va_end(args);
    if (n > 0)
        reader->path_len = (size_t)n < SEED_PATH_BYTES - before ? before + (size_t)n : SEED_PATH_BYTES - 1;
    return before;
}

void reader_leave(struct reader *reader, size_t before)
{
    reader->path_len = before;
    reader->fault->path[before] = '\0';
}

enum status reader_member_fault(struct reader *reader, const char *name, const char *what)
{
    reader_enter(reader, ".%s", name);
    return reader_fault(reader, what);
}

/* ---- Shapes of values ----------------------------------------------------------------------------------------------- */

/* A slip of the pen, short and without a digit: no number of a person is repeated. */
static bool can_be_named(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

    return name[0] != '\0' && name[strspn(name, letters)] == '\0';
}

static enum status reader_stranger(struct reader *reader, const char *name)
{
    if (!can_be_named(name))
        return reader_fault(reader, "has a member that does not belong there");
    reader_enter(reader, ".%.*s", MAX_STRANGER, name);
    return reader_fault(reader, "does not belong there");
}

/* `names` lists every member an object may have. */
enum status reader_object(struct reader *reader, const json_t *object, const char *const *names)
{
    const char *name = NULL;
    json_t *value = NULL;

    if (!json_is_object(object))
        return reader_fault(reader, "is not an object");
    json_object_foreach((json_t *)object, name, value)
    {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], name) != 0)
            i++;
        if (names[i] == NULL)
            return reader_stranger(reader, name);
    }
    return STATUS_OK;
}

/* A list, or NULL with length 0 where it is absent. */
enum status reader_list(struct reader *reader, const json_t *object, const char *name, const json_t **ret_list,
                        size_t *ret_n)
{
    const json_t *list = json_object_get(object, name);

    if (list != NULL && !json_is_array(list))
        return reader_member_fault(reader, name, "is not a list");
    *ret_list = list;
    *ret_n = json_array_size(list);
    return STATUS_OK;
}

enum status reader_text(struct reader *reader, const json_t *object, const char *name, size_t max,
                        const char **ret_text)
{
    const json_t *value = json_object_get(object, name);
    size_t length = 0;

    if (value == NULL)
        return reader_member_fault(reader, name, "is missing");
    if (!json_is_string(value))
        return reader_member_fault(reader, name, "is not a string");
    const char *text = json_string_value(value);
    size_t bytes = json_string_length(value);
    if (text_length(text, bytes, &length) != STATUS_OK || length == 0 || length > max || !text_is_line(text))
        return reader_member_fault(reader, name, "is empty, too long, or not one line of text");
    char *copy = arena_copy(reader->arena, text, bytes);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    *ret_text = copy;
    return STATUS_OK;
}

enum status reader_word(struct reader *reader, const json_t *object, const char *name, const char *const *words,
                        const char **ret_word)
{
    const char *text = json_string_value(json_object_get(object, name));

    for (size_t i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret_word = words[i];
            return STATUS_OK;
        }
    }
    return reader_member_fault(reader, name, "is missing or not one of the known words");
}

enum status reader_flag(struct reader *reader, const json_t *object, const char *name, bool *ret_flag)
{
    const json_t *value = json_object_get(object, name);

    if (value != NULL && !json_is_boolean(value))
        return reader_member_fault(reader, name, "is not true or false");
    *ret_flag = json_is_true(value);
    return STATUS_OK;
}

/* "today", "today-30", "today+1" or an ISO date. */
static enum status parse_day(const char *text, int32_t today, int32_t *ret_day)
{
    if (strncmp(text, "today", 5) != 0)
        return day_parse(text, ret_day);
    if (text[5] == '\0') {
        *ret_day = today;
        return STATUS_OK;
    }
    if ((text[5] != '+' && text[5] != '-') || text[6] < '0' || text[6] > '9')
        return STATUS_INVALID;
    char *end = NULL;
    long offset = strtol(text + 6, &end, 10);
    if (*end != '\0' || offset > MAX_OFFSET_DAYS)
        return STATUS_INVALID;
    *ret_day = today + (int32_t)(text[5] == '-' ? -offset : offset);
    return STATUS_OK;
}

static enum status reader_day(struct reader *reader, const json_t *object, const char *name, int32_t standard,
                              int32_t *ret_day)
{
    const json_t *value = json_object_get(object, name);

    if (value == NULL) {
        *ret_day = standard;
        return STATUS_OK;
    }
    if (!json_is_string(value) || parse_day(json_string_value(value), reader->today, ret_day) != STATUS_OK)
        return reader_member_fault(reader, name, "is not a day: an ISO date, today, today-N or today+N");
    return STATUS_OK;
}

enum status reader_period(struct reader *reader, const json_t *object, struct period *ret_period)
{
    TRY(reader_day(reader, object, "from", DAY_ALWAYS, &ret_period->from));
    TRY(reader_day(reader, object, "until", DAY_FOREVER, &ret_period->until));
    if (ret_period->from > ret_period->until)
        return reader_member_fault(reader, "until", "is before from");
    return STATUS_OK;
}

/* ---- What the store takes only once --------------------------------------------------------------------------------- */

/* `name` stands for the value; it is found here that it comes twice, before anything is made of the seed. */
enum status reader_once(struct reader *reader, const char *name, const char *what)
{
    if (name == NULL)
        return STATUS_NO_MEMORY;
    if (json_object_get(reader->once, name) != NULL)
        return reader_fault(reader, what);
    return json_object_set_new(reader->once, name, json_true()) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status reader_member_once(struct reader *reader, const char *member, const char *name, const char *what)
{
    size_t here = reader_enter(reader, ".%s", member);
    TRY(reader_once(reader, name, what));
    reader_leave(reader, here);
    return STATUS_OK;
}

/* The organisation that is being read, as the first word of what it takes only once. */
const char *reader_organisation(const struct reader *reader)
{
    return json_string_value(json_object_get(reader->ids, "id"));
}

/* ---- Keys and ids --------------------------------------------------------------------------------------------------- */

/* Reads "key" and "id" and enters them into `map`, which is both what the caller gets and how references are found. */
enum status reader_key(struct reader *reader, const json_t *object, json_t *map, struct uuid *ret_id)
{
    const json_t *id = json_object_get(object, "id");
    char text[UUID_TEXT_BYTES];
    const char *key = NULL;
    struct uuid uuid;

    TRY(reader_text(reader, object, "key", MAX_KEY, &key));
    if (json_object_get(map, key) != NULL)
        return reader_member_fault(reader, "key", "is there twice");
    if (id == NULL)
        uuid = uuid_new();
    else if (!json_is_string(id) || uuid_parse(json_string_value(id), &uuid) != STATUS_OK)
        return reader_member_fault(reader, "id", "is not a UUID");
    uuid_format(&uuid, text);
    TRY(reader_member_once(reader, "id", text, "is there twice"));
    if (json_object_set_new(map, key, json_string(text)) != 0)
        return STATUS_NO_MEMORY;
    *ret_id = uuid;
    return STATUS_OK;
}

enum status reader_find(struct reader *reader, const char *kind, const json_t *key, struct uuid *ret_id)
{
    const json_t *id =
        json_is_string(key) ? json_object_get(json_object_get(reader->ids, kind), json_string_value(key)) : NULL;

    if (id == NULL || uuid_parse(json_string_value(id), ret_id) != STATUS_OK)
        return reader_fault(reader, "names nothing in this organisation");
    return STATUS_OK;
}

enum status reader_reference(struct reader *reader, const json_t *object, const char *name, const char *kind,
                             struct uuid *ret_id)
{
    size_t here = reader_enter(reader, ".%s", name);
    TRY(reader_find(reader, kind, json_object_get(object, name), ret_id));
    reader_leave(reader, here);
    return STATUS_OK;
}
