/* SPDX-License-Identifier: EUPL-1.2 */
/* Names made comparable (S3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/name.h"

enum { ARENA_BYTES = 1 << 20 };

static bool finds(const char *query, const char *name)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    const char *folded_query = NULL, *folded_name = NULL;

    assert_int_equal(name_fold(arena, query, &folded_query), STATUS_OK);
    assert_int_equal(name_fold(arena, name, &folded_name), STATUS_OK);
    return name_matches(folded_name, folded_query);
}

static void S3_the_beginnings_of_words_find_a_name(void **state)
{
    static const struct {
        const char *query, *name;
        bool found;
    } cases[] = {
        {"ola", "Ola Hansen", true},
        {"HAN", "Ola Hansen", true},
        {"hansen ola", "Ola Hansen", true},
        {"ansen", "Ola Hansen", false},
        {"ola berg", "Ola Hansen", false},
        {"ase", "Åse Lie", true},
        {"Åse", "Ase Lie", true},
        {"A\xcc\x8ase", "Åse Lie", true},
        {"marie", "Anne-Marie Ek", true},
        {"anne-marie", "Anne Marie", true},
        {"  ola   ", "Ola Hansen", true},
        {"strasse", "Straße", true},
        {"ø", "Ørn", true},
        {"o", "Ørn", false},
        {"山", "山田 太郎", true},
        {"", "Ola Hansen", true},
        {"ola hansen jr", "Ola Hansen", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (finds(cases[i].query, cases[i].name) != cases[i].found)
            fail_msg("%s in %s", cases[i].query, cases[i].name);
}

static void assert_in_order(enum name_order order, const char *const *names, size_t n)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    const char *before = NULL, *key = NULL;

    for (size_t i = 0; i < n; i++, before = key) {
        assert_int_equal(name_sort_key(arena, order, names[i], &key), STATUS_OK);
        if (before != NULL && strcmp(before, key) >= 0)
            fail_msg("%s stands before %s", names[i - 1], names[i]);
    }
}

static void S3_the_letters_after_z_stand_where_each_language_has_them(void **state)
{
    static const char *const swedish[] = {"Abel", "álvaro", "Zeta", "Åberg", "Ädel", "Öman"};
    static const char *const norwegian[] = {"Abel", "Zeta", "Æling", "Ørn", "Åberg"};

    (void)state;
    assert_in_order(NAME_ORDER_SWEDISH, swedish, sizeof swedish / sizeof *swedish);
    assert_in_order(NAME_ORDER_NORWEGIAN, norwegian, sizeof norwegian / sizeof *norwegian);
}

static void S3_case_does_not_count_in_the_order(void **state)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    const char *lower = NULL, *upper = NULL;

    (void)state;
    assert_int_equal(name_sort_key(arena, NAME_ORDER_SWEDISH, "åsa", &lower), STATUS_OK);
    assert_int_equal(name_sort_key(arena, NAME_ORDER_SWEDISH, "ÅSA", &upper), STATUS_OK);
    assert_string_equal(lower, upper);
}

static void what_folds_too_long_is_refused_and_not_cut(void **state)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    char text[3 * (NAME_MAX_CODE_POINTS + 1) + 1];
    const char *folded = NULL;

    (void)state;
    for (size_t i = 0; i <= NAME_MAX_CODE_POINTS; i++)
        memcpy(text + 3 * i, "\xef\xb7\xba", 3); /* U+FDFA folds to eighteen letters */
    text[sizeof text - 1] = '\0';
    assert_int_equal(name_fold(arena, text, &folded), STATUS_INVALID);
    assert_int_equal(name_sort_key(arena, NAME_ORDER_SWEDISH, text, &folded), STATUS_INVALID);
    text[3 * 201] = '\0';
    assert_int_equal(name_fold(arena, text, &folded), STATUS_OK);
    assert_int_equal(name_sort_key(arena, NAME_ORDER_NORWEGIAN, "", &folded), STATUS_OK);
    assert_string_equal(folded, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S3_the_beginnings_of_words_find_a_name),
        cmocka_unit_test(S3_the_letters_after_z_stand_where_each_language_has_them),
        cmocka_unit_test(S3_case_does_not_count_in_the_order),
        cmocka_unit_test(what_folds_too_long_is_refused_and_not_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
