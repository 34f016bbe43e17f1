/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * status.h: how any call in the server can end. One enum for the whole server.
 * Each status that can reach a client maps to exactly one problem (RFC 9457) in api-spec/problems/;
 * a status without a problem does not build.
 */
#ifndef TRYGG_BASE_STATUS_H
#define TRYGG_BASE_STATUS_H

#define must_check __attribute__((warn_unused_result))

enum status {
    STATUS_OK = 0,

    /* The caller asked wrongly or may not. */
    STATUS_MALFORMED,             /* 400: not JSON, unusable header, bad page token */
    STATUS_INVALID,               /* 400: struct failure names every wrong field (X3) */
    STATUS_TOKEN_MISSING,         /* 401: no Bearer token (L1) */
    STATUS_TOKEN_INVALID,         /* 401: token refused, never saying why (L1) */
    STATUS_LOGIN_TOO_WEAK,        /* 401: RFC 9470 challenge (L2, L3) */
    STATUS_FORBIDDEN,             /* 403: seen, but not allowed to do this */
    STATUS_NOT_FOUND,             /* 404: does not exist, or must look as if it did not */
    STATUS_METHOD_NOT_ALLOWED,    /* 405 */
    STATUS_STUDENT_KNOWN,         /* 409: civic number already known, enrol instead (S1) */
    STATUS_TAKEN,                 /* 409: a login, external id or code that belongs to something else already */
    STATUS_OWNER_NEEDED,          /* 409: a module that needs an owner who does not lead the school (R5) */
    STATUS_LIMIT_REACHED,         /* 409: as many of these as there may be */
    STATUS_CLOSED,                /* 409: a closed personsak is read-only (P8) */
    STATUS_NOT_CLOSED,            /* 409: a personsak that is open cannot be reopened (P8) */
    STATUS_DEPARTURE_DUE,         /* 409: personsaker of the student at the school are open (S6) */
    STATUS_DEPARTURE_OVER,        /* 409: a departure that is completed or withdrawn (S6) */
    STATUS_PROPOSAL_DECIDED,      /* 409: accepted or declined already (P1) */
    STATUS_STRUCK,                /* 409: wrongly recorded, and so read-only (P10) */
    STATUS_PERSONSAK_REQUIRED,    /* 409: a hendelse without a personsak cannot be (P9) */
    STATUS_OFFSET_MISMATCH,       /* 409: a part of a document that does not go on where the last one ended */
    STATUS_DOCUMENT_UNFINISHED,   /* 409: not all bytes of a document have come yet */
    STATUS_PRECONDITION_FAILED,   /* 412: stale If-Match (X2) */
    STATUS_TOO_LARGE,             /* 413: body over the limit (X3) */
    STATUS_UNSUPPORTED_MEDIA,     /* 415: not the media type of the contract */
    STATUS_RANGE_BEYOND,          /* 416: a range that begins behind the end of a document */
    STATUS_CONTENT_MISMATCH,      /* 422: a document that is not what its media type says */
    STATUS_KEY_REUSED,            /* 422: Idempotency-Key with another body (X1) */
    STATUS_PRECONDITION_REQUIRED, /* 428: If-Match missing (X2) */
    STATUS_TOO_MANY_CALLS,        /* 429: calls without a valid token, too many from one address (V4) */

    /* The house is in trouble; nothing was disclosed and, but for COMMIT_UNKNOWN, nothing stored. */
    STATUS_BUSY,           /* 503: store locked by another for too long, or a queue is full */
    STATUS_STORE_LOST,     /* 503: the transaction of the whole batch is gone (disk full) */
    STATUS_COMMIT_UNKNOWN, /* 503: COMMIT failed with an I/O error; the process ends and recovery decides */
    STATUS_IO,             /* 503: a read or write failed */
    STATUS_NO_MEMORY,      /* 503: an allocation, or a bounded arena or buffer, is exhausted */
    STATUS_CORRUPT,        /* 500: a sealed column, key or row is not what was written (C3) */
    STATUS_INTERNAL,       /* 500: a statement or library failed in a way that input cannot cause */

    /* Between rooms only; never answered to a client. */
    STATUS_CONFLICT,     /* a UNIQUE or FOREIGN KEY constraint said no */
    STATUS_RIGHTS_MOVED, /* the rights epoch changed between a read and its activity row */
    STATUS_EXISTS,       /* a file or store that should be new is there already */
    STATUS_TOO_MANY,     /* a statement found more rows than its caller takes */

    STATUS_COUNT
};

/* The name of a status without its prefix, lower case with dashes ("not-found"): for log lines and tests. */
const char *status_name(enum status status);

/* Hands a failure on to the caller; the only macro that returns. */
#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        enum status try_status_ = (expression);                                                                        \
        if (try_status_ != STATUS_OK)                                                                                  \
            return try_status_;                                                                                        \
    } while (0)

#endif
