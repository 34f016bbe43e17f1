/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identities.c: the logins of people as JSON (M1).
 * May not touch rights, nor whether an issuer is one that the service trusts.
 * Always: issuer and subject stand in bodies only, never in a path or query.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/identity.h"

static json_t *shape_ended_at(const struct identity *identity)
{
    char text[TIME_TEXT_BYTES];

    if (!identity->ended)
        return json_null();
    time_format(identity->ended_at, text);
    return json_string(text);
}

static json_t *shape_identity(const void *record)
{
    const struct identity *identity = record;

    return json_pack("{s:o, s:I, s:o, s:s, s:s, s:o, s:s}", "id", shape_uuid(&identity->id), "version",
                     (json_int_t)identity->version, "personId", shape_uuid(&identity->person.uuid), "issuer",
                     identity->issuer, "subject", identity->subject, "endedAt", shape_ended_at(identity), "ground",
                     identity->ground);
}

enum status op_list_identities(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *query = request->query;
    struct record_list list = {.kind = &identity_kind};

    if (!query[LIST_IDENTITIES_QUERY_PERSON_ID].present && !query[LIST_IDENTITIES_QUERY_PAGE_TOKEN].present)
        return failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_REQUIRED, "personId");
    TRY(shape_page(request, LIST_IDENTITIES_QUERY_LIMIT, LIST_IDENTITIES_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &query[LIST_IDENTITIES_QUERY_PERSON_ID]);
    return shape_records(request, &list, shape_identity, ret_answer);
}

enum status op_get_identity(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_IDENTITY_PATH_IDENTITY_ID].uuid;

    return shape_record(request, &identity_kind, id, shape_identity, ret_answer);
}

static enum status read_identity(const json_t *body, struct failure *failure, void *input)
{
    struct identity_write *write = input;

    write->issuer = member_text(body, "issuer");
    write->subject = member_text(body, "subject");
    write->failure = failure;
    return member_reference(body, "person", failure, &write->person);
}

static const struct write_kind writes = {&identity_write_case, KIND_IDENTITY, sizeof(struct identity_write),
                                         read_identity};

enum status op_create_identity(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_end_identity(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    const struct uuid id = request->path[END_IDENTITY_PATH_IDENTITY_ID].uuid;
    struct identity_end end = {.target = {.way = TARGET_CHANGE, .kind = KIND_IDENTITY, .id = id}};
    struct outcome_of_write outcome;

    TRY(call_write(&call, &identity_end_case, &end, &outcome));
    *ret_answer = (struct api_answer){.http_status = 204};
    return STATUS_OK;
}

enum status op_provision_identities(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
