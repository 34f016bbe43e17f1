/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * page_token.h: where a list goes on. A token is sent alone (SS 12000), so it carries the filters too; it is sealed, so that nobody
 * learns an id from it, makes one up, or uses another caller's or another list's.
 */
#ifndef TRYGG_DOMAIN_PAGE_TOKEN_H
#define TRYGG_DOMAIN_PAGE_TOKEN_H

#include "base/arena.h"
#include "base/caller.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "domain/vault.h"

/* What a list was asked for and how far it has come. Which filter is what is the list's own business. */
enum { PAGE_IDS = 4, PAGE_NUMBERS = 3, PAGE_TEXT_BYTES = 72 };
struct page_position {
    struct uuid after; /* the last one looked at; nil: from the beginning */
    struct uuid ids[PAGE_IDS];
    int64_t numbers[PAGE_NUMBERS];
    char text[PAGE_TEXT_BYTES]; /* NUL to the end */
    uint32_t given;             /* bits of the filters that were given */
};

/* base64url text in the arena. `list` names the list: the operation that the token is for, a constant. */
must_check enum status page_token_seal(const struct organisation_keys *keys, const struct mark *caller,
                                       const char *list, struct arena *arena, const struct page_position *position,
                                       const char **ret_text);

/* STATUS_MALFORMED for anything that page_token_seal did not make for this caller and list. */
must_check enum status page_token_open(const struct organisation_keys *keys, const struct mark *caller,
                                       const char *list, struct arena *arena, const char *text,
                                       struct page_position *ret_position);

/* What a position holds of a filter by a code, which is content: as much of a keyed mark as an id is long. `purpose` is a constant; equal for
 * equal codes of one purpose. */
struct uuid page_code_mark(const struct organisation_keys *keys, const char *purpose, const char *code);

#endif
