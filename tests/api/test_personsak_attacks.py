# SPDX-License-Identifier: EUPL-1.2
"""What an attacker found in Sikker Sak, so that it stays mended: what is struck seen through pages (P10), versions that go back (X2), codes told by
the length of what is sealed (C1), open cases of a student who is about to leave (S6)."""
import json

import pytest

import cases
import world

OK, CREATED = 200, 201


def strike(daemon, hendelse, who):
    answer = daemon.post(f"/v1/hendelser/{hendelse['id']}/striking", {"reason": cases.words(daemon)}, who)
    assert answer.status_code == OK, answer.text


def page(daemon, case, who, **query):
    answer = daemon.get(f"/v1/personsaker/{case}/hendelser", who, params=query)
    assert answer.status_code == OK, answer.text
    return answer.json()


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_P10_no_page_and_no_token_tells_what_kind_or_category_is_struck(daemon, order):
    """A page is filled by what is shown on it: what is struck takes no place in it for those who are not shown it."""
    case = cases.open_case(daemon, student=cases.new_student(daemon), saksbehandler="kari", medsaksbehandlere=["mentor"])["id"]
    for _ in range(2):
        strike(daemon, cases.hendelse(daemon, case, "mentor", kind="vedtak", category="faglig"), "mentor")
    kept = cases.hendelse(daemon, case, "mentor", kind="samtale", category="mobbing", happenedAt="2025-01-01T00:00:00Z")["id"]
    last = cases.hendelse(daemon, case, "mentor", kind="journalnotat", category="sosialt", happenedAt="2024-01-01T00:00:00Z")["id"]
    for who in ("kari", "mentor"):
        struck, never = ([page(daemon, case, who, order=order, limit=1, **query) for query in queries]
                         for queries in (({"kind": "vedtak"}, {"category": "faglig"}), ({"kind": "mote"}, {"category": "atferd"})))
        assert struck == never == [{"data": [], "pageToken": None}] * 2
        assert [row["id"] for row in page(daemon, case, who, order=order, kind="samtale", limit=1)["data"]] == [kept]
        assert [row["id"] for row in page(daemon, case, who, order=order, category="sosialt", limit=1)["data"]] == [last]
    first = page(daemon, case, "rektor", order=order, kind="vedtak", limit=1)
    assert len(first["data"]) == 1 and len(page(daemon, case, "rektor", pageToken=first["pageToken"], limit=1)["data"]) == 1


def test_P10_no_page_tells_how_long_a_struck_text_was(daemon):
    case = cases.open_case(daemon, student=cases.new_student(daemon), saksbehandler="kari", medsaksbehandlere=["mentor"])["id"]
    for _ in range(6):
        new = {"kind": "samtale", "category": "faglig", "happenedAt": "2026-10-01T10:00:00Z", "text": "\U0001f9f8" * 100_000}
        made = daemon.request("POST", f"/v1/personsaker/{case}/hendelser", "mentor", data=json.dumps(new, ensure_ascii=False).encode(),
                              headers={"Content-Type": "application/json"})
        assert made.status_code == CREATED, made.text
        strike(daemon, made.json(), "mentor")
    whole = page(daemon, case, "kari")
    assert len(whole["data"]) == 6 and whole["pageToken"] is None
    assert all(row["text"] is None for row in whole["data"])
    assert page(daemon, case, "rektor")["pageToken"] is not None, "rektor, who reads them, has them on two pages"


def test_X2_a_proposal_of_a_double_has_a_new_version_when_it_is_decided(daemon):
    """Its student turned out to be another before: version 2. The decision is version 3, as it was answered."""
    survivor, double = cases.new_student(daemon), cases.new_student(daemon)
    tie = {"personId": daemon.id("person", "teacher"), "studentId": double, "kind": "teacher"}
    assert daemon.post("/v1/ties", tie, "rektor").status_code == CREATED
    path = f"/v1/proposals/{cases.propose(daemon, 'teacher', double)['id']}"
    assert daemon.post(f"/v1/students/{survivor}/merge", {"absorbedId": double}, "rektor").status_code == OK
    waiting = daemon.get(path, "rektor")
    decided = daemon.post(f"{path}/refusal", {"reason": cases.words(daemon)}, "rektor")
    assert decided.status_code == OK, decided.text
    declined = daemon.get(path, "rektor")
    assert declined.json()["state"] == "declined" and declined.headers["ETag"] != waiting.headers["ETag"]
    assert declined.json()["version"] == decided.json()["version"] and declined.headers["ETag"] == decided.headers["ETag"]


def test_C1_how_long_what_is_sealed_is_does_not_tell_which_code_it_is(daemon):
    """Whoever has the file knows the lists of codes: 'helse' is five letters, 'spesialpedagogikk' seventeen."""
    student = cases.new_student(daemon)
    case = cases.open_case(daemon, student=student, saksbehandler="kari", sakstype="helse", category="faglig")["id"]
    cases.open_case(daemon, student=student, saksbehandler="kari", sakstype="spesialpedagogikk", category="observasjon")
    for kind, category in (("mote", "annet"), ("journalnotat", "observasjon")):
        cases.hendelse(daemon, case, "kari", kind=kind, category=category)
    cases.propose(daemon, "teacher", "alva", sakstype="fravaer")
    cases.propose(daemon, "teacher", "alva", sakstype="elevsamtale")
    for student, kind in ((student, "moves"), (cases.new_student(daemon), "deceased"), (cases.new_student(daemon), "changesSchool")):
        body = {"schoolId": daemon.id("school", "aas"), "kind": kind, "date": "2030-01-01"}
        assert daemon.post(f"/v1/students/{student}/departures", body, "rektor").status_code == CREATED
    for table, column in (("personsak_header", "sakstype"), ("personsak_header", "category"), ("hendelse_version", "kind"),
                          ("hendelse_version", "category"), ("proposal", "sakstype"), ("departure", "kind")):
        lengths = daemon.rows(f"SELECT DISTINCT LENGTH({column}) AS n FROM {table}")
        assert len(lengths) == 1, (table, column, lengths)


def test_S6_what_is_opened_after_the_departure_completed_is_due_until_the_day(daemon):
    student = cases.new_student(daemon)
    case = cases.open_case(daemon, student=student, saksbehandler="kari")["id"]
    day = world.day(30)
    leaves = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": day}
    departure = daemon.post(f"/v1/students/{student}/departures", leaves, "rektor").json()
    cases.close_case(daemon, case)
    assert daemon.post(f"/v1/departures/{departure['id']}/completion", None, "rektor").status_code == OK
    due = lambda: {row["id"]: row["dueOn"] for row in
                   daemon.get("/v1/personsaker", "rektor", params={"studentId": student, "due": "true"}).json()["data"]}
    counted = lambda: daemon.get("/v1/personsaker/counts", "rektor", params={"schoolId": daemon.id("school", "aas")}).json()["due"]
    before = counted()
    assert due() == {} and cases.case(daemon, case)["dueOn"] is None
    cases.reopen_case(daemon, case)
    other = cases.open_case(daemon, student=student, saksbehandler="kari")["id"]
    assert due() == {case: day, other: day} and counted() == before + 2
    assert cases.case(daemon, case)["dueOn"] == cases.case(daemon, other)["dueOn"] == day


def test_S4_proposals_are_found_by_the_id_of_a_double_as_cases_and_departures_are(daemon):
    survivor, double = cases.new_student(daemon), cases.new_student(daemon)
    tie = {"personId": daemon.id("person", "teacher"), "studentId": double, "kind": "teacher"}
    assert daemon.post("/v1/ties", tie, "rektor").status_code == CREATED
    made = cases.propose(daemon, "teacher", double)["id"]
    assert daemon.post(f"/v1/students/{survivor}/merge", {"absorbedId": double}, "rektor").status_code == OK
    for who in ("teacher", "rektor"):
        for student in (survivor, double):
            assert [row["id"] for row in daemon.get("/v1/proposals", who, params={"studentId": student}).json()["data"]] == [made]


def test_P10_nothing_tells_how_large_a_struck_document_is(daemon):
    case = cases.open_case(daemon, student=cases.new_student(daemon), saksbehandler="kari", medsaksbehandlere=["mentor"])["id"]
    hendelse = cases.hendelse(daemon, case, "mentor")
    announced = {"name": f"{cases.words(daemon)}.pdf", "mediaType": "application/pdf", "size": 12345}
    document = daemon.post(f"/v1/hendelser/{hendelse['id']}/documents", announced, "mentor").json()["id"]
    strike(daemon, hendelse, "mentor")
    told = lambda who: {name: daemon.get(f"/v1/documents/{document}", who).json()[name] for name in ("name", "mediaType", "size", "received")}
    assert told("kari") == told("mentor") == {"name": None, "mediaType": None, "size": None, "received": None}
    assert told("rektor") == {**{name: announced[name] for name in ("name", "mediaType", "size")}, "received": 0}
    listed = daemon.get(f"/v1/hendelser/{hendelse['id']}/documents", "kari").json()["data"]
    assert [(row["size"], row["received"]) for row in listed] == [(None, None)]
