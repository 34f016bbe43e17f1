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

static enum status read_organisation(const json_t *body, struct failure *failure, void *input)
{
    struct organisation_write *write = input;

    (void)failure;
    write->name = member_text(body, "name");
    return STATUS_OK;
}

static const struct write_kind writes = {&organisation_write_case, KIND_ORGANISATION, sizeof(struct organisation_write),
                                         read_organisation};

enum status op_change_organisation(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &(struct uuid){0}, ret_answer);
}

enum status op_provision_organisation(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
