/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * listing.c: walking candidates until a page is full.
 * May not touch rights: `take` asks policy/ about each.
 * Always: a page looks at a bounded number of candidates and may end early; its token goes on from there.
 */
#include "domain/listing.h"

/* Candidates are taken in steps; after so many the page ends early: the last attempt of a read runs inside the writer, where it must
 * not hold up the others for long. */
enum { LISTING_STEP = 64, LISTING_CANDIDATES = 256 };

/* What must be left of the call's memory for a page to go on: for one more, and for opening all of them. */
enum { LISTING_ROOM_BYTES = 9 << 20 };

/* A page in the making. */
struct page {
    const struct listing_kind *kind;
    struct scene *scene;
    struct listing *listing;
    struct uuid last;  /* the last candidate that was decided */
    struct uuid shown; /* the last one that the page shows within its limit */
    size_t looked_at;
    bool exhausted; /* no candidates are left */
};

enum status listing_ready(const struct listing_kind *kind, const struct organisation_keys *keys,
                          const struct caller *caller, struct arena *arena, struct listing *listing)
{
    actor_mark(keys, caller->issuer, caller->subject, &listing->caller);
    if (listing->token == NULL)
        return STATUS_OK;
    return page_token_open(keys, &listing->caller, kind->name, arena, listing->token, &listing->position);
}

/* What was read of a candidate that is not shown is dropped at once: a page costs memory for what it shows only. */
static enum status candidate_take(struct page *page, const struct uuid *id)
{
    struct listing *listing = page->listing;
    const struct arena_mark before = arena_mark(page->scene->arena);
    bool shown = false;

    TRY(page->kind->take(page->scene, listing, id, &shown));
    page->last = *id;
    if (!shown) {
        arena_rewind(page->scene->arena, before);
        return STATUS_OK;
    }
    if (listing->n < listing->limit)
        page->shown = *id;
    listing->n++;
    return STATUS_OK;
}

static bool is_full(const struct page *page)
{
    return page->listing->n > page->listing->limit || arena_room(page->scene->arena) < LISTING_ROOM_BYTES;
}

static enum status step(struct page *page)
{
    const struct uuid *ids = NULL;
    size_t n = 0, i = 0;

    TRY(page->kind->candidates(page->scene, &page->listing->position, &page->last, LISTING_STEP, &ids, &n));
    for (; i < n && !is_full(page); i++)
        TRY(candidate_take(page, &ids[i]));
    page->looked_at += i;
    page->exhausted = i == n && n < LISTING_STEP;
    return STATUS_OK;
}

/* One more than the limit tells whether there is a next page; it is taken off again. */
enum status listing_fetch(const struct listing_kind *kind, struct scene *scene, struct listing *listing)
{
    struct page page = {.kind = kind, .scene = scene, .listing = listing, .last = listing->position.after};

    listing->n = 0;
    while (!page.exhausted && !is_full(&page) && page.looked_at < LISTING_CANDIDATES)
        TRY(step(&page));

    listing->more = listing->n > listing->limit || !page.exhausted;
    if (listing->n > listing->limit)
        listing->n--;
    listing->next = listing->n == listing->limit ? page.shown : page.last;
    return STATUS_OK;
}

enum status listing_close(const struct listing_kind *kind, const struct organisation_keys *keys, struct arena *arena,
                          struct listing *listing)
{
    struct page_position next = listing->position;

    if (!listing->more)
        return STATUS_OK;
    next.after = listing->next;
    return page_token_seal(keys, &listing->caller, kind->name, arena, &next, &listing->next_token);
}
