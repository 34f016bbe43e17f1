# SPDX-License-Identifier: EUPL-1.2
"""Personsaker over HTTP: opening, reading, changing, and what became of them (P2, P3, P4)."""
import concurrent.futures
import datetime
import json
import re
import sqlite3
import uuid

import pytest

import world
from cases import add_handler, case, case_body, close_case, new_student, open_case, propose, remove_handler, reopen_case, words
from daemon import run_tryggd

NOT_FOUND, FORBIDDEN = 404, 403
REFERENCE = re.compile(r"20[0-9]{2}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")
UNSEEN_OF_CASE = ["teacher", "mentor", "opener", "assistant", "admin", "owner", "auditor", "rektor-bru", "guardian", "pupil", "no-role",
                  "guardian-rektor", "guardian-teacher", "rektor-ended", "hanne"]


def person(daemon, key):
    row, = (row for row in world.fjord()["persons"] if row["key"] == key)
    return {"personId": daemon.id("person", key), "name": f"{row['givenName']} {row['familyName']}"}


def errors(answer):
    assert answer.status_code == 400, answer.text
    return [(error["name"], error["code"]) for error in answer.json()["errors"]]


# ---- P2: opening ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who, ground", [("rektor", "P2.role.rektor"), ("opener", "P2.role.caseOpener"), ("two-schools", "P2.role.rektor")])
def test_P2_rektor_and_case_opener_open(daemon, who, ground):
    made = daemon.post("/v1/personsaker", case_body(daemon, saksbehandler="teacher", medsaksbehandlere=["kari", "mentor"]), who)
    assert (made.status_code, made.json()["ground"], made.json()["version"], made.headers["ETag"]) == (201, ground, 1, '"1"')
    assert made.headers["Location"] == f"/v1/personsaker/{made.json()['id']}"
    assert set(made.json()) == {"id", "reference", "version", "ground"} and REFERENCE.fullmatch(made.json()["reference"])


def test_P2_others_of_the_school_may_not_and_who_cannot_see_the_student_learns_nothing(daemon):
    body = case_body(daemon)
    for who in ("kari", "teacher", "mentor", "health", "observer", "admin"):   # they see alva
        assert daemon.post("/v1/personsaker", body, who).status_code == FORBIDDEN
    nobody = daemon.post("/v1/personsaker", {**body, "studentId": str(uuid.uuid4())}, "rektor")
    assert nobody.status_code == NOT_FOUND
    for who in ("assistant", "teacher-untied", "rektor-bru", "guardian", "pupil", "owner", "auditor", "no-role", "rektor-ended", "rektor@skog"):
        assert daemon.post("/v1/personsaker", body, who).content == nobody.content
    # G2: a guardian is no rektor of their own child.
    assert daemon.post("/v1/personsaker", body, "guardian-rektor").content == nobody.content
    assert daemon.post("/v1/personsaker", case_body(daemon, "birk", saksbehandler="hanne"), "guardian-rektor").status_code == 201


def test_P2_at_a_school_where_the_student_is_and_the_opener_works(daemon):
    student = new_student(daemon)
    there = {"studentId": student, "schoolId": daemon.id("school", "bru")}
    assert daemon.post("/v1/enrolments", there, token=daemon.token("registry", service=True, scope="provision")).status_code == 201
    both = case_body(daemon, student, "bru", saksbehandler="teacher-bru")
    assert daemon.post("/v1/personsaker", both, "rektor").status_code == FORBIDDEN       # rektor of aas, and of this student
    assert daemon.post("/v1/personsaker", both, "rektor-bru").json()["ground"] == "P2.role.rektor"
    alva = case_body(daemon, "alva", "bru", saksbehandler="kari")
    assert daemon.post("/v1/personsaker", alva, "rektor").status_code == FORBIDDEN       # she is not there
    assert daemon.post("/v1/personsaker", {**alva, "schoolId": str(uuid.uuid4())}, "rektor").status_code == FORBIDDEN
    for student in ("left", "starts-tomorrow", "celia"):
        assert daemon.post("/v1/personsaker", case_body(daemon, student, saksbehandler="kari"), "rektor").status_code == NOT_FOUND


def test_X7_where_the_module_is_off_nothing_is_opened(daemon):
    body = case_body(daemon) | {"studentId": daemon.id("student", "sven", world.SKOG), "schoolId": daemon.id("school", "tall", world.SKOG),
                                "saksbehandlerId": daemon.id("person", "kari", world.SKOG)}
    assert daemon.post("/v1/personsaker", body, "rektor@skog").status_code == FORBIDDEN
    assert daemon.activity(operation="openPersonsak")[-1]["ground"] == "X7.moduleOff"


def test_P2_the_contact_teacher_leads_unless_another_is_named(daemon):
    made = daemon.post("/v1/personsaker", case_body(daemon), "opener").json()
    assert case(daemon, made["id"])["saksbehandler"] == person(daemon, "kari")
    student = daemon.create_student("rektor").json()["id"]
    assert errors(daemon.post("/v1/personsaker", case_body(daemon, student), "rektor")) == [("/saksbehandlerId", "required")]
    # Of several the one who has been it for the longest, and only one who can: teacher-bru does not work here.
    for key, first in (("hanne", "2026-01-02"), ("mentor", "2026-01-01"), ("kari", "2026-01-03"), ("pupil-staff", "2026-01-04")):
        tie = {"studentId": student, "personId": daemon.id("person", key), "kind": "contactTeacher", "from": first}
        assert daemon.post("/v1/ties", tie, "rektor").status_code == 201
    early = {"studentId": student, "personId": daemon.id("person", "teacher-bru"), "kind": "contactTeacher", "from": "2025-01-01"}
    assert daemon.post("/v1/ties", early, token=daemon.token("registry", service=True, scope="provision")).status_code == 201
    made = daemon.post("/v1/personsaker", case_body(daemon, student), "rektor").json()
    assert case(daemon, made["id"])["saksbehandler"] == person(daemon, "mentor")


def test_P2_G1_G2_only_staff_of_the_school_handle_it(daemon):
    for key in ("teacher-bru", "membership-ended", "membership-tomorrow", "guardian", "owner", "no-role", "pupil", "guardian-teacher"):
        assert errors(daemon.post("/v1/personsaker", case_body(daemon, saksbehandler=key), "rektor")) == [("/saksbehandlerId", "reference")]
    assert errors(daemon.post("/v1/personsaker", case_body(daemon, "elva", saksbehandler="pupil-staff"), "rektor")) == [("/saksbehandlerId", "reference")]
    strange = case_body(daemon) | {"medsaksbehandlere": [str(uuid.uuid4()), daemon.id("person", "mentor"), daemon.id("person", "kari", world.SKOG)]}
    assert errors(daemon.post("/v1/personsaker", strange, "rektor")) == [("/medsaksbehandlere/0", "reference"), ("/medsaksbehandlere/2", "reference")]
    twice = case_body(daemon, saksbehandler="mentor", medsaksbehandlere=["kari", "mentor", "kari"])
    assert errors(daemon.post("/v1/personsaker", twice, "rektor")) == [("/medsaksbehandlere/1", "conflict"), ("/medsaksbehandlere/2", "conflict")]
    assert daemon.post("/v1/personsaker", case_body(daemon, saksbehandler="membership-ends-today"), "rektor").status_code == 201
    assert daemon.post("/v1/personsaker", case_body(daemon, saksbehandler="guardian-ended"), "rektor").status_code == 201


def test_X3_everything_wrong_is_said_at_once_and_nothing_is_stored(daemon):
    before = len(daemon.rows("SELECT 1 FROM personsak"))
    bad = case_body(daemon, "birk", sakstype="mobbing", category="no-such", saksbehandler="teacher-bru", medsaksbehandlere=["guardian"])
    assert errors(daemon.post("/v1/personsaker", bad, "rektor")) == [
        ("/sakstype", "reference"), ("/category", "reference"), ("/saksbehandlerId", "reference"), ("/medsaksbehandlere/0", "reference")]
    assert errors(daemon.post("/v1/personsaker", {"sakstype": "", "description": "", "samsak": True}, "rektor")) == [
        ("/studentId", "required"), ("/schoolId", "required"), ("/sakstype", "too-short"), ("/category", "required"),
        ("/description", "too-short"), ("/samsak", "unknown")]
    long = case_body(daemon, description="å" * 4001, medsaksbehandlere=["kari"] * 51)
    assert errors(daemon.post("/v1/personsaker", long, "rektor")) == [("/description", "too-long"), ("/medsaksbehandlere", "too-long")]
    assert len(daemon.rows("SELECT 1 FROM personsak")) == before
    assert daemon.post("/v1/personsaker", case_body(daemon, description="å" * 4000), "rektor").status_code == 201


def test_M1_a_retired_code_names_no_new_personsak(daemon):
    code = "kode-" + uuid.uuid4().hex[:8]
    made = daemon.post("/v1/codes", {"list": "sakstype", "code": code, "labels": {"nb": "N", "sv": "S", "en": "E"}}, "owner").json()
    opened = open_case(daemon, sakstype=code)
    assert daemon.patch(f"/v1/codes/{made['id']}", {"retired": True}, "owner", version=made["version"]).status_code == 200
    assert errors(daemon.post("/v1/personsaker", case_body(daemon, sakstype=code), "rektor")) == [("/sakstype", "reference")]
    assert case(daemon, opened["id"])["sakstype"] == code


def test_X1_the_same_call_again_opens_nothing_and_answers_the_same(daemon):
    body, key = case_body(daemon), str(uuid.uuid4())
    first, again = (daemon.post("/v1/personsaker", body, "rektor", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content) and "reference" in again.json()
    assert daemon.post("/v1/personsaker", {**body, "category": "sosialt"}, "rektor", key=key).status_code == 422
    assert [row["outcome"] for row in daemon.activity(object_id=first.json()["id"])] == ["allowed", "replayed"]


# ---- P3: reading ------------------------------------------------------------------------------------------------------------

def test_P3_handlers_and_rektor_read_the_whole(daemon):
    student = new_student(daemon)
    body = case_body(daemon, student, saksbehandler="kari", medsaksbehandlere=["mentor", "assistant"])
    made = daemon.post("/v1/personsaker", body, "opener").json()
    grounds = {"kari": "P3.handler", "mentor": "P3.coHandler", "assistant": "P3.coHandler", "rektor": "P3.role.rektor", "two-schools": "P3.role.rektor"}
    for who, ground in grounds.items():
        read = daemon.get(f"/v1/personsaker/{made['id']}", who)
        assert (read.status_code, read.headers["ETag"], read.json()["ground"]) == (200, '"1"', ground)
        row = read.json()
        assert (row["id"], row["reference"], row["state"], row["schoolId"]) == (made["id"], made["reference"], "open", body["schoolId"])
        assert [row[name] for name in ("sakstype", "category", "description")] == [body[name] for name in ("sakstype", "category", "description")]
        card = daemon.get(f"/v1/students/{student}", "rektor").json()
        assert row["student"] == {name: card[name] for name in ("id", "givenName", "familyName")}
        assert (row["saksbehandler"], row["openedBy"]) == (person(daemon, "kari"), person(daemon, "opener"))
        assert sorted(each["name"] for each in row["medsaksbehandlere"]) == sorted(person(daemon, key)["name"] for key in ("mentor", "assistant"))
        assert row["openedAt"] == row["lastActivityAt"] and row["closing"] is None and row["dueOn"] is None


@pytest.mark.parametrize("who", UNSEEN_OF_CASE)
def test_P3_tied_opened_or_in_charge_elsewhere_gives_nothing(daemon, who):
    made = daemon.post("/v1/personsaker", case_body(daemon), "opener").json()
    nothing = daemon.get(f"/v1/personsaker/{uuid.uuid4()}", who)
    read = daemon.get(f"/v1/personsaker/{made['id']}", who)
    assert (read.status_code, read.content) == (NOT_FOUND, nothing.content)


def test_P3_not_in_another_organisation_nor_by_a_client(daemon):
    made = open_case(daemon)
    nothing = daemon.get(f"/v1/personsaker/{uuid.uuid4()}", "rektor")
    assert daemon.get(f"/v1/personsaker/{made['id']}", "rektor@skog").content == nothing.content
    for scope in ("provision", "changes", "trygg:read trygg:write"):
        assert daemon.get(f"/v1/personsaker/{made['id']}", token=daemon.token("feed", service=True, scope=scope)).content == nothing.content


def test_L2_a_weak_login_reaches_no_personsak(daemon):
    made = open_case(daemon)
    answer = daemon.get(f"/v1/personsaker/{made['id']}", token=daemon.token("rektor", strong=False))
    assert (answer.status_code, "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]) == (401, True)


# ---- P4: changing, and the history -------------------------------------------------------------------------------------------

def test_P4_saksbehandler_and_rektor_change_what_it_says(daemon):
    made = open_case(daemon, medsaksbehandlere=["mentor"])
    path = f"/v1/personsaker/{made['id']}"
    before = case(daemon, made["id"])
    changed = daemon.patch(path, {"category": "sosialt"}, "kari", version=1)
    assert (changed.status_code, changed.json(), changed.headers["ETag"]) == (200, {"id": made["id"], "version": 2, "ground": "P4.handler"}, '"2"')
    after = case(daemon, made["id"])
    assert after["lastActivityAt"] > before["lastActivityAt"]
    assert {**after, "lastActivityAt": None} == {**before, "category": "sosialt", "version": 2, "lastActivityAt": None}
    new = words(daemon, "Ny beskrivelse")
    assert daemon.patch(path, {"description": new, "sakstype": "annet"}, "rektor", version=2).json()["ground"] == "P4.role.rektor"
    assert [case(daemon, made["id"])[name] for name in ("sakstype", "category", "description", "version")] == ["annet", "sosialt", new, 3]
    # Nothing new is no change.
    same = daemon.patch(path, {"description": new}, "kari", version=3)
    assert (same.json()["version"], case(daemon, made["id"])["version"]) == (3, 3)
    # A medsaksbehandler reads it and may not; for others it is not there.
    assert daemon.patch(path, {"category": "annet"}, "mentor", version=3).status_code == FORBIDDEN
    nothing = daemon.patch(f"/v1/personsaker/{uuid.uuid4()}", {"category": "annet"}, "teacher", version=3)
    for who in ("teacher", "opener", "admin", "owner", "rektor-bru", "guardian-rektor", "rektor@skog"):
        assert daemon.patch(path, {"category": "annet"}, who, version=3).content == nothing.content
    reader = daemon.token("kari", scope="trygg:read")
    assert daemon.patch(path, {"category": "annet"}, token=reader, version=3).status_code == FORBIDDEN


def test_X2_it_is_changed_by_version(daemon):
    path = f"/v1/personsaker/{open_case(daemon)['id']}"
    assert daemon.patch(path, {"category": "annet"}, "kari").status_code == 428
    assert daemon.patch(path, {"category": "annet"}, "kari", version=2).status_code == 412
    assert daemon.patch(path, {"category": "annet"}, "kari", version=1).status_code == 200
    assert daemon.patch(path, {"category": "faglig"}, "rektor", version=1).status_code == 412


def test_X3_codes_of_a_change_are_looked_at_and_a_retired_one_may_stay(daemon):
    code = "kode-" + uuid.uuid4().hex[:8]
    kept = daemon.post("/v1/codes", {"list": "case-category", "code": code, "labels": {"nb": "N", "sv": "S", "en": "E"}}, "owner").json()
    one, other = open_case(daemon, category=code)["id"], open_case(daemon)["id"]
    assert daemon.patch(f"/v1/codes/{kept['id']}", {"retired": True}, "owner", version=kept["version"]).status_code == 200
    wrong = daemon.patch(f"/v1/personsaker/{other}", {"category": code, "sakstype": "no-such"}, "kari", version=1)
    assert errors(wrong) == [("/sakstype", "reference"), ("/category", "reference")]
    assert errors(daemon.patch(f"/v1/personsaker/{other}", {"state": "closed", "studentId": None}, "kari", version=1)) == [
        ("/state", "unknown"), ("/studentId", "unknown")]
    assert daemon.patch(f"/v1/personsaker/{one}", {"category": code, "sakstype": "annet"}, "kari", version=1).status_code == 200
    assert case(daemon, other)["version"] == 1


def test_X2_of_two_who_change_it_at_once_one_is_first(daemon):
    path = f"/v1/personsaker/{open_case(daemon)['id']}"
    tokens = [daemon.token(who) for who in ("kari", "rektor")]
    for number in range(1, 6):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda token: daemon.patch(path, {"description": words(daemon)}, token=token, version=number).status_code, tokens))
        assert sorted(answers) == [200, 412]


def test_S4_on_a_double_it_is_opened_on_the_student_that_it_turned_out_to_be(daemon):
    kept, double = new_student(daemon), new_student(daemon)
    assert daemon.post(f"/v1/students/{kept}/merge", {"absorbedId": double}, "rektor").status_code == 200
    made = open_case(daemon, student=double)["id"]
    assert case(daemon, made)["student"]["id"] == kept
    assert daemon.activity(object_id=made)[0]["student_id"] == kept


def test_S6_it_shows_by_when_it_is_to_be_closed(daemon):
    student, last_day = new_student(daemon), (world.today() + datetime.timedelta(14)).isoformat()
    made = open_case(daemon, student=student)["id"]
    departure = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": last_day}
    assert daemon.post(f"/v1/students/{student}/departures", departure, "rektor").status_code == 201
    assert case(daemon, made, "kari")["dueOn"] == last_day


def test_P8_a_closed_one_is_not_changed(daemon):
    made = open_case(daemon)["id"]
    close_case(daemon, made)
    answer = daemon.patch(f"/v1/personsaker/{made}", {"category": "annet"}, "kari", version=2)
    assert answer.status_code == 409 and answer.json()["type"].endswith(":closed")
    assert daemon.patch(f"/v1/personsaker/{made}", {"category": "annet"}, "kari", version=1).status_code == 412   # X7: 412 before 409
    closed = case(daemon, made)
    assert (closed["state"], closed["version"], closed["closing"]["by"], closed["category"]) == ("closed", 2, person(daemon, "rektor"), "mobbing")
    reopen_case(daemon, made)
    assert (case(daemon, made)["state"], case(daemon, made)["closing"]) == ("open", None)
    assert daemon.patch(f"/v1/personsaker/{made}", {"category": "annet"}, "kari", version=3).status_code == 200


def history(daemon, personsak, who="rektor", limit=100):
    found, query = [], f"?limit={limit}"
    while query is not None:
        page = daemon.get(f"/v1/personsaker/{personsak}/history{query}", who).json()
        found += page["data"]
        query = page["pageToken"] and f"?pageToken={page['pageToken']}&limit={limit}"
    return found


def test_P4_every_earlier_header_stays_readable(daemon):
    made = open_case(daemon, "opener", medsaksbehandlere=["mentor"])
    first = case(daemon, made["id"])
    texts = [words(daemon) for _ in range(3)]
    for number, text in enumerate(texts, 1):
        assert daemon.patch(f"/v1/personsaker/{made['id']}", {"description": text}, "kari", version=number).status_code == 200
    found = history(daemon, made["id"], "mentor")
    assert found[0] == {"version": 1, "at": first["openedAt"], "by": person(daemon, "opener"), "what": "opened", "person": person(daemon, "kari"),
                        **{name: first[name] for name in ("sakstype", "category", "description")}}
    assert found[1] == {"version": 1, "at": first["openedAt"], "by": person(daemon, "opener"), "what": "handlerAdded", "person": person(daemon, "mentor")}
    assert [(row["what"], row["version"], row["by"], row["description"]) for row in found[2:]] == [("changed", number, person(daemon, "kari"), text) for number, text in enumerate(texts, 2)]
    for limit in (1, 2, 5):
        assert history(daemon, made["id"], "kari", limit) == found
    row = daemon.activity(operation="listPersonsakHistory")[-1]
    assert (row["object_kind"], row["object_id"], row["ground"]) == ("personsak", made["id"], "P3.handler")


def test_P8_the_history_tells_of_closings_and_reopenings(daemon):
    made = open_case(daemon)["id"]
    for number in range(2):
        close_case(daemon, made, "kari")
        reopen_case(daemon, made)
    found = history(daemon, made, limit=2)
    assert [row["what"] for row in found] == ["opened", "closed", "reopened", "closed", "reopened"]
    assert [row["version"] for row in found] == [1, 2, 3, 4, 5]
    assert found[1]["summary"].startswith("Avsluttet") and found[2]["reason"].startswith("Gjenopptatt") and found[1]["by"] == person(daemon, "kari")


def test_P4_the_history_tells_who_came_and_went(daemon):
    made = open_case(daemon)["id"]
    add_handler(daemon, made, "mentor")
    remove_handler(daemon, made, "mentor")
    found = [(row["what"], row["person"]["name"]) for row in history(daemon, made)[1:]]
    assert found == [("handlerAdded", person(daemon, "mentor")["name"]), ("handlerRemoved", person(daemon, "mentor")["name"])]


def test_P5_a_hand_over_is_one_thing_that_happened(daemon):
    made = open_case(daemon, medsaksbehandlere=["mentor"])["id"]
    for key, stay in (("mentor", True), ("kari", True), ("teacher", False)):
        answer = daemon.post(f"/v1/personsaker/{made}/handover", {"saksbehandlerId": daemon.id("person", key), "stay": stay}, "rektor")
        assert answer.status_code in (200, 201), answer.text
    found = [(row["what"], row["person"]["name"]) for row in history(daemon, made)[2:]]
    assert found == [("handedOver", person(daemon, key)["name"]) for key in ("mentor", "kari", "teacher")]


def test_P3_the_history_is_for_those_who_read_it(daemon):
    made, other = open_case(daemon)["id"], open_case(daemon)["id"]
    nothing = daemon.get(f"/v1/personsaker/{uuid.uuid4()}/history", "teacher")
    for who in ("teacher", "opener", "admin", "rektor-bru", "guardian-rektor", "rektor@skog"):
        assert daemon.get(f"/v1/personsaker/{made}/history", who).content == nothing.content
    # A token goes on in the personsak that it was made for.
    assert daemon.patch(f"/v1/personsaker/{made}", {"category": "annet"}, "kari", version=1).status_code == 200
    token = daemon.get(f"/v1/personsaker/{made}/history?limit=1", "kari").json()["pageToken"]
    assert errors(daemon.get(f"/v1/personsaker/{other}/history?pageToken={token}", "kari")) == [("pageToken", "format")]


# ---- C1 and V4 --------------------------------------------------------------------------------------------------------------

def test_C1_nothing_that_describes_it_stands_in_any_file(daemon):
    body = case_body(daemon, "birk", sakstype="spesialpedagogikk", category="observasjon", saksbehandler="hanne")
    made = daemon.post("/v1/personsaker", body, "rektor").json()
    assert case(daemon, made["id"])["category"] == "observasjon"
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert body["description"].encode() not in raw
    # The codes are the organisation's own words; in the rows of the personsak they are not.
    row, = daemon.rows("SELECT h.*, p.key_id FROM personsak_header h JOIN personsak p USING (personsak_id) WHERE p.personsak_id = ?", uuid.UUID(made["id"]).bytes)
    for name in ("sakstype", "category", "description"):
        assert isinstance(row[name], bytes) and body[name].encode() not in row[name]
    assert len({bytes(other["key_id"]) for other in daemon.rows("SELECT key_id FROM personsak UNION ALL SELECT key_id FROM student")}) == len(
        daemon.rows("SELECT key_id FROM personsak UNION ALL SELECT key_id FROM student"))


def test_C3_what_is_sealed_for_one_personsak_does_not_open_in_another(fresh_daemon):
    daemon = fresh_daemon()
    one, other = open_case(daemon), open_case(daemon)
    daemon.stop()
    store = sqlite3.connect(daemon.files.data / "trygg.db")
    store.execute("UPDATE personsak_header SET description = (SELECT description FROM personsak_header WHERE personsak_id = ?) WHERE personsak_id = ?",
                  (uuid.UUID(one["id"]).bytes, uuid.UUID(other["id"]).bytes))
    store.commit()
    store.close()
    daemon.start()
    assert daemon.get(f"/v1/personsaker/{one['id']}", "rektor").status_code == 200
    assert daemon.get(f"/v1/personsaker/{other['id']}", "rektor").status_code == 500


def test_C1_C3_fsck_opens_all_that_is_sealed_and_finds_what_was_moved(fresh_daemon):
    daemon = fresh_daemon()
    made, other = open_case(daemon)["id"], open_case(daemon)["id"]
    assert daemon.patch(f"/v1/personsaker/{made}", {"category": "annet"}, "kari", version=1).status_code == 200
    close_case(daemon, made)
    proposal, waiting = propose(daemon)["id"], propose(daemon)["id"]
    assert daemon.post(f"/v1/proposals/{proposal}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200
    daemon.stop()

    def fsck():
        return json.loads(run_tryggd("fsck", "--config", daemon.files.config, "--json", timeout=120).stdout)

    assert fsck()["whole"]
    moves = {"personsak_header": ("UPDATE personsak_header SET category = (SELECT category FROM personsak_header WHERE personsak_id = ? AND number = 1) "
                                  "WHERE personsak_id = ? AND number = 2", made, made),
             "personsak_turn": ("UPDATE personsak_turn SET words = (SELECT description FROM personsak_header WHERE personsak_id = ? AND number = 1) "
                                "WHERE personsak_id = ?", made, made),
             "proposal": ("UPDATE proposal SET why = (SELECT why FROM proposal WHERE proposal_id = ?) WHERE proposal_id = ?", proposal, waiting)}
    store = sqlite3.connect(daemon.files.data / "trygg.db")
    for sql, *ids in moves.values():
        store.execute(sql, [uuid.UUID(id).bytes for id in ids])
    store.execute("UPDATE personsak SET key_id = (SELECT key_id FROM student LIMIT 1) WHERE personsak_id = ?", (uuid.UUID(other).bytes,))
    store.commit()
    store.close()
    report = fsck()
    found = {(finding["table"], finding.get("column")) for finding in report["findings"]}
    assert {("personsak_header", "category"), ("personsak_turn", "words"), ("proposal", "why"), ("personsak_header", "description")} <= found
    assert any(finding["what"] == "names a key that another row names too" for finding in report["findings"])


def test_V4_each_call_is_a_row_that_names_student_and_school(daemon):
    made = open_case(daemon, "opener")
    daemon.get(f"/v1/personsaker/{made['id']}", "kari")
    daemon.get(f"/v1/personsaker/{made['id']}", "teacher")
    alva, aas = daemon.id("student", "alva"), daemon.id("school", "aas")
    rows = daemon.activity(object_id=made["id"])
    assert {(row["object_kind"], row["student_id"], row["school_id"], row["tree_id"]) for row in rows} == {("personsak", alva, aas, aas)}
    assert [(row["operation"], row["outcome"], row["ground"]) for row in rows] == [
        ("openPersonsak", "allowed", "P2.role.caseOpener"), ("getPersonsak", "allowed", "P3.handler"), ("getPersonsak", "refused", "P3.unseen")]
    daemon.post("/v1/personsaker", case_body(daemon), "teacher")
    row = daemon.activity(operation="openPersonsak")[-1]
    assert (row["outcome"], row["ground"], row["object_kind"], row["student_id"], row["school_id"]) == ("refused", "P2.forbidden", "personsak", alva, aas)


def test_X4_the_change_feed_tells_that_it_was_opened(daemon):
    made = open_case(daemon)
    token = daemon.token("feed", service=True, scope="changes")
    found, page = [], daemon.get(f"/v1/changes?schoolId={daemon.id('school', 'aas')}&limit=100", token=token).json()
    while True:
        found += [row for row in page["data"] if row["id"] == made["id"]]
        if not page["more"]:
            break
        page = daemon.get(f"/v1/changes?pageToken={page['pageToken']}", token=token).json()
    assert [(row["kind"], row["operation"], row["studentId"]) for row in found] == [("personsak", "openPersonsak", daemon.id("student", "alva"))]
