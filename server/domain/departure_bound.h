/* SPDX-License-Identifier: EUPL-1.2 */
/* departure_bound.h: what ends with which departure of the student's, and when (S6). Private to domain/. */
#ifndef TRYGG_DOMAIN_DEPARTURE_BOUND_H
#define TRYGG_DOMAIN_DEPARTURE_BOUND_H

#include "domain/registry.h"

struct departure_days {
    struct uuid departure;
    struct student_id student;
    struct school_id school;
    int32_t last_day;
};

/* What a student has that may end with a departure. */
struct departing {
    enum registry_kind kind; /* KIND_ENROLMENT, KIND_TIE or KIND_GROUP_MEMBER */
    struct uuid id;
    struct student_id student;
    struct school_id school; /* of an enrolment, or of the group */
    struct person_id person; /* of a tie */
    enum tie_kind tie;       /* a guardian's stays */
    bool
        was_there; /* when the departure was recorded: if it is to begin after the last day, it does not. What is made since is a return */
};

/* What ended before this day, which is the last one, stays as it was. */
int32_t departure_last_kept(const struct scene *scene, const struct departure_days *days);

/* The last day of what ends: the student's at the school, or the day before it was to begin. */
int64_t departure_end_of(int64_t from_day, int32_t last_day);

/* Writes down until when what the departure ends would have lasted. */
must_check enum status departure_note(struct tx *tx, const struct departure_days *days, enum registry_kind kind,
                                      const struct uuid *id, int64_t until_day);

/* The other schools that the student goes to after the last day. */
struct departure_others {
    struct school_id *ids;
    size_t n;
};
must_check enum status departure_find_others(struct scene *scene, const struct departure_days *days,
                                             struct departure_others *ret_others);

/* Whether a tie of staff with this person ends with the departure (G1). */
must_check enum status departure_takes_tie(struct scene *scene, const struct departure_days *days,
                                           const struct departure_others *others, const struct person_id *person,
                                           bool *ret_takes);

/* The departures of a student that are not withdrawn and whose last day is not over; those that are pending, of any day. */
struct departures {
    struct departure_days *all;
    size_t n;
};
must_check enum status departures_to_come(struct scene *scene, const struct student_id *student,
                                          struct departures *ret_departures);
must_check enum status departures_to_come_or_pending(struct scene *scene, const struct student_id *student,
                                                     struct departures *ret_departures);

/* The days that something has beside these departures, and which of them ends it: NULL, and all its days, when none does. */
must_check enum status departure_first(struct scene *scene, const struct departures *departures,
                                       const struct departing *thing, const struct period *wanted,
                                       struct period *ret_period, const struct departure_days **ret_first);

/* Notes that this departure, or none (NULL), ends it before `until_day`, in place of what those to come have noted of it. */
must_check enum status departure_note_anew(struct scene *scene, struct tx *tx, const struct departing *thing,
                                           const struct departure_days *first, int64_t until_day);

/* Both, beside all departures to come, for what is about to be written. ret_period may be `asked`. */
must_check enum status departure_bound(struct scene *scene, struct tx *tx, const struct departing *thing,
                                       const struct period *asked, struct period *ret_period);

/* The days that were asked for of what has these: more than it has, where a departure ends it whose last day is `since` or later. */
must_check enum status departure_asked(struct scene *scene, const struct departing *thing, int32_t since,
                                       const struct period *stored, struct period *ret_asked);

/* What a change asks for of what has these days, and whether it asks for nothing new: it is told of the days that were asked for, as long as
 * a departure that ends them is to come. What is put says the same again and again, and that is nothing new after the last day either.
 * Sets thing->was_there. STATUS_INVALID as period_apply. */
must_check enum status departure_change(struct scene *scene, struct departing *thing, const struct target *target,
                                        const struct period_change *change, const struct period *stored,
                                        struct failure *failure, struct period *ret_asked, bool *ret_same);

/* Decides anew which ties of staff end with which departure to come: what they rest on has changed (G1). */
must_check enum status departure_ties_anew(struct scene *scene, struct tx *tx, const struct student_id *student);

#endif
