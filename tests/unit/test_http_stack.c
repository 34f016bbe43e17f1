/* SPDX-License-Identifier: EUPL-1.2 */
/* A thread's stack after deep calls: given back, and still good for the next ones.
 * May not look at memory through a pointer that has ended; the system tells which pages are there.
 * Runs on a thread, as connections do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "http/stack.h"

enum { DEEP_BYTES = 128 << 10, STACK_BYTES = 2 << 20 };

static __attribute__((noinline)) int go_deep(int seed)
{
    volatile unsigned char room[DEEP_BYTES];
    int sum = 0;
    for (size_t i = 0; i < sizeof(room); i += 64)
        room[i] = (unsigned char)(seed + (int)i);
    for (size_t i = 0; i < sizeof(room); i += 64)
        sum += room[i];
    return sum;
}

/* Pages of this thread's stack that are in memory. */
static size_t count_pages(void)
{
    unsigned char there[STACK_BYTES / 4096 + 1];
    pthread_attr_t attributes;
    void *lowest;
    size_t size, n = 0, page = (size_t)sysconf(_SC_PAGESIZE);
    assert_int_equal(pthread_getattr_np(pthread_self(), &attributes), 0);
    assert_int_equal(pthread_attr_getstack(&attributes, &lowest, &size), 0);
    pthread_attr_destroy(&attributes);
    assert_true(size / page <= sizeof(there));
    assert_int_equal(mincore(lowest, size, there), 0);
    for (size_t i = 0; i < size / page; i++)
        n += there[i] & 1;
    return n;
}

static void *work(void *context)
{
    const volatile int kept = 4711;
    size_t *left = context;
    struct stack stack = {NULL};
    int first = go_deep(3);
    left[0] = count_pages();
    stack_give_back(&stack);
    left[1] = count_pages();
    assert_int_equal(go_deep(3), first);
    stack_give_back(&stack);
    stack_give_back(&stack);
    assert_int_equal(kept, 4711);
    return NULL;
}

static void what_deep_calls_used_is_given_back_and_can_be_used_again(void **state)
{
    (void)state;
    pthread_t thread;
    pthread_attr_t attributes;
    size_t left[2] = {0, 0};
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, work, left), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    assert_true(left[0] >= DEEP_BYTES / 4096);
    assert_true(left[0] - left[1] >= DEEP_BYTES / 4096 / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_deep_calls_used_is_given_back_and_can_be_used_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
