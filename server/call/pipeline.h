/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pipeline.h: running a use case for a caller. The only way to a grant, and the only place where activity rows of calls are made.
 */
#ifndef TRYGG_CALL_PIPELINE_H
#define TRYGG_CALL_PIPELINE_H

#include "base/arena.h"
#include "base/caller.h"
#include "base/id.h"
#include "base/status.h"
#include "call/call.h"
#include "domain/scene.h"

/* One call. Everything is borrowed until the pipeline returns. */
struct call {
    struct house *house;
    struct arena *arena;
    const struct caller *caller;
    const char *operation; /* operationId of the contract, a constant */
    struct uuid request_id;
    const char *idempotency_key; /* POST only; else NULL */
    const char *fingerprint;     /* POST only: what was asked for, path and body in one canonical text (X1) */
    bool conditional;            /* the change needs If-Match (X2) */
    const char *if_match;        /* the version it names; NULL: none was sent, 428 once rights are decided (X7) */
};

/* Reads. When it returns STATUS_OK the result is in `input` and the activity row is durable (V2). STATUS_NOT_FOUND and
 * STATUS_FORBIDDEN have their row too. Anything else: nothing may be disclosed. */
must_check enum status call_read(const struct call *call, const struct read_case *what, void *input);

/* What a change answers (X1): id, version and ground. */
struct outcome_of_write {
    struct receipt receipt;
    const char *ground;
    bool replayed;
};

/* Changes. STATUS_OK: done, with its row, durably; or the answer of the same request that came before. Domain refusals
 * (STATUS_INVALID, STATUS_STUDENT_KNOWN …) have stored nothing but their row. */
must_check enum status call_write(const struct call *call, const struct write_case *what, void *input,
                                  struct outcome_of_write *ret_outcome);

/* One thing of many, and how it ended: STATUS_OK, or what call_write would have answered. */
struct batch_item {
    void *input;
    enum status status;
    struct outcome_of_write outcome;
};

/* Many changes of one kind, each decided, stored and logged for itself: what one is refused for does not hold up the others. When the
 * house fails on the way, what was stored before stays, and the rest ends with that failure; when it fails before anything was stored,
 * the call does. Sending the same again goes on from there. With an idempotency key each item that was done is answered as it was then (X1);
 * with another body the call ends with STATUS_KEY_REUSED, and nothing is done. */
must_check enum status call_batch(const struct call *call, const struct write_case *what, struct batch_item *items,
                                  size_t n);

/* Logs that a call was refused before anything was looked up, such as for a login that is too weak (L2). `refusal` is a constant.
 * STATUS_OK: the row is durable, the refusal may be answered. */
must_check enum status call_refuse(const struct call *call, const char *refusal);

#endif
