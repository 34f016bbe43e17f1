/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shape.c: small shapes of requests and answers.
 * May not touch what they mean.
 * Always: bodies arrive checked against the contract, so that a member that is there has the right type and format.
 */
#include "api/shape.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { FINGERPRINT_MAX = 1 << 21 };

json_t *shape_uuid(const struct uuid *uuid)
{
    char text[UUID_TEXT_BYTES];

    uuid_format(uuid, text);
    return json_string(text);
}

json_t *shape_day(int32_t day)
{
    char text[DAY_TEXT_BYTES];

    if (day == DAY_ALWAYS || day == DAY_FOREVER)
        return json_null();
    day_format(day, text);
    return json_string(text);
}

json_t *shape_text(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

enum status shape_set(json_t *object, const char *member, json_t *value)
{
    return json_object_set_new(object, member, value) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status shape_append(json_t *array, json_t *value)
{
    return json_array_append_new(array, value) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

struct call shape_call(const struct api_request *request)
{
    return (struct call){
        .house = request->house,
        .arena = request->arena,
        .caller = request->caller,
        .operation = request->route->operation_id,
        .request_id = request->request_id,
        .idempotency_key = request->idempotency_key,
    };
}

enum status api_refuse_weak_login(const struct api_request *request)
{
    const struct call call = shape_call(request);

    TRY(call_refuse(&call, "L2.weak"));
    return STATUS_LOGIN_TOO_WEAK;
}

/* jansson's canonical text of the body, into the arena; the heap copy is wiped. */
static enum status body_text(const struct api_request *request, const char **ret_text)
{
    const size_t flags = JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY;
    const size_t len = request->body == NULL ? 0 : json_dumpb(request->body, NULL, 0, flags);

    if (len > FINGERPRINT_MAX)
        return STATUS_TOO_LARGE;
    char *text = arena_alloc(request->arena, len + 1);
    if (text == NULL)
        return STATUS_NO_MEMORY;
    if (len > 0 && json_dumpb(request->body, text, len, flags) != len)
        return STATUS_NO_MEMORY;
    *ret_text = text;
    return STATUS_OK;
}

enum status shape_post(const struct api_request *request, struct call *ret_call)
{
    struct call call = shape_call(request);
    const char *fingerprint = NULL;

    TRY(body_text(request, &fingerprint));
    for (size_t i = 0; i < request->route->n_path; i++) {
        fingerprint = arena_printf(request->arena, "%s/%s", request->path[i].text, fingerprint);
        if (fingerprint == NULL)
            return STATUS_NO_MEMORY;
    }
    call.fingerprint = fingerprint;
    *ret_call = call;
    return STATUS_OK;
}

enum status shape_etag(struct arena *arena, int64_t version, const char **ret_etag)
{
    const char *etag = arena_printf(arena, "%" PRId64, version);

    if (etag == NULL)
        return STATUS_NO_MEMORY;
    *ret_etag = etag;
    return STATUS_OK;
}

enum status shape_ok(json_t *body, struct api_answer *ret_answer)
{
    if (body == NULL)
        return STATUS_NO_MEMORY;
    *ret_answer = (struct api_answer){.http_status = 200, .body = body};
    return STATUS_OK;
}

enum status shape_created(const struct api_request *request, const struct outcome_of_write *outcome,
                          struct api_answer *ret_answer)
{
    struct api_answer answer = {.http_status = 201};
    char id[UUID_TEXT_BYTES];

    uuid_format(&outcome->receipt.id, id);
    TRY(shape_etag(request->arena, outcome->receipt.version, &answer.etag));
    answer.location = arena_printf(request->arena, "%s/%s", request->route->template, id);
    if (answer.location == NULL)
        return STATUS_NO_MEMORY;
    answer.body = json_pack("{s:s, s:I, s:s}", "id", id, "version", (json_int_t)outcome->receipt.version, "ground",
                            outcome->ground);
    if (answer.body == NULL)
        return STATUS_NO_MEMORY;
    *ret_answer = answer;
    return STATUS_OK;
}

const char *member_text(const json_t *body, const char *name)
{
    return json_string_value(json_object_get(body, name));
}

bool member_uuid(const json_t *body, const char *name, struct uuid *ret_uuid)
{
    const char *text = member_text(body, name);

    return text != NULL && uuid_parse(text, ret_uuid) == STATUS_OK;
}

bool member_day(const json_t *body, const char *name, int32_t *ret_day)
{
    const char *text = member_text(body, name);

    return text != NULL && day_parse(text, ret_day) == STATUS_OK;
}
