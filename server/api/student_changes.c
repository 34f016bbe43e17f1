/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_changes.c: changing, merging and putting students, from JSON (S1, S4, S7).
 * May not touch rights, nor show a card: a change answers id, version and ground.
 * Always: what is not in a change stays as it is; null takes a civic number out.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/student_merge.h"
#include "domain/student_write.h"

static enum status read_student(const json_t *body, struct failure *failure, void *input)
{
    const char *civic_number = member_text(body, "civicNumber");
    struct student_write *write = input;

    write->given_name = member_text(body, "givenName");
    write->family_name = member_text(body, "familyName");
    write->has_civic_number = json_object_get(body, "civicNumber") != NULL;
    write->failure = failure;
    write->has_protected = member_protected(body, &write->protected_person);
    if (civic_number != NULL && civic_parse(civic_number, write->civic_number) != STATUS_OK)
        return STATUS_INTERNAL;
    member_period(body, &write->enrolment);
    enum status person = member_reference(body, "person", failure, &write->person);
    enum status school = member_reference(body, "school", failure, &write->school);
    return person != STATUS_OK ? person : school;
}

static const struct write_kind writes = {&student_write_case, KIND_STUDENT, sizeof(struct student_write), read_student};

enum status op_change_student(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_STUDENT_PATH_STUDENT_ID].uuid, ret_answer);
}

enum status op_merge_students(struct api_request *request, struct api_answer *ret_answer)
{
    struct student_merge merge = {.survivor = {request->path[MERGE_STUDENTS_PATH_STUDENT_ID].uuid},
                                  .failure = &request->failure};
    struct outcome_of_write outcome;
    struct call call;

    if (!member_uuid(request->body, "absorbedId", &merge.absorbed.uuid))
        return STATUS_INTERNAL;
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &student_merge_case, &merge, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

enum status op_provision_students(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
