/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The memory that SQLite works in: blocks keep what they hold when they grow or shrink, and go back to the heap they came from.
 * May not touch a store.
 * Always: SQLite is not started before its memory is registered.
 */
#include "storage/sqlite/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <sqlite3.h>
#include <string.h>

#include "base/sanitizer.h"

static sqlite3_mem_methods methods(void)
{
    sqlite3_mem_methods ours;

    memory_register();
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &ours), SQLITE_OK);
    return ours;
}

static void a_block_has_the_room_that_was_asked_for(void **state)
{
    const sqlite3_mem_methods ours = methods();

    (void)state;
    for (int size = 1; size < 70000; size += size / 3 + 1) {
        char *block = ours.xMalloc(size);
        assert_non_null(block);
        assert_in_range(ours.xSize(block), size, INT_MAX);
        assert_in_range(ours.xRoundup(size), size, size + 7);
        memset(block, 'x', (size_t)size);
        ours.xFree(block);
    }
}

static void a_block_keeps_what_it_holds_when_it_grows_or_shrinks(void **state)
{
    static const int sizes[] = {16, 24, 1000, 40, 4000, 3000, 200000, 8};
    const sqlite3_mem_methods ours = methods();
    char *block = ours.xMalloc(8);

    (void)state;
    memcpy(block, "abcdefg", 8);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        block = ours.xRealloc(block, sizes[i]);
        assert_non_null(block);
        assert_in_range(ours.xSize(block), sizes[i], INT_MAX);
        assert_string_equal(block, "abcdefg");
    }
    ours.xFree(block);
}

static void a_sanitizers_heap_is_left_alone_and_no_other(void **state)
{
    sqlite3_mem_methods theirs, ours;

    (void)state;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &(sqlite3_mem_methods){0}),
                     SQLITE_OK); /* what it starts with */
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &theirs), SQLITE_OK);
    ours = methods();
    assert_int_equal(ours.xFree == theirs.xFree, SANITIZER_HEAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_the_room_that_was_asked_for),
        cmocka_unit_test(a_block_keeps_what_it_holds_when_it_grows_or_shrinks),
        cmocka_unit_test(a_sanitizers_heap_is_left_alone_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
