# SPDX-License-Identifier: EUPL-1.2
"""The rules on who may do what, once more: written from the rules' own words, knowing nothing of the daemon's code.

Everything is in two steps. A *standing* says which relations hold today between who asks and what is asked about, and at which school
each holds. A *rule* names, for an action, the relations that allow it, in the order in which they are looked for (own relation, role,
client), and what each of them shows."""
import copy
import typing

READ, CHANGE = "trygg:read", "trygg:write"  # scopes cap what is done on a person's behalf
GROUP, CARD, PROTECTED = "group", "card", "group of a protected person"  # S2, S7: what is shown besides id and name
STRUCK, DUE, BECAME = "what was struck", "what is due", "which personsak it became"  # P10, S6, P1: what not everyone sees who sees the thing
SHOWN = (GROUP, CARD, PROTECTED, STRUCK, DUE, BECAME)
STUDENT, PERSON, CASE, OTHER = "student", "person", "case", "other"  # what the action is about; a case, or what belongs to one, is on a student

STAFF_AT_SCHOOL = ("rektor", "caseOpener", "contactTeacher", "teacher", "staff", "health", "admin")  # no student, no guardian
OFFICES = ("owner", "auditor")  # on the organisation
WIDE = ("self", "member", "staff", "role.owner", "role.auditor", "outside.owner", "outside.auditor", "client.provision", "client.changes", "client.witness")  # whatever the thing's place is
CLIENT_SCOPES = ("provision", "changes", "witness")  # what a service client may be for
LEADERSHIP = ("rektor", "admin", "owner", "auditor")  # M1: whose memberships are the owner's business
STAFF_TIES = ("contactTeacher", "mentor", "teacher", "observer", "health")


class Rule(typing.NamedTuple):
    number: str
    scope: str
    about: str
    ways: tuple  # (relation, what it shows, the number of another rule that allows it or None)
    seen_by: typing.Optional[str] = None  # who may see the thing: those of this action. None: it is about no thing that is there (X7)


def way(*relations, shows=(), by=None):
    return tuple((relation, frozenset(shows), by) for relation in relations)


SCHOOL_LEADERS = way("role.rektor", "role.admin")
PROVISION = way("client.provision")
CHANGES = way("client.changes")
WITNESS = way("client.witness")
OWNER = way("role.owner")
AUDITOR = way("role.auditor", by="V1")
OUTSIDE = way("outside.owner", "outside.auditor")  # of the offices, those who work at no school: what is withheld from one shows in sizes
EVERYTHING = (GROUP, CARD, PROTECTED)
REGISTRARS = SCHOOL_LEADERS + PROVISION  # M1: other memberships, ties, groups
APPOINTERS = OWNER + PROVISION  # M1: identities, and memberships of rektor, admin, owner, auditor
READERS = (way("tie.contactTeacher", "tie.mentor", shows=EVERYTHING) +
           way("tie.teacher", "tie.observer", "tie.health", "handler", shows=(GROUP, CARD)) +
           way("role.rektor", "role.admin", shows=EVERYTHING) +
           way("role.caseOpener", shows=(GROUP,)))
MEMBERS = way("member") + way("client.provision", by="M1")
TIED_TEACHER = "tie.contactTeacher"
REKTOR = way("role.rektor")
OPENERS = way("role.rektor", "role.caseOpener")  # P1, P2
LEADERS = way("handler") + REKTOR  # P4, P5, P8: the saksbehandler and rektor
WITHIN = way("handler", "coHandler") + REKTOR  # P3
AUTHOR_WITHIN = way("author.handler", "author.coHandler", "author.rektor")  # P7: its author, while within P3

RULES = {
    "READ_SELF": Rule("L2", READ, OTHER, way("self")),

    # Students
    "CREATE_STUDENT": Rule("S1", CHANGE, OTHER, way("role.rektor", "role.contactTeacher") + PROVISION),
    "SET_CIVIC_NUMBER": Rule("S1", CHANGE, STUDENT, REGISTRARS),
    "READ_STUDENT": Rule("S2", READ, STUDENT, READERS, "READ_STUDENT"),
    "CITE_STUDENT": Rule("M1", READ, STUDENT, tuple((relation, shows, "S2") for relation, shows, _ in READERS) + PROVISION, "CITE_STUDENT"),
    "LIST_STUDENTS": Rule("S3", READ, OTHER, way("staff")),
    "NAME_STUDENT": Rule("S4", CHANGE, STUDENT, way(TIED_TEACHER) + REGISTRARS, "READ_STUDENT"),
    "EDIT_STUDENT": Rule("S4", CHANGE, STUDENT, REGISTRARS, "READ_STUDENT"),
    "LIFT_STUDENT": Rule("S7", CHANGE, STUDENT, way("role.rektor"), "READ_STUDENT"),
    "LINK_STUDENT": Rule("M1", CHANGE, STUDENT, APPOINTERS, "READ_STUDENT"),
    "MERGE_STUDENTS": Rule("S4", CHANGE, STUDENT, REGISTRARS, "READ_STUDENT"),

    # The registry
    "LIST_REGISTRY": Rule("M1", READ, OTHER, way("staff") + PROVISION),
    "READ_ORGANISATION": Rule("M1", READ, OTHER, OWNER + AUDITOR + PROVISION, "READ_ORGANISATION"),
    "CHANGE_ORGANISATION": Rule("M1", CHANGE, OTHER, OWNER + PROVISION, "READ_ORGANISATION"),
    "READ_SCHOOL": Rule("M1", READ, OTHER, SCHOOL_LEADERS + OWNER + AUDITOR + PROVISION, "READ_SCHOOL"),
    "CREATE_SCHOOL": Rule("M1", CHANGE, OTHER, OWNER + PROVISION),
    "CHANGE_SCHOOL": Rule("M1", CHANGE, OTHER, OWNER + PROVISION, "READ_SCHOOL"),
    "SET_MODULES": Rule("M1", CHANGE, OTHER, OWNER, "READ_SCHOOL"),
    "READ_PERSON": Rule("M1", READ, PERSON, SCHOOL_LEADERS + OWNER + PROVISION, "READ_PERSON"),
    "CREATE_PERSON": Rule("M1", CHANGE, PERSON, SCHOOL_LEADERS + OWNER + PROVISION),
    "CHANGE_PERSON": Rule("M1", CHANGE, PERSON, SCHOOL_LEADERS + OWNER + PROVISION, "READ_PERSON"),
    "LIFT_PERSON": Rule("S7", CHANGE, PERSON, way("role.rektor"), "READ_PERSON"),
    "READ_IDENTITY": Rule("M1", READ, PERSON, APPOINTERS, "READ_PERSON"),
    "CHANGE_IDENTITY": Rule("M1", CHANGE, PERSON, APPOINTERS, "READ_PERSON"),
    "READ_MEMBERSHIP": Rule("M1", READ, PERSON, REGISTRARS, "READ_MEMBERSHIP"),
    "READ_LEADERSHIP": Rule("M1", READ, PERSON, SCHOOL_LEADERS + APPOINTERS, "READ_LEADERSHIP"),
    "CHANGE_MEMBERSHIP": Rule("M1", CHANGE, PERSON, REGISTRARS, "READ_MEMBERSHIP"),
    "CHANGE_LEADERSHIP": Rule("M1", CHANGE, PERSON, APPOINTERS, "READ_LEADERSHIP"),
    "READ_ENROLMENT": Rule("S2", READ, STUDENT, SCHOOL_LEADERS + way("client.provision", by="M1"), "READ_ENROLMENT"),
    "CHANGE_ENROLMENT": Rule("S1", CHANGE, STUDENT, REGISTRARS, "READ_ENROLMENT"),
    "REOPEN_ENROLMENT": Rule("M1", CHANGE, STUDENT, PROVISION, "READ_ENROLMENT"),
    "CREATE_ENROLMENT": Rule("S1", CHANGE, STUDENT, REGISTRARS),
    "READ_TIE": Rule("M1", READ, STUDENT, REGISTRARS, "READ_TIE"),
    "CHANGE_TIE": Rule("M1", CHANGE, STUDENT, REGISTRARS, "READ_TIE"),
    "TIE_EARLY": Rule("G1", CHANGE, STUDENT, way("client.provision", by="M1")),
    "READ_GROUP": Rule("M1", READ, OTHER, REGISTRARS, "READ_GROUP"),
    "CHANGE_GROUP": Rule("M1", CHANGE, OTHER, REGISTRARS, "READ_GROUP"),
    "CREATE_GROUP": Rule("M1", CHANGE, OTHER, REGISTRARS),
    "READ_GROUP_MEMBER": Rule("M1", READ, STUDENT,
                              way(TIED_TEACHER, shows=EVERYTHING, by="S4") +
                              way("role.rektor", "role.admin", shows=EVERYTHING) + PROVISION, "READ_GROUP_MEMBER"),
    "CHANGE_GROUP_MEMBER": Rule("M1", CHANGE, STUDENT, way(TIED_TEACHER, shows=EVERYTHING, by="S4") +
                                way("role.rektor", "role.admin", shows=EVERYTHING) + PROVISION, "READ_GROUP_MEMBER"),
    "CREATE_GROUP_MEMBER": Rule("M1", CHANGE, STUDENT, way(TIED_TEACHER, by="S4") + REGISTRARS),
    "LIST_CODES": Rule("L2", READ, OTHER, MEMBERS),
    "READ_CODE": Rule("L2", READ, OTHER, MEMBERS, "READ_CODE"),
    "CREATE_CODE": Rule("M1", CHANGE, OTHER, APPOINTERS),
    "CHANGE_CODE": Rule("M1", CHANGE, OTHER, APPOINTERS, "READ_CODE"),

    # The log
    "READ_SCHOOL_ACTIVITY": Rule("V1", READ, OTHER, way("role.rektor") + OWNER + AUDITOR, "READ_SCHOOL"),
    "READ_ORGANISATION_ACTIVITY": Rule("V1", READ, OTHER, OWNER + AUDITOR, "READ_ORGANISATION"),

    # The log as trees of hashes
    "LIST_LOGS": Rule("V1", READ, OTHER, way("staff") + WITNESS),
    "FOLLOW_SCHOOL_LOG": Rule("V1", READ, OTHER, way("role.rektor") + OWNER + AUDITOR + WITNESS, "READ_SCHOOL"),
    "FOLLOW_ORGANISATION_LOG": Rule("V1", READ, OTHER, OUTSIDE + WITNESS, "READ_ORGANISATION"),
    "SIGN_SCHOOL_LOG": Rule("V1", CHANGE, OTHER, way("role.rektor") + OWNER + AUDITOR + WITNESS, "READ_SCHOOL"),
    "SIGN_ORGANISATION_LOG": Rule("V1", CHANGE, OTHER, OUTSIDE + WITNESS, "READ_ORGANISATION"),

    # What has changed
    "READ_SCHOOL_CHANGES": Rule("X4", READ, OTHER, CHANGES, "READ_SCHOOL"),
    "READ_CHANGES": Rule("X4", READ, OTHER, CHANGES),
    "LIST_WEBHOOKS": Rule("X4", READ, OTHER, OWNER + CHANGES),
    "READ_WEBHOOK": Rule("X4", READ, OTHER, way("client.own") + OWNER, "READ_WEBHOOK"),
    "CREATE_WEBHOOK": Rule("X4", CHANGE, OTHER, CHANGES),
    "REMOVE_WEBHOOK": Rule("X4", CHANGE, OTHER, way("client.own") + OWNER, "READ_WEBHOOK"),

    # Sikker Sak: proposals
    "LIST_PROPOSALS": Rule("P1", READ, OTHER, way("staff")),
    "PROPOSE_PERSONSAK": Rule("P1", CHANGE, STUDENT, way(*("tie." + kind for kind in STAFF_TIES)), "READ_STUDENT"),
    "READ_PROPOSAL": Rule("P1", READ, CASE, way("proposer") + way("role.rektor", "role.caseOpener", shows=(BECAME,)), "READ_PROPOSAL"),
    "DECIDE_PROPOSAL": Rule("P1", CHANGE, CASE, OPENERS, "READ_PROPOSAL"),

    # Personsaker
    "LIST_PERSONSAKER": Rule("P3", READ, OTHER, way("staff")),
    "COUNT_PERSONSAKER": Rule("P3", READ, OTHER, REKTOR, "READ_SCHOOL"),
    "OPEN_PERSONSAK": Rule("P2", CHANGE, STUDENT, OPENERS, "READ_STUDENT"),
    "READ_PERSONSAK": Rule("P3", READ, CASE, WITHIN, "READ_PERSONSAK"),
    "CHANGE_PERSONSAK": Rule("P4", CHANGE, CASE, LEADERS, "READ_PERSONSAK"),
    "CHANGE_HANDLERS": Rule("P4", CHANGE, CASE, LEADERS, "READ_PERSONSAK"),
    "HAND_OVER": Rule("P5", CHANGE, CASE, LEADERS, "READ_PERSONSAK"),
    "CLOSE_PERSONSAK": Rule("P8", CHANGE, CASE, LEADERS, "READ_PERSONSAK"),
    "CLOSE_PERSONSAKER": Rule("S6", CHANGE, CASE, REKTOR, "READ_PERSONSAK"),
    "REOPEN_PERSONSAK": Rule("P8", CHANGE, CASE, REKTOR, "READ_PERSONSAK"),
    "READ_PERSONSAK_ACTIVITY": Rule("V1", READ, CASE, WITHIN, "READ_PERSONSAK"),

    # What is in them
    "ADD_HENDELSE": Rule("P6", CHANGE, CASE, WITHIN, "READ_PERSONSAK"),
    "READ_HENDELSE": Rule("P3", READ, CASE, way("handler", "coHandler") + way("role.rektor", shows=(STRUCK,)), "READ_HENDELSE"),
    "AMEND_HENDELSE": Rule("P7", CHANGE, CASE, AUTHOR_WITHIN, "READ_HENDELSE"),
    "STRIKE_HENDELSE": Rule("P10", CHANGE, CASE, AUTHOR_WITHIN + REKTOR, "READ_HENDELSE"),
    "ADD_DOCUMENT": Rule("P6", CHANGE, CASE, WITHIN, "READ_HENDELSE"),
    "READ_DOCUMENT": Rule("P3", READ, CASE, way("handler", "coHandler") + way("role.rektor", shows=(STRUCK,)), "READ_DOCUMENT"),
    "SEND_DOCUMENT": Rule("P6", CHANGE, CASE, AUTHOR_WITHIN, "READ_DOCUMENT"),
    "STRIKE_DOCUMENT": Rule("P10", CHANGE, CASE, AUTHOR_WITHIN + REKTOR, "READ_DOCUMENT"),

    # Departures
    "LIST_DEPARTURES": Rule("S5", READ, OTHER, way("staff") + PROVISION),
    "RECORD_DEPARTURE": Rule("S5", CHANGE, STUDENT, REGISTRARS, "READ_STUDENT"),
    "READ_DEPARTURE": Rule("S5", READ, CASE, way("role.rektor", shows=(DUE,)) + way("role.admin") + PROVISION, "READ_DEPARTURE"),
    "WITHDRAW_DEPARTURE": Rule("S5", CHANGE, CASE, REGISTRARS, "READ_DEPARTURE"),
    "COMPLETE_DEPARTURE": Rule("S6", CHANGE, CASE, REKTOR, "READ_DEPARTURE"),
}


CREATING = ("PROPOSE_PERSONSAK", "OPEN_PERSONSAK", "ADD_HENDELSE", "ADD_DOCUMENT")  # X7: not at a school whose module is off


# ---- Who stands how ---------------------------------------------------------------------------------------------------------------

def current(period, today):
    """Both ends belong to a period."""
    return period.first <= today <= period.last


def standing(world):
    """relation → the school where it holds, the first of the object's schools; 0 for what holds at none."""
    if world.service:
        holds = {"client." + scope: 0 for scope in CLIENT_SCOPES if scope in world.scopes}
        return {**holds, "client.own": 0} if world.is_clients_own and "changes" in world.scopes else holds
    if not world.known:
        return {}
    holds = {"self": 0}
    today = world.today
    mine = [(one.role, one.school) for one in world.memberships if current(one, today)]
    for role, _ in mine:
        holds["member"] = 0
        if role in OFFICES:
            holds["role." + role] = 0
    staff_at = {0 if role in OFFICES else school for role, school in mine if role not in ("student", "guardian")}
    if staff_at:  # V1: at one school, it is that school's business
        holds["staff"] = staff_at.pop() if len(staff_at) == 1 else 0
    if not any(role in STAFF_AT_SCHOOL for role, _ in mine):
        holds.update({"outside." + role: 0 for role, _ in mine if role in OFFICES})
    ties = [tie.kind for tie in world.ties if current(tie, today)]
    if world.actor_is_student or "guardian" in ties or world.tells_of_family:  # G2: whatever else they are
        return {relation: 0 for relation in ("self", "member") if relation in holds}
    for place in world.places:
        if not current(place, today):
            continue
        roles = [role for role, school in mine if school == place.school and role in STAFF_AT_SCHOOL]
        for role in roles:
            holds.setdefault("role." + role, place.school)
        if roles:  # G1
            for kind in ties:
                holds.setdefault("tie." + kind, place.school)
            for relation in bonds(world):
                holds.setdefault(relation, place.school)
            if "authors" in world.bonds and "rektor" in roles:
                holds.setdefault("author.rektor", place.school)
    return holds


def bonds(world):
    """How a member of staff stands to the record beside ties; to a student, as a handler of one of their personsaker (S2)."""
    if world.kind != CASE:
        return ["handler"] if "onCase" in world.bonds else []
    within = [relation for bond, relation in (("leads", "handler"), ("handles", "coHandler")) if bond in world.bonds]
    return within + ["author." + one for one in within if "authors" in world.bonds] + ["proposer"] * ("proposed" in world.bonds)


def roles_at(world, school):
    """The roles held at one school today, by this person's memberships alone."""
    return {one.role for one in world.memberships if one.school == school and current(one, world.today)}


def named_at(world, school, holds):
    """S7: whether a record of the school names its protected student: who is there today, or whose card may be read."""
    rule = RULES["READ_STUDENT"]
    if world.kind == CASE:  # who handles one does not by that read the card
        apart = copy.copy(world)
        apart.kind = STUDENT
        holds = standing(apart)
    is_there = any(place.school == school and current(place, world.today) for place in world.places)
    return is_there or (rule.scope in world.scopes and any(relation in holds for relation, _, _ in rule.ways))


# ---- The decision -----------------------------------------------------------------------------------------------------------------

class Answer(typing.NamedTuple):
    verdict: str  # "allowed", "403", "404"
    ground: str = ""  # of a refusal the number of the rule only
    shows: frozenset = frozenset()
    school: int = 0


def allowed(rule, world, holds):
    """The answer if a way of the rule is open, or None."""
    if rule.seen_by and not (world.exists or world.is_new) or not (world.service or rule.scope in world.scopes):
        return None
    if world.is_own and rule.scope == CHANGE:  # M1: nobody changes their own
        return None
    ground, shows, school = None, frozenset(), 0
    for relation, shown, by in rule.ways:
        if relation in holds:
            if ground is None:
                ground, school = f"{by or rule.number}.{relation}", holds[relation]
            shows |= shown
    return Answer("allowed", ground, shows, school) if ground else None


def everywhere(rule, world, holds):
    """Whether the rule allows it wherever the thing stands, and whoever is tied to it."""
    if world.ties or world.actor_is_student or world.tells_of_family:
        apart = copy.copy(world)
        apart.ties, apart.actor_is_student, apart.tells_of_family = (), False, False
        holds = standing(apart)
    return (world.service or rule.scope in world.scopes) and any([relation in holds for relation, _, _ in rule.ways if relation in WIDE])


def decide(action, world, holds):
    """`holds` is the standing of this world: the same for each action."""
    rule = RULES[action]
    answer = allowed(rule, world, holds)
    if answer:
        return answer if not world.module_is_off or action not in CREATING else Answer("403", "X7")
    if rule.seen_by and not world.is_new and not allowed(RULES[rule.seen_by], world, holds):
        return Answer("404", rule.number)
    return Answer("403", rule.number)
