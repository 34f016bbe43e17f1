/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the service about itself: what it is, its contract, whether it lives and whether it can answer calls (X5).
 * May not: say anything about anybody; these operations are open to everyone.
 * Always:  ready means that a read and a commit have just succeeded.
 */
#include "api/api.h"
#include "call/call.h"
#include "contract.gen.h"

static enum status answer_json(json_t *body, struct api_answer *ret_answer)
{
    if (body == NULL)
        return STATUS_NO_MEMORY;
    *ret_answer = (struct api_answer){.http_status = 200, .body = body};
    return STATUS_OK;
}

enum status op_get_api_info(struct api_request *request, struct api_answer *ret_answer)
{
    (void)request;
    return answer_json(json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "name", "trygg", "version", TRYGG_VERSION,
                                 "contractVersion", CONTRACT_VERSION, "links", "contract", "/v1/openapi.json", "live",
                                 "/health/live", "ready", "/health/ready"),
                       ret_answer);
}

enum status op_get_openapi(struct api_request *request, struct api_answer *ret_answer)
{
    (void)request;
    *ret_answer = (struct api_answer){
        .http_status = 200,
        .raw = contract_json,
        .raw_len = contract_json_len,
        .raw_type = "application/json",
    };
    return STATUS_OK;
}

enum status op_get_live(struct api_request *request, struct api_answer *ret_answer)
{
    (void)request;
    return answer_json(json_pack("{s:s}", "status", "live"), ret_answer);
}

enum status op_get_ready(struct api_request *request, struct api_answer *ret_answer)
{
    /* Whatever the store says, a client learns only that it should come back later. */
    if (house_ready(request->house) != STATUS_OK)
        return STATUS_BUSY;
    return answer_json(json_pack("{s:s}", "status", "ready"), ret_answer);
}
