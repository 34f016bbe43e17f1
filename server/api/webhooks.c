/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * webhooks.c: webhooks as JSON (X4).
 * May not touch rights, nor the net.
 * Always: a secret stands in the answer that tells of its making, and in no other.
 */
#include "domain/webhook.h"

#include "api/shape.h"
#include "contract.gen.h"

/* A new reference, or NULL without memory. */
static json_t *shape_webhook(const void *record)
{
    const struct webhook *webhook = record;
    char created_at[TIME_TEXT_BYTES];

    time_format(webhook->created_at, created_at);
    return json_pack("{s:o, s:I, s:s, s:o, s:s, s:s, s:I, s:s}", "id", shape_uuid(&webhook->id), "version",
                     (json_int_t)webhook->version, "client", webhook->client, "schoolId",
                     webhook->school.known ? shape_uuid(&webhook->school.uuid) : json_null(), "url", webhook->url,
                     "createdAt", created_at, "failures", (json_int_t)webhook->failures, "ground", webhook->ground);
}

enum status op_list_webhooks(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &webhook_kind};

    TRY(shape_page(request, LIST_WEBHOOKS_QUERY_LIMIT, LIST_WEBHOOKS_QUERY_PAGE_TOKEN, &list.page));
    return shape_records(request, &list, shape_webhook, ret_answer);
}

enum status op_get_webhook(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_record(request, &webhook_kind, &request->path[GET_WEBHOOK_PATH_WEBHOOK_ID].uuid, shape_webhook,
                        ret_answer);
}

enum status op_create_webhook(struct api_request *request, struct api_answer *ret_answer)
{
    struct webhook_create *create = arena_alloc(request->arena, sizeof *create);
    struct api_answer answer = {0};

    if (create == NULL)
        return STATUS_NO_MEMORY;
    create->url = member_text(request->body, "url");
    create->secret = member_text(request->body, "secret");
    create->school.known = member_uuid(request->body, "schoolId", &create->school.uuid);
    create->idempotency_key = request->idempotency_key;
    create->failure = &request->failure;
    TRY(shape_created(request, &webhook_create_case, create, &answer));
    enum status status = shape_set(answer.body, "secret", shape_text(create->made_secret));
    if (status != STATUS_OK) {
        json_decref(answer.body);
        return status;
    }
    *ret_answer = answer;
    return STATUS_OK;
}

enum status op_remove_webhook(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct webhook_remove removal = {.id = request->path[REMOVE_WEBHOOK_PATH_WEBHOOK_ID].uuid};
    struct outcome_of_write outcome;

    TRY(call_write(&call, &webhook_remove_case, &removal, &outcome));
    *ret_answer = (struct api_answer){.http_status = 204};
    return STATUS_OK;
}
