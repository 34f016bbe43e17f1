/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrolment_write.c: making, changing, ending and putting enrolments (S1, M1).
 * May not touch the student: where they go to school is all that changes.
 * Always: an enrolment stays the student's and the school's; no two of a student at a school share a day; a number leads to the student
 * only inside, and a row that knows of it without a right stands with the organisation.
 */
#include <assert.h>

#include "domain/departure_bound.h"
#include "domain/enrolment.h"
#include "domain/student.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct enrolment_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_STUDENT, &write->student);
    reference_ready(keys, caller, KIND_SCHOOL, &write->school);
    if (write->has_civic_number)
        student_civic_mark(keys, write->civic_number, &write->civic_mark);
    return STATUS_OK;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

static enum status may_cite(struct scene *scene, const struct policy_object *student, bool *ret_may)
{
    struct decision decision;

    TRY(policy_decide(ACTION_CITE_STUDENT, &scene->actor.policy, student, scene->today, scene->arena, &decision));
    *ret_may = decision.verdict == VERDICT_ALLOWED;
    return STATUS_OK;
}

/* The student named, by number, id or another system's id; STATUS_NOT_FOUND for one that nobody knows, or when none is named. */
static enum status find_named(struct scene *scene, const struct enrolment_write *write, struct student_id *ret_student)
{
    const struct sql_student_by_civic_mark_args args = {scene->keys->organisation, write->civic_mark};
    struct sql_student_by_civic_mark_row row;

    if (reference_given(&write->student))
        return reference_find(scene, &write->student, &ret_student->uuid);
    if (!write->has_civic_number)
        return STATUS_NOT_FOUND;
    TRY(sql_student_by_civic_mark(scene->session, &args, &row));
    *ret_student = row.student;
    return STATUS_OK;
}

/* By id only a student whom the caller may cite. By number anyone, since whoever has the number before them has the child: that takes no
 * right but that to enrol, which policy/ decides with what the caller is to the student (S1, G2). */
static enum status find_student(struct scene *scene, struct enrolment_write *write, struct policy_object *ret_object)
{
    struct sql_student_by_id_row row;
    struct relation relation;
    struct student_id named;
    enum status status = find_named(scene, write, &named);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(student_relate(scene, &named, &relation, &row));
    if (!relation.object.exists)
        return STATUS_OK;
    write->student_known = true;
    if (reference_given(&write->student))
        TRY(may_cite(scene, &relation.object, &write->student_known));
    write->of = row.student;
    write->key = row.key;
    *ret_object = relation.object;
    return STATUS_OK;
}

/* A school that a student has left has no say any more in who sees them today. */
static bool reopens(const struct enrolment_write *write, int32_t today)
{
    return write->stored.period.until < today && write->period.has_until && write->period.period.until >= today;
}

/* The enrolment that is there, if it is, and the facts of a right on it. */
static enum status relate_found(struct scene *scene, struct enrolment_write *write, const struct uuid *id,
                                struct relation *relation)
{
    TRY(enrolment_relate(scene, id, relation, &write->stored, &write->key));
    relation->action = ACTION_CHANGE_ENROLMENT;
    write->found = relation->object.exists;
    write->days = write->stored.period;
    if (write->found && reopens(write, scene->today))
        relation_also(relation, ACTION_REOPEN_ENROLMENT);
    return STATUS_OK;
}

/* An enrolment of the student at the school that shares a day with `days`, other than `but`; STATUS_NOT_FOUND when there is none. */
static enum status find_overlap(struct scene *scene, const struct student_id *student, const struct school_id *school,
                                const struct period *days, const struct uuid *but, struct uuid *ret_id)
{
    const struct sql_enrolment_overlapping_args args = {*student, *school, days->from, days->until, *but};
    struct sql_enrolment_overlapping_row row;

    TRY(sql_enrolment_overlapping(scene->session, &args, &row));
    *ret_id = row.enrolment;
    return STATUS_OK;
}

/* A put may turn out to be about an enrolment that was made here and that no other system has named yet, for one who may change it. */
static enum status try_adopt(struct scene *scene, struct enrolment_write *write, const struct uuid *id,
                             struct relation *relation)
{
    const struct sql_external_id_is_there_args args = {scene->keys->organisation, *id};
    struct sql_external_id_is_there_row named;
    struct relation found;
    struct decision decision;

    TRY(sql_external_id_is_there(scene->session, &args, &named));
    if (write->target.way != TARGET_PUT || write->target.taken || named.there != 0)
        return STATUS_OK;
    TRY(relate_found(scene, write, id, &found));
    TRY(policy_decide(found.action, &scene->actor.policy, &found.object, scene->today, scene->arena, &decision));
    if (decision.verdict != VERDICT_ALLOWED) {
        write->found = false;
        return STATUS_OK;
    }
    target_adopt(&write->target, id);
    *relation = found;
    return STATUS_OK;
}

/* The days of a new one, as far as they make sense: that they do not is told by apply. */
static enum status find_days(struct scene *scene, struct enrolment_write *write, struct relation *relation)
{
    const struct uuid none = {0};
    struct uuid other;

    write->days = (struct period){scene->today, DAY_FOREVER};
    if (write->period.has_from)
        write->days.from = write->period.period.from;
    if (write->period.has_until)
        write->days.until = write->period.period.until;
    if (!write->student_known || !write->school_known || write->days.until < write->days.from)
        return STATUS_OK;
    enum status status = find_overlap(scene, &write->of, &write->at, &write->days, &none, &other);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->overlap = true;
    return try_adopt(scene, write, &other, relation);
}

/* The place is the new school. Until all is well the row stands with the organisation: its student may be no business of that school's. */
static enum status relate_new(struct scene *scene, struct enrolment_write *write, struct relation *relation)
{
    *relation = (struct relation){.action = ACTION_CREATE_ENROLMENT,
                                  .subject = {.object_kind = registry_kind_name(KIND_ENROLMENT)}};
    write->found = false;
    TRY(find_student(scene, write, &relation->object));
    TRY(school_named(scene, &write->school, &write->at, &write->school_known));
    relation->object.n_places = 0;
    if (write->school_known)
        TRY(place_always(scene->arena, &write->at, &relation->object));
    relation->subject.school = (struct maybe_uuid){write->school_known, write->at.uuid};
    relation->subject.at_organisation = true; /* until the student is this school's business */
    relation->subject.student = (struct maybe_uuid){write->student_known, write->of.uuid};
    return find_days(scene, write, relation);
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct enrolment_write *write = input;
    struct target *target = &write->target;
    struct relation relation = {.subject = {.object_kind = registry_kind_name(KIND_ENROLMENT)}};
    struct policy_object ignored;

    write->found = write->student_known = write->school_known = write->overlap = false;
    write->of = (struct student_id){0};
    TRY(target_find(scene, target));
    if (target->exists)
        TRY(relate_found(scene, write, &target->id, &relation));
    TRY(target_conceal(scene, target, ACTION_READ_ENROLMENT, &relation));
    if (!target->exists)
        TRY(relate_new(scene, write, &relation));
    else
        TRY(find_student(scene, write, &ignored));
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

/* An external id is about the student, and sealed with their key. A student that may not be named has none here, and apply refuses. */
static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct enrolment_write *write = input;
    struct target *target = &write->target;
    auto_data_key key = NULL;

    if (target->adopted || (!target->exists && write->student_known))
        TRY(vault_key(vault, &write->key, &key));
    if (!target->exists)
        return target_new(target, keys, key == NULL ? &keys->own_id : &write->key, key == NULL ? keys->own : key,
                          arena);
    target_seen(target, write->stored.version);
    return target->adopted ? target_attach(target, keys, &write->key, key, arena) : STATUS_OK;
}

/* ---- Storing it --------------------------------------------------------------------------------------------------------- */

static enum status say(const struct enrolment_write *write, enum failure_code code, const char *member)
{
    return failure_add(write->failure, FAILURE_IN_BODY, code, member);
}

/* The student of a new one: by number or by id, one of the two. */
static enum status check_student(struct scene *scene, const struct enrolment_write *write)
{
    const bool by_id = reference_given(&write->student);

    if (by_id && write->has_civic_number)
        return say(write, FAILURE_CONFLICT, "/civicNumber");
    if (!by_id && !write->has_civic_number)
        return say(write, FAILURE_REQUIRED, write->target.way == TARGET_PUT ? "/student" : "/studentId");
    if (write->student_known)
        return STATUS_OK;
    return by_id ? reference_failure(scene->arena, &write->student, "student", write->failure)
                 : say(write, FAILURE_REFERENCE, "/civicNumber");
}

/* What a new one lacks, all of it (X3). */
static enum status check_new(struct scene *scene, const struct enrolment_write *write, struct period *ret_period)
{
    const struct period open = {scene->today, DAY_FOREVER};
    enum status student = check_student(scene, write), school = STATUS_OK;
    enum status period = period_apply(&write->period, &open, true, write->failure, ret_period);

    if (!reference_given(&write->school))
        school = say(write, FAILURE_REQUIRED, "/school");
    else if (!write->school_known)
        school = reference_failure(scene->arena, &write->school, "school", write->failure);
    TRY(student);
    TRY(school);
    return period;
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct enrolment_write *write)
{
    struct period period = {0};

    TRY(check_new(scene, write, &period));
    TRY(target_sealed_for(&write->target, &write->key));
    if (write->overlap)
        return STATUS_TAKEN;
    const struct departing thing = {
        .kind = KIND_ENROLMENT, .id = write->target.id, .student = write->of, .school = write->at};
    TRY(departure_bound(scene, tx, &thing, &period, &period));
    const struct sql_enrolment_insert_args args = {write->target.id, write->of, write->at, period.from, period.until};
    TRY(sql_enrolment_insert(tx, &args, NULL));
    TRY(departure_ties_anew(scene, tx, &write->of));
    return target_keep(scene, tx, &write->target);
}

/* Whose it is and where: a put may say it again, but not otherwise. Who may change the enrolment knows whose it is. */
static enum status check_fixed(struct scene *scene, const struct enrolment_write *write)
{
    const bool by_number = !reference_given(&write->student) && write->has_civic_number;
    const bool is_theirs = uuid_equal(&write->of.uuid, &write->stored.student.uuid);
    enum status student = STATUS_OK;
    enum status school = reference_fixed(scene, &write->school, "school", &write->stored.school.uuid, write->failure);

    if (by_number && !is_theirs)
        student = say(write, FAILURE_CONFLICT, "/civicNumber");
    if (reference_given(&write->student) && !is_theirs)
        student = say(write, FAILURE_CONFLICT, write->student.by_id ? "/studentId" : "/student");
    TRY(school);
    return student;
}

static enum status check_days(struct scene *scene, const struct enrolment_write *write, const struct period *period)
{
    struct uuid other;

    if (period->until < period->from)
        return STATUS_OK;
    enum status status =
        find_overlap(scene, &write->stored.student, &write->stored.school, period, &write->target.id, &other);
    if (status == STATUS_OK)
        return STATUS_TAKEN;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct enrolment_write *write,
                                bool *ret_unchanged)
{
    struct departing thing = {.kind = KIND_ENROLMENT,
                              .id = write->target.id,
                              .student = write->stored.student,
                              .school = write->stored.school};
    struct period period = {0};
    bool same = false;
    enum status fixed = check_fixed(scene, write);
    enum status fits = departure_change(scene, &thing, &write->target, &write->period, &write->stored.period,
                                        write->failure, &period, &same);

    TRY(fixed);
    TRY(fits);
    *ret_unchanged = same && !write->target.adopted;
    if (*ret_unchanged)
        return STATUS_OK;
    TRY(departure_bound(scene, tx, &thing, &period, &period));
    TRY(check_days(scene, write, &period));
    const struct sql_enrolment_update_args args = {write->target.id, period.from, period.until,
                                                   write->stored.version + 1};
    TRY(sql_enrolment_update(tx, &args, NULL));
    TRY(departure_ties_anew(scene, tx, &write->stored.student));
    if (!write->target.adopted)
        return STATUS_OK;
    TRY(target_sealed_for(&write->target, &write->key));
    return target_keep(scene, tx, &write->target);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct enrolment_write *write = input;
    const struct target *target = &write->target;
    bool unchanged = false;

    assert(grant_action(grant) == relation->action);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write, &unchanged) : apply_new(scene, tx, write));
    TRY(records_bounded(scene, KIND_ENROLMENT, target->exists ? &write->stored.student.uuid : &write->of.uuid,
                        "/student", write->failure));
    relation->subject.at_organisation = false; /* nothing refuses it any more */
    *ret_receipt = target_receipt(target, unchanged);
    return STATUS_OK;
}

const struct write_case enrolment_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall};
