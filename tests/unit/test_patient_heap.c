/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: that whoever asked for patience is never handed a NULL, by whatever way a library allocates, but for what no machine has; that
 *          nobody else waits, and that a block shrinks without memory.
 * May not: end but in a child.
 * Always:  what was allocated is freed. A sanitizer's build has no such malloc, and skips.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/patient.h"
#include "base/sanitizer.h"

static volatile size_t too_much = SIZE_MAX / 4;

static void *by_malloc(void)
{
    return malloc(too_much);
}

static void *by_calloc(void)
{
    return calloc(2, too_much);
}

static void *by_malloc_of_what_no_machine_has(void)
{
    return malloc(too_much * 3);
}

static void *by_calloc_that_overflows(void)
{
    return calloc(8, too_much);
}

static void *by_calloc_of_what_no_machine_has(void)
{
    return calloc(3, too_much);
}

typedef void *allocate(void);

/* How a child ends that allocates so. */
static int ending_of(allocate *how, bool patiently)
{
    int ending = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        if (patiently)
            patient_begin();
        _exit(how() == NULL ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    assert_int_equal(waitpid(child, &ending, 0), child);
    assert_true(WIFEXITED(ending));
    return WEXITSTATUS(ending);
}

static void what_cannot_be_had_ends_the_process_in_order_where_patience_was_asked_for(void **state)
{
    (void)state;
    if (SANITIZER_HEAP)
        skip();
    assert_int_equal(ending_of(by_malloc, true), EX_TEMPFAIL);
    assert_int_equal(ending_of(by_calloc, true), EX_TEMPFAIL);
}

static void what_cannot_be_had_is_a_null_everywhere_else(void **state)
{
    (void)state;
    if (SANITIZER_HEAP)
        skip();
    assert_int_equal(ending_of(by_malloc, false), EXIT_SUCCESS);
    assert_int_equal(ending_of(by_calloc, false), EXIT_SUCCESS);
}

static void what_no_machine_has_is_a_null_at_once_for_everybody(void **state)
{
    (void)state;
    if (SANITIZER_HEAP)
        skip();
    assert_int_equal(ending_of(by_malloc_of_what_no_machine_has, true), EXIT_SUCCESS);
    assert_int_equal(ending_of(by_calloc_of_what_no_machine_has, true), EXIT_SUCCESS);
    assert_int_equal(ending_of(by_calloc_that_overflows, true), EXIT_SUCCESS);
}

enum { HELD = 64 << 20, LEFT = 16 << 20 };

/* The compiler does not see through it: what lies beyond the new size is read as well. */
static void *(*volatile resize)(void *block, size_t size) = realloc;

static char not_so;

/* NULL when the block is in its place, with its bytes, and none beyond the new size. */
static void *by_shrinking_without_memory(void)
{
    char *block = malloc(HELD);
    size_t left = 0;
    if (block == NULL)
        return &not_so;
    memset(block, 'x', HELD);
    if (setrlimit(RLIMIT_AS, &(struct rlimit){0}) != 0 || resize(block, LEFT) != block)
        return block;
    for (size_t i = 0; i < HELD; i++)
        left += block[i] == (i < LEFT ? 'x' : 0);
    return left == HELD ? NULL : block;
}

static void a_block_shrinks_where_it_stands_when_no_other_can_be_had(void **state)
{
    (void)state;
    if (SANITIZER_HEAP)
        skip();
    assert_int_equal(ending_of(by_shrinking_without_memory, true), EXIT_SUCCESS);
    assert_int_equal(ending_of(by_shrinking_without_memory, false), EXIT_SUCCESS);
}

static void patience_ends_with_its_last_end(void **state)
{
    (void)state;
    assert_false(patient_is_begun());
    patient_begin();
    patient_begin();
    patient_end();
    assert_true(patient_is_begun());
    patient_end();
    assert_false(patient_is_begun());
}

static void what_can_be_had_is_as_it_always_is(void **state)
{
    static const char zeros[1000];
    (void)state;
    patient_begin();
    char *block = calloc(10, 100);
    char *copy = strdup("abc");
    patient_end();
    assert_memory_equal(block, zeros, sizeof zeros);
    assert_string_equal(copy, "abc");
    free(block);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_had_ends_the_process_in_order_where_patience_was_asked_for),
        cmocka_unit_test(what_cannot_be_had_is_a_null_everywhere_else),
        cmocka_unit_test(what_no_machine_has_is_a_null_at_once_for_everybody),
        cmocka_unit_test(a_block_shrinks_where_it_stands_when_no_other_can_be_had),
        cmocka_unit_test(patience_ends_with_its_last_end),
        cmocka_unit_test(what_can_be_had_is_as_it_always_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
