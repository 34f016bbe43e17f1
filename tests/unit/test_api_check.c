/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the contract's checker against tables made by hand, one of each kind of field.
 * May not: depend on the operations that exist just now.
 * Always:  a failure names the place and the code, and never more than the fields that are wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/contract.h"
#include "base/json.h"

static const char *const kinds[] = {"class", "mentor", NULL};
static const struct field tag = {.name = "", .type = TYPE_STRING, .format = FORMAT_LINE, .min = 1, .max = 4};
static const struct field person_fields[] = {
    {.name = "given", .type = TYPE_STRING, .format = FORMAT_LINE, .min = 1, .max = 5, .required = true},
    {.name = "a/b~c", .type = TYPE_INTEGER, .min = 0, .max = 9},
};
static const struct schema person = {.name = "person", .fields = person_fields, .n_fields = 2};
static const struct field fields[] = {
    {.name = "name", .type = TYPE_STRING, .format = FORMAT_LINE, .min = 1, .max = 5, .required = true},
    {.name = "age", .type = TYPE_INTEGER, .min = 0, .max = 150},
    {.name = "flag", .type = TYPE_BOOLEAN},
    {.name = "text", .type = TYPE_STRING, .max = 10},
    {.name = "kind", .type = TYPE_STRING, .max = INT64_MAX, .choices = kinds, .nullable = true},
    {.name = "id", .type = TYPE_STRING, .format = FORMAT_UUID, .max = INT64_MAX},
    {.name = "day", .type = TYPE_STRING, .format = FORMAT_DATE, .max = INT64_MAX, .nullable = true},
    {.name = "at", .type = TYPE_STRING, .format = FORMAT_DATE_TIME, .max = INT64_MAX},
    {.name = "civic", .type = TYPE_STRING, .format = FORMAT_CIVIC_NUMBER, .max = INT64_MAX},
    {.name = "key", .type = TYPE_STRING, .format = FORMAT_TOKEN, .min = 1, .max = 8},
    {.name = "tags", .type = TYPE_ARRAY, .min = 1, .max = 3, .items = &tag},
    {.name = "boss", .type = TYPE_OBJECT, .schema = &person},
    {.name = "people", .type = TYPE_ARRAY, .max = 40, .schema = &person},
};
static const struct schema thing = {.name = "thing", .fields = fields, .n_fields = sizeof fields / sizeof fields[0]};

static struct failure check(const char *text, enum status expected)
{
    struct failure failure = {.n = 0};
    auto_json body = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(body);
    assert_int_equal(contract_check_body(&thing, body, &failure), expected);
    assert_int_equal(failure.n > 0, expected == STATUS_INVALID);
    return failure;
}

static void assert_field(const struct failure *failure, size_t at, enum failure_code code, const char *name)
{
    assert_true(at < failure->n);
    assert_int_equal(failure->fields[at].place, FAILURE_IN_BODY);
    assert_string_equal(failure->fields[at].name, name);
    assert_int_equal(failure->fields[at].code, code);
}

/* A body that is `{"name": "Ola", MEMBER}` has exactly this one thing wrong. */
static void assert_wrong(const char *member, enum failure_code code, const char *name)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "{\"name\": \"Ola\", %s}", member);
    struct failure failure = check(text, STATUS_INVALID);
    assert_field(&failure, 0, code, name);
    assert_int_equal(failure.n, 1);
}

static void assert_fine(const char *member)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "{\"name\": \"Ola\", %s}", member);
    (void)check(text, STATUS_OK);
}

static void a_body_with_every_kind_of_field_is_taken(void **state)
{
    (void)state;
    (void)check("{\"name\": \"Ola\"}", STATUS_OK);
    (void)check("{\"name\": \"Ola\", \"age\": 150, \"flag\": false, \"text\": \"\", \"kind\": \"mentor\","
                " \"id\": \"019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11\", \"day\": \"2026-02-28\","
                " \"at\": \"2026-02-28T12:30:00Z\", \"civic\": \"20140517-9829\", \"key\": \"a-b.c\","
                " \"tags\": [\"x\", \"y\"], \"boss\": {\"given\": \"Kari\"},"
                " \"people\": [{\"given\": \"Per\", \"a/b~c\": 3}]}",
                STATUS_OK);
}

static void X3_every_wrong_field_is_named_at_once(void **state)
{
    (void)state;
    struct failure failure = check("{\"age\": -1, \"flag\": 1, \"kind\": \"club\", \"extra\": 1}", STATUS_INVALID);
    assert_field(&failure, 0, FAILURE_REQUIRED, "/name");
    assert_field(&failure, 1, FAILURE_TOO_SHORT, "/age");
    assert_field(&failure, 2, FAILURE_TYPE, "/flag");
    assert_field(&failure, 3, FAILURE_CHOICE, "/kind");
    assert_field(&failure, 4, FAILURE_UNKNOWN, "/extra");
    assert_int_equal(failure.n, 5);
}

static void X3_unknown_members_are_refused_at_every_depth(void **state)
{
    (void)state;
    assert_wrong("\"extra\": null", FAILURE_UNKNOWN, "/extra");
    assert_wrong("\"boss\": {\"given\": \"Kari\", \"Given\": 1}", FAILURE_UNKNOWN, "/boss/Given");
    assert_wrong("\"people\": [{\"given\": \"Kari\"}, {\"given\": \"Per\", \"x\": 1}]", FAILURE_UNKNOWN, "/people/1/x");
}

static void lengths_count_code_points_not_bytes(void **state)
{
    (void)state;
    (void)check("{\"name\": \"\\u00c5\\u00e5\\u00f8\\u00e6\\ud83d\\ude00\"}", STATUS_OK);
    struct failure failure = check("{\"name\": \"\\u00c5\\u00e5\\u00f8\\u00e6\\u00f6\\u00e4\"}", STATUS_INVALID);
    assert_field(&failure, 0, FAILURE_TOO_LONG, "/name");
    failure = check("{\"name\": \"\"}", STATUS_INVALID);
    assert_field(&failure, 0, FAILURE_TOO_SHORT, "/name");
    assert_int_equal(failure.n, 1);
}

static void a_line_has_no_control_characters_and_no_space_at_its_ends(void **state)
{
    (void)state;
    static const char *const bad[] = {"{\"name\": \" Ola\"}", "{\"name\": \"Ola \"}", "{\"name\": \"O\\nla\"}",
                                      "{\"name\": \"O\\u0085a\"}", "{\"name\": \"O\\u2028a\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct failure failure = check(bad[i], STATUS_INVALID);
        assert_field(&failure, 0, FAILURE_FORMAT, "/name");
    }
}

static void formats_are_checked_by_name(void **state)
{
    (void)state;
    assert_wrong("\"id\": \"019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b1\"", FAILURE_FORMAT, "/id");
    assert_wrong("\"id\": \"\"", FAILURE_FORMAT, "/id");
    assert_wrong("\"day\": \"2026-02-29\"", FAILURE_FORMAT, "/day");
    assert_wrong("\"day\": \"2026-2-2\"", FAILURE_FORMAT, "/day");
    assert_wrong("\"at\": \"2026-02-28 12:30:00Z\"", FAILURE_FORMAT, "/at");
    assert_wrong("\"at\": \"2026-02-28T12:30:00\"", FAILURE_FORMAT, "/at");
    assert_wrong("\"civic\": \"20140517-9828\"", FAILURE_FORMAT, "/civic");
    assert_wrong("\"civic\": \"1405179829\"", FAILURE_FORMAT, "/civic");
    assert_wrong("\"key\": \"a b\"", FAILURE_FORMAT, "/key");
    assert_wrong("\"key\": \"\\u00e5\"", FAILURE_FORMAT, "/key");
    assert_wrong("\"key\": \"123456789\"", FAILURE_TOO_LONG, "/key");
}

static void an_integer_is_an_integer(void **state)
{
    (void)state;
    assert_fine("\"age\": 0");
    assert_wrong("\"age\": 1.0", FAILURE_TYPE, "/age");
    assert_wrong("\"age\": 1e2", FAILURE_TYPE, "/age");
    assert_wrong("\"age\": \"1\"", FAILURE_TYPE, "/age");
    assert_wrong("\"age\": true", FAILURE_TYPE, "/age");
    assert_wrong("\"age\": 151", FAILURE_TOO_LONG, "/age");
    assert_wrong("\"age\": -9223372036854775808", FAILURE_TOO_SHORT, "/age");
}

static void null_is_taken_only_where_the_contract_says_so(void **state)
{
    (void)state;
    assert_fine("\"day\": null");
    assert_fine("\"kind\": null");
    assert_wrong("\"age\": null", FAILURE_TYPE, "/age");
    assert_wrong("\"flag\": null", FAILURE_TYPE, "/flag");
    assert_wrong("\"boss\": null", FAILURE_TYPE, "/boss");
    struct failure failure = check("{\"name\": null}", STATUS_INVALID);
    assert_field(&failure, 0, FAILURE_TYPE, "/name");
}

static void booleans_are_true_and_false(void **state)
{
    (void)state;
    assert_fine("\"flag\": true");
    assert_fine("\"flag\": false");
    assert_wrong("\"flag\": \"true\"", FAILURE_TYPE, "/flag");
}

static void lists_are_checked_item_by_item(void **state)
{
    (void)state;
    assert_wrong("\"tags\": []", FAILURE_TOO_SHORT, "/tags");
    assert_wrong("\"tags\": [\"a\", \"b\", \"c\", \"d\"]", FAILURE_TOO_LONG, "/tags");
    assert_wrong("\"tags\": [\"a\", 1]", FAILURE_TYPE, "/tags/1");
    assert_wrong("\"tags\": [\"a\", \"fives\"]", FAILURE_TOO_LONG, "/tags/1");
    assert_wrong("\"tags\": {}", FAILURE_TYPE, "/tags");
    assert_wrong("\"people\": [1]", FAILURE_TYPE, "/people/0");
    assert_wrong("\"people\": [null]", FAILURE_TYPE, "/people/0");
    assert_wrong("\"people\": [{}]", FAILURE_REQUIRED, "/people/0/given");
    assert_fine("\"people\": []");
}

static void pointers_escape_tilde_and_slash(void **state)
{
    (void)state;
    assert_wrong("\"boss\": {\"given\": \"Kari\", \"a/b~c\": 10}", FAILURE_TOO_LONG, "/boss/a~1b~0c");
    assert_wrong("\"~/\": 1", FAILURE_UNKNOWN, "/~0~1");
}

static void a_body_that_is_no_object_is_named_as_a_whole(void **state)
{
    (void)state;
    static const char *const bodies[] = {"[]", "null", "1", "\"name\"", "true"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct failure failure = check(bodies[i], STATUS_INVALID);
        assert_field(&failure, 0, FAILURE_TYPE, "");
        assert_int_equal(failure.n, 1);
    }
}

static void failures_are_bounded_in_number_and_in_length(void **state)
{
    (void)state;
    char people[1024] = "\"people\": [";
    for (int i = 0; i < FAILURE_MAX_FIELDS + 1; i++)
        strcat(people, i == 0 ? "1" : ",1");
    char text[2048];
    (void)snprintf(text, sizeof text, "{\"name\": \"Ola\", %s]}", people);
    struct failure failure = check(text, STATUS_INVALID);
    assert_int_equal(failure.n, FAILURE_MAX_FIELDS);

    char name[400];
    memset(name, '~', sizeof name);
    name[sizeof name - 1] = '\0';
    (void)snprintf(text, sizeof text, "{\"name\": \"Ola\", \"%s\": 1, \"x\": 1}", name);
    failure = check(text, STATUS_INVALID);
    assert_int_equal(strlen(failure.fields[0].name), FAILURE_NAME_BYTES - 1);
    assert_field(&failure, 1, FAILURE_UNKNOWN, "/x");
}

/* ---- Parameters ------------------------------------------------------------------------------------------------------ */

static const struct field limit = {.name = "limit", .type = TYPE_INTEGER, .min = 1, .max = 100};
static const struct field any_number = {.name = "n", .type = TYPE_INTEGER, .min = INT64_MIN, .max = INT64_MAX};
static const struct field id = {.name = "id", .type = TYPE_STRING, .format = FORMAT_UUID, .max = INT64_MAX};
static const struct field page = {.name = "pageToken", .type = TYPE_STRING, .format = FORMAT_TOKEN, .min = 1, .max = 5};
static const struct field only = {.name = "only", .type = TYPE_BOOLEAN};

static struct parameter parameter_of(const struct field *field, const char *text, struct arena *arena)
{
    struct failure failure = {.n = 0};
    struct parameter parameter = {.present = false};
    assert_int_equal(contract_check_parameter(field, FAILURE_IN_QUERY, text, arena, &parameter, &failure), STATUS_OK);
    assert_int_equal(failure.n, 0);
    assert_true(parameter.present);
    assert_string_equal(parameter.text, text);
    return parameter;
}

static void assert_parameter_wrong(const struct field *field, const char *text, enum failure_code code)
{
    auto_arena arena = arena_new(4096);
    struct failure failure = {.n = 0};
    struct parameter parameter = {.present = false, .number = 42};
    assert_int_equal(contract_check_parameter(field, FAILURE_IN_PATH, text, arena, &parameter, &failure),
                     STATUS_INVALID);
    assert_int_equal(failure.n, 1);
    assert_int_equal(failure.fields[0].place, FAILURE_IN_PATH);
    assert_int_equal(failure.fields[0].code, code);
    assert_string_equal(failure.fields[0].name, field->name);
    assert_false(parameter.present);
    assert_int_equal(parameter.number, 42);
}

static void parameters_come_out_as_what_they_mean(void **state)
{
    (void)state;
    auto_arena arena = arena_new(4096);
    assert_int_equal(parameter_of(&limit, "100", arena).number, 100);
    assert_int_equal(parameter_of(&any_number, "-9223372036854775808", arena).number, INT64_MIN);
    assert_int_equal(parameter_of(&any_number, "0", arena).number, 0);
    assert_int_equal(parameter_of(&only, "true", arena).number, 1);
    assert_int_equal(parameter_of(&only, "false", arena).number, 0);
    struct uuid expected;
    assert_int_equal(uuid_parse("019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11", &expected), STATUS_OK);
    struct parameter parameter = parameter_of(&id, "019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11", arena);
    assert_true(uuid_equal(&parameter.uuid, &expected));
}

static void X3_wrong_parameters_are_named(void **state)
{
    (void)state;
    static const char *const not_numbers[] = {"",   "-",  "+1",  "01",  "1.0", "1e1",
                                              " 1", "1 ", "0x1", "ten", "--1", "-01"};
    for (size_t i = 0; i < sizeof not_numbers / sizeof not_numbers[0]; i++)
        assert_parameter_wrong(&limit, not_numbers[i], FAILURE_TYPE);
    assert_parameter_wrong(&limit, "0", FAILURE_TOO_SHORT);
    assert_parameter_wrong(&limit, "101", FAILURE_TOO_LONG);
    assert_parameter_wrong(&any_number, "9223372036854775808", FAILURE_TOO_LONG);
    assert_parameter_wrong(&any_number, "-9223372036854775809", FAILURE_TOO_SHORT);
    assert_parameter_wrong(&id, "7", FAILURE_FORMAT);
    assert_parameter_wrong(&page, "", FAILURE_TOO_SHORT);
    assert_parameter_wrong(&page, "123456", FAILURE_TOO_LONG);
    assert_parameter_wrong(&page, "a\xff", FAILURE_FORMAT);
    assert_parameter_wrong(&only, "1", FAILURE_TYPE);
}

static void a_parameter_that_does_not_fit_in_the_arena_is_no_memory(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1);
    struct failure failure = {.n = 0};
    struct parameter parameter = {.present = false};
    assert_int_equal(contract_check_parameter(&page, FAILURE_IN_QUERY, "12345", arena, &parameter, &failure),
                     STATUS_NO_MEMORY);
    assert_false(parameter.present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_with_every_kind_of_field_is_taken),
        cmocka_unit_test(X3_every_wrong_field_is_named_at_once),
        cmocka_unit_test(X3_unknown_members_are_refused_at_every_depth),
        cmocka_unit_test(lengths_count_code_points_not_bytes),
        cmocka_unit_test(a_line_has_no_control_characters_and_no_space_at_its_ends),
        cmocka_unit_test(formats_are_checked_by_name),
        cmocka_unit_test(an_integer_is_an_integer),
        cmocka_unit_test(null_is_taken_only_where_the_contract_says_so),
        cmocka_unit_test(booleans_are_true_and_false),
        cmocka_unit_test(lists_are_checked_item_by_item),
        cmocka_unit_test(pointers_escape_tilde_and_slash),
        cmocka_unit_test(a_body_that_is_no_object_is_named_as_a_whole),
        cmocka_unit_test(failures_are_bounded_in_number_and_in_length),
        cmocka_unit_test(parameters_come_out_as_what_they_mean),
        cmocka_unit_test(X3_wrong_parameters_are_named),
        cmocka_unit_test(a_parameter_that_does_not_fit_in_the_arena_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
