/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity.c: the activity log as JSON (V1, V4).
 * May not touch rights: which rows there are was settled when they were read.
 * Always: ids and words only, and in a list no place in a tree and no mark of a
 * login.
 */
#include <string.h>

#include "api/shape.h"
#include "contract.gen.h"
#include "domain/activity_list.h"
#include "domain/activity_proof.h"

/* Both logs are asked in the same words: the parameters stand in the same
 * order. */
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_LIMIT == (int)LIST_ORGANISATION_ACTIVITY_QUERY_LIMIT, "limit");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_PAGE_TOKEN == (int)LIST_ORGANISATION_ACTIVITY_QUERY_PAGE_TOKEN, "token");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_FROM == (int)LIST_ORGANISATION_ACTIVITY_QUERY_FROM, "from");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_UNTIL == (int)LIST_ORGANISATION_ACTIVITY_QUERY_UNTIL, "until");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_ACTOR_ID == (int)LIST_ORGANISATION_ACTIVITY_QUERY_ACTOR_ID, "actor");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_STUDENT_ID == (int)LIST_ORGANISATION_ACTIVITY_QUERY_STUDENT_ID,
               "student");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_OBJECT_ID == (int)LIST_ORGANISATION_ACTIVITY_QUERY_OBJECT_ID, "object");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_OUTCOME == (int)LIST_ORGANISATION_ACTIVITY_QUERY_OUTCOME, "outcome");
_Static_assert((int)LIST_SCHOOL_ACTIVITY_QUERY_OPERATION == (int)LIST_ORGANISATION_ACTIVITY_QUERY_OPERATION,
               "operation");

static json_t *shape_maybe(const struct maybe_uuid *id)
{
    return id->known ? shape_uuid(&id->uuid) : json_null();
}

static json_t *shape_moment(int64_t time)
{
    char text[TIME_TEXT_BYTES];

    time_format(time, text);
    return json_string(text);
}

static enum status shape_line(const struct activity_line *line, json_t *object)
{
    TRY(shape_set(object, "id", json_string(line->id)));
    TRY(shape_set(object, "at", shape_moment(line->at)));
    TRY(shape_set(object, "requestId", shape_uuid(&line->request)));
    TRY(shape_set(object, "actor",
                  json_pack("{s:s, s:o}", "kind", line->actor_kind, "personId", shape_maybe(&line->actor))));
    TRY(shape_set(object, "onBehalfOf", shape_maybe(&line->behalf)));
    TRY(shape_set(object, "client", shape_text(line->client)));
    TRY(shape_set(object, "operation", json_string(line->operation)));
    TRY(shape_set(object, "objectKind", shape_text(line->object_kind)));
    TRY(shape_set(object, "objectId", shape_maybe(&line->object)));
    TRY(shape_set(object, "studentId", shape_maybe(&line->student)));
    TRY(shape_set(object, "schoolId", shape_maybe(&line->school)));
    TRY(shape_set(object, "shownStudents", json_integer((json_int_t)line->n_shown)));
    TRY(shape_set(object, "outcome", json_string(line->outcome)));
    return shape_set(object, "ground", json_string(line->ground));
}

static enum status shape_lines(const struct activity_list *list, json_t *data)
{
    for (size_t i = 0; i < list->page.n; i++) {
        json_t *line = json_object();
        TRY(shape_append(data, line));
        TRY(shape_line(&list->lines[i], line));
    }
    return STATUS_OK;
}

/* What the contract's format has checked cannot fail here. */
static enum status filter_time(struct page_position *position, size_t at, unsigned bit,
                               const struct parameter *parameter)
{
    if (!parameter->present)
        return STATUS_OK;
    position->given |= bit;
    return time_parse(parameter->text, &position->numbers[at]) == STATUS_OK ? STATUS_OK : STATUS_INTERNAL;
}

static enum status filter_operation(struct page_position *position, const struct parameter *parameter)
{
    if (!parameter->present)
        return STATUS_OK;
    const size_t len = strlen(parameter->text);
    if (len >= sizeof position->text)
        return STATUS_INTERNAL;
    memcpy(position->text, parameter->text, len);
    position->given |= ACTIVITY_BY_OPERATION;
    return STATUS_OK;
}

static void filter_outcome(struct page_position *position, const struct parameter *parameter)
{
    if (parameter->present)
        position->given |= activity_outcome(parameter->text);
}

/* The filters that all take, by their places in the query. */
struct log_filters {
    size_t actor, outcome, from, until, operation;
};

static enum status filter_rows(const struct api_request *request, const struct log_filters *at,
                               struct page_position *position)
{
    const struct parameter *query = request->query;

    page_filter_id(position, ACTIVITY_ACTOR, &query[at->actor]);
    filter_outcome(position, &query[at->outcome]);
    TRY(filter_time(position, ACTIVITY_FROM, ACTIVITY_SINCE, &query[at->from]));
    TRY(filter_time(position, ACTIVITY_UNTIL, ACTIVITY_BEFORE, &query[at->until]));
    return filter_operation(position, &query[at->operation]);
}

static enum status answer_activity(struct api_request *request, const struct read_case *what,
                                   struct activity_list *list, struct api_answer *ret_answer)
{
    auto_json data = json_array();

    TRY(shape_list(request, what, list));
    TRY(shape_lines(list, data));
    return shape_listed(data, &list->page, ret_answer);
}

static enum status list_activity(struct api_request *request, const struct read_case *what, struct activity_list *list,
                                 struct api_answer *ret_answer)
{
    static const struct log_filters filters = {LIST_SCHOOL_ACTIVITY_QUERY_ACTOR_ID, LIST_SCHOOL_ACTIVITY_QUERY_OUTCOME,
                                               LIST_SCHOOL_ACTIVITY_QUERY_FROM, LIST_SCHOOL_ACTIVITY_QUERY_UNTIL,
                                               LIST_SCHOOL_ACTIVITY_QUERY_OPERATION};
    const struct parameter *query = request->query;
    struct page_position *position = &list->page.position;

    TRY(shape_page(request, LIST_SCHOOL_ACTIVITY_QUERY_LIMIT, LIST_SCHOOL_ACTIVITY_QUERY_PAGE_TOKEN, &list->page));
    page_filter_id(position, ACTIVITY_STUDENT, &query[LIST_SCHOOL_ACTIVITY_QUERY_STUDENT_ID]);
    page_filter_id(position, ACTIVITY_OBJECT, &query[LIST_SCHOOL_ACTIVITY_QUERY_OBJECT_ID]);
    TRY(filter_rows(request, &filters, position));
    return answer_activity(request, what, list, ret_answer);
}

enum status op_list_school_activity(struct api_request *request, struct api_answer *ret_answer)
{
    struct activity_list list = {.school = {request->path[LIST_SCHOOL_ACTIVITY_PATH_SCHOOL_ID].uuid}};

    return list_activity(request, &school_activity_case, &list, ret_answer);
}

enum status op_list_organisation_activity(struct api_request *request, struct api_answer *ret_answer)
{
    struct activity_list list = {0};

    return list_activity(request, &organisation_activity_case, &list, ret_answer);
}

enum status op_list_personsak_activity(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct log_filters filters = {LIST_PERSONSAK_ACTIVITY_QUERY_ACTOR_ID,
                                               LIST_PERSONSAK_ACTIVITY_QUERY_OUTCOME,
                                               LIST_PERSONSAK_ACTIVITY_QUERY_FROM, LIST_PERSONSAK_ACTIVITY_QUERY_UNTIL,
                                               LIST_PERSONSAK_ACTIVITY_QUERY_OPERATION};
    struct activity_list list = {.personsak = {request->path[LIST_PERSONSAK_ACTIVITY_PATH_PERSONSAK_ID].uuid}};

    TRY(shape_page(request, LIST_PERSONSAK_ACTIVITY_QUERY_LIMIT, LIST_PERSONSAK_ACTIVITY_QUERY_PAGE_TOKEN, &list.page));
    TRY(filter_rows(request, &filters, &list.page.position));
    return answer_activity(request, &personsak_activity_case, &list, ret_answer);
}

enum status op_get_activity_proof(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct activity_proof proof = {
        .id = request->path[GET_ACTIVITY_PROOF_PATH_ACTIVITY_ID].text,
        .office = house_log(request->house),
    };

    TRY(call_read(&call, &activity_proof_case, &proof));
    return shape_bytes("text/plain; charset=utf-8", proof.text, proof.len, ret_answer);
}
