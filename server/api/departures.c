/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departures.c: departures as JSON (S5, S6).
 * May not touch rights, nor what a departure ends.
 * Always: which personsaker are due is told to whom it is shown, and to nobody else.
 */
#include "domain/departure.h"

#include "api/names.h"
#include "api/personsaker.h"
#include "api/shape.h"
#include "contract.gen.h"

static json_t *shape_due(const struct departure_due *due)
{
    auto_json list = json_array();

    for (size_t i = 0; i < due->n; i++) {
        const struct personsak_id *id = &due->personsaker[i];
        json_t *one = json_pack("{s:o, s:o}", "id", shape_uuid(&id->uuid), "reference", shape_reference(id));
        if (shape_append(list, one) != STATUS_OK)
            return NULL;
    }
    return json_incref(list);
}

static json_t *shape_departure(const void *record)
{
    const struct departure *departure = record;

    return json_pack("{s:o, s:I, s:s, s:o, s:o, s:s, s:o, s:s, s:o, s:o, s:o}", "id", shape_uuid(&departure->id),
                     "version", (json_int_t)departure->version, "ground", departure->ground, "schoolId",
                     shape_uuid(&departure->school.uuid), "student", shape_student_name(&departure->student), "kind",
                     departure->kind, "date", shape_day(departure->last_day), "state",
                     departure_state_name(departure->state), "recordedAt", shape_time(departure->recorded_at),
                     "endedAt", shape_time_or_null(departure->ended_at), "due",
                     departure->shows & SHOW_DUE ? shape_due(&departure->due) : json_null());
}

/* Values that the contract has checked. */
static enum status read_filters(const struct parameter *query, struct page_position *position)
{
    const struct parameter *state = &query[LIST_DEPARTURES_QUERY_STATE];
    enum departure_state wanted;

    page_filter_id(position, 0, &query[LIST_DEPARTURES_QUERY_SCHOOL_ID]);
    page_filter_id(position, 1, &query[LIST_DEPARTURES_QUERY_STUDENT_ID]);
    if (!state->present)
        return STATUS_OK;
    TRY(departure_state_parse(state->text, &wanted));
    position->numbers[0] = wanted;
    position->given |= DEPARTURE_LIST_BY_STATE;
    return STATUS_OK;
}

enum status op_list_departures(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &departure_kind};

    TRY(shape_page(request, LIST_DEPARTURES_QUERY_LIMIT, LIST_DEPARTURES_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filters(request->query, &list.page.position));
    return shape_records(request, &list, shape_departure, ret_answer);
}

enum status op_get_departure(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_record(request, &departure_kind, &request->path[GET_DEPARTURE_PATH_DEPARTURE_ID].uuid, shape_departure,
                        ret_answer);
}

enum status op_record_departure(struct api_request *request, struct api_answer *ret_answer)
{
    struct departure_record record = {
        .student = {request->path[RECORD_DEPARTURE_PATH_STUDENT_ID].uuid},
        .kind = member_text(request->body, "kind"),
        .failure = &request->failure,
    };

    if (!member_uuid(request->body, "schoolId", &record.school.uuid) ||
        !member_day(request->body, "date", &record.last_day))
        return STATUS_INTERNAL;
    return shape_created_at(request, "/v1/departures", &departure_record_case, &record, ret_answer);
}

enum status op_withdraw_departure(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct departure_withdraw withdrawal = {.id = request->path[WITHDRAW_DEPARTURE_PATH_DEPARTURE_ID].uuid};
    struct outcome_of_write outcome;

    TRY(call_write(&call, &departure_withdraw_case, &withdrawal, &outcome));
    *ret_answer = (struct api_answer){.http_status = 204};
    return STATUS_OK;
}

enum status op_complete_departure(struct api_request *request, struct api_answer *ret_answer)
{
    struct departure_complete completion = {.id = request->path[COMPLETE_DEPARTURE_PATH_DEPARTURE_ID].uuid};
    struct outcome_of_write outcome;
    struct call call;

    TRY(shape_post(request, &call));
    enum status status = call_write(&call, &departure_complete_case, &completion, &outcome);
    if (status == STATUS_DEPARTURE_DUE) {
        request->problem_members = json_pack("{s:o}", "due", shape_due(&completion.due));
        return request->problem_members == NULL ? STATUS_NO_MEMORY : status;
    }
    TRY(status);
    return shape_changed(request, &outcome, ret_answer);
}
