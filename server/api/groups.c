/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * groups.c: groups as JSON (M1).
 * May not touch rights, nor which of a group's members are shown.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/group.h"

static json_t *shape_group(const void *record)
{
    const struct group *group = record;

    return json_pack("{s:o, s:I, s:o, s:s, s:s, s:s}", "id", shape_uuid(&group->id.uuid), "version",
                     (json_int_t)group->version, "schoolId", shape_uuid(&group->school.uuid), "kind", group->kind,
                     "name", group->name, "ground", group->ground);
}

enum status op_list_groups(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &group_kind};

    TRY(shape_page(request, LIST_GROUPS_QUERY_LIMIT, LIST_GROUPS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &request->query[LIST_GROUPS_QUERY_SCHOOL_ID]);
    return shape_records(request, &list, shape_group, ret_answer);
}

enum status op_get_group(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_GROUP_PATH_GROUP_ID].uuid;

    return shape_record(request, &group_kind, id, shape_group, ret_answer);
}

static enum status read_group(const json_t *body, struct failure *failure, void *input)
{
    struct group_write *write = input;

    write->kind = member_text(body, "kind");
    write->name = member_text(body, "name");
    write->failure = failure;
    return member_reference(body, "school", failure, &write->school);
}

static const struct write_kind writes = {&group_write_case, KIND_GROUP, sizeof(struct group_write), read_group};

enum status op_create_group(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_group(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_GROUP_PATH_GROUP_ID].uuid, ret_answer);
}

enum status op_provision_groups(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
