/* SPDX-License-Identifier: EUPL-1.2 */
/* Memory for ulfius: contents survive growth, and large blocks have a limit.
 * May not look at freed memory.
 * Every block is freed by its test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "http/bodies.h"

static void a_block_keeps_its_bytes_while_it_grows(void **state)
{
    (void)state;
    char *block = NULL;
    for (size_t size = 1; size <= 1 << 20; size += 4093) { /* over the border of what is counted, too */
        char *grown = bodies_realloc(block, size);
        assert_non_null(grown);
        block = grown;
        block[size - 1] = (char)(size % 251);
        for (size_t at = 1; at <= size; at += 4093)
            assert_int_equal(block[at - 1], (char)(at % 251));
    }
    bodies_free(block);
}

static void a_block_that_has_room_stays_where_it_is(void **state)
{
    (void)state;
    char *block = bodies_realloc(NULL, 1000);
    assert_ptr_equal(bodies_realloc(block, 1024), block);
    assert_ptr_equal(bodies_realloc(block, 10), block);
    bodies_free(block);
    bodies_free(NULL);
}

/* In multiples of 1 MiB; each block has a little more than was asked for. */
static void large_blocks_have_a_limit_together_and_the_one_too_many_is_given_up(void **state)
{
    (void)state;
    enum { MIB = 1 << 20, LIMIT = 4 };
    char *blocks[LIMIT] = {NULL};
    assert_int_equal(bodies_start(LIMIT * (MIB + 4096)), STATUS_OK);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < LIMIT; i++)
            assert_non_null(blocks[i] = bodies_realloc(NULL, MIB));
        char *small = bodies_realloc(NULL, 1000);
        assert_non_null(small = bodies_realloc(small, 16 << 10));
        assert_null(bodies_realloc(small, 32 << 10)); /* and small is gone */
        assert_null(bodies_realloc(blocks[0], 2 * MIB));
        assert_non_null(blocks[0] = bodies_realloc(NULL, MIB));
        for (size_t i = 0; i < LIMIT; i++)
            bodies_free(blocks[i]);
    }
    assert_int_equal(bodies_start(SIZE_MAX), STATUS_OK);
}

static void a_block_of_malloc_is_freed_and_not_counted(void **state)
{
    (void)state;
    enum { MIB = 1 << 20 };
    assert_int_equal(bodies_start(3 * MIB), STATUS_OK);
    for (int i = 0; i < 10; i++) {
        char *foreign = malloc(MIB);
        assert_non_null(foreign);
        memset(foreign, i, MIB);
        bodies_free(foreign);
    }
    char *first = bodies_realloc(NULL, 2 * MIB);
    assert_non_null(first);
    assert_null(bodies_realloc(NULL, 2 * MIB)); /* nobody gave more than was taken */
    bodies_free(first);
    assert_int_equal(bodies_start(SIZE_MAX), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_keeps_its_bytes_while_it_grows),
        cmocka_unit_test(a_block_that_has_room_stays_where_it_is),
        cmocka_unit_test(large_blocks_have_a_limit_together_and_the_one_too_many_is_given_up),
        cmocka_unit_test(a_block_of_malloc_is_freed_and_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
