/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.h: a store looked at whole, offline (`tryggd fsck`): its files, its log, its keys and everything sealed. Nothing is changed. What is
 * wrong is told to the checker.
 */
#ifndef TRYGG_CALL_CHECK_H
#define TRYGG_CALL_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "activity/check.h"
#include "base/check.h"
#include "base/status.h"
#include "call/call.h"
#include "domain/check.h"

struct house_checked {
    struct activity_checked log;
    struct keys_checked keys;
    struct seals_checked seals; /* zero where content stays sealed */
};

/* Of the settings: directory, log, and master_key_file where content is to be opened. STATUS_OK: it was looked at, and whatever is wrong was
 * told. Else it could not be: ret_fault, always written, says why, or is HOUSE_FINE when memory or the medium failed. */
must_check enum status house_check(const struct house_settings *settings, bool content, const struct checker *checker,
                                   struct house_checked *ret_checked, enum house_fault *ret_fault);

#endif
