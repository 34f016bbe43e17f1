/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * failure.h: every wrong field of one request (X3), bounded, passed down; the status stays an enum.
 * It holds where and why, never the value that was wrong.
 */
#ifndef TRYGG_BASE_FAILURE_H
#define TRYGG_BASE_FAILURE_H

#include <stddef.h>

#include "base/status.h"

enum failure_place { FAILURE_IN_BODY, FAILURE_IN_QUERY, FAILURE_IN_PATH, FAILURE_IN_HEADER };

/* Codes are stable and part of the contract (schemas/Problem); their texts are in api-spec/problems/. */
enum failure_code {
    FAILURE_REQUIRED,  /* missing */
    FAILURE_UNKNOWN,   /* not in the contract */
    FAILURE_REPEATED,  /* a query parameter or header given twice */
    FAILURE_TYPE,      /* another JSON type, or null where null is not allowed */
    FAILURE_TOO_SHORT, /* text, list or number below its minimum */
    FAILURE_TOO_LONG,  /* text, list or number above its maximum */
    FAILURE_FORMAT,    /* not a UUID, date, civic number, name … */
    FAILURE_CHOICE,    /* not one of the listed values */
    FAILURE_REFERENCE, /* names something that is not there, or not fit for this */
    FAILURE_CONFLICT,  /* does not go together with another field */
    FAILURE_CODE_COUNT
};

enum { FAILURE_MAX_FIELDS = 32, FAILURE_NAME_BYTES = 128 };

struct failure_field {
    enum failure_place place;
    enum failure_code code;
    char name[FAILURE_NAME_BYTES]; /* body: a JSON pointer "/names/0/given"; else the parameter's name */
};

struct failure {
    struct failure_field fields[FAILURE_MAX_FIELDS];
    size_t n;
};

/* Adds a field, if there is room, and returns STATUS_INVALID, so that a checker can `return failure_add(…)`. Unprintable bytes in name become
 * '?'. What is there already is not added again: a change may be run more than once for one answer. */
enum status failure_add(struct failure *failure, enum failure_place place, enum failure_code code, const char *name);

/* The code's stable name: "required", "too-long" … */
const char *failure_code_name(enum failure_code code);
const char *failure_place_name(enum failure_place place);

#endif
