/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stage.h: what reads and writes have in common: who asks, the decision, and the row that says so. Private to call/.
 */
#ifndef TRYGG_CALL_STAGE_H
#define TRYGG_CALL_STAGE_H

#include "call/house.h"
#include "call/pipeline.h"

/* The call with what is known of it before any look-up. */
struct stage {
    const struct call *call;
    const struct organisation_keys *keys;
    struct mark login; /* of the caller's (issuer, subject) */
};

/* Crypto: on the request's thread, once per call. */
must_check enum status stage_open(const struct call *call, struct stage *ret_stage);

/* Who asks, in this snapshot and at this moment; who has asked before at its rights epoch is not looked up again. */
must_check enum status stage_scene_in_snapshot(const struct stage *stage, struct session *session,
                                               struct scene *ret_scene);

/* The same in a snapshot whose rights epoch is known. */
must_check enum status stage_scene_at(const struct stage *stage, struct session *session, int64_t epoch,
                                      struct scene *ret_scene);

/* The same in the writer, on the day of the rows that it writes. It sees what it has not committed yet: of that nothing is remembered. */
must_check enum status stage_scene_in_tx(const struct stage *stage, struct tx *tx, struct scene *ret_scene);

/* One decision over all rights that the relation asks for; the grant is that of the first. */
must_check enum status stage_decide(const struct scene *scene, const struct relation *relation,
                                    struct decision *ret_decision);

/* The activity row of a decided call (V4). */
struct activity_row stage_row(const struct stage *stage, const struct scene *scene, const struct subject *subject,
                              enum outcome outcome, const char *ground);
struct activity_row stage_decision_row(const struct stage *stage, const struct scene *scene,
                                       const struct relation *relation, const struct decision *decision);

/* STATUS_OK, STATUS_FORBIDDEN or STATUS_NOT_FOUND. */
enum status stage_verdict(enum verdict verdict);

/* The status of a use case's own step. Only the decision answers "not found" and "forbidden", since only it has a row: a step that
 * misses something which must be there has met a damaged store. */
must_check enum status stage_sound(enum status status);

/* A job that appends one row and nothing else. */
must_check enum status stage_log(const struct stage *stage, const struct activity_row *row);

#endif
