/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departure_bound.c: which departure ends what, on which day, and what is noted of it (S6).
 * May not touch what ends: its caller writes it.
 * Always: of several departures the one that ends a thing first notes it, and what is noted is what was asked for.
 */
#include "domain/departure_bound.h"

#include "domain/actor.h"
#include "domain/stored.h"
#include "statements.gen.h"

int32_t departure_last_kept(const struct scene *scene, const struct departure_days *days)
{
    return days->last_day >= scene->today ? days->last_day : scene->today - 1;
}

int64_t departure_end_of(int64_t from_day, int32_t last_day)
{
    return from_day > last_day ? from_day - 1 : last_day;
}

enum status departure_note(struct tx *tx, const struct departure_days *days, enum registry_kind kind,
                           const struct uuid *id, int64_t until_day)
{
    const struct sql_departure_ended_insert_args args = {days->departure, registry_kind_name(kind), *id, until_day};

    return sql_departure_ended_insert(tx, &args, NULL);
}

/* ---- What a tie rests on (G1) ------------------------------------------------------------------------------------------- */

enum status departure_find_others(struct scene *scene, const struct departure_days *days,
                                  struct departure_others *ret_others)
{
    const struct sql_enrolments_beyond_args args = {days->student, departure_last_kept(scene, days)};
    struct sql_enrolments_beyond_row *rows = NULL;
    struct departure_others others = {0};
    size_t n = 0;

    TRY(sql_enrolments_beyond(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    others.ids = arena_array(scene->arena, n, sizeof *others.ids);
    if (others.ids == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!uuid_equal(&rows[i].school.uuid, &days->school.uuid))
            others.ids[others.n++] = rows[i].school;
    *ret_others = others;
    return STATUS_OK;
}

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
enum status departure_takes_tie(struct scene *scene, const struct departure_days *days,
                                const struct departure_others *others, const struct person_id *person, bool *ret_takes)
{
    struct policy_actor of_tie = {.known = true};

    if (others->n == 0) {
        *ret_takes = true;
        return STATUS_OK;
    }
    TRY(actor_memberships(scene->session, &scene->keys->organisation, person, scene->today, &of_tie));
    bool here = is_staff_after(&of_tie, &days->school, scene->today - 1);
    for (size_t i = 0; i < others->n; i++)
        here = here && !is_staff_after(&of_tie, &others->ids[i], departure_last_kept(scene, days));
    *ret_takes = here;
    return STATUS_OK;
}

/* ---- Departures of a student -------------------------------------------------------------------------------------------- */

static enum status find_departures(struct scene *scene, const struct student_id *student, int32_t pending_since,
                                   struct departures *ret_departures)
{
    const struct sql_departures_ending_args args = {*student, scene->today, pending_since, STORED_MAX_RECORDS};
    struct sql_departures_ending_row *rows = NULL;
    struct period last;
    size_t n = 0;

    TRY(sql_departures_ending(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    struct departure_days *all = arena_array(scene->arena, n, sizeof *all);
    if (all == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        TRY(stored_period(rows[i].last_day, rows[i].last_day, &last));
        all[i] = (struct departure_days){rows[i].departure, *student, rows[i].school, last.until};
    }
    *ret_departures = (struct departures){all, n};
    return STATUS_OK;
}

enum status departures_to_come(struct scene *scene, const struct student_id *student, struct departures *ret_departures)
{
    return find_departures(scene, student, scene->today, ret_departures);
}

enum status departures_to_come_or_pending(struct scene *scene, const struct student_id *student,
                                          struct departures *ret_departures)
{
    return find_departures(scene, student, DAY_ALWAYS, ret_departures);
}

/* ---- What ends with them ------------------------------------------------------------------------------------------------ */

static enum status takes(struct scene *scene, const struct departure_days *days, const struct departing *thing,
                         bool *ret_takes)
{
    struct departure_others others;

    *ret_takes =
        thing->kind == KIND_TIE ? thing->tie != TIE_GUARDIAN : uuid_equal(&thing->school.uuid, &days->school.uuid);
    if (thing->kind != KIND_TIE || !*ret_takes)
        return STATUS_OK;
    TRY(departure_find_others(scene, days, &others));
    return departure_takes_tie(scene, days, &others, &thing->person, ret_takes);
}

/* What begins when the student has left has been made anew, unless it was there before. Ids of version 7 are in the order in which they were made. */
static bool lasts_beyond(const struct scene *scene, const struct departure_days *days, const struct departing *thing,
                         const struct period *period)
{
    const bool is_younger = uuid_compare(&thing->id, &days->departure) > 0;
    const bool may_be_anew = days->last_day < scene->today || !thing->was_there || is_younger;

    return period->from <= period->until && period->until > departure_last_kept(scene, days) &&
           !(may_be_anew && period->from > days->last_day);
}

enum status departure_first(struct scene *scene, const struct departures *departures, const struct departing *thing,
                            const struct period *wanted, struct period *ret_period,
                            const struct departure_days **ret_first)
{
    const struct departure_days *first = NULL;
    struct period period = *wanted;

    for (size_t i = 0; i < departures->n; i++) {
        const struct departure_days *days = &departures->all[i];
        bool here = false;
        if (!lasts_beyond(scene, days, thing, &period))
            continue;
        TRY(takes(scene, days, thing, &here));
        if (!here)
            continue;
        first = days;
        period.until = (int32_t)departure_end_of(period.from, days->last_day);
    }
    *ret_period = period;
    *ret_first = first;
    return STATUS_OK;
}

enum status departure_note_anew(struct scene *scene, struct tx *tx, const struct departing *thing,
                                const struct departure_days *first, int64_t until_day)
{
    const struct sql_departure_ended_drop_args args = {thing->student, thing->id, scene->today};

    TRY(sql_departure_ended_drop(tx, &args, NULL));
    return first == NULL ? STATUS_OK : departure_note(tx, first, thing->kind, &thing->id, until_day);
}

enum status departure_bound(struct scene *scene, struct tx *tx, const struct departing *thing,
                            const struct period *asked, struct period *ret_period)
{
    const struct departure_days *first = NULL;
    const int32_t until = asked->until;
    struct departures departures;

    TRY(departures_to_come(scene, &thing->student, &departures));
    if (departures.n == 0) {
        *ret_period = *asked;
        return STATUS_OK;
    }
    TRY(departure_first(scene, &departures, thing, asked, ret_period, &first));
    return departure_note_anew(scene, tx, thing, first, until);
}

enum status departure_asked(struct scene *scene, const struct departing *thing, int32_t since,
                            const struct period *stored, struct period *ret_asked)
{
    const struct sql_departure_asked_args args = {thing->student, thing->id, stored->from, stored->until, since};
    struct sql_departure_asked_row row;
    enum status status = sql_departure_asked(scene->session, &args, &row);

    if (status == STATUS_NOT_FOUND) {
        *ret_asked = *stored;
        return STATUS_OK;
    }
    TRY(status);
    return stored_period(stored->from, row.until_day, ret_asked);
}

static bool are_same(const struct period *a, const struct period *b)
{
    return a->from == b->from && a->until == b->until;
}

/* Whether it says what was asked for before, as far as it says anything. */
static bool says_again(const struct period_change *change, const struct period *asked)
{
    return (!change->has_from || change->period.from == asked->from) &&
           (!change->has_until || change->period.until == asked->until);
}

enum status departure_change(struct scene *scene, struct departing *thing, const struct target *target,
                             const struct period_change *change, const struct period *stored, struct failure *failure,
                             struct period *ret_asked, bool *ret_same)
{
    struct period before, ever, asked;

    TRY(departure_asked(scene, thing, scene->today, stored, &before));
    TRY(period_apply(change, &before, false, failure, &asked));
    thing->was_there = !are_same(&before, stored) && asked.from == before.from; /* moved since, it is a return */
    *ret_same = are_same(&asked, &before);
    *ret_asked = asked;
    if (*ret_same || target->way != TARGET_PUT)
        return STATUS_OK;
    TRY(departure_asked(scene, thing, DAY_ALWAYS, stored, &ever));
    *ret_same = says_again(change, &ever);
    if (*ret_same)
        *ret_asked = before;
    else if (change->has_until && change->period.until == ever.until && before.from <= before.until &&
             asked.from <= before.until)
        ret_asked->until = before.until; /* another first day brings nothing back that has ended */
    return STATUS_OK;
}

/* ---- Ties, when where the student goes has changed ---------------------------------------------------------------------- */

/* Whether the days that it would last longer are another tie's by now. */
static enum status is_made_anew(struct scene *scene, const struct student_id *student,
                                const struct sql_ties_resting_row *row, const struct period *period, bool *ret_is)
{
    const struct sql_tie_made_anew_args longer = {.student = *student,
                                                  .person = row->person,
                                                  .kind = row->kind,
                                                  .source = row->source,
                                                  .from_day = row->until_day + 1,
                                                  .until_day = period->until};
    struct sql_tie_made_anew_row other = {0};

    if (period->until > row->until_day)
        TRY(sql_tie_made_anew(scene->session, &longer, &other));
    *ret_is = other.there;
    return STATUS_OK;
}

static enum status tie_anew(struct scene *scene, struct tx *tx, const struct departures *departures,
                            const struct student_id *student, const struct sql_ties_resting_row *row)
{
    struct departing thing = {.kind = KIND_TIE, .id = row->tie, .student = *student, .person = row->person};
    const struct departure_days *first = NULL;
    struct period stored, asked, period;
    bool is_taken = false;

    TRY(stored_tie_kind(row->kind, &thing.tie));
    TRY(stored_period(row->from_day, row->until_day, &stored));
    TRY(departure_asked(scene, &thing, scene->today, &stored, &asked));
    thing.was_there = !are_same(&asked, &stored);
    TRY(departure_first(scene, departures, &thing, &asked, &period, &first));
    if (are_same(&period, &stored))
        return STATUS_OK;
    TRY(is_made_anew(scene, student, row, &period, &is_taken));
    if (is_taken)
        return STATUS_OK;
    TRY(departure_note_anew(scene, tx, &thing, first, asked.until));
    const struct sql_tie_update_args args = {row->tie, period.from, period.until, row->version + 1};
    return sql_tie_update(tx, &args, NULL);
}

enum status departure_ties_anew(struct scene *scene, struct tx *tx, const struct student_id *student)
{
    const struct sql_ties_resting_args args = {*student, scene->today, TIE_GUARDIAN};
    struct sql_ties_resting_row *rows = NULL;
    struct departures departures;
    size_t n = 0;

    TRY(departures_to_come(scene, student, &departures));
    if (departures.n == 0)
        return STATUS_OK;
    TRY(sql_ties_resting(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(tie_anew(scene, tx, &departures, student, &rows[i]));
    return STATUS_OK;
}
