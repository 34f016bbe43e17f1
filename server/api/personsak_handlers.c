/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_handlers.c: who handles a personsak, from JSON (P4, P5).
 * May not touch rights, nor who can handle what.
 * Always: a change answers id, version and ground of the personsak.
 */
#include "domain/personsak_handlers.h"

#include "api/shape.h"
#include "contract.gen.h"

enum status op_add_medsaksbehandler(struct api_request *request, struct api_answer *ret_answer)
{
    struct handler_add add = {
        .personsak = {request->path[ADD_MEDSAKSBEHANDLER_PATH_PERSONSAK_ID].uuid},
        .failure = &request->failure,
    };

    if (!member_uuid(request->body, "personId", &add.person.uuid))
        return STATUS_INTERNAL;
    return shape_created_at(request, "/v1/personsaker", &handler_add_case, &add, ret_answer);
}

enum status op_remove_medsaksbehandler(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct handler_remove removal = {
        .personsak = {request->path[REMOVE_MEDSAKSBEHANDLER_PATH_PERSONSAK_ID].uuid},
        .person = {request->path[REMOVE_MEDSAKSBEHANDLER_PATH_PERSON_ID].uuid},
    };
    struct outcome_of_write outcome;

    TRY(call_write(&call, &handler_remove_case, &removal, &outcome));
    *ret_answer = (struct api_answer){.http_status = 204};
    return STATUS_OK;
}

enum status op_hand_over_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    struct personsak_hand_over over = {
        .personsak = {request->path[HAND_OVER_PERSONSAK_PATH_PERSONSAK_ID].uuid},
        .failure = &request->failure,
    };
    struct outcome_of_write outcome;
    struct call call;

    if (!member_uuid(request->body, "saksbehandlerId", &over.to.uuid))
        return STATUS_INTERNAL;
    (void)member_flag(request->body, "stay", &over.stay);
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &personsak_hand_over_case, &over, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}
