# SPDX-License-Identifier: EUPL-1.2
"""Who may do what, as one table: the rules of docs/rules.md (L2, G1, G2, M1, S1 to S7, P1 to P10, V1, X7) read over the people and things of
world.py. It is written from the words of the rules and knows nothing of the daemon; test_rights_matrix.py asks the daemon about every
row of it, for everyone and everything.

A right is an ordered line of grounds, each a rule and a way to stand to the thing: `S2.tie.mentor`, `M1.role.rektor`. Roles of a school count
at the schools of the thing, owner and auditor everywhere in their organisation, a tie together with a staff membership at a school of the
student, and whoever handles, has proposed or written something together with one at its school (G1). A colon adds a limit."""
import dataclasses
import functools

from rights_cases import (CASE_THINGS, CASES, can_handle, handlers, has_module, new_departures, new_personsaker, new_proposals)
from rights_world import (NOWHERE, PEOPLE, REGISTRY, SEEDED, SELF, THINGS, Thing, columns, is_family, is_member, is_staff, never, new_codes,
                          new_enrolments, new_groups, new_identities, new_members, new_memberships, new_persons, new_schools, new_students,
                          has_family, has_family_in, new_ties, new_webhooks, put_enrolments, put_memberships, put_persons, put_students, roles, schools_of_person,
                          schools_of_student, seeded, staff_at, ties)

AT_SCHOOL = "M1.role.rektor M1.role.admin M1.client.provision"
BY_OWNER = "M1.role.owner M1.client.provision"
CARD = "S2.tie.contactTeacher S2.tie.mentor S2.tie.teacher S2.tie.observer S2.tie.health S2.handler S2.role.rektor S2.role.admin S2.role.caseOpener"
GROUPING = "S4.tie.contactTeacher M1.role.rektor M1.role.admin M1.client.provision"

RIGHTS = {
    "me.read": "L2.self",
    "organisation.read": "M1.role.owner V1.role.auditor M1.client.provision",
    "organisation.change": BY_OWNER,
    "school.read": "M1.role.rektor M1.role.admin M1.role.owner V1.role.auditor M1.client.provision",
    "school.change": BY_OWNER,
    "school.modules": "M1.role.owner",
    "person.read": "M1.role.rektor M1.role.admin M1.role.owner M1.client.provision",
    "person.change": "M1.role.rektor M1.role.admin M1.role.owner M1.client.provision",
    "person.lift": "S7.role.rektor S7.client.provision",    # a client's own mark only: the local one it never touches
    "person.outside": BY_OWNER,                         # a new one with no membership
    "identity.read": BY_OWNER,
    "identity.change": BY_OWNER,
    "leader.read": "M1.role.rektor M1.role.admin M1.role.owner M1.client.provision",
    "leader.change": BY_OWNER,
    "membership.read": AT_SCHOOL,
    "membership.change": AT_SCHOOL,
    "tie.read": AT_SCHOOL,
    "tie.change": AT_SCHOOL,
    "group.read": AT_SCHOOL,
    "group.change": AT_SCHOOL,
    "member.read": GROUPING + ":unprotected",
    "member.change": GROUPING + ":unprotected",
    "member.put": GROUPING,                             # a registry puts what it knows; it is shown nothing by it (S7)
    "enrolment.read": "S2.role.rektor S2.role.admin M1.client.provision",
    "enrolment.change": "S1.role.rektor S1.role.admin S1.client.provision",
    "enrolment.reopen": "M1.client.provision",          # one that has ended; people make a new one
    "student.read": CARD,
    "student.make": "S1.role.rektor S1.role.contactTeacher S1.client.provision",
    "student.change": "S4.tie.contactTeacher S4.role.rektor S4.role.admin S4.client.provision",
    "student.civic": "S1.role.rektor S1.role.admin S1.client.provision",
    "student.link": BY_OWNER,                           # whose login is the student's own
    "student.mark": "S7.role.rektor S7.role.admin S7.client.provision",
    "student.lift": "S7.role.rektor S7.client.provision",   # likewise
    "student.merge": "S4.role.rektor S4.role.admin S4.client.provision",
    "code.read": "L2.member M1.client.provision",
    "code.change": BY_OWNER,
    "school-log.read": "V1.role.rektor V1.role.owner V1.role.auditor",
    "organisation-log.read": "V1.role.owner V1.role.auditor",
    # The proof of a row, and who knows of a log. One of the organisation's own log is at no school.
    "row.read": "V1.role.rektor V1.role.owner:school V1.role.auditor:school V1.role.owner:outside V1.role.auditor:outside",
    "row-of-log.read": "M1.role.rektor M1.role.admin M1.role.owner V1.role.auditor M1.client.provision",
    # Hashes and sizes. The organisation's own log is at no school, and for nobody who works at one.
    "log.read": "V1.role.rektor V1.role.owner:school V1.role.auditor:school V1.outside.owner V1.outside.auditor V1.client.witness",
    "log.sign": "V1.role.rektor V1.role.owner:school V1.role.auditor:school V1.outside.owner V1.outside.auditor V1.client.witness",
    "changes.read": "X4.client.changes",
    "webhook.read": "X4.client.own X4.role.owner",
    "webhooks.read": "X4.role.owner X4.client.changes",
    "webhook.make": "X4.client.changes",
    "webhook.change": "X4.client.own X4.role.owner",
    "proposal.make": "P1.tie.contactTeacher P1.tie.mentor P1.tie.teacher P1.tie.observer P1.tie.health",
    "proposal.read": "P1.proposer P1.role.rektor P1.role.caseOpener",
    "proposal.decide": "P1.role.rektor P1.role.caseOpener",
    "personsak.make": "P2.role.rektor P2.role.caseOpener",
    "personsak.read": "P3.handler P3.coHandler P3.role.rektor",
    "own-case.read": "P3.handler P3.coHandler",         # one's own work: what one reads as rektor alone is none of it
    "personsak.change": "P4.handler P4.role.rektor",
    "personsak.hand": "P5.handler P5.role.rektor",
    "personsak.close": "P8.handler P8.role.rektor",
    "personsak.reopen": "P8.role.rektor",
    "personsak.close-many": "S6.role.rektor",
    "personsak-log.read": "V1.handler V1.coHandler V1.role.rektor",
    "personsak-count.read": "P3.role.rektor",
    "hendelse.make": "P6.handler P6.coHandler P6.role.rektor",
    "hendelse.read": "P3.handler P3.coHandler P3.role.rektor",
    "hendelse.change": "P7.author.handler P7.author.coHandler P7.author.rektor",
    "hendelse.strike": "P10.author.handler P10.author.coHandler P10.author.rektor P10.role.rektor",
    "document.make": "P6.handler P6.coHandler P6.role.rektor",
    "document.read": "P3.handler P3.coHandler P3.role.rektor",
    "document-content.read": "P3.handler:struck P3.coHandler:struck P3.role.rektor",      # P10
    "document.send": "P6.author.handler P6.author.coHandler P6.author.rektor",
    "document.strike": "P10.author.handler P10.author.coHandler P10.author.rektor P10.role.rektor",
    "departure.make": "S5.role.rektor S5.role.admin S5.client.provision",
    "departure.read": "S5.role.rektor S5.role.admin S5.client.provision",
    "departure.change": "S5.role.rektor S5.role.admin S5.client.provision",
    "departure.complete": "S6.role.rektor",
}
NEEDS_MODULE = ("proposal.make", "personsak.make", "hendelse.make", "document.make")   # X7
NOT_ONES_OWN = ("identity", "leader", "membership", "person", "tie")   # M1: nobody changes their own

# Whose card shows groups, of a protected student (S7), and whose shows more than name and group (S2).
GROUPS_OF_PROTECTED = ("S2.tie.contactTeacher", "S2.tie.mentor", "S2.role.rektor", "S2.role.admin")
NAME_AND_GROUP = ("S2.role.caseOpener",)


# ---- How someone stands to a thing ------------------------------------------------------------------------------------------------

def stands(who, way, thing):
    """Whether someone stands so to the thing: way is self, member, role.…, tie.… or client.…"""
    if who.client:
        kind, _, scope = way.partition(".")
        if way == "client.own":
            return who.has("changes") and thing.person == who.subject
        return kind == "client" and who.has(scope)
    if way in ("self", "member"):
        return bool(who.person) and (way == "self" or is_member(who))
    if thing.student and is_family(who, thing.student):
        return False
    kind, _, name = way.partition(".")
    if way == "handler" and thing.kind == "student":
        return any(key == who.subject and staff_at(who, {school}) and staff_at(who, thing.schools) for key, school in handlers(thing.student))
    if kind == "author":
        return ("author", who.subject) in thing.held and stands(who, "role.rektor" if name == "rektor" else name, thing)
    if kind in ("handler", "coHandler", "proposer"):
        return (kind, who.subject) in thing.held and staff_at(who, thing.schools)
    if kind == "tie":
        schools = set(thing.schools) & set(schools_of_student(who.org, thing.student))
        return name in ties(who, thing.student) and staff_at(who, schools)
    if kind == "outside":
        return not thing.schools and (None, name) in roles(who) and not staff_at(who, {school for school, _ in roles(who)} - {None})
    return kind == "role" and any((school, name) in roles(who) for school in (None, *thing.schools))


def ground(who, right, thing):
    """The ground on which someone may; None when they may not."""
    if thing.key == NOWHERE or thing.org not in (None, who.org):
        return None
    kind, _, verb = right.partition(".")
    if thing.kind == "row" and has_family(who):
        return None   # G2: the places of two rows tell how many stand between
    if thing.kind == "log" and has_family_in(who, thing.schools):
        return None   # G2: and so does a size
    if thing.kind == "leader" and kind == "membership":
        kind, right = thing.kind, f"{thing.kind}.{verb}"    # a leader's, or another's
    if not who.client and not who.has("trygg:read" if verb == "read" else "trygg:write"):
        return None
    if verb != "read" and kind in NOT_ONES_OWN and who.person and thing.person in (who.subject, SELF):
        return None
    for entry in RIGHTS[right].split():
        name, _, limit = entry.partition(":")
        barred = {"unprotected": thing.protected, "struck": thing.over, "school": not thing.schools,
                  "outside": not stands(who, name.partition(".")[2].replace("role", "outside"), thing)}.get(limit, False)
        if stands(who, name.partition(".")[2], thing) and not barred:
            return name
    return None


def lists(who, right):
    """X7: a collection is open to staff, and to clients that may read such things at all."""
    if right == "webhook.read":
        return bool(ground(who, "webhooks.read", Thing("webhook", "all")))
    if right == "log.read" and who.client:
        return who.has("witness")
    if who.client:
        return who.has("provision") and ".client.provision" in RIGHTS[right]
    return who.has("trygg:read") and (is_member(who) if "L2.member" in RIGHTS[right] else is_staff(who))


def shown_traits(who, thing, name):
    """The values of a filter by which someone may find the thing: no more than they are shown."""
    values = thing.trait(name)
    if thing.kind == "person":
        memberships = [row for row in things("membership") if (row.org, row.person) == (thing.org, thing.person) and not row.over]
        return tuple(value for row in memberships if ground(who, "membership.read", row) for value in row.trait(name))
    if thing.kind != "student":
        return values
    found = ground(who, "student.read", thing)
    if name == "groupId" and thing.protected and found not in GROUPS_OF_PROTECTED:
        return ()
    if name == "schoolId" and found in NAME_AND_GROUP:
        return tuple(school for school in values if (school, "caseOpener") in roles(who))
    if name == "civicNumber" and found in NAME_AND_GROUP:
        return ()
    return values


# ---- Things -----------------------------------------------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def things(kind):
    """All things of a kind that there are, in both organisations: those of the world, and those that the test makes before it begins."""
    cases = operation_to_put(kind).cases if kind not in ("code", "log", "row", "webhook", *CASE_THINGS) else None
    known = [at_home(case, giver) for case in cases() if case.known for giver in givers(case)] if cases else []
    return [thing for org in SEEDED for thing in {**THINGS, **CASE_THINGS}[kind](org)] + known + list(COME_WITH.get(kind, tuple)())


def operation_to_put(kind):
    return next(row for row in OPERATIONS.values() if row.does == "put" and row.kind == ("membership" if kind == "leader" else kind))


def givers(case):
    """By whom such a thing can be made: what is refused for what it is comes from a registry alone."""
    return (REGISTRY,) if case.why else (REGISTRY, PEOPLE)


NAMED = {"saksbehandlerId": "person"}    # of members that are not called after the kind that they name
OF_MEMBER = {"schoolId": "schools", "personId": "persons", "groupId": "groups", "studentId": "students", "civicNumber": "students"}


def at_home(case, giver):
    """What is to be made, as a thing that there is: in the organisation of what it names."""
    org = next(org for org in SEEDED if case.org in (None, org) and all(seeded(org, OF_MEMBER[member], name) for member, name in case.names))
    key = f"known to {giver}: {case.key}"
    return dataclasses.replace(case, org=org, key=key, giver=giver, student=key if case.kind == "student" else case.student,
                               person=key if case.kind == "person" else case.person)


def maker(thing):
    """Who makes what is known to people: one of them who may."""
    return next(who for who in columns() if not who.client and who.org == thing.org
                and answer_to_new(who, operation_to_put(thing.kind), thing).status == 200)


def enrolments_of_known():
    for student in things("student"):
        if student.known:
            yield Thing("enrolment", f"{student.key} there", student.org, student.schools, student.key,
                        traits=(("studentId", (student.key,)), ("schoolId", student.schools)))


def memberships_of_known():
    for person in things("person"):
        if person.known and person.schools:
            yield Thing("membership", f"{person.key} as teacher", person.org, person.schools, person=person.key, role="teacher",
                        traits=(("personId", (person.key,)), ("schoolId", person.schools), ("role", ("teacher",)), ("on", ("today",))))


# What comes into being together with something that is made before the test.
COME_WITH = {"enrolment": enrolments_of_known, "membership": memberships_of_known}


# ---- The operations ---------------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Operation:
    """`does`: read, list, make, change or put. `sees`: the right by which the thing is known to be there, so that whoever may not do this is
    answered 403; `unseen` is the answer to all others. `variants`: what may be changed."""
    does: str
    kind: str
    right: str
    sees: str | None = None
    unseen: int = 404
    known: str | None = None    # of a put: the right to change what is there, where it is not the one to make it
    login: str = "strong"
    filters: tuple = ()
    cases: object = None
    variants: tuple = ()
    holds: object = None        # of a list: those of them that it holds unless it is asked for others


@dataclasses.dataclass(frozen=True)
class Variant:
    """One of the things that can be changed, the further rights that it needs, and of which things it is one."""
    name: str
    also: tuple = ()
    only: object = None


def is_protected(thing):
    return thing.protected


def is_over(thing):
    return thing.over


def is_open(thing):
    return not thing.over


def read(kind, right=None, sees=None, **more):
    return Operation("read", kind, right or f"{kind}.read", sees, **more)


def listing(kind, *filters, right=None, **more):
    return Operation("list", kind, right or f"{kind}.read", filters=filters, **more)


def make(kind, cases, right=None, **more):
    return Operation("make", kind, right or f"{kind}.change", cases=cases, unseen=404 if "sees" in more else 403, **more)


def change(kind, *variants, sees=None, right=None, **more):
    return Operation("change", kind, right or f"{kind}.change", sees or f"{kind}.read", variants=variants or (Variant("anything"),), **more)


def act(kind, name, right, sees=None):
    """A change by a call of its own."""
    return change(kind, Variant(name), right=right, sees=sees)


def put(kind, cases, right=None, **more):
    return Operation("put", kind, right or f"{kind}.change", cases=cases, unseen=404 if "sees" in more else 403, **more)


OPERATIONS = {
    "getMe": read("me", login="any", unseen=403),
    "getOrganisation": read("organisation"),
    "changeOrganisation": change("organisation"),
    "provisionOrganisation": put("organisation", None, sees="organisation.read"),
    "listSchools": listing("school"),
    "getSchool": read("school"),
    "createSchool": make("school", new_schools),
    "changeSchool": change("school", Variant("name"), Variant("modules", ("school.modules",))),
    "provisionSchools": put("school", new_schools),
    "listPersons": listing("person", "schoolId", "role"),
    "getPerson": read("person"),
    "createPerson": make("person", new_persons),
    "changePerson": change("person", Variant("name"), Variant("mark"), Variant("lift", ("person.lift",), is_protected)),
    "provisionPersons": put("person", put_persons),
    "listIdentities": read("person", right="identity.read", sees="person.read"),
    "getIdentity": read("identity", sees="person.read"),
    "createIdentity": make("identity", new_identities, sees="person.read"),
    "endIdentity": change("identity", sees="person.read"),
    "provisionIdentities": put("identity", new_identities, sees="person.read"),
    "listMemberships": listing("membership", "personId", "schoolId", "role", "on"),
    "getMembership": read("membership"),
    "createMembership": make("membership", new_memberships),
    "changeMembership": change("membership"),
    "provisionMemberships": put("membership", put_memberships),
    "listTies": listing("tie", "studentId", "personId", "kind"),
    "getTie": read("tie"),
    "createTie": make("tie", new_ties, sees="tie.read"),
    "changeTie": change("tie"),
    "provisionTies": put("tie", new_ties, sees="tie.read"),
    "listGroups": listing("group", "schoolId"),
    "getGroup": read("group"),
    "createGroup": make("group", new_groups),
    "changeGroup": change("group"),
    "provisionGroups": put("group", new_groups),
    "listGroupMembers": listing("member", "groupId", "studentId"),
    "getGroupMember": read("member"),
    "createGroupMember": make("member", new_members, right="member.put"),
    "changeGroupMember": change("member"),
    "provisionGroupMembers": put("member", new_members, right="member.put"),
    "listStudents": listing("student", "schoolId", "groupId"),
    "searchStudents": listing("student", "schoolId", "groupId", "civicNumber", "name"),
    "getStudent": read("student"),
    "createStudent": make("student", new_students, right="student.make"),
    "changeStudent": change("student", Variant("name"),
                            Variant("civicNumber", ("student.civic",), lambda thing: not thing.trait("civicNumber")),
                            Variant("mark", ("student.mark",), lambda thing: thing.protected or thing.known),
                            Variant("lift", ("student.lift",), is_protected)),
    "mergeStudents": Operation("merge", "student", "student.merge", "student.read"),
    "provisionStudents": put("student", put_students, right="student.make", known="student.change"),
    "listEnrolments": listing("enrolment", "studentId", "schoolId"),
    "getEnrolment": read("enrolment"),
    "createEnrolment": make("enrolment", new_enrolments),
    "changeEnrolment": change("enrolment", Variant("reopen", ("enrolment.reopen",), is_over), Variant("anything")),
    "provisionEnrolments": put("enrolment", put_enrolments),
    "listCodes": listing("code", login="any"),
    "getCode": read("code", login="any"),
    "createCode": make("code", new_codes),
    "changeCode": change("code"),
    "listChanges": read("school", right="changes.read", sees="school.read"),
    "listWebhooks": listing("webhook"),
    "getWebhook": read("webhook"),
    "createWebhook": make("webhook", new_webhooks, right="webhook.make"),
    "removeWebhook": change("webhook"),
    "listSchoolActivity": read("school", right="school-log.read", sees="school.read"),
    "listOrganisationActivity": read("organisation", right="organisation-log.read", sees="organisation.read"),
    "getActivityProof": read("row", sees="row-of-log.read"),
    "listLogs": listing("log"),
    "getLogCheckpoint": read("log", sees="row-of-log.read"),
    "makeLogCheckpoint": read("log", right="log.sign", sees="row-of-log.read"),     # it stores nothing that anybody may not know of
    "addLogCosignature": Operation("cosign", "log", "log.sign", "row-of-log.read"),
    "getLogConsistency": read("log", sees="row-of-log.read"),
    "getLogTile": read("log", sees="row-of-log.read"),
    "proposePersonsak": make("proposal", new_proposals, right="proposal.make", sees="student.read"),
    "listProposals": listing("proposal", "schoolId", "studentId", "state"),
    "getProposal": read("proposal"),
    "acceptProposal": act("proposal", "accept", "proposal.decide"),
    "declineProposal": act("proposal", "decline", "proposal.decide"),
    "openPersonsak": make("personsak", new_personsaker, right="personsak.make", sees="student.read"),
    "listPersonsaker": listing("personsak", "schoolId", "studentId", "state", "saksbehandlerId", "sakstype", "due", "unhandled"),
    "listMyCases": listing("personsak", "schoolId", right="own-case.read", holds=is_open),
    "countPersonsaker": read("school", right="personsak-count.read", sees="school.read"),
    "getPersonsak": read("personsak"),
    "listPersonsakHistory": read("personsak"),
    "listPersonsakActivity": read("personsak", right="personsak-log.read", sees="personsak.read"),
    "changePersonsak": act("personsak", "header", "personsak.change"),
    "addMedsaksbehandler": act("personsak", "add", "personsak.change"),
    "removeMedsaksbehandler": act("personsak", "remove", "personsak.change"),
    "handOverPersonsak": act("personsak", "hand over", "personsak.hand"),
    "closePersonsak": act("personsak", "close", "personsak.close"),
    "reopenPersonsak": act("personsak", "reopen", "personsak.reopen"),
    "closePersonsaker": Operation("close many", "personsak", "personsak.close-many", "personsak.read"),
    "addHendelse": act("personsak", "write", "hendelse.make"),
    "addHendelseToStudent": act("student", "write", "student.read"),     # P9: told to those who may know of the student
    "listHendelser": read("personsak", right="hendelse.read"),
    "getHendelse": read("hendelse"),
    "listHendelseVersions": read("hendelse"),
    "amendHendelse": act("hendelse", "amend", "hendelse.change"),
    "strikeHendelse": act("hendelse", "strike", "hendelse.strike"),
    "createDocument": act("hendelse", "attach", "document.make"),
    "listDocuments": read("hendelse", right="document.read"),
    "getDocument": read("document"),
    "getDocumentContent": read("document", right="document-content.read", sees="document.read"),
    "sendDocumentPart": act("document", "send", "document.send"),
    "strikeDocument": act("document", "strike", "document.strike"),
    "recordDeparture": make("departure", new_departures, right="departure.make", sees="student.read"),
    "listDepartures": listing("departure", "schoolId", "studentId", "state"),
    "getDeparture": read("departure"),
    "withdrawDeparture": act("departure", "withdraw", "departure.change"),
    "completeDeparture": act("departure", "complete", "departure.complete"),
}

# What is answered 409 to those who may: nothing of it can be done to what is closed, decided, struck or gone on with (P1, P7, P8, P10, S6).
NOT_IN_CLOSED = ("changePersonsak", "addMedsaksbehandler", "removeMedsaksbehandler", "handOverPersonsak", "closePersonsak", "addHendelse",
                 "amendHendelse", "createDocument", "sendDocumentPart")
NOT_TWICE = ("acceptProposal", "declineProposal", "amendHendelse", "strikeHendelse", "createDocument", "sendDocumentPart", "strikeDocument")


def is_in_conflict(name, thing):
    case = CASES.get(thing.student)
    return (name == "addHendelseToStudent" or (name in NOT_IN_CLOSED and case.closed) or (name == "reopenPersonsak" and not case.closed)
            or (name in NOT_TWICE and thing.over) or (name == "completeDeparture" and case is not None and not case.closed))


# ---- What the answer is to be -----------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Answer:
    """`status` of a success is 200. `wrong`: the members that a 400 names; empty when it is another field's business."""
    status: int
    ground: str | None = None
    wrong: tuple = ()

    def __str__(self):
        return " ".join(map(str, filter(None, (self.status, self.ground, list(self.wrong)))))


def refusal(who, operation, thing):
    """What is seen is the thing itself, or what it belongs to: the person of a login."""
    kind = (operation.sees or "").partition(".")[0]
    parent = dict(thing.names).get(f"{kind}Id")
    seen = next((row for row in things(kind) if (row.org, row.key) == (thing.org or who.org, parent)), never(kind)) if parent else thing
    return Answer(403 if operation.sees and ground(who, operation.sees, seen) else operation.unseen)


def answer(who, operation, thing, also=()):
    """To a read or a change of what is there. Whoever lacks but a further right knows of the thing, whether they may read it or not."""
    found = ground(who, operation.right, thing)
    if not found:
        return refusal(who, operation, thing)
    return Answer(200, found) if all(ground(who, right, thing) for right in also) else Answer(403)


def answer_to_merge(who, operation, stays, absorbed):
    found = ground(who, operation.right, stays)
    if not found:
        return refusal(who, operation, stays)
    return Answer(200, found) if ground(who, operation.right, absorbed) else Answer(400, wrong=("/absorbedId",))


def own(who, case):
    """What is to be made, as this caller means it; None when it makes no sense from them."""
    if case.person != SELF:
        return case
    if not who.person:
        return None
    schools = schools_of_person(who.org, who.subject) if case.kind == "identity" else case.schools
    return dataclasses.replace(case, person=who.subject, schools=schools,
                               names=tuple((member, who.subject if name == SELF else name) for member, name in case.names))


def may_name(who, case, member, name):
    """Nobody names what they may not read. What the right itself is about need not be read besides: the person who gets a login, the student of
    the school who is put into a group. By external ids clients find what clients have put, people that and what people have."""
    kind = member.rpartition("/")[2].removesuffix("Id")
    if case.kind in CASE_THINGS and kind == "school":
        return any(row["school"] == name for row in seeded(who.org, "students", case.student)["enrolments"])
    if case.kind in CASE_THINGS:
        return kind != "saksbehandler" or can_handle(who.org, name, dict(case.names)["schoolId"], case.student)
    if kind == "civicNumber":
        return bool(seeded(who.org, "students", name).get("civicNumber"))
    found = next((thing for thing in things(kind) if (thing.org, thing.key) == (who.org, name)), None)
    if found is None or (found.giver == PEOPLE and who.client and not member.endswith("Id")):
        return False
    if case.kind == "enrolment" and kind == "student":
        return who.client or bool(ground(who, "student.read", found))
    if kind == "student" and case.schools != (NOWHERE,):
        return any(row.student == name and not row.over and set(row.schools) & set(case.schools) for row in things("enrolment"))
    return kind in ("school", "group", "student") or case.kind == "identity" or bool(ground(who, f"{kind}.read", found))


def answer_to_new(who, operation, case):
    """To something that is to be made."""
    if case.kind in CASE_THINGS and not seeded(who.org, "students", case.student):
        return Answer(404)
    found = ground(who, operation.right, case)
    if not found:
        return refusal(who, operation, case)
    is_off = operation.right in NEEDS_MODULE and not has_module(who.org, dict(case.names)["schoolId"])
    if is_off or not all(ground(who, right, case) for right in case.also):
        return Answer(403)
    wrong = tuple("/" + member for member, name in case.names if not may_name(who, case, member, name))
    if wrong or (case.why and not (who.client and case.why in OF_NO_CONCERN_TO_CLIENTS)):
        return Answer(400, wrong=wrong)
    return Answer(200, found)


def finds(who, thing):
    """Whether its external id leads this caller to it: those that service clients give, and those that people give, are apart."""
    return thing.org == who.org and (thing.giver == REGISTRY) == who.client


def answer_to_known(who, operation, case, thing):
    """To a put of what is there: what the caller may neither read nor change is to them as if it were new, save that its external id is taken."""
    if not finds(who, thing):
        return answer_to_new(who, operation, case)
    found = ground(who, operation.known or operation.right, thing)
    if found:
        return Answer(200, found)
    if ground(who, f"{operation.kind}.read", thing):
        return Answer(403)
    new = answer_to_new(who, operation, case)
    return new if new.status != 200 else Answer(409)


# G1: a tie gives nothing before the membership that it rests on, so a registry may send it first.
OF_NO_CONCERN_TO_CLIENTS = ("no staff", "no school")
