/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shape.c: small shapes of requests and answers.
 * May not touch what they mean.
 * Always: bodies arrive checked against the contract, so that a member that is there has the right type and format.
 */
#include "api/shape.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
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
        .conditional = request->route->takes_if_match,
        .if_match = request->if_match,
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

enum status shape_resource(const struct api_request *request, json_t *body, int64_t version,
                           struct api_answer *ret_answer)
{
    struct api_answer answer = {.http_status = 200};

    TRY(shape_etag(request->arena, version, &answer.etag));
    answer.body = json_incref(body);
    *ret_answer = answer;
    return STATUS_OK;
}

enum status shape_page(struct api_request *request, size_t limit, size_t page_token, struct listing *ret_page)
{
    const struct parameter *query = request->query;
    struct listing page = {.token = query[page_token].text, .limit = LISTING_DEFAULT};

    if (query[limit].present)
        page.limit = (size_t)query[limit].number;
    for (size_t i = 0; i < request->route->n_query; i++)
        if (query[page_token].present && query[i].present && i != page_token && i != limit)
            return failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_CONFLICT,
                               request->route->query[page_token].name);
    *ret_page = page;
    return STATUS_OK;
}

void page_filter_id(struct page_position *position, size_t at, const struct parameter *parameter)
{
    if (!parameter->present)
        return;
    position->ids[at] = parameter->uuid;
    position->given |= 1U << at;
}

enum status shape_list(struct api_request *request, const struct read_case *what, void *input)
{
    const struct call call = shape_call(request);
    enum status status = call_read(&call, what, input);

    if (status != STATUS_MALFORMED)
        return status;
    return failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_FORMAT, "pageToken");
}

enum status shape_listed(json_t *data, const struct listing *page, struct api_answer *ret_answer)
{
    auto_json body = json_object();

    TRY(shape_set(body, "data", json_incref(data)));
    TRY(shape_set(body, "pageToken", shape_text(page->next_token)));
    return shape_ok(json_incref(body), ret_answer);
}

/* id, version and ground: what every change answers. */
static json_t *shape_receipt(const struct outcome_of_write *outcome)
{
    char id[UUID_TEXT_BYTES];

    uuid_format(&outcome->receipt.id, id);
    return json_pack("{s:s, s:I, s:s}", "id", id, "version", (json_int_t)outcome->receipt.version, "ground",
                     outcome->ground);
}

enum status shape_changed(const struct api_request *request, const struct outcome_of_write *outcome,
                          struct api_answer *ret_answer)
{
    auto_json body = shape_receipt(outcome);

    if (body == NULL)
        return STATUS_NO_MEMORY;
    return shape_resource(request, body, outcome->receipt.version, ret_answer);
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
    answer.body = shape_receipt(outcome);
    if (answer.body == NULL)
        return STATUS_NO_MEMORY;
    *ret_answer = answer;
    return STATUS_OK;
}

static enum status shape_result(const struct api_request *request, const struct batch_item *item, size_t index,
                                const struct failure *failure, json_t *results)
{
    static const char *const words[] = {
        [RECEIPT_CREATED] = "created", [RECEIPT_CHANGED] = "changed", [RECEIPT_UNCHANGED] = "unchanged"};
    json_t *result = item->status == STATUS_OK ? shape_receipt(&item->outcome) : json_object();

    TRY(shape_append(results, result));
    TRY(shape_set(result, "index", json_integer((json_int_t)index)));
    if (item->status == STATUS_OK)
        return shape_set(result, "outcome", json_string(words[item->outcome.receipt.kind]));
    TRY(shape_set(result, "outcome", json_string("refused")));
    return shape_set(result, "problem", contract_problem_json(item->status, failure, request->language));
}

static enum status shape_results(const struct api_request *request, const struct batch_item *items,
                                 const struct failure *failures, size_t n, struct api_answer *ret_answer)
{
    auto_json body = json_object();
    json_t *results = json_array();

    TRY(shape_set(body, "results", results));
    for (size_t i = 0; i < n; i++)
        TRY(shape_result(request, &items[i], i, &failures[i], results));
    return shape_ok(json_incref(body), ret_answer);
}

/* What is wrong with the shape of one item is wrong with the request. */
static enum status put_failures(struct api_request *request, const struct failure *failure, size_t index)
{
    for (size_t i = 0; i < failure->n; i++) {
        const struct failure_field *field = &failure->fields[i];
        const char *name = arena_printf(request->arena, "/items/%zu%s", index, field->name);
        if (name == NULL)
            return STATUS_NO_MEMORY;
        enum status status = failure_add(&request->failure, field->place, field->code, name);
        (void)status; /* always STATUS_INVALID */
    }
    return STATUS_INVALID;
}

enum status shape_put(struct api_request *request, const struct put_kind *kind, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    const json_t *bodies = json_object_get(request->body, "items");
    const size_t n = json_array_size(bodies);
    char *inputs = arena_array(request->arena, n, kind->input_bytes);
    struct batch_item *items = arena_array(request->arena, n, sizeof *items);
    struct failure *failures = arena_array(request->arena, n, sizeof *failures);

    if (inputs == NULL || items == NULL || failures == NULL)
        return STATUS_NO_MEMORY;
    enum status outcome = STATUS_OK;
    for (size_t i = 0; i < n; i++) {
        items[i].input = inputs + i * kind->input_bytes;
        enum status status = kind->read(json_array_get(bodies, i), &failures[i], items[i].input);
        if (status == STATUS_INVALID)
            status = put_failures(request, &failures[i], i);
        if (status != STATUS_OK)
            outcome = status;
    }
    TRY(outcome);
    TRY(call_batch(&call, kind->what, items, n));
    return shape_results(request, items, failures, n, ret_answer);
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

struct external_id member_external(const json_t *body, const char *name)
{
    const json_t *external = json_object_get(body, name);

    return (struct external_id){member_text(external, "system"), member_text(external, "id")};
}

enum { MEMBER_NAME_BYTES = 64 };

enum status member_reference(const json_t *body, const char *name, struct failure *failure,
                             struct reference *ret_reference)
{
    struct reference reference = {.external = member_external(body, name)};
    char by_id[MEMBER_NAME_BYTES];
    int len = snprintf(by_id, sizeof by_id, "/%sId", name);

    assert(len > 0 && (size_t)len < sizeof by_id);
    reference.by_id = member_uuid(body, by_id + 1, &reference.id);
    if (reference.by_id && reference.external.system != NULL)
        return failure_add(failure, FAILURE_IN_BODY, FAILURE_CONFLICT, by_id);
    *ret_reference = reference;
    return STATUS_OK;
}

bool member_flag(const json_t *body, const char *name, bool *ret_flag)
{
    const json_t *flag = json_object_get(body, name);

    if (!json_is_boolean(flag))
        return false;
    *ret_flag = json_is_true(flag);
    return true;
}

bool member_day(const json_t *body, const char *name, int32_t *ret_day)
{
    const char *text = member_text(body, name);

    return text != NULL && day_parse(text, ret_day) == STATUS_OK;
}

void member_period(const json_t *body, struct period_change *ret_change)
{
    struct period_change change = {.has_until = json_object_get(body, "until") != NULL};

    change.has_from = member_day(body, "from", &change.period.from);
    if (!member_day(body, "until", &change.period.until))
        change.period.until = DAY_FOREVER;
    *ret_change = change;
}
