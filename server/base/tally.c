/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tally.c: the scale that durations share, and reading histograms.
 * May not lock or allocate.
 * Always: what was added once is read once, in the place of its value.
 */
#include "base/tally.h"

#include <assert.h>

#define US(n) (UINT64_C(n) * 1000)
#define MS(n) (UINT64_C(n) * 1000 * 1000)

const struct scale SCALE_DURATION = {14,
                                     {US(500), MS(1), US(2500), MS(5), MS(10), MS(25), MS(50), MS(100), MS(250),
                                      MS(500), MS(1000), MS(2500), MS(5000), MS(10000)}};

void distribution_add(struct distribution *distribution, const struct histogram *histogram)
{
    assert(distribution->scale->n <= SCALE_MAX);
    for (size_t i = 0; i <= distribution->scale->n; i++)
        distribution->within[i] += tally_read(&histogram->within[i]);
    distribution->sum += tally_read(&histogram->sum);
}
