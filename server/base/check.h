/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.h: what rooms tell whoever lets them check the store (`tryggd fsck`): what is wrong and where, and how far they are. A finding
 * names tables, ids and places, never content.
 */
#ifndef TRYGG_BASE_CHECK_H
#define TRYGG_BASE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"

struct finding {
    const char *table;     /* or file: where it stands */
    const char *column;    /* NULL: the whole row */
    const struct uuid *id; /* of the row, or of the tree; NULL: of the whole table */
    bool has_places;       /* leaves of the tree, both inclusive */
    uint64_t first, last;
    const char *what; /* as a sentence goes on after the place: "is missing" */
};

/* Both are handed things that are gone when they return. */
struct checker {
    void (*found)(void *context, const struct finding *finding);
    void (*went)(void *context, const char *what, uint64_t done, uint64_t of); /* of 0: nobody knows */
    void *context;
};

static inline void check_found(const struct checker *checker, const struct finding *finding)
{
    checker->found(checker->context, finding);
}

static inline void check_went(const struct checker *checker, const char *what, uint64_t done, uint64_t of)
{
    checker->went(checker->context, what, done, of);
}

#endif
