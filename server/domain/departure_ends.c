/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departure_ends.c: enrolments and ties ending with a departure, and coming back when it is withdrawn (S6).
 * May not touch ties of guardians, other schools' enrolments, nor ties of staff that rest on another school of the student's.
 * Always: what begins after the last day at the school never begins; what is given back is as it was, and nobody's change is lost.
 */
#include "domain/departure_ends.h"

#include "domain/registry.h"
#include "domain/stored.h"
#include "statements.gen.h"

/* So many may a student have of each that still holds. */
enum { MAX_ENDED = STORED_MAX_RECORDS };

/* ---- What ends ---------------------------------------------------------------------------------------------------------- */

/* What ended before today stays as it was. */
static int32_t last_kept(const struct scene *scene, const struct departure_days *days)
{
    return days->last_day >= scene->today ? days->last_day : scene->today - 1;
}

/* The last day of what ends: the student's at the school, or the day before it was to begin. */
static int64_t ends_on(int64_t from_day, int32_t last_day)
{
    return from_day > last_day ? from_day - 1 : last_day;
}

static enum status note(struct tx *tx, const struct departure_days *days, const char *kind, const struct uuid *record,
                        int64_t until_day)
{
    const struct sql_departure_ended_insert_args args = {days->departure, kind, *record, until_day};

    return sql_departure_ended_insert(tx, &args, NULL);
}

static enum status end_enrolment(struct tx *tx, const struct departure_days *days,
                                 const struct sql_enrolments_beyond_row *row)
{
    const struct sql_enrolment_update_args args = {row->enrolment, row->from_day,
                                                   ends_on(row->from_day, days->last_day), row->version + 1};

    TRY(note(tx, days, registry_kind_name(KIND_ENROLMENT), &row->enrolment, row->until_day));
    return sql_enrolment_update(tx, &args, NULL);
}

static enum status end_tie(struct tx *tx, const struct departure_days *days, const struct sql_ties_beyond_row *row)
{
    const struct sql_tie_update_args args = {row->tie, row->from_day, ends_on(row->from_day, days->last_day),
                                             row->version + 1};

    TRY(note(tx, days, registry_kind_name(KIND_TIE), &row->tie, row->until_day));
    return sql_tie_update(tx, &args, NULL);
}

/* The other schools that the student goes to after the last day. */
struct other_schools {
    struct school_id *ids;
    size_t n;
};

static enum status end_enrolments(struct scene *scene, struct tx *tx, const struct departure_days *days,
                                  struct other_schools *ret_others)
{
    struct sql_enrolments_beyond_row *rows = NULL;
    struct other_schools others = {0};
    size_t n = 0;

    TRY(sql_enrolments_beyond(scene->session,
                              &(struct sql_enrolments_beyond_args){days->student, last_kept(scene, days)}, MAX_ENDED,
                              &rows, &n));
    others.ids = arena_array(scene->arena, n, sizeof *others.ids);
    if (others.ids == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        if (uuid_equal(&rows[i].school.uuid, &days->school.uuid))
            TRY(end_enrolment(tx, days, &rows[i]));
        else
            others.ids[others.n++] = rows[i].school;
    }
    *ret_others = others;
    return STATUS_OK;
}

/* ---- What a tie rests on (G1) ------------------------------------------------------------------------------------------- */

/* Whether the person is of staff at this school after that day, or will be. */
static bool is_staff_after(const struct policy_actor *person, const struct school_id *school, int32_t day)
{
    for (size_t i = 0; i < person->n_memberships; i++) {
        const int32_t from = person->memberships[i].period.from;
        if (policy_is_staff_at(person, school, from > day ? from : day + 1))
            return true;
    }
    return false;
}

/* A tie ends with the last school of the student's. Where they go to another, it ends if its person works at the school that they leave,
 * and not at the other: one who works at neither may be about to begin there. */
static enum status rests_here(struct scene *scene, const struct departure_days *days,
                              const struct other_schools *others, const struct person_id *person, bool *ret_here)
{
    struct policy_actor of_tie = {.known = true};

    if (others->n == 0) {
        *ret_here = true;
        return STATUS_OK;
    }
    TRY(actor_memberships(scene->session, &scene->keys->organisation, person, scene->today, &of_tie));
    bool here = is_staff_after(&of_tie, &days->school, scene->today - 1);
    for (size_t i = 0; i < others->n; i++)
        here = here && !is_staff_after(&of_tie, &others->ids[i], last_kept(scene, days));
    *ret_here = here;
    return STATUS_OK;
}

static enum status end_ties(struct scene *scene, struct tx *tx, const struct departure_days *days,
                            const struct other_schools *others)
{
    const struct sql_ties_beyond_args args = {days->student, last_kept(scene, days), TIE_GUARDIAN};
    struct sql_ties_beyond_row *rows = NULL;
    size_t n = 0;

    TRY(sql_ties_beyond(scene->session, &args, MAX_ENDED, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool here = false;
        TRY(rests_here(scene, days, others, &rows[i].person, &here));
        if (here)
            TRY(end_tie(tx, days, &rows[i]));
    }
    return STATUS_OK;
}

enum status departure_ends_store(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    struct other_schools others;

    TRY(end_enrolments(scene, tx, days, &others));
    return end_ties(scene, tx, days, &others);
}

/* ---- Giving back -------------------------------------------------------------------------------------------------------- */

/* Unless the student has been enrolled there anew. */
static enum status restore_enrolment(struct scene *scene, struct tx *tx, const struct departure_days *days,
                                     const struct sql_enrolments_ended_row *row)
{
    const struct sql_enrolment_overlapping_args same = {days->student, row->school, row->from_day, row->before,
                                                        row->enrolment};
    const struct sql_enrolment_update_args args = {row->enrolment, row->from_day, row->before, row->version + 1};
    struct sql_enrolment_overlapping_row other;
    enum status status = sql_enrolment_overlapping(scene->session, &same, &other);

    if (status != STATUS_NOT_FOUND)
        return status;
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
        .from_day = ends_on(row->from_day, days->last_day) + 1,
        .until_day = row->before,
    };
    const struct sql_tie_update_args args = {row->tie, row->from_day, row->before, row->version + 1};
    struct sql_tie_made_anew_row other;

    TRY(sql_tie_made_anew(scene->session, &same, &other));
    return other.there ? STATUS_OK : sql_tie_update(tx, &args, NULL);
}

static enum status restore_all(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    struct sql_enrolments_ended_row *enrolments = NULL;
    struct sql_ties_ended_row *ties = NULL;
    size_t n_enrolments = 0, n_ties = 0;

    TRY(sql_enrolments_ended(scene->session, &(struct sql_enrolments_ended_args){days->departure, days->last_day},
                             MAX_ENDED, &enrolments, &n_enrolments));
    for (size_t i = 0; i < n_enrolments; i++)
        TRY(restore_enrolment(scene, tx, days, &enrolments[i]));
    TRY(sql_ties_ended(scene->session, &(struct sql_ties_ended_args){days->departure, days->last_day}, MAX_ENDED, &ties,
                       &n_ties));
    for (size_t i = 0; i < n_ties; i++)
        TRY(restore_tie(scene, tx, days, &ties[i]));
    return STATUS_OK;
}

enum status departure_ends_undo(struct scene *scene, struct tx *tx, const struct departure_days *days)
{
    static const enum registry_kind bounded[] = {KIND_ENROLMENT, KIND_TIE};
    struct failure ignored = {.n = 0};

    TRY(restore_all(scene, tx, days));
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        enum status status = records_bounded(scene, bounded[i], &days->student.uuid, "/", &ignored);
        if (status != STATUS_OK)
            return status == STATUS_INVALID ? STATUS_LIMIT_REACHED : status;
    }
    return STATUS_OK;
}
