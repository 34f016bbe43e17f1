/* SPDX-License-Identifier: EUPL-1.2 */
/* W3C Trace Context: what is taken over, and what starts a new trace.
 * May not need a socket.
 * Random parts are compared by shape and by being new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/trace.h"

#define TRACE  "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static void assert_well_formed(const char *text)
{
    assert_int_equal(strlen(text), 55);
    assert_int_equal(strspn(text + 3, "0123456789abcdef"), 32);
    assert_int_equal(strspn(text + 36, "0123456789abcdef"), 16);
    assert_memory_equal(text, "00-", 3);
    assert_int_equal(text[35], '-');
    assert_memory_equal(text + 52, "-0", 2);
    assert_true(strspn(text + 3, "0") < 32);
    assert_true(strspn(text + 36, "0") < 16);
}

static void a_valid_trace_is_continued_under_a_new_parent(void **state)
{
    (void)state;
    static const struct {
        const char *incoming;
        char flag;
    } cases[] = {
        {"00-" TRACE "-" PARENT "-01", '1'}, {"00-" TRACE "-" PARENT "-00", '0'},
        {"00-" TRACE "-" PARENT "-ff", '1'}, {"00-" TRACE "-" PARENT "-0a", '0'},
        {"01-" TRACE "-" PARENT "-01", '1'}, {"fe-" TRACE "-" PARENT "-01-more", '1'},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[TRACEPARENT_TEXT_BYTES];
        trace_continue(cases[i].incoming, text);
        assert_well_formed(text);
        assert_memory_equal(text + 3, TRACE, 32);
        assert_memory_not_equal(text + 36, PARENT, 16);
        assert_int_equal(text[54], cases[i].flag);
    }
}

static void anything_else_starts_a_new_trace(void **state)
{
    (void)state;
    static const char *const incoming[] = {
        NULL,
        "",
        "00",
        "00-" TRACE "-" PARENT "-0",
        "00-" TRACE "-" PARENT "-01 ",
        "00-" TRACE "-" PARENT "-01-more",
        "01-" TRACE "-" PARENT "-01more",
        "ff-" TRACE "-" PARENT "-01",
        "0g-" TRACE "-" PARENT "-01",
        "00-" TRACE "-" PARENT "-0g",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01",
        "00-00000000000000000000000000000000-" PARENT "-01",
        "00-" TRACE "-0000000000000000-01",
        "00_" TRACE "-" PARENT "-01",
        "00-" TRACE "_" PARENT "-01",
        "00-" TRACE "-" PARENT "_01",
        "00-" TRACE "-" PARENT "-01\r\nX: y",
    };
    char last[TRACEPARENT_TEXT_BYTES] = "";
    for (size_t i = 0; i < sizeof(incoming) / sizeof(incoming[0]); i++) {
        char text[TRACEPARENT_TEXT_BYTES];
        trace_continue(incoming[i], text);
        assert_well_formed(text);
        assert_memory_not_equal(text + 3, TRACE, 32);
        assert_string_not_equal(text, last);
        memcpy(last, text, sizeof(last));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_trace_is_continued_under_a_new_parent),
        cmocka_unit_test(anything_else_starts_a_new_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
