/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal_write.c: proposing a personsak, accepting and declining (P1, P2).
 * May not touch a proposal that is decided.
 * Always: accepting opens the personsak in the same transaction, by the rules of opening one.
 */
#include "domain/proposal.h"
#include "domain/seal.h"
#include "domain/student.h"
#include "statements.gen.h"

/* ---- Proposing ---------------------------------------------------------------------------------------------------------- */

static enum status create_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct proposal_create *create = input;
    struct sql_student_by_id_row student;
    struct relation relation;

    TRY(student_relate_at(scene, ACTION_PROPOSE_PERSONSAK, &create->student, &create->school, &relation, &student));
    if (relation.object.exists) {
        create->of = student.student;
        create->of_key = student.key;
    }
    relation.subject.object_kind = registry_kind_name(KIND_PROPOSAL);
    relation.subject.object = (struct maybe_uuid){0};
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status create_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  void *input)
{
    struct proposal_create *create = input;
    auto_data_key key = NULL;

    create->id = uuid_new();
    create->key = create->of_key;
    TRY(vault_key(vault, &create->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, create->id, create->key, 1};
    TRY(seal_text(&row, COLUMN_PROPOSAL_SAKSTYPE, create->sakstype, &create->sealed_sakstype));
    return seal_text(&row, COLUMN_PROPOSAL_WHY, create->why, &create->sealed_why);
}

static size_t create_weight(const void *input)
{
    return ((const struct proposal_create *)input)->sealed_why.len;
}

static enum status create_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct proposal_create *create = input;
    const struct sql_proposal_insert_args args = {
        .proposal = create->id,
        .organisation = scene->keys->organisation,
        .school = create->school,
        .student = create->of,
        .key = create->key,
        .proposer = scene->actor.person,
        .at = tx_now(tx),
        .sakstype = create->sealed_sakstype,
        .why = create->sealed_why,
    };

    (void)relation;
    assert(grant_action(grant) == ACTION_PROPOSE_PERSONSAK);
    if (!uuid_equal(&create->key.uuid, &create->of_key.uuid)) /* the student turned out to be another */
        return STATUS_PRECONDITION_FAILED;
    TRY(personsak_check_code(scene, CODE_LIST_SAKSTYPE, create->sakstype, "/sakstype", create->failure));
    TRY(sql_proposal_insert(tx, &args, NULL));
    *ret_receipt = (struct receipt){create->id, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

const struct write_case proposal_create_case = {.relate = create_relate,
                                                .prepare = create_prepare,
                                                .apply = create_apply,
                                                .recall = target_recall,
                                                .weight = create_weight};

/* ---- Deciding ----------------------------------------------------------------------------------------------------------- */

static enum status decide(struct scene *scene, struct tx *tx, const struct uuid *id, enum proposal_state state,
                          struct maybe_uuid personsak, struct sealed answer)
{
    const struct sql_proposal_decide_args args = {
        .proposal = *id,
        .state = state,
        .by = scene->actor.person,
        .at = tx_now(tx),
        .personsak = personsak,
        .answer = answer,
    };

    return sql_proposal_decide(tx, &args, NULL);
}

static enum status relate_row(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                              const struct sql_proposal_by_id_row **ret_row)
{
    struct sql_proposal_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    TRY(proposal_relate(scene, ACTION_DECIDE_PROPOSAL, id, ret_relation, row));
    *ret_row = row;
    return STATUS_OK;
}

/* ---- Accepting ---------------------------------------------------------------------------------------------------------- */

/* What opening asks: a student who is at that school today. Whoever may read the proposal is refused otherwise, not told that nothing is there. */
static enum status relate_opening(struct scene *scene, const struct sql_proposal_by_id_row *row,
                                  struct relation *relation)
{
    struct sql_student_by_id_row student;
    struct relation opening;
    struct decision sight;

    TRY(policy_decide(ACTION_READ_PROPOSAL, &scene->actor.policy, &relation->object, scene->today, scene->arena,
                      &sight));
    TRY(student_relate_at(scene, ACTION_OPEN_PERSONSAK, &row->student, &row->school, &opening, &student));
    relation->object.places = opening.object.places;
    relation->object.n_places = opening.object.n_places;
    relation->object.module_is_off = opening.object.module_is_off;
    relation->object.is_new = sight.verdict == VERDICT_ALLOWED;
    relation_also(relation, ACTION_OPEN_PERSONSAK);
    return STATUS_OK;
}

static enum status accept_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct proposal_accept *accept = input;
    struct relation relation;

    TRY(relate_row(scene, &accept->id, &relation, &accept->row));
    if (relation.object.exists)
        TRY(relate_opening(scene, accept->row, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status accept_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  void *input)
{
    struct proposal_accept *accept = input;
    const struct sql_proposal_by_id_row *stored = accept->row;
    auto_data_key key = NULL;

    if (accept->new.sakstype == NULL) {
        TRY(vault_key(vault, &stored->key, &key));
        const struct sealed_row row = {arena, key, keys->organisation, accept->id, stored->key, 1};
        TRY(open_text(&row, COLUMN_PROPOSAL_SAKSTYPE, stored->sakstype, &accept->new.sakstype));
    }
    return personsak_new_seal(vault, keys, arena, &accept->new);
}

static enum status accept_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct proposal_accept *accept = input;
    const struct sql_proposal_by_id_row *row = accept->row;

    (void)relation;
    assert(grant_action(grant) == ACTION_DECIDE_PROPOSAL);
    if (row->state != PROPOSAL_WAITING)
        return STATUS_PROPOSAL_DECIDED;
    TRY(personsak_new_store(scene, tx, &accept->new, &row->student, &row->school));
    TRY(decide(scene, tx, &accept->id, PROPOSAL_ACCEPTED, (struct maybe_uuid){true, accept->new.id.uuid},
               (struct sealed){0}));
    *ret_receipt = (struct receipt){accept->new.id.uuid, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

static size_t accept_weight(const void *input)
{
    return personsak_new_weight(&((const struct proposal_accept *)input)->new);
}

static void accept_finish(struct vault *vault, void *input, bool stored)
{
    const struct proposal_accept *accept = input;

    personsak_new_finish(vault, &accept->new, stored);
}

const struct write_case proposal_accept_case = {.relate = accept_relate,
                                                .prepare = accept_prepare,
                                                .apply = accept_apply,
                                                .recall = personsak_recall,
                                                .finish = accept_finish,
                                                .weight = accept_weight};

/* ---- Declining ---------------------------------------------------------------------------------------------------------- */

static enum status decline_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct proposal_decline *decline = input;

    return relate_row(scene, &decline->id, ret_relation, &decline->row);
}

static enum status decline_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                   void *input)
{
    struct proposal_decline *decline = input;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &decline->row->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, decline->id, decline->row->key, 2};
    return seal_text(&row, COLUMN_PROPOSAL_ANSWER, decline->reason, &decline->sealed_reason);
}

static size_t decline_weight(const void *input)
{
    return ((const struct proposal_decline *)input)->sealed_reason.len;
}

static enum status decline_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                 struct relation *relation, struct receipt *ret_receipt)
{
    const struct proposal_decline *decline = input;

    assert(grant_action(grant) == ACTION_DECIDE_PROPOSAL);
    if (decline->row->state != PROPOSAL_WAITING)
        return STATUS_PROPOSAL_DECIDED;
    TRY(decide(scene, tx, &decline->id, PROPOSAL_DECLINED, (struct maybe_uuid){0}, decline->sealed_reason));
    *ret_receipt = (struct receipt){decline->id, relation->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case proposal_decline_case = {
    .relate = decline_relate, .prepare = decline_prepare, .apply = decline_apply, .weight = decline_weight};
