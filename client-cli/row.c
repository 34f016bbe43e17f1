/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Shows a row of the log.
 * May not say more than its leaf: names and content are not in it (V4).
 * Always: every field that is there is shown.
 */
#include "row.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/id.h"
#include "memory.h"
#include "print.h"
#include "verbs.h"

static const struct place lines[] = {
    {"Time", "at"},
    {"Who", "actorKind actor actorMark"},
    {"On behalf of", "behalf"},
    {"Client", "client"},
    {"Operation", "operation"},
    {"Object", "objectKind object"},
    {"Student", "student"},
    {"Shown", "shown"},
    {"Outcome", "outcome"},
    {"Ground", "ground"},
    {"School", "school"},
    {"Organisation", "organisation"},
    {"Request", "request"},
    {"Log", "tree"},
    {"Place", "index"},
    END_OF_PLACES,
};
static const struct view view = {.lines = lines};

json_t *row_time(int64_t time)
{
    char text[TIME_TEXT_BYTES];
    time_format(time, text);
    return json_string(text);
}

static json_t *id_json(const struct leaf_value *value)
{
    struct uuid id;
    char text[UUID_TEXT_BYTES];
    memcpy(id.bytes, value->data, sizeof id.bytes);
    uuid_format(&id, text);
    return json_string(text);
}

static json_t *number_json(const struct leaf_value *value)
{
    return json_integer(leaf_number_read(value->data));
}

static json_t *time_json(const struct leaf_value *value)
{
    return row_time(leaf_number_read(value->data));
}

static json_t *text_json(const struct leaf_value *value)
{
    return json_stringn((const char *)value->data, value->len);
}

static json_t *hex_json(const struct leaf_value *value)
{
    auto_text text = malloc(HEX_TEXT_BYTES(value->len));
    if (text == NULL)
        return NULL;
    hex_encode(value->data, value->len, text);
    return json_string(text);
}

static json_t *ids_json(const struct leaf_value *value)
{
    if (value->len % UUID_BYTES != 0)
        return hex_json(value);
    json_t *list = json_array();
    for (size_t at = 0; at < value->len; at += UUID_BYTES)
        if (json_array_append_new(list, id_json(&(struct leaf_value){value->data + at, UUID_BYTES})) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *value_json(enum leaf_field field, const struct leaf_value *value)
{
    static json_t *(*const by_kind[])(const struct leaf_value *) = {
        [LEAF_ID] = id_json, [LEAF_NUMBER] = number_json, [LEAF_TEXT] = text_json, [LEAF_BYTES] = hex_json};
    if (value->data == NULL)
        return json_null();
    if (field == LEAF_AT)
        return time_json(value);
    return field == LEAF_SHOWN ? ids_json(value) : by_kind[leaf_shapes[field].kind](value);
}

enum outcome row_json(const struct leaf *leaf, json_t **ret_json)
{
    auto_json row = json_object();
    for (enum leaf_field field = 0; field < LEAF_FIELDS; field++)
        if (json_object_set_new(row, leaf_shapes[field].name, value_json(field, &leaf->fields[field])) != 0)
            return memory_out();
    *ret_json = json_incref(row);
    return OUTCOME_OK;
}

enum outcome row_print(FILE *out, const json_t *row)
{
    return print_view(out, &view, row);
}
