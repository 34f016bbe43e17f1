/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy.c: the few lines that read the decision table.
 * May not touch anything but base/: no store, no clock, no token.
 * Always: what no row allows is refused; the ground is the first row that matches.
 */
#include "policy/policy.h"

#include "base/caller.h"
#include "policy/table.h"

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

/* The first of the object's schools at which the actor is staff today (G1). */
static bool is_staff_at_place(const struct question *q, struct school_id *ret_school)
{
    for (size_t i = 0; i < q->object->n_places; i++) {
        const struct policy_place *place = &q->object->places[i];
        if (period_holds(&place->period, q->today) && policy_is_staff_at(q->actor, &place->school, q->today)) {
            *ret_school = place->school;
            return true;
        }
    }
    return false;
}

static bool match_bond(const struct question *q, unsigned which, struct school_id *ret_school)
{
    return (q->object->bonds & which) == which && is_staff_at_place(q, ret_school);
}

static bool match_tie(const struct question *q, unsigned which, struct school_id *ret_school)
{
    return has_tie(q, (enum tie_kind)which) && is_staff_at_place(q, ret_school);
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

static bool match_own_role(const struct question *q, unsigned which, struct school_id *ret_school)
{
    return (q->object->bonds & BOND_AUTHOR) != 0 && match_role(q, which, ret_school);
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
    [VIA_BOND] = {match_bond, true, true},
    [VIA_TIE] = {match_tie, true, true},
    [VIA_ROLE] = {match_role, true, true},
    [VIA_OWN_ROLE] = {match_own_role, true, true},
    [VIA_ORGANISATION] = {match_organisation, true, true},
    [VIA_OUTSIDE] = {match_outside, true, true},
    [VIA_STAFF] = {match_staff, true, true},
    [VIA_MEMBER] = {match_member, true, false},
    [VIA_CLIENT] = {match_client, false, false},
    [VIA_OWN_CLIENT] = {match_own_client, false, false},
};

/* G2: deny wins. A guardian of the student, or the student, has no staff right on that student, nor on what tells of them. */
static bool is_own_family(const struct question *q)
{
    return q->object->actor_is_student || q->object->tells_of_family || has_tie(q, TIE_GUARDIAN);
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

    for (size_t i = 0; i < policy_n_rules; i++) {
        if (policy_rules[i].action != action)
            continue;
        struct school_id school = {0};
        if (!rule_matches(&policy_rules[i], q, &school))
            continue;
        if (grant.ground == NULL) {
            grant.ground = policy_rules[i].ground;
            grant.school = school;
        }
        grant.shows |= policy_rules[i].shows;
    }
    if (grant.ground == NULL)
        return false;
    *ret_grant = grant;
    return true;
}

static struct decision refuse(enum action action, const struct question *q)
{
    const struct refusal *how = &policy_refusals[action];
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
    const bool is_missing = policy_refusals[action].has_object && !object->exists && !object->is_new;
    struct grant grant;

    if (is_missing || !any_rule(action, &q, &grant)) {
        *ret_decision = refuse(action, &q);
        return STATUS_OK;
    }
    if (object->module_is_off && policy_creates(action)) {
        *ret_decision = (struct decision){.verdict = VERDICT_FORBIDDEN, .refusal = "X7.moduleOff"};
        return STATUS_OK;
    }
    struct grant *kept = arena_copy(arena, &grant, sizeof grant);
    if (kept == NULL)
        return STATUS_NO_MEMORY;
    *ret_decision = (struct decision){.verdict = VERDICT_ALLOWED, .grant = kept};
    return STATUS_OK;
}

bool policy_creates(enum action action)
{
    return policy_creating[action];
}

bool policy_everywhere(enum action action, const struct policy_actor *actor, int32_t today)
{
    const struct policy_object object = {.exists = true};
    const struct question q = {actor, &object, today};
    struct grant ignored;

    return any_rule(action, &q, &ignored);
}

static bool is_enrolled_at(const struct policy_object *student, const struct school_id *school, int32_t today)
{
    for (size_t i = 0; i < student->n_places; i++) {
        const struct policy_place *place = &student->places[i];
        if (uuid_equal(&place->school.uuid, &school->uuid) && period_holds(&place->period, today))
            return true;
    }
    return false;
}

bool policy_names_protected(const struct policy_actor *actor, const struct policy_object *student,
                            const struct school_id *school, int32_t today)
{
    const struct question q = {actor, student, today};
    struct grant ignored;

    return is_enrolled_at(student, school, today) || any_rule(ACTION_READ_STUDENT, &q, &ignored);
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

    for (size_t i = 0; i < policy_n_rules; i++)
        if (policy_rules[i].action == action && policy_rules[i].via == via)
            which |= 1U << policy_rules[i].which;
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
