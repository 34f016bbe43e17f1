/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrolments.c: enrolments as JSON (S1).
 * May not touch rights, nor show a student: an enrolment names its student by id.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/enrolment.h"

static json_t *shape_enrolment(const struct enrolment *enrolment)
{
    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:s}", "id", shape_uuid(&enrolment->id), "version",
                     (json_int_t)enrolment->version, "studentId", shape_uuid(&enrolment->student.uuid), "schoolId",
                     shape_uuid(&enrolment->school.uuid), "from", shape_day(enrolment->period.from), "until",
                     shape_day(enrolment->period.until), "ground", enrolment->ground);
}

enum status op_list_enrolments(struct api_request *request, struct api_answer *ret_answer)
{
    struct enrolment_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_ENROLMENTS_QUERY_LIMIT, LIST_ENROLMENTS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &request->query[LIST_ENROLMENTS_QUERY_STUDENT_ID]);
    page_filter_id(&list.page.position, 1, &request->query[LIST_ENROLMENTS_QUERY_SCHOOL_ID]);
    TRY(shape_list(request, &enrolment_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_enrolment(&list.enrolments[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_enrolment(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct enrolment_read read = {.id = request->path[GET_ENROLMENT_PATH_ENROLMENT_ID].uuid};
    auto_json body = NULL;

    TRY(call_read(&call, &enrolment_read_case, &read));
    body = shape_enrolment(&read.enrolment);
    return shape_resource(request, body, read.enrolment.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static enum status enrolment_read_members(const json_t *body, struct failure *failure, struct enrolment_write *write)
{
    const char *civic_number = member_text(body, "civicNumber");

    write->failure = failure;
    write->target.kind = KIND_ENROLMENT;
    write->target.external = member_external(body, "externalId");
    write->has_civic_number = civic_number != NULL;
    if (civic_number != NULL && civic_parse(civic_number, write->civic_number) != STATUS_OK)
        return STATUS_INTERNAL;
    member_period(body, &write->period);
    enum status student = member_reference(body, "student", failure, &write->student);
    enum status school = member_reference(body, "school", failure, &write->school);
    return student != STATUS_OK ? student : school;
}

enum status op_create_enrolment(struct api_request *request, struct api_answer *ret_answer)
{
    struct enrolment_write *write = arena_alloc(request->arena, sizeof *write);
    struct outcome_of_write outcome;
    struct call call;

    if (write == NULL)
        return STATUS_NO_MEMORY;
    write->target.way = TARGET_CREATE;
    TRY(enrolment_read_members(request->body, &request->failure, write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &enrolment_write_case, write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_enrolment(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct enrolment_write write = {
        .target = {.way = TARGET_CHANGE, .id = request->path[CHANGE_ENROLMENT_PATH_ENROLMENT_ID].uuid}};
    struct outcome_of_write outcome;

    TRY(enrolment_read_members(request->body, &request->failure, &write));
    TRY(call_write(&call, &enrolment_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status enrolment_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct enrolment_write *write = input;

    *write = (struct enrolment_write){.target.way = TARGET_PUT};
    return enrolment_read_members(item, failure, write);
}

enum status op_provision_enrolments(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&enrolment_write_case, sizeof(struct enrolment_write), enrolment_read_item};

    return shape_put(request, &kind, ret_answer);
}
