/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a personsak is called on the telephone: made from its id alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/personsak.h"

/* A UUIDv7 of this moment, whose random bits begin with `random`. */
static struct personsak_id id_of(uint64_t ms, uint8_t random)
{
    struct personsak_id id = {{{0}}};

    for (size_t i = 0; i < 6; i++)
        id.uuid.bytes[i] = (uint8_t)(ms >> (8 * (5 - i)));
    id.uuid.bytes[6] = 0x70;
    id.uuid.bytes[8] = 0x80;
    id.uuid.bytes[9] = random;
    return id;
}

static void a_reference_is_the_same_for_ever(void **state)
{
    static const struct personsak_id id = {
        {{0x01, 0x9a, 0xa4, 0x3c, 0x1b, 0x00, 0x70, 0x00, 0x8f, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd}}};
    char text[REFERENCE_TEXT_BYTES], again[REFERENCE_TEXT_BYTES];

    (void)state;
    personsak_reference(&id, text);
    personsak_reference(&id, again);
    assert_string_equal(text, again);
    assert_string_equal(text, "2025-DYAKR-KN839");
}

static void a_reference_begins_with_the_year_of_the_id(void **state)
{
    static const struct {
        uint64_t ms;
        const char *year;
    } cases[] = {
        {0, "1970-"},
        {UINT64_C(1767225599999), "2025-"}, /* the last millisecond of the year */
        {UINT64_C(1767225600000), "2026-"},
        {UINT64_C(253402300800000), "0000-"}, /* the year 10000 */
        {UINT64_C(0xffffffffffff), NULL},     /* the last one that an id can tell of */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct personsak_id id = id_of(cases[i].ms, 1);
        char text[REFERENCE_TEXT_BYTES];
        personsak_reference(&id, text);
        assert_int_equal(strlen(text), REFERENCE_TEXT_BYTES - 1);
        if (cases[i].year != NULL)
            assert_memory_equal(text, cases[i].year, 5);
    }
}

static void a_reference_is_letters_and_digits_that_are_not_taken_for_one_another(void **state)
{
    (void)state;
    for (unsigned bytes = 0; bytes < 256; bytes++) {
        struct personsak_id id;
        char text[REFERENCE_TEXT_BYTES];
        memset(&id, (int)bytes, sizeof id);
        personsak_reference(&id, text);
        assert_int_equal(strlen(text), REFERENCE_TEXT_BYTES - 1);
        assert_int_equal(strspn(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), REFERENCE_TEXT_BYTES - 1);
        assert_true(text[4] == '-' && text[10] == '-');
    }
}

/* The last 50 bits of the id are in it: two ids of one year that differ there have two references. */
static void each_random_bit_of_the_id_changes_the_reference(void **state)
{
    const struct personsak_id plain = id_of(UINT64_C(1767225600000), 0);
    char first[REFERENCE_TEXT_BYTES];

    (void)state;
    personsak_reference(&plain, first);
    for (unsigned bit = 0; bit < 50; bit++) {
        struct personsak_id other = plain;
        char text[REFERENCE_TEXT_BYTES];
        other.uuid.bytes[15 - bit / 8] ^= (uint8_t)(1U << bit % 8);
        personsak_reference(&other, text);
        assert_string_not_equal(text, first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reference_is_the_same_for_ever),
        cmocka_unit_test(a_reference_begins_with_the_year_of_the_id),
        cmocka_unit_test(a_reference_is_letters_and_digits_that_are_not_taken_for_one_another),
        cmocka_unit_test(each_random_bit_of_the_id_changes_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
