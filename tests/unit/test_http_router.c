/* SPDX-License-Identifier: EUPL-1.2 */
/* Routes over a small table of its own.
 * May not depend on the contract's routes.
 * Every case goes through the URL parser, as a request does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/router.h"

static const struct route routes[] = {
    {.operation_id = "list", .method = HTTP_GET, .segments = {"v1", "students"}, .n_segments = 2},
    {.operation_id = "read", .method = HTTP_GET, .segments = {"v1", "students", NULL}, .n_segments = 3},
    {.operation_id = "create", .method = HTTP_POST, .segments = {"v1", "students"}, .n_segments = 2},
    {.operation_id = "edit", .method = HTTP_PATCH, .segments = {"v1", "students", NULL}, .n_segments = 3},
    {.operation_id = "search", .method = HTTP_POST, .segments = {"v1", "students", "search"}, .n_segments = 3},
    {.operation_id = "tie", .method = HTTP_DELETE, .segments = {"v1", "students", NULL, "ties", NULL}, .n_segments = 5},
    {.operation_id = "tile",
     .method = HTTP_GET,
     .segments = {"v1", "logs", NULL, "tile", NULL},
     .n_segments = 5,
     .takes_rest = true},
};

static enum status find(const char *method, const char *target, const struct route **ret_route,
                        char ret_allow[static ROUTER_ALLOW_BYTES])
{
    auto_arena arena = arena_new(4096);
    struct url url;
    TRY(url_parse_path(target, arena, &url));
    return router_find(routes, sizeof(routes) / sizeof(routes[0]), &url, method, ret_route, ret_allow);
}

static void assert_found(const char *method, const char *target, const char *operation_id)
{
    const struct route *route = NULL;
    char allow[ROUTER_ALLOW_BYTES];
    assert_int_equal(find(method, target, &route, allow), STATUS_OK);
    assert_string_equal(route->operation_id, operation_id);
}

static void assert_allowed(const char *method, const char *target, const char *expected)
{
    const struct route *route = NULL;
    char allow[ROUTER_ALLOW_BYTES] = "";
    assert_int_equal(find(method, target, &route, allow), STATUS_METHOD_NOT_ALLOWED);
    assert_string_equal(allow, expected);
    assert_null(route);
}

static void method_and_path_name_one_route(void **state)
{
    (void)state;
    assert_found("GET", "/v1/students", "list");
    assert_found("POST", "/v1/students?x=1", "create");
    assert_found("GET", "/v1/students/7", "read");
    assert_found("PATCH", "/v1/students/7", "edit");
    assert_found("GET", "/v1/%73tudents/7", "read");
}

static void head_is_answered_by_get(void **state)
{
    (void)state;
    assert_found("HEAD", "/v1/students", "list");
    assert_allowed("HEAD", "/v1/students/search", "POST");
}

static void a_literal_segment_goes_before_a_parameter(void **state)
{
    (void)state;
    assert_found("POST", "/v1/students/search", "search");
    assert_allowed("GET", "/v1/students/search", "POST");
}

static void an_unknown_path_is_not_found(void **state)
{
    (void)state;
    static const char *const targets[] = {"/v1",           "/v1/student",         "/V1/students",
                                          "/v1/students/", "/v1/students/7/ties", "/v1/Students"};
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        const struct route *route = NULL;
        char allow[ROUTER_ALLOW_BYTES];
        assert_int_equal(find("GET", targets[i], &route, allow), STATUS_NOT_FOUND);
        assert_null(route);
    }
}

static void another_method_is_told_which_there_are(void **state)
{
    (void)state;
    assert_allowed("DELETE", "/v1/students", "GET, HEAD, POST");
    assert_allowed("get", "/v1/students", "GET, HEAD, POST");
    assert_allowed("TRACE", "/v1/students/7", "GET, HEAD, PATCH");
    assert_allowed("OPTIONS", "/v1/students/7/ties/8", "DELETE");
    assert_allowed("", "/v1/students/7/ties/8", "DELETE");
}

static void path_parameters_come_in_order_of_appearance(void **state)
{
    (void)state;
    auto_arena arena = arena_new(4096);
    struct url url;
    const struct route *route = NULL;
    char allow[ROUTER_ALLOW_BYTES];
    assert_int_equal(url_parse_path("/v1/students/first/ties/sec%6fnd", arena, &url), STATUS_OK);
    assert_int_equal(router_find(routes, sizeof(routes) / sizeof(routes[0]), &url, "DELETE", &route, allow), STATUS_OK);
    assert_string_equal(router_path_text(route, &url, 0, arena), "first");
    assert_string_equal(router_path_text(route, &url, 1, arena), "second");
}

static void the_last_parameter_of_some_takes_the_rest_however_its_slashes_are_sent(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        enum status status;
        const char *rest;
    } cases[] = {
        {"/v1/logs/7/tile/067", STATUS_OK, "067"},
        {"/v1/logs/7/tile/x001/067.p/12", STATUS_OK, "x001/067.p/12"},
        {"/v1/logs/7/tile/x001%2F067.p/12", STATUS_OK, "x001/067.p/12"},
        {"/v1/logs/7/tile/x001/067.p%2f12", STATUS_OK, "x001/067.p/12"},
        {"/v1/logs/7%2Ftile/tile/067", STATUS_MALFORMED, NULL},
        {"/v1/logs/7/tile", STATUS_NOT_FOUND, NULL},
        {"/v1/logs%2F7/tile/067", STATUS_MALFORMED, NULL},
        {"/v1/students/7%2F8/ties/9", STATUS_MALFORMED, NULL},
        {"/v1/students/7/ties/9%2F", STATUS_MALFORMED, NULL},
    };
    auto_arena arena = arena_new(16384);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct url url;
        const struct route *route = NULL;
        char allow[ROUTER_ALLOW_BYTES];
        assert_int_equal(url_parse_path(cases[i].target, arena, &url), STATUS_OK);
        assert_int_equal(router_find(routes, sizeof(routes) / sizeof(routes[0]), &url, "GET", &route, allow),
                         cases[i].status);
        if (cases[i].rest != NULL)
            assert_string_equal(router_path_text(route, &url, 1, arena), cases[i].rest);
    }
}

static void another_method_of_a_path_with_a_rest_is_told_its_methods(void **state)
{
    (void)state;
    auto_arena arena = arena_new(16384);
    struct url url;
    const struct route *route = NULL;
    char allow[ROUTER_ALLOW_BYTES];
    assert_int_equal(url_parse_path("/v1/logs/7/tile/x001%2F067", arena, &url), STATUS_OK);
    assert_int_equal(router_find(routes, sizeof(routes) / sizeof(routes[0]), &url, "POST", &route, allow),
                     STATUS_METHOD_NOT_ALLOWED);
    assert_string_equal(allow, "GET, HEAD");
}

static void without_memory_there_is_no_rest(void **state)
{
    (void)state;
    auto_arena arena = arena_new(16384);
    auto_arena none = arena_new(1);
    struct url url;
    assert_int_equal(url_parse_path("/v1/logs/7/tile/x001/067", arena, &url), STATUS_OK);
    assert_null(router_path_text(&routes[sizeof(routes) / sizeof(routes[0]) - 1], &url, 1, none));
}

static void the_longest_allow_fits(void **state)
{
    (void)state;
    static const struct route all[] = {
        {.method = HTTP_GET, .segments = {"a"}, .n_segments = 1},
        {.method = HTTP_POST, .segments = {"a"}, .n_segments = 1},
        {.method = HTTP_PUT, .segments = {"a"}, .n_segments = 1},
        {.method = HTTP_PATCH, .segments = {"a"}, .n_segments = 1},
        {.method = HTTP_DELETE, .segments = {"a"}, .n_segments = 1},
    };
    auto_arena arena = arena_new(4096);
    struct url url;
    const struct route *route = NULL;
    char allow[ROUTER_ALLOW_BYTES];
    assert_int_equal(url_parse_path("/a", arena, &url), STATUS_OK);
    assert_int_equal(router_find(all, 5, &url, "LINK", &route, allow), STATUS_METHOD_NOT_ALLOWED);
    assert_string_equal(allow, "GET, HEAD, POST, PUT, PATCH, DELETE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(method_and_path_name_one_route),
        cmocka_unit_test(head_is_answered_by_get),
        cmocka_unit_test(a_literal_segment_goes_before_a_parameter),
        cmocka_unit_test(an_unknown_path_is_not_found),
        cmocka_unit_test(another_method_is_told_which_there_are),
        cmocka_unit_test(path_parameters_come_in_order_of_appearance),
        cmocka_unit_test(the_last_parameter_of_some_takes_the_rest_however_its_slashes_are_sent),
        cmocka_unit_test(another_method_of_a_path_with_a_rest_is_told_its_methods),
        cmocka_unit_test(without_memory_there_is_no_rest),
        cmocka_unit_test(the_longest_allow_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
