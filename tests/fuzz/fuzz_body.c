/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: bodies and parameters against the contract. The first line names an operation; the second gives its path and then its query
 *          parameters, '&' between them; the rest is the body. Any operation there is may be named, and any other name stands for one.
 * May not: use the checker to judge the checker: what it lets through is looked at again here.
 * Always:  what passes has every required member, and each of its type and within its limits; what does not has between one and as many
 *          named fields as there is room for, and names nothing but places. Nothing costs more memory than its length allows.
 */
#include <stdio.h>

#include "api/contract.h"
#include "base/json.h"
#include "base/json_text.h"
#include "input.h"

enum { ARENA_BYTES = 1 << 20, POINTER_BYTES = 1 << 16, FIXED_COST = 8192, COST_PER_BYTE = 160, WORST_COST = 8 << 20 };

/* ---- What jansson holds ---------------------------------------------------------------------------------------------------- */

static size_t held, most_held;

static void *count_malloc(size_t size)
{
    size_t *block = malloc(sizeof(max_align_t) + size);
    if (block == NULL)
        return NULL;
    *block = size;
    held += size;
    most_held = held > most_held ? held : most_held;
    return (char *)block + sizeof(max_align_t);
}

static void count_free(void *block)
{
    if (block == NULL)
        return;
    size_t *whole = (size_t *)(void *)((char *)block - sizeof(max_align_t));
    held -= *whole;
    free(whole);
}

/* ---- What was met: libFuzzer counts these among the branches, so that each row of the tables is a place to reach -------------- */

enum { MET_BYTES = 1 << 14 };
static uint8_t met[MET_BYTES] __attribute__((used, section("__libfuzzer_extra_counters")));

/* The distance from one row to another is the same in every run, wherever the program is loaded. */
static void meet(const void *row, unsigned outcome)
{
    uintptr_t place = ((uintptr_t)row - (uintptr_t)contract_routes) / sizeof(void *);
    met[(place * 31 + outcome) % MET_BYTES] = 1;
}

/* ---- Texts, judged again, in another way than the checker's ---------------------------------------------------------------- */

static bool has_form(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        bool digit = *text >= '0' && *text <= '9';
        bool hex = digit || (*text >= 'a' && *text <= 'f') || (*text >= 'A' && *text <= 'F');
        if (*text == '\0' || (*form == '9' && !digit) || (*form == 'x' && !hex))
            return false;
        if (*form != '9' && *form != 'x' && *form != *text)
            return false;
    }
    return true;
}

static size_t digits_in(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += *text >= '0' && *text <= '9';
    return n;
}

static bool has_format(enum field_format format, const char *text)
{
    size_t len = strlen(text);
    switch (format) {
    case FORMAT_UUID:
        return len == 36 && has_form(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    case FORMAT_DATE:
        return len == 10 && has_form(text, "9999-99-99");
    case FORMAT_DATE_TIME:
        return has_form(text, "9999-99-99T99:99:99") && strpbrk(text + 19, "Z+-") != NULL;
    case FORMAT_LINE:
        return strpbrk(text, "\t\n\r\x1b\x7f") == NULL && (len == 0 || (text[0] != ' ' && text[len - 1] != ' '));
    case FORMAT_CIVIC_NUMBER:
        return strspn(text, "0123456789-") == len && (digits_in(text) == 11 || digits_in(text) == 12);
    case FORMAT_TOKEN:
        return strpbrk(text, " \t\n\r\x1b\x7f") == NULL && len > 0;
    case FORMAT_TILE:
        return strspn(text, "0123456789x/.p") == len && has_form(text + (text[0] == 'x'), "999");
    default:
        return format == FORMAT_ANY;
    }
}

static int64_t code_points_in(const char *text)
{
    int64_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static bool among(const char *const *choices, const char *text)
{
    while (*choices != NULL && strcmp(*choices, text) != 0)
        choices++;
    return *choices != NULL;
}

static bool text_fits(const struct field *field, const char *text)
{
    int64_t n = code_points_in(text);
    if (field->choices != NULL)
        return among(field->choices, text);
    return n >= field->min && n <= field->max && has_format(field->format, text);
}

/* ---- Bodies, judged again ---------------------------------------------------------------------------------------------------- */

static bool object_fits(const struct schema *schema, const json_t *object);

static bool number_fits(const struct field *field, int64_t number)
{
    return number >= field->min && number <= field->max;
}

static bool value_fits(const struct field *field, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return field->nullable;
    case JSON_STRING:
        return field->type == TYPE_STRING && text_fits(field, json_string_value(value));
    case JSON_INTEGER:
        return field->type == TYPE_INTEGER && number_fits(field, json_integer_value(value));
    case JSON_TRUE:
    case JSON_FALSE:
        return field->type == TYPE_BOOLEAN;
    case JSON_OBJECT:
        return field->type == TYPE_OBJECT && object_fits(field->schema, value);
    case JSON_ARRAY:
        break;
    default:
        return false;
    }
    bool fits = field->type == TYPE_ARRAY && number_fits(field, (int64_t)json_array_size(value));
    for (size_t i = 0; fits && i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        fits = field->items != NULL ? value_fits(field->items, item) : object_fits(field->schema, item);
    }
    return fits;
}

static bool object_fits(const struct schema *schema, const json_t *object)
{
    size_t known = 0;
    for (size_t i = 0; i < schema->n_fields; i++) {
        const struct field *field = &schema->fields[i];
        const json_t *value = json_object_get(object, field->name);
        if (value == NULL ? field->required : !value_fits(field, value))
            return false;
        known += value != NULL;
        meet(field, value != NULL);
    }
    return json_is_object(object) && known == json_object_size(object);
}

/* ---- What a failure may name --------------------------------------------------------------------------------------------------- */

/* Every place of a body, and every member that one of its objects could have had, against the names of a failure. */
struct search {
    const struct failure *failure;
    char pointer[POINTER_BYTES];
    size_t len;
    bool found[FAILURE_MAX_FIELDS];
};

static void compare(struct search *search)
{
    for (size_t i = 0; i < search->failure->n; i++) {
        const char *name = search->failure->fields[i].name;
        size_t len = search->len < FAILURE_NAME_BYTES - 1 ? search->len : FAILURE_NAME_BYTES - 1;
        size_t at = 0;
        while (at < len && (name[at] == search->pointer[at] || (name[at] == '?' && (search->pointer[at] & 0x60) == 0) ||
                            (name[at] == '?' && (search->pointer[at] == 0x7f || (search->pointer[at] & 0x80) != 0))))
            at++;
        search->found[i] = search->found[i] || (at == len && name[len] == '\0');
    }
}

static void put(struct search *search, char c)
{
    if (search->len < POINTER_BYTES)
        search->pointer[search->len++] = c;
}

/* A step and what lies there; the pointer is as before afterwards. */
static void step(struct search *search, const char *name, const struct schema *schema, const json_t *value);

static void look_into(struct search *search, const struct schema *schema, const json_t *value)
{
    const char *name;
    json_t *member;
    compare(search);
    for (size_t i = 0; schema != NULL && json_is_object(value) && i < schema->n_fields; i++) {
        const struct field *field = &schema->fields[i];
        step(search, field->name, field->schema, json_object_get(value, field->name));
    }
    json_object_foreach((json_t *)value, name, member) step(search, name, NULL, NULL);
    for (size_t i = 0; i < json_array_size(value); i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        step(search, index, schema, json_array_get(value, i));
    }
}

static void step(struct search *search, const char *name, const struct schema *schema, const json_t *value)
{
    size_t before = search->len;
    put(search, '/');
    for (; *name != '\0'; name++) {
        bool special = *name == '~' || *name == '/';
        put(search, special ? '~' : *name);
        if (special)
            put(search, *name == '~' ? '0' : '1');
    }
    look_into(search, schema, value);
    search->len = before;
}

static void judge_failure(const struct schema *schema, const json_t *body, const struct failure *failure)
{
    struct search *search = calloc(1, sizeof *search);
    must(search != NULL && failure->n > 0 && failure->n <= FAILURE_MAX_FIELDS);
    search->failure = failure;
    look_into(search, schema, body);
    for (size_t i = 0; i < failure->n; i++)
        must(failure->fields[i].place == FAILURE_IN_BODY && search->found[i]);
    free(search);
}

/* The answer holds the names, the codes and the contract's own sentences. */
static void judge_problem(const struct failure *failure, enum language language)
{
    auto_json problem = contract_problem_json(STATUS_INVALID, failure, language);
    const json_t *errors = json_object_get(problem, "errors");
    must(problem != NULL && json_array_size(errors) == failure->n && json_object_size(problem) == 5);
    for (size_t i = 0; i < failure->n; i++) {
        const struct failure_field *field = &failure->fields[i];
        const json_t *error = json_array_get(errors, i);
        must(json_object_size(error) == 4);
        must(strcmp(json_string_value(json_object_get(error, "name")), field->name) == 0);
        must(strcmp(json_string_value(json_object_get(error, "code")), failure_code_name(field->code)) == 0);
        must(strcmp(json_string_value(json_object_get(error, "detail")),
                    contract_failure_text(field->code, language)) == 0);
    }
}

/* ---- One body ------------------------------------------------------------------------------------------------------------------- */

/* What a body is made of. */
struct census {
    size_t values;
    size_t depth; /* of containers in containers */
};

static void count(const json_t *json, size_t depth, struct census *census)
{
    const char *name;
    json_t *member;
    census->values++;
    depth += json_is_object(json) || json_is_array(json);
    census->depth = depth > census->depth ? depth : census->depth;
    json_object_foreach((json_t *)json, name, member) count(member, depth, census);
    for (size_t i = 0; i < json_array_size(json); i++)
        count(json_array_get(json, i), depth, census);
}

/* Our own writers write what jansson writes. */
static void compare_writers(const json_t *json, size_t len)
{
    static const struct {
        enum status (*write)(const json_t *json, struct buffer *buffer);
        size_t order;
    } writers[] = {{json_text, 0}, {json_text_by_name, JSON_SORT_KEYS}};
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        auto_buffer buffer = buffer_make(8 * len + 64);
        char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | writers[i].order);
        must(text != NULL && writers[i].write(json, &buffer) == STATUS_OK);
        must(buffer.len == strlen(text) && memcmp(buffer.data, text, buffer.len) == 0);
        count_free(text);
    }
}

/* Written and read again it is the same, in the same words. */
static void dump_and_parse(const json_t *json)
{
    const size_t flags = JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY;
    json_t *again = NULL;
    char *text = json_dumps(json, flags);
    must(text != NULL && json_parse_strict(text, strlen(text), &again) == STATUS_OK);
    must(json_equal(json, again));
    char *text_again = json_dumps(again, flags);
    must(text_again != NULL && strcmp(text, text_again) == 0);
    json_decref(again);
    count_free(text);
    count_free(text_again);
}

/* A list whose items are checked one by one passes if its frame and all its items do; the frame says nothing of what is in them. */
static enum status check_item_by_item(const struct schema *schema, const json_t *body)
{
    struct failure failure = {.n = 0};
    enum status status = contract_check_frame(schema, body, &failure);
    must((status == STATUS_OK) == (failure.n == 0));
    for (size_t i = 0; i < failure.n; i++)
        must(strncmp(failure.fields[i].name, "/items/", 7) != 0);
    const json_t *items = json_object_get(body, "items");
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(items); i++) {
        failure.n = 0;
        status = contract_check_item(schema, json_array_get(items, i), &failure);
        must((status == STATUS_OK) == (failure.n == 0));
    }
    return status;
}

static void check_body(const struct route *route, const json_t *body)
{
    struct failure failure = {.n = 0};
    size_t before = held;
    enum status status = contract_check_body(route->body, body, &failure);
    must(held == before && (status == STATUS_OK || status == STATUS_INVALID));
    must((status == STATUS_OK) == (failure.n == 0));
    bool fits = object_fits(route->body, body);
    must(fits || status != STATUS_OK);
    meet(route, 2 + status);
    if (route->item_by_item)
        must(check_item_by_item(route->body, body) == status);
    if (status == STATUS_OK)
        return;
    judge_failure(route->body, body, &failure);
    for (size_t i = 0; i < failure.n; i++)
        meet(route->body, 16 + failure.fields[i].code);
    for (int language = 0; language < LANGUAGE_COUNT; language++)
        judge_problem(&failure, (enum language)language);
}

static void take_body(const struct route *route, const char *text, size_t len)
{
    json_t *body = NULL;
    most_held = held;
    size_t before = held;
    enum status status = json_parse_strict(text, len, &body);
    must(most_held - before <= FIXED_COST + COST_PER_BYTE * len && most_held - before <= WORST_COST + 2 * len);
    must(status == STATUS_OK || (status == STATUS_MALFORMED && body == NULL && held == before));
    if (status != STATUS_OK)
        return;
    struct census census = {0};
    count(body, 0, &census);
    must(census.depth <= JSON_MAX_DEPTH && census.values <= JSON_MAX_TOKENS + 1);
    dump_and_parse(body);
    compare_writers(body, len);
    if (route->body != NULL)
        check_body(route, body);
    json_decref(body);
    must(held == before);
}

/* ---- Parameters ------------------------------------------------------------------------------------------------------------------- */

static void check_parameter(const struct field *field, enum failure_place place, const char *text)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct failure failure = {.n = 0};
    struct parameter parameter = {.present = false};
    must(arena != NULL);
    enum status status = contract_check_parameter(field, place, text, arena, &parameter, &failure);
    meet(field, 64 + status);
    if (status != STATUS_OK) {
        must(status == STATUS_INVALID && !parameter.present && failure.n == 1);
        must(failure.fields[0].place == place && strcmp(failure.fields[0].name, field->name) == 0);
        return;
    }
    must(failure.n == 0 && parameter.present && strcmp(parameter.text, text) == 0);
    char number[24];
    (void)snprintf(number, sizeof number, "%lld", (long long)parameter.number);
    if (field->type == TYPE_INTEGER)
        must(number_fits(field, parameter.number) &&
             strcmp(text[0] == '-' && text[1] == '0' ? "0" : text, number) == 0);
    else if (field->type == TYPE_BOOLEAN)
        must(strcmp(text, parameter.number == 1 ? "true" : "false") == 0);
    else
        must(text_fits(field, text));
}

static void take_parameters(const struct route *route, char *line)
{
    for (size_t i = 0; i < route->n_path + route->n_query; i++) {
        const char *text = line != NULL ? strsep(&line, "&") : "";
        if (i < route->n_path)
            check_parameter(&route->path[i], FAILURE_IN_PATH, text);
        else
            check_parameter(&route->query[i - route->n_path], FAILURE_IN_QUERY, text);
    }
}

/* The operation of this name, or the one that any other name stands for. */
static const struct route *route_named(const char *name)
{
    size_t sum = 0;
    for (size_t i = 0; i < contract_n_routes; i++)
        if (strcmp(contract_routes[i].operation_id, name) == 0)
            return &contract_routes[i];
    for (; *name != '\0'; name++)
        sum += (unsigned char)*name;
    return &contract_routes[sum % contract_n_routes];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    json_set_alloc_funcs(count_malloc, count_free);
    char *name = input_text(&input, '\n');
    char *parameters = input_text(&input, '\n');
    const struct route *route = route_named(name);
    take_parameters(route, parameters);
    take_body(route, input.size > 0 ? (const char *)input.data : "", input.size);
    free(name);
    free(parameters);
    return 0;
}
