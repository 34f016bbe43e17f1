# SPDX-License-Identifier: EUPL-1.2
"""S1, S4 and S7 over HTTP: changing a student's card."""
import uuid

import pytest

import civic
import world

EVERYONE = [person["key"] for person in world.fjord()["persons"]]
# Alva's card: who may edit the name, and who besides may read it.
NAMES = {"kari": "S4.tie.contactTeacher", "rektor": "S4.role.rektor", "two-schools": "S4.role.rektor", "admin": "S4.role.admin"}
READS = {"opener", "teacher", "mentor", "observer", "health", "membership-ends-today", "tie-ends-today", "guardian-ended"}


def registry(daemon, scope="provision"):
    return daemon.token("registry", service=True, scope=scope)


def student(daemon, who="rektor", **members):
    """A new student of aas; the path."""
    made = daemon.create_student(who, **members)
    assert made.status_code == 201, made.text
    return f"/v1/students/{made.json()['id']}"


def card(daemon, path, who="rektor"):
    return daemon.get(path, who).json()


def change(daemon, path, body, who="rektor", **options):
    """With the version that the rektor reads now."""
    if "token" in options:
        who = None
    return daemon.patch(path, body, who, version=card(daemon, path)["version"], **options)


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize("member", ["givenName", "civicNumber", "protected"])
def test_S4_who_changes_a_card(daemon, who, member):
    path = f"/v1/students/{daemon.id('student', 'alva')}"
    same = {"givenName": "Elevalva", "civicNumber": world.CIVIC["alva"], "protected": False}[member]   # nothing to change
    answer = daemon.patch(path, {member: same}, who, version=1)
    if who in NAMES and (member == "givenName" or who != "kari"):
        assert (answer.status_code, answer.json()) == (200, {"id": daemon.id("student", "alva"), "version": 1, "ground": NAMES[who]})
    elif who in NAMES or who in READS:
        assert answer.status_code == 403
    else:
        assert answer.status_code == 404
        assert answer.content == daemon.patch(f"/v1/students/{uuid.uuid4()}", {member: same}, who, version=1).content


def test_S4_not_at_another_school_nor_in_another_organisation(daemon):
    path = f"/v1/students/{daemon.id('student', 'alva')}"
    for who in ("rektor-bru", "admin-bru", "rektor@skog", "skog-owner@skog"):
        assert daemon.patch(path, {"givenName": "Xqfremmed"}, who, version=1).status_code == 404


def test_S4_a_client_needs_provision_and_a_token_to_write(daemon):
    path = student(daemon)
    assert change(daemon, path, {"givenName": "Xqfraregister"}, token=registry(daemon)).json()["ground"] == "S4.client.provision"
    assert change(daemon, path, {"givenName": "Xqnei"}, token=registry(daemon, "changes")).status_code == 404
    assert change(daemon, path, {"givenName": "Xqnei"}, token=daemon.token("rektor", scope="trygg:read")).status_code == 403
    assert change(daemon, path, {"givenName": "Xqnei"}, token=daemon.token("rektor", strong=False)).status_code == 401
    assert card(daemon, path)["givenName"] == "Xqfraregister"


def test_X2_a_card_is_changed_by_version(daemon):
    path = student(daemon, givenName="Xqforst", familyName="Xqetternavn", civicNumber=(number := civic.fresh()))
    assert daemon.patch(path, {"givenName": "Xqsist"}, "rektor").status_code == 428
    assert daemon.patch(path, {"givenName": "Xqsist"}, "rektor", version=2).status_code == 412
    changed = daemon.patch(path, {"givenName": "Xqsist"}, "rektor", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, {"givenName": "Xqsist"}, "rektor", version=2).json()["version"] == 2   # nothing to change
    read = card(daemon, path)
    assert (read["givenName"], read["familyName"], read["civicNumber"], read["version"]) == ("Xqsist", "Xqetternavn", number, 2)


def test_X3_absent_stays_and_null_is_for_numbers_only(daemon):
    path = student(daemon)
    assert daemon.patch(path, {}, "rektor", version=1).json()["version"] == 1
    answer = daemon.patch(path, {"givenName": None, "familyName": "", "protected": None, "schoolId": str(uuid.uuid4())}, "rektor", version=1)
    assert {(row["name"], row["code"]) for row in answer.json()["errors"]} == {
        ("/givenName", "type"), ("/familyName", "too-short"), ("/protected", "type"), ("/schoolId", "unknown")}


def test_S1_a_civic_number_is_set_changed_and_taken_out(daemon):
    first, second = civic.fresh(), civic.fresh()
    path = student(daemon)
    assert change(daemon, path, {"civicNumber": first}, "admin").status_code == 200
    assert card(daemon, path)["civicNumber"] == first
    assert daemon.create_student("rektor", civicNumber=first).status_code == 409
    assert change(daemon, path, {"civicNumber": second}).status_code == 200
    assert daemon.create_student("rektor", civicNumber=first).status_code == 201   # the wrong one is free
    assert daemon.create_student("rektor", civicNumber=second).status_code == 409
    assert change(daemon, path, {"civicNumber": None}).status_code == 200
    assert card(daemon, path)["civicNumber"] is None
    assert daemon.create_student("rektor", civicNumber=second).status_code == 201
    assert change(daemon, path, {"civicNumber": None}).json()["version"] == 4   # nothing to take out


def test_S1_a_number_that_another_has_is_a_409_that_names_nobody(daemon):
    path = student(daemon)
    answer = change(daemon, path, {"civicNumber": world.CIVIC["birk"], "givenName": "Xqikke"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem-type:trygg:student-known")
    assert daemon.id("student", "birk") not in answer.text
    assert card(daemon, path)["version"] == 1
    # Whom it is about stands in the row, and the row stands with the organisation.
    row = [row for row in daemon.activity(operation="changeStudent", outcome="refused") if row["ground"] == "student-known"][-1]
    assert row["student_id"] == daemon.id("student", "birk") and row["object_id"] == path.rsplit("/", 1)[1]
    assert row["tree_id"] == world.ORGANISATIONS[world.FJORD]["id"] and row["school_id"] is None


def test_S7_people_move_the_local_mark_and_only_rektor_lifts_it(daemon):
    path = student(daemon, contactTeacherId=daemon.id("person", "kari"))
    assert change(daemon, path, {"protected": True}, "kari").status_code == 403
    assert change(daemon, path, {"protected": True}, "admin").status_code == 200
    assert card(daemon, path)["protected"] is True
    for who in ("kari", "admin"):
        assert change(daemon, path, {"protected": False}, who).status_code == 403
    assert change(daemon, path, {"protected": True}, "admin").json()["version"] == 2   # it is so already
    assert change(daemon, path, {"protected": False}).status_code == 200
    assert card(daemon, path)["protected"] is False


def test_S7_a_local_mark_is_never_lifted_by_a_client_nor_the_registrys_by_people(daemon):
    path, token = student(daemon), registry(daemon)
    assert change(daemon, path, {"protected": True}, token=token).status_code == 200
    assert change(daemon, path, {"protected": False}).json()["version"] == 2   # no local mark to lift
    assert card(daemon, path)["protected"] is True
    assert change(daemon, path, {"protected": True}).status_code == 200
    assert change(daemon, path, {"protected": False}, token=token).status_code == 200
    assert card(daemon, path)["protected"] is True
    assert change(daemon, path, {"protected": False}).status_code == 200
    assert card(daemon, path)["protected"] is False


def test_C1_C3_every_column_is_sealed_anew_under_the_new_version(daemon):
    name, number = "Xqhemmelig" + uuid.uuid4().hex[:8], civic.fresh()
    path = student(daemon, civicNumber=civic.fresh())
    sealed = "SELECT given_name, family_name, civic_number FROM student WHERE student_id = ?"
    before, = daemon.rows(sealed, uuid.UUID(path.rsplit("/", 1)[1]).bytes)
    assert change(daemon, path, {"familyName": name, "civicNumber": number}).status_code == 200
    after, = daemon.rows(sealed, uuid.UUID(path.rsplit("/", 1)[1]).bytes)
    assert all(before[column] != after[column] for column in before)
    raw = b"".join(file.read_bytes() for file in daemon.files.data.iterdir() if file.is_file())
    assert name.encode() not in raw and number.encode() not in raw


def test_V4_a_change_is_a_row_at_the_school(daemon):
    path = student(daemon)
    change(daemon, path, {"givenName": "Xqrad"})
    row, = daemon.activity(operation="changeStudent", object_id=path.rsplit("/", 1)[1])
    assert (row["object_kind"], row["student_id"], row["school_id"]) == ("student", row["object_id"], daemon.id("school", "aas"))
    assert (row["ground"], row["outcome"]) == ("S4.role.rektor", "allowed")
