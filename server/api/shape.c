/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shape.c: small shapes of requests and answers.
 * May not touch what they mean.
 * Always: bodies arrive checked against the contract, so that a member that is there has the right type and format.
 */
#include "api/shape.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/json_text.h"

enum { FINGERPRINT_MAX = 1 << 21 };

json_t *shape_uuid(const struct uuid *uuid)
{
    char text[UUID_TEXT_BYTES];

    uuid_format(uuid, text);
    return json_stringn_nocheck(text, sizeof text - 1);
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
    return json_object_set_new_nocheck(object, member, value) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
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

/* In the arena. */
static enum status body_text(const struct api_request *request, const char **ret_text)
{
    auto_buffer text = buffer_make(FINGERPRINT_MAX);

    if (request->body != NULL)
        TRY(json_text_by_name(request->body, &text));
    const char *copy = arena_copy(request->arena, text.data, text.len);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    *ret_text = copy;
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
    char text[DECIMAL_TEXT_BYTES + 2] = "\"";
    const size_t len = 1 + decimal_encode(version, text + 1);
    text[len] = '"';
    const char *etag = arena_copy(arena, text, len + 1);

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

enum status shape_written(const struct api_request *request, struct buffer *text, const int64_t *version,
                          struct api_answer *ret_answer)
{
    struct api_answer answer = {.http_status = 200};

    if (text->failed)
        return STATUS_NO_MEMORY;
    if (version != NULL)
        TRY(shape_etag(request->arena, *version, &answer.etag));
    answer.text = *text;
    *text = buffer_make(0);
    *ret_answer = answer;
    return STATUS_OK;
}

enum status shape_bytes(const char *type, const void *bytes, size_t len, struct api_answer *ret_answer)
{
    struct api_answer answer = {.http_status = 200, .text = buffer_make(ANSWER_MAX_BYTES), .text_type = type};

    TRY(buffer_append(&answer.text, bytes, len));
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

enum status shape_record(const struct api_request *request, const struct record_kind *kind, const struct uuid *id,
                         json_t *(*shape)(const void *record), struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct record_read read = {.kind = kind, .id = *id, .record = arena_alloc(request->arena, kind->bytes)};
    auto_json body = NULL;

    if (read.record == NULL)
        return STATUS_NO_MEMORY;
    TRY(call_read(&call, &record_read_case, &read));
    body = shape(read.record);
    if (body == NULL)
        return STATUS_NO_MEMORY;
    return shape_resource(request, body, record_version(&read), ret_answer);
}

enum status shape_records(struct api_request *request, struct record_list *list, json_t *(*shape)(const void *record),
                          struct api_answer *ret_answer)
{
    auto_json data = json_array();

    TRY(shape_list(request, &record_list_case, list));
    for (size_t i = 0; i < list->page.n; i++)
        TRY(shape_append(data, shape(record_at(list, i))));
    return shape_listed(data, &list->page, ret_answer);
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

enum status shape_created(const struct api_request *request, const struct write_case *what, void *input,
                          struct api_answer *ret_answer)
{
    return shape_created_at(request, request->route->template, what, input, ret_answer);
}

enum status shape_created_at(const struct api_request *request, const char *parent, const struct write_case *what,
                             void *input, struct api_answer *ret_answer)
{
    struct api_answer answer = {.http_status = 201};
    struct outcome_of_write outcome;
    char id[UUID_TEXT_BYTES];
    struct call call;

    TRY(shape_post(request, &call));
    TRY(call_write(&call, what, input, &outcome));
    uuid_format(&outcome.receipt.id, id);
    TRY(shape_etag(request->arena, outcome.receipt.version, &answer.etag));
    answer.location = arena_printf(request->arena, "%s/%s", parent, id);
    if (answer.location == NULL)
        return STATUS_NO_MEMORY;
    answer.body = shape_receipt(&outcome);
    if (answer.body == NULL)
        return STATUS_NO_MEMORY;
    *ret_answer = answer;
    return STATUS_OK;
}

/* What a body asks for, in one way or another. */
static enum status read_input(const struct write_kind *kind, enum target_way way, const struct uuid *id,
                              const json_t *body, struct failure *failure, void *input)
{
    struct target *target = input;

    *target =
        (struct target){.way = way, .kind = kind->kind, .id = *id, .external = member_external(body, "externalId")};
    return kind->read(body, failure, input);
}

enum status shape_create(struct api_request *request, const struct write_kind *kind, struct api_answer *ret_answer)
{
    void *input = arena_alloc(request->arena, kind->input_bytes);

    if (input == NULL)
        return STATUS_NO_MEMORY;
    TRY(read_input(kind, TARGET_CREATE, &(struct uuid){0}, request->body, &request->failure, input));
    return shape_created(request, kind->what, input, ret_answer);
}

enum status shape_change(struct api_request *request, const struct write_kind *kind, const struct uuid *id,
                         struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    void *input = arena_alloc(request->arena, kind->input_bytes);
    struct outcome_of_write outcome;

    if (input == NULL)
        return STATUS_NO_MEMORY;
    TRY(read_input(kind, TARGET_CHANGE, id, request->body, &request->failure, input));
    TRY(call_write(&call, kind->what, input, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

/* One item of a put: how often its external id stood before it in the list is its turn. */
struct put_item {
    struct batch_item batch;
    struct failure failure;
    json_int_t turn;
};

/* A put in the making. */
struct put {
    const struct api_request *request;
    const struct write_kind *kind;
    struct put_item *items;
    size_t n;
    json_int_t turns;
    json_t *seen; /* how often each external id stood in the list so far */
};

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

static enum status shape_results(const struct api_request *request, const struct put_item *items, size_t n,
                                 struct api_answer *ret_answer)
{
    auto_json body = json_object();
    json_t *results = json_array();

    TRY(shape_set(body, "results", results));
    for (size_t i = 0; i < n; i++)
        TRY(shape_result(request, &items[i].batch, i, &items[i].failure, results));
    return shape_ok(json_incref(body), ret_answer);
}

static enum status take_turn(struct put *put, const struct external_id *external, json_int_t *ret_turn)
{
    auto_json name = json_sprintf("%s\n%s", external->system, external->value);

    if (name == NULL)
        return STATUS_NO_MEMORY;
    const json_int_t turn = json_integer_value(json_object_get(put->seen, json_string_value(name)));
    *ret_turn = turn;
    put->turns = turn + 1 > put->turns ? turn + 1 : put->turns;
    return shape_set(put->seen, json_string_value(name), json_integer(turn + 1));
}

static enum status put_read_item(struct put *put, const json_t *body, struct put_item *item)
{
    const struct target *target = item->batch.input;

    TRY(contract_check_item(put->request->route->body, body, &item->failure));
    TRY(read_input(put->kind, TARGET_PUT, &(struct uuid){0}, body, &item->failure, item->batch.input));
    return take_turn(put, &target->external, &item->turn);
}

/* An item that is wrong in itself is refused, and holds up no other. */
static enum status put_read(struct put *put, const json_t *bodies)
{
    char *inputs = arena_array(put->request->arena, put->n, put->kind->input_bytes);

    if (inputs == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < put->n; i++) {
        struct put_item *item = &put->items[i];
        item->batch.input = inputs + i * put->kind->input_bytes;
        item->batch.status = put_read_item(put, json_array_get(bodies, i), item);
        if (item->batch.status != STATUS_OK && item->batch.status != STATUS_INVALID)
            return item->batch.status;
    }
    return STATUS_OK;
}

/* Those whose turn it is, in one batch: what stands twice under one external id is done in the order of the list. */
static enum status put_turn(struct put *put, const struct call *call, json_int_t turn)
{
    struct batch_item *batch = arena_array(call->arena, put->n, sizeof *batch);
    struct put_item **items = arena_array(call->arena, put->n, sizeof(struct put_item *));
    size_t n = 0;

    if (batch == NULL || items == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < put->n; i++) {
        if (put->items[i].batch.status != STATUS_OK || put->items[i].turn != turn)
            continue;
        items[n] = &put->items[i];
        batch[n++] = put->items[i].batch;
    }
    TRY(call_batch(call, put->kind->what, batch, n));
    for (size_t i = 0; i < n; i++)
        items[i]->batch = batch[i];
    return STATUS_OK;
}

/* The house failed after a turn was done: the rest of the items ends with that. */
static enum status put_broken(struct put *put, json_int_t turn, enum status broken)
{
    for (size_t i = 0; i < put->n; i++)
        if (put->items[i].batch.status == STATUS_OK && put->items[i].turn >= turn)
            put->items[i].batch.status = broken;
    return STATUS_OK;
}

static enum status put_run(struct put *put)
{
    const struct call call = shape_call(put->request);

    for (json_int_t turn = 0; turn < put->turns; turn++) {
        const struct arena_mark before = arena_mark(call.arena);
        enum status status = put_turn(put, &call, turn);
        arena_rewind(call.arena, before);
        if (status != STATUS_OK && (turn == 0 || status == STATUS_COMMIT_UNKNOWN))
            return status;
        if (status != STATUS_OK)
            return put_broken(put, turn, status);
    }
    return STATUS_OK;
}

enum status shape_put(const struct api_request *request, const struct write_kind *kind, struct api_answer *ret_answer)
{
    const json_t *bodies = json_object_get(request->body, "items");
    auto_json seen = json_object();
    struct put put = {.request = request, .kind = kind, .n = json_array_size(bodies), .seen = seen};

    put.items = arena_array(request->arena, put.n, sizeof *put.items);
    if (put.items == NULL || seen == NULL)
        return STATUS_NO_MEMORY;
    TRY(put_read(&put, bodies));
    TRY(put_run(&put));
    return shape_results(request, put.items, put.n, ret_answer);
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

/* SS 12000: the one marking that says that there is none. Others, also such as nobody knows yet, protect (S7). */
static const char no_marking[] = "Ingen";

bool member_protected(const json_t *body, bool *ret_protected)
{
    const char *marking = member_text(body, "securityMarking");

    if (marking == NULL)
        return member_flag(body, "protected", ret_protected);
    *ret_protected = strcmp(marking, no_marking) != 0;
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
