/* SPDX-License-Identifier: EUPL-1.2 */
/* Gives back the part of a stack that nobody uses.
 * May not touch a page that a living frame, or the call that gives back, stands in.
 * Failing changes nothing but the memory that is held. */
#include "http/stack.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FRAMES_BELOW = 512 }; /* this function, and the call that gives back */

__attribute__((noinline)) static void *find_lowest(void)
{
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return NULL;
    if (pthread_attr_getstack(&attributes, &lowest, &size) != 0)
        lowest = NULL;
    (void)pthread_attr_destroy(&attributes);
    return lowest;
}

void stack_give_back(struct stack *stack)
{
    if (stack->lowest == NULL)
        stack->lowest = find_lowest();
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t from = (uintptr_t)stack->lowest;
    const uintptr_t until = ((uintptr_t)__builtin_frame_address(0) - FRAMES_BELOW) / page * page;
    if (from != 0 && from % page == 0 && from < until)
        (void)madvise(stack->lowest, until - from, MADV_DONTNEED);
}
