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

static json_t *shape_identity(const struct identity *identity)
{
    return json_pack("{s:o, s:I, s:o, s:s, s:s, s:o, s:s}", "id", shape_uuid(&identity->id), "version",
                     (json_int_t)identity->version, "personId", shape_uuid(&identity->person.uuid), "issuer",
                     identity->issuer, "subject", identity->subject, "endedAt", shape_ended_at(identity), "ground",
                     identity->ground);
}

enum status op_list_identities(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *query = request->query;
    struct identity_list list = {0};
    auto_json data = json_array();

    if (!query[LIST_IDENTITIES_QUERY_PERSON_ID].present && !query[LIST_IDENTITIES_QUERY_PAGE_TOKEN].present)
        return failure_add(&request->failure, FAILURE_IN_QUERY, FAILURE_REQUIRED, "personId");
    TRY(shape_page(request, LIST_IDENTITIES_QUERY_LIMIT, LIST_IDENTITIES_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &query[LIST_IDENTITIES_QUERY_PERSON_ID]);
    TRY(shape_list(request, &identity_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_identity(&list.identities[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_identity(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct identity_read read = {.id = request->path[GET_IDENTITY_PATH_IDENTITY_ID].uuid};
    auto_json body = NULL;

    TRY(call_read(&call, &identity_read_case, &read));
    body = shape_identity(&read.identity);
    return shape_resource(request, body, read.identity.version, ret_answer);
}

/* What creating and putting have in common. */
static enum status identity_read_members(const json_t *body, struct failure *failure, struct identity_write *write)
{
    write->issuer = member_text(body, "issuer");
    write->subject = member_text(body, "subject");
    write->failure = failure;
    write->target.kind = KIND_IDENTITY;
    write->target.external = member_external(body, "externalId");
    return member_reference(body, "person", failure, &write->person);
}

enum status op_create_identity(struct api_request *request, struct api_answer *ret_answer)
{
    struct identity_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    TRY(identity_read_members(request->body, &request->failure, &write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &identity_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
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

static enum status identity_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct identity_write *write = input;

    *write = (struct identity_write){.target.way = TARGET_PUT};
    return identity_read_members(item, failure, write);
}

enum status op_provision_identities(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&identity_write_case, sizeof(struct identity_write), identity_read_item};

    return shape_put(request, &kind, ret_answer);
}
