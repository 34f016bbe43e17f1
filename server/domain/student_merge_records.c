/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_merge_records.c: enrolments, ties and group memberships of two students becoming those of one (S4).
 * May not touch what the two do not have.
 * Always: what both had on the same days is there once, for all the days that either had it; a double stays as a record without days,
 * since the log names it, and what led to it leads to the one that is kept; a departure of either ends what it ends of both (S6).
 */
#include "domain/student_merge.h"

#include <stdlib.h>
#include <string.h>

#include "domain/departure_bound.h"
#include "domain/stored.h"

/* Of either of the two, of all time: they are brought together while other writers wait. */
enum { STUDENT_MAX_RECORDS = 1024 };

enum record_sort { SORT_ENROLMENT, SORT_TIE, SORT_GROUP_MEMBER, RECORD_SORTS };

/* Doubles agree on `sort`, `other` and `kind`. */
struct record {
    enum record_sort sort;
    struct uuid id;
    struct uuid other;        /* the school, person or group */
    struct maybe_uuid school; /* of an enrolment or a group */
    int64_t kind;             /* of a tie */
    struct period period;
    int32_t asked;    /* until when it was to last, had no departure ended it */
    bool is_absorbed; /* the absorbed student's so far */
    bool is_changed;
    const struct record *kept; /* of a double */
    struct {
        bool is_there;
        int32_t from;
        struct uuid id;
    } latest[2]; /* of what became one with it, what began last: the survivor's, the absorbed student's */
};

/* ---- The store ---------------------------------------------------------------------------------------------------------- */

static enum status write_enrolment(struct tx *tx, const struct student_id *student, const struct record *record)
{
    const struct sql_enrolment_merge_args args = {record->id, *student, record->period.from, record->period.until};

    return sql_enrolment_merge(tx, &args, NULL);
}

static enum status write_tie(struct tx *tx, const struct student_id *student, const struct record *record)
{
    const struct sql_tie_merge_args args = {record->id, *student, record->period.from, record->period.until};

    return sql_tie_merge(tx, &args, NULL);
}

static enum status write_group_member(struct tx *tx, const struct student_id *student, const struct record *record)
{
    const struct sql_group_member_merge_args args = {record->id, *student, record->period.from, record->period.until};

    return sql_group_member_merge(tx, &args, NULL);
}

static enum status (*const writers[RECORD_SORTS])(struct tx *tx, const struct student_id *student,
                                                  const struct record *record) = {
    [SORT_ENROLMENT] = write_enrolment,
    [SORT_TIE] = write_tie,
    [SORT_GROUP_MEMBER] = write_group_member,
};

static enum status read_rows(struct scene *scene, const struct student_id *student,
                             struct sql_student_records_row **ret_rows, size_t *ret_n)
{
    return sql_student_records(scene->session, &(struct sql_student_records_args){*student}, STUDENT_MAX_RECORDS,
                               ret_rows, ret_n);
}

static enum status find_asked(struct scene *scene, const struct student_id *student, struct record *record)
{
    const struct departing thing = {.id = record->id, .student = *student};
    struct period asked;

    TRY(departure_asked(scene, &thing, scene->today, &record->period, &asked));
    record->asked = asked.until;
    return STATUS_OK;
}

static enum status take_rows(struct scene *scene, const struct student_id *student,
                             const struct sql_student_records_row *rows, size_t n, bool is_absorbed,
                             struct record *records)
{
    for (size_t i = 0; i < n; i++) {
        records[i] = (struct record){
            .sort = (enum record_sort)rows[i].sort,
            .id = rows[i].record,
            .other = rows[i].other,
            .school = rows[i].school,
            .kind = rows[i].kind,
            .is_absorbed = is_absorbed,
        };
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &records[i].period));
        records[i].latest[is_absorbed].is_there = true;
        records[i].latest[is_absorbed].from = records[i].period.from;
        records[i].latest[is_absorbed].id = records[i].id;
        TRY(find_asked(scene, student, &records[i]));
    }
    return STATUS_OK;
}

static enum status read_records(struct scene *scene, const struct student_id *survivor,
                                const struct student_id *absorbed, struct record **ret_records, size_t *ret_n)
{
    struct sql_student_records_row *kept = NULL, *moved = NULL;
    size_t n_kept = 0, n_moved = 0;

    TRY(read_rows(scene, survivor, &kept, &n_kept));
    TRY(read_rows(scene, absorbed, &moved, &n_moved));
    struct record *records = arena_array(scene->arena, n_kept + n_moved, sizeof *records);
    if (records == NULL)
        return STATUS_NO_MEMORY;
    TRY(take_rows(scene, survivor, kept, n_kept, false, records));
    TRY(take_rows(scene, absorbed, moved, n_moved, true, records + n_kept));
    *ret_records = records;
    *ret_n = n_kept + n_moved;
    return STATUS_OK;
}

/* ---- Doubles ------------------------------------------------------------------------------------------------------------ */

static bool has_days(const struct period *period)
{
    return period->from <= period->until;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_kinds(const struct record *a, const struct record *b)
{
    int order = compare_numbers(a->sort, b->sort);

    if (order == 0)
        order = memcmp(&a->other, &b->other, sizeof a->other);
    return order != 0 ? order : compare_numbers(a->kind, b->kind);
}

/* Those that may be doubles of each other stand together, by their first day; those without days come after them. */
static int compare_records(const void *left, const void *right)
{
    const struct record *a = left, *b = right;
    int order = compare_kinds(a, b);

    if (order == 0)
        order = compare_numbers(!has_days(&a->period), !has_days(&b->period));
    if (order == 0)
        order = compare_numbers(a->period.from, b->period.from);
    return order != 0 ? order : memcmp(&a->id, &b->id, sizeof a->id);
}

/* How many records from the first on are a chain, of which each shares a day with one before it. */
static size_t chain_length(const struct record *first, size_t n)
{
    int32_t until = first->period.until;
    size_t length = 1;

    while (length < n && compare_kinds(first, &first[length]) == 0 && has_days(&first[length].period) &&
           first[length].period.from <= until) {
        if (first[length].period.until > until)
            until = first[length].period.until;
        length++;
    }
    return length;
}

/* `kept` holds for the days of both; the double holds for none, from today. */
static void fold(struct record *kept, struct record *doubled, int32_t today)
{
    if (doubled->period.from < kept->period.from)
        kept->period.from = doubled->period.from;
    if (doubled->period.until > kept->period.until)
        kept->period.until = doubled->period.until;
    if (doubled->asked > kept->asked)
        kept->asked = doubled->asked;
    for (size_t side = 0; side < 2; side++)
        if (doubled->latest[side].is_there &&
            (!kept->latest[side].is_there || doubled->latest[side].from > kept->latest[side].from))
            kept->latest[side] = doubled->latest[side];
    doubled->period = (struct period){today, today - 1};
    doubled->kept = kept;
    kept->is_changed = doubled->is_changed = true;
}

/* The survivor's first record of the chain is kept. A chain that only one of the two had is not looked at. */
static void fold_chain(struct record *chain, size_t n, int32_t today)
{
    struct record *kept = NULL;
    bool is_shared = false;

    for (size_t i = 0; i < n; i++) {
        if (kept == NULL && !chain[i].is_absorbed)
            kept = &chain[i];
        is_shared = is_shared || chain[i].is_absorbed;
    }
    if (kept == NULL || !is_shared)
        return;
    for (size_t i = 0; i < n; i++)
        if (&chain[i] != kept)
            fold(kept, &chain[i], today);
}

static void fold_doubles(struct record *records, size_t n, int32_t today)
{
    size_t length = 0;

    if (n > 0)
        qsort(records, n, sizeof *records, compare_records);
    for (size_t i = 0; i < n; i += length) {
        length = has_days(&records[i].period) ? chain_length(&records[i], n - i) : 1;
        fold_chain(&records[i], length, today);
    }
}

/* Whether those of one sort that hold or are to come can be read at once. */
static bool are_bounded(const struct record *records, size_t n, int32_t today)
{
    size_t held[RECORD_SORTS] = {0};
    bool bounded = true;

    for (size_t i = 0; i < n; i++)
        if (has_days(&records[i].period) && records[i].period.until >= today)
            bounded = ++held[records[i].sort] <= STORED_MAX_RECORDS && bounded;
    return bounded;
}

enum status student_merge_lead(struct scene *scene, struct tx *tx, const struct uuid *from, const struct uuid *to)
{
    const struct organisation_id organisation = scene->keys->organisation;

    TRY(sql_external_ids_lead(tx, &(struct sql_external_ids_lead_args){organisation, *from, *to}, NULL));
    return sql_blind_index_lead(tx, &(struct sql_blind_index_lead_args){organisation, *from, *to}, NULL);
}

/* ---- Departures of the two (S6) ----------------------------------------------------------------------------------------- */

/* The survivor's, then the absorbed student's, and room for those of both that may end a record. */
struct leaving {
    struct departures of[2];
    struct departures some;
};

static enum status read_departures(struct scene *scene, const struct student_id *survivor,
                                   const struct student_id *absorbed, struct leaving *ret_leaving)
{
    struct leaving leaving = {0};

    TRY(departures_to_come_or_pending(scene, survivor, &leaving.of[0]));
    TRY(departures_to_come_or_pending(scene, absorbed, &leaving.of[1]));
    for (size_t i = 0; i < leaving.of[1].n; i++)
        leaving.of[1].all[i].student = *survivor;
    leaving.some.all = arena_array(scene->arena, leaving.of[0].n + leaving.of[1].n, sizeof *leaving.some.all);
    if (leaving.some.all == NULL)
        return STATUS_NO_MEMORY;
    *ret_leaving = leaving;
    return STATUS_OK;
}

/* Whether the student has returned after a departure of their own, by what has become part of the record. */
static bool has_returned(const struct record *record, size_t side, const struct departure_days *days, int32_t today)
{
    return record->latest[side].is_there && record->latest[side].from > days->last_day &&
           (days->last_day < today || uuid_compare(&record->latest[side].id, &days->departure) > 0);
}

/* What a student's own departure ends is as it should be, until it becomes one with what the other had. */
static void choose_departures(struct leaving *leaving, const struct record *record, int32_t today)
{
    struct departures *some = &leaving->some;

    some->n = 0;
    for (size_t side = 0; side < 2; side++) {
        const bool is_own = (side == 1) == record->is_absorbed;
        for (size_t i = 0; i < leaving->of[side].n; i++)
            if ((!is_own || record->is_changed) && !has_returned(record, side, &leaving->of[side].all[i], today))
                some->all[some->n++] = leaving->of[side].all[i];
    }
}

static const enum registry_kind kinds[RECORD_SORTS] = {
    [SORT_ENROLMENT] = KIND_ENROLMENT, [SORT_TIE] = KIND_TIE, [SORT_GROUP_MEMBER] = KIND_GROUP_MEMBER};

static enum status end_with_departure(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                                      struct leaving *leaving, struct record *record)
{
    const struct departing thing = {
        .kind = kinds[record->sort],
        .id = record->id,
        .student = *survivor,
        .school = {record->school.uuid},
        .person = {record->other},
        .tie = (enum tie_kind)record->kind,
        .was_there = true, /* as far as anyone can tell */
    };
    const struct departure_days *first = NULL;

    choose_departures(leaving, record, scene->today);
    TRY(departure_first(scene, &leaving->some, &thing, &record->period, &record->period, &first));
    if (first == NULL)
        return STATUS_OK;
    record->is_changed = true;
    return departure_note_anew(scene, tx, &thing, first, record->asked);
}

/* ---- Storing ------------------------------------------------------------------------------------------------------------ */

/* What led to the double, and what departures have noted of it. */
static enum status lead_double(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                               const struct record *record)
{
    const struct uuid *kept = &record->kept->id;

    TRY(student_merge_lead(scene, tx, &record->id, kept));
    TRY(sql_departure_ended_lead(tx, &(struct sql_departure_ended_lead_args){record->id, *kept, *survivor}, NULL));
    return sql_departure_ended_drop_double(tx, &(struct sql_departure_ended_drop_double_args){record->id, *survivor},
                                           NULL);
}

/* The days of an enrolment are stored before a tie is looked at: it may rest on them. */
static enum status store_records(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                                 struct leaving *leaving, struct record *records, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (records[i].kept != NULL)
            TRY(lead_double(scene, tx, survivor, &records[i]));
    for (size_t i = 0; i < n; i++) {
        struct record *record = &records[i];
        if (record->kept == NULL)
            TRY(end_with_departure(scene, tx, survivor, leaving, record));
        if (record->is_absorbed || record->is_changed)
            TRY(writers[record->sort](tx, survivor, record));
    }
    return departure_ties_anew(scene, tx, survivor);
}

enum status student_merge_records(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                                  const struct student_id *absorbed, struct failure *failure)
{
    struct record *records = NULL;
    struct leaving leaving;
    size_t n = 0;
    enum status status = read_records(scene, survivor, absorbed, &records, &n);

    if (status == STATUS_OK) {
        fold_doubles(records, n, scene->today);
        status = are_bounded(records, n, scene->today) ? STATUS_OK : STATUS_TOO_MANY;
    }
    if (status == STATUS_TOO_MANY)
        return failure_add(failure, FAILURE_IN_BODY, FAILURE_TOO_LONG, "/absorbedId");
    TRY(status);
    TRY(read_departures(scene, survivor, absorbed, &leaving));
    TRY(sql_departures_of_student_move(tx, &(struct sql_departures_of_student_move_args){*absorbed, *survivor}, NULL));
    return store_records(scene, tx, survivor, &leaving, records, n);
}
