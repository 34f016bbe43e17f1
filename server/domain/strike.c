/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * strike.c: marking as wrongly recorded, and telling of it (P10).
 * May not touch the content: it stays as it was written, for rektor.
 * Always: a thing is struck once, with a reason that nobody but those who see the content reads.
 */
#include "domain/strike.h"

#include <assert.h>

#include "statements.gen.h"

/* What is struck is so for good: its reason has one version. */
enum { REASON_VERSION = 1 };

enum status strike_fetch(struct scene *scene, const struct uuid *object, struct person_names *names,
                         struct strike *ret_strike)
{
    struct sql_strike_by_object_row row;
    enum status status = sql_strike_by_object(scene->session, &(struct sql_strike_by_object_args){*object}, &row);

    if (status == STATUS_NOT_FOUND) {
        *ret_strike = (struct strike){0};
        return STATUS_OK;
    }
    TRY(status);
    TRY(person_names_add(scene, &row.struck_by, names));
    *ret_strike =
        (struct strike){.is_struck = true, .by = row.struck_by, .at = row.struck_at, .sealed_reason = row.reason};
    return STATUS_OK;
}

enum status strike_open(const struct sealed_row *row, bool shown, const struct person_names *names,
                        struct strike *strike)
{
    struct sealed_row reason = *row;

    if (!strike->is_struck)
        return STATUS_OK;
    strike->by_name = person_names_of(names, &strike->by);
    reason.version = REASON_VERSION;
    return shown ? open_text(&reason, COLUMN_STRUCK_REASON, strike->sealed_reason, &strike->reason) : STATUS_OK;
}

/* ---- Marking ------------------------------------------------------------------------------------------------------------ */

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct strike_write *write = input;

    return write->kind->relate(scene, write->kind->action, &write->id, ret_relation, &write->place);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct strike_write *write = input;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &write->place.key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, write->id, write->place.key, REASON_VERSION};
    return seal_text(&row, COLUMN_STRUCK_REASON, write->reason, &write->sealed_reason);
}

static size_t weight(const void *input)
{
    return ((const struct strike_write *)input)->sealed_reason.len;
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct strike_write *write = input;
    const struct sql_strike_insert_args args = {
        .object = write->id,
        .personsak = write->place.personsak,
        .struck_by = scene->actor.person,
        .struck_at = tx_now(tx),
        .reason = write->sealed_reason,
    };

    assert(grant_action(grant) == write->kind->action);
    if (write->place.is_struck)
        return STATUS_STRUCK;
    TRY(sql_strike_insert(tx, &args, NULL));
    TRY(write->kind->mark(tx, &write->id));
    TRY(sql_personsak_touch(tx, &(struct sql_personsak_touch_args){args.personsak, args.struck_at}, NULL));
    *ret_receipt = (struct receipt){write->id, relation->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case strike_case = {.relate = relate, .prepare = prepare, .apply = apply, .weight = weight};
