/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_merge.c: deciding and sealing a merge of two students (S4).
 * May not touch what is not the two students': it follows what is theirs, and nothing else.
 * Always: decided on both; the absorbed row stays, since the log names it, and leads to the survivor; a mark of either holds (S7).
 */
#include "domain/student_merge.h"

#include <assert.h>

#include "domain/student.h"

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

/* The absorbed student counts if the caller may merge them, too, and they have not been merged yet. The row names them when they are
 * this caller's business, now or, when the same call comes again, since they were merged into this very survivor. */
static enum status relate_absorbed(struct scene *scene, struct student_merge *merge, struct relation *relation)
{
    struct sql_student_by_id_row *row = arena_alloc(scene->arena, sizeof *row);
    struct relation other;
    struct decision decision;

    if (row == NULL)
        return STATUS_NO_MEMORY;
    TRY(student_relate(scene, &merge->absorbed, &other, row));
    if (!other.object.exists)
        return STATUS_OK;
    TRY(policy_decide(ACTION_MERGE_STUDENTS, &scene->actor.policy, &other.object, scene->today, scene->arena,
                      &decision));
    if (decision.verdict != VERDICT_ALLOWED)
        return STATUS_OK;
    const bool merged_before = !uuid_equal(&row->student.uuid, &merge->absorbed.uuid);
    const bool is_survivor = uuid_equal(&row->student.uuid, &merge->into->student.uuid);
    if (!merged_before && !is_survivor)
        merge->from = row;
    if (merged_before == is_survivor) {
        relation->subject.shown = &merge->absorbed.uuid;
        relation->subject.n_shown = 1;
    }
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct student_merge *merge = input;
    struct sql_student_by_id_row *row = arena_alloc(scene->arena, sizeof *row);
    struct relation relation;

    if (row == NULL)
        return STATUS_NO_MEMORY;
    merge->into = merge->from = NULL;
    TRY(student_relate(scene, &merge->survivor, &relation, row));
    relation.action = ACTION_MERGE_STUDENTS;
    if (relation.object.exists) {
        merge->into = row;
        relation.version = row->version;
        TRY(relate_absorbed(scene, merge, &relation));
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                            const struct sql_student_by_id_row *stored, struct student_plain *ret_plain)
{
    auto_data_key key = NULL;

    TRY(vault_key(vault, &stored->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, stored->student.uuid, stored->key, stored->version};
    return student_columns_open(&row, stored, ret_plain);
}

/* The survivor under its own key, with the absorbed one's number if it has none. */
static enum status seal_survivor(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                 struct student_merge *merge)
{
    const struct sql_student_by_id_row *into = merge->into;
    auto_data_key key = NULL;
    struct student_plain plain, absorbed;

    TRY(open_one(vault, keys, arena, into, &plain));
    TRY(open_one(vault, keys, arena, merge->from, &absorbed));
    merge->takes_number = plain.civic_number == NULL && absorbed.civic_number != NULL;
    if (merge->takes_number)
        plain.civic_number = absorbed.civic_number;
    TRY(vault_key(vault, &into->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, into->student.uuid, into->key, into->version + 1};
    return student_columns_seal(&row, &plain, &merge->columns);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct student_merge *merge = input;

    merge->prepared = false;
    if (merge->from == NULL)
        return STATUS_OK;
    TRY(seal_survivor(vault, keys, arena, merge));
    merge->seen_into = (struct student_seen){merge->into->student, merge->into->version};
    merge->seen_from = (struct student_seen){merge->from->student, merge->from->version};
    merge->prepared = true;
    return STATUS_OK;
}

/* ---- Storing it --------------------------------------------------------------------------------------------------------- */

/* A login or number that the survivor takes over leaves the absorbed row first: each is one row's. */
static enum status store_absorbed(struct tx *tx, const struct student_merge *merge, bool takes_login)
{
    const struct student_id survivor = merge->into->student, absorbed = merge->from->student;
    const struct sql_student_absorb_args args = {
        .student = absorbed,
        .into = survivor,
        .person = takes_login ? (struct maybe_uuid){0} : merge->from->person,
        .civic_number = merge->takes_number ? (struct sealed){0} : merge->from->civic_number,
    };

    TRY(sql_student_has_doubles(tx, &(struct sql_student_has_doubles_args){survivor}, NULL));
    TRY(sql_student_absorb_earlier(tx, &(struct sql_student_absorb_earlier_args){absorbed, survivor}, NULL));
    return sql_student_absorb(tx, &args, NULL);
}

static enum status store_survivor(struct tx *tx, const struct student_merge *merge, bool takes_login)
{
    const struct sql_student_by_id_row *into = merge->into, *from = merge->from;
    const struct sql_student_update_args args = {
        .student = into->student,
        .person = takes_login ? from->person : into->person,
        .given_name = merge->columns.given_name,
        .family_name = merge->columns.family_name,
        .civic_number = merge->columns.civic_number,
        .mark_local = into->mark_local != 0 || from->mark_local != 0,
        .mark_registry = into->mark_registry != 0 || from->mark_registry != 0,
        .version = into->version + 1,
    };
    return sql_student_update(tx, &args, NULL);
}

/* What was sealed with the double's key stays so: the key is kept with its row. */
static enum status store_cases(struct tx *tx, const struct student_id *survivor, const struct student_id *absorbed)
{
    TRY(sql_personsaker_of_student_move(tx, &(struct sql_personsaker_of_student_move_args){*absorbed, *survivor},
                                        NULL));
    return sql_proposals_of_student_move(tx, &(struct sql_proposals_of_student_move_args){*absorbed, *survivor}, NULL);
}

static enum status store(struct scene *scene, struct tx *tx, const struct student_merge *merge)
{
    const struct student_id *survivor = &merge->into->student, *absorbed = &merge->from->student;
    const bool takes_login = !merge->into->person.known && merge->from->person.known;

    TRY(student_merge_records(scene, tx, survivor, absorbed, merge->failure));
    TRY(store_absorbed(tx, merge, takes_login));
    TRY(store_survivor(tx, merge, takes_login));
    TRY(store_cases(tx, survivor, absorbed));
    return student_merge_lead(scene, tx, &absorbed->uuid, &survivor->uuid);
}

static bool is_seen(const struct sql_student_by_id_row *row, const struct student_seen *seen)
{
    return uuid_equal(&row->student.uuid, &seen->student.uuid) && row->version == seen->version;
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct student_merge *merge = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_MERGE_STUDENTS);
    if (merge->from == NULL)
        return failure_add(merge->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/absorbedId");
    if (!merge->prepared || !is_seen(merge->into, &merge->seen_into) || !is_seen(merge->from, &merge->seen_from))
        return STATUS_PRECONDITION_FAILED;
    TRY(store(scene, tx, merge));
    *ret_receipt = (struct receipt){merge->into->student.uuid, merge->into->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case student_merge_case = {.relate = relate, .prepare = prepare, .apply = apply};
