/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_members.c: who is in which group, as JSON (M1, S4).
 * May not touch rights, nor what is shown of a protected student.
 * Always: what is not in a change stays as it is; group and student are ids, never names.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/group_member.h"

static json_t *shape_group_member(const struct group_member *member)
{
    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:s}", "id", shape_uuid(&member->id), "version",
                     (json_int_t)member->version, "groupId", shape_uuid(&member->group.uuid), "studentId",
                     shape_uuid(&member->student.uuid), "from", shape_day(member->period.from), "until",
                     shape_day(member->period.until), "ground", member->ground);
}

enum status op_list_group_members(struct api_request *request, struct api_answer *ret_answer)
{
    struct group_member_list list = {0};
    struct page_position *position = &list.page.position;
    auto_json data = json_array();

    TRY(shape_page(request, LIST_GROUP_MEMBERS_QUERY_LIMIT, LIST_GROUP_MEMBERS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(position, 0, &request->query[LIST_GROUP_MEMBERS_QUERY_GROUP_ID]);
    page_filter_id(position, 1, &request->query[LIST_GROUP_MEMBERS_QUERY_STUDENT_ID]);
    TRY(shape_list(request, &group_member_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_group_member(&list.members[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_group_member(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct group_member_read read = {.id = request->path[GET_GROUP_MEMBER_PATH_MEMBER_ID].uuid};
    auto_json body = NULL;

    TRY(call_read(&call, &group_member_read_case, &read));
    body = shape_group_member(&read.member);
    if (body == NULL)
        return STATUS_NO_MEMORY;
    return shape_resource(request, body, read.member.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static enum status group_member_read_members(const json_t *body, struct failure *failure,
                                             struct group_member_write *write)
{
    write->failure = failure;
    write->target.kind = KIND_GROUP_MEMBER;
    write->target.external = member_external(body, "externalId");
    member_period(body, &write->change);
    TRY(member_reference(body, "group", failure, &write->group));
    return member_reference(body, "student", failure, &write->student);
}

enum status op_create_group_member(struct api_request *request, struct api_answer *ret_answer)
{
    struct group_member_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    TRY(group_member_read_members(request->body, &request->failure, &write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &group_member_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_group_member(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct group_member_write write = {
        .target = {.way = TARGET_CHANGE, .id = request->path[CHANGE_GROUP_MEMBER_PATH_MEMBER_ID].uuid}};
    struct outcome_of_write outcome;

    TRY(group_member_read_members(request->body, &request->failure, &write));
    TRY(call_write(&call, &group_member_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status group_member_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct group_member_write *write = input;

    *write = (struct group_member_write){.target.way = TARGET_PUT};
    return group_member_read_members(item, failure, write);
}

enum status op_provision_group_members(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&group_member_write_case, sizeof(struct group_member_write),
                                         group_member_read_item};

    return shape_put(request, &kind, ret_answer);
}
