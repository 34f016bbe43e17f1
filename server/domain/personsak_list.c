/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_list.c: gathering which personsaker the caller may read, opening what they are filed under if that is asked for, and showing one page.
 * May not touch rights: policy/ decides each when it is gathered, and again, on its full facts, when it is shown.
 * Always: neither filter, order nor count tells of one that the caller may not read (P3, G2).
 */
#include "domain/personsak_list.h"

#include <assert.h>
#include <string.h>

#include "domain/activity_rows.h"
#include "domain/seal.h"
#include "statements.gen.h"

/* What is kept of one that may be read until its page is shown. */
struct found_personsak {
    struct found_personsak *next;
    struct personsak_id id;
    int64_t last_at;
    int64_t header;
    struct key_id key;
    struct sealed sakstype, category; /* where a filter asks for them */
};

unsigned personsak_handling_roles(void)
{
    unsigned roles = 0;

    for (unsigned role = 0; role < ROLE_COUNT; role++)
        if (policy_role_is_at_school((enum role)role) && role != ROLE_STUDENT && role != ROLE_GUARDIAN)
            roles |= 1U << role;
    return roles;
}

/* ---- Before: the page that a token goes on from, and marks of what is looked for ---------------------------------------- */

static const struct listing_kind all_cases = {.name = "listPersonsaker"};
static const struct listing_kind my_cases = {.name = "listMyCases"};

_Static_assert(PERSONSAK_LIST_CATEGORY * sizeof(int64_t) + sizeof(struct uuid) <=
                   sizeof((struct page_position){0}.numbers),
               "the mark of a category stands in the place of two numbers");

static void mark_codes(const struct organisation_keys *keys, struct personsak_list *list)
{
    struct page_position *position = &list->page.position;

    if (list->sakstype != NULL) {
        position->ids[PERSONSAK_LIST_SAKSTYPE] = page_code_mark(keys, "sakstype", list->sakstype);
        position->given |= PERSONSAK_LIST_BY_SAKSTYPE;
    }
    if (list->category != NULL) {
        const struct uuid mark = page_code_mark(keys, "category", list->category);
        memcpy(&position->numbers[PERSONSAK_LIST_CATEGORY], &mark, sizeof mark);
        position->given |= PERSONSAK_LIST_BY_CATEGORY;
    }
}

static enum status ready(const struct listing_kind *kind, const struct organisation_keys *keys,
                         const struct caller *caller, struct arena *arena, struct personsak_list *list)
{
    list->kind = kind;
    if (list->page.token == NULL)
        mark_codes(keys, list);
    return listing_ready(kind, keys, caller, arena, &list->page);
}

static enum status ready_all(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                             void *input)
{
    return ready(&all_cases, keys, caller, arena, input);
}

static enum status ready_mine(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    return ready(&my_cases, keys, caller, arena, input);
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){.action = ACTION_LIST_PERSONSAKER,
                                      .subject = {.object_kind = registry_kind_name(KIND_PERSONSAK)}};
    return STATUS_OK;
}

/* ---- Filters ------------------------------------------------------------------------------------------------------------ */

/* What is looked for besides codes, of one that may be read. Due is an open one, before its student leaves (S6). */
static bool passes(unsigned given, bool is_due, bool is_handled)
{
    const unsigned refused = (is_due ? PERSONSAK_LIST_NOT_DUE : PERSONSAK_LIST_DUE) |
                             (is_handled ? PERSONSAK_LIST_UNHANDLED : PERSONSAK_LIST_HANDLED);

    return (given & refused) == 0;
}

static bool passes_state(unsigned given, bool closed)
{
    return (given & (closed ? PERSONSAK_LIST_OPEN : PERSONSAK_LIST_CLOSED)) == 0;
}

static bool looks_for_codes(const struct personsak_list *list)
{
    return (list->page.position.given & (PERSONSAK_LIST_BY_SAKSTYPE | PERSONSAK_LIST_BY_CATEGORY)) != 0;
}

static bool is_in_list(const struct personsak_list *list, unsigned bonds)
{
    return list->kind != &my_cases || (bonds & (BOND_LEADS | BOND_HANDLES)) != 0;
}

/* ---- Gathering: which the caller may read ------------------------------------------------------------------------------- */

struct gathering {
    struct scene *scene;
    struct personsak_list *list;
    struct id_set family;         /* on whom the caller has no staff right (G2) */
    struct found_personsak **end; /* where the next one is hung */
    struct found_personsak *room; /* for it: what is read of one that is not kept is dropped at once */
};

static enum status may_read(const struct gathering *gathering, const struct sql_personsak_candidates_row *row,
                            bool *ret_may)
{
    const struct scene *scene = gathering->scene;
    const struct policy_place place = {row->school, {DAY_ALWAYS, DAY_FOREVER}};
    const struct policy_object object = {
        .exists = true,
        .places = &place,
        .n_places = 1,
        .bonds = personsak_bonds(row->bond),
        .actor_is_student = id_set_has(&gathering->family, &row->student.uuid),
    };
    const struct arena_mark before = arena_mark(scene->arena);
    struct decision decision;

    TRY(policy_decide(ACTION_READ_PERSONSAK, &scene->actor.policy, &object, scene->today, scene->arena, &decision));
    arena_rewind(scene->arena, before);
    *ret_may = decision.verdict == VERDICT_ALLOWED && is_in_list(gathering->list, object.bonds);
    return STATUS_OK;
}

static enum status keep_codes(const struct gathering *gathering, struct found_personsak *found)
{
    struct sql_personsak_codes_row codes;

    if (!looks_for_codes(gathering->list))
        return STATUS_OK;
    TRY(sql_personsak_codes(gathering->scene->session, &(struct sql_personsak_codes_args){found->id, found->header},
                            &codes));
    found->sakstype = codes.sakstype;
    found->category = codes.category;
    return STATUS_OK;
}

static enum status consider(void *context, const void *candidate)
{
    const struct sql_personsak_candidates_row *row = candidate;
    struct gathering *gathering = context;
    struct personsak_list *list = gathering->list;
    bool may = false;

    if (row == NULL)
        return STATUS_CORRUPT;
    if (gathering->room == NULL)
        gathering->room = arena_alloc(gathering->scene->arena, sizeof *gathering->room);
    if (gathering->room == NULL)
        return STATUS_NO_MEMORY;
    TRY(may_read(gathering, row, &may));
    if (!may || !passes(list->page.position.given, row->due.known, row->handled != 0))
        return STATUS_OK;
    *gathering->room =
        (struct found_personsak){.id = row->personsak, .last_at = row->last_at, .header = row->header, .key = row->key};
    TRY(keep_codes(gathering, gathering->room));
    *gathering->end = gathering->room;
    gathering->end = &gathering->room->next;
    gathering->room = NULL;
    list->n_found++;
    return STATUS_OK;
}

static struct sql_personsak_candidates_args candidates(const struct scene *scene, const struct personsak_list *list)
{
    const struct page_position *wanted = &list->page.position;
    const unsigned given = wanted->given;

    return (struct sql_personsak_candidates_args){
        .organisation = scene->keys->organisation,
        .person = scene->actor.person,
        .roles = list->kind == &my_cases ? 0 : policy_roles(ACTION_READ_PERSONSAK),
        .today = scene->today,
        .of_student = (given & PERSONSAK_LIST_BY_STUDENT) != 0,
        .student = {wanted->ids[PERSONSAK_LIST_STUDENT]},
        .at_school = (given & PERSONSAK_LIST_BY_SCHOOL) != 0,
        .school = {wanted->ids[PERSONSAK_LIST_SCHOOL]},
        .of_leader = (given & PERSONSAK_LIST_BY_SAKSBEHANDLER) != 0,
        .leader = {wanted->ids[PERSONSAK_LIST_SAKSBEHANDLER]},
        .closed = given & PERSONSAK_LIST_OPEN     ? 0
                  : given & PERSONSAK_LIST_CLOSED ? 1
                                                  : 2,
        .with_due = (given & (PERSONSAK_LIST_DUE | PERSONSAK_LIST_NOT_DUE)) != 0,
        .with_handled = (given & (PERSONSAK_LIST_HANDLED | PERSONSAK_LIST_UNHANDLED)) != 0,
        .staff = personsak_handling_roles(),
        .guardian = TIE_GUARDIAN,
        .limit = PERSONSAK_LIST_CANDIDATES,
    };
}

static enum status gather(struct scene *scene, void *input)
{
    struct personsak_list *list = input;
    struct gathering gathering = {.scene = scene, .list = list, .end = &list->found};
    const struct sql_personsak_candidates_args args = candidates(scene, list);
    struct sql_rights_epoch_row epoch;

    list->found = NULL;
    list->n_found = 0;
    TRY(sql_rights_epoch(scene->session, &epoch));
    list->epoch = epoch.epoch;
    list->today = scene->today;
    TRY(activity_family(scene, &gathering.family));
    return sql_personsak_candidates(scene->session, &args, consider, &gathering);
}

/* ---- Sifting: what they are filed under, opened and compared; the page taken out ---------------------------------------- */

static bool code_is(const struct organisation_keys *keys, const char *list, const char *code, const void *wanted)
{
    const struct uuid mark = page_code_mark(keys, list, code == NULL ? "" : code);

    return memcmp(&mark, wanted, sizeof mark) == 0;
}

static enum status has_codes(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                             const struct page_position *wanted, const struct found_personsak *found, bool *ret_has)
{
    const char *sakstype = NULL, *category = NULL;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &found->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, found->id.uuid, found->key, found->header};
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_SAKSTYPE, found->sakstype, &sakstype));
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_CATEGORY, found->category, &category));
    const bool is_type = (wanted->given & PERSONSAK_LIST_BY_SAKSTYPE) == 0 ||
                         code_is(keys, "sakstype", sakstype, &wanted->ids[PERSONSAK_LIST_SAKSTYPE]);
    const bool is_category = (wanted->given & PERSONSAK_LIST_BY_CATEGORY) == 0 ||
                             code_is(keys, "category", category, &wanted->numbers[PERSONSAK_LIST_CATEGORY]);
    *ret_has = is_type && is_category;
    return STATUS_OK;
}

/* Takes out those that are filed elsewhere. */
static enum status sift_codes(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                              struct personsak_list *list)
{
    struct found_personsak **link = &list->found;

    while (*link != NULL) {
        const struct arena_mark before = arena_mark(arena);
        bool has = false;

        TRY(has_codes(vault, keys, arena, &list->page.position, *link, &has));
        arena_rewind(arena, before);
        if (has) {
            link = &(*link)->next;
            continue;
        }
        *link = (*link)->next;
        list->n_found--;
    }
    return STATUS_OK;
}

/* Whether it stands behind the last one of the page before. What had new activity since has moved to the front. */
static bool is_behind(const struct page_position *position, const struct found_personsak *found)
{
    const int64_t last_at = position->numbers[PERSONSAK_LIST_LAST_AT];

    return found->last_at < last_at ||
           (found->last_at == last_at && uuid_compare(&found->id.uuid, &position->after) < 0);
}

static void take_page(struct personsak_list *list)
{
    size_t left = list->n_found;

    for (; list->page.token != NULL && left > 0 && !is_behind(&list->page.position, list->found); left--)
        list->found = list->found->next;
    list->page.more = left > list->page.limit;
    list->n_found = list->page.more ? list->page.limit : left;
}

static enum status sift(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct personsak_list *list = input;

    if (looks_for_codes(list))
        TRY(sift_codes(vault, keys, arena, list));
    list->n_total = (int64_t)list->n_found;
    take_page(list);
    return STATUS_OK;
}

/* ---- Showing: each of the page decided anew ----------------------------------------------------------------------------- */

static bool still_fits(const struct personsak_list *list, const struct found_personsak *found,
                       const struct sql_personsak_summary_row *row)
{
    const struct page_position *wanted = &list->page.position;

    if ((wanted->given & PERSONSAK_LIST_BY_SAKSBEHANDLER) &&
        !uuid_equal(&row->leader.uuid, &wanted->ids[PERSONSAK_LIST_SAKSBEHANDLER]))
        return false;
    if (looks_for_codes(list) && row->header != found->header)
        return false;
    return passes_state(wanted->given, row->closed != 0) &&
           passes(wanted->given, row->due.known && row->closed == 0, row->handled != 0);
}

/* Its student, as far as a name needs them. */
static struct sql_student_by_id_row student_of(const struct sql_personsak_summary_row *row, const struct uuid *student)
{
    return (struct sql_student_by_id_row){
        .student = {*student},
        .key = row->student_key,
        .version = row->student_version,
        .given_name = row->given_name,
        .family_name = row->family_name,
        .mark_local = row->mark_local,
        .mark_registry = row->mark_registry,
    };
}

static struct personsak_summary summarise(const struct sql_personsak_by_id_row *personsak,
                                          const struct sql_personsak_summary_row *row, const struct student_name *name,
                                          const struct grant *grant)
{
    return (struct personsak_summary){
        .id = personsak->personsak,
        .version = row->version,
        .ground = grant_ground(grant),
        .school = personsak->school,
        .student = *name,
        .closed = row->closed != 0,
        .saksbehandler = row->leader,
        .opened_at = row->opened_at,
        .last_at = row->last_at,
        .due = row->due,
        .handled = row->handled != 0,
        .key = personsak->key,
        .header = row->header,
        .sealed_sakstype = row->sakstype,
        .sealed_category = row->category,
    };
}

static enum status show(struct scene *scene, struct personsak_list *list, const struct found_personsak *found)
{
    struct sql_personsak_by_id_row personsak;
    struct sql_personsak_summary_row row;
    struct relation relation;
    struct decision decision;
    struct student_name name;

    TRY(personsak_relate(scene, ACTION_READ_PERSONSAK, &found->id, &relation, &personsak));
    TRY(policy_decide(ACTION_READ_PERSONSAK, &scene->actor.policy, &relation.object, scene->today, scene->arena,
                      &decision));
    if (decision.verdict != VERDICT_ALLOWED || !is_in_list(list, relation.object.bonds))
        return STATUS_OK;
    const struct sql_personsak_summary_args args = {
        personsak.personsak, {relation.subject.student.uuid}, scene->today, personsak_handling_roles(), TIE_GUARDIAN};
    TRY(sql_personsak_summary(scene->session, &args, &row));
    if (!still_fits(list, found, &row))
        return STATUS_OK;
    const struct sql_student_by_id_row student = student_of(&row, &relation.subject.student.uuid);
    TRY(student_name_of(scene, &student, &personsak.school, &name));
    TRY(person_names_add(scene, &row.leader, &list->names));
    list->summaries[list->page.n++] = summarise(&personsak, &row, &name, decision.grant);
    return STATUS_OK;
}

/* The students shown, each once, for the leaf of the row (V4). */
static enum status subject_shown(struct arena *arena, const struct personsak_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(arena, list->page.n, sizeof *shown);

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++)
        shown[i] = list->summaries[i].student.id.uuid;
    const struct id_set each_once = id_set_make(shown, list->page.n);
    subject->shown = each_once.ids;
    subject->n_shown = each_once.n;
    return STATUS_OK;
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct personsak_list *list = input;
    const struct found_personsak *found = list->found;
    struct sql_rights_epoch_row epoch;

    assert(grant_action(grant) == ACTION_LIST_PERSONSAKER);
    list->page.n = 0;
    list->names = (struct person_names){0};
    list->summaries = arena_array(scene->arena, list->n_found, sizeof *list->summaries);
    if (list->summaries == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->n_found; i++, found = found->next)
        TRY(show(scene, list, found));
    TRY(sql_rights_epoch(scene->session, &epoch));
    list->total = (struct maybe_int){epoch.epoch == list->epoch && scene->today == list->today, list->n_total};
    return subject_shown(scene->arena, list, &relation->subject);
}

static enum status summary_open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                struct personsak_summary *summary)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &summary->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, summary->id.uuid, summary->key, summary->header};
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_SAKSTYPE, summary->sealed_sakstype, &summary->sakstype));
    TRY(open_text(&row, COLUMN_PERSONSAK_HEADER_CATEGORY, summary->sealed_category, &summary->category));
    return student_name_open(vault, keys, arena, &summary->student);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct personsak_list *list = input;
    const struct found_personsak *last = list->found;

    assert(grant_action(grant) == ACTION_LIST_PERSONSAKER);
    for (size_t i = 0; i < list->page.n; i++)
        TRY(summary_open(vault, keys, arena, &list->summaries[i]));
    TRY(person_names_open(vault, keys, arena, &list->names));
    if (!list->page.more)
        return STATUS_OK;
    for (size_t i = 1; i < list->n_found; i++)
        last = last->next;
    list->page.next = last->id.uuid;
    list->page.position.numbers[PERSONSAK_LIST_LAST_AT] = last->last_at;
    return listing_close(list->kind, keys, arena, &list->page);
}

const struct read_case personsak_list_case = {
    .ready = ready_all, .gather = gather, .sift = sift, .relate = relate, .fetch = fetch, .open = open};
const struct read_case my_cases_case = {
    .ready = ready_mine, .gather = gather, .sift = sift, .relate = relate, .fetch = fetch, .open = open};
