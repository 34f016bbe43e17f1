/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      memory that is there, or an end in order.
 * May not:  end but in a child.
 * Always:   what was allocated is freed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/patient.h"

static void a_block_keeps_its_bytes_when_it_grows_and_when_it_shrinks(void **state)
{
    (void)state;
    char *block = patient_malloc(3);
    memcpy(block, "abc", 3);
    block = patient_realloc(block, 10000);
    assert_memory_equal(block, "abc", 3);
    block = patient_realloc(block, 2);
    assert_memory_equal(block, "ab", 2);
    free(block);
    block = patient_realloc(NULL, 5);
    free(block);
}

static void without_memory_the_process_ends_in_order(void **state)
{
    (void)state;
    volatile size_t too_much = SIZE_MAX / 4;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        free(patient_malloc(too_much));
        _exit(EXIT_SUCCESS);
    }
    int ending;
    assert_int_equal(waitpid(child, &ending, 0), child);
    assert_true(WIFEXITED(ending));
    assert_int_equal(WEXITSTATUS(ending), EX_TEMPFAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_keeps_its_bytes_when_it_grows_and_when_it_shrinks),
        cmocka_unit_test(without_memory_the_process_ends_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
