/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: sums of keyed hashes stand for sets.
 * May not: know how an element is hashed.
 * Always:  order does not count, and every element does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "crypto/set_sum.h"

enum { ELEMENTS = 1000 };

static uint64_t sum_from(const struct set_key *key, uint32_t first, uint32_t step)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < ELEMENTS; i++) {
        const uint32_t element = (first + i * step) % ELEMENTS;
        sum += set_summand(key, &element, sizeof element);
    }
    return sum;
}

static void order_does_not_count(void **state)
{
    struct set_key key;

    (void)state;
    set_key_new(&key);
    assert_true(sum_from(&key, 0, 1) == sum_from(&key, 17, 7));
}

static void an_element_more_less_or_another_counts(void **state)
{
    struct set_key key;

    (void)state;
    set_key_new(&key);
    const uint64_t whole = sum_from(&key, 0, 1);
    for (uint32_t i = 0; i < ELEMENTS; i++) {
        const uint32_t other = i + ELEMENTS;
        const uint64_t less = whole - set_summand(&key, &i, sizeof i);
        assert_true(less != whole);
        assert_true(whole + set_summand(&key, &i, sizeof i) != whole);
        assert_true(less + set_summand(&key, &other, sizeof other) != whole);
    }
}

static void no_two_keys_are_the_same(void **state)
{
    struct set_key one, other;

    (void)state;
    set_key_new(&one);
    set_key_new(&other);
    assert_memory_not_equal(&one, &other, sizeof one);
    assert_true(sum_from(&one, 0, 1) != sum_from(&other, 0, 1));
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_does_not_count),
        cmocka_unit_test(an_element_more_less_or_another_counts),
        cmocka_unit_test(no_two_keys_are_the_same),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
