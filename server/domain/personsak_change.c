/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_change.c: sakstype, category and description anew (P4).
 * May not touch handlers, nor what is in the personsak.
 * Always: every earlier header stays; nothing is stored when nothing is new.
 */
#include "domain/personsak_change.h"

#include <string.h>

#include "domain/personsak_open.h"
#include "domain/seal.h"
#include "statements.gen.h"

/* ---- What is there ------------------------------------------------------------------------------------------------------ */

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct personsak_change *change = input;
    struct sql_personsak_header_row *header = arena_alloc(scene->arena, sizeof *header);

    if (header == NULL)
        return STATUS_NO_MEMORY;
    TRY(personsak_relate_row(scene, ACTION_CHANGE_PERSONSAK, &change->id, ret_relation, &change->row));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    const struct sql_personsak_header_args args = {change->id, change->row->header};
    enum status status = sql_personsak_header(scene->session, &args, header);
    if (status == STATUS_NOT_FOUND)
        return STATUS_CORRUPT;
    change->header = header;
    return status;
}

/* ---- What is to be ------------------------------------------------------------------------------------------------------ */

/* One column: as asked for, or as it is. */
struct column {
    struct sealed_column place;
    struct sealed stored;
    const char *wanted;
    struct sealed *sealed;
};

static enum status column_seal(const struct sealed_row *old, const struct sealed_row *new, const struct column *column,
                               bool *ret_new)
{
    const char *stored = NULL;

    TRY(open_text(old, column->place, column->stored, &stored));
    if (stored == NULL)
        return STATUS_CORRUPT;
    const char *text = column->wanted != NULL ? column->wanted : stored;
    *ret_new = strcmp(text, stored) != 0;
    return seal_text(new, column->place, text, column->sealed);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct personsak_change *change = input;
    const struct sql_personsak_by_id_row *stored = change->row;
    const struct sql_personsak_header_row *header = change->header;
    const struct column sakstype = {COLUMN_PERSONSAK_HEADER_SAKSTYPE, header->sakstype, change->sakstype,
                                    &change->sealed_sakstype};
    const struct column category = {COLUMN_PERSONSAK_HEADER_CATEGORY, header->category, change->category,
                                    &change->sealed_category};
    const struct column description = {COLUMN_PERSONSAK_HEADER_DESCRIPTION, header->description, change->description,
                                       &change->sealed_description};
    bool new_description = false;
    auto_data_key key = NULL;

    change->seen_version = stored->version;
    TRY(vault_key(vault, &stored->key, &key));
    const struct sealed_row old = {arena, key, keys->organisation, change->id.uuid, stored->key, stored->header};
    struct sealed_row new = old;
    new.version++;
    TRY(column_seal(&old, &new, &sakstype, &change->new_sakstype));
    TRY(column_seal(&old, &new, &category, &change->new_category));
    TRY(column_seal(&old, &new, &description, &new_description));
    change->unchanged = !change->new_sakstype && !change->new_category && !new_description;
    return STATUS_OK;
}

/* ---- Storing it --------------------------------------------------------------------------------------------------------- */

static size_t weight(const void *input)
{
    return ((const struct personsak_change *)input)->sealed_description.len;
}

static enum status check_codes(struct scene *scene, const struct personsak_change *change)
{
    enum status sakstype = STATUS_OK, category = STATUS_OK;

    if (change->new_sakstype)
        sakstype = personsak_check_code(scene, CODE_LIST_SAKSTYPE, change->sakstype, "/sakstype", change->failure);
    if (change->new_category)
        category = personsak_check_code(scene, CODE_LIST_CASE_CATEGORY, change->category, "/category", change->failure);
    TRY(sakstype);
    return category;
}

static enum status store(struct scene *scene, struct tx *tx, const struct personsak_change *change)
{
    const struct sql_personsak_header_insert_args header = {
        .personsak = change->id,
        .number = change->row->header + 1,
        .version = change->row->version + 1,
        .sakstype = change->sealed_sakstype,
        .category = change->sealed_category,
        .description = change->sealed_description,
        .by = scene->actor.person,
        .at = tx_now(tx),
    };

    TRY(sql_personsak_header_insert(tx, &header, NULL));
    TRY(sql_personsak_header_set(tx, &(struct sql_personsak_header_set_args){change->id, header.number}, NULL));
    return sql_personsak_touch(tx, &(struct sql_personsak_touch_args){change->id, header.at}, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct personsak_change *change = input;
    const int64_t version = relation->version;

    assert(grant_action(grant) == ACTION_CHANGE_PERSONSAK);
    if (version != change->seen_version)
        return STATUS_PRECONDITION_FAILED;
    if (change->row->closed != 0)
        return STATUS_CLOSED;
    TRY(check_codes(scene, change));
    if (!change->unchanged)
        TRY(store(scene, tx, change));
    *ret_receipt = change->unchanged ? (struct receipt){change->id.uuid, version, RECEIPT_UNCHANGED}
                                     : (struct receipt){change->id.uuid, version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case personsak_change_case = {
    .relate = relate, .prepare = prepare, .apply = apply, .weight = weight};
