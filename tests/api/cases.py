# SPDX-License-Identifier: EUPL-1.2
"""Personsaker for tests, made over HTTP. `d` is a Daemon; people, students and schools are the keys of world.py. What is written in a case is
made up anew each time and remembered by the daemon, so that the leak check finds it wherever it should not be.

Whoever handles a case reads the student's card from then on (S2), and all files share one daemon: a test that makes someone a handler who is not
tied to the student uses a student of its own (new_student)."""

import uuid


def words(d, what="Observert"):
    """A text that stands nowhere else."""
    text = f"{what} Zw{uuid.uuid4().hex}"
    with d.lock:
        d.files.written.add(text)
    return text


def case_body(d, student="alva", school="aas", **changes):
    """What openPersonsak takes; None takes a member out. `student` is a key of the world or an id."""
    handlers = changes.pop("medsaksbehandlere", None)
    body = {"studentId": student_id(d, student), "schoolId": d.id("school", school), "sakstype": "skolemiljo", "category": "mobbing",
            "description": words(d, "Beskrivelse"), **changes}
    if handlers is not None:
        body["medsaksbehandlere"] = [d.id("person", key) for key in handlers]
    if "saksbehandler" in body:
        body["saksbehandlerId"] = d.id("person", body.pop("saksbehandler"))
    return {name: value for name, value in body.items() if value is not None}


def new_student(d, who="rektor", school="aas"):
    """The id of a student whom nobody is tied to."""
    answer = d.create_student(who, school)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def student_id(d, student):
    return student if "-" in student and len(student) == 36 else d.id("student", student)


def open_case(d, who="rektor", student="alva", school="aas", saksbehandler="kari", medsaksbehandlere=(), **changes):
    """Opens one and answers what the call did: {id, reference, version, ground}."""
    answer = d.post("/v1/personsaker", case_body(d, student, school, saksbehandler=saksbehandler, medsaksbehandlere=list(medsaksbehandlere),
                                                 **changes), who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def case(d, personsak, who="rektor"):
    """How it stands, as this reader sees it."""
    answer = d.get(f"/v1/personsaker/{personsak}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def version(d, personsak, who="rektor"):
    return case(d, personsak, who)["version"]


def add_handler(d, personsak, person, who="rektor"):
    answer = d.post(f"/v1/personsaker/{personsak}/medsaksbehandlere", {"personId": d.id("person", person)}, who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def remove_handler(d, personsak, person, who="rektor"):
    answer = d.delete(f"/v1/personsaker/{personsak}/medsaksbehandlere/{d.id('person', person)}", who, version=version(d, personsak))
    assert answer.status_code == 204, answer.text


def close_case(d, personsak, who="rektor"):
    answer = d.post(f"/v1/personsaker/{personsak}/closure", {"summary": words(d, "Avsluttet")}, who)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def reopen_case(d, personsak, who="rektor"):
    answer = d.post(f"/v1/personsaker/{personsak}/reopening", {"reason": words(d, "Gjenopptatt")}, who)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def propose(d, who="teacher", student="alva", school="aas", **changes):
    body = {"studentId": student_id(d, student), "schoolId": d.id("school", school), "sakstype": "skolemiljo", "why": words(d, "Bekymring"), **changes}
    answer = d.post("/v1/proposals", body, who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def hendelse(d, personsak, who="rektor", **changes):
    """Writes one; answers {id, version, ground}."""
    body = {"kind": "journalnotat", "category": "mobbing", "happenedAt": "2026-11-01T10:15:00Z", "text": words(d), **changes}
    answer = d.post(f"/v1/personsaker/{personsak}/hendelser", body, who)
    assert answer.status_code == 201, answer.text
    return answer.json()
