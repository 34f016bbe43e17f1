/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * organisation.c: the organisation as JSON (M1).
 * May not touch rights.
 * Always: what is not in a change stays as it is.
 */
#include "domain/organisation.h"
#include "api/shape.h"
#include "contract.gen.h"

enum status op_get_organisation(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct organisation_read read = {0};
    const struct organisation *organisation = &read.organisation;
    auto_json body = NULL;

    TRY(call_read(&call, &organisation_read_case, &read));
    body = json_pack("{s:o, s:I, s:s, s:s, s:s}", "id", shape_uuid(&organisation->id.uuid), "version",
                     (json_int_t)organisation->version, "name", organisation->name, "timeZone", organisation->time_zone,
                     "ground", organisation->ground);
    if (body == NULL)
        return STATUS_NO_MEMORY;
    return shape_resource(request, body, organisation->version, ret_answer);
}

static void organisation_read_members(const json_t *body, struct organisation_write *write)
{
    write->name = member_text(body, "name");
    write->target.kind = KIND_ORGANISATION;
    write->target.external = member_external(body, "externalId");
}

enum status op_change_organisation(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct organisation_write write = {.target.way = TARGET_CHANGE};
    struct outcome_of_write outcome;

    organisation_read_members(request->body, &write);
    TRY(call_write(&call, &organisation_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status organisation_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct organisation_write *write = input;

    (void)failure;
    *write = (struct organisation_write){.target.way = TARGET_PUT};
    organisation_read_members(item, write);
    return STATUS_OK;
}

enum status op_provision_organisation(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&organisation_write_case, sizeof(struct organisation_write),
                                         organisation_read_item};

    return shape_put(request, &kind, ret_answer);
}
