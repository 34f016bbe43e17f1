/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy.c: the decision table and the few lines that read it.
 * May not touch anything but base/: no store, no clock, no token.
 * Always: what no row allows is refused; rows of one action stand in the order own relation, role, client.
 */
#include "policy/policy.h"

#include "base/caller.h"

/* Through what a row allows. */
enum via {
    VIA_SELF,         /* the actor's own person */
    VIA_TIE,          /* a current tie to the student, with a current staff membership at the student's school (G1) */
    VIA_ROLE,         /* a current membership at the object's school */
    VIA_ORGANISATION, /* a current membership on the organisation */
    VIA_OUTSIDE,      /* the same, of someone who is staff at no school today */
    VIA_STAFF,        /* any current staff membership */
    VIA_MEMBER,       /* any current membership */
    VIA_CLIENT,       /* a service client's scope */
    VIA_OWN_CLIENT,   /* the service client that has made it, with the scope still */
};

struct rule {
    enum action action;
    const char *ground;
    enum via via;
    unsigned which; /* VIA_TIE: enum tie_kind; VIA_ROLE: enum role */
    unsigned scope; /* the scope that caps it */
    unsigned shows;
};

/* S2: whoever reads the card of a student. */
#define READERS_OF_STUDENT(action)                                                                                     \
    {(action), "S2.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_READ, SHOW_ALL},                           \
        {(action), "S2.tie.mentor", VIA_TIE, TIE_MENTOR, SCOPE_READ, SHOW_ALL},                                        \
        {(action), "S2.tie.teacher", VIA_TIE, TIE_TEACHER, SCOPE_READ, SHOW_OPEN},                                     \
        {(action), "S2.tie.observer", VIA_TIE, TIE_OBSERVER, SCOPE_READ, SHOW_OPEN},                                   \
        {(action), "S2.tie.health", VIA_TIE, TIE_HEALTH, SCOPE_READ, SHOW_OPEN},                                       \
        {(action), "S2.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, SHOW_ALL},                                     \
        {(action), "S2.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, SHOW_ALL},                                       \
    {                                                                                                                  \
        (action), "S2.role.caseOpener", VIA_ROLE, ROLE_CASE_OPENER, SCOPE_READ, SHOW_GROUP                             \
    }

/* V1: whoever follows the log of any school. */
#define FOLLOWERS_OF_SCHOOLS(action, scope)                                                                            \
    {(action), "V1.role.rektor", VIA_ROLE, ROLE_REKTOR, (scope), 0},                                                   \
        {(action), "V1.role.owner", VIA_ORGANISATION, ROLE_OWNER, (scope), 0},                                         \
        {(action), "V1.role.auditor", VIA_ORGANISATION, ROLE_AUDITOR, (scope), 0},                                     \
    {                                                                                                                  \
        (action), "V1.client.witness", VIA_CLIENT, 0, SCOPE_WITNESS, 0                                                 \
    }

/* V1: whoever follows the organisation's own, whose size tells of what is withheld from schools: nobody who works at one. */
#define FOLLOWERS_OF_ORGANISATION(action, scope)                                                                       \
    {(action), "V1.outside.owner", VIA_OUTSIDE, ROLE_OWNER, (scope), 0},                                               \
        {(action), "V1.outside.auditor", VIA_OUTSIDE, ROLE_AUDITOR, (scope), 0},                                       \
    {                                                                                                                  \
        (action), "V1.client.witness", VIA_CLIENT, 0, SCOPE_WITNESS, 0                                                 \
    }

enum { SHOW_ALL = SHOW_GROUP | SHOW_CARD | SHOW_PROTECTED_GROUP, SHOW_OPEN = SHOW_GROUP | SHOW_CARD };

static const struct rule rules[] = {
    {ACTION_READ_SELF, "L2.self", VIA_SELF, 0, SCOPE_READ, 0},

    {ACTION_CREATE_STUDENT, "S1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CREATE_STUDENT, "S1.role.contactTeacher", VIA_ROLE, ROLE_CONTACT_TEACHER, SCOPE_WRITE, 0},
    {ACTION_CREATE_STUDENT, "S1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_SET_CIVIC_NUMBER, "S1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_SET_CIVIC_NUMBER, "S1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_SET_CIVIC_NUMBER, "S1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    READERS_OF_STUDENT(ACTION_READ_STUDENT),
    READERS_OF_STUDENT(ACTION_CITE_STUDENT),
    {ACTION_CITE_STUDENT, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_LIST_STUDENTS, "S3.staff", VIA_STAFF, 0, SCOPE_READ, 0},

    {ACTION_NAME_STUDENT, "S4.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_WRITE, 0},
    {ACTION_NAME_STUDENT, "S4.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_NAME_STUDENT, "S4.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_NAME_STUDENT, "S4.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_EDIT_STUDENT, "S4.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_EDIT_STUDENT, "S4.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_EDIT_STUDENT, "S4.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_LIFT_STUDENT, "S7.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_LINK_STUDENT, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_LINK_STUDENT, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_MERGE_STUDENTS, "S4.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_MERGE_STUDENTS, "S4.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_MERGE_STUDENTS, "S4.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_LIST_REGISTRY, "M1.staff", VIA_STAFF, 0, SCOPE_READ, 0},
    {ACTION_LIST_REGISTRY, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_ORGANISATION, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_ORGANISATION, "V1.role.auditor", VIA_ORGANISATION, ROLE_AUDITOR, SCOPE_READ, 0},
    {ACTION_READ_ORGANISATION, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_ORGANISATION, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CHANGE_ORGANISATION, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_SCHOOL, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_SCHOOL, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_SCHOOL, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_SCHOOL, "V1.role.auditor", VIA_ORGANISATION, ROLE_AUDITOR, SCOPE_READ, 0},
    {ACTION_READ_SCHOOL, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CREATE_SCHOOL, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CREATE_SCHOOL, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_SCHOOL, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CHANGE_SCHOOL, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_SET_MODULES, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},

    {ACTION_READ_PERSON, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_PERSON, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_PERSON, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_PERSON, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CREATE_PERSON, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CREATE_PERSON, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CREATE_PERSON, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CREATE_PERSON, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_PERSON, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CHANGE_PERSON, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CHANGE_PERSON, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CHANGE_PERSON, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_LIFT_PERSON, "S7.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},

    {ACTION_READ_IDENTITY, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_IDENTITY, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_IDENTITY, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CHANGE_IDENTITY, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_MEMBERSHIP, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_MEMBERSHIP, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_MEMBERSHIP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_READ_LEADERSHIP, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_LEADERSHIP, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_LEADERSHIP, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_LEADERSHIP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_MEMBERSHIP, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CHANGE_MEMBERSHIP, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CHANGE_MEMBERSHIP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_LEADERSHIP, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CHANGE_LEADERSHIP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_ENROLMENT, "S2.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_ENROLMENT, "S2.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_ENROLMENT, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_ENROLMENT, "S1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CHANGE_ENROLMENT, "S1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CHANGE_ENROLMENT, "S1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_REOPEN_ENROLMENT, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CREATE_ENROLMENT, "S1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CREATE_ENROLMENT, "S1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CREATE_ENROLMENT, "S1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_TIE, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_TIE, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_TIE, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_TIE, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CHANGE_TIE, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CHANGE_TIE, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_TIE_EARLY, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_GROUP, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_GROUP, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_GROUP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_GROUP, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CHANGE_GROUP, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CHANGE_GROUP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CREATE_GROUP, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CREATE_GROUP, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CREATE_GROUP, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_READ_GROUP_MEMBER, "S4.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_GROUP_MEMBER, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_GROUP_MEMBER, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_GROUP_MEMBER, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_GROUP_MEMBER, "S4.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_WRITE, SHOW_ALL},
    {ACTION_CHANGE_GROUP_MEMBER, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, SHOW_ALL},
    {ACTION_CHANGE_GROUP_MEMBER, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, SHOW_ALL},
    {ACTION_CHANGE_GROUP_MEMBER, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CREATE_GROUP_MEMBER, "S4.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_WRITE, 0},
    {ACTION_CREATE_GROUP_MEMBER, "M1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CREATE_GROUP_MEMBER, "M1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_CREATE_GROUP_MEMBER, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_LIST_CODES, "L2.member", VIA_MEMBER, 0, SCOPE_READ, 0},
    {ACTION_LIST_CODES, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_READ_CODE, "L2.member", VIA_MEMBER, 0, SCOPE_READ, 0},
    {ACTION_READ_CODE, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CREATE_CODE, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CREATE_CODE, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_CHANGE_CODE, "M1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
    {ACTION_CHANGE_CODE, "M1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_SCHOOL_ACTIVITY, "V1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_READ_SCHOOL_ACTIVITY, "V1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_SCHOOL_ACTIVITY, "V1.role.auditor", VIA_ORGANISATION, ROLE_AUDITOR, SCOPE_READ, 0},
    {ACTION_READ_ORGANISATION_ACTIVITY, "V1.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_READ_ORGANISATION_ACTIVITY, "V1.role.auditor", VIA_ORGANISATION, ROLE_AUDITOR, SCOPE_READ, 0},

    {ACTION_LIST_LOGS, "V1.staff", VIA_STAFF, 0, SCOPE_READ, 0},
    {ACTION_LIST_LOGS, "V1.client.witness", VIA_CLIENT, 0, SCOPE_WITNESS, 0},
    FOLLOWERS_OF_SCHOOLS(ACTION_FOLLOW_SCHOOL_LOG, SCOPE_READ),
    FOLLOWERS_OF_ORGANISATION(ACTION_FOLLOW_ORGANISATION_LOG, SCOPE_READ),
    FOLLOWERS_OF_SCHOOLS(ACTION_SIGN_SCHOOL_LOG, SCOPE_WRITE),
    FOLLOWERS_OF_ORGANISATION(ACTION_SIGN_ORGANISATION_LOG, SCOPE_WRITE),

    {ACTION_READ_SCHOOL_CHANGES, "X4.client.changes", VIA_CLIENT, 0, SCOPE_CHANGES, 0},
    {ACTION_READ_CHANGES, "X4.client.changes", VIA_CLIENT, 0, SCOPE_CHANGES, 0},
    {ACTION_LIST_WEBHOOKS, "X4.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_LIST_WEBHOOKS, "X4.client.changes", VIA_CLIENT, 0, SCOPE_CHANGES, 0},
    {ACTION_READ_WEBHOOK, "X4.client.own", VIA_OWN_CLIENT, 0, SCOPE_CHANGES, 0},
    {ACTION_READ_WEBHOOK, "X4.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_READ, 0},
    {ACTION_CREATE_WEBHOOK, "X4.client.changes", VIA_CLIENT, 0, SCOPE_CHANGES, 0},
    {ACTION_REMOVE_WEBHOOK, "X4.client.own", VIA_OWN_CLIENT, 0, SCOPE_CHANGES, 0},
    {ACTION_REMOVE_WEBHOOK, "X4.role.owner", VIA_ORGANISATION, ROLE_OWNER, SCOPE_WRITE, 0},
};

enum { RULES = sizeof rules / sizeof *rules };

/* How an action is refused. One that has an object is refused as unseen unless its sight action is allowed. */
struct refusal {
    bool has_object;
    enum action sight;
    const char *unseen;
    const char *forbidden;
};

static const struct refusal refusals[ACTION_COUNT] = {
    [ACTION_READ_SELF] = {false, ACTION_READ_SELF, NULL, "L2.stranger"},
    [ACTION_CREATE_STUDENT] = {false, ACTION_CREATE_STUDENT, NULL, "S1.forbidden"},
    [ACTION_SET_CIVIC_NUMBER] = {false, ACTION_SET_CIVIC_NUMBER, NULL, "S1.civicNumber.forbidden"},
    [ACTION_READ_STUDENT] = {true, ACTION_READ_STUDENT, "S2.unseen", "S2.forbidden"},
    [ACTION_CITE_STUDENT] = {true, ACTION_CITE_STUDENT, "M1.unseen", "M1.forbidden"},
    [ACTION_LIST_STUDENTS] = {false, ACTION_LIST_STUDENTS, NULL, "S3.notStaff"},
    [ACTION_NAME_STUDENT] = {true, ACTION_READ_STUDENT, "S4.unseen", "S4.forbidden"},
    [ACTION_EDIT_STUDENT] = {true, ACTION_READ_STUDENT, "S4.unseen", "S4.forbidden"},
    [ACTION_LIFT_STUDENT] = {true, ACTION_READ_STUDENT, "S7.unseen", "S7.forbidden"},
    [ACTION_LINK_STUDENT] = {true, ACTION_READ_STUDENT, "M1.unseen", "M1.forbidden"},
    [ACTION_MERGE_STUDENTS] = {true, ACTION_READ_STUDENT, "S4.unseen", "S4.forbidden"},
    [ACTION_LIST_REGISTRY] = {false, ACTION_LIST_REGISTRY, NULL, "M1.notStaff"},
    [ACTION_READ_ORGANISATION] = {true, ACTION_READ_ORGANISATION, "M1.unseen", "M1.forbidden"},
    [ACTION_CHANGE_ORGANISATION] = {true, ACTION_READ_ORGANISATION, "M1.unseen", "M1.forbidden"},
    [ACTION_READ_SCHOOL] = {true, ACTION_READ_SCHOOL, "M1.unseen", "M1.forbidden"},
    [ACTION_CREATE_SCHOOL] = {false, ACTION_CREATE_SCHOOL, NULL, "M1.forbidden"},
    [ACTION_CHANGE_SCHOOL] = {true, ACTION_READ_SCHOOL, "M1.unseen", "M1.forbidden"},
    [ACTION_SET_MODULES] = {true, ACTION_READ_SCHOOL, "M1.unseen", "M1.forbidden"},
    [ACTION_READ_PERSON] = {true, ACTION_READ_PERSON, "M1.unseen", "M1.forbidden"},
    [ACTION_CREATE_PERSON] = {false, ACTION_CREATE_PERSON, NULL, "M1.forbidden"},
    [ACTION_CHANGE_PERSON] = {true, ACTION_READ_PERSON, "M1.unseen", "M1.forbidden"},
    [ACTION_LIFT_PERSON] = {true, ACTION_READ_PERSON, "S7.unseen", "S7.forbidden"},
    [ACTION_READ_IDENTITY] = {true, ACTION_READ_PERSON, "M1.unseen", "M1.forbidden"},
    [ACTION_CHANGE_IDENTITY] = {true, ACTION_READ_PERSON, "M1.unseen", "M1.forbidden"},
    [ACTION_READ_MEMBERSHIP] = {true, ACTION_READ_MEMBERSHIP, "M1.unseen", "M1.forbidden"},
    [ACTION_READ_LEADERSHIP] = {true, ACTION_READ_LEADERSHIP, "M1.unseen", "M1.forbidden"},
    [ACTION_CHANGE_MEMBERSHIP] = {true, ACTION_READ_MEMBERSHIP, "M1.unseen", "M1.forbidden"},
    [ACTION_CHANGE_LEADERSHIP] = {true, ACTION_READ_LEADERSHIP, "M1.unseen", "M1.forbidden"},
    [ACTION_READ_ENROLMENT] = {true, ACTION_READ_ENROLMENT, "S2.unseen", "S2.forbidden"},
    [ACTION_CHANGE_ENROLMENT] = {true, ACTION_READ_ENROLMENT, "S1.unseen", "S1.forbidden"},
    [ACTION_REOPEN_ENROLMENT] = {true, ACTION_READ_ENROLMENT, "M1.unseen", "M1.forbidden"},
    [ACTION_CREATE_ENROLMENT] = {false, ACTION_CREATE_ENROLMENT, NULL, "S1.forbidden"},
    [ACTION_READ_TIE] = {true, ACTION_READ_TIE, "M1.unseen", "M1.forbidden"},
    [ACTION_CHANGE_TIE] = {true, ACTION_READ_TIE, "M1.unseen", "M1.forbidden"},
    [ACTION_TIE_EARLY] = {false, ACTION_TIE_EARLY, NULL, "G1.forbidden"},
    [ACTION_READ_GROUP] = {true, ACTION_READ_GROUP, "M1.unseen", "M1.forbidden"},
    [ACTION_CHANGE_GROUP] = {true, ACTION_READ_GROUP, "M1.unseen", "M1.forbidden"},
    [ACTION_CREATE_GROUP] = {false, ACTION_CREATE_GROUP, NULL, "M1.forbidden"},
    [ACTION_READ_GROUP_MEMBER] = {true, ACTION_READ_GROUP_MEMBER, "M1.unseen", "M1.forbidden"},
    [ACTION_CREATE_GROUP_MEMBER] = {false, ACTION_CREATE_GROUP_MEMBER, NULL, "M1.forbidden"},
    [ACTION_CHANGE_GROUP_MEMBER] = {true, ACTION_READ_GROUP_MEMBER, "M1.unseen", "M1.forbidden"},
    [ACTION_LIST_CODES] = {false, ACTION_LIST_CODES, NULL, "L2.stranger"},
    [ACTION_READ_CODE] = {true, ACTION_READ_CODE, "L2.unseen", "L2.forbidden"},
    [ACTION_CREATE_CODE] = {false, ACTION_CREATE_CODE, NULL, "M1.forbidden"},
    [ACTION_CHANGE_CODE] = {true, ACTION_READ_CODE, "M1.unseen", "M1.forbidden"},
    [ACTION_READ_SCHOOL_ACTIVITY] = {true, ACTION_READ_SCHOOL, "V1.unseen", "V1.forbidden"},
    [ACTION_READ_ORGANISATION_ACTIVITY] = {true, ACTION_READ_ORGANISATION, "V1.unseen", "V1.forbidden"},
    [ACTION_LIST_LOGS] = {false, ACTION_LIST_LOGS, NULL, "V1.notStaff"},
    [ACTION_FOLLOW_SCHOOL_LOG] = {true, ACTION_READ_SCHOOL, "V1.unseen", "V1.forbidden"},
    [ACTION_FOLLOW_ORGANISATION_LOG] = {true, ACTION_READ_ORGANISATION, "V1.unseen", "V1.forbidden"},
    [ACTION_SIGN_SCHOOL_LOG] = {true, ACTION_READ_SCHOOL, "V1.unseen", "V1.forbidden"},
    [ACTION_SIGN_ORGANISATION_LOG] = {true, ACTION_READ_ORGANISATION, "V1.unseen", "V1.forbidden"},
    [ACTION_READ_SCHOOL_CHANGES] = {true, ACTION_READ_SCHOOL, "X4.unseen", "X4.forbidden"},
    [ACTION_READ_CHANGES] = {false, ACTION_READ_CHANGES, NULL, "X4.forbidden"},
    [ACTION_LIST_WEBHOOKS] = {false, ACTION_LIST_WEBHOOKS, NULL, "X4.forbidden"},
    [ACTION_READ_WEBHOOK] = {true, ACTION_READ_WEBHOOK, "X4.unseen", "X4.forbidden"},
    [ACTION_CREATE_WEBHOOK] = {false, ACTION_CREATE_WEBHOOK, NULL, "X4.forbidden"},
    [ACTION_REMOVE_WEBHOOK] = {true, ACTION_READ_WEBHOOK, "X4.unseen", "X4.forbidden"},
};

struct grant {
    enum action action;
    const char *ground;
    unsigned shows;
    struct school_id school;
};

/* One question, so that the matchers below take one thing. */
struct question {
    const struct policy_actor *actor;
    const struct policy_object *object;
    int32_t today;
};

const char *grant_ground(const struct grant *grant)
{
    return grant->ground;
}

enum action grant_action(const struct grant *grant)
{
    return grant->action;
}

unsigned grant_shows(const struct grant *grant)
{
    return grant->shows;
}

struct school_id grant_school(const struct grant *grant)
{
    return grant->school;
}

/* docs/rules.md: "Staff" means any role but student and guardian. */
static bool role_is_staff(enum role role)
{
    return role != ROLE_STUDENT && role != ROLE_GUARDIAN;
}

bool policy_role_is_at_school(enum role role)
{
    return role != ROLE_OWNER && role != ROLE_AUDITOR;
}

bool policy_is_staff_at(const struct policy_actor *actor, const struct school_id *school, int32_t today)
{
    for (size_t i = 0; i < actor->n_memberships; i++) {
        const struct policy_membership *m = &actor->memberships[i];
        if (role_is_staff(m->role) && policy_role_is_at_school(m->role) && uuid_equal(&m->school.uuid, &school->uuid) &&
            period_holds(&m->period, today))
            return true;
    }
    return false;
}

bool policy_has_role_at(const struct policy_actor *actor, enum role role, const struct school_id *school, int32_t today)
{
    for (size_t i = 0; i < actor->n_memberships; i++) {
        const struct policy_membership *m = &actor->memberships[i];
        if (m->role == role && uuid_equal(&m->school.uuid, &school->uuid) && period_holds(&m->period, today))
            return true;
    }
    return false;
}

static bool has_tie(const struct question *q, enum tie_kind kind)
{
    for (size_t i = 0; i < q->object->n_ties; i++)
        if (q->object->ties[i].kind == kind && period_holds(&q->object->ties[i].period, q->today))
            return true;
    return false;
}

static bool match_self(const struct question *q, unsigned which, struct school_id *ret_school)
{
    (void)which;
    *ret_school = (struct school_id){0};
    return q->actor->known;
}

static bool match_tie(const struct question *q, unsigned which, struct school_id *ret_school)
{
    if (!has_tie(q, (enum tie_kind)which))
        return false;
    for (size_t i = 0; i < q->object->n_places; i++) {
        const struct policy_place *place = &q->object->places[i];
        if (period_holds(&place->period, q->today) && policy_is_staff_at(q->actor, &place->school, q->today)) {
            *ret_school = place->school;
            return true;
        }
    }
    return false;
}

static bool match_role(const struct question *q, unsigned which, struct school_id *ret_school)
{
    for (size_t i = 0; i < q->object->n_places; i++) {
        const struct policy_place *place = &q->object->places[i];
        if (period_holds(&place->period, q->today) &&
            policy_has_role_at(q->actor, (enum role)which, &place->school, q->today)) {
            *ret_school = place->school;
            return true;
        }
    }
    return false;
}

static bool match_organisation(const struct question *q, unsigned which, struct school_id *ret_school)
{
    *ret_school = (struct school_id){0};
    for (size_t i = 0; i < q->actor->n_memberships; i++)
        if (q->actor->memberships[i].role == (enum role)which &&
            period_holds(&q->actor->memberships[i].period, q->today))
            return true;
    return false;
}

static bool match_outside(const struct question *q, unsigned which, struct school_id *ret_school)
{
    for (size_t i = 0; i < q->actor->n_memberships; i++) {
        const struct policy_membership *m = &q->actor->memberships[i];
        if (policy_role_is_at_school(m->role) && role_is_staff(m->role) && period_holds(&m->period, q->today))
            return false;
    }
    return match_organisation(q, which, ret_school);
}

static bool match_member(const struct question *q, unsigned which, struct school_id *ret_school)
{
    (void)which;
    *ret_school = (struct school_id){0};
    for (size_t i = 0; i < q->actor->n_memberships; i++)
        if (period_holds(&q->actor->memberships[i].period, q->today))
            return true;
    return false;
}

/* The school, where all of the actor's staff memberships are at one: its log is then where the row belongs (V1). */
static bool match_staff(const struct question *q, unsigned which, struct school_id *ret_school)
{
    struct school_id school = {0};
    bool found = false, several = false;

    (void)which;
    for (size_t i = 0; i < q->actor->n_memberships; i++) {
        const struct policy_membership *m = &q->actor->memberships[i];
        if (!role_is_staff(m->role) || !period_holds(&m->period, q->today))
            continue;
        const struct school_id here = policy_role_is_at_school(m->role) ? m->school : (struct school_id){0};
        several = several || (found && !uuid_equal(&here.uuid, &school.uuid));
        school = here;
        found = true;
    }
    *ret_school = several ? (struct school_id){0} : school;
    return found;
}

static bool match_client(const struct question *q, unsigned which, struct school_id *ret_school)
{
    (void)which;
    *ret_school = (struct school_id){0};
    return q->actor->service;
}

static bool match_own_client(const struct question *q, unsigned which, struct school_id *ret_school)
{
    return match_client(q, which, ret_school) && q->object->is_clients_own;
}

/* `needs_person`: the row is for a known person, never for a client's own token. `staff_right`: G2 takes it away. */
static const struct matcher {
    bool (*match)(const struct question *q, unsigned which, struct school_id *ret_school);
    bool needs_person;
    bool staff_right;
} matchers[] = {
    [VIA_SELF] = {match_self, true, false},
    [VIA_TIE] = {match_tie, true, true},
    [VIA_ROLE] = {match_role, true, true},
    [VIA_ORGANISATION] = {match_organisation, true, true},
    [VIA_OUTSIDE] = {match_outside, true, true},
    [VIA_STAFF] = {match_staff, true, true},
    [VIA_MEMBER] = {match_member, true, false},
    [VIA_CLIENT] = {match_client, false, false},
    [VIA_OWN_CLIENT] = {match_own_client, false, false},
};

/* G2: deny wins. A guardian of the student, or the student, has no staff right on that student. */
static bool is_own_family(const struct question *q)
{
    return q->object->actor_is_student || has_tie(q, TIE_GUARDIAN);
}

static bool rule_matches(const struct rule *rule, const struct question *q, struct school_id *ret_school)
{
    const struct matcher *matcher = &matchers[rule->via];

    if ((q->actor->scopes & rule->scope) != rule->scope)
        return false;
    if (matcher->needs_person && (!q->actor->known || q->actor->service))
        return false;
    if (matcher->staff_right && is_own_family(q))
        return false;
    if (q->object->is_own && (rule->scope & (SCOPE_WRITE | SCOPE_PROVISION)))
        return false;
    return matcher->match(q, rule->which, ret_school);
}

/* The ground is the first row that matches; what is shown is the union of all that do. */
static bool any_rule(enum action action, const struct question *q, struct grant *ret_grant)
{
    struct grant grant = {.action = action};

    for (size_t i = 0; i < RULES; i++) {
        struct school_id school = {0};
        if (rules[i].action != action || !rule_matches(&rules[i], q, &school))
            continue;
        if (grant.ground == NULL) {
            grant.ground = rules[i].ground;
            grant.school = school;
        }
        grant.shows |= rules[i].shows;
    }
    if (grant.ground == NULL)
        return false;
    *ret_grant = grant;
    return true;
}

static struct decision refuse(enum action action, const struct question *q)
{
    const struct refusal *how = &refusals[action];
    struct grant ignored;

    const bool seen = q->object->exists && how->sight != action && any_rule(how->sight, q, &ignored);

    if (!how->has_object || q->object->is_new || seen)
        return (struct decision){.verdict = VERDICT_FORBIDDEN, .refusal = how->forbidden};
    return (struct decision){.verdict = VERDICT_UNSEEN, .refusal = how->unseen};
}

enum status policy_decide(enum action action, const struct policy_actor *actor, const struct policy_object *object,
                          int32_t today, struct arena *arena, struct decision *ret_decision)
{
    const struct question q = {actor, object, today};
    const bool is_missing = refusals[action].has_object && !object->exists && !object->is_new;
    struct grant grant;

    if (is_missing || !any_rule(action, &q, &grant)) {
        *ret_decision = refuse(action, &q);
        return STATUS_OK;
    }
    struct grant *kept = arena_copy(arena, &grant, sizeof grant);
    if (kept == NULL)
        return STATUS_NO_MEMORY;
    *ret_decision = (struct decision){.verdict = VERDICT_ALLOWED, .grant = kept};
    return STATUS_OK;
}

bool policy_everywhere(enum action action, const struct policy_actor *actor, int32_t today)
{
    const struct policy_object object = {.exists = true};
    const struct question q = {actor, &object, today};
    struct grant ignored;

    return any_rule(action, &q, &ignored);
}

static bool role_leads(enum role role)
{
    return role == ROLE_REKTOR || role == ROLE_ADMIN || role == ROLE_OWNER || role == ROLE_AUDITOR;
}

enum action policy_read_membership(enum role role)
{
    return role_leads(role) ? ACTION_READ_LEADERSHIP : ACTION_READ_MEMBERSHIP;
}

enum action policy_change_membership(enum role role)
{
    return role_leads(role) ? ACTION_CHANGE_LEADERSHIP : ACTION_CHANGE_MEMBERSHIP;
}

/* What the rows of the action ask for through this. */
static unsigned which_via(enum action action, enum via via)
{
    unsigned which = 0;

    for (size_t i = 0; i < RULES; i++)
        if (rules[i].action == action && rules[i].via == via)
            which |= 1U << rules[i].which;
    return which;
}

unsigned policy_roles(enum action action)
{
    return which_via(action, VIA_ROLE);
}

unsigned policy_ties(enum action action)
{
    return which_via(action, VIA_TIE);
}
