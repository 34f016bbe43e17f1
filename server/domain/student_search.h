/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_search.h: finding students by name, group, school or civic number (S3): exactly those that S2 allows, in order.
 */
#ifndef TRYGG_DOMAIN_STUDENT_SEARCH_H
#define TRYGG_DOMAIN_STUDENT_SEARCH_H

#include "base/name.h"
#include "domain/student_card.h"

/* Names are sealed, so that each candidate's is opened: a search over more than these must be narrowed by a school. */
enum { STUDENT_SEARCH_CANDIDATES = 10000, STUDENT_SEARCH_LIMIT = 100 };

enum student_sort { STUDENT_SORT_NAME, STUDENT_SORT_GROUP };

struct student_search {
    const char *name;         /* the beginnings of words of the name, or NULL */
    const char *civic_number; /* canonical, or NULL */
    struct student_filter filter;
    enum student_sort sort;
    enum name_order order;
    bool descending;
    const char *token; /* a page token of this very search, or NULL; STATUS_MALFORMED from the pipeline for another */
    size_t limit;      /* 1 to STUDENT_SEARCH_LIMIT */
    struct failure *failure;

    struct student_card *cards; /* out */
    size_t n;
    struct maybe_int total; /* out: how many there are in all; not known when rights moved during the search */
    const char *next_token; /* out: NULL without more */

    /* Between the steps. */
    struct mark caller, civic_mark;
    struct page_position position;
    const char *folded;
    struct found_block *found; /* by gather */
    size_t n_found;
    int64_t epoch;
    int32_t today;         /* and epoch: when they were gathered */
    struct match *matches; /* by sift: those of the page, in order */
    size_t n_matches;
    int64_t n_total;
    bool more;
};
extern const struct read_case student_search_case;

#endif
