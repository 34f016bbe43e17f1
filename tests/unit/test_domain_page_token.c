/* SPDX-License-Identifier: EUPL-1.2 */
/* Page tokens: sealed, whole, for one caller (S3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/page_token.h"
#include "unit/small_house.h"

static const struct mark kari = {{1}}, ivar = {{2}};

static const struct organisation_keys *keys_of(struct small_house *small)
{
    const struct organisation_keys *keys = NULL;

    assert_int_equal(vault_organisation(small->house->vault, &SMALL_ORGANISATION, &keys), STATUS_OK);
    return keys;
}

static const char *a_token(struct small_house *small, struct page_position *position)
{
    const char *text = NULL;

    *position = (struct page_position){
        .given = 1U << 1, .ids = {[1] = {{7}}}, .numbers = {1, -2, 3}, .after = SMALL_STUDENT.uuid};
    assert_int_equal(page_token_seal(keys_of(small), &kari, "listStudents", small->arena, position, &text), STATUS_OK);
    return text;
}

static void S3_a_token_carries_place_and_filters(void **state)
{
    struct small_house *small = *state;
    struct page_position made, read = {0};
    const char *text = a_token(small, &made);

    assert_int_equal(page_token_open(keys_of(small), &kari, "listStudents", small->arena, text, &read), STATUS_OK);
    assert_memory_equal(&read, &made, sizeof read);
}

static void S3_a_token_of_another_list_is_none(void **state)
{
    struct small_house *small = *state;
    struct page_position made, read = {0};
    const char *text = a_token(small, &made);

    assert_int_equal(page_token_open(keys_of(small), &kari, "listPersons", small->arena, text, &read),
                     STATUS_MALFORMED);
}

static void S3_a_token_of_someone_else_is_none(void **state)
{
    struct small_house *small = *state;
    struct page_position made, read = {0};
    const char *text = a_token(small, &made);

    assert_int_equal(page_token_open(keys_of(small), &ivar, "listStudents", small->arena, text, &read),
                     STATUS_MALFORMED);
}

static void S3_every_changed_character_and_every_shorter_token_is_none(void **state)
{
    struct small_house *small = *state;
    struct page_position made, read = {0};
    const char *text = a_token(small, &made);
    const size_t len = strlen(text);
    char copy[512];

    assert_true(len < sizeof copy);
    for (size_t i = 0; i < len; i++) {
        memcpy(copy, text, len + 1);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        assert_int_equal(page_token_open(keys_of(small), &kari, "listStudents", small->arena, copy, &read),
                         STATUS_MALFORMED);
        memcpy(copy, text, len + 1);
        copy[i] = '\0';
        assert_int_equal(page_token_open(keys_of(small), &kari, "listStudents", small->arena, copy, &read),
                         STATUS_MALFORMED);
    }
}

static void S3_a_token_does_not_show_the_id_it_holds(void **state)
{
    struct small_house *small = *state;
    struct page_position made;
    const char *first = a_token(small, &made), *second = a_token(small, &made);

    assert_string_not_equal(first, second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S3_a_token_carries_place_and_filters),
        cmocka_unit_test(S3_a_token_of_another_list_is_none),
        cmocka_unit_test(S3_a_token_of_someone_else_is_none),
        cmocka_unit_test(S3_every_changed_character_and_every_shorter_token_is_none),
        cmocka_unit_test(S3_a_token_does_not_show_the_id_it_holds),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
