/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ties.c: ties as JSON (M1).
 * May not touch rights, nor the names of those who are bound.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/tie.h"

static json_t *shape_tie(const struct tie *tie)
{
    return json_pack("{s:o, s:I, s:o, s:o, s:s, s:s, s:o, s:o, s:s}", "id", shape_uuid(&tie->id), "version",
                     (json_int_t)tie->version, "studentId", shape_uuid(&tie->student.uuid), "personId",
                     shape_uuid(&tie->person.uuid), "kind", tie_kind_name(tie->kind), "source", tie->source, "from",
                     shape_day(tie->period.from), "until", shape_day(tie->period.until), "ground", tie->ground);
}

/* Values that the contract has checked. */
static enum status read_filters(const struct parameter *query, struct page_position *position)
{
    const struct parameter *kind = &query[LIST_TIES_QUERY_KIND];
    enum tie_kind wanted;

    page_filter_id(position, 0, &query[LIST_TIES_QUERY_STUDENT_ID]);
    page_filter_id(position, 1, &query[LIST_TIES_QUERY_PERSON_ID]);
    if (!kind->present)
        return STATUS_OK;
    TRY(tie_kind_parse(kind->text, &wanted));
    position->numbers[0] = wanted;
    position->given |= TIE_LIST_BY_KIND;
    return STATUS_OK;
}

enum status op_list_ties(struct api_request *request, struct api_answer *ret_answer)
{
    struct tie_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_TIES_QUERY_LIMIT, LIST_TIES_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filters(request->query, &list.page.position));
    TRY(shape_list(request, &tie_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_tie(&list.ties[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_tie(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct tie_read read = {.id = request->path[GET_TIE_PATH_TIE_ID].uuid};
    auto_json body = NULL;

    TRY(call_read(&call, &tie_read_case, &read));
    body = shape_tie(&read.tie);
    return shape_resource(request, body, read.tie.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static enum status tie_read_members(const json_t *body, struct failure *failure, struct tie_write *write)
{
    const char *kind = member_text(body, "kind");

    write->has_kind = kind != NULL;
    if (write->has_kind)
        TRY(tie_kind_parse(kind, &write->kind));
    write->failure = failure;
    write->target.kind = KIND_TIE;
    write->target.external = member_external(body, "externalId");
    member_period(body, &write->period);
    TRY(member_reference(body, "student", failure, &write->student));
    return member_reference(body, "person", failure, &write->person);
}

enum status op_create_tie(struct api_request *request, struct api_answer *ret_answer)
{
    struct tie_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    TRY(tie_read_members(request->body, &request->failure, &write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &tie_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_tie(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct tie_write write = {.target = {.way = TARGET_CHANGE, .id = request->path[CHANGE_TIE_PATH_TIE_ID].uuid}};
    struct outcome_of_write outcome;

    TRY(tie_read_members(request->body, &request->failure, &write));
    TRY(call_write(&call, &tie_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status tie_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct tie_write *write = input;

    *write = (struct tie_write){.target.way = TARGET_PUT};
    return tie_read_members(item, failure, write);
}

enum status op_provision_ties(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&tie_write_case, sizeof(struct tie_write), tie_read_item};

    return shape_put(request, &kind, ret_answer);
}
