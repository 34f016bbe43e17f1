/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * logs.c: the logs as trees of hashes: JSON, signed notes and tiles (V1, V3).
 * May not touch rights, or a row.
 * Always: hashes in JSON are base64; notes and tiles are sent as they are signed and hashed.
 */
#include <string.h>

#include "api/shape.h"
#include "base/codec.h"
#include "call/call.h"
#include "contract.gen.h"
#include "domain/log.h"

static const char NOTE_TYPE[] = "text/plain; charset=utf-8", TILE_TYPE[] = "application/octet-stream";

/* Of every path of a log the first parameter. */
_Static_assert((int)GET_LOG_CHECKPOINT_PATH_LOG_ID == 0 && (int)MAKE_LOG_CHECKPOINT_PATH_LOG_ID == 0, "checkpoint");
_Static_assert((int)ADD_LOG_COSIGNATURE_PATH_LOG_ID == 0 && (int)GET_LOG_CONSISTENCY_PATH_LOG_ID == 0, "log");
_Static_assert((int)GET_LOG_TILE_PATH_LOG_ID == 0, "tile");

static struct log_target target_of(const struct api_request *request)
{
    return (struct log_target){house_log(request->house), request->path[0].uuid};
}

/* ---- Which there are ---------------------------------------------------------------------------------------------------- */

static enum status shape_log(const struct log_list *list, const struct log_line *line, json_t *object)
{
    char at[TIME_TEXT_BYTES];
    json_t *keys = json_array();

    TRY(shape_set(object, "keys", keys));
    for (size_t i = 0; i < list->n_keys; i++)
        TRY(shape_append(keys, json_string(line->keys[i])));
    time_format(line->at, at);
    TRY(shape_set(object, "id", shape_uuid(&line->id)));
    TRY(shape_set(object, "kind", json_string(line->is_school ? "school" : "organisation")));
    TRY(shape_set(object, "origin", json_string(line->origin)));
    TRY(shape_set(object, "checkpointSize", line->is_signed ? json_integer((json_int_t)line->size) : json_null()));
    TRY(shape_set(object, "checkpointAt", shape_text(line->is_signed ? at : NULL)));
    return shape_set(object, "ground", json_string(line->ground));
}

enum status op_list_logs(struct api_request *request, struct api_answer *ret_answer)
{
    struct log_list list = {.office = house_log(request->house)};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_LOGS_QUERY_LIMIT, LIST_LOGS_QUERY_PAGE_TOKEN, &list.page));
    TRY(shape_list(request, &log_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++) {
        json_t *line = json_object();
        TRY(shape_append(data, line));
        TRY(shape_log(&list, &list.lines[i], line));
    }
    return shape_listed(data, &list.page, ret_answer);
}

/* ---- Checkpoints -------------------------------------------------------------------------------------------------------- */

enum status op_get_log_checkpoint(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *witness = &request->query[GET_LOG_CHECKPOINT_QUERY_WITNESS];
    struct log_checkpoint read = {.log = target_of(request), .witness = witness->present ? witness->text : NULL};
    const struct call call = shape_call(request);

    TRY(call_read(&call, &log_checkpoint_case, &read));
    return shape_bytes(NOTE_TYPE, read.note, strlen(read.note), ret_answer);
}

static enum status sign(struct api_request *request, const struct write_case *what, void *input,
                        struct api_answer *ret_answer)
{
    struct outcome_of_write outcome;
    struct call call;

    TRY(shape_post(request, &call));
    TRY(call_write(&call, what, input, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

enum status op_make_log_checkpoint(struct api_request *request, struct api_answer *ret_answer)
{
    struct log_making making = {.log = target_of(request)};

    return sign(request, &log_making_case, &making, ret_answer);
}

enum status op_add_log_cosignature(struct api_request *request, struct api_answer *ret_answer)
{
    const json_t *size = json_object_get(request->body, "size");
    struct log_cosigning cosigning = {
        .log = target_of(request),
        .has_size = size != NULL,
        .size = (uint64_t)json_integer_value(size),
        .line = member_text(request->body, "signature"),
        .failure = &request->failure,
    };
    return sign(request, &log_cosigning_case, &cosigning, ret_answer);
}

/* ---- Hashes ------------------------------------------------------------------------------------------------------------- */

static enum status shape_hash(const struct hash *hash, json_t *list)
{
    char text[BASE64_TEXT_BYTES(HASH_BYTES)];

    base64_encode(hash->bytes, HASH_BYTES, text);
    return shape_append(list, json_string(text));
}

enum status op_get_log_consistency(struct api_request *request, struct api_answer *ret_answer)
{
    struct log_consistency read = {
        .log = target_of(request),
        .from = (uint64_t)request->query[GET_LOG_CONSISTENCY_QUERY_FROM].number,
        .to = (uint64_t)request->query[GET_LOG_CONSISTENCY_QUERY_TO].number,
        .failure = &request->failure,
    };
    const struct call call = shape_call(request);
    auto_json hashes = json_array();

    TRY(call_read(&call, &log_consistency_case, &read));
    for (size_t i = 0; i < read.proof.n; i++)
        TRY(shape_hash(&read.proof.hashes[i], hashes));
    return shape_ok(
        json_pack("{s:I, s:I, s:O}", "from", (json_int_t)read.from, "to", (json_int_t)read.to, "hashes", hashes),
        ret_answer);
}

enum status op_get_log_tile(struct api_request *request, struct api_answer *ret_answer)
{
    struct log_tile read = {.log = target_of(request),
                            .level = (unsigned)request->path[GET_LOG_TILE_PATH_LEVEL].number};
    const struct call call = shape_call(request);

    TRY(tile_path_parse(request->path[GET_LOG_TILE_PATH_TILE].text, &read.tile));
    TRY(call_read(&call, &log_tile_case, &read));
    return shape_bytes(TILE_TYPE, read.hashes, read.tile.width * sizeof read.hashes[0], ret_answer);
}
