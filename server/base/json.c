/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the one strict way in for JSON, and jansson's memory wiped when it is freed.
 * May not: take what jansson alone would take beyond RFC 8259: 2,048 levels, duplicate members.
 * Always:  the depth and the number of values are known to be small before the recursive parser starts.
 */
#include "base/json.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/patient.h"

/*
 * The size is asked of malloc, not kept in front of the block: the pointer stays one that free() takes, so that a library
 * which frees jansson's texts with free() (libjwt, ulfius) is merely unwiped, not wrong.
 */
static void wipe_and_free(void *block)
{
    if (block == NULL)
        return;
    explicit_bzero(block, malloc_usable_size(block));
    free(block);
}

void json_wipe_on_free(void)
{
    json_set_alloc_funcs(patient_malloc, wipe_and_free);
}

/* Counts outside strings; whether brackets match is for the parser to say. */
static bool is_within(const char *text, size_t len, size_t max_tokens)
{
    size_t depth = 0;
    size_t tokens = 0;
    bool in_string = false;
    for (size_t i = 0; i < len && tokens <= max_tokens && depth <= JSON_MAX_DEPTH; i++) {
        char c = text[i];
        if (in_string) {
            in_string = c != '"';
            i += c == '\\';
            continue;
        }
        bool opens = c == '[' || c == '{';
        bool closes = c == ']' || c == '}';
        in_string = c == '"';
        tokens += opens || c == ',' || c == ':';
        depth += opens;
        depth -= closes && depth > 0;
    }
    return tokens <= max_tokens && depth <= JSON_MAX_DEPTH;
}

static enum status parse(const char *text, size_t len, size_t max_tokens, json_t **ret_json,
                         struct json_place *ret_place)
{
    *ret_place = (struct json_place){0};
    if (text == NULL || !is_within(text, len, max_tokens))
        return STATUS_MALFORMED;
    json_error_t error;
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (json == NULL)
        *ret_place = (struct json_place){error.line, error.column};
    /* jansson's message quotes the text near the error, which may be confidential. */
    explicit_bzero(&error, sizeof(error));
    if (json == NULL)
        return STATUS_MALFORMED;
    *ret_json = json;
    return STATUS_OK;
}

enum status json_parse_strict(const char *text, size_t len, json_t **ret_json)
{
    return json_parse_within(text, len, JSON_MAX_TOKENS, ret_json);
}

enum status json_parse_within(const char *text, size_t len, size_t max_tokens, json_t **ret_json)
{
    struct json_place place;
    return parse(text, len, max_tokens, ret_json, &place);
}

enum status json_parse_file(const char *text, size_t len, json_t **ret_json, struct json_place *ret_place)
{
    return parse(text, len, SIZE_MAX, ret_json, ret_place);
}
