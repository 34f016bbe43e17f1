/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_send.c: the next part of a document (P6).
 * May not hold more than the one part.
 * Always: parts follow each other without a gap, each sealed for its place and for whether it is the last; the first is what it was
 * announced as, or nothing is stored.
 */
#include <assert.h>

#include "crypto/envelope.h"
#include "domain/document_facts.h"
#include "domain/seal.h"

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct document_send *send = input;
    struct sql_document_by_id_row row = {.size = 0};
    struct sql_personsak_by_id_row personsak = {.version = 0};

    TRY(document_relate(scene, ACTION_SEND_DOCUMENT, &send->id, ret_relation, &row, &personsak));
    send->personsak = personsak.personsak;
    send->key = personsak.key;
    send->closed = personsak.closed != 0;
    send->struck = row.is_struck != 0 || row.hendelse_is_struck != 0;
    send->size = row.size;
    send->received = row.received;
    send->parts = row.parts;
    send->version = row.version;
    send->sealed_media_type = row.media_type;
    return STATUS_OK;
}

/* What stands against this part, as things are. */
static enum status look(const struct document_send *send)
{
    const int64_t len = (int64_t)send->len, left = send->size - send->received;

    if (send->closed)
        return STATUS_CLOSED;
    if (send->struck)
        return STATUS_STRUCK;
    if (send->offset != send->received)
        return STATUS_OFFSET_MISMATCH;
    if (len > left)
        return failure_add(send->failure, FAILURE_IN_HEADER, FAILURE_TOO_LONG, "Content-Length");
    if (len < left && len < DOCUMENT_LEAST_PART)
        return failure_add(send->failure, FAILURE_IN_HEADER, FAILURE_TOO_SHORT, "Content-Length");
    return STATUS_OK;
}

static bool is_final(const struct document_send *send)
{
    return send->received + (int64_t)send->len == send->size;
}

/* The first part tells what the whole is. */
static enum status judge(const struct data_key *key, const struct organisation_keys *keys, struct arena *arena,
                         struct document_send *send)
{
    const struct sealed_row row = document_sealed_row(arena, key, keys, &send->id, &send->key);
    const char *media_type = NULL;
    bool fits = true;

    if (send->received > 0)
        return STATUS_OK;
    TRY(open_text(&row, COLUMN_DOCUMENT_MEDIA_TYPE, send->sealed_media_type, &media_type));
    TRY(media_judge(send->media, media_type, send->bytes, send->len, &fits));
    send->mismatch = !fits;
    return STATUS_OK;
}

/* What is refused as things are is not sealed; should it no longer be when it is to be stored, it is prepared again. */
static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct document_send *send = input;
    const struct seal_place place = {keys->organisation, COLUMN_DOCUMENT_PART_BYTES, send->id, send->key,
                                     document_part_version(send->parts, is_final(send))};
    auto_data_key key = NULL;

    send->sealed_at = -1;
    if (look(send) != STATUS_OK)
        return STATUS_OK;
    TRY(vault_key(vault, &send->key, &key));
    TRY(judge(key, keys, arena, send));
    if (!send->mismatch)
        TRY(envelope_seal(arena, key, &place, send->bytes, send->len, &send->sealed));
    send->sealed_at = send->received;
    return STATUS_OK;
}

static enum status store(struct tx *tx, const struct document_send *send)
{
    const int64_t len = (int64_t)send->len;
    const struct sql_document_part_insert_args part = {
        .document = send->id,
        .part = send->parts,
        .start = send->received,
        .size = len,
        .final = is_final(send) ? 1 : 0,
        .bytes = send->sealed,
    };
    const struct sql_document_grow_args grown = {
        .document = send->id,
        .received = send->received + len,
        .parts = send->parts + 1,
        .at = tx_now(tx),
        .version = send->version + 1,
    };

    TRY(sql_document_part_insert(tx, &part, NULL));
    return sql_document_grow(tx, &grown, NULL);
}

/* The personsak changes when a document is whole, not with each part: whoever else works in it is not to be told of each. */
static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct document_send *send = input;

    (void)scene;
    (void)relation;
    assert(grant_action(grant) == ACTION_SEND_DOCUMENT);
    TRY(look(send));
    if (send->sealed_at != send->received)
        return STATUS_PRECONDITION_FAILED;
    if (send->mismatch)
        return STATUS_CONTENT_MISMATCH;
    TRY(store(tx, send));
    if (is_final(send))
        TRY(sql_personsak_touch(tx, &(struct sql_personsak_touch_args){send->personsak, tx_now(tx)}, NULL));
    *ret_receipt = (struct receipt){send->id, send->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

_Static_assert((int)DOCUMENT_MOST_PART + (int)ENVELOPE_OVERHEAD < (int)STORE_JOB_BYTES, "a part is one job");
_Static_assert((int)DOCUMENT_MOST_PART <= (int)ENVELOPE_MAX_PLAIN, "a part is one sealed value");
_Static_assert((int)DOCUMENT_LEAST_PART >= (int)MEDIA_JUDGED_BYTES, "the first part tells what the whole is");

static size_t weight(const void *input)
{
    return ((const struct document_send *)input)->sealed.len;
}

const struct write_case document_send_case = {.relate = relate, .prepare = prepare, .apply = apply, .weight = weight};
