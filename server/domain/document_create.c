/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_create.c: a document is announced on a hendelse: its name, what it is, and how long it will be (P6).
 * May not touch its bytes: they come part by part.
 * Always: it is on one hendelse of one open personsak, for ever (P9); its name is sealed with the personsak's key.
 */
#include <assert.h>

#include "domain/document_facts.h"
#include "domain/hendelse.h"
#include "domain/seal.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct document_create *create = input;
    struct sql_hendelse_by_id_row row = {.struck = 0};
    struct sql_personsak_by_id_row personsak = {.version = 0};

    TRY(hendelse_relate(scene, ACTION_ADD_DOCUMENT, &create->hendelse, ret_relation, &row, &personsak));
    create->personsak = personsak.personsak;
    create->key = personsak.key;
    create->closed = personsak.closed != 0;
    create->struck = row.struck != 0;
    return STATUS_OK;
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct document_create *create = input;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &create->key, &key));
    create->id = uuid_new();
    const struct sealed_row row = document_sealed_row(arena, key, keys, &create->id, &create->key);
    TRY(seal_text(&row, COLUMN_DOCUMENT_NAME, create->name, &create->sealed_name));
    return seal_text(&row, COLUMN_DOCUMENT_MEDIA_TYPE, create->media_type, &create->sealed_media_type);
}

static enum status store(struct scene *scene, struct tx *tx, const struct document_create *create)
{
    const struct sql_document_insert_args row = {
        .document = create->id,
        .personsak = create->personsak,
        .hendelse = create->hendelse,
        .author = scene->actor.person,
        .name = create->sealed_name,
        .media_type = create->sealed_media_type,
        .size = create->size,
        .at = tx_now(tx),
    };

    TRY(sql_document_insert(tx, &row, NULL));
    return sql_personsak_touch(tx, &(struct sql_personsak_touch_args){create->personsak, tx_now(tx)}, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct document_create *create = input;
    struct sql_documents_held_row held;

    (void)relation;
    assert(grant_action(grant) == ACTION_ADD_DOCUMENT);
    if (create->closed)
        return STATUS_CLOSED;
    if (create->struck)
        return STATUS_STRUCK;
    TRY(sql_documents_held(scene->session, &(struct sql_documents_held_args){create->hendelse}, &held));
    if (held.n >= DOCUMENTS_OF_HENDELSE)
        return STATUS_LIMIT_REACHED;
    TRY(store(scene, tx, create));
    *ret_receipt = (struct receipt){create->id, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

static void recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object_kind = registry_kind_name(KIND_DOCUMENT);
    subject->object = (struct maybe_uuid){true, receipt->id};
}

const struct write_case document_create_case = {.relate = relate, .prepare = prepare, .apply = apply, .recall = recall};
