/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * documents.c: files on hendelser: JSON of them, and their bytes (P3, P6, P9, P10).
 * May not touch rights, and keeps no byte of a file longer than it is handed on.
 * Always: a file is answered as something to be saved, never as a page.
 */
#include <assert.h>
#include <inttypes.h>

#include "api/disposition.h"
#include "api/names.h"
#include "api/shape.h"
#include "api/strike.h"
#include "call/call.h"
#include "call/download.h"
#include "contract.gen.h"
#include "domain/document.h"

/* ---- What is told of them ----------------------------------------------------------------------------------------------- */

static json_t *shape_struck(const struct person_names *names, const struct strike *struck)
{
    if (!struck->is_struck)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "at", shape_time(struck->at), "by", shape_person(names, &struck->by), "reason",
                     shape_text(struck->reason));
}

static enum status shape_document(const struct person_names *names, const struct document *document, json_t *object)
{
    TRY(shape_set(object, "id", shape_uuid(&document->id)));
    TRY(shape_set(object, "version", json_integer(document->version)));
    TRY(shape_set(object, "ground", json_string(document->ground)));
    TRY(shape_set(object, "personsakId", shape_uuid(&document->personsak.uuid)));
    TRY(shape_set(object, "hendelseId", shape_uuid(&document->hendelse)));
    TRY(shape_set(object, "name", shape_text(document->name)));
    TRY(shape_set(object, "mediaType", shape_text(document->media_type)));
    TRY(shape_set(object, "size", document->shown ? json_integer(document->size) : json_null()));
    TRY(shape_set(object, "received", document->shown ? json_integer(document->received) : json_null()));
    TRY(shape_set(object, "complete", json_boolean(document->received == document->size)));
    TRY(shape_set(object, "author", shape_person(names, &document->author)));
    TRY(shape_set(object, "recordedAt", shape_time(document->recorded_at)));
    return shape_set(object, "struck", shape_struck(names, &document->struck));
}

enum status op_get_document(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct document_read read = {.id = request->path[GET_DOCUMENT_PATH_DOCUMENT_ID].uuid};
    auto_json body = json_object();

    TRY(call_read(&call, &document_read_case, &read));
    TRY(shape_document(&read.names, &read.document, body));
    return shape_resource(request, body, read.document.version, ret_answer);
}

enum status op_list_documents(struct api_request *request, struct api_answer *ret_answer)
{
    struct document_list list = {.hendelse = request->path[LIST_DOCUMENTS_PATH_HENDELSE_ID].uuid};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_DOCUMENTS_QUERY_LIMIT, LIST_DOCUMENTS_QUERY_PAGE_TOKEN, &list.page));
    TRY(shape_list(request, &document_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++) {
        json_t *document = json_object();
        TRY(shape_append(data, document));
        TRY(shape_document(&list.names, &list.documents[i], document));
    }
    return shape_listed(data, &list.page, ret_answer);
}

/* ---- Announced, sent, struck -------------------------------------------------------------------------------------------- */

enum status op_create_document(struct api_request *request, struct api_answer *ret_answer)
{
    struct document_create create = {
        .hendelse = request->path[CREATE_DOCUMENT_PATH_HENDELSE_ID].uuid,
        .name = member_text(request->body, "name"),
        .media_type = member_text(request->body, "mediaType"),
        .size = json_integer_value(json_object_get(request->body, "size")),
    };

    if (create.size > house_document_bytes(request->house))
        return STATUS_TOO_LARGE;
    return shape_created_at(request, "/v1/documents", &document_create_case, &create, ret_answer);
}

static void put_header(struct api_answer *answer, const char *name, const char *value)
{
    assert(answer->n_headers < ANSWER_MAX_HEADERS);
    answer->headers[answer->n_headers++] = (struct api_header){name, value};
}

static enum status put_offset(const struct api_request *request, int64_t received, struct api_answer *answer)
{
    const char *value = arena_printf(request->arena, "%" PRId64, received);

    if (value == NULL)
        return STATUS_NO_MEMORY;
    put_header(answer, "Upload-Offset", value);
    return STATUS_OK;
}

enum status op_send_document_part(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct document_send send = {
        .id = request->path[SEND_DOCUMENT_PART_PATH_DOCUMENT_ID].uuid,
        .offset = request->upload_offset,
        .bytes = request->bytes,
        .len = request->n_bytes,
        .media = house_media(request->house),
        .failure = &request->failure,
    };
    struct outcome_of_write outcome;

    enum status status = call_write(&call, &document_send_case, &send, &outcome);
    if (status == STATUS_OFFSET_MISMATCH)
        TRY(put_offset(request, send.received, ret_answer));
    TRY(status);
    TRY(put_offset(request, send.offset + (int64_t)send.len, ret_answer));
    TRY(shape_etag(request->arena, outcome.receipt.version, &ret_answer->etag));
    ret_answer->http_status = 204;
    return STATUS_OK;
}

enum status op_strike_document(struct api_request *request, struct api_answer *ret_answer)
{
    return api_strike(request, &document_strike_kind, &request->path[STRIKE_DOCUMENT_PATH_DOCUMENT_ID].uuid,
                      ret_answer);
}

/* ---- Their bytes -------------------------------------------------------------------------------------------------------- */

static enum status read_piece(void *context, uint64_t position, void *piece, size_t max, size_t *ret_len)
{
    return download_read(context, position, piece, max, ret_len);
}

static void close_download(void *context)
{
    download_close(context);
}

static enum status put_content_range(const struct api_request *request, const struct document_content *content,
                                     struct api_answer *answer)
{
    const int64_t size = content->whole.size;
    const char *value = content->len == 0 ? arena_printf(request->arena, "bytes */%" PRId64, size)
                                          : arena_printf(request->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRId64,
                                                         content->first, content->first + content->len - 1, size);

    if (value == NULL)
        return STATUS_NO_MEMORY;
    put_header(answer, "Content-Range", value);
    return STATUS_OK;
}

static enum status shape_content(const struct api_request *request, const struct document_content *content,
                                 struct api_answer *answer)
{
    const char *disposition = NULL;

    TRY(disposition_text(request->arena, content->name, &disposition));
    put_header(answer, "Content-Disposition", disposition);
    put_header(answer, "Accept-Ranges", "bytes");
    if (content->partial)
        TRY(put_content_range(request, content, answer));
    TRY(shape_etag(request->arena, content->version, &answer->etag));
    answer->http_status = content->partial ? 206 : 200;
    answer->stream_type = content->media_type;
    return STATUS_OK;
}

/* What a client that goes on with an upload asks for: how far it has come. */
static enum status shape_unfinished(const struct api_request *request, const struct document_content *content,
                                    struct api_answer *answer)
{
    TRY(put_offset(request, content->received, answer));
    answer->http_status = 204;
    return STATUS_OK;
}

static enum status shape_refused(const struct api_request *request, const struct document_content *content,
                                 enum status status, struct api_answer *answer)
{
    if (status == STATUS_DOCUMENT_UNFINISHED)
        TRY(put_offset(request, content->received, answer));
    if (status == STATUS_RANGE_BEYOND)
        TRY(put_content_range(request, content, answer));
    return status;
}

enum status op_get_document_content(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct document_content content = {
        .id = request->path[GET_DOCUMENT_CONTENT_PATH_DOCUMENT_ID].uuid,
        .range = request->range,
        .range_if = request->range_if,
        .may_be_unfinished = request->is_head,
    };
    struct download *download = NULL;

    enum status status = call_download(&call, &content, &download);
    if (status != STATUS_OK)
        return shape_refused(request, &content, status, ret_answer);
    if (download == NULL)
        return shape_unfinished(request, &content, ret_answer);
    ret_answer->stream = (struct api_stream){
        .context = download,
        .size = content.len,
        .holds = 2 * (size_t)DOWNLOAD_BYTES, /* a part, and for a moment what it was sealed in */
        .read = read_piece,
        .close = close_download,
    };
    return shape_content(request, &content, ret_answer);
}
