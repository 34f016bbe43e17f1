/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * strike.c: a strike from JSON (P10).
 * May not touch rights, nor what is struck.
 * Always: there is a reason, and the answer tells no content.
 */
#include "api/strike.h"

#include "api/shape.h"

enum status api_strike(struct api_request *request, const struct strike_kind *kind, const struct uuid *id,
                       struct api_answer *ret_answer)
{
    struct strike_write write = {.kind = kind, .id = *id, .reason = member_text(request->body, "reason")};
    struct outcome_of_write outcome;
    struct call call;

    TRY(shape_post(request, &call));
    TRY(call_write(&call, &strike_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}
