/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal_read.c: one proposal, and those that someone may see (P1).
 * May not touch the personsak that one became: it is named, to those who decide on proposals.
 * Always: the proposer, rektor and the case opener of the school see one, as long as they work there (G1).
 */
#include <stddef.h>

#include "domain/proposal.h"
#include "domain/seal.h"
#include "domain/student.h"
#include "statements.gen.h"

enum status proposal_relate(struct scene *scene, enum action action, const struct uuid *id,
                            struct relation *ret_relation, struct sql_proposal_by_id_row *ret_row)
{
    const struct sql_proposal_by_id_args args = {scene->keys->organisation, *id};
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_PROPOSAL), .object = {true, *id}},
    };
    struct sql_student_by_id_row student;
    struct sql_proposal_by_id_row row;

    enum status status = sql_proposal_by_id(scene->session, &args, &row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        relation.object.exists = true;
        if (scene->actor.policy.known && uuid_equal(&row.proposer.uuid, &scene->actor.person.uuid))
            relation.object.bonds = BOND_PROPOSER;
        TRY(student_find(scene, &row.student, &student));
        TRY(student_family(scene, &student, &relation.object));
        TRY(place_always(scene->arena, &row.school, &relation.object));
        relation.subject.student = (struct maybe_uuid){true, student.student.uuid};
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        relation.version = row.version;
        row.student = student.student;
        *ret_row = row;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_proposal)
{
    struct sql_proposal_by_id_row row = {.state = 0};

    TRY(proposal_relate(scene, ACTION_READ_PROPOSAL, id, ret_relation, &row));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    if (row.state < 0 || row.state >= PROPOSAL_STATES)
        return STATUS_CORRUPT;
    *(struct proposal *)ret_proposal = (struct proposal){
        .id = *id,
        .version = row.version,
        .school = row.school,
        .student = {.id = row.student},
        .proposer = row.proposer,
        .proposed_at = row.proposed_at,
        .state = (enum proposal_state)row.state,
        .decided_at = row.decided_at,
        .decided_by = row.decided_by,
        .personsak = row.personsak,
        .key = row.key,
        .sealed_sakstype = row.sakstype,
        .sealed_why = row.why,
        .sealed_answer = row.answer,
    };
    return STATUS_OK;
}

/* Which personsak it became is for those who open them: the proposer learns that it was accepted. */
static enum status fetch(struct scene *scene, void *record)
{
    struct proposal *proposal = record;

    if (!(proposal->shows & SHOW_PERSONSAK))
        proposal->personsak = (struct maybe_uuid){0};
    TRY(student_name_fetch(scene, &proposal->student.id, &proposal->school, &proposal->student));
    TRY(person_names_add(scene, &proposal->proposer, &proposal->names));
    if (!proposal->decided_by.known)
        return STATUS_OK;
    return person_names_add(scene, &(struct person_id){proposal->decided_by.uuid}, &proposal->names);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record)
{
    struct proposal *proposal = record;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &proposal->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, proposal->id, proposal->key, 1};
    TRY(open_text(&row, COLUMN_PROPOSAL_SAKSTYPE, proposal->sealed_sakstype, &proposal->sakstype));
    TRY(open_text(&row, COLUMN_PROPOSAL_WHY, proposal->sealed_why, &proposal->why));
    row.version = 2;
    TRY(open_text(&row, COLUMN_PROPOSAL_ANSWER, proposal->sealed_answer, &proposal->answer));
    TRY(student_name_open(vault, keys, arena, &proposal->student));
    return person_names_open(vault, keys, arena, &proposal->names);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_proposal_candidates_args args = {
        .organisation = scene->keys->organisation,
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_PROPOSAL),
        .today = scene->today,
        .by_school = (position->given & PROPOSAL_LIST_BY_SCHOOL) != 0,
        .school = {position->ids[0]},
        .by_student = (position->given & PROPOSAL_LIST_BY_STUDENT) != 0,
        .student = {position->ids[1]},
        .state = {(position->given & PROPOSAL_LIST_BY_STATE) != 0, position->numbers[0]},
        .after = *after,
        .limit = (int64_t)limit,
    };

    return LISTING_IDS(sql_proposal_candidates, scene, &args, limit, ret_ids, ret_n);
}

static enum status relate_list(struct scene *scene, const struct page_position *position, struct relation *relation)
{
    (void)scene;
    (void)position;
    relation->action = ACTION_LIST_PROPOSALS;
    return STATUS_OK;
}

const struct record_kind proposal_kind = {
    .list = "listProposals",
    .kind = KIND_PROPOSAL,
    .bytes = sizeof(struct proposal),
    .version = offsetof(struct proposal, version),
    .ground = offsetof(struct proposal, ground),
    .shows = offsetof(struct proposal, shows),
    .relate = relate,
    .candidates = candidates,
    .fetch = fetch,
    .relate_list = relate_list,
    .open = open,
};
