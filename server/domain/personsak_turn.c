/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_turn.c: closing and reopening a personsak (P8, S6).
 * May not touch what is in it, nor who handles it.
 * Always: each turn is a row of its own, sealed under its number, whatever else happens in the personsak meanwhile; a turn to where it is
 *         already is none.
 */
#include "domain/personsak_turn.h"

#include <assert.h>

#include "domain/seal.h"
#include "statements.gen.h"

static const struct turn {
    enum action action;
    bool closes;
    enum status there; /* when it is so already */
} turns[TURN_WAYS] = {
    [TURN_CLOSE] = {ACTION_CLOSE_PERSONSAK, true, STATUS_CLOSED},
    [TURN_CLOSE_ONE_MORE] = {ACTION_CLOSE_PERSONSAKER, true, STATUS_OK},
    [TURN_REOPEN] = {ACTION_REOPEN_PERSONSAK, false, STATUS_NOT_CLOSED},
};

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct personsak_turn *turn = input;
    struct sql_personsak_turns_row so_far;

    TRY(personsak_relate_row(scene, turns[turn->way].action, &turn->personsak, ret_relation, &turn->row));
    TRY(sql_personsak_turns(scene->session, &(struct sql_personsak_turns_args){turn->personsak}, &so_far));
    turn->turns = so_far.n;
    return STATUS_OK;
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct personsak_turn *turn = input;
    auto_data_key key = NULL;

    turn->number = turn->turns + 1;
    TRY(vault_key(vault, &turn->row->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, turn->personsak.uuid, turn->row->key, turn->number};
    return seal_text(&row, COLUMN_PERSONSAK_TURN_WORDS, turn->words, &turn->sealed_words);
}

static size_t weight(const void *input)
{
    return ((const struct personsak_turn *)input)->sealed_words.len;
}

static enum status store(struct scene *scene, struct tx *tx, const struct personsak_turn *turn, bool closes,
                         int64_t version)
{
    const struct sql_personsak_turn_insert_args args = {
        .personsak = turn->personsak,
        .number = turn->number,
        .version = version,
        .closed = closes,
        .words = turn->sealed_words,
        .by = scene->actor.person,
        .at = tx_now(tx),
    };

    TRY(sql_personsak_turn_insert(tx, &args, NULL));
    TRY(sql_personsak_closed_set(tx, &(struct sql_personsak_closed_set_args){turn->personsak, closes}, NULL));
    return sql_personsak_touch(tx, &(struct sql_personsak_touch_args){turn->personsak, tx_now(tx)}, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct personsak_turn *turn = input;
    const bool closes = turns[turn->way].closes;

    assert(grant_action(grant) == turns[turn->way].action);
    if (turn->expected.known && turn->expected.value != relation->version)
        return STATUS_PRECONDITION_FAILED;
    if ((turn->row->closed != 0) == closes) {
        *ret_receipt = (struct receipt){turn->personsak.uuid, relation->version, RECEIPT_UNCHANGED};
        return turns[turn->way].there;
    }
    if (turn->number != turn->turns + 1)
        return STATUS_PRECONDITION_FAILED;
    TRY(store(scene, tx, turn, closes, relation->version + 1));
    *ret_receipt = (struct receipt){turn->personsak.uuid, relation->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case personsak_turn_case = {.relate = relate, .prepare = prepare, .apply = apply, .weight = weight};
