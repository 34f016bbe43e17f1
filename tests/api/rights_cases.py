# SPDX-License-Identifier: EUPL-1.2
"""The cases of the matrix: personsaker on students of world.py, what is in them, proposals and departures, as the rules look at them. Who
handles what differs in all ways that count: tied or not, still staff or not (G1), a guardian by now (G2), on it no longer, its opener alone."""
import typing

import world
from rights_world import NOWHERE, Thing, Who, is_family, owner_of, schools_of_student, seeded, staff_at


class Case(typing.NamedTuple):
    """The one of this student. Whoever `was` on it was taken off it."""
    student: str
    school: str
    leads: str
    handles: tuple = ()
    was: tuple = ()
    opener: str = "rektor"
    closed: bool = False
    sakstype: str = "annet"

    @property
    def held(self):
        """How people stand to it."""
        return (("handler", self.leads), *(("coHandler", key) for key in self.handles))


CASES = {case.student: case for case in (
    Case("alva", "aas", "kari", ("assistant", "health"), ("observer",), "opener", sakstype="skolemiljo"),
    Case("birk", "aas", "hanne", ("guardian-teacher",), closed=True),
    Case("dino", "aas", "handler-family", ("assistant",)),          # who leads it has become a guardian since (G2)
    Case("both", "bru", "teacher-bru", ("two-schools",), opener="rektor-bru"),
    Case("left", "aas", "handler-left", ("guardian-ended",)),       # who leads it works there no longer (G1), and the student has left
)}
HENDELSER = (("alva", "kari"), ("alva", "assistant"), ("alva", "observer"), ("alva", "rektor"), ("alva", "health"), ("birk", "guardian-teacher"),
             ("dino", "handler-family"), ("both", "two-schools"), ("left", "handler-left"))
DOCUMENTS = (("alva", "assistant"), ("alva", "observer"), ("alva", "health"), ("both", "two-schools"), ("left", "handler-left"))
STRUCK = (("alva", "health"),)      # the hendelse and the document
PROPOSALS = (("alva", "aas", "observer", "accepted"), ("birk", "aas", "hanne", "declined"), ("alva", "aas", "kari", "waiting"),
             ("birk", "aas", "guardian-teacher", "waiting"), ("both", "aas", "teacher", "waiting"), ("celia", "bru", "teacher-bru", "waiting"))
DEPARTURES = (("alva", "aas"), ("birk", "aas"), ("celia", "bru"))


def handlers(student):
    """The ways in which people stand to a case of the student, with the school of it (S2)."""
    case = CASES.get(student)
    return [(key, case.school) for _, key in case.held] if case else []


def can_handle(org, person, school, student):
    who = Who(person, person, org)
    return bool(seeded(org, "persons", person)) and staff_at(who, {school}) and not is_family(who, student)


def has_module(org, school):
    return "sikker-sak" in seeded(org, "schools", school).get("modules", ())


# ---- What there is ----------------------------------------------------------------------------------------------------------------

def of_fjord(things):
    return lambda org: things() if org == world.FJORD else ()


def _in_case(kind, student, key, **more):
    case = CASES[student]
    return Thing(kind, key, world.FJORD, (case.school,), student, **{"held": case.held, **more})


def _personsaker():
    for case in CASES.values():
        leaving = (case.student, case.school) in DEPARTURES and not case.closed
        traits = (("schoolId", (case.school,)), ("studentId", (case.student,)), ("state", ("closed" if case.closed else "open",)),
                  ("saksbehandlerId", (case.leads,)), ("sakstype", (case.sakstype,)), ("due", ("true" if leaving else "false",)),
                  ("unhandled", () if can_handle(world.FJORD, case.leads, case.school, case.student) else ("true",)))
        yield _in_case("personsak", case.student, f"case of {case.student}", over=case.closed, traits=traits)


def _written(kind, rows):
    for student, author in rows:
        yield _in_case(kind, student, f"{kind} of {author} on {student}", person=author, over=(student, author) in STRUCK,
                       held=(*CASES[student].held, ("author", author)))


def _proposals():
    for student, school, proposer, state in PROPOSALS:
        yield Thing("proposal", f"{student} at {school} by {proposer}", world.FJORD, (school,), student, proposer, over=state != "waiting",
                    held=(("proposer", proposer),), traits=(("schoolId", (school,)), ("studentId", (student,)), ("state", (state,))))


def _departures():
    for student, school in DEPARTURES:
        yield Thing("departure", f"{student} from {school}", world.FJORD, (school,), student,
                    traits=(("schoolId", (school,)), ("studentId", (student,)), ("state", ("pending",))))


CASE_THINGS = {"personsak": of_fjord(_personsaker), "hendelse": of_fjord(lambda: _written("hendelse", HENDELSER)),
               "document": of_fjord(lambda: _written("document", DOCUMENTS)), "proposal": of_fjord(_proposals), "departure": of_fjord(_departures)}


# ---- What is to be made -----------------------------------------------------------------------------------------------------------

def _at(kind, student, school, *names, **more):
    """Of a student at a school: it is nobody's business there unless the student is."""
    org = owner_of(student)
    there = (school,) if school in schools_of_student(org, student) else ()
    return Thing(kind, f"{kind} of {student} at {school}" + "".join(f", {key}" for _, key in names), schools=there, student=student,
                 names=(("studentId", student), ("schoolId", school), *names), **more)


PAIRS = (("alva", "aas"), ("birk", "aas"), ("dino", "aas"), ("both", "aas"), ("both", "bru"), ("celia", "bru"), ("alva", "bru"), ("left", "aas"),
         ("starts-tomorrow", "aas"), (NOWHERE, "aas"), ("alva", NOWHERE))


def new_personsaker():
    for student, school in PAIRS:
        yield _at("personsak", student, school, ("saksbehandlerId", "teacher-bru" if school == "bru" else "assistant"))
    for student, person in (("alva", "guardian-rektor"), ("alva", "teacher-bru"), ("alva", "membership-ended"), ("alva", "guardian"), ("alva", "no-role"),
                            ("elva", "pupil-staff"), ("dino", "handler-family"), ("dino", NOWHERE)):
        yield _at("personsak", student, "aas", ("saksbehandlerId", person))
    yield _at("personsak", "sven", "tall", ("saksbehandlerId", "kari"), why="the module is off")


def new_proposals():
    for student, school in PAIRS:
        yield _at("proposal", student, school)
    yield _at("proposal", "sven", "tall", why="the module is off")


def new_departures():
    for student, school in (*PAIRS, ("elva", "aas"), ("sven", "tall")):
        yield _at("departure", student, school)
