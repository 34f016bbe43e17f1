/* SPDX-License-Identifier: EUPL-1.2 */
/* Request targets: one reading only, or none.
 * May not need a socket.
 * The target handed in is never changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/url.h"

static enum status parse(const char *target, struct arena *arena, struct url *ret_url)
{
    TRY(url_parse_path(target, arena, ret_url));
    return url_parse_query(ret_url);
}

static void a_path_is_its_decoded_segments(void **state)
{
    (void)state;
    auto_arena arena = arena_new(65536);
    struct url url;
    assert_int_equal(parse("/v1/students/%61b-%C3%A5_~!$&'()*+,;=:@", arena, &url), STATUS_OK);
    assert_int_equal(url.n_segments, 3);
    assert_string_equal(url.segments[0], "v1");
    assert_string_equal(url.segments[1], "students");
    assert_string_equal(url.segments[2], "ab-å_~!$&'()*+,;=:@");
    assert_int_equal(url.n_query, 0);
}

static void a_query_is_its_parts_in_order_with_repeats(void **state)
{
    (void)state;
    auto_arena arena = arena_new(65536);
    struct url url;
    assert_int_equal(parse("/a?limit=5&limit=6&t=a%3D%26b=c&since=2026-01-01T00:00:00+01:00&p=/?x&bare", arena, &url),
                     STATUS_OK);
    static const char *const expected[][2] = {{"limit", "5"},  {"limit", "6"},
                                              {"t", "a=&b=c"}, {"since", "2026-01-01T00:00:00+01:00"},
                                              {"p", "/?x"},    {"bare", ""}};
    assert_int_equal(url.n_query, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < url.n_query; i++) {
        assert_string_equal(url.query[i].name, expected[i][0]);
        assert_string_equal(url.query[i].value, expected[i][1]);
    }
    assert_int_equal(parse("/a?", arena, &url), STATUS_OK);
    assert_int_equal(url.n_query, 0);
}

static void a_target_with_two_readings_is_malformed(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "",           "a",
        "*",          "http://x/a",
        "/a/../b",    "/a/./b",
        "/..",        "/.",
        "/a/%2e%2e",  "/a/.%2E/b",
        "/%2e",       "/a%2fb/",
        "//a%2Fb",    "/a%5cb",
        "/a\\b",      "/a%00",
        "/a%0a",      "/a%7f",
        "/a%",        "/a%2",
        "/a%zz",      "/a%%41",
        "/a b",       "/a\tb",
        "/a#b",       "/a|b",
        "/a\"b",      "/a<b>",
        "/\xc3\xa5",  "/%c3",
        "/%ed%a0%80", "/%c0%af",
        "/x//../y",   "/1/2/3/4/5/6/7/8/9/10/11/%00",
    };
    auto_arena arena = arena_new(65536);
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        struct url url = {.n_segments = 77};
        assert_int_equal(url_parse_path(targets[i], arena, &url), STATUS_MALFORMED);
        assert_int_equal(url.n_segments, 77);
    }
}

static void a_hidden_slash_is_told_of_with_its_place(void **state)
{
    (void)state;
    auto_arena arena = arena_new(65536);
    struct url url;
    assert_int_equal(url_parse_path("/a/b%2Fc/d", arena, &url), STATUS_OK);
    assert_true(url.hides_slash);
    assert_int_equal(url.n_plain, 1);
    assert_string_equal(url.segments[1], "b/c");
    assert_int_equal(url_parse_path("/a/b", arena, &url), STATUS_OK);
    assert_false(url.hides_slash);
    assert_int_equal(url.n_plain, 2);
}

static void a_path_that_no_route_can_have_is_not_found(void **state)
{
    (void)state;
    static const char *const targets[] = {"/", "//", "/a/", "/a//b", "//a", "/1/2/3/4/5/6/7/8/9/10/11"};
    auto_arena arena = arena_new(65536);
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        struct url url;
        assert_int_equal(url_parse_path(targets[i], arena, &url), STATUS_NOT_FOUND);
    }
}

static void a_broken_query_is_malformed_but_its_path_is_known(void **state)
{
    (void)state;
    static const char *const targets[] = {"/a?x=%zz", "/a?x=%00", "/a?=1",  "/a?&",     "/a?x=1&", "/a?x=1&&y=2",
                                          "/a?x=%ff", "/a?x=a b", "/a?x=#", "/a?%0d=1", "/a?x=\\"};
    auto_arena arena = arena_new(65536);
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        struct url url;
        assert_int_equal(url_parse_path(targets[i], arena, &url), STATUS_OK);
        assert_int_equal(url_parse_query(&url), STATUS_MALFORMED);
    }
}

static void lengths_and_counts_are_bounded(void **state)
{
    (void)state;
    auto_arena arena = arena_new(65536);
    struct url url;
    char target[URL_MAX_BYTES + 2];
    memset(target, 'a', sizeof(target) - 1);
    target[0] = '/';
    target[URL_MAX_BYTES + 1] = '\0';
    assert_int_equal(url_parse_path(target, arena, &url), STATUS_MALFORMED);
    target[URL_MAX_BYTES] = '\0';
    assert_int_equal(url_parse_path(target, arena, &url), STATUS_OK);

    enum { PART = 4 };
    char many[PART * (URL_MAX_QUERY + 1) + sizeof("/a?")] = "/a?";
    for (size_t i = 0; i <= URL_MAX_QUERY; i++)
        memcpy(many + strlen("/a?") + i * PART, "x=1&", PART);
    many[strlen(many) - 1] = '\0';
    assert_int_equal(parse(many, arena, &url), STATUS_MALFORMED);
    many[strlen(many) - PART] = '\0';
    assert_int_equal(parse(many, arena, &url), STATUS_OK);
    assert_int_equal(url.n_query, URL_MAX_QUERY);
}

static void a_full_arena_is_said(void **state)
{
    (void)state;
    auto_arena arena = arena_new(8);
    struct url url;
    assert_int_equal(url_parse_path("/v1/students/0192f0a0-0000-7000-8000-00000000f001", arena, &url),
                     STATUS_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_its_decoded_segments),
        cmocka_unit_test(a_query_is_its_parts_in_order_with_repeats),
        cmocka_unit_test(a_target_with_two_readings_is_malformed),
        cmocka_unit_test(a_hidden_slash_is_told_of_with_its_place),
        cmocka_unit_test(a_path_that_no_route_can_have_is_not_found),
        cmocka_unit_test(a_broken_query_is_malformed_but_its_path_is_known),
        cmocka_unit_test(lengths_and_counts_are_bounded),
        cmocka_unit_test(a_full_arena_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
