/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what arena.h promises: limits, zeroes, alignment, copies.
 * May not: depend on how large a chunk is.
 * Always:  every arena is freed by its test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned_for_any_type(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (size_t size = 1; size < 300; size++) {
        uint8_t *memory = arena_alloc(arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xee, size);
    }
}

static void blocks_never_overlap(void **state)
{
    (void)state;
    enum { BLOCKS = 500, BLOCK_BYTES = 333 };
    auto_arena arena = arena_new(BLOCKS * (BLOCK_BYTES + 16));
    uint8_t *blocks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = arena_alloc(arena, BLOCK_BYTES);
        assert_non_null(blocks[i]);
        memset(blocks[i], i & 0xff, BLOCK_BYTES);
    }
    for (int i = 0; i < BLOCKS; i++) {
        for (int at = 0; at < BLOCK_BYTES; at++)
            assert_int_equal(blocks[i][at], i & 0xff);
    }
}

static void no_more_than_the_maximum_is_handed_out(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1000);
    size_t handed_out = 0;
    while (arena_alloc(arena, 10) != NULL)
        handed_out += 10;
    assert_in_range(handed_out, 600, 1000);
    assert_null(arena_alloc(arena, 10));
}

static void a_refused_allocation_changes_nothing(void **state)
{
    (void)state;
    auto_arena arena = arena_new(64);
    assert_null(arena_alloc(arena, 65));
    assert_non_null(arena_alloc(arena, 64));
    assert_null(arena_alloc(arena, 1));
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    auto_arena arena = arena_new(SIZE_MAX);
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, SIZE_MAX - 15));
    assert_null(arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(arena, 3, SIZE_MAX / 2));
    assert_null(arena_copy(arena, "x", SIZE_MAX));
    assert_non_null(arena_alloc(arena, 16));
}

static void size_zero_gives_unique_pointers(void **state)
{
    (void)state;
    auto_arena arena = arena_new(64);
    void *first = arena_alloc(arena, 0);
    void *second = arena_array(arena, 0, 8);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
}

static void an_arena_of_nothing_gives_nothing(void **state)
{
    (void)state;
    auto_arena arena = arena_new(0);
    assert_non_null(arena);
    assert_null(arena_alloc(arena, 0));
    assert_null(arena_alloc(arena, 1));
}

static void a_copy_has_a_closing_nul_and_may_hold_others(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1024);
    const char original[5] = {'a', '\0', 'b', '\0', 'c'};
    char *copy = arena_copy(arena, original, sizeof(original));
    assert_memory_equal(copy, original, sizeof(original));
    assert_int_equal(copy[sizeof(original)], '\0');
    const char *empty = arena_copy(arena, NULL, 0);
    assert_string_equal(empty, "");
}

static void an_arena_in_a_room_is_like_any_other_and_leaves_nothing_there(void **state)
{
    static const char secret[] = "elev 42";
    struct arena_room room;

    (void)state;
    memset(&room, 0xa5, sizeof(room));
    struct arena *arena = arena_in(&room, 1 << 20);
    const struct arena_mark start = arena_mark(arena);
    for (int round = 0; round < 3; round++) {
        for (size_t handed_out = 0; handed_out < 4 * ARENA_ROOM_BYTES; handed_out += 1000) {
            uint8_t *memory = arena_alloc(arena, 1000);
            assert_non_null(memory);
            assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < 1000; i++)
                assert_int_equal(memory[i], 0);
            memcpy(memory, secret, sizeof(secret));
        }
        arena_rewind(arena, start);
    }
    assert_non_null(arena_copy(arena, secret, sizeof(secret)));
    assert_null(arena_free(arena));
    assert_null(memmem(&room, sizeof(room), secret, sizeof(secret)));
}

static void the_maximum_of_an_arena_in_a_room_holds(void **state)
{
    struct arena_room room;
    struct arena *arena = arena_in(&room, 64);

    (void)state;
    assert_null(arena_alloc(arena, 65));
    assert_non_null(arena_alloc(arena, 64));
    assert_null(arena_alloc(arena, 1));
    assert_null(arena_free(arena));
}

static void printf_writes_into_the_arena_or_not_at_all(void **state)
{
    (void)state;
    auto_arena arena = arena_new(16);
    assert_null(arena_printf(arena, "%s", "seventeen letters"));
    assert_string_equal(arena_printf(arena, "%s-%d", "elev", 42), "elev-42");
}

static void free_takes_null(void **state)
{
    (void)state;
    assert_null(arena_free(NULL));
}

static void what_is_rewound_is_wiped_and_handed_out_again(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1 << 20);
    assert_non_null(arena);
    char *kept = arena_copy(arena, "kept", 4);
    for (int round = 0; round < 100; round++) {
        const struct arena_mark mark = arena_mark(arena);
        char *first = arena_alloc(arena, 64);
        assert_non_null(first);
        for (size_t i = 0; i < 64; i++)
            assert_int_equal(first[i], 0);
        memset(first, 'x', 64);
        for (int i = 0; i < 10; i++)
            assert_non_null(arena_alloc(arena, 50000));
        arena_rewind(arena, mark);
    }
    assert_string_equal(kept, "kept");
}

static void an_empty_arena_is_rewound_to_empty(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1000);
    assert_non_null(arena);
    const struct arena_mark mark = arena_mark(arena);
    for (int i = 0; i < 10; i++) {
        assert_non_null(arena_alloc(arena, 900));
        assert_null(arena_alloc(arena, 900));
        arena_rewind(arena, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_rewound_is_wiped_and_handed_out_again),
        cmocka_unit_test(an_empty_arena_is_rewound_to_empty),
        cmocka_unit_test(memory_is_zeroed_and_aligned_for_any_type),
        cmocka_unit_test(blocks_never_overlap),
        cmocka_unit_test(no_more_than_the_maximum_is_handed_out),
        cmocka_unit_test(a_refused_allocation_changes_nothing),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(size_zero_gives_unique_pointers),
        cmocka_unit_test(an_arena_of_nothing_gives_nothing),
        cmocka_unit_test(a_copy_has_a_closing_nul_and_may_hold_others),
        cmocka_unit_test(an_arena_in_a_room_is_like_any_other_and_leaves_nothing_there),
        cmocka_unit_test(the_maximum_of_an_arena_in_a_room_holds),
        cmocka_unit_test(printf_writes_into_the_arena_or_not_at_all),
        cmocka_unit_test(free_takes_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
