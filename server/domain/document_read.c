/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_read.c: what is told of a document, and of those on a hendelse (P3, P10).
 * May not touch their bytes.
 * Always: of what is struck, itself or with its hendelse, name and type are opened for those alone whose grant shows it.
 */
#include <assert.h>

#include "domain/document_facts.h"
#include "domain/hendelse.h"
#include "domain/seal.h"

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

static enum status fetch(struct scene *scene, const struct sql_document_by_id_row *row, const struct grant *grant,
                         struct person_names *names, struct document *ret_document)
{
    struct document document = {
        .id = row->document,
        .personsak = row->personsak,
        .hendelse = row->hendelse,
        .size = row->size,
        .received = row->received,
        .author = row->author,
        .recorded_at = row->recorded_at,
        .version = row->version,
        .ground = grant_ground(grant),
        .shown = (row->is_struck == 0 && row->hendelse_is_struck == 0) || (grant_shows(grant) & SHOW_STRUCK) != 0,
        .struck_object = row->is_struck != 0 ? row->document : row->hendelse,
        .sealed_name = row->name,
        .sealed_media_type = row->media_type,
    };

    TRY(person_names_add(scene, &row->author, names));
    TRY(strike_fetch(scene, &document.struck_object, names, &document.struck));
    *ret_document = document;
    return STATUS_OK;
}

/* The names are open. */
static enum status open_columns(const struct data_key *key, const struct organisation_keys *keys,
                                const struct key_id *key_id, const struct person_names *names, struct arena *arena,
                                struct document *document)
{
    const struct sealed_row row = document_sealed_row(arena, key, keys, &document->id, key_id);
    const struct sealed_row struck = document_sealed_row(arena, key, keys, &document->struck_object, key_id);

    TRY(strike_open(&struck, document->shown, names, &document->struck));
    if (!document->shown)
        return STATUS_OK;
    TRY(open_text(&row, COLUMN_DOCUMENT_NAME, document->sealed_name, &document->name));
    return open_text(&row, COLUMN_DOCUMENT_MEDIA_TYPE, document->sealed_media_type, &document->media_type);
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct document_read *read = input;
    struct sql_document_by_id_row row;
    struct sql_personsak_by_id_row personsak = {.version = 0};

    TRY(document_relate(scene, ACTION_READ_DOCUMENT, &read->id, ret_relation, &row, &personsak));
    read->key = personsak.key;
    return STATUS_OK;
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    const struct sql_document_by_id_args args = {scene->keys->organisation, ((struct document_read *)input)->id};
    struct document_read *read = input;
    struct sql_document_by_id_row row;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_DOCUMENT);
    read->names = (struct person_names){0};
    TRY(sql_document_by_id(scene->session, &args, &row));
    return fetch(scene, &row, grant, &read->names, &read->document);
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    struct document_read *read = input;
    auto_data_key key = NULL;

    assert(grant_action(grant) == ACTION_READ_DOCUMENT);
    TRY(vault_key(vault, &read->key, &key));
    TRY(person_names_open(vault, keys, arena, &read->names));
    return open_columns(key, keys, &read->key, &read->names, arena, &read->document);
}

const struct read_case document_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Those of a hendelse ------------------------------------------------------------------------------------------------ */

static struct document_list *list_of(struct listing *listing)
{
    return (struct document_list *)((char *)listing - offsetof(struct document_list, page));
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_documents_of_hendelse_args args = {scene->keys->organisation, position->ids[0], *after,
                                                        (int64_t)limit};

    return LISTING_IDS(sql_documents_of_hendelse, scene, &args, limit, ret_ids, ret_n);
}

/* The right on all of them is decided once: none has one of its own. */
static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct document_list *list = list_of(listing);
    const struct sql_document_by_id_args args = {scene->keys->organisation, *id};
    struct sql_document_by_id_row row;

    TRY(sql_document_by_id(scene->session, &args, &row));
    TRY(fetch(scene, &row, list->grant, &list->names, &list->documents[listing->n]));
    *ret_shown = true;
    return STATUS_OK;
}

static const struct listing_kind documents_kind = {"listDocuments", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct document_list *list = input;

    TRY(listing_ready(&documents_kind, keys, caller, arena, &list->page));
    if (list->page.token == NULL)
        list->page.position.ids[0] = list->hendelse;
    return uuid_equal(&list->page.position.ids[0], &list->hendelse) ? STATUS_OK : STATUS_MALFORMED;
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct document_list *list = input;
    struct sql_hendelse_by_id_row row;
    struct sql_personsak_by_id_row personsak = {.version = 0};

    TRY(hendelse_relate(scene, ACTION_READ_DOCUMENT, &list->hendelse, ret_relation, &row, &personsak));
    list->key = personsak.key;
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct document_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_DOCUMENT);
    list->grant = grant;
    list->names = (struct person_names){0};
    list->documents = arena_array(scene->arena, list->page.limit + 1, sizeof *list->documents);
    if (list->documents == NULL)
        return STATUS_NO_MEMORY;
    return listing_fetch(&documents_kind, scene, &list->page);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct document_list *list = input;
    auto_data_key key = NULL;

    assert(grant_action(grant) == ACTION_READ_DOCUMENT);
    TRY(vault_key(vault, &list->key, &key));
    TRY(person_names_open(vault, keys, arena, &list->names));
    for (size_t i = 0; i < list->page.n; i++)
        TRY(open_columns(key, keys, &list->key, &list->names, arena, &list->documents[i]));
    return listing_close(&documents_kind, keys, arena, &list->page);
}

const struct read_case document_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
