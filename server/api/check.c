/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: input against the contract's tables: types, lengths, formats, choices, members that lack or do not belong (X3).
 * May not: know an operation, look anything up, change a value, or repeat one in a failure.
 * Always:  every wrong field is named, as far as a struct failure holds them, and closed objects stay closed.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/contract.h"
#include "base/civic.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/tile_path.h"

/* Where the checker stands. `name` is always closed by a NUL and cut off at its end. */
struct spot {
    struct failure *failure;
    enum failure_place place;
    char name[FAILURE_NAME_BYTES];
    size_t len;
    bool frame_only; /* objects in lists are somebody else's to look into */
};

static enum status wrong(const struct spot *spot, enum failure_code code)
{
    return failure_add(spot->failure, spot->place, code, spot->name);
}

static void spot_put(struct spot *spot, char c)
{
    if (spot->len < FAILURE_NAME_BYTES - 1)
        spot->name[spot->len++] = c;
    spot->name[spot->len] = '\0';
}

/* What stands for this character, after a tilde where it may not stand for itself. */
static char pointer_character(char c)
{
    if (c == '~')
        return '0';
    if (c == '/')
        return '1';
    return c;
}

/* One step into a member or item, as a JSON pointer writes it (RFC 6901). Returns what spot_leave needs to step back. */
static size_t spot_enter(struct spot *spot, const char *step)
{
    size_t before = spot->len;
    spot_put(spot, '/');
    for (; *step != '\0'; step++) {
        if (pointer_character(*step) != *step)
            spot_put(spot, '~');
        spot_put(spot, pointer_character(*step));
    }
    return before;
}

static void spot_leave(struct spot *spot, size_t before)
{
    spot->len = before;
    spot->name[before] = '\0';
}

/* ---- Texts and numbers, the same in bodies and parameters ------------------------------------------------------------ */

static bool is_any(const char *text)
{
    (void)text;
    return true;
}

static bool is_uuid(const char *text)
{
    struct uuid uuid;
    return uuid_parse(text, &uuid) == STATUS_OK;
}

static bool is_date(const char *text)
{
    int32_t day;
    return day_parse(text, &day) == STATUS_OK;
}

static bool is_date_time(const char *text)
{
    int64_t time;
    return time_parse(text, &time) == STATUS_OK;
}

static bool is_civic_number(const char *text)
{
    char canonical[CIVIC_TEXT_BYTES];
    bool fits = civic_parse(text, canonical) == STATUS_OK;
    explicit_bzero(canonical, sizeof canonical);
    return fits;
}

static bool is_token(const char *text)
{
    return text_is_token(text, SIZE_MAX);
}

static bool is_tile(const char *text)
{
    struct tile_path path;
    return tile_path_parse(text, &path) == STATUS_OK;
}

/* Of no width and no use in a name: with them two names look the same. A line has no marks that turn the direction of writing. */
static bool disguises(const char *name)
{
    static const char *const points[] = {"\xe2\x80\x8b", "\xe2\x81\xa0", "\xe2\x81\xa1",
                                         "\xe2\x81\xa2", "\xe2\x81\xa3", "\xe2\x81\xa4"}; /* U+200B, U+2060 to U+2064 */

    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        if (strstr(name, points[i]) != NULL)
            return true;
    return false;
}

/* A line that leads nowhere. */
static bool is_file_name(const char *text)
{
    return text_is_line(text) && !disguises(text) && strpbrk(text, "/\\") == NULL && strcmp(text, ".") != 0 &&
           strcmp(text, "..") != 0;
}

static bool (*const formats[])(const char *text) = {
    [FORMAT_ANY] = is_any,
    [FORMAT_UUID] = is_uuid,
    [FORMAT_DATE] = is_date,
    [FORMAT_DATE_TIME] = is_date_time,
    [FORMAT_LINE] = text_is_line,
    [FORMAT_CIVIC_NUMBER] = is_civic_number,
    [FORMAT_TOKEN] = is_token,
    [FORMAT_TILE] = is_tile,
    [FORMAT_FILE_NAME] = is_file_name,
    [FORMAT_TEXT] = text_shows,
};
static_assert(sizeof formats / sizeof formats[0] == FORMAT_COUNT, "a format has no checker");

static bool is_choice(const char *const *choices, const char *text)
{
    for (; *choices != NULL; choices++) {
        if (strcmp(*choices, text) == 0)
            return true;
    }
    return false;
}

static enum status check_range(const struct field *field, int64_t value, const struct spot *spot)
{
    if (value < field->min)
        return wrong(spot, FAILURE_TOO_SHORT);
    return value > field->max ? wrong(spot, FAILURE_TOO_LONG) : STATUS_OK;
}

static enum status check_text(const struct field *field, const char *text, size_t bytes, const struct spot *spot)
{
    size_t code_points;
    if (text_length(text, bytes, &code_points) != STATUS_OK)
        return wrong(spot, FAILURE_FORMAT);
    if (field->choices != NULL)
        return is_choice(field->choices, text) ? STATUS_OK : wrong(spot, FAILURE_CHOICE);
    TRY(check_range(field, (int64_t)code_points, spot));
    return formats[field->format](text) ? STATUS_OK : wrong(spot, FAILURE_FORMAT);
}

/* ---- Bodies ---------------------------------------------------------------------------------------------------------- */

static enum status check_value(const struct field *field, const json_t *value, struct spot *spot);

static enum status check_string(const struct field *field, const json_t *value, struct spot *spot)
{
    return check_text(field, json_string_value(value), json_string_length(value), spot);
}

static enum status check_integer(const struct field *field, const json_t *value, struct spot *spot)
{
    return check_range(field, json_integer_value(value), spot);
}

static enum status check_boolean(const struct field *field, const json_t *value, struct spot *spot)
{
    (void)field;
    (void)value;
    (void)spot;
    return STATUS_OK;
}

static const struct field *field_of(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_fields; i++) {
        if (strcmp(schema->fields[i].name, name) == 0)
            return &schema->fields[i];
    }
    return NULL;
}

/* Members that the schema does not have. */
static enum status check_closed(const struct schema *schema, const json_t *object, struct spot *spot)
{
    enum status outcome = STATUS_OK;
    json_t *members = (json_t *)object; /* jansson's iterator wants it so; nothing is changed */
    const char *name;
    json_t *member;
    json_object_foreach(members, name, member)
    {
        if (field_of(schema, name) != NULL)
            continue;
        size_t before = spot_enter(spot, name);
        outcome = wrong(spot, FAILURE_UNKNOWN);
        spot_leave(spot, before);
    }
    return outcome;
}

static enum status check_member(const struct field *field, const json_t *object, struct spot *spot)
{
    const json_t *value = json_object_get(object, field->name);
    if (value == NULL && !field->required)
        return STATUS_OK;
    size_t before = spot_enter(spot, field->name);
    enum status outcome = value == NULL ? wrong(spot, FAILURE_REQUIRED) : check_value(field, value, spot);
    spot_leave(spot, before);
    return outcome;
}

static enum status check_schema(const struct schema *schema, const json_t *object, struct spot *spot)
{
    enum status outcome = STATUS_OK;
    for (size_t i = 0; i < schema->n_fields; i++) {
        if (check_member(&schema->fields[i], object, spot) != STATUS_OK)
            outcome = STATUS_INVALID;
    }
    return check_closed(schema, object, spot) == STATUS_OK ? outcome : STATUS_INVALID;
}

static enum status check_object(const struct field *field, const json_t *value, struct spot *spot)
{
    return check_schema(field->schema, value, spot);
}

static enum status check_item(const struct field *field, const json_t *item, struct spot *spot)
{
    if (field->items != NULL)
        return check_value(field->items, item, spot);
    return json_is_object(item) ? check_schema(field->schema, item, spot) : wrong(spot, FAILURE_TYPE);
}

static enum status check_array(const struct field *field, const json_t *value, struct spot *spot)
{
    size_t n = json_array_size(value);
    enum status outcome = check_range(field, (int64_t)n, spot);
    for (size_t i = 0; i < n && !(spot->frame_only && field->schema != NULL); i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        size_t before = spot_enter(spot, index);
        if (check_item(field, json_array_get(value, i), spot) != STATUS_OK)
            outcome = STATUS_INVALID;
        spot_leave(spot, before);
    }
    return outcome;
}

/* What each type is in jansson, where 1.0 is a real and so no integer. */
static const struct {
    enum status (*check)(const struct field *field, const json_t *value, struct spot *spot);
    json_type type;
} types[] = {
    [TYPE_STRING] = {check_string, JSON_STRING}, [TYPE_INTEGER] = {check_integer, JSON_INTEGER},
    [TYPE_BOOLEAN] = {check_boolean, JSON_TRUE}, [TYPE_OBJECT] = {check_object, JSON_OBJECT},
    [TYPE_ARRAY] = {check_array, JSON_ARRAY},
};

static enum status check_value(const struct field *field, const json_t *value, struct spot *spot)
{
    if (json_is_null(value))
        return field->nullable ? STATUS_OK : wrong(spot, FAILURE_TYPE);
    json_type type = json_is_false(value) ? JSON_TRUE : json_typeof(value);
    return type == types[field->type].type ? types[field->type].check(field, value, spot) : wrong(spot, FAILURE_TYPE);
}

enum status contract_check_body(const struct schema *schema, const json_t *body, struct failure *failure)
{
    struct spot spot = {.failure = failure, .place = FAILURE_IN_BODY};
    return json_is_object(body) ? check_schema(schema, body, &spot) : wrong(&spot, FAILURE_TYPE);
}

enum status contract_check_frame(const struct schema *schema, const json_t *body, struct failure *failure)
{
    struct spot spot = {.failure = failure, .place = FAILURE_IN_BODY, .frame_only = true};
    return json_is_object(body) ? check_schema(schema, body, &spot) : wrong(&spot, FAILURE_TYPE);
}

enum status contract_check_item(const struct schema *schema, const json_t *item, struct failure *failure)
{
    const struct field *items = field_of(schema, "items");
    struct spot spot = {.failure = failure, .place = FAILURE_IN_BODY};
    assert(items != NULL && items->schema != NULL);
    return check_item(items, item, &spot);
}

/* ---- Parameters ------------------------------------------------------------------------------------------------------ */

static enum status parameter_string(const struct field *field, const char *text, const struct spot *spot,
                                    struct parameter *parameter)
{
    TRY(check_text(field, text, strlen(text), spot));
    return field->format == FORMAT_UUID ? uuid_parse(text, &parameter->uuid) : STATUS_OK;
}

/* A decimal integer as JSON writes it: no plus sign, no leading zero, no space. */
static bool is_decimal(const char *text)
{
    text += *text == '-';
    if (*text == '0')
        return text[1] == '\0';
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && text[digits] == '\0';
}

static enum status parameter_integer(const struct field *field, const char *text, const struct spot *spot,
                                     struct parameter *parameter)
{
    if (!is_decimal(text))
        return wrong(spot, FAILURE_TYPE);
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (errno == ERANGE)
        return wrong(spot, number < 0 ? FAILURE_TOO_SHORT : FAILURE_TOO_LONG);
    TRY(check_range(field, number, spot));
    parameter->number = number;
    return STATUS_OK;
}

static enum status parameter_boolean(const struct field *field, const char *text, const struct spot *spot,
                                     struct parameter *parameter)
{
    (void)field;
    parameter->number = strcmp(text, "true") == 0;
    return parameter->number == 1 || strcmp(text, "false") == 0 ? STATUS_OK : wrong(spot, FAILURE_TYPE);
}

/* A parameter is a scalar: the generator makes no other. */
static enum status (*const parameter_types[])(const struct field *field, const char *text, const struct spot *spot,
                                              struct parameter *parameter) = {
    [TYPE_STRING] = parameter_string,
    [TYPE_INTEGER] = parameter_integer,
    [TYPE_BOOLEAN] = parameter_boolean,
};

enum status contract_check_parameter(const struct field *field, enum failure_place place, const char *text,
                                     struct arena *arena, struct parameter *ret_parameter, struct failure *failure)
{
    assert((size_t)field->type < sizeof parameter_types / sizeof parameter_types[0]);
    struct spot spot = {.failure = failure, .place = place};
    for (const char *c = field->name; *c != '\0'; c++)
        spot_put(&spot, *c);

    struct parameter parameter = {.present = true};
    TRY(parameter_types[field->type](field, text, &spot, &parameter));
    parameter.text = arena_copy(arena, text, strlen(text));
    if (parameter.text == NULL)
        return STATUS_NO_MEMORY;
    *ret_parameter = parameter;
    return STATUS_OK;
}
