/* SPDX-License-Identifier: EUPL-1.2 */
/* Header lines: what may frame a request, and what two readers could read differently.
 * May not need a socket.
 * Each case stands alone in its own set of headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/headers.h"

static void add(struct headers *headers, const char *name, const char *value)
{
    headers_add(headers, name, strlen(name), value, value != NULL ? strlen(value) : 0);
}

static enum status framing_of(const char *const (*lines)[2], uint64_t *ret_length)
{
    struct headers headers = {.n = 0};
    for (; (*lines)[0] != NULL; lines++)
        add(&headers, (*lines)[0], (*lines)[1]);
    return headers_check_framing(&headers, ret_length);
}

static void names_are_found_without_case_and_counted_one_by_one(void **state)
{
    (void)state;
    struct headers headers = {.n = 0};
    add(&headers, "If-Match", "\"1\"");
    add(&headers, "if-match", "\"2\"");
    add(&headers, "Empty", NULL);
    assert_int_equal(headers_count(&headers, "IF-MATCH"), 2);
    assert_string_equal(headers_get(&headers, "IF-MATCH"), "\"1\"");
    assert_string_equal(headers_get(&headers, "empty"), "");
    assert_null(headers_get(&headers, "If-Matc"));
    assert_int_equal(headers_count(&headers, "If-Matches"), 0);
}

static void an_honest_request_is_framed_by_its_content_length(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"Host", "x"}, {"Content-Length", "1048577"}, {"Authorization", "Bearer t"}, {NULL, NULL}};
    uint64_t length = 0;
    assert_int_equal(framing_of(lines, &length), STATUS_OK);
    assert_int_equal(length, 1048577);
}

static void a_chunked_request_or_one_without_body_has_no_length(void **state)
{
    (void)state;
    static const char *const chunked[][2] = {{"Host", "x"}, {"transfer-encoding", "Chunked"}, {NULL, NULL}};
    static const char *const none[][2] = {{"Host", "x"}, {NULL, NULL}};
    uint64_t length = 7;
    assert_int_equal(framing_of(chunked, &length), STATUS_OK);
    assert_int_equal(length, 0);
    length = 7;
    assert_int_equal(framing_of(none, &length), STATUS_OK);
    assert_int_equal(length, 0);
}

static void whatever_two_readers_could_frame_differently_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][3][2] = {
        {{"Transfer-Encoding", "chunked"}, {"Content-Length", "4"}, {NULL, NULL}},
        {{"Content-Length", "4"}, {"Content-Length", "4"}, {NULL, NULL}},
        {{"Content-Length", "4"}, {"content-length", "5"}, {NULL, NULL}},
        {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}, {NULL, NULL}},
        {{"Authorization", "Bearer a"}, {"authorization", "Bearer b"}, {NULL, NULL}},
        {{"Host", "a"}, {"Host", "b"}, {NULL, NULL}},
        {{"Content-Length", "4, 4"}, {NULL, NULL}},
        {{"Content-Length", "+4"}, {NULL, NULL}},
        {{"Content-Length", "-1"}, {NULL, NULL}},
        {{"Content-Length", "0x4"}, {NULL, NULL}},
        {{"Content-Length", " 4"}, {NULL, NULL}},
        {{"Content-Length", ""}, {NULL, NULL}},
        {{"Content-Length", "1234567890123456789"}, {NULL, NULL}},
        {{"Transfer-Encoding", "identity"}, {NULL, NULL}},
        {{"Transfer-Encoding", "chunked, chunked"}, {NULL, NULL}},
        {{"Transfer-Encoding", "xchunked"}, {NULL, NULL}},
        {{"Transfer-Encoding ", "chunked"}, {NULL, NULL}},
        {{"Content-Length\t", "4"}, {NULL, NULL}},
        {{"", "4"}, {NULL, NULL}},
        {{"X", "a\rContent-Length: 4"}, {NULL, NULL}},
        {{"X", "a\x01"}, {NULL, NULL}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t length = 99;
        assert_int_equal(framing_of(cases[i], &length), STATUS_MALFORMED);
        assert_int_equal(length, 99);
    }
}

/* libmicrohttpd ends the name where the colon was. */
static void a_line_in_one_piece_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t value_at;
    } lines[] = {{"X\0 y", 3}, {"X\0y", 2}, {"X\0 \t \t y", 7}, {"X\0", 2}, {"X\0  ", 4}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct headers headers = {.n = 0};
        const char *value = lines[i].text + lines[i].value_at;
        headers_add_in_place(&headers, lines[i].text, 1, value, strlen(value));
        assert_false(headers.unusable);
        assert_ptr_equal(headers_get(&headers, "X"), value);
    }
}

static void a_line_that_was_put_together_elsewhere_makes_the_whole_set_unusable(void **state)
{
    (void)state;
    static const char before[] = "y\0X\0y";
    static const char apart[] = "X\0a y";
    struct headers headers[4] = {{.n = 0}};
    headers_add_in_place(&headers[0], before + 2, 1, before, 1);
    headers_add_in_place(&headers[1], apart, 1, apart + 4, 1);
    headers_add_in_place(&headers[2], apart, 1, apart + 1, 0);
    headers_add_in_place(&headers[3], apart, 1, NULL, 0);
    for (size_t i = 0; i < 4; i++) {
        uint64_t length;
        assert_int_equal(headers_check_framing(&headers[i], &length), STATUS_MALFORMED);
    }
}

static void what_was_received_beyond_the_lines_makes_the_whole_set_unusable(void **state)
{
    (void)state;
    static const char first[] = "GET /a HTTP/1.1\r\n";
    static const struct {
        const char *text; /* as libmicrohttpd leaves it: the colon and the line's end overwritten */
        size_t value_at;
        size_t received; /* of the line */
    } lines[] = {{"X\0 y\0\0", 3, 6}, {"X\0y\0\0", 2, 5}, {"X\0 y \0\0", 3, 7}, {"X\0\0\0", 2, 4}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        for (int more = -2; more <= 2; more++) {
            struct headers headers = {.n = 0};
            uint64_t length;
            const char *value = lines[i].text + lines[i].value_at;
            headers_add_in_place(&headers, lines[i].text, 1, value, strlen(value));
            headers_add_up(&headers, "GET", "/a", (size_t)((int)(strlen(first) + lines[i].received + 2) + more));
            assert_int_equal(headers_check_framing(&headers, &length), more == 0 ? STATUS_OK : STATUS_MALFORMED);
        }
    }
}

/* As libmicrohttpd leaves it: the colons and the lines' ends overwritten. */
static void lines_that_do_not_follow_one_another_make_the_whole_set_unusable(void **state)
{
    (void)state;
    static const char text[] = "X\0y\0\0Z\0w\0W\0v\0\0"; /* the line end of Z was an LF alone */
    struct headers whole = {.n = 0}, lacking = {.n = 0}, between = {.n = 0};
    headers_add_in_place(&whole, text, 1, text + 2, 1);
    headers_add_in_place(&whole, text + 5, 1, text + 7, 1);
    assert_false(whole.unusable);
    headers_add_in_place(&lacking, text + 5, 1, text + 7, 1);
    headers_add_in_place(&lacking, text + 9, 1, text + 11, 1);
    assert_true(lacking.unusable);
    headers_add_in_place(&between, text, 1, text + 2, 1);
    headers_add_in_place(&between, text + 9, 1, text + 11, 1);
    assert_true(between.unusable);
}

static void text_after_a_nul_in_a_name_or_value_is_not_overlooked(void **state)
{
    (void)state;
    struct headers in_value = {.n = 0};
    struct headers in_name = {.n = 0};
    headers_add(&in_value, "X", 1, "a\0b", 3);
    headers_add(&in_name, "X\0Y", 3, "a", 1);
    assert_true(in_value.unusable);
    assert_true(in_name.unusable);
}

static void more_lines_than_fit_make_the_whole_set_unusable(void **state)
{
    (void)state;
    struct headers headers = {.n = 0};
    uint64_t length = 0;
    for (int i = 0; i < HEADERS_MAX; i++)
        add(&headers, "X", "1");
    assert_int_equal(headers_check_framing(&headers, &length), STATUS_OK);
    add(&headers, "X", "1");
    assert_int_equal(headers_check_framing(&headers, &length), STATUS_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_without_case_and_counted_one_by_one),
        cmocka_unit_test(an_honest_request_is_framed_by_its_content_length),
        cmocka_unit_test(a_chunked_request_or_one_without_body_has_no_length),
        cmocka_unit_test(whatever_two_readers_could_frame_differently_is_refused),
        cmocka_unit_test(a_line_in_one_piece_is_kept),
        cmocka_unit_test(a_line_that_was_put_together_elsewhere_makes_the_whole_set_unusable),
        cmocka_unit_test(what_was_received_beyond_the_lines_makes_the_whole_set_unusable),
        cmocka_unit_test(lines_that_do_not_follow_one_another_make_the_whole_set_unusable),
        cmocka_unit_test(text_after_a_nul_in_a_name_or_value_is_not_overlooked),
        cmocka_unit_test(more_lines_than_fit_make_the_whole_set_unusable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
