/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy.h: who may do what (docs/rules.md). One table, pure: the same question always has the same answer, and
 * nothing is read or written. Deny by default. Only policy/ makes a struct grant; whatever needs a right takes one.
 */
#ifndef TRYGG_POLICY_POLICY_H
#define TRYGG_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/status.h"

/* Stored as these numbers (schema/migrations): never renumber. */
enum role {
    ROLE_REKTOR = 0,
    ROLE_CASE_OPENER = 1,
    ROLE_CONTACT_TEACHER = 2,
    ROLE_TEACHER = 3,
    ROLE_STAFF = 4,
    ROLE_HEALTH = 5,
    ROLE_ADMIN = 6,
    ROLE_STUDENT = 7,
    ROLE_GUARDIAN = 8,
    ROLE_OWNER = 9,
    ROLE_AUDITOR = 10,
    ROLE_COUNT
};

enum tie_kind {
    TIE_CONTACT_TEACHER = 0,
    TIE_MENTOR = 1,
    TIE_TEACHER = 2,
    TIE_OBSERVER = 3,
    TIE_HEALTH = 4,
    TIE_GUARDIAN = 5,
    TIE_KIND_COUNT
};

/* The words of the contract: "rektor", "caseOpener" …; "contactTeacher", "mentor" … */
const char *role_name(enum role role);
const char *tie_kind_name(enum tie_kind kind);
must_check enum status role_parse(const char *name, enum role *ret_role);
must_check enum status tie_kind_parse(const char *name, enum tie_kind *ret_kind);

enum action {
    ACTION_READ_SELF, /* /v1/me */

    ACTION_CREATE_STUDENT,   /* S1: at the school of the object */
    ACTION_SET_CIVIC_NUMBER, /* S1, S4 */
    ACTION_READ_STUDENT,     /* S2 */
    ACTION_CITE_STUDENT,     /* M1: naming a student in another record */
    ACTION_LIST_STUDENTS,    /* S3: the collection itself; each student in it is an ACTION_READ_STUDENT */
    ACTION_NAME_STUDENT,     /* S4: name and group, which a tied contact teacher may edit too */
    ACTION_EDIT_STUDENT,     /* S4: the rest of the card; marking as protected (S7) */
    ACTION_LIFT_STUDENT,     /* S7: lifting a local mark */
    ACTION_LINK_STUDENT,     /* M1: saying which person a student is, and so whose login */
    ACTION_MERGE_STUDENTS,   /* S4: asked once for each of the two */

    /* The registry (M1). Each collection is an ACTION_LIST_REGISTRY, each record in it a read of its own. */
    ACTION_LIST_REGISTRY,
    ACTION_READ_ORGANISATION,
    ACTION_CHANGE_ORGANISATION,
    ACTION_READ_SCHOOL,
    ACTION_CREATE_SCHOOL,
    ACTION_CHANGE_SCHOOL,
    ACTION_SET_MODULES,
    ACTION_READ_PERSON,   /* the object's places: the schools of the person's memberships, from the day they are made */
    ACTION_CREATE_PERSON, /* at the school of the first membership, if there is one */
    ACTION_CHANGE_PERSON,
    ACTION_LIFT_PERSON, /* S7 */
    ACTION_READ_IDENTITY,
    ACTION_CHANGE_IDENTITY,
    ACTION_READ_MEMBERSHIP,
    ACTION_READ_LEADERSHIP, /* a membership of rektor, admin, owner, auditor */
    ACTION_CHANGE_MEMBERSHIP,
    ACTION_CHANGE_LEADERSHIP,
    ACTION_READ_ENROLMENT, /* the object is the student, its place the enrolment's school */
    ACTION_CHANGE_ENROLMENT,
    ACTION_REOPEN_ENROLMENT, /* S1: one that has ended; others are made anew, which asks who the student is today */
    ACTION_CREATE_ENROLMENT, /* S1: at the school of the object; the student may be anyone's */
    ACTION_READ_TIE,         /* the object is the student */
    ACTION_CHANGE_TIE,
    ACTION_TIE_EARLY, /* G1: a tie of staff before the membership with which it is to count */
    ACTION_READ_GROUP,
    ACTION_CHANGE_GROUP,
    ACTION_CREATE_GROUP,
    ACTION_READ_GROUP_MEMBER, /* the object is the student, its place the group's school; SHOW_PROTECTED_GROUP for a protected one */
    ACTION_CHANGE_GROUP_MEMBER,
    ACTION_CREATE_GROUP_MEMBER,
    ACTION_LIST_CODES,
    ACTION_READ_CODE,
    ACTION_CREATE_CODE,
    ACTION_CHANGE_CODE,

    ACTION_READ_SCHOOL_ACTIVITY, /* V1: the object is the school */
    ACTION_READ_ORGANISATION_ACTIVITY,
    ACTION_LIST_LOGS,         /* V1: the collection itself; each log in it is followed */
    ACTION_FOLLOW_SCHOOL_LOG, /* V1: hashes and sizes, no row; the object is the school */
    ACTION_FOLLOW_ORGANISATION_LOG,
    ACTION_SIGN_SCHOOL_LOG, /* having a checkpoint made, adding a cosignature */
    ACTION_SIGN_ORGANISATION_LOG,

    ACTION_READ_SCHOOL_CHANGES, /* X4: the object is the school */
    ACTION_READ_CHANGES,        /* X4: of what belongs to no school */
    ACTION_LIST_WEBHOOKS,       /* the collection itself; each in it is an ACTION_READ_WEBHOOK */
    ACTION_READ_WEBHOOK,
    ACTION_CREATE_WEBHOOK,
    ACTION_REMOVE_WEBHOOK,

    /* Sikker Sak. Each collection is a list; what is in it is a read of its own. */
    ACTION_LIST_PROPOSALS,
    ACTION_PROPOSE_PERSONSAK, /* P1: the object is the student, its place the school that the proposal is for */
    ACTION_READ_PROPOSAL,
    ACTION_DECIDE_PROPOSAL, /* accept, decline */
    ACTION_LIST_PERSONSAKER,
    ACTION_COUNT_PERSONSAKER, /* a school's; the object is the school */
    ACTION_OPEN_PERSONSAK,    /* P2: the object is the student, its place the school that it is opened at */
    ACTION_READ_PERSONSAK,    /* P3: the object's place is the personsak's school; ties and family are the student's */
    ACTION_CHANGE_PERSONSAK,  /* P4: its header */
    ACTION_CHANGE_HANDLERS,   /* P4 */
    ACTION_HAND_OVER,         /* P5 */
    ACTION_CLOSE_PERSONSAK,   /* P8 */
    ACTION_CLOSE_PERSONSAKER, /* S6: one of many in one call */
    ACTION_REOPEN_PERSONSAK,  /* P8 */
    ACTION_ADD_HENDELSE,      /* P6: the object is the personsak */
    ACTION_READ_HENDELSE,     /* P3; SHOW_STRUCK: its content also when it was wrongly recorded */
    ACTION_AMEND_HENDELSE,    /* P7 */
    ACTION_STRIKE_HENDELSE,   /* P10 */
    ACTION_ADD_DOCUMENT,      /* P6: the object is the hendelse */
    ACTION_READ_DOCUMENT,     /* P3; SHOW_STRUCK */
    ACTION_SEND_DOCUMENT,     /* P6: its bytes, by whom it was announced */
    ACTION_STRIKE_DOCUMENT,   /* P10 */
    ACTION_READ_PERSONSAK_ACTIVITY, /* V1 */
    ACTION_LIST_DEPARTURES,
    ACTION_RECORD_DEPARTURE, /* S5: the object is the student, its place the school that they leave */
    ACTION_READ_DEPARTURE,   /* SHOW_DUE: the personsaker that are still open */
    ACTION_WITHDRAW_DEPARTURE,
    ACTION_COMPLETE_DEPARTURE, /* S6 */
    ACTION_COUNT
};

/* The action on a membership of this role (M1). */
enum action policy_read_membership(enum role role);
enum action policy_change_membership(enum role role);

struct policy_membership {
    struct school_id school; /* not looked at for owner and auditor */
    enum role role;
    struct period period;
};

/* Who asks. */
struct policy_actor {
    bool known;      /* a person the organisation knows */
    bool service;    /* a service client's own token; then no person and no membership counts */
    unsigned scopes; /* enum scope bits of base/caller.h */
    const struct policy_membership *memberships;
    size_t n_memberships;
};

/* Where the object stands: its school; for a student, each school of an enrolment, with its dates. */
struct policy_place {
    struct school_id school;
    struct period period;
};

struct policy_tie {
    enum tie_kind kind;
    struct period period;
};

/* How the actor stands to a record beside ties: bits. They count with a current staff membership at its place (G1). */
enum bond {
    BOND_LEADS = 1 << 0,    /* the saksbehandler */
    BOND_HANDLES = 1 << 1,  /* a medsaksbehandler */
    BOND_PROPOSER = 1 << 2, /* of a proposal */
    BOND_AUTHOR = 1 << 3,   /* of a hendelse or document */
    BOND_ON_CASE = 1 << 4,  /* of a student: leads or handles one of their personsaker (S2) */
};

/* What is asked about, and how the actor stands to it. */
struct policy_object {
    bool exists; /* false: no such thing; every answer is then the same as for a thing that may not be seen */
    const struct policy_place *places;
    size_t n_places;
    const struct policy_tie *ties; /* between this actor and this student */
    size_t n_ties;
    unsigned bonds;        /* enum bond */
    bool actor_is_student; /* the actor is the very student (G2) */
    bool is_own;           /* a record about the actor's own person: nobody changes their own (M1) */
    bool is_clients_own;   /* the service client that asks has made it (X4) */
    bool is_new;          /* the call is to make it: who may not is refused, since there is nothing to be seen or not */
    bool module_is_off;   /* of its school: nothing is created there (X7) */
    bool tells_of_family; /* a log: from its size the actor would learn of rows about their own family (G2) */
};

enum verdict {
    VERDICT_ALLOWED,
    VERDICT_FORBIDDEN, /* may see it, may not do this: 403 */
    VERDICT_UNSEEN,    /* as if it did not exist: 404 */
};

/* What a grant shows besides what every reader sees: of a student's card besides id and name (S2, S7), and of what else is not for all who
 * see the thing. Bits; the union of all rows that match. */
enum show {
    SHOW_GROUP = 1 << 0,
    SHOW_CARD = 1 << 1,            /* civic number, enrolments, marks */
    SHOW_PROTECTED_GROUP = 1 << 2, /* group and address of a protected person */
    SHOW_STRUCK = 1 << 3,          /* the content of what was wrongly recorded (P10) */
    SHOW_DUE = 1 << 4,             /* which personsaker keep a departure from completing (S6) */
    SHOW_PERSONSAK = 1 << 5,       /* which personsak a proposal became (P1) */
};

struct grant;

/* The first matching ground, "S2.tie.mentor". A constant. */
const char *grant_ground(const struct grant *grant);
enum action grant_action(const struct grant *grant);
unsigned grant_shows(const struct grant *grant);
/* The school at which the ground holds; nil for a client or for oneself. Decides which tree the activity row goes to (V1). */
struct school_id grant_school(const struct grant *grant);

struct decision {
    enum verdict verdict;
    const struct grant *grant; /* in the arena; NULL unless allowed */
    const char *refusal;       /* a constant, "S2.unseen", for the activity row; NULL if allowed */
};

/* Decides. STATUS_NO_MEMORY is the only failure. `today` is the local day at the moment of the call. */
must_check enum status policy_decide(enum action action, const struct policy_actor *actor,
                                     const struct policy_object *object, int32_t today, struct arena *arena,
                                     struct decision *ret_decision);

/* The roles, as bits (1 << role), through which any row of the table could allow the action at a school: what a query for
 * candidates may start from. Each candidate is then decided. */
unsigned policy_roles(enum action action);

/* The same of ties: bits (1 << tie kind). */
unsigned policy_ties(enum action action);

/* Whether the action makes something that only a school whose module is on can have (X7). */
bool policy_creates(enum action action);

/* Whether a row of the table could allow the action everywhere in the organisation, or only through roles at a school and ties. */
bool policy_everywhere(enum action action, const struct policy_actor *actor, int32_t today);

/* Current staff membership at this school: no student, guardian, owner or auditor (G1, docs/rules.md). */
bool policy_is_staff_at(const struct policy_actor *actor, const struct school_id *school, int32_t today);

/* Roles are held at a school, but for those on the organisation: owner and auditor. */
bool policy_role_is_at_school(enum role role);

/* Whether a record of this school, which the actor may read, names the protected student whom it is about: while they are enrolled there, and
 * after that to whoever may read the card (S2, S7). */
bool policy_names_protected(const struct policy_actor *actor, const struct policy_object *student,
                            const struct school_id *school, int32_t today);

/* A current membership with this role at this school. */
bool policy_has_role_at(const struct policy_actor *actor, enum role role, const struct school_id *school,
                        int32_t today);

#endif
