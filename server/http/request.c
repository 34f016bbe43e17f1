/* SPDX-License-Identifier: EUPL-1.2 */
/* Takes one request through framing, route, login, body and contract to its operation, and writes the answer.
 * May not touch the socket library, and logs ids, constants and numbers only: no path, query or header.
 * The order is that of rule X7 up to the operation: 401 before any other answer that depends on more than method and path. */
#include "http/request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "http/answer.h"
#include "http/figures.h"
#include "http/language.h"
#include "http/peers.h"
#include "http/router.h"
#include "http/trace.h"
#include "http/url.h"
#include "http/values.h"

enum { IDEMPOTENCY_KEY_MAX = 128, FRAME_HEADERS = 4 };

/* One request on its way. */
struct passage {
    const struct http_settings *settings;
    const struct incoming *incoming;
    struct outgoing *outgoing;
    struct url url;
    struct caller caller;
    const char *refused; /* why the token was, for the log alone; or NULL */
    json_t *body;        /* owned */
    struct api_request request;
    struct api_answer answer;
};

/* ---- Before the contract: framing, route, login ---------------------------------------------------------------------- */

/* libmicrohttpd ends the lines between chunks at a bare LF, and takes them from HTTP/1.0 too: whoever stands in front and reads otherwise
 * may see another end of the request than it does. So nothing follows a chunked request on its connection (RFC 9112 section 11.2). */
static enum status check_framing(struct passage *passage, uint64_t *ret_content_length)
{
    const struct headers *headers = &passage->incoming->headers;
    enum status status = headers_check_framing(headers, ret_content_length);
    if (status != STATUS_OK || headers_count(headers, "Transfer-Encoding") > 0)
        passage->outgoing->close = true;
    return status;
}

static enum status find_route(struct passage *passage)
{
    char allow[ROUTER_ALLOW_BYTES];
    TRY(url_parse_path(passage->incoming->target, passage->request.arena, &passage->url));
    enum status status = router_find(contract_routes, contract_n_routes, &passage->url, passage->incoming->method,
                                     &passage->request.route, allow);
    if (status == STATUS_METHOD_NOT_ALLOWED)
        answer_header(passage->outgoing, "Allow", arena_copy(passage->request.arena, allow, strlen(allow)));
    return status;
}

static void challenge_step_up(struct passage *passage)
{
    const char *acr_values = NULL;
    int64_t max_age = 0;
    auth_step_up(passage->settings->auth, &passage->caller, &acr_values, &max_age);
    answer_header(passage->outgoing, "WWW-Authenticate",
                  arena_printf(passage->request.arena,
                               "Bearer error=\"insufficient_user_authentication\", acr_values=\"%s\", max_age=%lld",
                               acr_values, (long long)max_age));
}

static enum status verify_token(struct passage *passage)
{
    const char *value;
    const char *token;
    size_t len;
    TRY(value_trim(headers_get(&passage->incoming->headers, "Authorization"), passage->request.arena, &value));
    TRY(bearer_read(value, &token, &len));
    return auth_verify_telling(passage->settings->auth, token, len, clock_now(), &passage->caller, &passage->refused);
}

/* V4: a call without a valid token has no row; it is charged to its address instead. */
static enum status refuse_login(struct passage *passage, enum status status)
{
    const struct incoming *incoming = passage->incoming;
    int64_t wait_ms = 0;
    if (incoming->peers != NULL && incoming->peer != NULL &&
        !peers_charge(incoming->peers, incoming->peer, clock_monotonic(), &wait_ms)) {
        answer_header(passage->outgoing, "Retry-After",
                      arena_printf(passage->request.arena, "%lld", (long long)(wait_ms + 999) / 1000));
        return STATUS_TOO_MANY_CALLS;
    }
    answer_header(passage->outgoing, "WWW-Authenticate",
                  status == STATUS_TOKEN_MISSING ? "Bearer" : "Bearer error=\"invalid_token\"");
    return status;
}

static enum status check_login(struct passage *passage)
{
    if (passage->request.route->login == LOGIN_NONE)
        return STATUS_OK;
    enum status status = verify_token(passage);
    if (status == STATUS_TOKEN_MISSING || status == STATUS_TOKEN_INVALID)
        return refuse_login(passage, status);
    if (status != STATUS_OK)
        return status;
    passage->request.caller = &passage->caller;
    if (passage->request.route->login != LOGIN_STRONG || passage->caller.strong)
        return STATUS_OK;
    status = api_refuse_weak_login(&passage->request);
    if (status == STATUS_LOGIN_TOO_WEAK)
        challenge_step_up(passage);
    return status;
}

/* ---- The contract: body, parameters, headers; every wrong field is collected before any of them is answered (X3) -------- */

/* Content-Length counts, too: ulfius has cut a longer body. */
static enum status check_size(const struct passage *passage, uint64_t content_length)
{
    uint64_t received = passage->incoming->body_len;
    uint64_t size = content_length > received ? content_length : received;
    if (size > HTTP_MAX_BODY)
        return STATUS_TOO_LARGE;
    const struct route *route = passage->request.route;
    if (route->bytes_type != NULL)
        return size > route->bytes_max ? STATUS_TOO_LARGE : STATUS_OK;
    return size > 0 && route->body == NULL ? STATUS_MALFORMED : STATUS_OK;
}

static bool is_of_type(const struct passage *passage, const char *type)
{
    const struct headers *headers = &passage->incoming->headers;
    return headers_count(headers, "Content-Type") == 1 && media_type_is(headers_get(headers, "Content-Type"), type);
}

static enum status read_bytes(struct passage *passage)
{
    if (!is_of_type(passage, passage->request.route->bytes_type))
        return STATUS_UNSUPPORTED_MEDIA;
    passage->request.bytes = passage->incoming->body;
    passage->request.n_bytes = passage->incoming->body_len;
    return STATUS_OK;
}

static enum status read_body(struct passage *passage)
{
    const struct incoming *incoming = passage->incoming;
    const struct route *route = passage->request.route;
    if (route->bytes_type != NULL)
        return read_bytes(passage);
    if (route->body == NULL)
        return STATUS_OK;
    if (!is_of_type(passage, route->body_type))
        return STATUS_UNSUPPORTED_MEDIA;
    TRY(json_parse_strict(incoming->body, incoming->body_len, &passage->body));
    passage->request.body = passage->body;
    return STATUS_OK;
}

static enum status check_path(struct passage *passage)
{
    struct api_request *request = &passage->request;
    enum status outcome = STATUS_OK;
    for (size_t i = 0; i < request->route->n_path; i++) {
        const char *text = router_path_text(request->route, &passage->url, i, request->arena);
        if (text == NULL)
            return STATUS_NO_MEMORY;
        enum status status = contract_check_parameter(&request->route->path[i], FAILURE_IN_PATH, text, request->arena,
                                                      &request->path[i], &request->failure);
        outcome = status != STATUS_OK ? status : outcome;
    }
    return outcome;
}

static size_t find_query_field(const struct route *route, const char *name)
{
    size_t i = 0;
    while (i < route->n_query && strcmp(route->query[i].name, name) != 0)
        i++;
    return i;
}

static enum status check_query_pair(struct passage *passage, const struct url_pair *pair, bool *seen)
{
    struct api_request *request = &passage->request;
    size_t i = find_query_field(request->route, pair->name);
    if (i == request->route->n_query)
        return failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_UNKNOWN, pair->name);
    if (seen[i])
        return failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_REPEATED, pair->name);
    seen[i] = true;
    return contract_check_parameter(&request->route->query[i], FAILURE_IN_QUERY, pair->value, request->arena,
                                    &request->query[i], &request->failure);
}

static enum status check_query(struct passage *passage)
{
    struct api_request *request = &passage->request;
    bool seen[ROUTE_MAX_QUERY] = {false};
    enum status outcome = STATUS_OK;
    TRY(url_parse_query(&passage->url));
    for (size_t i = 0; i < passage->url.n_query; i++) {
        enum status status = check_query_pair(passage, &passage->url.query[i], seen);
        outcome = status != STATUS_OK ? status : outcome;
    }
    for (size_t i = 0; i < request->route->n_query; i++)
        if (request->route->query[i].required && !seen[i])
            outcome = failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_REQUIRED, request->route->query[i].name);
    return outcome;
}

static enum status check_idempotency_key(struct passage *passage)
{
    static const char name[] = "Idempotency-Key";
    struct api_request *request = &passage->request;
    const struct headers *headers = &passage->incoming->headers;
    const char *key;
    if (!request->route->takes_idempotency_key)
        return STATUS_OK;
    TRY(value_trim(headers_get(headers, name), request->arena, &key));
    if (key == NULL)
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_REQUIRED, name);
    if (headers_count(headers, name) > 1)
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_REPEATED, name);
    if (!text_is_token(key, IDEMPOTENCY_KEY_MAX))
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_FORMAT, name);
    request->idempotency_key = key;
    return STATUS_OK;
}

/* A missing If-Match is not refused here: X7 puts 428 behind 404 and 403, which only the operation can decide. */
static enum status check_if_match(struct passage *passage)
{
    static const char name[] = "If-Match";
    struct api_request *request = &passage->request;
    const struct headers *headers = &passage->incoming->headers;
    const char *value = headers_get(headers, name);
    if (!request->route->takes_if_match || value == NULL)
        return STATUS_OK;
    if (headers_count(headers, name) > 1)
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_REPEATED, name);
    TRY(value_trim(value, request->arena, &value));
    enum status status = etag_read(value, request->arena, &request->if_match);
    return status == STATUS_MALFORMED ? failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_FORMAT, name)
                                      : status;
}

static enum status check_upload_offset(struct passage *passage)
{
    static const char name[] = "Upload-Offset";
    struct api_request *request = &passage->request;
    const struct headers *headers = &passage->incoming->headers;
    const char *value;
    if (!request->route->takes_upload_offset)
        return STATUS_OK;
    TRY(value_trim(headers_get(headers, name), request->arena, &value));
    if (value == NULL)
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_REQUIRED, name);
    if (headers_count(headers, name) > 1)
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_REPEATED, name);
    if (offset_read(value, &request->upload_offset) != STATUS_OK)
        return failure_add(&request->failure, FAILURE_IN_HEADER, FAILURE_FORMAT, name);
    return STATUS_OK;
}

/* What is no range, or no strong tag of ours, or given twice, is passed over: then all is answered (RFC 9110, sections 13.1.5 and 14.2). */
static enum status check_range(struct passage *passage)
{
    struct api_request *request = &passage->request;
    const struct headers *headers = &passage->incoming->headers;
    const char *range, *range_if;
    if (!request->route->takes_range || headers_count(headers, "Range") != 1 || headers_count(headers, "If-Range") > 1)
        return STATUS_OK;
    TRY(value_trim(headers_get(headers, "Range"), request->arena, &range));
    TRY(value_trim(headers_get(headers, "If-Range"), request->arena, &range_if));
    if (range_if != NULL) {
        enum status status = etag_read(range_if, request->arena, &request->range_if);
        if (status != STATUS_OK)
            return status == STATUS_MALFORMED ? STATUS_OK : status;
    }
    request->range = byte_range_parse(range);
    return STATUS_OK;
}

static enum status check_body(struct passage *passage)
{
    if (passage->request.route->bytes_type != NULL && passage->request.n_bytes == 0)
        return failure_add(&passage->request.failure, FAILURE_IN_BODY, FAILURE_TOO_SHORT, "");
    if (passage->body == NULL)
        return STATUS_OK;
    const struct route *route = passage->request.route;
    if (route->item_by_item)
        return contract_check_frame(route->body, passage->body, &passage->request.failure);
    return contract_check_body(route->body, passage->body, &passage->request.failure);
}

/* Runs all checks; the first status that is neither OK nor STATUS_INVALID wins over them. */
static enum status check_contract(struct passage *passage)
{
    static enum status (*const checks[])(struct passage *) = {
        check_path, check_query, check_idempotency_key, check_if_match, check_upload_offset, check_range, check_body};
    enum status outcome = STATUS_OK;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        enum status status = checks[i](passage);
        if (status != STATUS_OK && (outcome == STATUS_OK || outcome == STATUS_INVALID))
            outcome = status;
    }
    return outcome;
}

/* ---- The whole way ---------------------------------------------------------------------------------------------------- */

static enum status run(struct passage *passage)
{
    uint64_t content_length = 0;
    TRY(check_framing(passage, &content_length));
    TRY(find_route(passage));
    TRY(check_login(passage));
    TRY(check_size(passage, content_length));
    TRY(read_body(passage));
    TRY(check_contract(passage));
    return passage->request.route->run(&passage->request, &passage->answer);
}

/* What every answer carries. */
static void write_frame(const struct incoming *incoming, const struct uuid *request_id, struct outgoing *outgoing)
{
    bool single = headers_count(&incoming->headers, "traceparent") == 1;
    trace_continue(single ? headers_get(&incoming->headers, "traceparent") : NULL, outgoing->traceparent);
    uuid_format(request_id, outgoing->request_id);
    answer_header(outgoing, "X-Request-Id", outgoing->request_id);
    answer_header(outgoing, "traceparent", outgoing->traceparent);
    answer_header(outgoing, "Cache-Control", "no-store");
    answer_header(outgoing, "X-Content-Type-Options", "nosniff");
    assert(outgoing->n_headers == FRAME_HEADERS);
}

static struct request_note begin(const struct http_settings *settings, const struct incoming *incoming)
{
    int64_t began = clock_monotonic_ns();
    figures_begin(settings->figures);
    return (struct request_note){.id = uuid_new(), .language = language_choose(&incoming->headers), .began = began};
}

/* A change is stored before its answer is written: it must not be told that nothing was. */
static enum status without_memory(const struct route *route)
{
    return figures_kind(route) == HTTP_KIND_CHANGE ? STATUS_COMMIT_UNKNOWN : STATUS_NO_MEMORY;
}

static enum status write_answer(struct passage *passage)
{
    enum status outcome = run(passage);
    answer_headers(&passage->answer, passage->outgoing);
    TRY(outcome);
    enum status status = answer_success(&passage->answer, passage->outgoing);
    return status == STATUS_NO_MEMORY ? without_memory(passage->request.route) : status;
}

static void close_stream(struct api_stream *stream)
{
    if (stream->context != NULL)
        stream->close(stream->context);
    *stream = (struct api_stream){0};
}

void request_serve(const struct http_settings *settings, const struct incoming *incoming, struct arena *arena,
                   struct outgoing *ret_outgoing, struct request_note *ret_note)
{
    struct request_note note = begin(settings, incoming);
    struct passage passage = {
        .settings = settings,
        .incoming = incoming,
        .outgoing = ret_outgoing,
        .request = {.house = settings->house,
                    .arena = arena,
                    .request_id = note.id,
                    .language = note.language,
                    .is_head = strcmp(incoming->method, "HEAD") == 0},
    };
    *ret_outgoing = (struct outgoing){.status = 0};
    write_frame(incoming, &note.id, ret_outgoing);
    enum status status = write_answer(&passage);
    if (status != STATUS_OK)
        answer_problem(status, &passage.request.failure, passage.request.problem_members, note.language, ret_outgoing);
    json_decref(passage.answer.body);
    json_decref(passage.request.problem_members);
    buffer_clear(&passage.answer.text);
    close_stream(&passage.answer.stream);
    json_decref(passage.body);
    note.route = passage.request.route;
    note.refused = passage.refused;
    *ret_note = note;
    explicit_bzero(&passage, sizeof(passage));
}

void request_refuse(const struct http_settings *settings, const struct incoming *incoming, enum status status,
                    struct outgoing *ret_outgoing, struct request_note *ret_note)
{
    *ret_note = begin(settings, incoming);
    *ret_outgoing = (struct outgoing){.close = true};
    write_frame(incoming, &ret_note->id, ret_outgoing);
    answer_problem(status, NULL, NULL, ret_note->language, ret_outgoing);
}

void request_replace(const struct request_note *note, struct outgoing *outgoing)
{
    if (outgoing->body != NULL)
        explicit_bzero(outgoing->body, outgoing->body_len);
    free(outgoing->body);
    close_stream(&outgoing->stream);
    outgoing->body = NULL;
    outgoing->lasting_body = NULL;
    outgoing->body_len = 0;
    outgoing->n_headers = FRAME_HEADERS;
    outgoing->close = true;
    answer_problem(without_memory(note->route), NULL, NULL, note->language, outgoing);
}

void request_record(const struct http_settings *settings, const struct request_note *note, int http_status)
{
    const struct route *route = note->route;
    const int64_t took = clock_monotonic_ns() - note->began;
    const struct log_field fields[] = {
        log_id("request", &note->id),
        log_constant("operation", route != NULL ? route->operation_id : "none"),
        log_constant("method", route != NULL ? router_method_name(route->method) : "none"),
        log_constant("route", route != NULL ? route->template : "none"),
        log_number("status", http_status),
        log_number("us", took / 1000),
        log_constant("refused", note->refused),
    };
    const size_t n = sizeof(fields) / sizeof(fields[0]) - (note->refused == NULL ? 1 : 0);
    figures_count(settings->figures, route, http_status, (uint64_t)took);
    log_event(LOG_LEVEL_INFO, "request", fields, n);
}
