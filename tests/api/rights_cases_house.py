# SPDX-License-Identifier: EUPL-1.2
"""The cases of rights_cases.py in a daemon: how they come to be, what is sent about them, and how what was done to one is undone, so that the next
one can do it too."""
import datetime

import rights
import world
from rights_cases import CASES, DEPARTURES, DOCUMENTS, HENDELSER, PROPOSALS, STRUCK
from rights_world import Who

CODES = {"sakstype": "annet", "category": "annet"}
CONTENT = b"Xqinnhold\n"
LAST_DAY = "2090-12-31"     # of those who leave: nobody's rights of today rest on it
SPARE = {"aas": "teacher-untied", "bru": "admin-bru"}    # who can be on a case, and is on none
REKTOR = {"aas": "rektor", "bru": "rektor-bru"}

# What a new thing needs besides what it names; what a call about one says.
NEW = {
    "proposal": lambda thing, n: {"sakstype": "annet", "why": "Xqbekymring"},
    "personsak": lambda thing, n: {**CODES, "description": "Xqbeskrivelse"},
    "departure": lambda thing, n: {"kind": "moves", "date": LAST_DAY},
}
HENDELSE = {"kind": "journalnotat", "category": "annet", "happenedAt": "2026-01-02T03:04:05Z", "text": "Xqtekst"}
DOCUMENT = {"name": "Xqfil.txt", "mediaType": "text/plain", "size": len(CONTENT)}


def spare(thing):
    return world.FJORD, SPARE[thing.schools[0]]


SENT = {
    ("proposal", "accept"): lambda house, thing, n: {**CODES, "description": "Xqbeskrivelse", "saksbehandlerId": house.named("person", *spare(thing))},
    ("proposal", "decline"): lambda house, thing, n: {"reason": "Xqgrunn"},
    ("personsak", "header"): lambda house, thing, n: {"description": f"Xqbeskrivelse {n}"},
    ("personsak", "add"): lambda house, thing, n: {"personId": house.named("person", *spare(thing))},
    ("personsak", "remove"): lambda house, thing, n: None,
    ("personsak", "hand over"): lambda house, thing, n: {"saksbehandlerId": house.named("person", *spare(thing))},
    ("personsak", "close"): lambda house, thing, n: {"summary": "Xqoppsummering"},
    ("personsak", "reopen"): lambda house, thing, n: {"reason": "Xqgrunn"},
    ("personsak", "write"): lambda house, thing, n: HENDELSE,
    ("student", "write"): lambda house, thing, n: HENDELSE,
    ("hendelse", "amend"): lambda house, thing, n: {"text": f"Xqtekst {n}"},
    ("hendelse", "strike"): lambda house, thing, n: {"reason": "Xqgrunn"},
    ("hendelse", "attach"): lambda house, thing, n: DOCUMENT,
    ("document", "send"): lambda house, thing, n: CONTENT,
    ("document", "strike"): lambda house, thing, n: {"reason": "Xqgrunn"},
    ("departure", "withdraw"): lambda house, thing, n: None,
    ("departure", "complete"): lambda house, thing, n: None,
}


def by(key):
    return Who(key, key)


def rektor_of(thing):
    return by(REKTOR[thing.schools[0]])


def call(house, who, method, path, body=None, version=None, status=(200, 201, 204)):
    answer = house.ask(who, method, path, body, version)
    assert answer.status_code in status, (who, method, path, answer.status_code, answer.text)
    return answer.json() if answer.content else None


def version_of(house, who, path):
    return call(house, who, "GET", path)["version"]


# ---- How they come to be ----------------------------------------------------------------------------------------------------------

def things(kind):
    return {(thing.student, thing.person): thing for thing in rights.things(kind)}


def until(house, kind, thing, day):
    """Ends it on this day; None: it goes on."""
    registry, path = Who("registry", "registry", scope="provision", client=True), f"/v1/{kind}s/{house.ids[kind, thing.org, thing.key]}"
    call(house, registry, "PATCH", path, {"until": day}, version_of(house, registry, path))


def settle(house):
    """Makes everything that rights_cases.py tells of. What bars someone by now was not yet, or no longer, when the cases came to be."""
    barred = [("membership", one) for one in rights.things("membership") if one.person == "handler-left"] + \
             [("tie", one) for one in rights.things("tie") if one.person == "handler-family"] + \
             [("enrolment", one) for one in rights.things("enrolment") if one.key == "left at aas"]
    yesterday = str(world.today() - datetime.timedelta(1))
    for kind, thing in barred:
        until(house, kind, thing, yesterday if kind == "tie" else str(world.today()))
    proposals = propose_all(house)
    for case in CASES.values():
        open_case(house, case, proposals.get(case.student))
    write_all(house)
    for case in CASES.values():
        path = f"/v1/personsaker/{house.ids['personsak', world.FJORD, f'case of {case.student}']}"
        for key in case.was:
            take_off(house, by(REKTOR[case.school]), path, key)
        if case.closed:
            close(house, by(REKTOR[case.school]), house.ids["personsak", world.FJORD, f"case of {case.student}"])
    for kind, thing in barred:
        until(house, kind, thing, None if kind == "tie" else yesterday)
    for thing in rights.things("departure"):
        record(house, thing)


def propose_all(house):
    """Those who propose, and those who decline; which become cases: by student."""
    accepted = {}
    for thing, (student, school, proposer, state) in zip(rights.things("proposal"), PROPOSALS):
        id = propose(house, thing)
        house.ids["proposal", world.FJORD, thing.key] = id
        if state == "declined":
            call(house, rektor_of(thing), "POST", f"/v1/proposals/{id}/refusal", {"reason": "Xqgrunn"})
        if state == "accepted":
            accepted[student] = id
    return accepted


def propose(house, thing):
    body = {**NEW["proposal"](thing, 0), "studentId": house.named("student", thing.org, thing.student),
            "schoolId": house.named("school", thing.org, thing.schools[0])}
    return call(house, by(thing.person), "POST", "/v1/proposals", body)["id"]


def open_case(house, case, proposal):
    person = lambda key: house.named("person", world.FJORD, key)
    body = {**CODES, "sakstype": case.sakstype, "description": "Xqbeskrivelse", "saksbehandlerId": person(case.leads),
            "medsaksbehandlere": [person(key) for key in (*case.handles, *case.was)]}
    place = {"studentId": house.named("student", world.FJORD, case.student), "schoolId": house.named("school", world.FJORD, case.school)}
    path = f"/v1/proposals/{proposal}/acceptance" if proposal else "/v1/personsaker"
    made = call(house, by(case.opener), "POST", path, body if proposal else {**body, **place})
    house.ids["personsak", world.FJORD, f"case of {case.student}"] = made["id"]


def write_all(house):
    hendelser = {}
    for student, author in HENDELSER:
        thing = things("hendelse")[student, author]
        hendelser[student, author] = house.ids["hendelse", world.FJORD, thing.key] = write(house, thing)
    for student, author in DOCUMENTS:
        thing = things("document")[student, author]
        id = house.ids["document", world.FJORD, thing.key] = attach(house, thing, hendelser[student, author])
        call(house, by(author), "PATCH", f"/v1/documents/{id}/content", CONTENT)
    for student, author in STRUCK:
        for kind in ("hendelse", "document"):
            path = f"/v1/{'hendelser' if kind == 'hendelse' else 'documents'}/{house.ids[kind, world.FJORD, things(kind)[student, author].key]}"
            call(house, by(author), "POST", path + "/striking", {"reason": "Xqgrunn"})


def write(house, thing):
    case = house.ids["personsak", world.FJORD, f"case of {thing.student}"]
    return call(house, by(thing.person), "POST", f"/v1/personsaker/{case}/hendelser", HENDELSE)["id"]


def attach(house, thing, hendelse):
    return call(house, by(thing.person), "POST", f"/v1/hendelser/{hendelse}/documents", DOCUMENT)["id"]


def record(house, thing):
    """A departure of theirs, which is the thing from now on."""
    path = f"/v1/students/{house.named('student', thing.org, thing.student)}/departures"
    body = {**NEW["departure"](thing, 0), "schoolId": house.named("school", thing.org, thing.schools[0])}
    house.ids["departure", thing.org, thing.key] = call(house, rektor_of(thing), "POST", path, body)["id"]


def take_off(house, who, path, key):
    call(house, who, "DELETE", f"{path}/medsaksbehandlere/{house.named('person', world.FJORD, key)}", None, version_of(house, who, path))


# ---- Before and after a change ----------------------------------------------------------------------------------------------------

PATHS = {"personsak": "personsaker", "proposal": "proposals", "hendelse": "hendelser", "document": "documents", "departure": "departures"}


def can_write(thing):
    """Whether the author is still one who may, and the case open: then there can be another like this one."""
    case = next(case for case in rights.things("personsak") if case.student == thing.student)
    return not case.over and bool(rights.ground(by(thing.person), "hendelse.make", case))


def on_case(house, thing, is_put_on):
    """As it stands in a path: one who is on the case, or has been put on it to be taken off."""
    case = CASES[thing.student]
    return f"/{house.named('person', world.FJORD, SPARE[case.school] if is_put_on else case.handles[0])}"


def before(house, name, thing):
    """What the change is to be made to: (its id, its version)."""
    id = house.id(thing.kind, thing)
    if name in ("acceptProposal", "declineProposal") and not thing.over:
        id = propose(house, thing)
    if name == "strikeHendelse" and not thing.over and can_write(thing):
        id = write(house, thing)
    if name in ("strikeDocument", "sendDocumentPart") and not thing.over and can_write(thing):
        id = attach(house, thing, house.ids["hendelse", world.FJORD, things("hendelse")[thing.student, thing.person].key])
    path = f"/v1/{PATHS[thing.kind]}/{id}"
    if name == "removeMedsaksbehandler" and not CASES[thing.student].closed:
        call(house, rektor_of(thing), "POST", path + "/medsaksbehandlere", SENT["personsak", "add"](house, thing, 0))
    return id, version_of(house, rektor_of(thing), path)


def close(house, who, id):
    call(house, who, "POST", f"/v1/personsaker/{id}/closure", {"summary": "Xqoppsummering"})


def after(house, name, thing, made=None):
    """Makes of what was done what it was before. `made`: what came of it is closed again."""
    path, who = f"/v1/{PATHS[thing.kind]}/{house.id(thing.kind, thing)}", rektor_of(thing)
    if name == "closePersonsak":
        call(house, who, "POST", path + "/reopening", {"reason": "Xqgrunn"})
    if name == "reopenPersonsak":
        close(house, who, house.id(thing.kind, thing))
    if name == "acceptProposal":
        close(house, who, made["id"])
    if name == "addMedsaksbehandler":
        take_off(house, who, path, SPARE[thing.schools[0]])
    if name == "handOverPersonsak":
        call(house, who, "POST", path + "/handover", {"saksbehandlerId": house.named("person", world.FJORD, CASES[thing.student].leads)})
    if name in ("withdrawDeparture", "completeDeparture"):
        record(house, thing)


def is_taken(name, case):
    """One departure at a time."""
    return name == "recordDeparture" and (case.student, dict(case.names)["schoolId"]) in DEPARTURES


def after_making(house, name, who, case, made):
    if name == "recordDeparture":
        call(house, who, "DELETE", f"/v1/departures/{made['id']}", None, made["version"])
    if name == "openPersonsak":
        close(house, rektor_of(case), made["id"])


def can_be_tried(name, thing):
    """Not what could not be done again: a case goes back to its saksbehandler only if they can have it, and what is struck stays so."""
    if name in ("strikeHendelse", "strikeDocument"):
        return thing.over or can_write(thing)
    return name != "handOverPersonsak" or not thing.trait("unhandled")
