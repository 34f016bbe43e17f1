/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_search.c: gathering whom the caller may read, opening their names, putting those that match in order, and showing one page.
 * May not touch rights: policy/ decides each student when it is gathered, and again when it is shown.
 * Always: neither filter, order nor count tells what the card would not show (S7).
 */
#include "domain/student_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/blind_index.h"
#include "domain/seal.h"

enum { SEARCH_STEP = 1024, SORT_KEY_BYTES = PAGE_TEXT_BYTES };

/* What is kept grows in blocks: a search costs memory for what it finds only. A block of bytes holds any one candidate's names. */
enum { FOUND_BLOCK = 128, POOL_BLOCK_BYTES = 16 * 1024 };

/* What is kept of a candidate until its name is opened. */
struct found {
    struct uuid id;
    struct key_id key;
    int64_t version;
    struct sealed given_name, family_name;
    bool in_group; /* the first of the groups that are shown, to order by */
    struct uuid group;
    int64_t group_version;
    struct sealed group_name;
};

struct found_block {
    struct found_block *next;
    size_t n;
    struct found found[FOUND_BLOCK];
};

/* What is kept of one whose name matches. The order is that of the key, then of the id. */
struct match {
    struct uuid id;
    char key[SORT_KEY_BYTES];
};

/* ---- Before: marks, and the page that a token goes on from -------------------------------------------------------------- */

static void part_text(struct mark_part *part, const char *text)
{
    *part = (struct mark_part){text, text == NULL ? 0 : strlen(text)};
}

/* A token belongs to one search: a keyed hash of what was searched for stands in it. */
static void search_mark(const struct organisation_keys *keys, const struct student_search *search,
                        struct mark *ret_mark)
{
    const struct student_filter *filter = &search->filter;
    const unsigned char shape[] = {search->name != NULL, search->civic_number != NULL, filter->by_school,
                                   filter->by_group,     (unsigned char)search->sort,  (unsigned char)search->order,
                                   search->descending};
    struct mark_part parts[] = {{shape, sizeof shape},
                                {NULL, 0},
                                {NULL, 0},
                                {&filter->school, sizeof filter->school},
                                {&filter->group, sizeof filter->group}};

    part_text(&parts[1], search->name);
    part_text(&parts[2], search->civic_number);
    blind_index_mark(keys->index, "search", parts, sizeof parts / sizeof *parts, ret_mark);
}

static const char list_name[] = "searchStudents";

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct student_search *search = input;
    struct page_position opened;
    struct mark mark;

    actor_mark(keys, caller->issuer, caller->subject, &search->caller);
    if (search->civic_number != NULL)
        student_civic_mark(keys, search->civic_number, &search->civic_mark);
    if (search->name != NULL)
        TRY(name_fold(arena, search->name, &search->folded));
    search_mark(keys, search, &mark);
    memcpy(search->position.numbers, &mark, sizeof search->position.numbers);
    if (search->token == NULL)
        return STATUS_OK;
    TRY(page_token_open(keys, &search->caller, list_name, arena, search->token, &opened));
    if (memcmp(opened.numbers, search->position.numbers, sizeof opened.numbers) != 0)
        return STATUS_MALFORMED;
    search->position = opened;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){.action = ACTION_LIST_STUDENTS, .subject = {.object_kind = "student"}};
    return STATUS_OK;
}

/* ---- Gathering: whom the caller may read, still sealed ------------------------------------------------------------------ */

/* Where all that is kept; what it was read with is dropped. */
struct pool {
    struct arena *arena;
    struct found_block **last; /* where the next block is hung */
    struct found_block *block;
    uint8_t *bytes;
    size_t left;
};

static enum status too_wide(const struct student_search *search)
{
    return failure_add(search->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/schoolId");
}

/* Before a candidate is read: room for it, which outlives what it is read with. */
static enum status pool_ready(struct pool *pool)
{
    if (pool->block == NULL || pool->block->n == FOUND_BLOCK) {
        pool->block = arena_alloc(pool->arena, sizeof *pool->block);
        if (pool->block == NULL)
            return STATUS_NO_MEMORY;
        *pool->last = pool->block;
        pool->last = &pool->block->next;
    }
    if (pool->left < POOL_BLOCK_BYTES / 2) {
        pool->bytes = arena_alloc(pool->arena, POOL_BLOCK_BYTES);
        pool->left = POOL_BLOCK_BYTES;
    }
    return pool->bytes == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

/* A column longer than half a block is none that was ever written through the contract. */
static enum status pool_keep(struct pool *pool, struct sealed *sealed)
{
    if (sealed->len > pool->left)
        return STATUS_CORRUPT;
    if (sealed->len == 0)
        return STATUS_OK;
    memcpy(pool->bytes, sealed->data, sealed->len);
    sealed->data = pool->bytes;
    pool->bytes += sealed->len;
    pool->left -= sealed->len;
    return STATUS_OK;
}

static enum status found_keep(struct pool *pool, struct student_search *search, const struct student_card *card)
{
    struct found found = {
        .id = card->id.uuid,
        .key = card->key,
        .version = card->version,
        .given_name = card->sealed_given_name,
        .family_name = card->sealed_family_name,
        .in_group = card->n_groups > 0,
    };

    if (found.in_group) {
        found.group = card->groups[0].id.uuid;
        found.group_version = card->groups[0].version;
        found.group_name = card->groups[0].sealed_name;
    }
    if (search->n_found == STUDENT_SEARCH_CANDIDATES)
        return too_wide(search);
    TRY(pool_keep(pool, &found.given_name));
    TRY(pool_keep(pool, &found.family_name));
    TRY(pool_keep(pool, &found.group_name));
    pool->block->found[pool->block->n++] = found;
    search->n_found++;
    return STATUS_OK;
}

/* Whoever is not shown the number does not find by it. */
static bool may_find(const struct student_search *search, const struct student_card *card)
{
    return search->civic_number == NULL || (card->shows & SHOW_CARD) != 0;
}

static enum status consider(struct scene *scene, struct student_search *search, const struct uuid *id,
                            struct pool *pool)
{
    TRY(pool_ready(pool));
    const struct arena_mark before = arena_mark(scene->arena);
    struct student_card card;
    bool shown = false;

    TRY(student_consider(scene, &search->filter, &(struct student_id){*id}, &card, &shown));
    if (shown && may_find(search, &card))
        TRY(found_keep(pool, search, &card));
    arena_rewind(scene->arena, before);
    return STATUS_OK;
}

static enum status gather_by_number(struct scene *scene, struct student_search *search, struct pool *pool)
{
    const struct sql_student_by_civic_mark_args args = {scene->keys->organisation, search->civic_mark};
    struct sql_student_by_civic_mark_row row;
    enum status status = sql_student_by_civic_mark(scene->session, &args, &row);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    return consider(scene, search, &row.student.uuid, pool);
}

/* The ids of one step; they are small, and stay. */
static enum status gather_all(struct scene *scene, struct student_search *search, struct pool *pool)
{
    struct uuid last = {0};
    size_t n = SEARCH_STEP;

    while (n == SEARCH_STEP) {
        const struct uuid *ids = NULL;
        TRY(student_candidates(scene, &last, SEARCH_STEP, &ids, &n));
        for (size_t i = 0; i < n; i++) {
            last = ids[i];
            TRY(consider(scene, search, &last, pool));
        }
    }
    return STATUS_OK;
}

static enum status gather(struct scene *scene, void *input)
{
    struct student_search *search = input;
    struct pool pool = {.arena = scene->arena, .last = &search->found};
    struct sql_rights_epoch_row epoch;

    search->n_found = 0;
    search->found = NULL;
    TRY(sql_rights_epoch(scene->session, &epoch));
    search->epoch = epoch.epoch;
    search->today = scene->today;
    return search->civic_number != NULL ? gather_by_number(scene, search, &pool) : gather_all(scene, search, &pool);
}

/* ---- Sifting: names opened, matched and put in order -------------------------------------------------------------------- */

static enum status group_key(const struct organisation_keys *keys, struct arena *arena,
                             const struct student_search *search, const struct found *found, const char **ret_key)
{
    static const char last[] = "\x7f";
    const struct sealed_row row = {arena,        keys->own,    keys->organisation,
                                   found->group, keys->own_id, found->group_version};
    const char *name = NULL;

    *ret_key = search->sort == STUDENT_SORT_GROUP ? last : "";
    if (search->sort != STUDENT_SORT_GROUP || !found->in_group)
        return STATUS_OK;
    TRY(open_text(&row, COLUMN_STUDENT_GROUP_NAME, found->group_name, &name));
    return name_sort_key(arena, search->order, name, ret_key);
}

/* The key is cut: names that agree so far are ordered by id. */
static enum status match_key(struct arena *arena, const struct student_search *search, const char *group,
                             const char *family, const char *given, char ret_key[static SORT_KEY_BYTES])
{
    const char *family_key = NULL, *given_key = NULL;

    TRY(name_sort_key(arena, search->order, family, &family_key));
    TRY(name_sort_key(arena, search->order, given, &given_key));
    const char *key = arena_printf(arena, "%s\x01%s\x01%s", group, family_key, given_key);
    if (key == NULL)
        return STATUS_NO_MEMORY;
    strncpy(ret_key, key, SORT_KEY_BYTES - 1);
    ret_key[SORT_KEY_BYTES - 1] = '\0';
    return STATUS_OK;
}

static enum status name_passes(struct arena *arena, const struct student_search *search, const char *given,
                               const char *family, bool *ret_passes)
{
    const char *folded = NULL;
    const char *name = arena_printf(arena, "%s %s", given, family);

    *ret_passes = search->folded == NULL;
    if (name == NULL)
        return STATUS_NO_MEMORY;
    if (*ret_passes)
        return STATUS_OK;
    TRY(name_fold(arena, name, &folded));
    *ret_passes = name_matches(folded, search->folded);
    return STATUS_OK;
}

static enum status sift_one(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                            struct student_search *search, const struct found *found)
{
    const char *given = NULL, *family = NULL, *group = NULL;
    struct match *match = &search->matches[search->n_matches];
    auto_data_key key = NULL;
    bool passes = false;

    TRY(vault_key(vault, &found->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, found->id, found->key, found->version};
    TRY(open_text(&row, COLUMN_STUDENT_GIVEN_NAME, found->given_name, &given));
    TRY(open_text(&row, COLUMN_STUDENT_FAMILY_NAME, found->family_name, &family));
    TRY(name_passes(arena, search, given, family, &passes));
    if (!passes)
        return STATUS_OK;
    TRY(group_key(keys, arena, search, found, &group));
    match->id = found->id;
    TRY(match_key(arena, search, group, family, given, match->key));
    search->n_matches++;
    return STATUS_OK;
}

static int match_compare(const void *left, const void *right)
{
    const struct match *a = left, *b = right;
    const int keys = strcmp(a->key, b->key);

    return keys != 0 ? keys : uuid_compare(&a->id, &b->id);
}

static int match_compare_down(const void *left, const void *right)
{
    return match_compare(right, left);
}

/* What comes after the page before, and no more than fits this one. */
static void take_page(struct student_search *search, int (*compare)(const void *, const void *))
{
    struct match anchor = {.id = search->position.after};
    size_t first = 0;

    memcpy(anchor.key, search->position.text, sizeof anchor.key);
    while (search->token != NULL && first < search->n_matches && compare(&search->matches[first], &anchor) <= 0)
        first++;
    const size_t left = search->n_matches - first;
    search->more = left > search->limit;
    search->matches += first;
    search->n_matches = search->more ? search->limit : left;
}

static enum status sift(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct student_search *search = input;
    int (*compare)(const void *, const void *) = search->descending ? match_compare_down : match_compare;

    search->n_matches = 0;
    search->matches = arena_array(arena, search->n_found + 1, sizeof *search->matches);
    if (search->matches == NULL)
        return STATUS_NO_MEMORY;
    for (const struct found_block *block = search->found; block != NULL; block = block->next) {
        for (size_t i = 0; i < block->n; i++) {
            const struct arena_mark before = arena_mark(arena);
            TRY(sift_one(vault, keys, arena, search, &block->found[i]));
            arena_rewind(arena, before);
        }
    }
    qsort(search->matches, search->n_matches, sizeof *search->matches, compare);
    search->n_total = (int64_t)search->n_matches;
    take_page(search, compare);
    return STATUS_OK;
}

/* ---- Showing: each student of the page decided anew --------------------------------------------------------------------- */

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct student_search *search = input;
    struct sql_rights_epoch_row epoch;

    assert(grant_action(grant) == ACTION_LIST_STUDENTS);
    search->n = 0;
    search->cards = arena_array(scene->arena, search->n_matches, sizeof *search->cards);
    if (search->cards == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < search->n_matches; i++) {
        struct student_card *card = &search->cards[search->n];
        bool shown = false;
        TRY(student_consider(scene, &search->filter, &(struct student_id){search->matches[i].id}, card, &shown));
        if (shown && may_find(search, card))
            search->n++;
    }
    TRY(sql_rights_epoch(scene->session, &epoch));
    search->total = (struct maybe_int){epoch.epoch == search->epoch && scene->today == search->today, search->n_total};
    return student_subject_shown(scene->arena, search->cards, search->n, &relation->subject);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct student_search *search = input;
    struct page_position next = search->position;

    assert(grant_action(grant) == ACTION_LIST_STUDENTS);
    for (size_t i = 0; i < search->n; i++)
        TRY(student_card_open(vault, keys, arena, &search->cards[i]));
    if (!search->more)
        return STATUS_OK;
    const struct match *last = &search->matches[search->n_matches - 1];
    next.after = last->id;
    memcpy(next.text, last->key, sizeof next.text);
    return page_token_seal(keys, &search->caller, list_name, arena, &next, &search->next_token);
}

const struct read_case student_search_case = {
    .ready = ready, .gather = gather, .sift = sift, .relate = relate, .fetch = fetch, .open = open};
