/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_handlers.c: adding and removing medsaksbehandlere, and handing over (P4, P5).
 * May not touch a closed personsak, which is read-only (P8), nor what anybody wrote in it.
 * Always: one person leads; nobody handles it twice; whoever begins to handle it can (G1, G2); what has ended stays on record.
 */
#include "domain/personsak_handlers.h"

#include <assert.h>

#include "statements.gen.h"

/* ---- What the three have in common -------------------------------------------------------------------------------------- */

static enum status handling_of(struct scene *scene, const struct personsak_id *id, const struct person_id *person,
                               int64_t *ret_handling)
{
    struct sql_personsak_bond_of_row row;

    TRY(sql_personsak_bond_of(scene->session, &(struct sql_personsak_bond_of_args){*id, *person}, &row));
    *ret_handling = row.bond;
    return STATUS_OK;
}

static enum status check_can_handle(struct scene *scene, const struct sql_personsak_by_id_row *row,
                                    const struct person_id *person, const char *member, struct failure *failure)
{
    return personsak_check_handler(scene, person, &row->school, &row->student, member, failure);
}

/* From the version on that the change makes. */
static enum status begin(struct scene *scene, struct tx *tx, const struct sql_personsak_by_id_row *row,
                         const struct person_id *person, bool leads)
{
    const struct sql_personsak_handler_insert_args args = {
        .personsak = row->personsak,
        .person = *person,
        .version = row->version + 1,
        .leads = leads,
        .at = tx_now(tx),
        .by = scene->actor.person,
    };
    return sql_personsak_handler_insert(tx, &args, NULL);
}

static enum status end(struct scene *scene, struct tx *tx, const struct sql_personsak_by_id_row *row,
                       const struct person_id *person)
{
    const struct sql_personsak_handler_end_args args = {row->personsak, *person, tx_now(tx), scene->actor.person};

    return sql_personsak_handler_end(tx, &args, NULL);
}

static enum status touch(struct tx *tx, const struct sql_personsak_by_id_row *row, struct receipt *ret_receipt)
{
    TRY(sql_personsak_touch(tx, &(struct sql_personsak_touch_args){row->personsak, tx_now(tx)}, NULL));
    *ret_receipt = (struct receipt){row->personsak.uuid, row->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

/* ---- Adding ------------------------------------------------------------------------------------------------------------- */

static enum status add_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct handler_add *add = input;

    return personsak_relate_row(scene, ACTION_CHANGE_HANDLERS, &add->personsak, ret_relation, &add->row);
}

static enum status add_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                             struct relation *relation, struct receipt *ret_receipt)
{
    const struct handler_add *add = input;
    struct sql_personsak_handled_row handled;
    int64_t handling = HANDLES_NOT;

    (void)relation;
    assert(grant_action(grant) == ACTION_CHANGE_HANDLERS);
    if (add->row->closed)
        return STATUS_CLOSED;
    TRY(check_can_handle(scene, add->row, &add->person, "/personId", add->failure));
    TRY(handling_of(scene, &add->personsak, &add->person, &handling));
    if (handling != HANDLES_NOT)
        return STATUS_TAKEN;
    TRY(sql_personsak_handled(scene->session, &(struct sql_personsak_handled_args){add->personsak}, &handled));
    if (handled.others >= PERSONSAK_MAX_HANDLERS)
        return STATUS_LIMIT_REACHED;
    TRY(begin(scene, tx, add->row, &add->person, false));
    return touch(tx, add->row, ret_receipt);
}

const struct write_case handler_add_case = {.relate = add_relate, .apply = add_apply};

/* ---- Removing ----------------------------------------------------------------------------------------------------------- */

/* What is not there to be removed is as little there as a personsak that is not. */
static enum status remove_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct handler_remove *removal = input;
    int64_t handling = HANDLES_NOT;

    TRY(personsak_relate_row(scene, ACTION_CHANGE_HANDLERS, &removal->personsak, ret_relation, &removal->row));
    TRY(handling_of(scene, &removal->personsak, &removal->person, &handling));
    if (handling != HANDLES_BESIDE)
        ret_relation->object.exists = false;
    return STATUS_OK;
}

static enum status remove_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct handler_remove *removal = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_CHANGE_HANDLERS);
    if (removal->row->closed)
        return STATUS_CLOSED;
    TRY(end(scene, tx, removal->row, &removal->person));
    return touch(tx, removal->row, ret_receipt);
}

const struct write_case handler_remove_case = {.relate = remove_relate, .apply = remove_apply};

/* ---- Handing over ------------------------------------------------------------------------------------------------------- */

static enum status hand_over_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct personsak_hand_over *over = input;

    return personsak_relate_row(scene, ACTION_HAND_OVER, &over->personsak, ret_relation, &over->row);
}

static enum status check_hand_over(struct scene *scene, const struct personsak_hand_over *over,
                                   const struct sql_personsak_handled_row *handled, int64_t handling)
{
    static const char member[] = "/saksbehandlerId";

    if (over->row->closed)
        return STATUS_CLOSED;
    if (handling == HANDLES_AS_LEADER)
        return failure_add(over->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, member);
    TRY(check_can_handle(scene, over->row, &over->to, member, over->failure));
    if (over->stay)
        TRY(check_can_handle(scene, over->row, &handled->leader, "/stay", over->failure));
    const int64_t others = handled->others + (over->stay ? 1 : 0) - (handling == HANDLES_BESIDE ? 1 : 0);
    return others <= PERSONSAK_MAX_HANDLERS ? STATUS_OK : STATUS_LIMIT_REACHED;
}

static enum status hand_over_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                   struct relation *relation, struct receipt *ret_receipt)
{
    const struct personsak_hand_over *over = input;
    struct sql_personsak_handled_row handled;
    int64_t handling = HANDLES_NOT;

    (void)relation;
    assert(grant_action(grant) == ACTION_HAND_OVER);
    TRY(sql_personsak_handled(scene->session, &(struct sql_personsak_handled_args){over->personsak}, &handled));
    TRY(handling_of(scene, &over->personsak, &over->to, &handling));
    TRY(check_hand_over(scene, over, &handled, handling));
    TRY(end(scene, tx, over->row, &handled.leader));
    if (handling == HANDLES_BESIDE)
        TRY(end(scene, tx, over->row, &over->to));
    TRY(begin(scene, tx, over->row, &over->to, true));
    if (over->stay)
        TRY(begin(scene, tx, over->row, &handled.leader, false));
    return touch(tx, over->row, ret_receipt);
}

const struct write_case personsak_hand_over_case = {.relate = hand_over_relate, .apply = hand_over_apply};
