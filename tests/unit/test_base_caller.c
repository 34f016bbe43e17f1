/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the words of the scopes, both ways.
 * May not: know who may hold them.
 * Always:  a word is that word whole, in its own case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/caller.h"

static void every_scope_is_found_by_its_word_and_the_other_way(void **state)
{
    (void)state;
    unsigned n = 0;
    for (unsigned scope = 1; scope_name(scope) != NULL; scope <<= 1, n++)
        assert_int_equal(scope_parse(scope_name(scope), strlen(scope_name(scope))), scope);
    assert_int_equal(n, 5);
    assert_string_equal(scope_name(SCOPE_READ), "trygg:read");
    assert_string_equal(scope_name(SCOPE_CHANGES), "changes");
    assert_string_equal(scope_name(SCOPE_WITNESS), "witness");
    assert_null(scope_name(SCOPE_NONE));
    assert_null(scope_name(SCOPE_READ | SCOPE_WRITE));
}

static void what_is_not_a_scope_word_whole_is_no_scope(void **state)
{
    (void)state;
    static const char *const others[] = {"", "trygg:rea", "trygg:readx", "TRYGG:READ", " changes", "openid"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(scope_parse(others[i], strlen(others[i])), SCOPE_NONE);
    assert_int_equal(scope_parse("changes and more", 7), SCOPE_CHANGES);
    assert_int_equal(scope_parse("changes", 6), SCOPE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scope_is_found_by_its_word_and_the_other_way),
        cmocka_unit_test(what_is_not_a_scope_word_whole_is_no_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
