/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * listing.h: pages of what a caller may see (X7: a collection answers with what is yours). The store proposes candidates, each is
 * decided as a single read of it would be; what is not shown is not counted, and leaves no gap.
 */
#ifndef TRYGG_DOMAIN_LISTING_H
#define TRYGG_DOMAIN_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/page_token.h"
#include "domain/scene.h"

enum { LISTING_DEFAULT = 50, LISTING_MAX = 100 };

/* The part that every list has; embedded in its input. */
struct listing {
    const char *
        token; /* a page token, or NULL; STATUS_MALFORMED from the pipeline when it is none of ours for this caller and list */
    size_t limit;                  /* 1 to LISTING_MAX */
    struct page_position position; /* the filters, and where to go on; a token takes its place */

    struct mark caller;     /* made by listing_ready */
    struct uuid next;       /* out: the last one looked at, or shown, when there may be more */
    size_t n;               /* out: how many are shown */
    bool more;              /* out: there may be more */
    const char *next_token; /* out: NULL without more */
};

/* A kind of list. */
struct listing_kind {
    const char *name; /* the operation: page tokens are bound to it */

    /* The next candidates in ascending order of id, at most `limit`, later than `after`: all that the caller might see, and no more than
     * the filters allow. */
    enum status (*candidates)(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n);

    /* Decides one; when it is to be shown, it is put as number listing->n of the list's own array, which holds limit + 1. */
    enum status (*take)(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown);
};

/* For `candidates`: runs a statement whose rows are one id each, and so an array of ids. */
#define LISTING_IDS(statement, scene, args, limit, ret_ids, ret_n)                                                     \
    ({                                                                                                                 \
        struct statement##_row *rows_ = NULL;                                                                          \
        _Static_assert(sizeof *rows_ == sizeof(struct uuid), "a candidate is an id");                                  \
        const enum status status_ = statement((scene)->session, (args), (limit), &rows_, (ret_n));                     \
        if (status_ == STATUS_OK)                                                                                      \
            *(ret_ids) = (const struct uuid *)rows_;                                                                   \
        status_;                                                                                                       \
    })

/* For read_case.ready: opens the token. */
must_check enum status listing_ready(const struct listing_kind *kind, const struct organisation_keys *keys,
                                     const struct caller *caller, struct arena *arena, struct listing *listing);

/* For read_case.fetch: fills the page. */
must_check enum status listing_fetch(const struct listing_kind *kind, struct scene *scene, struct listing *listing);

/* For read_case.open: seals the token of the next page. */
must_check enum status listing_close(const struct listing_kind *kind, const struct organisation_keys *keys,
                                     struct arena *arena, struct listing *listing);

#endif
