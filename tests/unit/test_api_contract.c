/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the tables that are made from openapi.yaml: routes, problems, texts, and the contract as it is served.
 * May not: repeat what the generator refuses by itself.
 * Always:  contract and binary say the same, in both directions (X5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "api/api.h"
#include "api/changes.h"
#include "base/json.h"
#include "contract.gen.h"

static const char *const methods[] = {
    [HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PUT] = "put", [HTTP_PATCH] = "patch", [HTTP_DELETE] = "delete",
};
static const char *const logins[] = {[LOGIN_NONE] = "none", [LOGIN_ANY] = "any", [LOGIN_STRONG] = "strong"};

static const struct route *route_of(const char *operation_id)
{
    for (size_t i = 0; i < contract_n_routes; i++) {
        if (strcmp(contract_routes[i].operation_id, operation_id) == 0)
            return &contract_routes[i];
    }
    return NULL;
}

static void X5_every_route_is_an_operation_of_the_served_contract_and_the_other_way_round(void **state)
{
    (void)state;
    auto_json contract = NULL;
    assert_int_equal(json_parse_within(contract_json, contract_json_len, SIZE_MAX, &contract), STATUS_OK);
    json_t *paths = json_object_get(contract, "paths");
    for (size_t i = 0; i < contract_n_routes; i++) {
        const struct route *route = &contract_routes[i];
        json_t *operation = json_object_get(json_object_get(paths, route->template), methods[route->method]);
        assert_string_equal(json_string_value(json_object_get(operation, "operationId")), route->operation_id);
        assert_string_equal(json_string_value(json_object_get(operation, "x-login")), logins[route->login]);
        assert_int_equal(json_object_get(operation, "requestBody") != NULL,
                         route->body != NULL || route->bytes_type != NULL);
        assert_false(route->body != NULL && route->bytes_type != NULL);
        assert_non_null(route->run);
    }
    size_t n_operations = 0;
    const char *template;
    json_t *item;
    json_object_foreach(paths, template, item) n_operations += json_object_size(item);
    assert_int_equal(n_operations, contract_n_routes);
}

static void the_served_contract_is_one_text_closed_by_a_nul(void **state)
{
    (void)state;
    assert_int_equal(strlen(contract_json), contract_json_len);
}

static void L2_only_the_service_about_itself_is_open(void **state)
{
    (void)state;
    static const char *const open[] = {"getApiInfo", "getOpenapi", "getLive", "getReady"};
    size_t n_open = 0;
    for (size_t i = 0; i < contract_n_routes; i++)
        n_open += contract_routes[i].login == LOGIN_NONE;
    assert_int_equal(n_open, sizeof open / sizeof open[0]);
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        assert_int_equal(route_of(open[i])->login, LOGIN_NONE);
    assert_int_equal(route_of("getMe")->login, LOGIN_ANY);
}

static void X1_every_post_but_a_search_takes_an_idempotency_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < contract_n_routes; i++) {
        if (contract_routes[i].method == HTTP_POST)
            assert_int_equal(contract_routes[i].takes_idempotency_key,
                             strcmp(contract_routes[i].operation_id, "searchStudents") != 0);
    }
}

static void X4_what_stores_is_a_change_but_for_logs_and_webhooks(void **state)
{
    (void)state;
    static const char *const stored_apart[] = {"makeLogCheckpoint", "addLogCosignature", "createWebhook",
                                               "removeWebhook", "addHendelseToStudent"};
    static const char *const strange[] = {"", "create", "createStudents", "zzz", "init", "CREATESTUDENT"};
    size_t n_storing = 0, n_changes = 0;

    for (size_t i = 0; i < contract_n_routes; i++) {
        const struct route *route = &contract_routes[i];
        n_storing += route->method != HTTP_GET && strcmp(route->operation_id, "searchStudents") != 0;
        n_changes += api_is_change(route->operation_id);
        assert_false(route->method == HTTP_GET && api_is_change(route->operation_id));
    }
    assert_int_equal(n_changes, n_storing - sizeof stored_apart / sizeof *stored_apart);
    assert_int_equal(n_changes, contract_n_changes);
    for (size_t i = 0; i < sizeof stored_apart / sizeof *stored_apart; i++)
        assert_true(route_of(stored_apart[i]) != NULL && !api_is_change(stored_apart[i]));
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        assert_false(api_is_change(strange[i]));
    assert_false(api_is_change("searchStudents"));
}

static void parameters_are_found_by_their_named_index(void **state)
{
    (void)state;
    const struct route *list = route_of("listStudents");
    assert_string_equal(list->query[LIST_STUDENTS_QUERY_LIMIT].name, "limit");
    assert_string_equal(list->query[LIST_STUDENTS_QUERY_PAGE_TOKEN].name, "pageToken");
    assert_string_equal(list->query[LIST_STUDENTS_QUERY_SCHOOL_ID].name, "schoolId");
    assert_string_equal(list->query[LIST_STUDENTS_QUERY_GROUP_ID].name, "groupId");
    const struct route *read = route_of("getStudent");
    assert_string_equal(read->path[GET_STUDENT_PATH_STUDENT_ID].name, "studentId");
    assert_int_equal(read->n_segments, 3);
    assert_null(read->segments[2]);
}

static void every_status_has_a_problem_in_every_language(void **state)
{
    (void)state;
    for (int status = -1; status <= STATUS_COUNT; status++) {
        const struct problem *problem = contract_problem((enum status)status);
        assert_int_equal(strncmp(problem->type, "urn:problem-type:trygg:", 23), 0);
        assert_in_range(problem->http_status, 400, 599);
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            assert_true(strlen(problem->title[language]) > 0);
            assert_true(strlen(problem->detail[language]) > 0);
        }
    }
}

static void statuses_answer_with_the_http_status_that_they_name(void **state)
{
    (void)state;
    static const struct {
        enum status status;
        int http_status;
        const char *type;
    } rows[] = {
        {STATUS_MALFORMED, 400, "urn:problem-type:trygg:malformed"},
        {STATUS_INVALID, 400, "urn:problem-type:trygg:invalid"},
        {STATUS_TOKEN_MISSING, 401, "urn:problem-type:trygg:token-missing"},
        {STATUS_TOKEN_INVALID, 401, "urn:problem-type:trygg:token-invalid"},
        {STATUS_LOGIN_TOO_WEAK, 401, "urn:problem-type:trygg:login-too-weak"},
        {STATUS_FORBIDDEN, 403, "urn:problem-type:trygg:forbidden"},
        {STATUS_NOT_FOUND, 404, "urn:problem-type:trygg:not-found"},
        {STATUS_METHOD_NOT_ALLOWED, 405, "urn:problem-type:trygg:method-not-allowed"},
        {STATUS_STUDENT_KNOWN, 409, "urn:problem-type:trygg:student-known"},
        {STATUS_PRECONDITION_FAILED, 412, "urn:problem-type:trygg:precondition-failed"},
        {STATUS_TOO_LARGE, 413, "urn:problem-type:trygg:too-large"},
        {STATUS_UNSUPPORTED_MEDIA, 415, "urn:problem-type:trygg:unsupported-media"},
        {STATUS_KEY_REUSED, 422, "urn:problem-type:trygg:key-reused"},
        {STATUS_PRECONDITION_REQUIRED, 428, "urn:problem-type:trygg:precondition-required"},
        {STATUS_TOO_MANY_CALLS, 429, "urn:problem-type:trygg:too-many-calls"},
        {STATUS_BUSY, 503, "urn:problem-type:trygg:unavailable"},
        {STATUS_STORE_LOST, 503, "urn:problem-type:trygg:unavailable"},
        {STATUS_COMMIT_UNKNOWN, 503, "urn:problem-type:trygg:outcome-unknown"},
        {STATUS_IO, 503, "urn:problem-type:trygg:unavailable"},
        {STATUS_NO_MEMORY, 503, "urn:problem-type:trygg:unavailable"},
        {STATUS_CORRUPT, 500, "urn:problem-type:trygg:internal"},
        {STATUS_CONFLICT, 500, "urn:problem-type:trygg:internal"},
        {STATUS_COUNT, 500, "urn:problem-type:trygg:internal"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(contract_problem(rows[i].status)->http_status, rows[i].http_status);
        assert_string_equal(contract_problem(rows[i].status)->type, rows[i].type);
    }
}

static void X6_texts_differ_by_language_and_types_do_not(void **state)
{
    (void)state;
    const struct problem *problem = contract_problem(STATUS_NOT_FOUND);
    assert_string_equal(problem->title[LANGUAGE_EN], "Not found");
    assert_string_equal(problem->title[LANGUAGE_NB], "Ikke funnet");
    assert_string_equal(problem->title[LANGUAGE_SV], "Hittades inte");
    assert_string_not_equal(contract_failure_text(FAILURE_REQUIRED, LANGUAGE_NB),
                            contract_failure_text(FAILURE_REQUIRED, LANGUAGE_SV));
}

static void every_failure_code_of_the_contract_is_one_of_the_program(void **state)
{
    (void)state;
    auto_json contract = NULL;
    assert_int_equal(json_parse_within(contract_json, contract_json_len, SIZE_MAX, &contract), STATUS_OK);
    const json_t *codes = NULL;
    const json_t *places = NULL;
    assert_int_equal(json_unpack(contract, "{s:{s:{s:{s:{s:{s:o}, s:{s:o}}}}}}", "components", "schemas", "FieldError",
                                 "properties", "code", "enum", &codes, "in", "enum", &places),
                     0);
    assert_int_equal(json_array_size(codes), FAILURE_CODE_COUNT);
    for (size_t i = 0; i < FAILURE_CODE_COUNT; i++)
        assert_string_equal(json_string_value(json_array_get(codes, i)), failure_code_name((enum failure_code)i));
    assert_int_equal(json_array_size(places), FAILURE_IN_HEADER + 1);
    for (size_t i = 0; i < json_array_size(places); i++)
        assert_string_equal(json_string_value(json_array_get(places, i)), failure_place_name((enum failure_place)i));
    for (int code = -1; code <= FAILURE_CODE_COUNT; code++) {
        for (int language = -1; language <= LANGUAGE_COUNT; language++)
            assert_true(strlen(contract_failure_text((enum failure_code)code, (enum language)language)) > 0);
    }
}

static void X3_createStudent_takes_what_the_contract_says(void **state)
{
    (void)state;
    const struct route *route = route_of("createStudent");
    auto_json fine =
        json_pack("{s:s, s:s, s:s, s:s, s:n}", "schoolId", "019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61", "givenName", "Ola",
                  "familyName", "Hansen", "enrolledFrom", "2026-08-17", "enrolledUntil");
    struct failure failure = {.n = 0};
    assert_int_equal(contract_check_body(route->body, fine, &failure), STATUS_OK);
    assert_int_equal(json_object_set_new(fine, "isAdmin", json_true()), 0);
    assert_int_equal(json_object_del(fine, "givenName"), 0);
    assert_int_equal(contract_check_body(route->body, fine, &failure), STATUS_INVALID);
    assert_int_equal(failure.n, 2);
    assert_string_equal(failure.fields[0].name, "/givenName");
    assert_string_equal(failure.fields[1].name, "/isAdmin");
    assert_string_equal(route->body_type, "application/json");
}

static void the_service_tells_its_name_and_its_contract(void **state)
{
    (void)state;
    struct api_request request = {.house = NULL};
    struct api_answer info = {.http_status = 0};
    assert_int_equal(op_get_api_info(&request, &info), STATUS_OK);
    auto_json body = info.body;
    assert_int_equal(info.http_status, 200);
    assert_string_equal(json_string_value(json_object_get(body, "name")), "trygg");
    assert_string_equal(json_string_value(json_object_get(body, "contractVersion")), CONTRACT_VERSION);
    struct api_answer contract = {.http_status = 0};
    assert_int_equal(op_get_openapi(&request, &contract), STATUS_OK);
    assert_ptr_equal(contract.raw, contract_json);
    assert_string_equal(contract.raw_type, "application/json");
    struct api_answer live = {.http_status = 0};
    assert_int_equal(op_get_live(&request, &live), STATUS_OK);
    auto_json live_body = live.body;
    assert_string_equal(json_string_value(json_object_get(live_body, "status")), "live");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(X5_every_route_is_an_operation_of_the_served_contract_and_the_other_way_round),
        cmocka_unit_test(the_served_contract_is_one_text_closed_by_a_nul),
        cmocka_unit_test(L2_only_the_service_about_itself_is_open),
        cmocka_unit_test(X1_every_post_but_a_search_takes_an_idempotency_key),
        cmocka_unit_test(X4_what_stores_is_a_change_but_for_logs_and_webhooks),
        cmocka_unit_test(parameters_are_found_by_their_named_index),
        cmocka_unit_test(every_status_has_a_problem_in_every_language),
        cmocka_unit_test(statuses_answer_with_the_http_status_that_they_name),
        cmocka_unit_test(X6_texts_differ_by_language_and_types_do_not),
        cmocka_unit_test(every_failure_code_of_the_contract_is_one_of_the_program),
        cmocka_unit_test(X3_createStudent_takes_what_the_contract_says),
        cmocka_unit_test(the_service_tells_its_name_and_its_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
