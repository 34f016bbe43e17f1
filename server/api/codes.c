/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * codes.c: code lists as JSON (L2, M1).
 * May not touch rights or the order of codes.
 * Always: the lists are answered whole; their pageToken is null.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/code.h"

static enum status shape_code(const struct code *code, const char *ground, json_t *object)
{
    const struct code_labels *labels = &code->labels;

    TRY(shape_set(object, "id", shape_uuid(&code->id)));
    TRY(shape_set(object, "version", json_integer(code->version)));
    TRY(shape_set(object, "list", shape_text(code->list)));
    TRY(shape_set(object, "code", shape_text(code->code)));
    TRY(shape_set(object, "position", json_integer(code->position)));
    TRY(shape_set(object, "labels",
                  json_pack("{s:s, s:s, s:s}", "nb", labels->nb, "sv", labels->sv, "en", labels->en)));
    TRY(shape_set(object, "retired", json_boolean(code->retired)));
    return shape_set(object, "ground", shape_text(ground));
}

enum status op_list_codes(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    const struct parameter *retired = &request->query[LIST_CODES_QUERY_RETIRED];
    struct code_list_read read = {
        .list = request->query[LIST_CODES_QUERY_LIST].text,
        .retired = {retired->present, retired->number},
    };
    auto_json data = json_array();

    TRY(call_read(&call, &code_list_read_case, &read));
    for (size_t i = 0; i < read.n; i++) {
        json_t *code = json_object();
        TRY(shape_append(data, code));
        TRY(shape_code(&read.codes[i], read.ground, code));
    }
    return shape_listed(data, &(struct listing){0}, ret_answer);
}

enum status op_get_code(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct code_read read = {.id = request->path[GET_CODE_PATH_CODE_ID].uuid};
    auto_json code = json_object();

    TRY(call_read(&call, &code_read_case, &read));
    TRY(shape_code(&read.code, read.ground, code));
    return shape_resource(request, code, read.code.version, ret_answer);
}

static struct maybe_int position_of(const json_t *body)
{
    const json_t *position = json_object_get(body, "position");

    return (struct maybe_int){position != NULL, json_integer_value(position)};
}

static struct code_labels labels_of(const json_t *body)
{
    const json_t *labels = json_object_get(body, "labels");

    return (struct code_labels){member_text(labels, "nb"), member_text(labels, "sv"), member_text(labels, "en")};
}

enum status op_create_code(struct api_request *request, struct api_answer *ret_answer)
{
    const json_t *body = request->body;
    struct code_create create = {
        .list = member_text(body, "list"),
        .code = member_text(body, "code"),
        .position = position_of(body),
        .labels = labels_of(body),
        .failure = &request->failure,
    };

    return shape_created(request, &code_create_case, &create, ret_answer);
}

enum status op_change_code(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    const json_t *body = request->body;
    bool retired = false;
    const bool has_retired = member_flag(body, "retired", &retired);
    struct code_change change = {
        .id = request->path[CHANGE_CODE_PATH_CODE_ID].uuid,
        .position = position_of(body),
        .retired = {has_retired, retired},
        .labels = labels_of(body),
    };
    struct outcome_of_write outcome;

    TRY(call_write(&call, &code_change_case, &change, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}
