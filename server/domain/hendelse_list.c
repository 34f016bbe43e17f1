/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hendelse_list.c: the hendelser of a personsak by when they happened, page by page (P3).
 * May not touch rights: whoever reads the personsak reads all that is in it.
 * Always: neither filter nor order tells of what is struck to those who are not shown it (P10); a page costs bounded work and memory.
 */
#include <assert.h>

#include "domain/hendelse_content.h"

static const char list_name[] = "listHendelser";

/* What a page token remembers. ids: the personsak, the author, marks of kind and category; numbers: when the last one looked at stands, and
 * between when; `after`: that last one. A code is remembered by its mark. */
enum { BY_AUTHOR = 1 << 0, BY_KIND = 1 << 1, BY_CATEGORY = 1 << 2, OLDEST_FIRST = 1 << 3 };
enum { ID_PERSONSAK, ID_AUTHOR, ID_KIND, ID_CATEGORY };
enum { AT, FROM, UNTIL };

/* By kind or category: so many are looked at for one page. */
enum { LIST_CANDIDATES = 2048 };

/* ---- What is asked for -------------------------------------------------------------------------------------------------- */

static void position_begin(const struct organisation_keys *keys, const struct hendelse_list *list,
                           struct page_position *position)
{
    const struct hendelse_filter *filter = &list->filter;

    position->ids[ID_PERSONSAK] = list->personsak.uuid;
    position->numbers[FROM] = filter->from.known ? filter->from.value : INT64_MIN;
    position->numbers[UNTIL] = filter->until.known ? filter->until.value : INT64_MAX - 1;
    position->numbers[AT] = filter->oldest_first ? position->numbers[FROM] : position->numbers[UNTIL] + 1;
    position->given = (filter->oldest_first ? OLDEST_FIRST : 0) | (filter->by_author ? BY_AUTHOR : 0) |
                      (filter->kind != NULL ? BY_KIND : 0) | (filter->category != NULL ? BY_CATEGORY : 0);
    position->ids[ID_AUTHOR] = filter->author;
    if (filter->kind != NULL)
        position->ids[ID_KIND] = page_code_mark(keys, "code", filter->kind);
    if (filter->category != NULL)
        position->ids[ID_CATEGORY] = page_code_mark(keys, "code", filter->category);
}

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    const struct listing_kind kind = {.name = list_name};
    struct hendelse_list *list = input;

    TRY(listing_ready(&kind, keys, caller, arena, &list->page));
    if (list->page.token == NULL)
        position_begin(keys, list, &list->page.position);
    return uuid_equal(&list->page.position.ids[ID_PERSONSAK], &list->personsak.uuid) ? STATUS_OK : STATUS_MALFORMED;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct hendelse_list *list = input;
    struct sql_personsak_by_id_row row;

    TRY(personsak_relate(scene, ACTION_READ_HENDELSE, &list->personsak, ret_relation, &row));
    list->object = ret_relation->object;
    if (ret_relation->object.exists)
        list->key = row.key;
    return STATUS_OK;
}

/* ---- Where those stand that come next ----------------------------------------------------------------------------------- */

/* The two statements differ in their order alone. */
#define CANDIDATES_BY(statement)                                                                                       \
    static enum status statement##_candidates(struct scene *scene, const struct page_position *position, size_t max,   \
                                              struct hendelse_candidate *candidates, size_t *ret_n)                    \
    {                                                                                                                  \
        const struct statement##_args args = {{position->ids[ID_PERSONSAK]},                                           \
                                              position->numbers[AT],                                                   \
                                              position->after,                                                         \
                                              position->numbers[FROM],                                                 \
                                              position->numbers[UNTIL],                                                \
                                              (position->given & BY_AUTHOR) != 0,                                      \
                                              position->ids[ID_AUTHOR],                                                \
                                              (int64_t)max};                                                           \
        struct statement##_row *rows = NULL;                                                                           \
                                                                                                                       \
        TRY(statement(scene->session, &args, max, &rows, ret_n));                                                      \
        for (size_t i = 0; i < *ret_n; i++)                                                                            \
            candidates[i] = (struct hendelse_candidate){{rows[i].at, rows[i].hendelse},                                \
                                                        rows[i].version,                                               \
                                                        rows[i].kind,                                                  \
                                                        rows[i].category,                                              \
                                                        rows[i].size,                                                  \
                                                        rows[i].struck != 0,                                           \
                                                        false};                                                        \
        return STATUS_OK;                                                                                              \
    }

CANDIDATES_BY(sql_hendelse_keys_newest)
CANDIDATES_BY(sql_hendelse_keys_oldest)

/* How long the text of one is that is struck fills no page for those who are not shown it. */
static enum status find_candidates(struct scene *scene, const struct hendelse_list *list, size_t max,
                                   struct hendelse_candidate **ret_candidates, size_t *ret_n)
{
    const struct page_position *position = &list->page.position;
    struct hendelse_candidate *candidates = arena_array(scene->arena, max, sizeof *candidates);

    if (candidates == NULL)
        return STATUS_NO_MEMORY;
    if (position->given & OLDEST_FIRST)
        TRY(sql_hendelse_keys_oldest_candidates(scene, position, max, candidates, ret_n));
    else
        TRY(sql_hendelse_keys_newest_candidates(scene, position, max, candidates, ret_n));
    for (size_t i = 0; i < *ret_n; i++) {
        candidates[i].is_hidden = candidates[i].is_struck && !list->shows_struck;
        candidates[i].size = candidates[i].is_hidden ? 0 : candidates[i].size;
    }
    *ret_candidates = candidates;
    return STATUS_OK;
}

/* Whether one more has room on the page. */
static bool has_room(const struct hendelse_list *list, size_t n, int64_t bytes,
                     const struct hendelse_candidate *candidate)
{
    return n < list->page.limit && (n == 0 || bytes + candidate->size <= HENDELSE_PAGE_BYTES);
}

/* ---- By kind or category: opened before --------------------------------------------------------------------------------- */

static bool is_filtered(const struct hendelse_list *list)
{
    return (list->page.position.given & (BY_KIND | BY_CATEGORY)) != 0;
}

static enum status gather(struct scene *scene, void *input)
{
    struct hendelse_list *list = input;
    struct decision decision;

    list->n_candidates = 0;
    if (!is_filtered(list))
        return STATUS_OK;
    TRY(policy_decide(ACTION_READ_HENDELSE, &scene->actor.policy, &list->object, scene->today, scene->arena,
                      &decision));
    list->shows_struck = decision.verdict == VERDICT_ALLOWED && (grant_shows(decision.grant) & SHOW_STRUCK) != 0;
    return find_candidates(scene, list, LIST_CANDIDATES, &list->candidates, &list->n_candidates);
}

static bool is_asked_for(const struct organisation_keys *keys, const struct page_position *position, uint32_t filter,
                         size_t at, const char *code)
{
    const struct uuid mark = page_code_mark(keys, "code", code == NULL ? "" : code);

    return (position->given & filter) == 0 || uuid_equal(&mark, &position->ids[at]);
}

static bool passes(const struct organisation_keys *keys, const struct page_position *position, const char *kind,
                   const char *category)
{
    return is_asked_for(keys, position, BY_KIND, ID_KIND, kind) &&
           is_asked_for(keys, position, BY_CATEGORY, ID_CATEGORY, category);
}

static enum status sift_one(const struct hendelse_opening *opening, const struct hendelse_list *list,
                            const struct hendelse_candidate *candidate, bool *ret_passes)
{
    const struct sealed_row at = {opening->arena,    opening->key,    opening->keys->organisation,
                                  candidate->key.id, opening->key_id, candidate->version};
    const char *kind = NULL, *category = NULL;

    TRY(open_text(&at, COLUMN_HENDELSE_VERSION_KIND, candidate->kind, &kind));
    TRY(open_text(&at, COLUMN_HENDELSE_VERSION_CATEGORY, candidate->category, &category));
    *ret_passes = !candidate->is_hidden && passes(opening->keys, &list->page.position, kind, category);
    return STATUS_OK;
}

/* Those that pass are moved to the front, no more than fill the page. */
static enum status sift_all(const struct hendelse_opening *opening, struct hendelse_list *list)
{
    struct hendelse_candidate *candidates = list->candidates;
    int64_t bytes = 0;
    size_t n = 0, i = 0;

    for (; i < list->n_candidates && n < list->page.limit; i++) {
        const struct arena_mark before = arena_mark(opening->arena);
        bool kept = false;
        TRY(sift_one(opening, list, &candidates[i], &kept));
        arena_rewind(opening->arena, before);
        if (!kept)
            continue;
        if (!has_room(list, n, bytes, &candidates[i]))
            break;
        bytes += candidates[i].size;
        candidates[n++] = candidates[i];
    }
    list->page.more = i < list->n_candidates || list->n_candidates == LIST_CANDIDATES;
    list->last = candidates[i - 1].key;
    list->n_candidates = n;
    return STATUS_OK;
}

static enum status sift(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct hendelse_list *list = input;
    auto_data_key key = NULL;

    list->page.more = false;
    if (list->n_candidates == 0)
        return STATUS_OK;
    TRY(vault_key(vault, &list->key, &key));
    const struct hendelse_opening opening = {.arena = arena, .keys = keys, .key = key, .key_id = list->key};
    return sift_all(&opening, list);
}

/* ---- Fetching ----------------------------------------------------------------------------------------------------------- */

static void turn_round(struct sql_hendelser_between_row *rows, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        const struct sql_hendelser_between_row row = rows[i];
        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = row;
    }
}

/* All that stand between the first and the last of the page. */
static enum status fetch_page(struct scene *scene, struct hendelse_list *list)
{
    const struct page_position *position = &list->page.position;
    const bool oldest_first = (position->given & OLDEST_FIRST) != 0;
    struct hendelse_candidate *candidates = NULL;
    size_t n_found = 0, n = 0;
    int64_t bytes = 0;

    TRY(find_candidates(scene, list, list->page.limit + 1, &candidates, &n_found));
    for (; n < n_found && has_room(list, n, bytes, &candidates[n]); n++)
        bytes += candidates[n].size;
    list->page.more = n < n_found;
    if (n == 0)
        return STATUS_OK;
    list->last = candidates[n - 1].key;
    const struct hendelse_range range = {
        .personsak = list->personsak,
        .first = candidates[oldest_first ? 0 : n - 1].key,
        .last = candidates[oldest_first ? n - 1 : 0].key,
        .author = {(position->given & BY_AUTHOR) != 0, position->ids[ID_AUTHOR]},
        .max = n,
    };
    TRY(hendelse_fetch(scene, &range, &list->names, &list->rows, &list->page.n));
    if (!oldest_first)
        turn_round(list->rows, list->page.n);
    return STATUS_OK;
}

/* Those that were sifted, one by one; what has been moved or struck since is not asked for any more. */
static enum status fetch_sifted(struct scene *scene, struct hendelse_list *list)
{
    list->rows = arena_array(scene->arena, list->n_candidates, sizeof *list->rows);
    if (list->rows == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->n_candidates; i++) {
        const struct hendelse_key key = list->candidates[i].key;
        const struct hendelse_range range = {.personsak = list->personsak, .first = key, .last = key, .max = 1};
        struct sql_hendelser_between_row *row = NULL;
        size_t n = 0;
        TRY(hendelse_fetch(scene, &range, &list->names, &row, &n));
        if (n == 1 && (list->shows_struck || !row->struck_by.known))
            list->rows[list->page.n++] = *row;
    }
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct hendelse_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_READ_HENDELSE);
    list->page.n = 0;
    list->names = (struct person_names){0};
    list->shows_struck = (grant_shows(grant) & SHOW_STRUCK) != 0;
    return is_filtered(list) ? fetch_sifted(scene, list) : fetch_page(scene, list);
}

/* ---- Opening ------------------------------------------------------------------------------------------------------------ */

/* One that was amended since it was sifted may no longer be asked for. */
static enum status open_all(const struct hendelse_opening *opening, const char *ground, struct hendelse_list *list)
{
    const size_t n_rows = list->page.n;

    list->page.n = 0;
    for (size_t i = 0; i < n_rows; i++) {
        struct hendelse *hendelse = &list->hendelser[list->page.n];
        TRY(hendelse_open(opening, &list->rows[i], hendelse));
        hendelse->personsak = list->personsak;
        hendelse->ground = ground;
        if (!is_filtered(list) || passes(opening->keys, &list->page.position, hendelse->kind, hendelse->category))
            list->page.n++;
    }
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct hendelse_list *list = input;
    struct page_position next = list->page.position;
    auto_data_key key = NULL;

    list->hendelser = arena_array(arena, list->page.n, sizeof *list->hendelser);
    if (list->hendelser == NULL)
        return STATUS_NO_MEMORY;
    TRY(person_names_open(vault, keys, arena, &list->names));
    TRY(vault_key(vault, &list->key, &key));
    const struct hendelse_opening opening = {arena, keys, key, list->key, list->shows_struck, &list->names};
    TRY(open_all(&opening, grant_ground(grant), list));
    if (!list->page.more)
        return STATUS_OK;
    next.numbers[AT] = list->last.at;
    next.after = list->last.id;
    return page_token_seal(keys, &list->page.caller, list_name, arena, &next, &list->page.next_token);
}

const struct read_case hendelse_list_case = {.ready = ready, .relate = relate, .fetch = fetch, .open = open};

const struct read_case hendelse_filtered_case = {
    .ready = ready, .gather = gather, .sift = sift, .relate = relate, .fetch = fetch, .open = open};
