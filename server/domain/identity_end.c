/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity_end.c: ending a login (M1).
 * May not touch the row's existence, nor who the person is: the log names both.
 * Always: from the commit on the login is a stranger's, and may be given to someone else.
 */
#include <assert.h>

#include "domain/identity.h"
#include "statements.gen.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct identity_end *end = input;

    TRY(target_find(scene, &end->target));
    return identity_relate(scene, &end->target.id, ACTION_CHANGE_IDENTITY, ret_relation, &end->row);
}

/* The columns are bound to the version of the row: the one to come needs them sealed anew. */
static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct identity_end *end = input;
    const struct sql_identity_by_id_row *stored = end->row;
    const char *issuer = NULL, *subject = NULL;
    auto_data_key key = NULL;

    target_seen(&end->target, stored->version);
    TRY(vault_key(vault, &stored->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, end->target.id, stored->key, stored->version};
    TRY(open_text(&row, COLUMN_IDENTITY_ISSUER, stored->issuer, &issuer));
    TRY(open_text(&row, COLUMN_IDENTITY_SUBJECT, stored->subject, &subject));
    row.version++;
    TRY(seal_text(&row, COLUMN_IDENTITY_ISSUER, issuer, &end->sealed_issuer));
    return seal_text(&row, COLUMN_IDENTITY_SUBJECT, subject, &end->sealed_subject);
}

static enum status end_now(struct tx *tx, const struct identity_end *end)
{
    const struct sql_identity_update_args args = {
        .identity = end->target.id,
        .issuer = end->sealed_issuer,
        .subject = end->sealed_subject,
        .ended_at = {true, tx_now(tx)},
        .version = end->row->version + 1,
    };

    TRY(sql_identity_update(tx, &args, NULL));
    return sql_identity_marks_remove(tx, &(struct sql_identity_marks_remove_args){end->target.id}, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct identity_end *end = input;
    const bool ended = end->row->ended_at.known;

    (void)scene;
    assert(grant_action(grant) == ACTION_CHANGE_IDENTITY);
    TRY(target_check(&end->target, relation->version));
    if (!ended)
        TRY(end_now(tx, end));
    *ret_receipt = target_receipt(&end->target, ended);
    return STATUS_OK;
}

const struct write_case identity_end_case = {.relate = relate, .prepare = prepare, .apply = apply};
