/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the names of the statuses, for log lines and tests.
 * May not: allocate, log, or hold state.
 * Always:  every status has a name; one without does not build.
 */
#include "base/status.h"

#include <assert.h>
#include <stddef.h>

static const char *const names[] = {
    [STATUS_OK] = "ok",
    [STATUS_MALFORMED] = "malformed",
    [STATUS_INVALID] = "invalid",
    [STATUS_TOKEN_MISSING] = "token-missing",
    [STATUS_TOKEN_INVALID] = "token-invalid",
    [STATUS_LOGIN_TOO_WEAK] = "login-too-weak",
    [STATUS_FORBIDDEN] = "forbidden",
    [STATUS_NOT_FOUND] = "not-found",
    [STATUS_METHOD_NOT_ALLOWED] = "method-not-allowed",
    [STATUS_STUDENT_KNOWN] = "student-known",
    [STATUS_TAKEN] = "taken",
    [STATUS_OWNER_NEEDED] = "owner-needed",
    [STATUS_LIMIT_REACHED] = "limit-reached",
    [STATUS_CLOSED] = "closed",
    [STATUS_NOT_CLOSED] = "not-closed",
    [STATUS_DEPARTURE_DUE] = "departure-due",
    [STATUS_DEPARTURE_OVER] = "departure-over",
    [STATUS_PROPOSAL_DECIDED] = "proposal-decided",
    [STATUS_STRUCK] = "struck",
    [STATUS_PERSONSAK_REQUIRED] = "personsak-required",
    [STATUS_OFFSET_MISMATCH] = "offset-mismatch",
    [STATUS_DOCUMENT_UNFINISHED] = "document-unfinished",
    [STATUS_PRECONDITION_FAILED] = "precondition-failed",
    [STATUS_TOO_LARGE] = "too-large",
    [STATUS_UNSUPPORTED_MEDIA] = "unsupported-media",
    [STATUS_RANGE_BEYOND] = "range-beyond",
    [STATUS_CONTENT_MISMATCH] = "content-mismatch",
    [STATUS_KEY_REUSED] = "key-reused",
    [STATUS_PRECONDITION_REQUIRED] = "precondition-required",
    [STATUS_TOO_MANY_CALLS] = "too-many-calls",
    [STATUS_BUSY] = "busy",
    [STATUS_STORE_LOST] = "store-lost",
    [STATUS_COMMIT_UNKNOWN] = "commit-unknown",
    [STATUS_IO] = "io",
    [STATUS_NO_MEMORY] = "no-memory",
    [STATUS_CORRUPT] = "corrupt",
    [STATUS_INTERNAL] = "internal",
    [STATUS_CONFLICT] = "conflict",
    [STATUS_RIGHTS_MOVED] = "rights-moved",
    [STATUS_EXISTS] = "exists",
    [STATUS_TOO_MANY] = "too-many",
};
static_assert(sizeof(names) / sizeof(names[0]) == STATUS_COUNT, "a status has no name");

const char *status_name(enum status status)
{
    const char *name = (size_t)status < STATUS_COUNT ? names[status] : NULL;
    return name != NULL ? name : "unknown";
}
