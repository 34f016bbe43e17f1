/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_strike.c: a document that was wrongly recorded (P10), as domain/strike wants to know it.
 * May not touch its bytes: they wait for a disposal.
 * Always: a struck document is a new version of it.
 */
#include "domain/document_facts.h"

static enum status relate(struct scene *scene, enum action action, const struct uuid *id, struct relation *ret_relation,
                          struct strike_place *ret_place)
{
    struct sql_document_by_id_row row = {.size = 0};
    struct sql_personsak_by_id_row personsak = {.version = 0};

    TRY(document_relate(scene, action, id, ret_relation, &row, &personsak));
    *ret_place = (struct strike_place){personsak.personsak, personsak.key, row.is_struck != 0};
    return STATUS_OK;
}

static enum status mark(struct tx *tx, const struct uuid *id)
{
    return sql_document_mark(tx, &(struct sql_document_mark_args){*id}, NULL);
}

const struct strike_kind document_strike_kind = {ACTION_STRIKE_DOCUMENT, relate, mark};
