/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departure_read.c: one departure, and those that someone may see (S5, S6).
 * May not touch the personsaker that are due, beyond which they are.
 * Always: a departure is its school's business, also when the student has left; to the student's family it is not there (G2).
 */
#include "domain/departure.h"

#include <stddef.h>
#include <string.h>

#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

static const char *const state_names[DEPARTURE_STATES] = {
    [DEPARTURE_PENDING] = "pending", [DEPARTURE_COMPLETED] = "completed", [DEPARTURE_WITHDRAWN] = "withdrawn"};

const char *departure_state_name(enum departure_state state)
{
    return state_names[state];
}

enum status departure_state_parse(const char *name, enum departure_state *ret_state)
{
    for (int i = 0; i < DEPARTURE_STATES; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *ret_state = (enum departure_state)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

static enum status departure_of_row(struct scene *scene, const struct uuid *id,
                                    const struct sql_departure_by_id_row *row,
                                    const struct sql_student_by_id_row *student, struct departure *ret_departure)
{
    struct student_name name;
    struct period last;

    if (row->state < 0 || row->state >= DEPARTURE_STATES)
        return STATUS_CORRUPT;
    TRY(stored_period(row->last_day, row->last_day, &last));
    TRY(student_name_of(scene, student, &row->school, &name));
    *ret_departure = (struct departure){
        .id = *id,
        .version = row->version,
        .school = row->school,
        .student = name,
        .last_day = last.until,
        .state = (enum departure_state)row->state,
        .recorded_at = row->recorded_at,
        .ended_at = row->ended_at,
        .key = row->key,
        .sealed_kind = row->kind,
    };
    return STATUS_OK;
}

/* Its student is one that the store has: a record names them. */
static enum status student_of(struct scene *scene, const struct student_id *id, struct sql_student_by_id_row *ret_row)
{
    enum status status = student_find(scene, id, ret_row);

    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

enum status departure_relate(struct scene *scene, enum action action, const struct uuid *id,
                             struct relation *ret_relation, struct departure *ret_departure)
{
    const struct sql_departure_by_id_args args = {scene->keys->organisation, *id};
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_DEPARTURE), .object = {true, *id}},
    };
    struct sql_student_by_id_row student;
    struct sql_departure_by_id_row row;

    enum status status = sql_departure_by_id(scene->session, &args, &row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        TRY(student_of(scene, &row.student, &student));
        TRY(student_family(scene, &student, &relation.object));
        TRY(place_always(scene->arena, &row.school, &relation.object));
        TRY(departure_of_row(scene, id, &row, &student, ret_departure));
        relation.object.exists = true;
        relation.subject.student = (struct maybe_uuid){true, student.student.uuid};
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        relation.version = row.version;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

enum status departure_find_due(struct scene *scene, const struct student_id *student, const struct school_id *school,
                               struct departure_due *ret_due)
{
    const struct sql_departure_due_args args = {*student, *school, DEPARTURE_MAX_DUE};
    struct sql_departure_due_row *rows = NULL;
    size_t n = 0;

    TRY(sql_departure_due(scene->session, &args, DEPARTURE_MAX_DUE, &rows, &n));
    struct personsak_id *personsaker = arena_array(scene->arena, n, sizeof *personsaker);
    if (personsaker == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        personsaker[i] = rows[i].personsak;
    *ret_due = (struct departure_due){personsaker, n};
    return STATUS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation,
                          void *ret_departure)
{
    return departure_relate(scene, ACTION_READ_DEPARTURE, id, ret_relation, ret_departure);
}

static enum status fetch(struct scene *scene, void *record)
{
    struct departure *departure = record;

    if (!(departure->shows & SHOW_DUE) || departure->state != DEPARTURE_PENDING)
        return STATUS_OK;
    return departure_find_due(scene, &departure->student.id, &departure->school, &departure->due);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record)
{
    struct departure *departure = record;
    auto_data_key key = NULL;

    TRY(vault_key(vault, &departure->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, departure->id, departure->key, 1};
    TRY(open_text(&row, COLUMN_DEPARTURE_KIND, departure->sealed_kind, &departure->kind));
    return student_name_open(vault, keys, arena, &departure->student);
}

/* ---- Listing ------------------------------------------------------------------------------------------------------------ */

/* The student that the filter leads to, and whether a departure of theirs can be this caller's business (X7, G2). */
static enum status is_open(struct scene *scene, const struct uuid *id, struct student_id *ret_student, bool *ret_open)
{
    struct policy_object object = {.exists = true};
    struct sql_student_by_id_row row;
    const struct grant *grant = NULL;
    enum status status = student_find(scene, &(struct student_id){*id}, &row);

    *ret_open = false;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    TRY(student_family(scene, &row, &object));
    TRY(record_grant_anywhere(scene, ACTION_READ_DEPARTURE, &object, &grant));
    *ret_student = row.student;
    *ret_open = grant != NULL;
    return STATUS_OK;
}

static int64_t wanted_states(const struct page_position *position)
{
    return position->given & DEPARTURE_LIST_BY_STATE ? INT64_C(1) << position->numbers[0]
                                                     : (INT64_C(1) << DEPARTURE_STATES) - 1;
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    struct sql_departure_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_DEPARTURE, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_DEPARTURE),
        .today = scene->today,
        .after = *after,
        .at_school = (position->given & DEPARTURE_LIST_BY_SCHOOL) != 0,
        .school = position->ids[0],
        .of_student = (position->given & DEPARTURE_LIST_BY_STUDENT) != 0,
        .states = wanted_states(position),
        .limit = (int64_t)limit,
    };
    bool open = true;

    *ret_n = 0;
    if (args.of_student)
        TRY(is_open(scene, &position->ids[1], &args.student, &open));
    return open ? LISTING_IDS(sql_departure_candidates, scene, &args, limit, ret_ids, ret_n) : STATUS_OK;
}

static enum status relate_list(struct scene *scene, const struct page_position *position, struct relation *relation)
{
    (void)scene;
    (void)position;
    relation->action = ACTION_LIST_DEPARTURES;
    return STATUS_OK;
}

const struct record_kind departure_kind = {
    .list = "listDepartures",
    .kind = KIND_DEPARTURE,
    .bytes = sizeof(struct departure),
    .version = offsetof(struct departure, version),
    .ground = offsetof(struct departure, ground),
    .shows = offsetof(struct departure, shows),
    .relate = relate,
    .candidates = candidates,
    .relate_list = relate_list,
    .fetch = fetch,
    .open = open,
};
