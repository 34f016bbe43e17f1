/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departure_write.c: recording, withdrawing and completing departures (S5, S6).
 * May not touch personsaker: they keep a departure from completing, and nothing more.
 * Always: of one student and school no second departure is recorded while one is pending (two doubles that were merged may bring one each);
 * what is completed or withdrawn stays so.
 */
#include <assert.h>

#include "domain/departure.h"
#include "domain/departure_ends.h"
#include "domain/student.h"
#include "statements.gen.h"

/* ---- Recording ---------------------------------------------------------------------------------------------------------- */

static enum status record_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct departure_record *record = input;
    struct sql_student_by_id_row *row = arena_alloc(scene->arena, sizeof *row);
    struct relation relation;

    if (row == NULL)
        return STATUS_NO_MEMORY;
    TRY(student_relate_at(scene, ACTION_RECORD_DEPARTURE, &record->student, &record->school, &relation, row));
    relation.subject.object_kind = registry_kind_name(KIND_DEPARTURE);
    relation.subject.object = (struct maybe_uuid){0};
    if (relation.object.exists)
        record->row = row;
    *ret_relation = relation;
    return STATUS_OK;
}

/* A departure is about the student, and sealed with their key (C1): it stays with the departure when doubles are merged. */
static enum status record_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  void *input)
{
    struct departure_record *record = input;
    auto_data_key key = NULL;

    record->id = uuid_new();
    record->key = record->row->key;
    TRY(vault_key(vault, &record->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, record->id, record->key, 1};
    return seal_text(&row, COLUMN_DEPARTURE_KIND, record->kind, &record->sealed_kind);
}

static enum status record_store(struct scene *scene, struct tx *tx, const struct departure_record *record)
{
    const struct departure_days days = {record->id, record->row->student, record->school, record->last_day};
    const struct sql_departure_insert_args args = {
        .departure = record->id,
        .organisation = scene->keys->organisation,
        .student = record->row->student,
        .school = record->school,
        .key = record->key,
        .kind = record->sealed_kind,
        .last_day = record->last_day,
        .at = tx_now(tx),
    };

    TRY(sql_departure_insert(tx, &args, NULL));
    return departure_ends_store(scene, tx, &days);
}

static enum status record_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct departure_record *record = input;
    const struct sql_departure_facts_args args = {record->row->student, record->school};
    struct sql_departure_facts_row facts;

    assert(grant_action(grant) == ACTION_RECORD_DEPARTURE);
    if (!uuid_equal(&record->key.uuid, &record->row->key.uuid))
        return STATUS_PRECONDITION_FAILED;
    TRY(sql_departure_facts(scene->session, &args, &facts));
    if (!facts.enrolled)
        return failure_add(record->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/schoolId");
    if (facts.pending)
        return STATUS_TAKEN;
    TRY(record_store(scene, tx, record));
    relation->subject.school = (struct maybe_uuid){true, record->school.uuid};
    *ret_receipt = (struct receipt){record->id, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

const struct write_case departure_record_case = {
    .relate = record_relate, .prepare = record_prepare, .apply = record_apply, .recall = target_recall};

/* ---- Ending it ---------------------------------------------------------------------------------------------------------- */

static enum status over(struct tx *tx, const struct departure *stored, enum departure_state state,
                        struct receipt *ret_receipt)
{
    TRY(sql_departure_end_it(tx, &(struct sql_departure_end_it_args){stored->id, state, tx_now(tx)}, NULL));
    *ret_receipt = (struct receipt){stored->id, stored->version + 1, RECEIPT_CHANGED};
    return STATUS_OK;
}

/* A school that the student has left has no say any more in who sees them today: what has ended with the departure is taken back as any
 * enrolment is that has ended. */
static bool has_left(const struct departure *stored, int32_t today)
{
    return stored->state == DEPARTURE_PENDING && stored->last_day < today;
}

static enum status withdraw_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct departure_withdraw *withdrawal = input;
    struct relation relation;

    TRY(departure_relate(scene, ACTION_WITHDRAW_DEPARTURE, &withdrawal->id, &relation, &withdrawal->stored));
    if (relation.object.exists && has_left(&withdrawal->stored, scene->today))
        relation_also(&relation, ACTION_REOPEN_ENROLMENT);
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status withdraw_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                  struct relation *relation, struct receipt *ret_receipt)
{
    const struct departure *stored = &((const struct departure_withdraw *)input)->stored;
    const struct departure_days days = {stored->id, stored->student.id, stored->school, stored->last_day};

    (void)relation;
    assert(grant_action(grant) == ACTION_WITHDRAW_DEPARTURE);
    if (stored->state != DEPARTURE_PENDING)
        return STATUS_DEPARTURE_OVER;
    TRY(over(tx, stored, DEPARTURE_WITHDRAWN, ret_receipt));
    return departure_ends_undo(scene, tx, &days);
}

const struct write_case departure_withdraw_case = {.relate = withdraw_relate, .apply = withdraw_apply};

static enum status complete_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct departure_complete *completion = input;

    return departure_relate(scene, ACTION_COMPLETE_DEPARTURE, &completion->id, ret_relation, &completion->stored);
}

static enum status complete_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                  struct relation *relation, struct receipt *ret_receipt)
{
    struct departure_complete *completion = input;
    const struct departure *stored = &completion->stored;

    (void)relation;
    assert(grant_action(grant) == ACTION_COMPLETE_DEPARTURE);
    if (stored->state != DEPARTURE_PENDING)
        return STATUS_DEPARTURE_OVER;
    TRY(departure_find_due(scene, &stored->student.id, &stored->school, &completion->due));
    if (completion->due.n > 0)
        return STATUS_DEPARTURE_DUE;
    return over(tx, stored, DEPARTURE_COMPLETED, ret_receipt);
}

const struct write_case departure_complete_case = {.relate = complete_relate, .apply = complete_apply};
