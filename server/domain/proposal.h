/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal.h: proposing a personsak, and what became of it (P1). Sealed with the student's key: there is no personsak yet. Inputs are filled
 * in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_PROPOSAL_H
#define TRYGG_DOMAIN_PROPOSAL_H

#include "domain/person_name.h"
#include "domain/personsak_open.h"
#include "domain/record.h"
#include "domain/student_name.h"

/* Stored as these numbers: never renumber. */
enum proposal_state { PROPOSAL_WAITING, PROPOSAL_ACCEPTED, PROPOSAL_DECLINED, PROPOSAL_STATES };

struct proposal {
    struct uuid id;
    int64_t version;
    const char *ground;
    unsigned shows; /* SHOW_PERSONSAK: what it became */
    struct school_id school;
    struct student_name student;
    const char *sakstype;
    const char *why;
    struct person_id proposer;
    int64_t proposed_at; /* ms */
    enum proposal_state state;
    struct maybe_int decided_at; /* ms */
    struct maybe_uuid decided_by;
    struct maybe_uuid personsak; /* that it became */
    const char *answer;          /* why it was declined */
    struct person_names names;

    struct key_id key; /* as fetched */
    struct sealed sealed_sakstype, sealed_why, sealed_answer;
};

/* Filters of the page: ids[0] the school, ids[1] the student, numbers[0] the state. */
enum { PROPOSAL_LIST_BY_SCHOOL = 1 << 0, PROPOSAL_LIST_BY_STUDENT = 1 << 1, PROPOSAL_LIST_BY_STATE = 1 << PAGE_IDS };
extern const struct record_kind proposal_kind;

/* The facts of a right on this proposal, and the subject of its row. One that is not there is no error: the relation then says so, and
 * ret_row is not written. */
struct sql_proposal_by_id_row;
must_check enum status proposal_relate(struct scene *scene, enum action action, const struct uuid *id,
                                       struct relation *ret_relation, struct sql_proposal_by_id_row *ret_row);

/* Makes one. */
struct proposal_create {
    struct student_id student;
    struct school_id school;
    const char *sakstype;
    const char *why;
    struct failure *failure; /* takes a code that cannot be used */

    struct student_id of; /* by relate, with what follows: the student, or the one that a double turned out to be */
    struct key_id of_key;
    struct uuid id; /* by prepare, with what follows */
    struct key_id key;
    struct sealed sealed_sakstype, sealed_why;
};
extern const struct write_case proposal_create_case;

/* Opens the personsak (P2). A sakstype that is not given is the proposal's. STATUS_PROPOSAL_DECIDED. */
struct proposal_accept {
    struct uuid id;
    struct personsak_new new;

    const struct sql_proposal_by_id_row *row; /* by relate */
};
extern const struct write_case proposal_accept_case;

/* STATUS_PROPOSAL_DECIDED. */
struct proposal_decline {
    struct uuid id;
    const char *reason;

    const struct sql_proposal_by_id_row *row; /* by relate */
    struct sealed sealed_reason;              /* by prepare */
};
extern const struct write_case proposal_decline_case;

#endif
