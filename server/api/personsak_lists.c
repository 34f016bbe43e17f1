/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_lists.c: lists and counts of personsaker as JSON (P3).
 * May not touch rights: what is found, shown and counted is settled by the use case.
 * Always: no description and nothing of what is in a personsak, only what it takes to choose one.
 */
#include <string.h>

#include "api/shape.h"
#include "base/json_text.h"
#include "contract.gen.h"
#include "domain/personsak_counts.h"
#include "domain/personsak_list.h"

/* ---- As JSON ------------------------------------------------------------------------------------------------------------ */

static void write_time(struct json_writer *writer, const char *name, int64_t at)
{
    char text[TIME_TEXT_BYTES];

    time_format(at, text);
    json_put_text(writer, name, text);
}

static void write_day(struct json_writer *writer, const char *name, struct maybe_int day)
{
    char text[DAY_TEXT_BYTES];

    if (day.known)
        day_format((int32_t)day.value, text);
    json_put_text(writer, name, day.known ? text : NULL);
}

static void write_names(struct json_writer *writer, const struct personsak_summary *summary,
                        const struct person_names *names)
{
    json_open(writer, "student", '{');
    json_put_uuid(writer, "id", &summary->student.id.uuid);
    json_put_text(writer, "givenName", summary->student.given_name);
    json_put_text(writer, "familyName", summary->student.family_name);
    json_close(writer, '}');
    json_open(writer, "saksbehandler", '{');
    json_put_uuid(writer, "personId", &summary->saksbehandler.uuid);
    json_put_text(writer, "name", person_names_of(names, &summary->saksbehandler));
    json_close(writer, '}');
}

static void write_summary(struct json_writer *writer, const struct personsak_summary *summary,
                          const struct person_names *names)
{
    char reference[REFERENCE_TEXT_BYTES];

    personsak_reference(&summary->id, reference);
    json_open(writer, NULL, '{');
    json_put_uuid(writer, "id", &summary->id.uuid);
    json_put_text(writer, "reference", reference);
    json_put_integer(writer, "version", summary->version);
    json_put_text(writer, "ground", summary->ground);
    json_put_uuid(writer, "schoolId", &summary->school.uuid);
    write_names(writer, summary, names);
    json_put_text(writer, "state", summary->closed ? "closed" : "open");
    json_put_text(writer, "sakstype", summary->sakstype);
    json_put_text(writer, "category", summary->category);
    write_time(writer, "openedAt", summary->opened_at);
    write_time(writer, "lastActivityAt", summary->last_at);
    write_day(writer, "dueOn", summary->due);
    json_put_boolean(writer, "handled", summary->handled);
    json_close(writer, '}');
}

static void write_list(struct json_writer *writer, const struct personsak_list *list)
{
    json_open(writer, NULL, '{');
    json_open(writer, "data", '[');
    for (size_t i = 0; i < list->page.n; i++)
        write_summary(writer, &list->summaries[i], &list->names);
    json_close(writer, ']');
    json_put_text(writer, "pageToken", list->page.next_token);
    if (list->total.known)
        json_put_integer(writer, "total", list->total.value);
    else
        json_put_text(writer, "total", NULL);
    json_close(writer, '}');
}

static enum status answer_list(struct api_request *request, const struct read_case *what, struct personsak_list *list,
                               struct api_answer *ret_answer)
{
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);

    TRY(shape_list(request, what, list));
    write_list(&(struct json_writer){.buffer = &text}, list);
    return shape_written(request, &text, NULL, ret_answer);
}

/* ---- Filters ------------------------------------------------------------------------------------------------------------ */

static unsigned state_bit(const char *state)
{
    return strcmp(state, "closed") == 0 ? PERSONSAK_LIST_CLOSED : PERSONSAK_LIST_OPEN;
}

/* One bit for true, another for false. */
static unsigned flag_bit(const struct parameter *flag, unsigned yes, unsigned no)
{
    if (!flag->present)
        return 0;
    return flag->number != 0 ? yes : no;
}

enum status op_list_personsaker(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *query = request->query;
    struct personsak_list list = {.sakstype = query[LIST_PERSONSAKER_QUERY_SAKSTYPE].text,
                                  .category = query[LIST_PERSONSAKER_QUERY_CATEGORY].text};
    struct page_position *position = &list.page.position;

    TRY(shape_page(request, LIST_PERSONSAKER_QUERY_LIMIT, LIST_PERSONSAKER_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(position, PERSONSAK_LIST_SCHOOL, &query[LIST_PERSONSAKER_QUERY_SCHOOL_ID]);
    page_filter_id(position, PERSONSAK_LIST_STUDENT, &query[LIST_PERSONSAKER_QUERY_STUDENT_ID]);
    page_filter_id(position, PERSONSAK_LIST_SAKSBEHANDLER, &query[LIST_PERSONSAKER_QUERY_SAKSBEHANDLER_ID]);
    if (query[LIST_PERSONSAKER_QUERY_STATE].present)
        position->given |= state_bit(query[LIST_PERSONSAKER_QUERY_STATE].text);
    position->given |= flag_bit(&query[LIST_PERSONSAKER_QUERY_DUE], PERSONSAK_LIST_DUE, PERSONSAK_LIST_NOT_DUE);
    position->given |=
        flag_bit(&query[LIST_PERSONSAKER_QUERY_UNHANDLED], PERSONSAK_LIST_UNHANDLED, PERSONSAK_LIST_HANDLED);
    return answer_list(request, &personsak_list_case, &list, ret_answer);
}

/* What is open is work; a token has said so already. */
enum status op_list_my_cases(struct api_request *request, struct api_answer *ret_answer)
{
    const struct parameter *state = &request->query[LIST_MY_CASES_QUERY_STATE];
    struct personsak_list list = {0};

    TRY(shape_page(request, LIST_MY_CASES_QUERY_LIMIT, LIST_MY_CASES_QUERY_PAGE_TOKEN, &list.page));
    page_filter_id(&list.page.position, PERSONSAK_LIST_SCHOOL, &request->query[LIST_MY_CASES_QUERY_SCHOOL_ID]);
    list.page.position.given |= state_bit(state->present ? state->text : "open");
    return answer_list(request, &my_cases_case, &list, ret_answer);
}

/* ---- Counts ------------------------------------------------------------------------------------------------------------- */

enum status op_count_personsaker(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct personsak_counts counts = {.school = {request->query[COUNT_PERSONSAKER_QUERY_SCHOOL_ID].uuid}};

    TRY(call_read(&call, &personsak_counts_case, &counts));
    return shape_ok(json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:s}", "schoolId", shape_uuid(&counts.school.uuid),
                              "open", (json_int_t)counts.open, "closed", (json_int_t)counts.closed, "due",
                              (json_int_t)counts.due, "unhandled", (json_int_t)counts.unhandled, "waitingProposals",
                              (json_int_t)counts.waiting_proposals, "ground", counts.ground),
                    ret_answer);
}
