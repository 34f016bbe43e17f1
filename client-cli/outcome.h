/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outcome.h: how a run of trygg can end; the value is the exit code, and part of what scripts may rely on.
 */
#ifndef TRYGG_CLI_OUTCOME_H
#define TRYGG_CLI_OUTCOME_H

#include "base/status.h"

enum outcome {
    OUTCOME_OK = 0,
    OUTCOME_LOCAL = 1,       /* this machine: no memory, output cannot be written */
    OUTCOME_USAGE = 2,       /* the command line or the environment */
    OUTCOME_BAD_INPUT = 3,   /* 400, 405, 406, 413, 415, 422 */
    OUTCOME_LOGIN = 4,       /* 401 */
    OUTCOME_FORBIDDEN = 5,   /* 403 */
    OUTCOME_NOT_FOUND = 6,   /* 404 */
    OUTCOME_CONFLICT = 7,    /* 409, 412, 428 */
    OUTCOME_SERVER = 8,      /* 429, 5xx, and answers that are not the contract's */
    OUTCOME_UNREACHABLE = 9, /* no answer */
    OUTCOME_FORKED = 10,     /* a log that witness follows is not the one that it was */
    OUTCOME_COUNT,
    OUTCOME_UNPROVEN = OUTCOME_LOCAL, /* what verify was given proves nothing */
};

/* Hands a failure on to the caller, which has been told about already. In the client TRY is about an outcome, not about a status. */
#undef TRY
#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        enum outcome try_outcome_ = (expression);                                                                      \
        if (try_outcome_ != OUTCOME_OK)                                                                                \
            return try_outcome_;                                                                                       \
    } while (0)

#endif
