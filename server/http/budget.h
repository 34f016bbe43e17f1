/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * budget.h: how much memory of one kind may be held at the same time, by all requests together. Thread-safe, without a lock.
 */
#ifndef TRYGG_HTTP_BUDGET_H
#define TRYGG_HTTP_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct budget {
    size_t limit; /* bytes; does not change while anybody takes from it */
    _Atomic size_t held;
};

/* False, and nothing taken, when more than the limit would be held. */
static inline bool budget_take(struct budget *budget, size_t bytes)
{
    size_t held = atomic_load_explicit(&budget->held, memory_order_relaxed);
    do {
        if (bytes > budget->limit || held > budget->limit - bytes)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&budget->held, &held, held + bytes, memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}

/* Gives back what was taken. */
static inline void budget_give(struct budget *budget, size_t bytes)
{
    atomic_fetch_sub_explicit(&budget->held, bytes, memory_order_relaxed);
}

#endif
