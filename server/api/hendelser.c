/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hendelser.c: what happened in a personsak, as JSON (P3, P6, P7, P9, P10).
 * May not touch rights: what is shown of what was struck is settled by the use case.
 * Always: what is not shown is null; a personsak is named by the path and never by a body.
 */
#include <string.h>

#include "api/shape.h"
#include "api/strike.h"
#include "base/json_text.h"
#include "contract.gen.h"
#include "domain/hendelse.h"

/* ---- Written ------------------------------------------------------------------------------------------------------------ */

/* Texts are long: they are written without a JSON value in between. */
static void write_time(struct json_writer *writer, const char *name, struct maybe_int at)
{
    char text[TIME_TEXT_BYTES];

    if (at.known)
        time_format(at.value, text);
    json_put_text(writer, name, at.known ? text : NULL);
}

static void write_person(struct json_writer *writer, const char *name, const struct person_id *person,
                         const char *person_name)
{
    json_open(writer, name, '{');
    json_put_uuid(writer, "personId", &person->uuid);
    json_put_text(writer, "name", person_name);
    json_close(writer, '}');
}

static void write_struck(struct json_writer *writer, const struct strike *struck)
{
    if (!struck->is_struck) {
        json_put_text(writer, "struck", NULL);
        return;
    }
    json_open(writer, "struck", '{');
    write_time(writer, "at", (struct maybe_int){true, struck->at});
    write_person(writer, "by", &struck->by, struck->by_name);
    json_put_text(writer, "reason", struck->reason);
    json_close(writer, '}');
}

static void write_hendelse(struct json_writer *writer, const struct hendelse *hendelse)
{
    json_open(writer, NULL, '{');
    json_put_uuid(writer, "id", &hendelse->id);
    json_put_integer(writer, "version", hendelse->version);
    json_put_text(writer, "ground", hendelse->ground);
    json_put_uuid(writer, "personsakId", &hendelse->personsak.uuid);
    json_put_text(writer, "kind", hendelse->kind);
    json_put_text(writer, "category", hendelse->category);
    write_time(writer, "happenedAt", hendelse->happened_at);
    json_put_text(writer, "text", hendelse->text);
    write_person(writer, "author", &hendelse->author, hendelse->author_name);
    write_time(writer, "recordedAt", (struct maybe_int){true, hendelse->recorded_at});
    write_time(writer, "amendedAt", hendelse->amended_at);
    if (hendelse->documents.known)
        json_put_integer(writer, "documents", hendelse->documents.value);
    else
        json_put_text(writer, "documents", NULL);
    write_struck(writer, &hendelse->struck);
    json_close(writer, '}');
}

static void write_version(struct json_writer *writer, const struct hendelse_version *version, const char *ground)
{
    json_open(writer, NULL, '{');
    json_put_integer(writer, "version", version->version);
    json_put_text(writer, "kind", version->kind);
    json_put_text(writer, "category", version->category);
    write_time(writer, "happenedAt", (struct maybe_int){true, version->happened_at});
    json_put_text(writer, "text", version->text);
    write_time(writer, "writtenAt", (struct maybe_int){true, version->written_at});
    json_put_text(writer, "ground", ground);
    json_close(writer, '}');
}

/* ---- Read --------------------------------------------------------------------------------------------------------------- */

enum status op_get_hendelse(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct hendelse_read read = {.id = request->path[GET_HENDELSE_PATH_HENDELSE_ID].uuid};
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);

    TRY(call_read(&call, &hendelse_read_case, &read));
    write_hendelse(&(struct json_writer){.buffer = &text}, &read.hendelse);
    return shape_written(request, &text, &read.hendelse.version, ret_answer);
}

/* Values that the contract has checked. */
static enum status read_time(const struct parameter *parameter, struct maybe_int *ret_time)
{
    if (!parameter->present)
        return STATUS_OK;
    ret_time->known = true;
    return time_parse(parameter->text, &ret_time->value);
}

static enum status read_filter(const struct parameter *query, struct hendelse_filter *filter)
{
    const struct parameter *order = &query[LIST_HENDELSER_QUERY_ORDER];

    filter->oldest_first = order->present && strcmp(order->text, "oldest") == 0;
    filter->kind = query[LIST_HENDELSER_QUERY_KIND].text;
    filter->category = query[LIST_HENDELSER_QUERY_CATEGORY].text;
    filter->by_author = query[LIST_HENDELSER_QUERY_AUTHOR_ID].present;
    filter->author = query[LIST_HENDELSER_QUERY_AUTHOR_ID].uuid;
    TRY(read_time(&query[LIST_HENDELSER_QUERY_FROM], &filter->from));
    return read_time(&query[LIST_HENDELSER_QUERY_UNTIL], &filter->until);
}

enum status op_list_hendelser(struct api_request *request, struct api_answer *ret_answer)
{
    struct hendelse_list list = {.personsak = {request->path[LIST_HENDELSER_PATH_PERSONSAK_ID].uuid}};
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);
    struct json_writer writer = {.buffer = &text};

    TRY(shape_page(request, LIST_HENDELSER_QUERY_LIMIT, LIST_HENDELSER_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filter(request->query, &list.filter));
    const bool filtered = list.filter.kind != NULL || list.filter.category != NULL || list.page.token != NULL;
    TRY(shape_list(request, filtered ? &hendelse_filtered_case : &hendelse_list_case, &list));
    json_open(&writer, NULL, '{');
    json_open(&writer, "data", '[');
    for (size_t i = 0; i < list.page.n; i++)
        write_hendelse(&writer, &list.hendelser[i]);
    json_close(&writer, ']');
    json_put_text(&writer, "pageToken", list.page.next_token);
    json_close(&writer, '}');
    return shape_written(request, &text, NULL, ret_answer);
}

enum status op_list_hendelse_versions(struct api_request *request, struct api_answer *ret_answer)
{
    struct hendelse_versions list = {.id = request->path[LIST_HENDELSE_VERSIONS_PATH_HENDELSE_ID].uuid};
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);
    struct json_writer writer = {.buffer = &text};

    TRY(shape_page(request, LIST_HENDELSE_VERSIONS_QUERY_LIMIT, LIST_HENDELSE_VERSIONS_QUERY_PAGE_TOKEN, &list.page));
    TRY(shape_list(request, &hendelse_versions_case, &list));
    json_open(&writer, NULL, '{');
    json_open(&writer, "data", '[');
    for (size_t i = 0; i < list.page.n; i++)
        write_version(&writer, &list.versions[i], list.ground);
    json_close(&writer, ']');
    json_put_text(&writer, "pageToken", list.page.next_token);
    json_close(&writer, '}');
    return shape_written(request, &text, NULL, ret_answer);
}

/* ---- Changed ------------------------------------------------------------------------------------------------------------ */

/* False when it is not there. */
static bool member_time(const json_t *body, const char *name, int64_t *ret_time)
{
    const char *text = member_text(body, name);

    return text != NULL && time_parse(text, ret_time) == STATUS_OK;
}

enum status op_add_hendelse(struct api_request *request, struct api_answer *ret_answer)
{
    struct hendelse_add add = {
        .personsak = {request->path[ADD_HENDELSE_PATH_PERSONSAK_ID].uuid},
        .kind = member_text(request->body, "kind"),
        .category = member_text(request->body, "category"),
        .text = member_text(request->body, "text"),
        .failure = &request->failure,
    };

    if (!member_time(request->body, "happenedAt", &add.happened_at))
        return STATUS_INTERNAL;
    return shape_created_at(request, "/v1/hendelser", &hendelse_add_case, &add, ret_answer);
}

enum status op_amend_hendelse(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct hendelse_amend amend = {
        .id = request->path[AMEND_HENDELSE_PATH_HENDELSE_ID].uuid,
        .kind = member_text(request->body, "kind"),
        .category = member_text(request->body, "category"),
        .text = member_text(request->body, "text"),
        .failure = &request->failure,
    };
    struct outcome_of_write outcome;

    amend.happened_at.known = member_time(request->body, "happenedAt", &amend.happened_at.value);
    TRY(call_write(&call, &hendelse_amend_case, &amend, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

enum status op_strike_hendelse(struct api_request *request, struct api_answer *ret_answer)
{
    return api_strike(request, &hendelse_strike, &request->path[STRIKE_HENDELSE_PATH_HENDELSE_ID].uuid, ret_answer);
}

enum status op_add_hendelse_to_student(struct api_request *request, struct api_answer *ret_answer)
{
    struct hendelse_without_personsak without = {{request->path[ADD_HENDELSE_TO_STUDENT_PATH_STUDENT_ID].uuid}};

    return shape_created_at(request, "/v1/hendelser", &hendelse_without_personsak_case, &without, ret_answer);
}
