/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * change_feed.h: what has changed, for integrations (X4): a view of the activity log, one tree at a time, oldest first. Kinds, ids and times:
 * never content. Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_CHANGE_FEED_H
#define TRYGG_DOMAIN_CHANGE_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "domain/listing.h"
#include "domain/scene.h"

struct change {
    int64_t at;       /* ms */
    const char *kind; /* of what was changed */
    struct uuid id;
    struct maybe_uuid student;
    const char *operation;
};

/* The places of the page's position: ids[CHANGE_TREE]; numbers[CHANGE_FROM], where to go on, and numbers[CHANGE_SINCE] (ms). Bits of what
 * is given: the tree is a school's, and there is an earliest time. */
enum { CHANGE_TREE };
enum { CHANGE_FROM, CHANGE_SINCE };
enum { CHANGES_OF_SCHOOL = 1 << 0, CHANGES_SINCE = 1 << 1 };

struct change_list {
    struct listing page; /* its next_token is always there: a feed has no end */
    bool (*is_change)(
        const char *operation); /* of a record: which those are is the contract's business, and api/ knows */
    struct change *changes;     /* out, page.n of them */
    bool more;                  /* out: the page ended before the tree did */

    int64_t from; /* between fetch and open: where to go on */
};
extern const struct read_case change_list_case;

/* Looks for the first change from a place in a tree on, at `budget` rows at most. ret_next: the place after the last row looked at. */
must_check enum status change_find(struct session *session, const struct uuid *tree, int64_t from, size_t budget,
                                   bool (*is_change)(const char *operation), int64_t *ret_next, bool *ret_found);

#endif
