/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy.c: the decision table and the few lines that read it.
 * May not touch anything but base/: no store, no clock, no token.
 * Always: what no row allows is refused; rows of one action stand in the order own relation, role, client.
 */
#include "policy/policy.h"

#include <string.h>

#include "base/caller.h"

/* Through what a row allows. */
enum via {
    VIA_SELF,   /* the actor's own person */
    VIA_TIE,    /* a current tie to the student, with a current staff membership at the student's school (G1) */
    VIA_ROLE,   /* a current membership at the object's school */
    VIA_STAFF,  /* any current staff membership */
    VIA_CLIENT, /* a service client's scope */
};

struct rule {
    enum action action;
    const char *ground;
    enum via via;
    unsigned which; /* VIA_TIE: enum tie_kind; VIA_ROLE: enum role */
    unsigned scope; /* the scope that caps it */
    unsigned shows;
};

enum { SHOW_ALL = SHOW_GROUP | SHOW_CARD | SHOW_PROTECTED_GROUP, SHOW_OPEN = SHOW_GROUP | SHOW_CARD };

static const struct rule rules[] = {
    {ACTION_READ_SELF, "L2.self", VIA_SELF, 0, SCOPE_READ, 0},

    {ACTION_CREATE_STUDENT, "S1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_CREATE_STUDENT, "S1.role.contactTeacher", VIA_ROLE, ROLE_CONTACT_TEACHER, SCOPE_WRITE, 0},
    {ACTION_CREATE_STUDENT, "S1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_SET_CIVIC_NUMBER, "S1.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_WRITE, 0},
    {ACTION_SET_CIVIC_NUMBER, "S1.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_WRITE, 0},
    {ACTION_SET_CIVIC_NUMBER, "S1.client.provision", VIA_CLIENT, 0, SCOPE_PROVISION, 0},

    {ACTION_READ_STUDENT, "S2.tie.contactTeacher", VIA_TIE, TIE_CONTACT_TEACHER, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_STUDENT, "S2.tie.mentor", VIA_TIE, TIE_MENTOR, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_STUDENT, "S2.tie.teacher", VIA_TIE, TIE_TEACHER, SCOPE_READ, SHOW_OPEN},
    {ACTION_READ_STUDENT, "S2.tie.observer", VIA_TIE, TIE_OBSERVER, SCOPE_READ, SHOW_OPEN},
    {ACTION_READ_STUDENT, "S2.tie.health", VIA_TIE, TIE_HEALTH, SCOPE_READ, SHOW_OPEN},
    {ACTION_READ_STUDENT, "S2.role.rektor", VIA_ROLE, ROLE_REKTOR, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_STUDENT, "S2.role.admin", VIA_ROLE, ROLE_ADMIN, SCOPE_READ, SHOW_ALL},
    {ACTION_READ_STUDENT, "S2.role.caseOpener", VIA_ROLE, ROLE_CASE_OPENER, SCOPE_READ, SHOW_GROUP},

    {ACTION_LIST_STUDENTS, "S3.staff", VIA_STAFF, 0, SCOPE_READ, 0},
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
    [ACTION_LIST_STUDENTS] = {false, ACTION_LIST_STUDENTS, NULL, "S3.notStaff"},
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

static bool role_is_at_school(enum role role)
{
    return role != ROLE_OWNER && role != ROLE_AUDITOR;
}

bool policy_is_staff_at(const struct policy_actor *actor, const struct school_id *school, int32_t today)
{
    for (size_t i = 0; i < actor->n_memberships; i++) {
        const struct policy_membership *m = &actor->memberships[i];
        if (role_is_staff(m->role) && role_is_at_school(m->role) && uuid_equal(&m->school.uuid, &school->uuid) &&
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

static bool match_staff(const struct question *q, unsigned which, struct school_id *ret_school)
{
    (void)which;
    for (size_t i = 0; i < q->actor->n_memberships; i++) {
        if (role_is_staff(q->actor->memberships[i].role) && period_holds(&q->actor->memberships[i].period, q->today)) {
            *ret_school = (struct school_id){0};
            return true;
        }
    }
    return false;
}

static bool match_client(const struct question *q, unsigned which, struct school_id *ret_school)
{
    (void)which;
    *ret_school = (struct school_id){0};
    return q->actor->service;
}

/* `needs_person`: the row is for a known person, never for a client's own token. `staff_right`: G2 takes it away. */
static const struct matcher {
    bool (*match)(const struct question *q, unsigned which, struct school_id *ret_school);
    bool needs_person;
    bool staff_right;
} matchers[] = {
    [VIA_SELF] = {match_self, true, false},      [VIA_TIE] = {match_tie, true, true},
    [VIA_ROLE] = {match_role, true, true},       [VIA_STAFF] = {match_staff, true, true},
    [VIA_CLIENT] = {match_client, false, false},
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

    if (!how->has_object || (how->sight != action && any_rule(how->sight, q, &ignored)))
        return (struct decision){.verdict = VERDICT_FORBIDDEN, .refusal = how->forbidden};
    return (struct decision){.verdict = VERDICT_UNSEEN, .refusal = how->unseen};
}

enum status policy_decide(enum action action, const struct policy_actor *actor, const struct policy_object *object,
                          int32_t today, struct arena *arena, struct decision *ret_decision)
{
    const struct question q = {actor, object, today};
    struct grant grant;

    if ((refusals[action].has_object && !object->exists) || !any_rule(action, &q, &grant)) {
        *ret_decision = refuse(action, &q);
        return STATUS_OK;
    }
    struct grant *kept = arena_copy(arena, &grant, sizeof grant);
    if (kept == NULL)
        return STATUS_NO_MEMORY;
    *ret_decision = (struct decision){.verdict = VERDICT_ALLOWED, .grant = kept};
    return STATUS_OK;
}

unsigned policy_roles(enum action action)
{
    unsigned roles = 0;

    for (size_t i = 0; i < RULES; i++)
        if (rules[i].action == action && rules[i].via == VIA_ROLE)
            roles |= 1U << rules[i].which;
    return roles;
}
