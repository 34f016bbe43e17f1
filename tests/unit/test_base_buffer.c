/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what buffer.h promises: growth, the maximum, and failure that stays.
 * May not: depend on how a buffer grows.
 * Always:  every buffer is cleared by its test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buffer.h"

static void an_empty_buffer_holds_nothing(void **state)
{
    (void)state;
    auto_buffer buffer = buffer_make(10);
    assert_null(buffer.data);
    assert_int_equal(buffer.len, 0);
    assert_int_equal(buffer_append(&buffer, NULL, 0), STATUS_OK);
    assert_string_equal((char *)buffer.data, "");
}

static void bytes_come_out_as_they_went_in(void **state)
{
    (void)state;
    auto_buffer buffer = buffer_make(100000);
    for (int i = 0; i < 100000; i++) {
        uint8_t byte = (uint8_t)(i * 7);
        assert_int_equal(buffer_append(&buffer, &byte, 1), STATUS_OK);
    }
    assert_int_equal(buffer.len, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buffer.data[i], (uint8_t)(i * 7));
    assert_int_equal(buffer.data[buffer.len], 0);
}

static void exactly_the_maximum_fits_and_one_more_does_not(void **state)
{
    (void)state;
    for (size_t max = 0; max < 600; max += 7) {
        auto_buffer buffer = buffer_make(max);
        for (size_t i = 0; i < max; i++)
            assert_int_equal(buffer_append(&buffer, "x", 1), STATUS_OK);
        assert_int_equal(buffer_append(&buffer, "x", 1), STATUS_TOO_LARGE);
        assert_int_equal(buffer.len, max);
        assert_true(buffer.failed);
    }
}

static void a_failed_append_keeps_the_contents_and_fails_all_later_ones(void **state)
{
    (void)state;
    auto_buffer buffer = buffer_make(5);
    assert_int_equal(buffer_text(&buffer, "elev"), STATUS_OK);
    assert_int_equal(buffer_text(&buffer, "er"), STATUS_TOO_LARGE);
    assert_string_equal((char *)buffer.data, "elev");
    assert_int_not_equal(buffer_text(&buffer, "s"), STATUS_OK);
    assert_int_not_equal(buffer_printf(&buffer, "%d", 1), STATUS_OK);
    assert_int_not_equal(buffer_append(&buffer, NULL, 0), STATUS_OK);
    assert_string_equal((char *)buffer.data, "elev");
}

static void a_length_that_overflows_is_too_large(void **state)
{
    (void)state;
    auto_buffer buffer = buffer_make(SIZE_MAX);
    assert_int_equal(buffer_text(&buffer, "a"), STATUS_OK);
    assert_int_equal(buffer_append(&buffer, "a", SIZE_MAX), STATUS_TOO_LARGE);
    assert_string_equal((char *)buffer.data, "a");
}

static void printf_appends_whole_or_not_at_all(void **state)
{
    (void)state;
    auto_buffer buffer = buffer_make(12);
    assert_int_equal(buffer_printf(&buffer, "%s=%d", "klasse", 7), STATUS_OK);
    assert_string_equal((char *)buffer.data, "klasse=7");
    assert_int_equal(buffer_printf(&buffer, "%05d", 1), STATUS_TOO_LARGE);
    assert_string_equal((char *)buffer.data, "klasse=7");
    assert_int_equal(buffer.len, 8);
}

static void a_cleared_buffer_is_usable_again(void **state)
{
    (void)state;
    auto_buffer buffer = buffer_make(3);
    assert_int_equal(buffer_text(&buffer, "four"), STATUS_TOO_LARGE);
    buffer_clear(&buffer);
    assert_false(buffer.failed);
    assert_int_equal(buffer_text(&buffer, "abc"), STATUS_OK);
    assert_int_equal(buffer_text(&buffer, "d"), STATUS_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_holds_nothing),
        cmocka_unit_test(bytes_come_out_as_they_went_in),
        cmocka_unit_test(exactly_the_maximum_fits_and_one_more_does_not),
        cmocka_unit_test(a_failed_append_keeps_the_contents_and_fails_all_later_ones),
        cmocka_unit_test(a_length_that_overflows_is_too_large),
        cmocka_unit_test(printf_appends_whole_or_not_at_all),
        cmocka_unit_test(a_cleared_buffer_is_usable_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
