/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hendelse_read.c: one hendelse, and the versions of one (P3, P7, P10).
 * May not touch writing.
 * Always: what is struck shows its content to those alone who are shown what is struck; to others that, by whom and when.
 */
#include <assert.h>

#include "domain/hendelse_content.h"

/* ---- Fetching and opening ----------------------------------------------------------------------------------------------- */

enum status hendelse_fetch(struct scene *scene, const struct hendelse_range *range, struct person_names *names,
                           struct sql_hendelser_between_row **ret_rows, size_t *ret_n)
{
    const struct sql_hendelser_between_args args = {
        .personsak = range->personsak,
        .first_at = range->first.at,
        .first = range->first.id,
        .last_at = range->last.at,
        .last = range->last.id,
        .by_author = range->author.known,
        .author = range->author.uuid,
    };
    struct sql_hendelser_between_row *rows = NULL;
    size_t n = 0;

    TRY(sql_hendelser_between(scene->session, &args, range->max, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(person_names_add(scene, &rows[i].author, names));
        if (rows[i].struck_by.known)
            TRY(person_names_add(scene, &(struct person_id){rows[i].struck_by.uuid}, names));
    }
    *ret_rows = rows;
    *ret_n = n;
    return STATUS_OK;
}

static enum status open_content(const struct sealed_row *at, const struct sql_hendelser_between_row *row,
                                struct hendelse *hendelse)
{
    TRY(open_text(at, COLUMN_HENDELSE_VERSION_KIND, row->kind, &hendelse->kind));
    TRY(open_text(at, COLUMN_HENDELSE_VERSION_CATEGORY, row->category, &hendelse->category));
    TRY(open_text(at, COLUMN_HENDELSE_VERSION_TEXT, row->text, &hendelse->text));
    hendelse->happened_at = (struct maybe_int){true, row->happened_at};
    hendelse->amended_at = (struct maybe_int){row->content_version > 1, row->written_at};
    hendelse->documents = (struct maybe_int){true, row->documents};
    return STATUS_OK;
}

enum status hendelse_open(const struct hendelse_opening *opening, const struct sql_hendelser_between_row *row,
                          struct hendelse *ret_hendelse)
{
    const struct sealed_row at = {opening->arena, opening->key,    opening->keys->organisation,
                                  row->hendelse,  opening->key_id, row->content_version};
    const bool is_struck = row->struck_by.known;
    struct hendelse hendelse = {
        .id = row->hendelse,
        .version = row->version,
        .author = row->author,
        .author_name = person_names_of(opening->names, &row->author),
        .recorded_at = row->recorded_at,
        .struck = {.is_struck = is_struck,
                   .by = {row->struck_by.uuid},
                   .at = row->struck_at.value,
                   .sealed_reason = row->reason},
    };

    if (!is_struck || opening->shows_struck)
        TRY(open_content(&at, row, &hendelse));
    TRY(strike_open(&at, opening->shows_struck, opening->names, &hendelse.struck));
    *ret_hendelse = hendelse;
    return STATUS_OK;
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct hendelse_read *read = input;
    struct sql_hendelse_by_id_row row;
    struct sql_personsak_by_id_row personsak;

    TRY(hendelse_relate(scene, ACTION_READ_HENDELSE, &read->id, ret_relation, &row, &personsak));
    if (ret_relation->object.exists) {
        read->personsak = row.personsak;
        read->key = personsak.key;
        read->at = (struct hendelse_key){row.happened_at, read->id};
    }
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct hendelse_read *read = input;
    const struct hendelse_range range = {.personsak = read->personsak, .first = read->at, .last = read->at, .max = 1};
    size_t n = 0;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_HENDELSE);
    read->names = (struct person_names){0};
    TRY(hendelse_fetch(scene, &range, &read->names, &read->row, &n));
    return n == 1 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct hendelse_read *read = input;
    auto_data_key key = NULL;

    TRY(person_names_open(vault, keys, arena, &read->names));
    TRY(vault_key(vault, &read->key, &key));
    const struct hendelse_opening opening = {arena,       keys, key, read->key, (grant_shows(grant) & SHOW_STRUCK) != 0,
                                             &read->names};
    TRY(hendelse_open(&opening, read->row, &read->hendelse));
    read->hendelse.personsak = read->personsak;
    read->hendelse.ground = grant_ground(grant);
    return STATUS_OK;
}

const struct read_case hendelse_read_case = {.relate = relate, .fetch = fetch, .open = open};

/* ---- Its versions ------------------------------------------------------------------------------------------------------- */

static const char versions_name[] = "listHendelseVersions";

/* Where the page before ended: numbers[0], a version; ids[0]: of this hendelse and no other. */
static enum status versions_ready(const struct organisation_keys *keys, const struct caller *caller,
                                  struct arena *arena, void *input)
{
    const struct listing_kind kind = {.name = versions_name};
    struct hendelse_versions *list = input;

    TRY(listing_ready(&kind, keys, caller, arena, &list->page));
    if (list->page.token == NULL)
        list->page.position.ids[0] = list->id;
    return uuid_equal(&list->page.position.ids[0], &list->id) ? STATUS_OK : STATUS_MALFORMED;
}

static enum status versions_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct hendelse_versions *list = input;
    struct sql_hendelse_by_id_row row;
    struct sql_personsak_by_id_row personsak;

    TRY(hendelse_relate(scene, ACTION_READ_HENDELSE, &list->id, ret_relation, &row, &personsak));
    if (ret_relation->object.exists) {
        list->key = personsak.key;
        list->is_struck = row.struck == 1;
    }
    return STATUS_OK;
}

/* As many as the limit and the size of their texts allow. */
static enum status versions_fetch(struct scene *scene, const struct grant *grant, void *input,
                                  struct relation *relation)
{
    struct hendelse_versions *list = input;
    struct listing *page = &list->page;
    const struct sql_hendelse_version_sizes_args sizes = {list->id, page->position.numbers[0],
                                                          (int64_t)page->limit + 1};
    struct sql_hendelse_version_sizes_row *found = NULL;
    size_t n_found = 0, n = 0;
    int64_t bytes = 0;

    (void)relation;
    page->n = 0;
    page->more = false;
    if (list->is_struck && (grant_shows(grant) & SHOW_STRUCK) == 0)
        return STATUS_OK;
    TRY(sql_hendelse_version_sizes(scene->session, &sizes, page->limit + 1, &found, &n_found));
    while (n < n_found && n < page->limit && (n == 0 || bytes + found[n].size <= HENDELSE_PAGE_BYTES))
        bytes += found[n++].size;
    page->more = n < n_found;
    if (n == 0)
        return STATUS_OK;
    const struct sql_hendelse_versions_args args = {list->id, found[0].version, found[n - 1].version};
    return sql_hendelse_versions(scene->session, &args, n, &list->rows, &page->n);
}

static enum status version_open(const struct sealed_row *at, const struct sql_hendelse_versions_row *row,
                                struct hendelse_version *version)
{
    version->version = row->version;
    version->happened_at = row->happened_at;
    version->written_at = row->written_at;
    TRY(open_text(at, COLUMN_HENDELSE_VERSION_KIND, row->kind, &version->kind));
    TRY(open_text(at, COLUMN_HENDELSE_VERSION_CATEGORY, row->category, &version->category));
    return open_text(at, COLUMN_HENDELSE_VERSION_TEXT, row->text, &version->text);
}

static enum status versions_open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                                 struct arena *arena, void *input)
{
    struct hendelse_versions *list = input;
    struct page_position next = list->page.position;
    auto_data_key key = NULL;

    list->ground = grant_ground(grant);
    list->versions = arena_array(arena, list->page.n, sizeof *list->versions);
    if (list->versions == NULL)
        return STATUS_NO_MEMORY;
    TRY(vault_key(vault, &list->key, &key));
    struct sealed_row at = {arena, key, keys->organisation, list->id, list->key, 0};
    for (size_t i = 0; i < list->page.n; i++) {
        at.version = list->rows[i].version;
        TRY(version_open(&at, &list->rows[i], &list->versions[i]));
    }
    if (!list->page.more)
        return STATUS_OK;
    next.numbers[0] = at.version;
    return page_token_seal(keys, &list->page.caller, versions_name, arena, &next, &list->page.next_token);
}

const struct read_case hendelse_versions_case = {
    .ready = versions_ready, .relate = versions_relate, .fetch = versions_fetch, .open = versions_open};
