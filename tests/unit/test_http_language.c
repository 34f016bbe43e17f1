/* SPDX-License-Identifier: EUPL-1.2 */
/* Which language a problem is told in (X6).
 * May not need a socket.
 * Every input has an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/language.h"

static enum language chosen(const char *first, const char *second)
{
    struct headers headers = {.n = 0};
    headers_add(&headers, "Accept-Language", strlen("Accept-Language"), first, strlen(first));
    if (second != NULL)
        headers_add(&headers, "accept-language", strlen("accept-language"), second, strlen(second));
    return language_choose(&headers);
}

static void X6_english_without_a_wish_or_without_one_we_know(void **state)
{
    (void)state;
    struct headers none = {.n = 0};
    static const char *const wishes[] = {"", "fr", "de-CH, fr;q=0.9", "*", "svenska", "s", ";q=1", ",,,", "x-sv"};
    assert_int_equal(language_choose(&none), LANGUAGE_EN);
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
        assert_int_equal(chosen(wishes[i], NULL), LANGUAGE_EN);
}

static void X6_bokmal_answers_for_all_norwegian(void **state)
{
    (void)state;
    static const char *const wishes[] = {"nb", "no", "nn", "nn-NO", "NB-no", "fr, no", "nb;q=0.1"};
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
        assert_int_equal(chosen(wishes[i], NULL), LANGUAGE_NB);
}

static void X6_the_highest_weight_wins_and_the_first_of_equals(void **state)
{
    (void)state;
    assert_int_equal(chosen("sv, nb", NULL), LANGUAGE_SV);
    assert_int_equal(chosen("sv;q=0.5, nb;q=0.51", NULL), LANGUAGE_NB);
    assert_int_equal(chosen("sv;q=0.500, nb;q=0.5", NULL), LANGUAGE_SV);
    assert_int_equal(chosen("fr, sv-SE ; q=0.8 , en;q=0.7", NULL), LANGUAGE_SV);
    assert_int_equal(chosen("sv;q=0.4, *;q=0.9", NULL), LANGUAGE_EN);
    assert_int_equal(chosen("en;q=1.000,sv;q=1", NULL), LANGUAGE_EN);
}

static void X6_weight_zero_is_no_wish(void **state)
{
    (void)state;
    assert_int_equal(chosen("sv;q=0", NULL), LANGUAGE_EN);
    assert_int_equal(chosen("sv;q=0.000, nb;q=0.001", NULL), LANGUAGE_NB);
}

static void X6_two_lines_are_one_list(void **state)
{
    (void)state;
    assert_int_equal(chosen("fr", "sv"), LANGUAGE_SV);
    assert_int_equal(chosen("sv;q=0.2", "nb;q=0.3"), LANGUAGE_NB);
}

static void X6_broken_members_are_passed_over(void **state)
{
    (void)state;
    static const char *const broken[] = {"nb;q=2",     "nb;q=1.001", "nb;q=0.0001", "nb;q=", "nb;q=x",  "nb;q=-1",
                                         "nb;x=1",     "nb q=1",     "nb;q=0,5",    "nb;",   "nb;;q=1", "nb;q=.5",
                                         "nb;q=1;x=2", "nb;q=\"1\"", "nb;q=1.0.",   "nb;q"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        assert_int_equal(chosen(broken[i], "sv;q=0.001"), LANGUAGE_SV);
}

static void X6_every_language_has_its_tag(void **state)
{
    (void)state;
    assert_string_equal(language_tag(LANGUAGE_EN), "en");
    assert_string_equal(language_tag(LANGUAGE_NB), "nb");
    assert_string_equal(language_tag(LANGUAGE_SV), "sv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(X6_english_without_a_wish_or_without_one_we_know),
        cmocka_unit_test(X6_bokmal_answers_for_all_norwegian),
        cmocka_unit_test(X6_the_highest_weight_wins_and_the_first_of_equals),
        cmocka_unit_test(X6_weight_zero_is_no_wish),
        cmocka_unit_test(X6_two_lines_are_one_list),
        cmocka_unit_test(X6_broken_members_are_passed_over),
        cmocka_unit_test(X6_every_language_has_its_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
