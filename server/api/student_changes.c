/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_changes.c: changing, merging and putting students, from JSON (S1, S4, S7).
 * May not touch rights, nor show a card: a change answers id, version and ground.
 * Always: what is not in a change stays as it is; null takes a civic number out.
 */
#include <string.h>

#include "api/shape.h"
#include "contract.gen.h"
#include "domain/student_merge.h"
#include "domain/student_write.h"

/* SS 12000: the one marking that says that there is none. Others, also such as nobody knows yet, protect (S7). */
static const char no_marking[] = "Ingen";

/* What changing and putting have in common. */
static enum status student_read_members(const json_t *body, struct failure *failure, struct student_write *write)
{
    const char *civic_number = member_text(body, "civicNumber");

    write->given_name = member_text(body, "givenName");
    write->family_name = member_text(body, "familyName");
    write->has_civic_number = json_object_get(body, "civicNumber") != NULL;
    write->failure = failure;
    write->target.kind = KIND_STUDENT;
    if (civic_number == NULL)
        return STATUS_OK;
    return civic_parse(civic_number, write->civic_number) == STATUS_OK ? STATUS_OK : STATUS_INTERNAL;
}

enum status op_change_student(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct student_write *write = arena_alloc(request->arena, sizeof *write);
    struct outcome_of_write outcome;

    if (write == NULL)
        return STATUS_NO_MEMORY;
    write->target.way = TARGET_CHANGE;
    write->target.id = request->path[CHANGE_STUDENT_PATH_STUDENT_ID].uuid;
    TRY(student_read_members(request->body, &request->failure, write));
    write->has_protected = member_flag(request->body, "protected", &write->protected_person);
    TRY(call_write(&call, &student_write_case, write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
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

static enum status student_read_item(const json_t *item, struct failure *failure, void *input)
{
    const char *marking = member_text(item, "securityMarking");
    struct student_write *write = input;

    *write = (struct student_write){.target.way = TARGET_PUT};
    TRY(student_read_members(item, failure, write));
    write->target.external = member_external(item, "externalId");
    write->has_protected = marking != NULL;
    write->protected_person = marking != NULL && strcmp(marking, no_marking) != 0;
    member_period(item, &write->enrolment);
    enum status person = member_reference(item, "person", failure, &write->person);
    enum status school = member_reference(item, "school", failure, &write->school);
    return person != STATUS_OK ? person : school;
}

enum status op_provision_students(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&student_write_case, sizeof(struct student_write), student_read_item};

    return shape_put(request, &kind, ret_answer);
}
