# SPDX-License-Identifier: EUPL-1.2
"""Worlds: who asks, how they stand to what is asked about, and on which day. Made at random, told to the oracle, told to people, made smaller.

A world knows nothing of the rules. It is dense where rules have corners: periods that ended yesterday, begin today, hold for one day or
never; guardians who are staff; memberships, places and ties at schools that nearly fit; clients with a person's facts; scopes missing."""
import dataclasses
import datetime
import random
import struct
import typing

ALWAYS, FOREVER = -2**31, 2**31 - 1  # open ends; the oracle says whether they are the daemon's
SCHOOLS = ("no school", "Bjørkely", "Elvebakken", "Granli", "Solvang")  # by number
ROLES = ("rektor", "caseOpener", "contactTeacher", "teacher", "staff", "health", "admin", "student", "guardian", "owner", "auditor")
OFFICES = ("owner", "auditor")  # of the organisation, at no school
TIES = ("contactTeacher", "mentor", "teacher", "observer", "health", "guardian")
SCOPES = ("trygg:read", "trygg:write", "provision", "changes", "witness")
BONDS = ("leads", "handles", "proposed", "authors", "onCase")
KINDS = ("student", "person", "case", "other")  # what is asked about; a student, the person who is one, and a case on one has ties; only what is a person's can be one's own


class Membership(typing.NamedTuple):
    role: str
    school: int
    first: int
    last: int


class Place(typing.NamedTuple):
    school: int
    first: int
    last: int


class Tie(typing.NamedTuple):
    kind: str
    first: int
    last: int


@dataclasses.dataclass(slots=True)
class World:
    today: int
    kind: str = "other"
    known: bool = True
    service: bool = False
    scopes: tuple = ("trygg:read", "trygg:write")
    memberships: tuple = ()
    exists: bool = True
    places: tuple = ()
    ties: tuple = ()
    actor_is_student: bool = False
    is_own: bool = False
    is_clients_own: bool = False  # the service client that asks has made it
    is_new: bool = False  # the call is to make it
    bonds: tuple = ()
    module_is_off: bool = False
    tells_of_family: bool = False  # a log, whose size tells of rows about the actor's own family


# ---- At random --------------------------------------------------------------------------------------------------------------------

# Periods as days from today. The first three hold.
NOW = ((ALWAYS, FOREVER), (-200, 200), (-30, FOREVER))
EDGES = ((0, 0), (ALWAYS, 0), (0, FOREVER), (-1, 1), (-1, 0), (0, 1))  # these hold, by a day
PAST = ((ALWAYS, -1), (-200, -1), (-1, -1), (-400, -30))
COMING = ((1, FOREVER), (1, 1), (30, 200))
NEVER = ((1, -1), (1, 0), (0, -1))
PERIODS = NOW * 12 + EDGES * 4 + PAST * 3 + COMING * 3 + NEVER

ROLE_POOL = ROLES * 3 + ("rektor", "admin", "contactTeacher", "caseOpener", "teacher") * 3 + ("owner",)
TIE_POOL = TIES * 2 + ("guardian", "contactTeacher", "mentor")
SCHOOL_POOL = (1, 1, 1, 1, 2, 2, 3, 4)
SCOPE_POOL = ((("trygg:read", "trygg:write"),) * 12 + (("trygg:read",), ("trygg:write",), (), SCOPES, ("provision",)) +
              (("trygg:read", "trygg:write", "provision"),) + (("changes", "trygg:read"),))
CLIENT_SCOPE_POOL = (("provision",),) * 6 + (("provision", "changes"), ("changes",), ("changes",), ("witness",), (), ("trygg:read", "trygg:write"), SCOPES)
HOW_MANY_MEMBERSHIPS = (0, 1, 1, 1, 2, 2, 2, 3, 3, 4)
HOW_MANY_PLACES = (0, 1, 1, 1, 1, 2, 2, 3)
BOND_POOL = ((),) * 4 + (("leads",),) * 2 + (("handles",),) * 2 + (("proposed",), ("authors",), ("onCase",), ("onCase",)) + \
    (("leads", "authors"), ("handles", "authors"), ("leads", "handles"), ("leads", "handles", "authors"), BONDS)
HOW_MANY_TIES = (0, 0, 1, 1, 1, 2, 2, 3)
CORNER_DAYS = (0, 1, -1, 11016, 19782, 20453)  # among them leap days and the last day of a year


def maker(seed):
    """A function that makes one world after the other; the same for the same seed."""
    draw = random.Random(seed).random

    def pick(pool):
        return pool[int(draw() * len(pool))]

    def period(today):
        first, last = pick(PERIODS)
        return first if first == ALWAYS else today + first, last if last == FOREVER else today + last

    def membership(today):
        role = pick(ROLE_POOL)
        school = 0 if role in OFFICES and draw() < 0.7 else pick(SCHOOL_POOL)
        return Membership(role, school, *period(today))

    def make():
        today = pick(CORNER_DAYS) if draw() < 0.02 else 18000 + int(draw() * 5000)
        kind = pick(KINDS)
        service = draw() < 0.12
        known = draw() < 0.95 if not service else draw() < 0.3
        world = World(today, kind, known, service, pick(CLIENT_SCOPE_POOL if service else SCOPE_POOL),
                      tuple([membership(today) for _ in range(pick(HOW_MANY_MEMBERSHIPS))]), draw() < 0.97,
                      tuple([Place(pick(SCHOOL_POOL), *period(today)) for _ in range(pick(HOW_MANY_PLACES))]))
        # A service client has no ties, is no student and owns nothing; a few worlds say so nevertheless.
        if kind != "other" and (not service or draw() < 0.3):
            world.ties = tuple([Tie(pick(TIE_POOL), *period(today)) for _ in range(pick(HOW_MANY_TIES))])
            world.actor_is_student = draw() < 0.06
            world.bonds = pick(BOND_POOL)
        if kind in ("student", "person") and not service:
            world.is_own = draw() < 0.12
        chance = draw()  # a log is of no module
        world.module_is_off = chance < 0.1
        world.tells_of_family = kind == "other" and chance > 0.9
        world.is_clients_own = draw() < 0.3
        world.is_new = draw() < 0.1
        if world.is_new and draw() < 0.8:
            world.exists = False
        return world

    return make


# ---- For the oracle ---------------------------------------------------------------------------------------------------------------

ROLE_NUMBER = {name: number for number, name in enumerate(ROLES)}
TIE_NUMBER = {name: number for number, name in enumerate(TIES)}
SCOPE_BITS = {name: 1 << number for number, name in enumerate(SCOPES)}
BOND_BITS = {name: 1 << number for number, name in enumerate(BONDS)}
MASK_BITS = 62  # of each of the two numbers that name the actions asked


def encoded(world, asked):
    """As 64-bit numbers in the machine's order: policy_oracle.c reads it. `asked` is a mask of actions."""
    numbers = [asked & (1 << MASK_BITS) - 1, asked >> MASK_BITS, world.today,
               world.known | world.service << 1 | world.exists << 2 | world.actor_is_student << 3 | world.is_own << 4 | world.is_new << 5 |
               world.is_clients_own << 6 | world.module_is_off << 7 | world.tells_of_family << 8,
               sum([SCOPE_BITS[scope] for scope in world.scopes]), sum([BOND_BITS[bond] for bond in world.bonds]), len(world.memberships), len(world.places), len(world.ties)]
    for role, school, first, last in world.memberships:
        numbers += (ROLE_NUMBER[role], school, first, last)
    for place in world.places:
        numbers += place
    for kind, first, last in world.ties:
        numbers += (TIE_NUMBER[kind], first, last)
    return struct.pack(f"={len(numbers)}q", *numbers)


# ---- For people -------------------------------------------------------------------------------------------------------------------

def date(day):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()


def span(first, last, today):
    if first == ALWAYS and last == FOREVER:
        return "always"
    words = {-1: " (yesterday)", 0: " (today)", 1: " (tomorrow)"}
    parts = [f"from {date(first)}{words.get(first - today, '')}"] if first != ALWAYS else []
    parts += [f"until {date(last)}{words.get(last - today, '')}"] if last != FOREVER else []
    return " ".join(parts) + (" (never)" if first > last else "")


BONDS_TOLD = {"leads": "leads it", "handles": "handles it", "proposed": "has proposed it", "authors": "has written it",
              "onCase": "handles a case of the student"}


def told(world):
    """Lines of text: a world as people read it."""
    today = world.today
    who = ("a service client" if world.service else "a person") + ("" if world.known == (not world.service) else
                                                                  ", known as a person" if world.known else " whom the organisation does not know")
    yield f"On {date(today)}, {who}, with {' and '.join(world.scopes) or 'no scope'}"
    for role, school, first, last in world.memberships:
        where = "in the organisation" if role in OFFICES and not school else f"at {SCHOOLS[school]}"
        yield f"  is {role} {where}, {span(first, last, today)}"
    for kind, first, last in world.ties:
        yield f"  has the tie {kind} to the student, {span(first, last, today)}"
    if world.actor_is_student:
        yield "  is that student"
    if world.bonds:
        yield f"  {' and '.join(BONDS_TOLD[bond] for bond in world.bonds)}"
    if world.is_clients_own:
        yield "  has made it as a service client"
    yield f"asks about {'their own' if world.is_own else 'a'} {world.kind if world.kind != 'other' else 'thing'}" + \
        ("" if world.exists else " that does not exist") + (" and is to be made" if world.is_new else "") + ("" if world.places else " at no school")
    if world.module_is_off:
        yield "  of a school whose module is off"
    if world.tells_of_family:
        yield "  that tells of their own family"
    for school, first, last in world.places:
        yield f"  at {SCHOOLS[school]}, {span(first, last, today)}"


# ---- Smaller ----------------------------------------------------------------------------------------------------------------------

def simpler(world):
    """Each world that says a little less than this one."""
    for member in ("memberships", "places", "ties", "bonds"):
        rows = getattr(world, member)
        for at in range(len(rows)):
            yield dataclasses.replace(world, **{member: rows[:at] + rows[at + 1:]})
    plain = World(world.today)
    for member in ("actor_is_student", "is_own", "is_clients_own", "is_new", "module_is_off", "tells_of_family", "exists", "service", "known", "scopes"):
        if getattr(world, member) != getattr(plain, member) and not (world.service and member == "known"):
            yield dataclasses.replace(world, **{member: getattr(plain, member)})
    if world.service and world.known:
        yield dataclasses.replace(world, known=False)
    for member in ("memberships", "places", "ties"):
        rows = getattr(world, member)
        for at, row in enumerate(rows):
            for plainer in {row._replace(first=ALWAYS), row._replace(last=FOREVER)} - {row}:
                yield dataclasses.replace(world, **{member: rows[:at] + (plainer,) + rows[at + 1:]})


def smallest(world, still):
    """Drops facts for as long as `still` holds."""
    while True:
        world, before = next((less for less in simpler(world) if still(less)), world), world
        if world is before:
            return world
