/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tie_write.c: making, ending, moving in time and putting ties (M1).
 * May not touch the contact teacher's tie that comes with a new student (S1).
 * Always: who is bound to whom and as what never changes; a right ends by its dates, at the next call.
 */
#include <assert.h>

#include "domain/departure_bound.h"
#include "domain/stored.h"
#include "domain/tie.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct tie_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_STUDENT, &write->student);
    reference_ready(keys, caller, KIND_PERSON, &write->person);
    return STATUS_OK;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

/* The tie that is there, if it is, and the facts of a right on it. */
static enum status relate_found(struct scene *scene, struct tie_write *write, struct relation *relation)
{
    const struct sql_tie_by_id_args args = {scene->keys->organisation, write->target.id};
    struct sql_tie_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    enum status status = sql_tie_by_id(scene->session, &args, row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        write->row = row;
        TRY(tie_relate(scene, &row->person, &row->student, relation, &write->student_key));
        relation->version = row->version;
    }
    relation->action = ACTION_CHANGE_TIE;
    relation->subject.object = (struct maybe_uuid){true, write->target.id};
    return STATUS_OK;
}

/* To whom a new one is to bind. That they may not be named is told by apply. */
static enum status find_person(struct scene *scene, struct tie_write *write)
{
    if (!reference_given(&write->person))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->person, &write->to.uuid);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    return person_is_readable(scene, &write->to, &write->person_known);
}

/* The student is the parent: one that is not there, or may not be seen, is not found (X7). */
static enum status relate_new(struct scene *scene, struct tie_write *write, struct relation *relation)
{
    write->to = (struct person_id){0};
    TRY(find_person(scene, write));
    *relation = (struct relation){
        .action = ACTION_CHANGE_TIE,
        .object = {.exists = !reference_given(&write->student)},
        .subject = {.object_kind = registry_kind_name(KIND_TIE)},
    };
    if (!reference_given(&write->student))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->student, &write->of.uuid);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(tie_relate(scene, &write->to, &write->of, relation, &write->student_key));
    if (relation->subject.student.known) /* not a double that was merged (S4) */
        write->of.uuid = relation->subject.student.uuid;
    relation->action = ACTION_CHANGE_TIE;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct tie_write *write = input;
    struct relation relation = {.subject = {.object_kind = registry_kind_name(KIND_TIE)}};

    write->row = NULL;
    write->person_known = false;
    TRY(target_find(scene, &write->target));
    if (write->target.exists)
        TRY(relate_found(scene, write, &relation));
    TRY(target_conceal(scene, &write->target, ACTION_READ_TIE, &relation));
    if (!write->target.exists)
        TRY(relate_new(scene, write, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

/* An external id is about the student, and sealed with their key (C1). Without a student apply refuses. */
static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct tie_write *write = input;
    auto_data_key key = NULL;

    if (write->target.exists) {
        target_seen(&write->target, write->row->version);
        return STATUS_OK;
    }
    if (!reference_given(&write->student))
        return target_new(&write->target, keys, &keys->own_id, keys->own, arena);
    TRY(vault_key(vault, &write->student_key, &key));
    return target_new(&write->target, keys, &write->student_key, key, arena);
}

/* A tie of staff counts only with a membership at a school of the student (G1): without one, and with none to come, it is a mistake. */
static enum status is_staff_there(struct scene *scene, const struct tie_write *write,
                                  const struct policy_object *student, bool *ret_staff)
{
    struct policy_actor person = {.known = true};
    bool staff = false;

    TRY(actor_memberships(scene->session, &scene->keys->organisation, &write->to, scene->today, &person));
    for (size_t i = 0; i < person.n_memberships; i++) {
        const int32_t from = person.memberships[i].period.from;
        const int32_t day = from > scene->today ? from : scene->today;
        for (size_t at = 0; at < student->n_places; at++)
            staff = staff || policy_is_staff_at(&person, &student->places[at].school, day);
    }
    *ret_staff = staff;
    return STATUS_OK;
}

/* What another system sends comes in its own order: the membership may follow. */
static enum status may_be_staff(struct scene *scene, const struct tie_write *write, const struct policy_object *student,
                                bool *ret_fits)
{
    struct decision early;

    TRY(policy_decide(ACTION_TIE_EARLY, &scene->actor.policy, student, scene->today, scene->arena, &early));
    if (early.verdict == VERDICT_ALLOWED) {
        *ret_fits = true;
        return STATUS_OK;
    }
    return is_staff_there(scene, write, student, ret_fits);
}

static enum status check_person(struct scene *scene, const struct tie_write *write, const struct policy_object *student)
{
    const bool is_of_staff = write->has_kind && write->kind != TIE_GUARDIAN;
    bool fits = write->person_known;

    if (!reference_given(&write->person))
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/person");
    if (fits && is_of_staff)
        TRY(may_be_staff(scene, write, student, &fits));
    return fits ? STATUS_OK : reference_failure(scene->arena, &write->person, "person", write->failure);
}

/* What a new one lacks, all of it (X3). */
static enum status check_new(struct scene *scene, const struct tie_write *write, const struct policy_object *object,
                             struct period *ret_period)
{
    const struct period open = {scene->today, DAY_FOREVER};
    enum status student = STATUS_OK, kind = STATUS_OK;

    if (!reference_given(&write->student))
        student = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/student");
    enum status person = check_person(scene, write, object);
    if (!write->has_kind)
        kind = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/kind");
    enum status period = period_apply(&write->period, &open, true, write->failure, ret_period);
    TRY(student);
    TRY(person);
    TRY(kind);
    return period;
}

/* The same sent twice without an id of the sender's makes no second one: it would outlive the end of the first. */
static enum status check_overlap(struct scene *scene, const struct sql_tie_insert_args *args)
{
    const struct sql_tie_overlapping_args same = {args->student, args->person,   args->kind,
                                                  args->source,  args->from_day, args->until_day};
    struct sql_tie_overlapping_row *rows = NULL;
    size_t n = 0;

    TRY(sql_tie_overlapping(scene->session, &same, 1, &rows, &n));
    return n == 0 ? STATUS_OK : STATUS_TAKEN;
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct tie_write *write,
                             const struct policy_object *object)
{
    struct period period = {0};

    TRY(check_new(scene, write, object, &period));
    TRY(target_sealed_for(&write->target, &write->student_key));
    const struct departing thing = {
        .kind = KIND_TIE, .id = write->target.id, .student = write->of, .person = write->to, .tie = write->kind};
    struct sql_tie_insert_args args = {
        .tie = write->target.id,
        .student = write->of,
        .person = write->to,
        .kind = write->kind,
        .source = scene->actor.policy.service ? "ss12000" : "local",
        .from_day = period.from,
        .until_day = period.until,
    };
    if (write->target.way == TARGET_CREATE)
        TRY(check_overlap(scene, &args));
    TRY(departure_bound(scene, tx, &thing, &period, &period));
    args.until_day = period.until;
    TRY(sql_tie_insert(tx, &args, NULL));
    return target_keep(scene, tx, &write->target);
}

/* Who is bound to whom and as what: a put may say it again, but not otherwise. */
static enum status check_fixed(struct scene *scene, const struct tie_write *write)
{
    const struct sql_tie_by_id_row *row = write->row;
    enum status student = reference_fixed(scene, &write->student, "student", &row->student.uuid, write->failure);
    enum status person = reference_fixed(scene, &write->person, "person", &row->person.uuid, write->failure);
    enum status kind = STATUS_OK;

    if (write->has_kind && write->kind != row->kind)
        kind = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, "/kind");
    TRY(student);
    TRY(person);
    return kind;
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct tie_write *write, bool *ret_unchanged)
{
    const struct sql_tie_by_id_row *row = write->row;
    struct departing thing = {.kind = KIND_TIE, .id = write->target.id, .student = row->student, .person = row->person};
    struct period stored, period = {0};

    TRY(stored_period(row->from_day, row->until_day, &stored));
    TRY(stored_tie_kind(row->kind, &thing.tie));
    enum status fixed = check_fixed(scene, write);
    enum status fits = departure_change(scene, &thing, &write->target, &write->period, &stored, write->failure, &period,
                                        ret_unchanged);
    TRY(fixed);
    TRY(fits);
    if (*ret_unchanged)
        return STATUS_OK;
    TRY(departure_bound(scene, tx, &thing, &period, &period));
    const struct sql_tie_update_args args = {write->target.id, period.from, period.until, row->version + 1};
    return sql_tie_update(tx, &args, NULL);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct tie_write *write = input;
    const struct target *target = &write->target;
    bool unchanged = false;

    assert(grant_action(grant) == ACTION_CHANGE_TIE);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write, &unchanged) : apply_new(scene, tx, write, &relation->object));
    TRY(records_bounded(scene, KIND_TIE, write->row != NULL ? &write->row->student.uuid : &write->of.uuid, "/student",
                        write->failure));
    *ret_receipt = target_receipt(target, unchanged);
    return STATUS_OK;
}

const struct write_case tie_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall};
