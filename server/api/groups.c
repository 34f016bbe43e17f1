/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * groups.c: groups as JSON (M1).
 * May not touch rights, nor which of a group's members are shown.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/group.h"

static json_t *shape_group(const struct group *group)
{
    return json_pack("{s:o, s:I, s:o, s:s, s:s, s:s}", "id", shape_uuid(&group->id.uuid), "version",
                     (json_int_t)group->version, "schoolId", shape_uuid(&group->school.uuid), "kind", group->kind,
                     "name", group->name, "ground", group->ground);
}

enum status op_list_groups(struct api_request *request, struct api_answer *ret_answer)
{
    struct group_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_GROUPS_QUERY_LIMIT, LIST_GROUPS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &request->query[LIST_GROUPS_QUERY_SCHOOL_ID]);
    TRY(shape_list(request, &group_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_group(&list.groups[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_group(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct group_read read = {.id = {request->path[GET_GROUP_PATH_GROUP_ID].uuid}};
    auto_json body = NULL;

    TRY(call_read(&call, &group_read_case, &read));
    body = shape_group(&read.group);
    return shape_resource(request, body, read.group.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static enum status group_read_members(const json_t *body, struct failure *failure, struct group_write *write)
{
    write->kind = member_text(body, "kind");
    write->name = member_text(body, "name");
    write->failure = failure;
    write->target.kind = KIND_GROUP;
    write->target.external = member_external(body, "externalId");
    return member_reference(body, "school", failure, &write->school);
}

enum status op_create_group(struct api_request *request, struct api_answer *ret_answer)
{
    struct group_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    TRY(group_read_members(request->body, &request->failure, &write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &group_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_group(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct group_write write = {.target = {.way = TARGET_CHANGE, .id = request->path[CHANGE_GROUP_PATH_GROUP_ID].uuid}};
    struct outcome_of_write outcome;

    TRY(group_read_members(request->body, &request->failure, &write));
    TRY(call_write(&call, &group_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status group_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct group_write *write = input;

    *write = (struct group_write){.target.way = TARGET_PUT};
    return group_read_members(item, failure, write);
}

enum status op_provision_groups(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&group_write_case, sizeof(struct group_write), group_read_item};

    return shape_put(request, &kind, ret_answer);
}
