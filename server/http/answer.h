/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * answer.h: how an outcome becomes an HTTP answer: JSON of an operation, or the one problem of a status (RFC 9457). Two problems
 * of the same status and language have the same bytes, so that "not yours" cannot be told from "not there".
 */
#ifndef TRYGG_HTTP_ANSWER_H
#define TRYGG_HTTP_ANSWER_H

#include "api/api.h"
#include "http/message.h"

/* Adds a header; both texts must live as long as the answer. A NULL value adds nothing. */
void answer_header(struct outgoing *outgoing, const char *name, const char *value);

/* Adds those that the operation gives, whether it succeeds or not. */
void answer_headers(const struct api_answer *answer, struct outgoing *outgoing);

/* An operation's own answer, whose text moves out of it. STATUS_NO_MEMORY leaves the outgoing answer without status and body. */
must_check enum status answer_success(struct api_answer *answer, struct outgoing *outgoing);

/* The problem of a status. failure is named in `errors` for STATUS_INVALID only; members (may be NULL) are what it has besides. Never fails:
 * without memory the answer is the bare HTTP status. */
void answer_problem(enum status status, const struct failure *failure, json_t *members, enum language language,
                    struct outgoing *outgoing);

#endif
