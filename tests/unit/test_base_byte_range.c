/* SPDX-License-Identifier: EUPL-1.2 */
/* Ranges of bytes as clients ask for them, and as they turn out.
 * May not need more than the two functions.
 * What a range becomes is held against a count of single bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/byte_range.h"

static void one_range_of_bytes_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        struct byte_range range;
    } cases[] = {
        {"bytes=0-0", {BYTE_RANGE_FROM, 0, 0}},
        {"bytes=5-9", {BYTE_RANGE_FROM, 5, 9}},
        {"BYTES=5-", {BYTE_RANGE_FROM, 5, UINT64_MAX}},
        {"bytes=-7", {BYTE_RANGE_LAST, 0, 7}},
        {"bytes=-0", {BYTE_RANGE_LAST, 0, 0}},
        {"bytes=999999999999999999-", {BYTE_RANGE_FROM, 999999999999999999, UINT64_MAX}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct byte_range range = byte_range_parse(cases[i].value);
        assert_int_equal(range.kind, cases[i].range.kind);
        assert_true(range.first == cases[i].range.first && range.last == cases[i].range.last);
    }
}

static void what_is_none_is_all(void **state)
{
    (void)state;
    static const char *const values[] = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1-0",
        "bytes=0-1,2-3",
        "bytes= 0-1",
        "items=1-",
        "bytes=0-1 ",
        "bytes=--1",
        "bytes=0--1",
        "bytes=+1-",
        "bytes=0x1-",
        "bytes=1",
        "0-1",
        "bytes=1-2-3",
        "bytes=1000000000000000000-",
    };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        assert_int_equal(byte_range_parse(values[i]).kind, BYTE_RANGE_ALL);
}

static void a_range_lies_within_what_there_is(void **state)
{
    (void)state;
    enum { MOST = 9 };
    char value[64];
    for (uint64_t size = 0; size < MOST; size++)
        for (uint64_t first = 0; first < MOST; first++)
            for (uint64_t last = first; last < MOST; last++) {
                uint64_t begin = 99, len = 99, wanted = 0;
                for (uint64_t at = first; at <= last; at++)
                    wanted += at < size ? 1 : 0;
                snprintf(value, sizeof(value), "bytes=%d-%d", (int)first, (int)last);
                struct byte_range range = byte_range_parse(value);
                enum status status = byte_range_resolve(&range, size, &begin, &len);
                assert_int_equal(status, wanted > 0 ? STATUS_OK : STATUS_RANGE_BEYOND);
                assert_true(wanted == 0 ? begin == 99 && len == 99 : begin == first && len == wanted);
            }
}

static void the_last_bytes_are_at_the_end(void **state)
{
    (void)state;
    uint64_t first, len;
    struct byte_range range = {BYTE_RANGE_LAST, 0, 3};
    assert_int_equal(byte_range_resolve(&range, 10, &first, &len), STATUS_OK);
    assert_true(first == 7 && len == 3);
    range.last = 11;
    assert_int_equal(byte_range_resolve(&range, 10, &first, &len), STATUS_OK);
    assert_true(first == 0 && len == 10);
    range.last = 0;
    assert_int_equal(byte_range_resolve(&range, 10, &first, &len), STATUS_RANGE_BEYOND);
    range = (struct byte_range){BYTE_RANGE_ALL, 0, 0};
    assert_int_equal(byte_range_resolve(&range, 10, &first, &len), STATUS_OK);
    assert_true(first == 0 && len == 10);
    assert_int_equal(byte_range_resolve(&range, 0, &first, &len), STATUS_RANGE_BEYOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_range_of_bytes_is_read),
        cmocka_unit_test(what_is_none_is_all),
        cmocka_unit_test(a_range_lies_within_what_there_is),
        cmocka_unit_test(the_last_bytes_are_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
