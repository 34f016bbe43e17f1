/* SPDX-License-Identifier: EUPL-1.2 */
/* personsak_counts.h: how many personsaker a school has, and what of them waits for its rektor (P3, G1, S6). */
#ifndef TRYGG_DOMAIN_PERSONSAK_COUNTS_H
#define TRYGG_DOMAIN_PERSONSAK_COUNTS_H

#include "domain/scene.h"

struct personsak_counts {
    struct school_id school;

    /* Out: without those that the caller may not read (G2). Due and unhandled ones are open, and may be both. */
    int64_t open, closed, due, unhandled;
    int64_t waiting_proposals;
    const char *ground;
};
extern const struct read_case personsak_counts_case;

#endif
