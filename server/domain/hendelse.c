/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hendelse.c: what a right on a hendelse rests on, how it is struck, and that there is none without a personsak.
 * May not touch its content.
 * Always: a hendelse has no rights of its own: they are those of its personsak (P9).
 */
#include "domain/hendelse.h"

#include <assert.h>

#include "domain/student.h"
#include "statements.gen.h"

enum status hendelse_relate(struct scene *scene, enum action action, const struct uuid *id,
                            struct relation *ret_relation, struct sql_hendelse_by_id_row *ret_row,
                            struct sql_personsak_by_id_row *ret_personsak)
{
    const struct sql_hendelse_by_id_args args = {scene->keys->organisation, *id};
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_HENDELSE), .object = {true, *id}},
    };
    struct sql_hendelse_by_id_row row;

    enum status status = sql_hendelse_by_id(scene->session, &args, &row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        TRY(personsak_relate(scene, action, &row.personsak, &relation, ret_personsak));
        personsak_relate_part(scene, KIND_HENDELSE, id, &row.author, &relation);
        relation.version = row.version;
        *ret_row = row;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- Striking (P10) ----------------------------------------------------------------------------------------------------- */

static enum status strike_relate(struct scene *scene, enum action action, const struct uuid *id,
                                 struct relation *ret_relation, struct strike_place *ret_place)
{
    struct sql_hendelse_by_id_row row = {.struck = 0};
    struct sql_personsak_by_id_row personsak = {.closed = 0};

    TRY(hendelse_relate(scene, action, id, ret_relation, &row, &personsak));
    if (ret_relation->object.exists)
        *ret_place = (struct strike_place){row.personsak, personsak.key, row.struck == 1};
    return STATUS_OK;
}

static enum status strike_mark(struct tx *tx, const struct uuid *id)
{
    return sql_hendelse_strike(tx, &(struct sql_hendelse_strike_args){*id}, NULL);
}

const struct strike_kind hendelse_strike = {ACTION_STRIKE_HENDELSE, strike_relate, strike_mark};

/* ---- None without a personsak (P9) -------------------------------------------------------------------------------------- */

static enum status without_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct hendelse_without_personsak *without = input;
    struct sql_student_by_id_row row;

    return student_relate(scene, &without->student, ret_relation, &row);
}

static enum status without_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                 struct relation *relation, struct receipt *ret_receipt)
{
    (void)scene;
    (void)tx;
    (void)input;
    (void)relation;
    (void)ret_receipt;
    assert(grant_action(grant) == ACTION_READ_STUDENT);
    return STATUS_PERSONSAK_REQUIRED;
}

const struct write_case hendelse_without_personsak_case = {
    .relate = without_relate, .apply = without_apply, .decided_once = true};
