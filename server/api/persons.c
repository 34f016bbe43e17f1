/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * persons.c: the people of the registry as JSON (M1, S7).
 * May not touch which of the two marks protects a person: that follows from who acts.
 * Always: what is not in a change stays as it is.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/person_record.h"

static json_t *shape_person(const void *record)
{
    const struct person_record *person = record;

    return json_pack("{s:o, s:I, s:s, s:s, s:b, s:s}", "id", shape_uuid(&person->id.uuid), "version",
                     (json_int_t)person->version, "givenName", person->given_name, "familyName", person->family_name,
                     "protected", person->protected_person, "ground", person->ground);
}

static enum status read_role_filter(const struct parameter *parameter, struct page_position *position)
{
    enum role role;

    if (!parameter->present)
        return STATUS_OK;
    TRY(role_parse(parameter->text, &role));
    position->numbers[0] = role;
    position->given |= PERSON_LIST_BY_ROLE;
    return STATUS_OK;
}

enum status op_list_persons(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *query = request->query;
    struct record_list list = {.kind = &person_kind};

    TRY(shape_page(request, LIST_PERSONS_QUERY_LIMIT, LIST_PERSONS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &query[LIST_PERSONS_QUERY_SCHOOL_ID]);
    TRY(read_role_filter(&query[LIST_PERSONS_QUERY_ROLE], &list.page.position));
    return shape_records(request, &list, shape_person, ret_answer);
}

enum status op_get_person(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_PERSON_PATH_PERSON_ID].uuid;

    return shape_record(request, &person_kind, id, shape_person, ret_answer);
}

static enum status read_membership(const json_t *body, struct first_membership *membership)
{
    const json_t *object = json_object_get(body, "membership");

    if (object == NULL)
        return STATUS_OK;
    membership->given = true;
    membership->has_school = member_uuid(object, "schoolId", &membership->school.uuid);
    membership->has_from = member_day(object, "from", &membership->period.from);
    membership->period.until = DAY_FOREVER;
    member_day(object, "until", &membership->period.until);
    return role_parse(member_text(object, "role"), &membership->role);
}

static enum status read_person(const json_t *body, struct failure *failure, void *input)
{
    struct person_write *write = input;

    write->given_name = member_text(body, "givenName");
    write->family_name = member_text(body, "familyName");
    write->failure = failure;
    write->has_protected = member_protected(body, &write->protected_person);
    return read_membership(body, &write->membership);
}

static const struct write_kind writes = {&person_write_case, KIND_PERSON, sizeof(struct person_write), read_person};

enum status op_create_person(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_person(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_PERSON_PATH_PERSON_ID].uuid, ret_answer);
}

enum status op_provision_persons(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
