/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * memberships.c: memberships as JSON (M1).
 * May not touch rights, nor the names of whom a membership is about.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/membership.h"

static json_t *shape_membership(const void *record)
{
    const struct membership *membership = record;
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
    struct record_list list = {.kind = &membership_kind};

    TRY(shape_page(request, LIST_MEMBERSHIPS_QUERY_LIMIT, LIST_MEMBERSHIPS_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filters(request->query, &list.page.position));
    return shape_records(request, &list, shape_membership, ret_answer);
}

enum status op_get_membership(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_MEMBERSHIP_PATH_MEMBERSHIP_ID].uuid;

    return shape_record(request, &membership_kind, id, shape_membership, ret_answer);
}

static enum status read_membership(const json_t *body, struct failure *failure, void *input)
{
    struct membership_write *write = input;
    const char *role = member_text(body, "role");

    write->has_role = role != NULL;
    if (write->has_role)
        TRY(role_parse(role, &write->role));
    write->failure = failure;
    member_period(body, &write->period);
    TRY(member_reference(body, "person", failure, &write->person));
    return member_reference(body, "school", failure, &write->school);
}

static const struct write_kind writes = {&membership_write_case, KIND_MEMBERSHIP, sizeof(struct membership_write),
                                         read_membership};

enum status op_create_membership(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_membership(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_MEMBERSHIP_PATH_MEMBERSHIP_ID].uuid, ret_answer);
}

enum status op_provision_memberships(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
