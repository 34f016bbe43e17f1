/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ties.c: ties as JSON (M1).
 * May not touch rights, nor the names of those who are bound.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/tie.h"

static json_t *shape_tie(const void *record)
{
    const struct tie *tie = record;

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
    struct record_list list = {.kind = &tie_kind};

    TRY(shape_page(request, LIST_TIES_QUERY_LIMIT, LIST_TIES_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filters(request->query, &list.page.position));
    return shape_records(request, &list, shape_tie, ret_answer);
}

enum status op_get_tie(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_TIE_PATH_TIE_ID].uuid;

    return shape_record(request, &tie_kind, id, shape_tie, ret_answer);
}

static enum status read_tie(const json_t *body, struct failure *failure, void *input)
{
    struct tie_write *write = input;
    const char *kind = member_text(body, "kind");

    write->has_kind = kind != NULL;
    if (write->has_kind)
        TRY(tie_kind_parse(kind, &write->kind));
    write->failure = failure;
    member_period(body, &write->period);
    TRY(member_reference(body, "student", failure, &write->student));
    return member_reference(body, "person", failure, &write->person);
}

static const struct write_kind writes = {&tie_write_case, KIND_TIE, sizeof(struct tie_write), read_tie};

enum status op_create_tie(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_tie(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_TIE_PATH_TIE_ID].uuid, ret_answer);
}

enum status op_provision_ties(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
