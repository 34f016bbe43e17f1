/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departure_ends.c: enrolments, ties and places in groups ending with a departure, and coming back when it is withdrawn (S6).
 * May not touch ties of guardians, other schools' enrolments and groups, nor ties of staff that rest on another school of the student's.
 * Always: what begins after the last day at the school never begins; what is given back is as it was, as far as no other departure of the
 * student's ends it, and nobody's change is lost.
 */
#include "domain/departure_ends.h"

#include "domain/registry.h"
#include "domain/stored.h"
#include "statements.gen.h"

/* So many may a student have of each that still holds. */
enum { MAX_ENDED = STORED_MAX_RECORDS };

/* What was asked for, though another departure ends it already. */
static enum status note_asked(struct scene *scene, struct tx *tx, const struct departure_days *days,
                              enum registry_kind kind, const struct uuid *id, int64_t from_day, int64_t until_day)
{
    const struct departing thing = {.kind = kind, .id = *id, .student = days->student};
    struct period stored, asked;

    TRY(stored_period(from_day, until_day, &stored));
    TRY(departure_asked(scene, &thing, scene->today, &stored, &asked));
    return departure_note_anew(scene, tx, &thing, days, asked.until);
}

/* ---- What ends ---------------------------------------------------------------------------------------------------------- */

static enum status end_enrolment(struct scene *scene, struct tx *tx, const struct departure_days *days,
                                 const struct sql_enrolments_beyond_row *row)
{
    const struct sql_enrolment_update_args args = {row->enrolment, row->from_day,
                                                   departure_end_of(row->from_day, days->last_day), row->version + 1};

    TRY(note_asked(scene, tx, days, KIND_ENROLMENT, &row->enrolment, row->from_day, row->until_day));
    return sql_enrolment_update(tx, &args, NULL);
}

static enum status end_enrolments(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    const struct sql_enrolments_beyond_args args = {days->student, departure_last_kept(scene, days)};
    struct sql_enrolments_beyond_row *rows = NULL;
    size_t n = 0;

    TRY(sql_enrolments_beyond(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&rows[i].school.uuid, &days->school.uuid))
            TRY(end_enrolment(scene, tx, days, &rows[i]));
    return STATUS_OK;
}

static enum status end_tie(struct scene *scene, struct tx *tx, const struct departure_days *days,
                           const struct sql_ties_beyond_row *row)
{
    const struct sql_tie_update_args args = {row->tie, row->from_day, departure_end_of(row->from_day, days->last_day),
                                             row->version + 1};

    TRY(note_asked(scene, tx, days, KIND_TIE, &row->tie, row->from_day, row->until_day));
    return sql_tie_update(tx, &args, NULL);
}

static enum status end_ties(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    const struct sql_ties_beyond_args args = {days->student, departure_last_kept(scene, days), TIE_GUARDIAN};
    struct departure_others others;
    struct sql_ties_beyond_row *rows = NULL;
    size_t n = 0;

    TRY(departure_find_others(scene, days, &others));
    TRY(sql_ties_beyond(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool here = false;
        TRY(departure_takes_tie(scene, days, &others, &rows[i].person, &here));
        if (here)
            TRY(end_tie(scene, tx, days, &rows[i]));
    }
    return STATUS_OK;
}

static enum status end_member(struct scene *scene, struct tx *tx, const struct departure_days *days,
                              const struct sql_group_members_beyond_row *row)
{
    const struct sql_group_member_update_args args = {
        row->member, row->from_day, departure_end_of(row->from_day, days->last_day), row->version + 1};

    TRY(note_asked(scene, tx, days, KIND_GROUP_MEMBER, &row->member, row->from_day, row->until_day));
    return sql_group_member_update(tx, &args, NULL);
}

static enum status end_members(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    const struct sql_group_members_beyond_args args = {days->student, days->school, departure_last_kept(scene, days)};
    struct sql_group_members_beyond_row *rows = NULL;
    size_t n = 0;

    TRY(sql_group_members_beyond(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(end_member(scene, tx, days, &rows[i]));
    return STATUS_OK;
}

enum status departure_ends_store(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    TRY(end_enrolments(scene, tx, days));
    TRY(end_ties(scene, tx, days));
    TRY(departure_ties_anew(scene, tx, &days->student));
    return end_members(scene, tx, days);
}

/* ---- Giving back -------------------------------------------------------------------------------------------------------- */

/* Unless the student has been enrolled there anew. */
static enum status restore_enrolment(struct scene *scene, struct tx *tx, const struct departure_days *days,
                                     const struct sql_enrolments_ended_row *row)
{
    const struct sql_enrolment_overlapping_args same = {days->student, row->school, row->from_day, row->before,
                                                        row->enrolment};
    const struct departing enrolment = {.kind = KIND_ENROLMENT,
                                        .id = row->enrolment,
                                        .student = days->student,
                                        .school = row->school,
                                        .was_there = true};
    struct sql_enrolment_overlapping_row other;
    struct period period;
    enum status status = sql_enrolment_overlapping(scene->session, &same, &other);

    if (status != STATUS_NOT_FOUND)
        return status;
    TRY(stored_period(row->from_day, row->before, &period));
    TRY(departure_bound(scene, tx, &enrolment, &period, &period));
    const struct sql_enrolment_update_args args = {row->enrolment, period.from, period.until, row->version + 1};
    return sql_enrolment_update(tx, &args, NULL);
}

/* Unless the same has been made anew. */
static enum status restore_tie(struct scene *scene, struct tx *tx, const struct departure_days *days,
                               const struct sql_ties_ended_row *row)
{
    const struct sql_tie_made_anew_args same = {
        .departure = days->departure,
        .student = days->student,
        .person = row->person,
        .kind = row->kind,
        .source = row->source,
        .from_day = departure_end_of(row->from_day, days->last_day) + 1,
        .until_day = row->before,
    };
    const struct departing tie = {.kind = KIND_TIE,
                                  .id = row->tie,
                                  .student = days->student,
                                  .person = row->person,
                                  .tie = (enum tie_kind)row->kind,
                                  .was_there = true};
    struct sql_tie_made_anew_row other;
    struct period period;

    TRY(sql_tie_made_anew(scene->session, &same, &other));
    if (other.there)
        return STATUS_OK;
    TRY(stored_period(row->from_day, row->before, &period));
    TRY(departure_bound(scene, tx, &tie, &period, &period));
    const struct sql_tie_update_args args = {row->tie, period.from, period.until, row->version + 1};
    return sql_tie_update(tx, &args, NULL);
}

/* Unless the student has been put there anew. */
static enum status restore_member(struct scene *scene, struct tx *tx, const struct departure_days *days,
                                  const struct sql_group_members_ended_row *row)
{
    const struct sql_group_member_made_anew_args same = {
        .departure = days->departure,
        .student = days->student,
        .group = row->group,
        .from_day = departure_end_of(row->from_day, days->last_day) + 1,
        .until_day = row->before,
    };
    const struct departing member = {.kind = KIND_GROUP_MEMBER,
                                     .id = row->member,
                                     .student = days->student,
                                     .school = row->school,
                                     .was_there = true};
    struct sql_group_member_made_anew_row other;
    struct period period;

    TRY(sql_group_member_made_anew(scene->session, &same, &other));
    if (other.there)
        return STATUS_OK;
    TRY(stored_period(row->from_day, row->before, &period));
    TRY(departure_bound(scene, tx, &member, &period, &period));
    const struct sql_group_member_update_args args = {row->member, period.from, period.until, row->version + 1};
    return sql_group_member_update(tx, &args, NULL);
}

static enum status restore_enrolments(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    const struct sql_enrolments_ended_args args = {days->departure, days->last_day};
    struct sql_enrolments_ended_row *rows = NULL;
    size_t n = 0;

    TRY(sql_enrolments_ended(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(restore_enrolment(scene, tx, days, &rows[i]));
    return STATUS_OK;
}

static enum status restore_ties(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    const struct sql_ties_ended_args args = {days->departure, days->last_day};
    struct sql_ties_ended_row *rows = NULL;
    size_t n = 0;

    TRY(sql_ties_ended(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(restore_tie(scene, tx, days, &rows[i]));
    return STATUS_OK;
}

static enum status restore_members(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    const struct sql_group_members_ended_args args = {days->departure, days->last_day};
    struct sql_group_members_ended_row *rows = NULL;
    size_t n = 0;

    TRY(sql_group_members_ended(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(restore_member(scene, tx, days, &rows[i]));
    return STATUS_OK;
}

enum status departure_ends_undo(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    static const enum registry_kind bounded[] = {KIND_ENROLMENT, KIND_TIE, KIND_GROUP_MEMBER};
    struct failure ignored = {.n = 0};

    TRY(restore_enrolments(scene, tx, days));
    TRY(restore_ties(scene, tx, days));
    TRY(departure_ties_anew(scene, tx, &days->student));
    TRY(restore_members(scene, tx, days));
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        enum status status = records_bounded(scene, bounded[i], &days->student.uuid, "/", &ignored);
        if (status != STATUS_OK)
            return status == STATUS_INVALID ? STATUS_LIMIT_REACHED : status;
    }
    return STATUS_OK;
}
