/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_members.c: who is in which group, as JSON (M1, S4).
 * May not touch rights, nor what is shown of a protected student.
 * Always: what is not in a change stays as it is; group and student are ids, never names.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/group_member.h"

static json_t *shape_group_member(const void *record)
{
    const struct group_member *member = record;

    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:s}", "id", shape_uuid(&member->id), "version",
                     (json_int_t)member->version, "groupId", shape_uuid(&member->group.uuid), "studentId",
                     shape_uuid(&member->student.uuid), "from", shape_day(member->period.from), "until",
                     shape_day(member->period.until), "ground", member->ground);
}

enum status op_list_group_members(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &group_member_kind};
    struct page_position *position = &list.page.position;

    TRY(shape_page(request, LIST_GROUP_MEMBERS_QUERY_LIMIT, LIST_GROUP_MEMBERS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(position, 0, &request->query[LIST_GROUP_MEMBERS_QUERY_GROUP_ID]);
    page_filter_id(position, 1, &request->query[LIST_GROUP_MEMBERS_QUERY_STUDENT_ID]);
    return shape_records(request, &list, shape_group_member, ret_answer);
}

enum status op_get_group_member(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_GROUP_MEMBER_PATH_MEMBER_ID].uuid;

    return shape_record(request, &group_member_kind, id, shape_group_member, ret_answer);
}

static enum status read_group_member(const json_t *body, struct failure *failure, void *input)
{
    struct group_member_write *write = input;

    write->failure = failure;
    member_period(body, &write->change);
    TRY(member_reference(body, "group", failure, &write->group));
    return member_reference(body, "student", failure, &write->student);
}

static const struct write_kind writes = {&group_member_write_case, KIND_GROUP_MEMBER, sizeof(struct group_member_write),
                                         read_group_member};

enum status op_create_group_member(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_group_member(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_GROUP_MEMBER_PATH_MEMBER_ID].uuid, ret_answer);
}

enum status op_provision_group_members(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
