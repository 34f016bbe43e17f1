/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * students.c: students as JSON (S1–S3).
 * May not touch rights: what a card shows was settled when it was fetched.
 * Always: a member that is not shown is absent; one that is shown and empty is null or an empty list.
 */
#include <string.h>

#include "api/shape.h"
#include "api/students.h"
#include "base/civic.h"
#include "contract.gen.h"
#include "domain/student.h"

/* Canonical numbers carry their country first; the contract shows the digits. */
static const char *civic_digits(const char *canonical)
{
    return canonical == NULL ? NULL : strchr(canonical, ':') + 1;
}

/* One of its fields at a time: json_pack, which reads its format anew for each, is the greater part of a card's cost. */
static enum status shape_group(const struct student_group *group, json_t *object)
{
    TRY(shape_set(object, "id", shape_uuid(&group->id.uuid)));
    TRY(shape_set(object, "name", shape_text(group->name)));
    TRY(shape_set(object, "kind", shape_text(group->kind)));
    return shape_set(object, "schoolId", shape_uuid(&group->school.uuid));
}

static enum status shape_enrolment(const struct student_enrolment *enrolment, json_t *object)
{
    TRY(shape_set(object, "schoolId", shape_uuid(&enrolment->school.uuid)));
    TRY(shape_set(object, "from", shape_day(enrolment->period.from)));
    return shape_set(object, "until", shape_day(enrolment->period.until));
}

static enum status shape_groups(const struct student_card *card, json_t *object)
{
    json_t *array = json_array();

    TRY(shape_set(object, "groups", array));
    for (size_t i = 0; i < card->n_groups; i++) {
        json_t *group = json_object();
        TRY(shape_append(array, group));
        TRY(shape_group(&card->groups[i], group));
    }
    return STATUS_OK;
}

static enum status shape_enrolments(const struct student_card *card, json_t *object)
{
    json_t *array = json_array();

    TRY(shape_set(object, "enrolments", array));
    for (size_t i = 0; i < card->n_enrolments; i++) {
        json_t *enrolment = json_object();
        TRY(shape_append(array, enrolment));
        TRY(shape_enrolment(&card->enrolments[i], enrolment));
    }
    return STATUS_OK;
}

static enum status shape_card(const struct student_card *card, json_t *object)
{
    TRY(shape_set(object, "id", shape_uuid(&card->id.uuid)));
    TRY(shape_set(object, "version", json_integer(card->version)));
    TRY(shape_set(object, "givenName", shape_text(card->given_name)));
    TRY(shape_set(object, "familyName", shape_text(card->family_name)));
    if (card->shows & SHOW_CARD) {
        TRY(shape_set(object, "civicNumber", shape_text(civic_digits(card->civic_number))));
        TRY(shape_set(object, "protected", json_boolean(card->protected_person)));
        TRY(shape_enrolments(card, object));
    }
    if (card->shows & SHOW_GROUP)
        TRY(shape_groups(card, object));
    return shape_set(object, "ground", json_string(card->ground));
}

enum status op_get_student(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct student_read read = {.id = {request->path[GET_STUDENT_PATH_STUDENT_ID].uuid}};
    auto_json card = json_object();

    TRY(call_read(&call, &student_read_case, &read));
    TRY(shape_card(&read.card, card));
    return shape_resource(request, card, read.card.version, ret_answer);
}

enum status shape_cards(const struct student_card *cards, size_t n, json_t *data)
{
    for (size_t i = 0; i < n; i++) {
        json_t *card = json_object();
        TRY(shape_append(data, card));
        TRY(shape_card(&cards[i], card));
    }
    return STATUS_OK;
}

enum status op_list_students(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *query = request->query;
    struct student_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_STUDENTS_QUERY_LIMIT, LIST_STUDENTS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &query[LIST_STUDENTS_QUERY_SCHOOL_ID]);
    page_filter_id(&list.page.position, 1, &query[LIST_STUDENTS_QUERY_GROUP_ID]);
    TRY(shape_list(request, &student_list_case, &list));
    TRY(shape_cards(list.cards, list.page.n, data));
    return shape_listed(data, &list.page, ret_answer);
}

/* What the contract's formats have checked already cannot fail here. */
static enum status create_read(struct api_request *request, struct student_create *create)
{
    const json_t *body = request->body;
    const char *civic_number = member_text(body, "civicNumber");

    *create = (struct student_create){
        .given_name = member_text(body, "givenName"),
        .family_name = member_text(body, "familyName"),
        .enrolment = {.until = DAY_FOREVER},
        .failure = &request->failure,
    };
    create->has_group = member_uuid(body, "groupId", &create->group.uuid);
    create->has_contact_teacher = member_uuid(body, "contactTeacherId", &create->contact_teacher.uuid);
    create->has_from = member_day(body, "enrolledFrom", &create->enrolment.from);
    member_day(body, "enrolledUntil", &create->enrolment.until);
    if (!member_uuid(body, "schoolId", &create->school.uuid))
        return STATUS_INTERNAL;
    if (civic_number == NULL)
        return STATUS_OK;

    char *canonical = arena_alloc(request->arena, CIVIC_TEXT_BYTES);
    if (canonical == NULL)
        return STATUS_NO_MEMORY;
    create->civic_number = canonical;
    return civic_parse(civic_number, canonical) == STATUS_OK ? STATUS_OK : STATUS_INTERNAL;
}

enum status op_create_student(struct api_request *request, struct api_answer *ret_answer)
{
    struct student_create create;

    TRY(create_read(request, &create));
    return shape_created(request, &student_create_case, &create, ret_answer);
}
