/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrolments.c: enrolments as JSON (S1).
 * May not touch rights, nor show a student: an enrolment names its student by id.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/enrolment.h"

static json_t *shape_enrolment(const void *record)
{
    const struct enrolment *enrolment = record;

    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:s}", "id", shape_uuid(&enrolment->id), "version",
                     (json_int_t)enrolment->version, "studentId", shape_uuid(&enrolment->student.uuid), "schoolId",
                     shape_uuid(&enrolment->school.uuid), "from", shape_day(enrolment->period.from), "until",
                     shape_day(enrolment->period.until), "ground", enrolment->ground);
}

enum status op_list_enrolments(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &enrolment_kind};

    TRY(shape_page(request, LIST_ENROLMENTS_QUERY_LIMIT, LIST_ENROLMENTS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &request->query[LIST_ENROLMENTS_QUERY_STUDENT_ID]);
    page_filter_id(&list.page.position, 1, &request->query[LIST_ENROLMENTS_QUERY_SCHOOL_ID]);
    return shape_records(request, &list, shape_enrolment, ret_answer);
}

enum status op_get_enrolment(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_ENROLMENT_PATH_ENROLMENT_ID].uuid;

    return shape_record(request, &enrolment_kind, id, shape_enrolment, ret_answer);
}

static enum status read_enrolment(const json_t *body, struct failure *failure, void *input)
{
    struct enrolment_write *write = input;
    const char *civic_number = member_text(body, "civicNumber");

    write->failure = failure;
    write->has_civic_number = civic_number != NULL;
    if (civic_number != NULL && civic_parse(civic_number, write->civic_number) != STATUS_OK)
        return STATUS_INTERNAL;
    member_period(body, &write->period);
    enum status student = member_reference(body, "student", failure, &write->student);
    enum status school = member_reference(body, "school", failure, &write->school);
    return student != STATUS_OK ? student : school;
}

static const struct write_kind writes = {&enrolment_write_case, KIND_ENROLMENT, sizeof(struct enrolment_write),
                                         read_enrolment};

enum status op_create_enrolment(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_enrolment(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_ENROLMENT_PATH_ENROLMENT_ID].uuid, ret_answer);
}

enum status op_provision_enrolments(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
