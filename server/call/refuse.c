/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * refuse.c: the row of a call that is refused before anything is looked up (L2, V4).
 * May not touch what was asked for: whether it exists is not even asked.
 * Always: the refusal is answered only when its row is durable.
 */
#include "call/stage.h"

enum status call_refuse(const struct call *call, const char *refusal)
{
    static const struct subject nothing;
    struct stage stage;
    struct scene scene;
    auto_session session = NULL;

    TRY(stage_open(call, &stage));
    TRY(session_begin_without_log(call->house->store, call->arena, &session));
    TRY(stage_scene_in_snapshot(&stage, session, &scene));
    session = session_end(session);

    const struct activity_row row = stage_row(&stage, &scene, &nothing, OUTCOME_REFUSED, refusal);
    return stage_log(&stage, &row);
}
