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

/* Cards are what is asked for most: their text is written, without a JSON value in between. */
static void write_day(struct json_writer *writer, const char *name, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    if (day != DAY_ALWAYS && day != DAY_FOREVER)
        day_format(day, text);
    json_put_text(writer, name, day != DAY_ALWAYS && day != DAY_FOREVER ? text : NULL);
}

static void write_groups(struct json_writer *writer, const struct student_card *card)
{
    json_open(writer, "groups", '[');
    for (size_t i = 0; i < card->n_groups; i++) {
        const struct student_group *group = &card->groups[i];
        json_open(writer, NULL, '{');
        json_put_uuid(writer, "id", &group->id.uuid);
        json_put_text(writer, "name", group->name);
        json_put_text(writer, "kind", group->kind);
        json_put_uuid(writer, "schoolId", &group->school.uuid);
        json_close(writer, '}');
    }
    json_close(writer, ']');
}

static void write_enrolments(struct json_writer *writer, const struct student_card *card)
{
    json_open(writer, "enrolments", '[');
    for (size_t i = 0; i < card->n_enrolments; i++) {
        const struct student_enrolment *enrolment = &card->enrolments[i];
        json_open(writer, NULL, '{');
        json_put_uuid(writer, "schoolId", &enrolment->school.uuid);
        write_day(writer, "from", enrolment->period.from);
        write_day(writer, "until", enrolment->period.until);
        json_close(writer, '}');
    }
    json_close(writer, ']');
}

static void write_card(struct json_writer *writer, const struct student_card *card)
{
    json_open(writer, NULL, '{');
    json_put_uuid(writer, "id", &card->id.uuid);
    json_put_integer(writer, "version", card->version);
    json_put_text(writer, "givenName", card->given_name);
    json_put_text(writer, "familyName", card->family_name);
    if (card->shows & SHOW_CARD) {
        json_put_text(writer, "civicNumber", civic_digits(card->civic_number));
        json_put_boolean(writer, "protected", card->protected_person);
        write_enrolments(writer, card);
    }
    if (card->shows & SHOW_GROUP)
        write_groups(writer, card);
    json_put_text(writer, "ground", card->ground);
    json_close(writer, '}');
}

void students_write(struct json_writer *writer, const char *name, const struct student_card *cards, size_t n)
{
    json_open(writer, name, '[');
    for (size_t i = 0; i < n; i++)
        write_card(writer, &cards[i]);
    json_close(writer, ']');
}

enum status op_get_student(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct student_read read = {.id = {request->path[GET_STUDENT_PATH_STUDENT_ID].uuid}};
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);

    TRY(call_read(&call, &student_read_case, &read));
    write_card(&(struct json_writer){.buffer = &text}, &read.card);
    return shape_written(request, &text, &read.card.version, ret_answer);
}

enum status op_list_students(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *query = request->query;
    struct student_list list = {0};
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);
    struct json_writer writer = {.buffer = &text};

    TRY(shape_page(request, LIST_STUDENTS_QUERY_LIMIT, LIST_STUDENTS_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, 0, &query[LIST_STUDENTS_QUERY_SCHOOL_ID]);
    page_filter_id(&list.page.position, 1, &query[LIST_STUDENTS_QUERY_GROUP_ID]);
    TRY(shape_list(request, &student_list_case, &list));
    json_open(&writer, NULL, '{');
    students_write(&writer, "data", list.cards, list.page.n);
    json_put_text(&writer, "pageToken", list.page.next_token);
    json_close(&writer, '}');
    return shape_written(request, &text, NULL, ret_answer);
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
