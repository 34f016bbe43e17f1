/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_merge_records.c: enrolments, ties and group memberships of two students becoming those of one (S4).
 * May not touch what the two do not have.
 * Always: what both had on the same days is there once, for all the days that either had it; a double stays as a record without days,
 * since the log names it, and what led to it leads to the one that is kept.
 */
#include "domain/student_merge.h"

#include <stdlib.h>
#include <string.h>

#include "domain/stored.h"

/* Of either of the two, of all time: they are brought together while other writers wait. */
enum { STUDENT_MAX_RECORDS = 1024 };

enum record_sort { SORT_ENROLMENT, SORT_TIE, SORT_GROUP_MEMBER, RECORD_SORTS };

/* Doubles agree on `sort`, `other` and `kind`. */
struct record {
    enum record_sort sort;
    struct uuid id;
    struct uuid other; /* the school, person or group */
    int64_t kind;      /* of a tie */
    struct period period;
    bool is_absorbed; /* the absorbed student's so far */
    bool is_changed;
    const struct record *kept; /* of a double */
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

static enum status take_rows(const struct sql_student_records_row *rows, size_t n, bool is_absorbed,
                             struct record *records)
{
    for (size_t i = 0; i < n; i++) {
        records[i] = (struct record){
            .sort = (enum record_sort)rows[i].sort,
            .id = rows[i].record,
            .other = rows[i].other,
            .kind = rows[i].kind,
            .is_absorbed = is_absorbed,
        };
        TRY(stored_period(rows[i].from_day, rows[i].until_day, &records[i].period));
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
    TRY(take_rows(kept, n_kept, false, records));
    TRY(take_rows(moved, n_moved, true, records + n_kept));
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

static enum status store_record(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                                const struct record *record)
{
    if (!record->is_absorbed && !record->is_changed)
        return STATUS_OK;
    if (record->kept != NULL)
        TRY(student_merge_lead(scene, tx, &record->id, &record->kept->id));
    return writers[record->sort](tx, survivor, record);
}

enum status student_merge_records(struct scene *scene, struct tx *tx, const struct student_id *survivor,
                                  const struct student_id *absorbed, struct failure *failure)
{
    struct record *records = NULL;
    size_t n = 0;
    enum status status = read_records(scene, survivor, absorbed, &records, &n);

    if (status == STATUS_OK) {
        fold_doubles(records, n, scene->today);
        status = are_bounded(records, n, scene->today) ? STATUS_OK : STATUS_TOO_MANY;
    }
    if (status == STATUS_TOO_MANY)
        return failure_add(failure, FAILURE_IN_BODY, FAILURE_TOO_LONG, "/absorbedId");
    TRY(status);
    for (size_t i = 0; i < n; i++)
        TRY(store_record(scene, tx, survivor, &records[i]));
    return STATUS_OK;
}
