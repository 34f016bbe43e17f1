/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stored.h: codes and days as they come out of the store. A CHECK keeps them in range when they are written; a file that someone has
 * edited may hold anything, and a code is used as an index. Private to domain/.
 */
#ifndef TRYGG_DOMAIN_STORED_H
#define TRYGG_DOMAIN_STORED_H

#include <stdint.h>

#include "base/clock.h"
#include "base/status.h"
#include "policy/policy.h"

/* What a person or student may have of memberships, enrolments, ties or groups at a time (registry.h, REGISTRY_MAX_HELD), twice over: a
 * merge of two may bring them together. */
enum { STORED_MAX_RECORDS = 1024 };

static inline must_check enum status stored_role(int64_t code, enum role *ret_role)
{
    if (code < 0 || code >= ROLE_COUNT)
        return STATUS_CORRUPT;
    *ret_role = (enum role)code;
    return STATUS_OK;
}

static inline must_check enum status stored_tie_kind(int64_t code, enum tie_kind *ret_kind)
{
    if (code < 0 || code >= TIE_KIND_COUNT)
        return STATUS_CORRUPT;
    *ret_kind = (enum tie_kind)code;
    return STATUS_OK;
}

static inline must_check enum status stored_period(int64_t from, int64_t until, struct period *ret_period)
{
    if (from < DAY_ALWAYS || from > DAY_FOREVER || until < DAY_ALWAYS || until > DAY_FOREVER)
        return STATUS_CORRUPT;
    *ret_period = (struct period){(int32_t)from, (int32_t)until};
    return STATUS_OK;
}

#endif
