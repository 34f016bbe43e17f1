/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * persons.c: the people of the registry as JSON (M1, S7).
 * May not touch which of the two marks protects a person: that follows from who acts.
 * Always: what is not in a change stays as it is.
 */
#include <string.h>

#include "api/shape.h"
#include "contract.gen.h"
#include "domain/person_record.h"

/* The one wording of SS 12000 that means no marking; what is not known counts as protected (S7). */
static const char no_marking[] = "Ingen";

static json_t *shape_person(const struct person_record *person)
{
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
    struct person_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_PERSONS_QUERY_LIMIT, LIST_PERSONS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &query[LIST_PERSONS_QUERY_SCHOOL_ID]);
    TRY(read_role_filter(&query[LIST_PERSONS_QUERY_ROLE], &list.page.position));
    TRY(shape_list(request, &person_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_person(&list.persons[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_person(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct person_read read = {.id = {request->path[GET_PERSON_PATH_PERSON_ID].uuid}};
    auto_json body = NULL;

    TRY(call_read(&call, &person_read_case, &read));
    body = shape_person(&read.person);
    return shape_resource(request, body, read.person.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static void person_read_members(const json_t *body, struct failure *failure, struct person_write *write)
{
    write->given_name = member_text(body, "givenName");
    write->family_name = member_text(body, "familyName");
    write->failure = failure;
    write->target.kind = KIND_PERSON;
    write->target.external = member_external(body, "externalId");
    write->has_protected = member_flag(body, "protected", &write->protected_person);
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

enum status op_create_person(struct api_request *request, struct api_answer *ret_answer)
{
    struct person_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    person_read_members(request->body, &request->failure, &write);
    TRY(read_membership(request->body, &write.membership));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &person_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_person(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    const struct uuid id = request->path[CHANGE_PERSON_PATH_PERSON_ID].uuid;
    struct person_write write = {.target = {.way = TARGET_CHANGE, .id = id}};
    struct outcome_of_write outcome;

    person_read_members(request->body, &request->failure, &write);
    TRY(call_write(&call, &person_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status person_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct person_write *write = input;
    const char *marking = member_text(item, "securityMarking");

    *write = (struct person_write){.target.way = TARGET_PUT};
    person_read_members(item, failure, write);
    write->has_protected = marking != NULL;
    write->protected_person = marking != NULL && strcmp(marking, no_marking) != 0;
    return STATUS_OK;
}

enum status op_provision_persons(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&person_write_case, sizeof(struct person_write), person_read_item};

    return shape_put(request, &kind, ret_answer);
}
