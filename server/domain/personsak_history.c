/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_history.c: a personsak's own history, a page at a time (P3, P4).
 * May not touch hendelser and documents: they have versions of their own.
 * Always: oldest first, in an order that what comes later leaves as it is, so that a page is a place in it.
 */
#include "domain/personsak_history.h"

#include "domain/seal.h"
#include "statements.gen.h"

/* Page tokens are bound to the name. */
static const struct listing_kind kind = {.name = "listPersonsakHistory"};
enum { HISTORY_FROM };

/* A token goes on in the personsak that it was made for. */
static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct personsak_history *history = input;
    const struct page_position *position = &history->page.position;

    TRY(listing_ready(&kind, keys, caller, arena, &history->page));
    if (history->page.token != NULL && !uuid_equal(&position->ids[0], &history->id.uuid))
        return STATUS_MALFORMED;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct personsak_history *history = input;
    struct sql_personsak_by_id_row row;

    TRY(personsak_relate(scene, ACTION_READ_PERSONSAK, &history->id, ret_relation, &row));
    if (ret_relation->object.exists)
        history->key = row.key;
    return STATUS_OK;
}

static enum status take(struct scene *scene, const struct sql_personsak_history_row *row,
                        struct personsak_history *history)
{
    if (row->what < 0 || row->what >= PERSONSAK_EVENTS)
        return STATUS_CORRUPT;
    const enum personsak_event_kind what = (enum personsak_event_kind)row->what;
    history->events[history->page.n++] = (struct personsak_event){
        .what = what,
        .at = row->at,
        .by = row->by,
        .version = {what != PERSONSAK_HANDLER_REMOVED, row->version},
        .person = row->person,
        .number = row->number,
        .sealed_sakstype = row->sakstype,
        .sealed_category = row->category,
        .sealed_description = row->description,
        .sealed_words = row->words,
    };
    TRY(person_names_add(scene, &row->by, &history->names));
    return row->person.known ? person_names_add(scene, &(struct person_id){row->person.uuid}, &history->names)
                             : STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct personsak_history *history = input;
    struct listing *page = &history->page;
    const struct sql_personsak_history_args args = {history->id, page->position.numbers[HISTORY_FROM],
                                                    (int64_t)page->limit + 1};
    struct sql_personsak_history_row *rows = NULL;
    size_t n = 0;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_PERSONSAK);
    history->names = (struct person_names){0};
    history->events = arena_array(scene->arena, page->limit, sizeof *history->events);
    if (history->events == NULL)
        return STATUS_NO_MEMORY;
    TRY(sql_personsak_history(scene->session, &args, page->limit + 1, &rows, &n));
    page->n = 0;
    page->more = n > page->limit;
    for (size_t i = 0; i < n && i < page->limit; i++)
        TRY(take(scene, &rows[i], history));
    return STATUS_OK;
}

static enum status event_open(struct sealed_row *row, struct personsak_event *event)
{
    row->version = event->number;
    TRY(open_text(row, COLUMN_PERSONSAK_HEADER_SAKSTYPE, event->sealed_sakstype, &event->sakstype));
    TRY(open_text(row, COLUMN_PERSONSAK_HEADER_CATEGORY, event->sealed_category, &event->category));
    TRY(open_text(row, COLUMN_PERSONSAK_HEADER_DESCRIPTION, event->sealed_description, &event->description));
    return open_text(row, COLUMN_PERSONSAK_TURN_WORDS, event->sealed_words, &event->words);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct personsak_history *history = input;
    struct page_position *position = &history->page.position;
    auto_data_key key = NULL;

    assert(grant_action(grant) == ACTION_READ_PERSONSAK);
    TRY(vault_key(vault, &history->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, history->id.uuid, history->key, 0};
    for (size_t i = 0; i < history->page.n; i++)
        TRY(event_open(&row, &history->events[i]));
    TRY(person_names_open(vault, keys, arena, &history->names));
    position->ids[0] = history->id.uuid;
    position->numbers[HISTORY_FROM] += (int64_t)history->page.n;
    return listing_close(&kind, keys, arena, &history->page);
}

const struct read_case personsak_history_case = {.ready = ready, .relate = relate, .fetch = fetch, .open = open};
