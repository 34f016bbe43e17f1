/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_card.c: a personsak as it is shown (P3).
 * May not touch rights: who reads it is decided before it is fetched.
 * Always: header and closing are opened with the personsak's own key, names with those of the people.
 */
#include "domain/personsak_card.h"

#include <stddef.h>

#include "domain/seal.h"
#include "domain/stored.h"
#include "statements.gen.h"

struct personsak_card personsak_card_of(const struct sql_personsak_by_id_row *row)
{
    return (struct personsak_card){
        .id = row->personsak,
        .version = row->version,
        .school = row->school,
        .student = {.id = row->student},
        .closed = row->closed != 0,
        .opened_at = row->opened_at,
        .opened_by = row->opened_by,
        .last_at = row->last_at,
        .key = row->key,
        .header = row->header,
    };
}

/* ---- What is fetched ---------------------------------------------------------------------------------------------------- */

static enum status header_fetch(struct scene *scene, struct personsak_card *card)
{
    const struct sql_personsak_header_args args = {card->id, card->header};
    struct sql_personsak_header_row row;
    enum status status = sql_personsak_header(scene->session, &args, &row);

    if (status == STATUS_NOT_FOUND)
        return STATUS_CORRUPT;
    TRY(status);
    card->sealed_sakstype = row.sakstype;
    card->sealed_category = row.category;
    card->sealed_description = row.description;
    return STATUS_OK;
}

/* The one who leads comes first: there is always one. */
static enum status handlers_fetch(struct scene *scene, struct personsak_card *card)
{
    struct sql_personsak_handlers_row *rows = NULL;
    size_t n = 0;

    TRY(sql_personsak_handlers(scene->session, &(struct sql_personsak_handlers_args){card->id}, STORED_MAX_RECORDS,
                               &rows, &n));
    struct person_id *others = arena_array(scene->arena, n, sizeof *others);
    if (others == NULL)
        return STATUS_NO_MEMORY;
    if (n == 0 || rows[0].leads == 0)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < n; i++) {
        TRY(person_names_add(scene, &rows[i].person, &card->names));
        if (i > 0)
            others[i - 1] = rows[i].person;
    }
    card->saksbehandler = rows[0].person;
    card->medsaksbehandlere = others;
    card->n_medsaksbehandlere = n - 1;
    return STATUS_OK;
}

static enum status closing_fetch(struct scene *scene, struct personsak_card *card)
{
    struct sql_personsak_newest_turn_row row;

    if (!card->closed)
        return STATUS_OK;
    enum status status =
        sql_personsak_newest_turn(scene->session, &(struct sql_personsak_newest_turn_args){card->id}, &row);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && row.closed == 0))
        return STATUS_CORRUPT;
    TRY(status);
    card->closing = (struct personsak_closing){
        .at = row.turned_at, .by = row.turned_by, .number = row.number, .sealed_summary = row.words};
    return person_names_add(scene, &row.turned_by, &card->names);
}

static enum status due_fetch(struct scene *scene, struct personsak_card *card)
{
    const struct sql_personsak_due_args args = {card->student.id, card->school, card->closed, scene->today};
    struct sql_personsak_due_row row;
    enum status status = sql_personsak_due(scene->session, &args, &row);

    if (status == STATUS_OK)
        card->due_on = (struct maybe_int){true, row.due_on};
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status personsak_card_fetch(struct scene *scene, struct personsak_card *card)
{
    TRY(header_fetch(scene, card));
    TRY(student_name_fetch(scene, &card->student.id, &card->school, &card->student));
    TRY(handlers_fetch(scene, card));
    TRY(person_names_add(scene, &card->opened_by, &card->names));
    TRY(closing_fetch(scene, card));
    return due_fetch(scene, card);
}

/* ---- What is opened ----------------------------------------------------------------------------------------------------- */

enum status personsak_card_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                struct personsak_card *card)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &card->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, card->id.uuid, card->key, card->header};
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_SAKSTYPE, card->sealed_sakstype, &card->sakstype));
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_CATEGORY, card->sealed_category, &card->category));
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_DESCRIPTION, card->sealed_description, &card->description));
    row.version = card->closing.number;
    if (card->closed)
        TRY(open_text(&row, COLUMN_PERSONSAK_TURN_WORDS, card->closing.sealed_summary, &card->closing.summary));
    TRY(student_name_open(vault, keys, arena, &card->student));
    return person_names_open(vault, keys, arena, &card->names);
}

/* ---- One of them -------------------------------------------------------------------------------------------------------- */

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_card)
{
    struct sql_personsak_by_id_row row;

    TRY(personsak_relate(scene, ACTION_READ_PERSONSAK, &(struct personsak_id){*id}, ret_relation, &row));
    if (ret_relation->object.exists)
        *(struct personsak_card *)ret_card = personsak_card_of(&row);
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, void *card)
{
    return personsak_card_fetch(scene, card);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *card)
{
    return personsak_card_open(vault, keys, arena, card);
}

/* Read one by one: lists are in the order of what happened, and have a way of their own. */
const struct record_kind personsak_kind = {
    .kind = KIND_PERSONSAK,
    .bytes = sizeof(struct personsak_card),
    .version = offsetof(struct personsak_card, version),
    .ground = offsetof(struct personsak_card, ground),
    .relate = relate,
    .fetch = fetch,
    .open = open,
};
