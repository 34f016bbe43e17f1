/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * table.c: who may do what, row by row.
 * May not do anything: it is data.
 * Always: what no row allows is refused; every action says how.
 */
#include "policy/table.h"

#include "base/caller.h"

/* S2: whoever reads the card of a student. */
#define READERS_OF_STUDENT(action)                                                                                     \
    {(action), "S2.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_READ, SHOW_ALL},                           \
        {(action), "S2.tie.mentor", VIA_TIE, TIE_MENTOR, SCOPE_READ, SHOW_ALL},                                        \
        {(action), "S2.tie.teacher", VIA_TIE, TIE_TEACHER, SCOPE_READ, SHOW_OPEN},                                     \
        {(action), "S2.tie.observer", VIA_TIE, TIE_OBSERVER, SCOPE_READ, SHOW_OPEN},                                   \
        {(action), "S2.tie.health", VIA_TIE, TIE_HEALTH, SCOPE_READ, SHOW_OPEN},                                       \
        {(action), "S2.handler", VIA_BOND, BOND_ON_CASE, SCOPE_READ, SHOW_OPEN},                                       \
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

/* P3: whoever reads a personsak and what is in it; `rektor` is what is shown to them alone. */
#define READERS_OF_PERSONSAK(action, rule, scope, rektor)                                                              \
    {(action), rule ".handler", VIA_BOND, BOND_LEADS, (scope), 0},                                                     \
        {(action), rule ".coHandler", VIA_BOND, BOND_HANDLES, (scope), 0},                                             \
    {                                                                                                                  \
        (action), rule ".role.rektor", VIA_ROLE, ROLE_REKTOR, (scope), (rektor)                                        \
    }

/* P4, P5, P8: whoever leads a personsak. */
#define LEADERS_OF_PERSONSAK(action, rule)                                                                             \
    {(action), rule ".handler", VIA_BOND, BOND_LEADS, SCOPE_WRITE, 0},                                                 \
    {                                                                                                                  \
        (action), rule ".role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0                                           \
    }

/* P7: the author, for as long as they are within P3. */
#define AUTHORS_IN_PERSONSAK(action, rule)                                                                             \
    {(action), rule ".author.handler", VIA_BOND, BOND_AUTHOR | BOND_LEADS, SCOPE_WRITE, 0},                            \
        {(action), rule ".author.coHandler", VIA_BOND, BOND_AUTHOR | BOND_HANDLES, SCOPE_WRITE, 0},                    \
    {                                                                                                                  \
        (action), rule ".author.rektor", VIA_OWN_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0                                     \
    }

/* P1: staff with a tie. */
#define TIED_STAFF(action, rule)                                                                                       \
    {(action), rule ".tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_WRITE, 0},                              \
        {(action), rule ".tie.mentor", VIA_TIE, TIE_MENTOR, SCOPE_WRITE, 0},                                           \
        {(action), rule ".tie.teacher", VIA_TIE, TIE_TEACHER, SCOPE_WRITE, 0},                                         \
        {(action), rule ".tie.observer", VIA_TIE, TIE_OBSERVER, SCOPE_WRITE, 0},                                       \
    {                                                                                                                  \
        (action), rule ".tie.health", VIA_TIE, TIE_HEALTH, SCOPE_WRITE, 0                                              \
    }

enum { SHOW_ALL = SHOW_GROUP | SHOW_CARD | SHOW_PROTECTED_GROUP, SHOW_OPEN = SHOW_GROUP | SHOW_CARD };

const struct rule policy_rules[] = {
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

    {ACTION_LIST_PROPOSALS, "P1.staff", VIA_STAFF, 0, SCOPE_READ, 0},
    TIED_STAFF(ACTION_PROPOSE_PERSONSAK, "P1"),
    {ACTION_READ_PROPOSAL, "P1.proposer", VIA_BOND, BOND_PROPOSER, SCOPE_READ, 0},
    {ACTION_READ_PROPOSAL, "P1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, SHOW_PERSONSAK},
    {ACTION_READ_PROPOSAL, "P1.role.caseOpener", VIA_ROLE, ROLE_CASE_OPENER, SCOPE_READ, SHOW_PERSONSAK},
    {ACTION_DECIDE_PROPOSAL, "P1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_DECIDE_PROPOSAL, "P1.role.caseOpener", VIA_ROLE, ROLE_CASE_OPENER, SCOPE_WRITE, 0},

    {ACTION_LIST_PERSONSAKER, "P3.staff", VIA_STAFF, 0, SCOPE_READ, 0},
    {ACTION_COUNT_PERSONSAKER, "P3.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, 0},
    {ACTION_OPEN_PERSONSAK, "P2.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_OPEN_PERSONSAK, "P2.role.caseOpener", VIA_ROLE, ROLE_CASE_OPENER, SCOPE_WRITE, 0},
    READERS_OF_PERSONSAK(ACTION_READ_PERSONSAK, "P3", SCOPE_READ, 0),
    LEADERS_OF_PERSONSAK(ACTION_CHANGE_PERSONSAK, "P4"),
    LEADERS_OF_PERSONSAK(ACTION_CHANGE_HANDLERS, "P4"),
    LEADERS_OF_PERSONSAK(ACTION_HAND_OVER, "P5"),
    LEADERS_OF_PERSONSAK(ACTION_CLOSE_PERSONSAK, "P8"),
    {ACTION_CLOSE_PERSONSAKER, "S6.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_REOPEN_PERSONSAK, "P8.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    READERS_OF_PERSONSAK(ACTION_ADD_HENDELSE, "P6", SCOPE_WRITE, 0),
    READERS_OF_PERSONSAK(ACTION_READ_HENDELSE, "P3", SCOPE_READ, SHOW_STRUCK),
    AUTHORS_IN_PERSONSAK(ACTION_AMEND_HENDELSE, "P7"),
    AUTHORS_IN_PERSONSAK(ACTION_STRIKE_HENDELSE, "P10"),
    {ACTION_STRIKE_HENDELSE, "P10.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    READERS_OF_PERSONSAK(ACTION_ADD_DOCUMENT, "P6", SCOPE_WRITE, 0),
    READERS_OF_PERSONSAK(ACTION_READ_DOCUMENT, "P3", SCOPE_READ, SHOW_STRUCK),
    AUTHORS_IN_PERSONSAK(ACTION_SEND_DOCUMENT, "P6"),
    AUTHORS_IN_PERSONSAK(ACTION_STRIKE_DOCUMENT, "P10"),
    {ACTION_STRIKE_DOCUMENT, "P10.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    READERS_OF_PERSONSAK(ACTION_READ_PERSONSAK_ACTIVITY, "V1", SCOPE_READ, 0),

    {ACTION_LIST_DEPARTURES, "S5.staff", VIA_STAFF, 0, SCOPE_READ, 0},
    {ACTION_LIST_DEPARTURES, "S5.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_RECORD_DEPARTURE, "S5.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_RECORD_DEPARTURE, "S5.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_RECORD_DEPARTURE, "S5.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_READ_DEPARTURE, "S5.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, SHOW_DUE},
    {ACTION_READ_DEPARTURE, "S5.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, 0},
    {ACTION_READ_DEPARTURE, "S5.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_WITHDRAW_DEPARTURE, "S5.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_WITHDRAW_DEPARTURE, "S5.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_WITHDRAW_DEPARTURE, "S5.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},
    {ACTION_COMPLETE_DEPARTURE, "S6.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
};

const size_t policy_n_rules = sizeof policy_rules / sizeof *policy_rules;

const struct refusal policy_refusals[ACTION_COUNT] = {
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
    [ACTION_LIST_PROPOSALS] = {false, ACTION_LIST_PROPOSALS, NULL, "P1.notStaff"},
    [ACTION_PROPOSE_PERSONSAK] = {true, ACTION_READ_STUDENT, "P1.unseen", "P1.forbidden"},
    [ACTION_READ_PROPOSAL] = {true, ACTION_READ_PROPOSAL, "P1.unseen", "P1.forbidden"},
    [ACTION_DECIDE_PROPOSAL] = {true, ACTION_READ_PROPOSAL, "P1.unseen", "P1.forbidden"},
    [ACTION_LIST_PERSONSAKER] = {false, ACTION_LIST_PERSONSAKER, NULL, "P3.notStaff"},
    [ACTION_COUNT_PERSONSAKER] = {true, ACTION_READ_SCHOOL, "P3.unseen", "P3.forbidden"},
    [ACTION_OPEN_PERSONSAK] = {true, ACTION_READ_STUDENT, "P2.unseen", "P2.forbidden"},
    [ACTION_READ_PERSONSAK] = {true, ACTION_READ_PERSONSAK, "P3.unseen", "P3.forbidden"},
    [ACTION_CHANGE_PERSONSAK] = {true, ACTION_READ_PERSONSAK, "P4.unseen", "P4.forbidden"},
    [ACTION_CHANGE_HANDLERS] = {true, ACTION_READ_PERSONSAK, "P4.unseen", "P4.forbidden"},
    [ACTION_HAND_OVER] = {true, ACTION_READ_PERSONSAK, "P5.unseen", "P5.forbidden"},
    [ACTION_CLOSE_PERSONSAK] = {true, ACTION_READ_PERSONSAK, "P8.unseen", "P8.forbidden"},
    [ACTION_CLOSE_PERSONSAKER] = {true, ACTION_READ_PERSONSAK, "S6.unseen", "S6.forbidden"},
    [ACTION_REOPEN_PERSONSAK] = {true, ACTION_READ_PERSONSAK, "P8.unseen", "P8.forbidden"},
    [ACTION_ADD_HENDELSE] = {true, ACTION_READ_PERSONSAK, "P6.unseen", "P6.forbidden"},
    [ACTION_READ_HENDELSE] = {true, ACTION_READ_HENDELSE, "P3.unseen", "P3.forbidden"},
    [ACTION_AMEND_HENDELSE] = {true, ACTION_READ_HENDELSE, "P7.unseen", "P7.forbidden"},
    [ACTION_STRIKE_HENDELSE] = {true, ACTION_READ_HENDELSE, "P10.unseen", "P10.forbidden"},
    [ACTION_ADD_DOCUMENT] = {true, ACTION_READ_HENDELSE, "P6.unseen", "P6.forbidden"},
    [ACTION_READ_DOCUMENT] = {true, ACTION_READ_DOCUMENT, "P3.unseen", "P3.forbidden"},
    [ACTION_SEND_DOCUMENT] = {true, ACTION_READ_DOCUMENT, "P6.unseen", "P6.forbidden"},
    [ACTION_STRIKE_DOCUMENT] = {true, ACTION_READ_DOCUMENT, "P10.unseen", "P10.forbidden"},
    [ACTION_READ_PERSONSAK_ACTIVITY] = {true, ACTION_READ_PERSONSAK, "V1.unseen", "V1.forbidden"},
    [ACTION_LIST_DEPARTURES] = {false, ACTION_LIST_DEPARTURES, NULL, "S5.notStaff"},
    [ACTION_RECORD_DEPARTURE] = {true, ACTION_READ_STUDENT, "S5.unseen", "S5.forbidden"},
    [ACTION_READ_DEPARTURE] = {true, ACTION_READ_DEPARTURE, "S5.unseen", "S5.forbidden"},
    [ACTION_WITHDRAW_DEPARTURE] = {true, ACTION_READ_DEPARTURE, "S5.unseen", "S5.forbidden"},
    [ACTION_COMPLETE_DEPARTURE] = {true, ACTION_READ_DEPARTURE, "S6.unseen", "S6.forbidden"},
};

const bool policy_creating[ACTION_COUNT] = {
    [ACTION_PROPOSE_PERSONSAK] = true,
    [ACTION_OPEN_PERSONSAK] = true,
    [ACTION_ADD_HENDELSE] = true,
    [ACTION_ADD_DOCUMENT] = true,
};
