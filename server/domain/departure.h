/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * departure.h: a student leaves a school (S5, S6). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_DEPARTURE_H
#define TRYGG_DOMAIN_DEPARTURE_H

#include "domain/personsak.h"
#include "domain/record.h"
#include "domain/student_name.h"

/* Stored as these numbers (schema/migrations): never renumber. */
enum departure_state { DEPARTURE_PENDING = 0, DEPARTURE_COMPLETED = 1, DEPARTURE_WITHDRAWN = 2, DEPARTURE_STATES };

/* The words of the contract: "pending" … */
const char *departure_state_name(enum departure_state state);
must_check enum status departure_state_parse(const char *name, enum departure_state *ret_state);

/* Personsaker that keep it from completing, the oldest first; no more than these are told. */
enum { DEPARTURE_MAX_DUE = 500 };
struct departure_due {
    struct personsak_id *personsaker;
    size_t n;
};

struct departure {
    struct uuid id;
    int64_t version;
    struct school_id school;
    struct student_name student;
    const char *kind; /* a word of the contract */
    int32_t last_day; /* at the school */
    enum departure_state state;
    int64_t recorded_at; /* ms */
    struct maybe_int ended_at;
    const char *ground;
    unsigned shows;           /* SHOW_DUE: */
    struct departure_due due; /* of a pending one */

    /* As fetched, until the column is opened. */
    struct key_id key;
    struct sealed sealed_kind;
};

/* Filters of the page: ids[0] the school, ids[1] the student, numbers[0] the state. */
enum { DEPARTURE_LIST_BY_SCHOOL = 1 << 0, DEPARTURE_LIST_BY_STUDENT = 1 << 1, DEPARTURE_LIST_BY_STATE = 1 << 2 };
extern const struct record_kind departure_kind;

/* The facts of a right on a departure, and the subject of its row. One that is not there is no error: the relation then says so, and
 * ret_departure is not written. */
must_check enum status departure_relate(struct scene *scene, enum action action, const struct uuid *id,
                                        struct relation *ret_relation, struct departure *ret_departure);

must_check enum status departure_find_due(struct scene *scene, const struct student_id *student,
                                          const struct school_id *school, struct departure_due *ret_due);

/* Records one, and ends what it ends. STATUS_TAKEN: there is one that is pending. */
struct departure_record {
    struct student_id student;
    struct school_id school;
    const char *kind;
    int32_t last_day;
    struct failure *failure; /* takes a school that the student does not go to */

    const struct sql_student_by_id_row *row; /* by relate */
    struct uuid id;                          /* by prepare, with what follows */
    struct key_id key;
    struct sealed sealed_kind;
};
extern const struct write_case departure_record_case;

/* Takes a pending one back, and gives back what it ended, where nobody has changed that since. STATUS_DEPARTURE_OVER: it is not pending;
 * STATUS_LIMIT_REACHED: the student has so much else by now that it does not all go together. */
struct departure_withdraw {
    struct uuid id;
    struct departure stored; /* by relate */
};
extern const struct write_case departure_withdraw_case;

/* Completes a pending one. STATUS_DEPARTURE_DUE: personsaker are open. */
struct departure_complete {
    struct uuid id;
    struct departure stored;  /* by relate */
    struct departure_due due; /* out: those, with STATUS_DEPARTURE_DUE */
};
extern const struct write_case departure_complete_case;

#endif
