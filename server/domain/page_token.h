/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * page_token.h: where a list goes on. A token is sent alone (SS 12000), so it carries the filters too; it is sealed, so that nobody
 * learns an id from it, makes one up, or uses another caller's.
 */
#ifndef TRYGG_DOMAIN_PAGE_TOKEN_H
#define TRYGG_DOMAIN_PAGE_TOKEN_H

#include "domain/student.h"

/* base64url text in the arena, of what list->next and the filters say. */
must_check enum status page_token_seal(const struct organisation_keys *keys, const struct mark *caller,
                                       struct arena *arena, const struct student_list *list, const char **ret_text);

/* Sets `after` and the filters. STATUS_MALFORMED for anything that page_token_seal did not make for this caller. */
must_check enum status page_token_open(const struct organisation_keys *keys, const struct mark *caller,
                                       struct arena *arena, const char *text, struct student_list *list);

#endif
