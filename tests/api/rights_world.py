# SPDX-License-Identifier: EUPL-1.2
"""The people and things of world.py as the rules look at them: who they are, what they hold today, where a thing belongs and whom it is about;
and what everyone tries to make. rights.py is the table of who may do what with them."""
import dataclasses
import functools

import world

LEADERS = ("rektor", "admin", "owner", "auditor")      # whose memberships are the owner's business (M1)
NOT_STAFF = ("student", "guardian")
NOWHERE = "nowhere"                                     # the key of what never was
SELF = "self"                                           # in place of a person: whoever calls
GIVERS = REGISTRY, PEOPLE = ("registry", "people")      # of external ids


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


def seed():
    """The world, with two owners more: one who is a guardian (G2), and one who leads a school as well (M1). And two who handle cases: one who works
    there no longer (G1), and one who is a guardian by now (G2)."""
    fjord = world.fjord()
    fjord["persons"] += [world.person("guardian-owner", (None, "owner")), world.person("owner-rektor", (None, "owner"), ("bru", "rektor")),
                         world.person("handler-left", ("aas", "teacher", "today-300", "today-1")), world.person("handler-family", ("aas", "teacher"))]
    fjord["ties"] += [world.tie("guardian-owner", "alva", "guardian"), world.tie("handler-family", "dino", "guardian")]
    return {"organisations": [fjord, world.skog()]}


SEEDED = {row["key"]: {**row, **{kind: {thing["key"]: thing for thing in row[kind]} for kind in ("schools", "persons", "students", "groups")}}
          for row in seed()["organisations"]}


def seeded(org, kind, key):
    """A row of the world; an empty one where there is none."""
    return SEEDED.get(org, {}).get(kind, {}).get(key, {})


def columns():
    """Everyone of the world, strangers, service clients, and tokens that hold only part of the scopes or more than a person's."""
    people = [Who(key, key) for key in SEEDED[world.FJORD]["persons"]]
    people += [Who(f"{key}@skog", key, world.SKOG) for key in SEEDED[world.SKOG]["persons"]]
    strangers = [Who("stranger", "nobody-we-know"), Who("stranger@skog", "owner", world.SKOG)]
    clients = [Who(f"client:{name}", "registry", scope=scope, client=True)
               for name, scope in (("provision", "provision"), ("changes", "changes"), ("witness", "witness"), ("no scope of its own", "trygg:read trygg:write"))]
    clients.append(Who("client:changes of another", "follower", scope="changes", client=True))
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


# ---- Things -----------------------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Thing:
    """`schools`: where it is the business of rektor and admin. `names`: what it names, by member: `personId` by its id, `person` by an external
    one. `traits`: what lists filter by."""
    kind: str
    key: str
    org: str | None = None          # None: whoever calls makes it in their own
    schools: tuple = ()
    student: str | None = None      # whom it is about; of a person, their login or membership: the student who they are
    person: str | None = None       # whose it is
    role: str | None = None
    protected: bool = False
    over: bool = False
    also: tuple = ()                # further rights that making it needs
    names: tuple = ()               # (member, key)
    traits: tuple = ()              # (filter, values)
    why: str = ""                   # another reason to refuse it: what it names is there and does not fit
    known: bool = False             # to be made: there is one already, by an external id
    giver: str = ""                 # of one that is there: who gave it its external id
    held: tuple = ()                # (how someone stands to it, who): handler, coHandler, author, proposer

    def trait(self, name):
        return dict(self.traits).get(name, ())


# ---- What people hold today -------------------------------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def roles(who):
    """(school or None, role) that hold today."""
    return {(row["school"], row["role"]) for row in who.person["memberships"] if current(row)} if who.person else set()


def is_member(who):
    return bool(roles(who))


def is_staff(who):
    return any(role not in NOT_STAFF for _, role in roles(who))


def staff_at(who, schools):
    return any(school in schools and role not in NOT_STAFF for school, role in roles(who))


@functools.lru_cache(maxsize=None)
def ties(who, student):
    """The kinds of tie to this student that hold today."""
    return {row["kind"] for row in SEEDED[who.org]["ties"] if (row["person"], row["student"]) == (who.subject, student) and current(row)}


@functools.lru_cache(maxsize=None)
def schools_of_student(org, student):
    return tuple(row["school"] for row in seeded(org, "students", student).get("enrolments", ()) if current(row))


def schools_of_person(org, person):
    """Those of memberships that are not over: from the day that someone is to come, they are known there."""
    rows = seeded(org, "persons", person).get("memberships", ())
    return tuple(row["school"] for row in rows if row["school"] and not over(row))


@functools.lru_cache(maxsize=None)
def is_family(who, student):
    """G2: the student, or a guardian of the student."""
    return seeded(who.org, "students", student).get("person") == who.subject or "guardian" in ties(who, student)


@functools.lru_cache(maxsize=None)
def has_family(who):
    return bool(who.person) and any(is_family(who, student) for student in SEEDED[who.org]["students"])


@functools.lru_cache(maxsize=None)
def has_family_in(who, schools):
    """Of one of these schools, now or ever; of none of them: of any."""
    return bool(who.person) and any(is_family(who, key) and (not schools or {one["school"] for one in row.get("enrolments", ())} & set(schools))
                                    for key, row in SEEDED[who.org]["students"].items())


# ---- The things of the world ------------------------------------------------------------------------------------------------------

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


@functools.lru_cache(maxsize=None)
def student_who_is(person):
    """The student who this person is: what is theirs is as near to their family as their card (G2)."""
    return next((key for row in SEEDED.values() for key, student in row["students"].items() if student.get("person") == person), None)


def _persons(org):
    for key, row in SEEDED[org]["persons"].items():
        schools = schools_of_person(org, key)
        roles_there = tuple(membership["role"] for membership in row["memberships"] if not over(membership))
        yield Thing("person", key, org, schools, student_who_is(key), person=key, protected=row.get("protected", False),
                    traits=(("schoolId", schools), ("role", roles_there)))


def _identities(org):
    for key in SEEDED[org]["persons"]:
        yield Thing("identity", f"login of {key}", org, schools_of_person(org, key), student_who_is(key), key, names=(("personId", key),))


def _memberships(org):
    for key, person in SEEDED[org]["persons"].items():
        for row in person["memberships"]:
            kind, school = "leader" if row["role"] in LEADERS else "membership", row["school"]
            traits = (("personId", (key,)), ("schoolId", (school,) if school else ()), ("role", (row["role"],)),
                      ("on", ("today",) if current(row) else ()))
            yield Thing(kind, f"{key} as {row['role']}", org, (school,) if school else (), student_who_is(key), key, row["role"],
                        over=over(row), traits=traits)


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


def _rows(org):
    """A row of each log, about nobody; that of the organisation's own is the business of no school."""
    yield Thing("row", "organisation", org)
    for key in SEEDED[org]["schools"]:
        yield Thing("row", key, org, (key,), names=(("schoolId", key),))


def _logs(org):
    """The log of each school, and the organisation's own."""
    yield Thing("log", "organisation", org)
    for key in SEEDED[org]["schools"]:
        yield Thing("log", key, org, (key,), names=(("schoolId", key),))


def _webhooks(org):
    """Of two clients; the one who made it is whose it is."""
    for client in ("registry", "follower") if org == world.FJORD else ("registry",):
        yield Thing("webhook", f"webhook of {client}", org, person=client)


THINGS = {"log": _logs, "row": _rows, "webhook": _webhooks, "organisation": _organisation, "school": _schools, "group": _groups, "member": _members, "person": _persons,
          "identity": _identities, "membership": _memberships, "tie": _ties, "enrolment": _enrolments, "student": _students, "code": _codes}


# ---- What is to be made -----------------------------------------------------------------------------------------------------------
# Everyone tries all of these, in their own organisation: `names` may lead to what is elsewhere, or nowhere. Those marked `known` are also made
# before the test, with an external id, so that there is something for a put to find: by a service client and, where people may, by one of them,
# since a put finds its own kind's ids alone (docs/decisions/0012).

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
    return Thing(kind, f"{person} to be {role} at {school or 'the organisation'}", None, (school,) if school else (), student_who_is(person),
                 person, role, names=names, known=known,
                 traits=(("personId", (person,)), ("schoolId", (school,) if school else ()), ("role", (role,))))


def new_memberships():
    for role in ("teacher", "guardian", "rektor", "admin"):
        for person, school in (("assistant", "aas"), ("teacher-bru", "bru"), ("kari", "tall")):
            yield new_membership(role, person, school, known=role in ("teacher", "rektor"))
        yield new_membership(role, "assistant", NOWHERE)
        yield new_membership(role, "no-role", "aas")
        yield new_membership(role, NOWHERE, "aas")
        yield new_membership(role, SELF, "aas")
        yield new_membership(role, "pupil", "aas")
    for role in ("owner", "auditor"):
        yield new_membership(role, "assistant", None, known=True)
        yield new_membership(role, SELF, None)


def put_memberships():
    yield from new_memberships()
    for giver in GIVERS:
        case = new_membership("staff", f"known to {giver}: someone at aas", "aas")
        yield dataclasses.replace(case, names=(("person", case.person), ("schoolId", "aas")))


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
    yield new_tie("pupil", "guardian", "birk")
    yield new_tie("guardian", "teacher", "birk", why="no staff")
    yield new_tie("teacher-bru", "mentor", "birk")
    yield new_tie("assistant", "mentor", NOWHERE)
    yield new_tie(SELF, "teacher", "birk")


def new_member(student, group, known=False):
    org = owner_of(student)
    school = next((SEEDED[org]["groups"][group]["school"] for org in SEEDED if seeded(org, "groups", group)), NOWHERE)
    return Thing("member", f"{student} to be in {group}", schools=(school,), student=student,
                 protected=seeded(org, "students", student).get("protected", False), known=known,
                 names=(("groupId", group), ("studentId", student)), traits=(("groupId", (group,)), ("studentId", (student,))))


def new_members():
    for student, group in (("alva", "5b"), ("birk", "5b"), ("dino", "5b"), ("elva", "5b"), ("celia", "6c"), ("both", "6c"), ("sven", "7a")):
        yield new_member(student, group, known=student in ("alva", "dino", "celia", "sven"))
    yield new_member("alva", "6c")
    yield new_member("starts-tomorrow", "5b")
    yield new_member("left", "5b")
    yield new_member("alva", NOWHERE)
    yield new_member(NOWHERE, "5b")


def new_persons():
    yield Thing("person", "someone without a role", also=("person.outside",))
    for role in ("owner", "auditor"):
        yield Thing("person", f"someone to be {role}", role=role, also=("leader.change",))
    for school in ("aas", "bru", "tall", NOWHERE):
        for role in ("teacher", "guardian", "rektor", "admin"):
            yield Thing("person", f"someone to be {role} at {school}", schools=(school,), role=role, names=(("membership/schoolId", school),),
                        also=("leader.change" if role in LEADERS else "membership.change",))


def put_persons():
    yield Thing("person", "someone", also=("person.outside",), known=True)
    yield Thing("person", "someone at aas", schools=("aas",), also=("person.outside",), known=True)


def new_identities():
    for person in ("assistant", "no-role", "rektor-bru", "owner", "rektor-gran", "pupil", NOWHERE, SELF):
        schools = tuple(school for org in SEEDED for school in schools_of_person(org, person))
        yield Thing("identity", f"a login for {person}", None, schools, student_who_is(person), person, names=(("personId", person),),
                    known=person in ("assistant", "pupil"))


def new_students():
    for school in ("aas", "bru", "tall", NOWHERE):
        yield Thing("student", f"a student at {school}", schools=(school,), names=(("schoolId", school),))
    yield Thing("student", "a student with a civic number", schools=("aas",), names=(("schoolId", "aas"),), also=("student.civic",),
                traits=(("civicNumber", True),))


def put_students():
    for school in ("aas", "bru", "tall", NOWHERE):
        yield Thing("student", f"a student at {school}", schools=(school,), names=(("schoolId", school),), known=school != NOWHERE,
                    traits=(("schoolId", (school,)),))
    yield Thing("student", "a student without a school")
    yield Thing("student", "a student with a civic number", schools=("aas",), names=(("schoolId", "aas"),), also=("student.civic",),
                traits=(("civicNumber", True),))
    for school in ("aas", "bru"):
        yield Thing("student", f"a student at {school} with a login", schools=(school,), names=(("schoolId", school), ("personId", "assistant")),
                    also=("student.link",))


def new_enrolment(student, school, known=False, by="studentId"):
    return Thing("enrolment", f"{student} to be at {school} by {by}", schools=(school,), student=student, over=True, known=known,
                 names=(("schoolId", school), (by, student)), traits=(("studentId", (student,)), ("schoolId", (school,))))


def new_enrolments():
    for student, school in (("alva", "aas"), ("birk", "aas"), ("both", "bru"), ("sven", "tall")):
        yield new_enrolment(student, school, known=student != "birk")
    for student, school in (("birk", "bru"), ("left", "aas"), ("starts-tomorrow", "aas"), ("sven", "gran"), ("sven", "aas"), (NOWHERE, "aas"),
                            ("alva", NOWHERE)):
        yield new_enrolment(student, school)
    for student, school in (("alva", "aas"), ("alva", "bru"), ("birk", "tall"), (NOWHERE, "aas")):
        yield new_enrolment(student, school, by="civicNumber")


def put_enrolments():
    yield from new_enrolments()
    for giver in GIVERS:
        yield new_enrolment(f"known to {giver}: a student at bru", "bru", by="student")


def new_webhooks():
    yield Thing("webhook", "a webhook for what belongs to no school")
    for school in ("aas", "tall", NOWHERE):
        yield Thing("webhook", f"a webhook for {school}", names=(("schoolId", school),))


def new_codes():
    yield Thing("code", "a code")
