/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * language.h: which of the three languages a problem is told in (X6, RFC 9110 section 12.5.4).
 */
#ifndef TRYGG_HTTP_LANGUAGE_H
#define TRYGG_HTTP_LANGUAGE_H

#include "api/contract.h"
#include "http/headers.h"

/* The language of the highest weight in all Accept-Language lines, the first of equals; English when none is known. Norwegian
 * Bokmål also answers for `no` and `nn`. Broken members of the list are passed over. */
enum language language_choose(const struct headers *headers);

/* "en", "nb", "sv": the value of Content-Language. */
const char *language_tag(enum language language);

#endif
