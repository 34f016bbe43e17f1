/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of items, as the bodies that take many of them at once.
 * May not know what an item holds, nor send anything.
 * Always: no body has more items or bytes than the contract takes.
 */
#include "items.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "memory.h"

static const char body_start[] = "{\"items\":[";
static const char body_end[] = "]}";
enum { BODY_FRAME = sizeof body_start + sizeof body_end - 2 };

/* ---- The file ------------------------------------------------------------------------------------------------------- */

static enum outcome refuse_item(size_t number, const char *sentence, const char *file)
{
    char text[96];
    snprintf(text, sizeof text, "item %zu %s; nothing was sent of", number, sentence);
    return usage(text, file);
}

/* One object per line; empty lines are passed over. */
static enum outcome parse_lines(const char *file, const struct buffer *text, json_t **ret_items)
{
    auto_json items = json_array();
    if (items == NULL)
        return memory_out();
    int line = 1;
    for (const char *at = text->text, *end = text->text + text->len; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop == NULL ? end : stop) - at);
        if (strspn(at, " \t\r") < len) {
            json_t *item = NULL;
            TRY(file_parse(file, at, len, line, &item));
            if (json_array_append_new(items, item) != 0)
                return memory_out();
        }
        at += len + 1;
    }
    *ret_items = json_incref(items);
    return OUTCOME_OK;
}

/* {"items": [...]} and nothing else, as the contract's own body has it: the array; NULL for anything else. */
static json_t *parse_body(const struct buffer *text)
{
    auto_json body = json_loadb(text->text, text->len, JSON_REJECT_DUPLICATES, NULL);
    json_t *items = json_object_get(body, "items");
    return json_is_array(items) && json_object_size(body) == 1 ? json_incref(items) : NULL;
}

enum outcome items_parse(const char *file, const struct buffer *text, json_t **ret_items)
{
    char first = text->text[strspn(text->text, " \t\r\n")];
    if (first == '[')
        return file_parse(file, text->text, text->len, 1, ret_items);
    json_t *items = first == '{' ? parse_body(text) : NULL;
    if (items == NULL)
        return parse_lines(file, text, ret_items);
    *ret_items = items;
    return OUTCOME_OK;
}

enum outcome items_check(const char *file, const json_t *items)
{
    if (json_array_size(items) == 0)
        return usage("there is no item in", file);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        if (!json_is_object(item))
            return refuse_item(i + 1, "is not a JSON object", file);
        if (json_dumpb(item, NULL, 0, JSON_COMPACT) > ITEMS_MAX_BODY - BODY_FRAME)
            return refuse_item(i + 1, "is larger than 1 MiB", file);
    }
    return OUTCOME_OK;
}

/* ---- The body ------------------------------------------------------------------------------------------------------- */

/* Adds to the body, always leaving room for its end; false when it does not fit. */
static bool append(char *body, size_t *len, const char *text)
{
    size_t more = strlen(text);
    if (*len + more > ITEMS_MAX_BODY - (sizeof body_end - 1))
        return false;
    memcpy(body + *len, text, more + 1);
    *len += more;
    return true;
}

enum outcome items_body(const json_t *items, size_t first, char *body, size_t *ret_n)
{
    size_t len = 0;
    size_t n = 0;
    (void)append(body, &len, body_start);
    for (; n < ITEMS_MAX_BATCH && first + n < json_array_size(items); n++) {
        auto_text item = json_dumps(json_array_get(items, first + n), JSON_COMPACT);
        size_t before = len;
        if (item == NULL)
            return memory_out();
        if ((n > 0 && !append(body, &len, ",")) || !append(body, &len, item)) {
            len = before;
            break;
        }
    }
    assert(n > 0); /* items_check: one always fits */
    memcpy(body + len, body_end, sizeof body_end);
    *ret_n = n;
    return OUTCOME_OK;
}
