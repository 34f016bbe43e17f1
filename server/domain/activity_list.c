/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_list.c: pages of the activity log, newest first (V1).
 * May not touch what a row is about: it shows ids and words, never content.
 * Always: rows about one's own family are not there (G2); a page looks at a bounded number of rows and may end early.
 */
#include "domain/activity_list.h"

#include <assert.h>
#include <string.h>

#include "activity/read.h"
#include "domain/activity_id.h"
#include "domain/activity_rows.h"
#include "domain/personsak.h"
#include "statements.gen.h"

/* Rows are read in steps; after so many the page ends early: the last attempt of a read runs inside the writer, where it must not hold
 * up the others for long. Of rows that are hidden from the reader it passes over many more: where a page ends would tell of them (G2). */
enum { ACTIVITY_STEP = 256, ACTIVITY_PLACES = 64, ACTIVITY_LOOKED_AT = 2048, ACTIVITY_PASSED_OVER = 16384 };

enum { ACTIVITY_DOUBLES = 1024 };

/* Page tokens are bound to the name, and to the tree by ids[ACTIVITY_TREE]. */
static const struct listing_kind log_pages = {.name = "listActivity"};

/* And these to the personsak, by ids[ACTIVITY_OBJECT]. */
static const struct listing_kind personsak_pages = {.name = "listPersonsakActivity"};

/* Places that are known before their rows are read: those of whom the filter names. */
struct known_places {
    enum activity_named named;
    struct id_set ids;
    int64_t upto; /* below it they are known; 0: no filter names anybody */
};

/* A page in the making. */
struct scan {
    struct scene *scene;
    struct activity_list *list;
    struct id_set family; /* about whom the reader learns nothing */
    struct id_set about;  /* whom the filter names */
    struct known_places known;
};

/* ---- Which log ----------------------------------------------------------------------------------------------------------- */

static enum status relate_school(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct activity_list *list = input;

    return activity_relate_school(scene, &list->school, ret_relation);
}

static enum status relate_organisation(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)input;
    activity_relate_organisation(scene, ret_relation);
    return STATUS_OK;
}

/* The rows of a personsak stand in the log of its school, each under its student. */
static enum status relate_personsak(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct activity_list *list = input;
    struct page_position *wanted = &list->page.position;
    struct sql_personsak_by_id_row row;

    TRY(personsak_relate(scene, ACTION_READ_PERSONSAK_ACTIVITY, &list->personsak, ret_relation, &row));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    wanted->ids[ACTIVITY_TREE] = row.school.uuid;
    wanted->ids[ACTIVITY_STUDENT] = ret_relation->subject.student.uuid;
    wanted->given |= ACTIVITY_BY_STUDENT;
    return STATUS_OK;
}

/* A token goes on with what it was made for: a tree, or a personsak. */
static enum status ready_for(const struct uuid *what, size_t at, const struct organisation_keys *keys,
                             const struct caller *caller, struct arena *arena, struct activity_list *list)
{
    struct listing *page = &list->page;

    TRY(listing_ready(list->kind, keys, caller, arena, page));
    if (page->token != NULL && !uuid_equal(&page->position.ids[at], what))
        return STATUS_MALFORMED;
    page->position.ids[at] = *what;
    return STATUS_OK;
}

static enum status ready_school(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                                void *input)
{
    struct activity_list *list = input;

    list->kind = &log_pages;
    return ready_for(&list->school.uuid, ACTIVITY_TREE, keys, caller, arena, list);
}

static enum status ready_organisation(const struct organisation_keys *keys, const struct caller *caller,
                                      struct arena *arena, void *input)
{
    struct activity_list *list = input;

    list->kind = &log_pages;
    return ready_for(&keys->organisation.uuid, ACTIVITY_TREE, keys, caller, arena, list);
}

static enum status ready_personsak(const struct organisation_keys *keys, const struct caller *caller,
                                   struct arena *arena, void *input)
{
    struct activity_list *list = input;

    list->kind = &personsak_pages;
    return ready_for(&list->personsak.uuid, ACTIVITY_OBJECT, keys, caller, arena, list);
}

/* ---- Which rows are shown ------------------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    unsigned bit;
} outcomes[] = {
    {"allowed", ACTIVITY_ALLOWED},
    {"refused", ACTIVITY_REFUSED},
    {"replayed", ACTIVITY_REPLAYED},
};

unsigned activity_outcome(const char *word)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (strcmp(outcomes[i].word, word) == 0)
            return outcomes[i].bit;
    return 0;
}

static bool is(const struct maybe_uuid *id, const struct uuid *wanted)
{
    return id->known && uuid_equal(&id->uuid, wanted);
}

/* All filters but that of the student. */
static bool is_wanted(const struct page_position *wanted, const struct sql_activity_older_row *row)
{
    const unsigned outcome = wanted->given & (ACTIVITY_ALLOWED | ACTIVITY_REFUSED | ACTIVITY_REPLAYED);

    if ((wanted->given & ACTIVITY_BY_ACTOR) && !is(&row->actor, &wanted->ids[ACTIVITY_ACTOR]))
        return false;
    if ((wanted->given & ACTIVITY_BY_OBJECT) && !is(&row->object, &wanted->ids[ACTIVITY_OBJECT]))
        return false;
    if ((wanted->given & ACTIVITY_BY_OPERATION) && strcmp(row->operation, wanted->text) != 0)
        return false;
    return outcome == 0 || (outcome & activity_outcome(row->outcome)) != 0;
}

/* Whether the row names the student whom the filter names, as the one it is about or as one of those that its list showed. Counts the
 * shown ones on the way. */
static enum status count_shown(const struct scan *scan, const struct sql_activity_older_row *row, size_t *ret_n_shown,
                               bool *ret_names)
{
    const struct uuid *shown = NULL;
    size_t n = 0, n_shown = 0;
    bool names = id_set_has_maybe(&scan->about, &row->student);

    TRY(activity_shown(row, &shown, &n));
    for (size_t i = 0; i < n; i++) {
        if (id_set_has(&scan->family, &shown[i]))
            continue;
        n_shown++;
        names = names || id_set_has(&scan->about, &shown[i]);
    }
    *ret_n_shown = n_shown;
    *ret_names = names;
    return STATUS_OK;
}

/* Whether the list is of a personsak that the row is not about: the student's other rows are not its readers' business. */
static enum status is_elsewhere(const struct scan *scan, const struct sql_activity_older_row *row, bool *ret_elsewhere)
{
    const struct uuid *personsak = &scan->list->personsak.uuid;
    struct sql_personsak_of_object_row found;

    *ret_elsewhere = scan->list->kind == &personsak_pages && !is(&row->object, personsak);
    if (!*ret_elsewhere || !row->object.known)
        return STATUS_OK;
    enum status status =
        sql_personsak_of_object(scan->scene->session, &(struct sql_personsak_of_object_args){row->object.uuid}, &found);
    *ret_elsewhere = status != STATUS_OK || !uuid_equal(&found.personsak.uuid, personsak);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status row_take(struct scan *scan, const struct sql_activity_older_row *row)
{
    struct listing *page = &scan->list->page;
    const struct page_position *wanted = &page->position;
    size_t n_shown = 0;
    bool names = false, elsewhere = false;

    if (!is_wanted(wanted, row))
        return STATUS_OK;
    TRY(count_shown(scan, row, &n_shown, &names));
    if ((wanted->given & ACTIVITY_BY_STUDENT) && !names)
        return STATUS_OK;
    TRY(is_elsewhere(scan, row, &elsewhere));
    if (elsewhere)
        return STATUS_OK;

    scan->list->lines[page->n++] = (struct activity_line){
        .place = row->leaf_index,
        .at = row->at,
        .request = row->request,
        .actor_kind = row->actor_kind,
        .actor = row->actor,
        .behalf = row->behalf,
        .client = row->client,
        .operation = row->operation,
        .object_kind = row->object_kind,
        .object = row->object,
        .student = row->student,
        .school = row->school,
        .outcome = row->outcome,
        .ground = row->ground,
        .n_shown = n_shown,
    };
    return STATUS_OK;
}

static bool is_too_old(const struct page_position *wanted, const struct sql_activity_older_row *row)
{
    return (wanted->given & ACTIVITY_SINCE) && row->at < wanted->numbers[ACTIVITY_FROM];
}

/* One row, with which the page goes on behind it. Time never runs backwards: what is older than the first too old row is too. */
static enum status row_pass(struct scan *scan, const struct sql_activity_older_row *row)
{
    struct activity_list *list = scan->list;
    const struct page_position *wanted = &list->page.position;

    if (is_too_old(wanted, row)) {
        list->below = 0;
        return STATUS_OK;
    }
    list->below = row->leaf_index;
    if (!activity_is_shown(&wanted->ids[ACTIVITY_TREE], &scan->family, row)) {
        list->passed_over++;
        return STATUS_OK;
    }
    list->looked_at++;
    return row_take(scan, row);
}

/* Asked after each row: where a page ends depends on no row that is hidden. */
static bool goes_on(const struct activity_list *list)
{
    return list->below > 0 && list->page.n < list->page.limit && list->looked_at < ACTIVITY_LOOKED_AT &&
           list->passed_over < ACTIVITY_PASSED_OVER;
}

/* All rows from `below` on, at most a step of them, and none that stands where places are known. */
static enum status step_rows(struct scan *scan)
{
    struct activity_list *list = scan->list;
    const int64_t left = list->below - scan->known.upto;
    const size_t max = left < ACTIVITY_STEP ? (size_t)left : ACTIVITY_STEP;
    struct sql_activity_older_row *rows = NULL;
    size_t n = 0;

    TRY(activity_older(scan->scene->session, &list->page.position.ids[ACTIVITY_TREE], list->below, max, &rows, &n));
    for (size_t i = 0; i < n && goes_on(list); i++)
        TRY(row_pass(scan, &rows[i]));
    return STATUS_OK;
}

static enum status row_at(struct scan *scan, int64_t place)
{
    const struct uuid *tree = &scan->list->page.position.ids[ACTIVITY_TREE];
    struct sql_activity_older_row *row = NULL;
    size_t n = 0;

    TRY(activity_older(scan->scene->session, tree, place + 1, 1, &row, &n));
    return row_pass(scan, row);
}

/* The rows at known places. Fewer than were asked for are the last ones; a full page has a token all the same. */
static enum status step_places(struct scan *scan)
{
    struct activity_list *list = scan->list;
    const struct known_places *known = &scan->known;
    const struct activity_sought sought = {&list->page.position.ids[ACTIVITY_TREE], known->named, known->ids.ids,
                                           known->ids.n};
    int64_t *places = NULL;
    size_t n = 0, i = 0;

    TRY(activity_places(scan->scene->session, &sought, list->below, ACTIVITY_PLACES, &places, &n));
    for (; i < n && goes_on(list); i++)
        TRY(row_at(scan, places[i]));
    if (goes_on(list) && n < ACTIVITY_PLACES)
        list->below = 0;
    return STATUS_OK;
}

/* What was read and is not shown is dropped at once. */
static enum status step(struct scan *scan)
{
    struct activity_list *list = scan->list;
    const struct arena_mark before = arena_mark(scan->scene->arena);
    const size_t n_before = list->page.n;

    TRY(list->below > scan->known.upto ? step_rows(scan) : step_places(scan));
    if (list->page.n == n_before)
        arena_rewind(scan->scene->arena, before);
    return STATUS_OK;
}

/* ---- The page -------------------------------------------------------------------------------------------------------- */

static enum status about_load(struct scan *scan)
{
    const struct page_position *wanted = &scan->list->page.position;
    const struct sql_student_and_doubles_args args = {scan->scene->keys->organisation, {wanted->ids[ACTIVITY_STUDENT]}};
    struct sql_student_and_doubles_row *rows = NULL;

    if (!(wanted->given & ACTIVITY_BY_STUDENT))
        return STATUS_OK;
    TRY(sql_student_and_doubles(scan->scene->session, &args, ACTIVITY_DOUBLES, &rows, &scan->about.n));
    scan->about.ids = (const struct uuid *)rows;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_student_and_doubles_row) == sizeof(struct uuid), "a double is an id");

/* A student, under all their ids, is rarer in a log than an actor. */
static enum status known_load(struct scan *scan)
{
    const struct page_position *wanted = &scan->list->page.position;

    if (wanted->given & ACTIVITY_BY_STUDENT)
        scan->known = (struct known_places){.named = ACTIVITY_NAMED_STUDENT, .ids = scan->about};
    else if (wanted->given & ACTIVITY_BY_ACTOR)
        scan->known = (struct known_places){.named = ACTIVITY_NAMED_ACTOR, .ids = {&wanted->ids[ACTIVITY_ACTOR], 1}};
    else
        return STATUS_OK;
    return activity_looked_up(scan->scene->session, &wanted->ids[ACTIVITY_TREE], &scan->known.upto);
}

/* The students that the page names, for the leaf of the row that says so (V4). One whom the filter found in a list counts as named. */
static enum status subject_shown(const struct scan *scan, struct subject *subject)
{
    const struct activity_list *list = scan->list;
    const struct uuid *asked_for = &list->page.position.ids[ACTIVITY_STUDENT];
    struct uuid *shown = arena_array(scan->scene->arena, list->page.n, sizeof *shown);
    size_t n = 0;

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++) {
        if (list->lines[i].student.known)
            shown[n++] = list->lines[i].student.uuid;
        else if (scan->about.n > 0)
            shown[n++] = *asked_for;
    }
    const struct id_set each_once = id_set_make(shown, n);
    subject->shown = each_once.ids;
    subject->n_shown = each_once.n;
    return STATUS_OK;
}

/* G2: whoever asks for one of their family is told at once that there is nothing. */
static bool asks_for_family(const struct scan *scan)
{
    const struct page_position *wanted = &scan->list->page.position;

    for (unsigned at = ACTIVITY_ACTOR; at <= ACTIVITY_OBJECT; at++)
        if ((wanted->given & 1U << at) && id_set_has(&scan->family, &wanted->ids[at]))
            return true;
    return false;
}

/* The place from which the page goes on. */
static enum status begin(struct scan *scan)
{
    struct activity_list *list = scan->list;
    const struct page_position *wanted = &list->page.position;
    const int64_t before = wanted->given & ACTIVITY_BEFORE ? wanted->numbers[ACTIVITY_UNTIL] : ACTIVITY_NEWEST;

    list->looked_at = 0;
    list->passed_over = 0;
    list->below = 0;
    if (asks_for_family(scan))
        return STATUS_OK;
    list->below = wanted->numbers[ACTIVITY_BELOW];
    if (list->page.token != NULL)
        return STATUS_OK;
    return activity_seek(scan->scene->session, &wanted->ids[ACTIVITY_TREE], before, &list->below);
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct activity_list *list = input;
    struct scan scan = {.scene = scene, .list = list};

    assert(grant_action(grant) == ACTION_READ_SCHOOL_ACTIVITY ||
           grant_action(grant) == ACTION_READ_ORGANISATION_ACTIVITY ||
           grant_action(grant) == ACTION_READ_PERSONSAK_ACTIVITY);
    list->page.n = 0;
    list->lines = arena_array(scene->arena, list->page.limit, sizeof *list->lines);
    if (list->lines == NULL)
        return STATUS_NO_MEMORY;
    TRY(activity_family(scene, &scan.family));
    TRY(about_load(&scan));
    TRY(known_load(&scan));

    TRY(begin(&scan));
    while (goes_on(list))
        TRY(step(&scan));
    list->page.more = list->below > 0;
    return subject_shown(&scan, &relation->subject);
}

/* Only what is shown gets a name. */
static enum status name_lines(const struct organisation_keys *keys, struct arena *arena, struct activity_list *list)
{
    for (size_t i = 0; i < list->page.n; i++) {
        const struct activity_place place = {list->page.position.ids[ACTIVITY_TREE], list->lines[i].place};
        TRY(activity_id_seal(keys, &place, arena, &list->lines[i].id));
    }
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct activity_list *list = input;

    (void)vault;
    (void)grant;
    TRY(name_lines(keys, arena, list));
    list->page.position.numbers[ACTIVITY_BELOW] = list->below;
    return listing_close(list->kind, keys, arena, &list->page);
}

const struct read_case school_activity_case = {
    .ready = ready_school, .relate = relate_school, .fetch = fetch, .open = open, .of_log = true};
const struct read_case organisation_activity_case = {
    .ready = ready_organisation, .relate = relate_organisation, .fetch = fetch, .open = open, .of_log = true};
const struct read_case personsak_activity_case = {
    .ready = ready_personsak, .relate = relate_personsak, .fetch = fetch, .open = open, .of_log = true};
