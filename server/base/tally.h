/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tally.h: counts and distributions that many threads add to, and that are read now and then. Adding is one or two relaxed atomic
 * additions: no lock, no allocation. A reading is of no single moment, and each number in it never goes back.
 */
#ifndef TRYGG_BASE_TALLY_H
#define TRYGG_BASE_TALLY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Starts at zero. */
struct tally {
    _Atomic uint64_t n;
};

static inline void tally_add(struct tally *tally, uint64_t n)
{
    atomic_fetch_add_explicit(&tally->n, n, memory_order_relaxed);
}

static inline uint64_t tally_read(const struct tally *tally)
{
    return atomic_load_explicit(&tally->n, memory_order_relaxed);
}

enum { SCALE_MAX = 16 };

/* Upper bounds, ascending; a value that equals one is within it. */
struct scale {
    size_t n;
    uint64_t steps[SCALE_MAX];
};

/* 500 µs to 10 s, in nanoseconds. */
extern const struct scale SCALE_DURATION;

/* How many values fell between two steps of a scale; the last place is for those beyond them all. Starts zeroed. */
struct histogram {
    struct tally within[SCALE_MAX + 1];
    struct tally sum;
};

static inline void histogram_add(struct histogram *histogram, const struct scale *scale, uint64_t value)
{
    size_t i = 0;

    while (i < scale->n && value > scale->steps[i])
        i++;
    tally_add(&histogram->within[i], 1);
    tally_add(&histogram->sum, value);
}

/* A reading of a histogram, or of several of one scale. */
struct distribution {
    const struct scale *scale;
    uint64_t within[SCALE_MAX + 1]; /* not cumulative */
    uint64_t sum;
};

/* Adds what the histogram holds to a distribution of the same scale. */
void distribution_add(struct distribution *distribution, const struct histogram *histogram);

#endif
