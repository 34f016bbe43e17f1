/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stack.h: the stack of a thread that serves one connection, and mostly waits for it.
 */
#ifndef TRYGG_HTTP_STACK_H
#define TRYGG_HTTP_STACK_H

/* Of one thread. All zero at first. */
struct stack {
    void *lowest; /* NULL: not asked for yet, which is the slow part */
};

/* Called on that thread. Gives the pages back that deeper calls of this thread have used, with what they left there. The next ones find zeroes, a little later. */
void stack_give_back(struct stack *stack);

#endif
