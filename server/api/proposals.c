/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposals.c: proposals of a personsak as JSON (P1).
 * May not touch rights, nor what a personsak says.
 * Always: accepting answers as opening does.
 */
#include "domain/proposal.h"

#include <string.h>

#include "api/names.h"
#include "api/personsaker.h"
#include "api/shape.h"
#include "contract.gen.h"

static const char *const state_words[PROPOSAL_STATES] = {
    [PROPOSAL_WAITING] = "waiting", [PROPOSAL_ACCEPTED] = "accepted", [PROPOSAL_DECLINED] = "declined"};

/* A new reference, or NULL without memory. */
static json_t *shape_proposal(const void *record)
{
    const struct proposal *proposal = record;

    return json_pack("{s:o, s:I, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "id",
                     shape_uuid(&proposal->id), "version", (json_int_t)proposal->version, "ground", proposal->ground,
                     "schoolId", shape_uuid(&proposal->school.uuid), "student", shape_student_name(&proposal->student),
                     "sakstype", proposal->sakstype, "why", proposal->why, "proposer",
                     shape_person(&proposal->names, &proposal->proposer), "proposedAt",
                     shape_time(proposal->proposed_at), "state", state_words[proposal->state], "decidedAt",
                     shape_time_or_null(proposal->decided_at), "decidedBy",
                     shape_person_or_null(&proposal->names, &proposal->decided_by), "personsakId",
                     proposal->personsak.known ? shape_uuid(&proposal->personsak.uuid) : json_null(), "answer",
                     shape_text(proposal->answer));
}

/* Values that the contract has checked. */
static void read_filters(const struct parameter *query, struct page_position *position)
{
    const struct parameter *state = &query[LIST_PROPOSALS_QUERY_STATE];

    page_filter_id(position, 0, &query[LIST_PROPOSALS_QUERY_SCHOOL_ID]);
    page_filter_id(position, 1, &query[LIST_PROPOSALS_QUERY_STUDENT_ID]);
    for (int i = 0; i < PROPOSAL_STATES && state->present; i++) {
        if (strcmp(state->text, state_words[i]) != 0)
            continue;
        position->numbers[0] = i;
        position->given |= PROPOSAL_LIST_BY_STATE;
    }
}

enum status op_list_proposals(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &proposal_kind};

    TRY(shape_page(request, LIST_PROPOSALS_QUERY_LIMIT, LIST_PROPOSALS_QUERY_PAGE_TOKEN, &list.page));
    read_filters(request->query, &list.page.position);
    return shape_records(request, &list, shape_proposal, ret_answer);
}

enum status op_get_proposal(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_record(request, &proposal_kind, &request->path[GET_PROPOSAL_PATH_PROPOSAL_ID].uuid, shape_proposal,
                        ret_answer);
}

enum status op_propose_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    struct proposal_create *create = arena_alloc(request->arena, sizeof *create);

    if (create == NULL)
        return STATUS_NO_MEMORY;
    *create = (struct proposal_create){
        .sakstype = member_text(request->body, "sakstype"),
        .why = member_text(request->body, "why"),
        .failure = &request->failure,
    };
    (void)member_uuid(request->body, "studentId", &create->student.uuid);
    (void)member_uuid(request->body, "schoolId", &create->school.uuid);
    return shape_created(request, &proposal_create_case, create, ret_answer);
}

enum status op_accept_proposal(struct api_request *request, struct api_answer *ret_answer)
{
    struct proposal_accept *accept = arena_alloc(request->arena, sizeof *accept);

    if (accept == NULL)
        return STATUS_NO_MEMORY;
    accept->id = request->path[ACCEPT_PROPOSAL_PATH_PROPOSAL_ID].uuid;
    TRY(read_personsak_new(request, &accept->new));
    return shape_opened(request, &proposal_accept_case, accept, ret_answer);
}

enum status op_decline_proposal(struct api_request *request, struct api_answer *ret_answer)
{
    struct proposal_decline *decline = arena_alloc(request->arena, sizeof *decline);
    struct outcome_of_write outcome;
    struct call call;

    if (decline == NULL)
        return STATUS_NO_MEMORY;
    *decline = (struct proposal_decline){
        .id = request->path[DECLINE_PROPOSAL_PATH_PROPOSAL_ID].uuid,
        .reason = member_text(request->body, "reason"),
    };
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &proposal_decline_case, decline, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}
