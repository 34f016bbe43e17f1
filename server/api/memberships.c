/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * memberships.c: memberships as JSON (M1).
 * May not touch rights, nor the names of whom a membership is about.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/membership.h"

static json_t *shape_membership(const struct membership *membership)
{
    const struct maybe_uuid *school = &membership->school;

    return json_pack("{s:o, s:I, s:o, s:o, s:s, s:o, s:o, s:s}", "id", shape_uuid(&membership->id), "version",
                     (json_int_t)membership->version, "personId", shape_uuid(&membership->person.uuid), "schoolId",
                     school->known ? shape_uuid(&school->uuid) : json_null(), "role", role_name(membership->role),
                     "from", shape_day(membership->period.from), "until", shape_day(membership->period.until), "ground",
                     membership->ground);
}

/* Values that the contract has checked. */
static enum status read_filters(const struct parameter *query, struct page_position *position)
{
    const struct parameter *role = &query[LIST_MEMBERSHIPS_QUERY_ROLE], *on = &query[LIST_MEMBERSHIPS_QUERY_ON];
    enum role wanted;
    int32_t day;

    page_filter_id(position, 0, &query[LIST_MEMBERSHIPS_QUERY_PERSON_ID]);
    page_filter_id(position, 1, &query[LIST_MEMBERSHIPS_QUERY_SCHOOL_ID]);
    if (role->present) {
        TRY(role_parse(role->text, &wanted));
        position->numbers[0] = wanted;
        position->given |= MEMBERSHIP_LIST_BY_ROLE;
    }
    if (on->present) {
        TRY(day_parse(on->text, &day));
        position->numbers[1] = day;
        position->given |= MEMBERSHIP_LIST_BY_DAY;
    }
    return STATUS_OK;
}

enum status op_list_memberships(struct api_request *request, struct api_answer *ret_answer)
{
    struct membership_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_MEMBERSHIPS_QUERY_LIMIT, LIST_MEMBERSHIPS_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filters(request->query, &list.page.position));
    TRY(shape_list(request, &membership_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_membership(&list.memberships[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_membership(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct membership_read read = {.id = request->path[GET_MEMBERSHIP_PATH_MEMBERSHIP_ID].uuid};
    auto_json body = NULL;

    TRY(call_read(&call, &membership_read_case, &read));
    body = shape_membership(&read.membership);
    return shape_resource(request, body, read.membership.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static enum status membership_read_members(const json_t *body, struct failure *failure, struct membership_write *write)
{
    const char *role = member_text(body, "role");

    write->has_role = role != NULL;
    if (write->has_role)
        TRY(role_parse(role, &write->role));
    write->failure = failure;
    write->target.kind = KIND_MEMBERSHIP;
    write->target.external = member_external(body, "externalId");
    member_period(body, &write->period);
    TRY(member_reference(body, "person", failure, &write->person));
    return member_reference(body, "school", failure, &write->school);
}

enum status op_create_membership(struct api_request *request, struct api_answer *ret_answer)
{
    struct membership_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    TRY(membership_read_members(request->body, &request->failure, &write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &membership_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_membership(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct membership_write write = {
        .target = {.way = TARGET_CHANGE, .id = request->path[CHANGE_MEMBERSHIP_PATH_MEMBERSHIP_ID].uuid}};
    struct outcome_of_write outcome;

    TRY(membership_read_members(request->body, &request->failure, &write));
    TRY(call_write(&call, &membership_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status membership_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct membership_write *write = input;

    *write = (struct membership_write){.target.way = TARGET_PUT};
    return membership_read_members(item, failure, write);
}

enum status op_provision_memberships(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&membership_write_case, sizeof(struct membership_write), membership_read_item};

    return shape_put(request, &kind, ret_answer);
}
