# SPDX-License-Identifier: EUPL-1.2
"""Who may do what, as one table: the rules of docs/rules.md (L2, G1, G2, M1, S1 to S4, S7, V1, X7) read over the people and things of
world.py. It is written from the words of the rules and knows nothing of the daemon; test_rights_matrix.py asks the daemon about every
row of it, for everyone and everything.

A right is an ordered line of grounds, each a rule and a way to stand to the thing: `S2.tie.mentor`, `M1.role.rektor`. Roles of a school count
at the schools of the thing, owner and auditor everywhere in their organisation, a tie together with a staff membership at a school of the
student (G1). A colon adds a limit."""
import dataclasses
import functools

import world

LEADERS = ("rektor", "admin", "owner", "auditor")      # whose memberships are the owner's business (M1)
NOT_STAFF = ("student", "guardian")
NOWHERE = "nowhere"                                     # the key of what never was
SELF = "self"                                           # in place of a person: whoever calls

AT_SCHOOL = "M1.role.rektor M1.role.admin M1.client.provision"
BY_OWNER = "M1.role.owner M1.client.provision"
CARD = "S2.tie.contactTeacher S2.tie.mentor S2.tie.teacher S2.tie.observer S2.tie.health S2.role.rektor S2.role.admin S2.role.caseOpener"
GROUPING = "S4.tie.contactTeacher M1.role.rektor M1.role.admin M1.client.provision"

RIGHTS = {
    "me.read": "L2.self",
    "organisation.read": "M1.role.owner M1.role.auditor M1.client.provision",
    "organisation.change": "M1.role.owner",
    "school.read": "M1.role.rektor M1.role.admin M1.role.owner M1.role.auditor M1.client.provision",
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
    "member.read": "M1.role.rektor M1.role.admin M1.client.provision:unprotected",
    "member.change": GROUPING + ":unprotected",
    "member.put": GROUPING,                             # a registry puts what it knows; it is shown nothing by it (S7)
    "enrolment.read": AT_SCHOOL,
    "enrolment.change": AT_SCHOOL,
    "student.read": CARD,
    "student.make": "S1.role.rektor S1.role.contactTeacher S1.client.provision",
    "student.change": "S4.tie.contactTeacher S4.role.rektor S4.role.admin S4.client.provision",
    "student.civic": "S1.role.rektor S1.role.admin S1.client.provision",
    "student.mark": "S7.role.rektor S7.role.admin S7.client.provision",
    "student.lift": "S7.role.rektor",
    "student.merge": "S4.role.rektor S4.role.admin S4.client.provision",
    "code.read": "L2.member M1.client.provision",
    "code.change": BY_OWNER,
    "school-log.read": "V1.role.rektor V1.role.owner V1.role.auditor",
    "organisation-log.read": "V1.role.owner V1.role.auditor",
}
NOT_ONES_OWN = ("identity", "leader", "membership", "person", "tie")   # M1: nobody changes their own

# Whose card shows groups, of a protected student (S7), and whose shows more than name and group (S2).
GROUPS_OF_PROTECTED = ("S2.tie.contactTeacher", "S2.tie.mentor", "S2.role.rektor", "S2.role.admin")
NAME_AND_GROUP = ("S2.role.caseOpener",)


# ---- Who --------------------------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Who:
    name: str
    subject: str
    org: str = world.FJORD
    scope: str = "trygg:read trygg:write"
    client: bool = False
    strong: bool = True

    @property
    def person(self):
        """The row of world.py behind the login; None for clients and strangers."""
        return None if self.client else seeded(self.org, "persons", self.subject) or None

    def has(self, scope):
        return scope in self.scope.split()


SEEDED = {seed["key"]: {**seed, **{kind: {row["key"]: row for row in seed[kind]} for kind in ("schools", "persons", "students", "groups")}}
          for seed in (world.fjord(), world.skog())}


def seeded(org, kind, key):
    """A row of the world; an empty one where there is none."""
    return SEEDED.get(org, {}).get(kind, {}).get(key, {})


def columns():
    """Everyone of the world, strangers, service clients, and tokens that hold only part of the scopes or more than a person's."""
    people = [Who(key, key) for key in SEEDED[world.FJORD]["persons"]]
    people += [Who(f"{key}@skog", key, world.SKOG) for key in SEEDED[world.SKOG]["persons"]]
    strangers = [Who("stranger", "nobody-we-know"), Who("stranger@skog", "owner", world.SKOG)]
    clients = [Who(f"client:{name}", "registry", scope=scope, client=True)
               for name, scope in (("provision", "provision"), ("changes", "changes"), ("no scope of its own", "trygg:read trygg:write"))]
    clients.append(Who("client:provision@skog", "registry", world.SKOG, "provision", client=True))
    parts = [Who(f"{key} with {scope} only", key, scope=scope) for key in ("rektor", "owner", "kari") for scope in ("trygg:read", "trygg:write")]
    parts.append(Who("assistant with provision too", "assistant", scope="trygg:read trygg:write provision"))
    return people + strangers + clients + parts


WEAK = [Who(f"{key}, weak login", key, strong=False) for key in ("rektor", "owner", "admin", "kari", "guardian")]


# ---- Days -------------------------------------------------------------------------------------------------------------------------

def day(text, otherwise):
    """"today-300" is -300."""
    return int(text[len("today"):] or 0) if text else otherwise


def period(row):
    return day(row.get("from"), -10**6), day(row.get("until"), 10**6)


def current(row):
    first, last = period(row)
    return first <= 0 <= last


def over(row):
    return period(row)[1] < 0


# ---- How someone stands to a thing ------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Thing:
    """`schools`: where it is the business of rektor and admin. `names`: what it names, by member. `traits`: what lists filter by."""
    kind: str
    key: str
    org: str | None = None          # None: whoever calls makes it in their own
    schools: tuple = ()
    student: str | None = None      # whom it is about
    person: str | None = None       # whose it is
    role: str | None = None
    protected: bool = False
    over: bool = False
    also: tuple = ()                # further rights that making it needs
    names: tuple = ()               # (member, key)
    traits: tuple = ()              # (filter, values)
    why: str = ""                   # another reason to refuse it: what it names is there and does not fit
    known: bool = False             # to be made: there is one already, by an external id

    def trait(self, name):
        return dict(self.traits).get(name, ())


def roles(who):
    """(school or None, role) that hold today."""
    return {(row["school"], row["role"]) for row in who.person["memberships"] if current(row)} if who.person else set()


def is_member(who):
    return bool(roles(who))


def is_staff(who):
    return any(role not in NOT_STAFF for _, role in roles(who))


def staff_at(who, schools):
    return any(school in schools and role not in NOT_STAFF for school, role in roles(who))


def ties(who, student):
    """The kinds of tie to this student that hold today."""
    return {row["kind"] for row in SEEDED[who.org]["ties"] if (row["person"], row["student"]) == (who.subject, student) and current(row)}


def schools_of_student(org, student):
    return tuple(row["school"] for row in seeded(org, "students", student).get("enrolments", ()) if current(row))


def schools_of_person(org, person):
    """Those of memberships that are not over: from the day that someone is to come, they are known there."""
    rows = seeded(org, "persons", person).get("memberships", ())
    return tuple(row["school"] for row in rows if row["school"] and not over(row))


def is_family(who, student):
    """G2: the student, or a guardian of the student."""
    return seeded(who.org, "students", student).get("person") == who.subject or "guardian" in ties(who, student)


def stands(who, way, thing):
    """Whether someone stands so to the thing: way is self, member, role.…, tie.… or client.…"""
    if who.client:
        return way == "client.provision" and who.has("provision")
    if way in ("self", "member"):
        return bool(who.person) and (way == "self" or is_member(who))
    if thing.student and is_family(who, thing.student):
        return False
    kind, _, name = way.partition(".")
    if kind == "tie":
        schools = set(thing.schools) & set(schools_of_student(who.org, thing.student))
        return name in ties(who, thing.student) and staff_at(who, schools)
    return kind == "role" and any((school, name) in roles(who) for school in (None, *thing.schools))


def ground(who, right, thing):
    """The ground on which someone may; None when they may not."""
    if thing.key == NOWHERE or thing.org not in (None, who.org):
        return None
    kind, _, verb = right.partition(".")
    if kind == "membership":
        kind, right = thing.kind, f"{thing.kind}.{verb}"    # a leader's, or another's
    if not who.client and not who.has("trygg:read" if verb == "read" else "trygg:write"):
        return None
    if verb != "read" and kind in NOT_ONES_OWN and who.person and thing.person in (who.subject, SELF):
        return None
    for entry in RIGHTS[right].split():
        name, _, limit = entry.partition(":")
        if stands(who, name.partition(".")[2], thing) and not (limit == "unprotected" and thing.protected):
            return name
    return None


def lists(who, right):
    """X7: a collection is open to staff, and to clients that may read such things at all."""
    if who.client:
        return who.has("provision") and "M1.client.provision" in RIGHTS[right]
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
    cases = next((row.cases for row in OPERATIONS.values() if row.does == "put" and row.kind == kind and row.cases), tuple)
    return [thing for org in SEEDED for thing in THINGS[kind](org)] + [at_home(case) for case in cases() if case.known]


def at_home(case):
    """What is to be made, as a thing that there is: in the organisation of what it names."""
    org = next(org for org in SEEDED if case.org in (None, org) and all(seeded(org, member[:-2] + "s", name) for member, name in case.names))
    return dataclasses.replace(case, org=org, key="known: " + case.key)


def never(kind):
    return Thing(kind, NOWHERE)


def _organisation(org):
    yield Thing("organisation", org, org)


def _schools(org):
    for key in SEEDED[org]["schools"]:
        yield Thing("school", key, org, (key,))


def _groups(org):
    for row in SEEDED[org]["groups"].values():
        yield Thing("group", row["key"], org, (row["school"],), traits=(("schoolId", (row["school"],)),))


def _members(org):
    for student in SEEDED[org]["students"].values():
        for key in student["groups"]:
            yield Thing("member", f"{student['key']} in {key}", org, (SEEDED[org]["groups"][key]["school"],), student["key"],
                        protected=student.get("protected", False), traits=(("groupId", (key,)), ("studentId", (student["key"],))))


def _persons(org):
    for key, row in SEEDED[org]["persons"].items():
        schools = schools_of_person(org, key)
        roles_there = tuple(membership["role"] for membership in row["memberships"] if not over(membership))
        yield Thing("person", key, org, schools, person=key, protected=row.get("protected", False),
                    traits=(("schoolId", schools), ("role", roles_there)))


def _identities(org):
    for key in SEEDED[org]["persons"]:
        yield Thing("identity", f"login of {key}", org, schools_of_person(org, key), person=key)


def _memberships(org):
    for key, person in SEEDED[org]["persons"].items():
        for row in person["memberships"]:
            kind, school = "leader" if row["role"] in LEADERS else "membership", row["school"]
            traits = (("personId", (key,)), ("schoolId", (school,) if school else ()), ("role", (row["role"],)),
                      ("on", ("today",) if current(row) else ()))
            yield Thing(kind, f"{key} as {row['role']}", org, (school,) if school else (), person=key, role=row["role"], over=over(row),
                        traits=traits)


def _ties(org):
    for row in SEEDED[org]["ties"]:
        key = f"{row['person']} as {row['kind']} of {row['student']}"
        yield Thing("tie", key, org, schools_of_student(org, row["student"]), row["student"], row["person"], row["kind"], over=over(row),
                    traits=(("studentId", (row["student"],)), ("personId", (row["person"],)), ("kind", (row["kind"],))))


def _enrolments(org):
    for key, student in SEEDED[org]["students"].items():
        for row in student["enrolments"]:
            yield Thing("enrolment", f"{key} at {row['school']}", org, (row["school"],), key, over=over(row),
                        traits=(("studentId", (key,)), ("schoolId", (row["school"],))))


def _codes(org):
    for key in ("report-category/mobbing", "sakstype/annet"):
        yield Thing("code", key, org)


def _students(org):
    for key, row in SEEDED[org]["students"].items():
        traits = (("schoolId", schools_of_student(org, key)), ("groupId", tuple(row["groups"])),
                  ("civicNumber", (key,) if "civicNumber" in row else ()), ("name", (key,)))
        yield Thing("student", key, org, schools_of_student(org, key), key, protected=row.get("protected", False), traits=traits)


THINGS = {"organisation": _organisation, "school": _schools, "group": _groups, "member": _members, "person": _persons,
          "identity": _identities, "membership": _memberships, "tie": _ties, "enrolment": _enrolments, "student": _students, "code": _codes}


# ---- What is to be made -----------------------------------------------------------------------------------------------------------
# Everyone tries all of these, in their own organisation: `names` may lead to what is elsewhere, or nowhere. Those marked `known` are also made
# before the test, with an external id, so that there is something for a put to find.

def owner_of(student):
    """The organisation of a student, or one that nobody is in."""
    return next((org for org in SEEDED if seeded(org, "students", student)), NOWHERE)


def new_schools():
    yield Thing("school", "a school", known=True)
    yield Thing("school", "a school with modules", also=("school.modules",), traits=(("modules", True),))


def new_groups():
    for school in ("aas", "bru", "tall", NOWHERE):
        yield Thing("group", f"a group at {school}", schools=(school,), names=(("schoolId", school),), known=school != NOWHERE,
                    traits=(("schoolId", (school,)),))


def new_membership(role, person, school, known=False):
    kind = "leader" if role in LEADERS else "membership"
    names = (("personId", person), *((("schoolId", school),) if school else ()))
    return Thing(kind, f"{person} to be {role} at {school or 'the organisation'}", schools=(school,) if school else (), person=person, role=role,
                 names=names, known=known, traits=(("personId", (person,)), ("schoolId", (school,) if school else ()), ("role", (role,))))


def new_memberships():
    for role in ("teacher", "guardian", "rektor", "admin"):
        for person, school in (("assistant", "aas"), ("teacher-bru", "bru"), ("kari", "tall")):
            yield new_membership(role, person, school, known=role in ("teacher", "rektor"))
        yield new_membership(role, "assistant", NOWHERE)
        yield new_membership(role, "no-role", "aas")
        yield new_membership(role, NOWHERE, "aas")
        yield new_membership(role, SELF, "aas")
    for role in ("owner", "auditor"):
        yield new_membership(role, "assistant", None, known=True)
        yield new_membership(role, SELF, None)


def new_tie(person, kind, student, known=False, **more):
    org = owner_of(student)
    return Thing("tie", f"{person} to be {kind} of {student}", org, schools_of_student(org, student), student, person, kind,
                 names=(("personId", person),), known=known,
                 traits=(("studentId", (student,)), ("personId", (person,)), ("kind", (kind,))), **more)


def new_ties():
    for student in ("alva", "birk", "dino", "elva", "both", "left", "starts-tomorrow"):
        yield new_tie("assistant", "observer", student, known=student in ("alva", "dino", "left"),
                      why="" if schools_of_student(world.FJORD, student) else "no school")
    yield new_tie("teacher-bru", "observer", "celia", known=True)
    yield new_tie("kari", "observer", "sven", known=True)
    yield new_tie("guardian", "guardian", "birk")
    yield new_tie("guardian", "teacher", "birk", why="no staff")
    yield new_tie("teacher-bru", "mentor", "birk")
    yield new_tie("assistant", "mentor", NOWHERE)
    yield new_tie(SELF, "teacher", "birk")


def new_member(student, group, known=False, why=""):
    org = owner_of(student)
    school = next((SEEDED[org]["groups"][group]["school"] for org in SEEDED if seeded(org, "groups", group)), NOWHERE)
    return Thing("member", f"{student} to be in {group}", schools=(school,), student=student,
                 protected=seeded(org, "students", student).get("protected", False), known=known, why=why,
                 names=(("groupId", group), ("studentId", student)), traits=(("groupId", (group,)), ("studentId", (student,))))


def new_members():
    for student, group in (("alva", "5b"), ("birk", "5b"), ("dino", "5b"), ("elva", "5b"), ("celia", "6c"), ("both", "6c"), ("sven", "7a")):
        yield new_member(student, group, known=student in ("alva", "dino", "celia", "sven"))
    yield new_member("alva", "6c", why="not enrolled there")
    yield new_member("starts-tomorrow", "5b")
    yield new_member("left", "5b", why="not enrolled there")
    yield new_member("alva", NOWHERE)
    yield new_member(NOWHERE, "5b")


def new_persons():
    yield Thing("person", "someone without a role", also=("person.outside",))
    for role in ("owner", "auditor"):
        yield Thing("person", f"someone to be {role}", role=role, also=("leader.change",))
    for school in ("aas", "bru", "tall", NOWHERE):
        for role in ("teacher", "guardian", "rektor", "admin"):
            yield Thing("person", f"someone to be {role} at {school}", schools=(school,), role=role, names=(("schoolId", school),),
                        also=("leader.change" if role in LEADERS else "membership.change",))


def put_persons():
    yield Thing("person", "someone", also=("person.outside",), known=True)


def new_identities():
    for person in ("assistant", "no-role", "rektor-bru", "owner", "rektor-gran"):
        org = next(org for org in SEEDED if seeded(org, "persons", person))
        yield Thing("identity", f"a login for {person}", org, schools_of_person(org, person), person=person, known=person == "assistant")
    yield Thing("identity", "a login for oneself", None, ("aas", "bru", "tall", "gran"), person=SELF)
    yield Thing("identity", "a login for nobody", NOWHERE)


def new_students():
    for school in ("aas", "bru", "tall", NOWHERE):
        yield Thing("student", f"a student at {school}", schools=(school,), names=(("schoolId", school),))
    yield Thing("student", "a student with a civic number", schools=("aas",), names=(("schoolId", "aas"),), also=("student.civic",),
                traits=(("civicNumber", True),))


def new_codes():
    yield Thing("code", "a code")


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
    login: str = "strong"
    filters: tuple = ()
    cases: object = None
    variants: tuple = ()


@dataclasses.dataclass(frozen=True)
class Variant:
    """One of the things that can be changed, the further rights that it needs, and whether only protected people have it."""
    name: str
    also: tuple = ()
    protected: bool = False


def read(kind, right=None, sees=None, **more):
    return Operation("read", kind, right or f"{kind}.read", sees, **more)


def listing(kind, *filters, **more):
    return Operation("list", kind, f"{kind}.read", filters=filters, **more)


def make(kind, cases, right=None, **more):
    return Operation("make", kind, right or f"{kind}.change", cases=cases, unseen=404 if "sees" in more else 403, **more)


def change(kind, *variants, sees=None, right=None, **more):
    return Operation("change", kind, right or f"{kind}.change", sees or f"{kind}.read", variants=variants or (Variant("anything"),), **more)


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
    "changePerson": change("person", Variant("name"), Variant("mark"), Variant("lift", ("person.lift",), protected=True)),
    "provisionPersons": put("person", put_persons),
    "listIdentities": read("person", right="identity.read", sees="person.read"),
    "getIdentity": read("identity", sees="person.read"),
    "createIdentity": make("identity", new_identities, sees="person.read"),
    "endIdentity": change("identity", sees="person.read"),
    "provisionIdentities": put("identity", new_identities, sees="person.read"),
    "listMemberships": listing("membership", "personId", "schoolId", "role", "on"),
    "getMembership": read("membership"),
    "createMembership": make("membership", new_memberships, sees="membership.read"),
    "changeMembership": change("membership"),
    "provisionMemberships": put("membership", new_memberships, sees="membership.read"),
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
    "listCodes": listing("code", login="any"),
    "getCode": read("code", login="any"),
    "createCode": make("code", new_codes),
    "changeCode": change("code"),
    "listSchoolActivity": read("school", right="school-log.read", sees="school.read"),
    "listOrganisationActivity": read("organisation", right="organisation-log.read", sees="organisation.read"),
}


# ---- What the answer is to be -----------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Answer:
    """`status` of a success is 200. `wrong`: the members that a 400 names; empty when it is another field's business."""
    status: int
    ground: str | None = None
    wrong: tuple = ()


def refusal(who, operation, thing):
    return Answer(403 if operation.sees and ground(who, operation.sees, thing) else operation.unseen)


def answer(who, operation, thing, also=()):
    """To a read or a change of what is there."""
    found = ground(who, operation.right, thing)
    if not found:
        return refusal(who, operation, thing)
    return Answer(200, found) if all(ground(who, right, thing) for right in also) else Answer(403)


def own(who, case):
    """What is to be made, as this caller means it; None when it makes no sense from them."""
    if case.person != SELF:
        return case
    if not who.person:
        return None
    schools = schools_of_person(who.org, who.subject) if case.kind == "identity" else case.schools
    return dataclasses.replace(case, person=who.subject, schools=schools,
                               names=tuple((member, who.subject if name == SELF else name) for member, name in case.names))


def may_name(who, member, name):
    """Nobody names what they may not read; a client names all that its organisation has."""
    kind = member.removesuffix("Id")
    found = next((thing for thing in things(kind) if (thing.org, thing.key) == (who.org, name)), None)
    return found is not None and (kind in ("school", "group") or (kind == "student" and who.client) or bool(ground(who, f"{kind}.read", found)))


def answer_to_new(who, operation, case):
    """To something that is to be made."""
    found = ground(who, operation.right, case)
    if not found:
        return refusal(who, operation, case)
    if not all(ground(who, right, case) for right in case.also):
        return Answer(403)
    wrong = tuple("/" + member for member, name in case.names if not may_name(who, member, name))
    if wrong or (case.why and not (who.client and case.why in OF_NO_CONCERN_TO_CLIENTS)):
        return Answer(400, wrong=wrong)
    return Answer(200, found)


def answer_to_known(who, operation, case, thing):
    """To a put of what is there: what the caller may not read is to them as if it were new, save that its external id is taken."""
    found = ground(who, operation.right, thing)
    if found and all(ground(who, right, thing) for right in case.also):
        return Answer(200, found)
    if found or ground(who, f"{operation.kind}.read", thing):
        return Answer(403)
    new = answer_to_new(who, operation, case)
    return new if new.status != 200 else Answer(409)


# G1: a tie gives nothing before the membership that it rests on, so a registry may send it first.
OF_NO_CONCERN_TO_CLIENTS = ("no staff", "no school")
