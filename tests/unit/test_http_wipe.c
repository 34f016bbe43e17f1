/* SPDX-License-Identifier: EUPL-1.2 */
/* Memory for ulfius: contents survive growth.
 * May not look at freed memory; that it is wiped is read in wipe.c.
 * Every block is freed by its test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/wipe.h"

static void a_block_keeps_its_bytes_while_it_grows(void **state)
{
    (void)state;
    char *block = NULL;
    for (size_t size = 1; size <= 1 << 20; size += 4093) {
        char *grown = wipe_realloc(block, size);
        assert_non_null(grown);
        block = grown;
        block[size - 1] = (char)(size % 251);
        for (size_t at = 1; at <= size; at += 4093)
            assert_int_equal(block[at - 1], (char)(at % 251));
    }
    wipe_free(block);
}

static void a_block_that_has_room_stays_where_it_is(void **state)
{
    (void)state;
    char *block = wipe_realloc(NULL, 1000);
    assert_ptr_equal(wipe_realloc(block, 1024), block);
    assert_ptr_equal(wipe_realloc(block, 10), block);
    wipe_free(block);
    wipe_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_keeps_its_bytes_while_it_grows),
        cmocka_unit_test(a_block_that_has_room_stays_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
