/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the bounded list of wrong fields, and the names of statuses and codes.
 * May not: fix the names themselves beyond what the contract shows.
 * Always:  what does not fit is never written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <string.h>

#include "base/failure.h"

static void X3_each_wrong_field_is_kept_in_order(void **state)
{
    (void)state;
    struct failure failure = {.n = 0};
    assert_int_equal(failure_add(&failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/names/0/given"), STATUS_INVALID);
    assert_int_equal(failure_add(&failure, FAILURE_IN_QUERY, FAILURE_REPEATED, "limit"), STATUS_INVALID);
    assert_int_equal(failure.n, 2);
    assert_int_equal(failure.fields[0].place, FAILURE_IN_BODY);
    assert_int_equal(failure.fields[0].code, FAILURE_REQUIRED);
    assert_string_equal(failure.fields[0].name, "/names/0/given");
    assert_int_equal(failure.fields[1].place, FAILURE_IN_QUERY);
    assert_int_equal(failure.fields[1].code, FAILURE_REPEATED);
    assert_string_equal(failure.fields[1].name, "limit");
}

static void X3_what_is_told_again_is_told_once(void **state)
{
    (void)state;
    struct failure failure = {.n = 0};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(failure_add(&failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/schoolId"), STATUS_INVALID);
        assert_int_equal(failure_add(&failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/schoolId"), STATUS_INVALID);
        assert_int_equal(failure_add(&failure, FAILURE_IN_QUERY, FAILURE_CONFLICT, "/schoolId"), STATUS_INVALID);
        assert_int_equal(failure_add(&failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/school"), STATUS_INVALID);
    }
    assert_int_equal(failure.n, 4);
}

static void X3_what_does_not_fit_is_wrong_too_and_not_written(void **state)
{
    (void)state;
    struct {
        struct failure failure;
        uint8_t guard[64];
    } both = {.failure.n = 0};
    memset(both.guard, 0xa5, sizeof(both.guard));
    for (int i = 0; i < FAILURE_MAX_FIELDS; i++) {
        const char name[] = {'/', (char)('A' + i), '\0'};
        assert_int_equal(failure_add(&both.failure, FAILURE_IN_BODY, FAILURE_TYPE, name), STATUS_INVALID);
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(failure_add(&both.failure, FAILURE_IN_PATH, FAILURE_FORMAT, "/b"), STATUS_INVALID);
    assert_int_equal(both.failure.n, FAILURE_MAX_FIELDS);
    assert_string_equal(both.failure.fields[0].name, "/A");
    assert_int_equal(both.failure.fields[FAILURE_MAX_FIELDS - 1].code, FAILURE_TYPE);
    for (size_t i = 0; i < sizeof(both.guard); i++)
        assert_int_equal(both.guard[i], 0xa5);
}

static void a_long_name_is_cut_and_still_closed(void **state)
{
    (void)state;
    char name[4 * FAILURE_NAME_BYTES];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    struct failure failure = {.n = 0};
    assert_int_equal(failure_add(&failure, FAILURE_IN_BODY, FAILURE_UNKNOWN, name), STATUS_INVALID);
    assert_int_equal(strlen(failure.fields[0].name), FAILURE_NAME_BYTES - 1);
    assert_int_equal(failure_add(&failure, FAILURE_IN_BODY, FAILURE_UNKNOWN, ""), STATUS_INVALID);
    assert_string_equal(failure.fields[1].name, "");
}

static void unprintable_bytes_of_a_name_become_question_marks(void **state)
{
    (void)state;
    struct failure failure = {.n = 0};
    assert_int_equal(failure_add(&failure, FAILURE_IN_HEADER, FAILURE_UNKNOWN, "a\r\nb\x7f\xc3\xa5~ \x1b[0m"),
                     STATUS_INVALID);
    assert_string_equal(failure.fields[0].name, "a??b???~ ?[0m");
}

static void assert_kebab(const char *name)
{
    assert_non_null(name);
    assert_true(name[0] != '\0');
    for (; *name != '\0'; name++)
        assert_true(islower((unsigned char)*name) || *name == '-');
}

static void every_code_and_place_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int code = 0; code < FAILURE_CODE_COUNT; code++) {
        assert_kebab(failure_code_name((enum failure_code)code));
        for (int other = 0; other < code; other++)
            assert_string_not_equal(failure_code_name((enum failure_code)code),
                                    failure_code_name((enum failure_code)other));
    }
    assert_string_equal(failure_code_name(FAILURE_TOO_LONG), "too-long");
    assert_string_equal(failure_place_name(FAILURE_IN_BODY), "body");
    assert_string_equal(failure_place_name(FAILURE_IN_QUERY), "query");
    assert_string_equal(failure_place_name(FAILURE_IN_PATH), "path");
    assert_string_equal(failure_place_name(FAILURE_IN_HEADER), "header");
}

static void every_status_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int status = 0; status < STATUS_COUNT; status++) {
        assert_kebab(status_name((enum status)status));
        for (int other = 0; other < status; other++)
            assert_string_not_equal(status_name((enum status)status), status_name((enum status)other));
    }
    assert_string_equal(status_name(STATUS_NOT_FOUND), "not-found");
    assert_string_equal(status_name(STATUS_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(X3_each_wrong_field_is_kept_in_order),
        cmocka_unit_test(X3_what_is_told_again_is_told_once),
        cmocka_unit_test(X3_what_does_not_fit_is_wrong_too_and_not_written),
        cmocka_unit_test(a_long_name_is_cut_and_still_closed),
        cmocka_unit_test(unprintable_bytes_of_a_name_become_question_marks),
        cmocka_unit_test(every_code_and_place_has_a_name_of_its_own),
        cmocka_unit_test(every_status_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
