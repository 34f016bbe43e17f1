/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_content.c: the bytes of a document, part by part (P3, P10).
 * May not hold more than one part.
 * Always: before anything is answered, all parts are there and the first that is wanted opens; every later one must open at its own place,
 * as the last only if it is the last (C3).
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/envelope.h"
#include "domain/document_facts.h"
#include "domain/seal.h"

/* ---- Parts -------------------------------------------------------------------------------------------------------------- */

enum status document_piece_fetch(struct session *session, const struct document_whole *whole, int64_t part,
                                 struct document_piece *ret_piece)
{
    struct sql_document_part_bytes_row row;
    enum status status =
        sql_document_part_bytes(session, &(struct sql_document_part_bytes_args){whole->document, part}, &row);

    if (status == STATUS_NOT_FOUND)
        return STATUS_CORRUPT;
    TRY(status);
    if (row.size < 1 || row.start < 0 || row.start > whole->size - row.size)
        return STATUS_CORRUPT;
    *ret_piece = (struct document_piece){.part = part, .start = row.start, .size = row.size, .sealed = row.bytes};
    return STATUS_OK;
}

enum status document_piece_open(struct vault *vault, const struct document_whole *whole, struct arena *arena,
                                struct document_piece *piece)
{
    const bool final = piece->start + piece->size == whole->size;
    const struct seal_place place = {whole->organisation, COLUMN_DOCUMENT_PART_BYTES, whole->document, whole->key,
                                     document_part_version(piece->part, final)};
    auto_data_key key = NULL;
    void *plain = NULL;
    size_t len = 0;

    TRY(vault_key(vault, &whole->key, &key));
    TRY(envelope_open(arena, key, &place, piece->sealed, &plain, &len));
    if (plain == NULL || (int64_t)len != piece->size)
        return STATUS_CORRUPT;
    piece->bytes = plain;
    return STATUS_OK;
}

/* No part too few, none too many, each going on where the one before it ends; the part in which the first wanted byte lies. */
static enum status look_over(struct scene *scene, const struct document_content *content, int64_t *ret_part)
{
    const struct sql_document_parts_args args = {content->id};
    struct sql_document_parts_row *rows = NULL;
    size_t n = 0;
    int64_t end = 0, found = 0;

    enum status status = sql_document_parts(scene->session, &args, (size_t)content->parts, &rows, &n);
    if (status == STATUS_TOO_MANY || (status == STATUS_OK && (int64_t)n != content->parts))
        return STATUS_CORRUPT;
    TRY(status);
    for (size_t i = 0; i < n; i++) {
        const bool last = i + 1 == n;
        if (rows[i].part != (int64_t)i || rows[i].start != end || (rows[i].final != 0) != last)
            return STATUS_CORRUPT;
        if ((uint64_t)end <= content->first)
            found = (int64_t)i;
        end += rows[i].size;
    }
    *ret_part = found;
    return end == content->whole.size ? STATUS_OK : STATUS_CORRUPT;
}

/* ---- The read ----------------------------------------------------------------------------------------------------------- */

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct document_content *content = input;
    struct sql_document_by_id_row row = {.size = 0};
    struct sql_personsak_by_id_row personsak = {.version = 0};

    TRY(document_relate(scene, ACTION_READ_DOCUMENT, &content->id, ret_relation, &row, &personsak));
    content->whole = (struct document_whole){scene->keys->organisation, content->id, personsak.key, row.size};
    content->received = row.received;
    content->parts = row.parts;
    content->version = row.version;
    content->struck = row.is_struck != 0 || row.hendelse_is_struck != 0;
    content->sealed_name = row.name;
    content->sealed_media_type = row.media_type;
    return STATUS_OK;
}

/* A range of another version is passed over, and the whole is answered (RFC 9110, section 13.1.5). */
static struct byte_range range_of(const struct document_content *content)
{
    char version[24];

    snprintf(version, sizeof version, "%" PRId64, content->version);
    if (content->range_if != NULL && strcmp(content->range_if, version) != 0)
        return (struct byte_range){.kind = BYTE_RANGE_ALL};
    return content->range;
}

static bool is_unfinished(const struct document_content *content)
{
    return content->received < content->whole.size;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct document_content *content = input;
    const struct byte_range range = range_of(content);
    int64_t part = 0;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_DOCUMENT);
    if (content->struck && (grant_shows(grant) & SHOW_STRUCK) == 0)
        return STATUS_FORBIDDEN;
    if (is_unfinished(content))
        return content->may_be_unfinished ? STATUS_OK : STATUS_DOCUMENT_UNFINISHED;
    TRY(byte_range_resolve(&range, (uint64_t)content->whole.size, &content->first, &content->len));
    content->partial = range.kind != BYTE_RANGE_ALL;
    TRY(look_over(scene, content, &part));
    return document_piece_fetch(scene->session, &content->whole, part, &content->piece);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct document_content *content = input;
    auto_data_key key = NULL;

    assert(grant_action(grant) == ACTION_READ_DOCUMENT);
    if (is_unfinished(content))
        return STATUS_OK;
    TRY(vault_key(vault, &content->whole.key, &key));
    const struct sealed_row row = document_sealed_row(arena, key, keys, &content->id, &content->whole.key);
    TRY(open_text(&row, COLUMN_DOCUMENT_NAME, content->sealed_name, &content->name));
    TRY(open_text(&row, COLUMN_DOCUMENT_MEDIA_TYPE, content->sealed_media_type, &content->media_type));
    key = data_key_free(key);
    return document_piece_open(vault, &content->whole, arena, &content->piece);
}

const struct read_case document_content_case = {.relate = relate, .fetch = fetch, .open = open};
