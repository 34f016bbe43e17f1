# SPDX-License-Identifier: EUPL-1.2
"""S1, X1, X3 over HTTP."""
import concurrent.futures
import uuid

import pytest

import world

CREATORS = {"rektor": "S1.role.rektor", "kari": "S1.role.contactTeacher", "hanne": "S1.role.contactTeacher",
            "two-schools": "S1.role.rektor", "guardian-rektor": "S1.role.rektor"}
# Days of birth are still to come, check digits are true: nobody's numbers.
FREE_CIVIC = ["209901012380", "209901022389"]


def luhn_number(day, serial):
    """A personnummer of 2099 with its true check digit."""
    nine = f"9901{day:02}{serial:03}"
    total = sum(sum(divmod(int(digit) * (2 - i % 2), 10)) for i, digit in enumerate(nine))
    return f"20{nine}{-total % 10}"


@pytest.mark.parametrize("who", [person["key"] for person in world.fjord()["persons"]])
def test_S1_who_may_create(daemon, who):
    answer = daemon.create_student(who)
    if who not in CREATORS:
        assert answer.status_code == 403, answer.text
        return
    assert answer.status_code == 201, answer.text
    assert answer.json()["ground"] == CREATORS[who]
    assert set(answer.json()) == {"id", "version", "ground"}
    assert answer.headers["Location"] == f"/v1/students/{answer.json()['id']}"
    assert answer.headers["ETag"] == '"1"'


def test_S1_not_at_another_school_nor_in_another_organisation(daemon):
    assert daemon.create_student("rektor", "bru").status_code == 403
    assert daemon.create_student("kari", "bru").status_code == 403
    assert daemon.create_student("rektor", "tall", world.SKOG).status_code == 403
    assert daemon.post("/v1/students", {"schoolId": str(uuid.uuid4()), "givenName": "Ny", "familyName": "Xqny"},
                       "rektor").status_code == 403


def test_S1_a_client_provisions_but_only_its_own_organisation(daemon):
    token = daemon.token("registry", service=True, scope="provision")
    assert daemon.create_student(token=token).json()["ground"] == "S1.client.provision"
    answer = daemon.create_student("rektor", "tall", world.SKOG, token=token)
    assert answer.status_code == 400
    assert answer.json()["errors"][0] == {**answer.json()["errors"][0], "name": "/schoolId", "code": "reference"}
    assert daemon.create_student(token=daemon.token("registry", service=True, scope="changes")).status_code == 403


def test_S1_the_creating_contact_teacher_gets_the_tie(daemon):
    student = daemon.create_student("kari").json()["id"]
    assert daemon.get(f"/v1/students/{student}", "kari").json()["ground"] == "S2.tie.contactTeacher"
    assert daemon.get(f"/v1/students/{student}", "hanne").status_code == 404


def test_S1_unless_another_is_named(daemon):
    student = daemon.create_student("kari", contactTeacherId=daemon.id("person", "hanne")).json()["id"]
    assert daemon.get(f"/v1/students/{student}", "hanne").json()["ground"] == "S2.tie.contactTeacher"
    assert daemon.get(f"/v1/students/{student}", "kari").status_code == 404


def test_S1_a_rektor_gets_no_tie(daemon):
    student = daemon.create_student("rektor").json()["id"]
    assert daemon.get(f"/v1/students/{student}", "rektor").json()["ground"] == "S2.role.rektor"
    assert daemon.rows("SELECT * FROM tie WHERE student_id = ?", uuid.UUID(student).bytes) == []


def test_S1_whoever_is_named_must_be_staff_there_and_nothing_is_told_about_them(daemon):
    answers = [daemon.create_student("kari", contactTeacherId=who) for who in
               (daemon.id("person", "guardian"), daemon.id("person", "teacher-bru"), daemon.id("person", "membership-ended"),
                daemon.id("person", "rektor", world.SKOG), str(uuid.uuid4()))]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["errors"][0]["name"] == "/contactTeacherId"


def test_S1_the_group_must_be_one_of_the_school(daemon):
    student = daemon.create_student("rektor", groupId=daemon.id("group", "5a")).json()["id"]
    assert [group["name"] for group in daemon.get(f"/v1/students/{student}", "rektor").json()["groups"]] == ["Qklasse5A"]
    for group in (daemon.id("group", "6c"), daemon.id("group", "7a", world.SKOG), str(uuid.uuid4())):
        answer = daemon.create_student("rektor", groupId=group)
        assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/groupId")


def test_S1_civic_number_is_set_only_by_rektor_and_provision(daemon):
    for i, (who, token) in enumerate((("rektor", None), (None, daemon.token("registry", service=True, scope="provision")))):
        options = {"token": token} if token else {}
        student = daemon.create_student(who or "rektor", civicNumber=luhn_number(3 + i, 238), **options)
        assert student.status_code == 201, student.text
        card = daemon.get(f"/v1/students/{student.json()['id']}", "rektor").json()
        assert card["civicNumber"] == luhn_number(3 + i, 238)
    assert daemon.create_student("kari", civicNumber=luhn_number(9, 238)).status_code == 403


def test_S1_a_known_civic_number_is_a_409_that_names_nobody(daemon):
    number = world.CIVIC["alva"]
    answers = [daemon.create_student("rektor", civicNumber=text) for text in (number, number[:8] + "-" + number[8:])]
    for answer in answers:
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:problem-type:trygg:student-known"
        assert daemon.id("student", "alva") not in answer.text
        assert "alva" not in answer.text.lower()
    # Another organisation does not know it.
    assert daemon.create_student("rektor@skog", "tall", civicNumber=number).status_code == 201


def test_S1_a_contact_teacher_cannot_probe_for_known_numbers(daemon):
    known = daemon.create_student("kari", civicNumber=world.CIVIC["alva"])
    unknown = daemon.create_student("kari", civicNumber=luhn_number(10, 238))
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 403


def test_X1_the_same_request_twice_makes_one_student(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqgang"}
    first, second = (daemon.post("/v1/students", body, "kari", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.headers["Location"] == second.headers["Location"]
    rows = daemon.activity(operation="createStudent", object_id=first.json()["id"])
    assert [row["outcome"] for row in rows] == ["allowed", "replayed"]


def test_X1_another_order_of_members_is_the_same_body(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqorden"}
    first = daemon.post("/v1/students", body, "kari", key=key)
    second = daemon.post("/v1/students", dict(reversed(body.items())), "kari", key=key)
    assert first.json()["id"] == second.json()["id"]


def test_X1_another_body_under_the_same_key_is_422(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqannen"}
    assert daemon.post("/v1/students", body, "kari", key=key).status_code == 201
    assert daemon.post("/v1/students", {**body, "givenName": "To"}, "kari", key=key).status_code == 422


def test_X1_a_key_belongs_to_principal_and_client(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqnokkel"}
    answers = [daemon.post("/v1/students", body, "kari", key=key), daemon.post("/v1/students", body, "hanne", key=key),
               daemon.post("/v1/students", body, key=key, token=daemon.token("kari", client="another-client"))]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 3


def test_X1_rights_are_decided_anew_on_a_replay(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqrett"}
    assert daemon.post("/v1/students", body, "kari", key=key).status_code == 201
    assert daemon.post("/v1/students", body, key=key, token=daemon.token("kari", scope="trygg:read")).status_code == 403


def test_X1_many_at_once_make_one_student(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqsamtidig"}
    token = daemon.token("kari")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: daemon.post("/v1/students", body, key=key, token=token), range(32)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_X1_the_key_is_required_and_has_a_shape(daemon):
    body = {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xquten"}
    for key in (False, "", "with space", "x" * 129):
        answer = daemon.post("/v1/students", body, "kari", key=False, headers={} if key is False else {"Idempotency-Key": key})
        assert answer.status_code == 400
        assert answer.json()["errors"] == [{**answer.json()["errors"][0], "in": "header", "name": "Idempotency-Key"}]


def test_X3_every_wrong_field_is_named_and_nothing_is_stored(daemon):
    before = daemon.rows("SELECT count(*) AS n FROM student")
    answer = daemon.post("/v1/students", {"schoolId": "x", "givenName": "", "familyName": 7, "civicNumber": "123",
                                          "enrolledFrom": "2026-02-30", "nickname": "Q"}, "rektor")
    assert answer.status_code == 400
    assert {(row["name"], row["code"]) for row in answer.json()["errors"]} == {
        ("/schoolId", "format"), ("/givenName", "too-short"), ("/familyName", "type"), ("/civicNumber", "format"),
        ("/enrolledFrom", "format"), ("/nickname", "unknown")}
    assert daemon.rows("SELECT count(*) AS n FROM student") == before


def test_X3_an_enrolment_ends_after_it_begins(daemon):
    answer = daemon.create_student("rektor", enrolledFrom="2099-08-20", enrolledUntil="2099-08-19")
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/enrolledUntil")
    answer = daemon.create_student("rektor", enrolledUntil="2001-01-01")
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/enrolledUntil")


def test_X7_404_and_403_come_before_replay_and_400_references(daemon):
    key, body = str(uuid.uuid4()), {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqrekke",
                                    "groupId": str(uuid.uuid4())}
    assert daemon.post("/v1/students", body, "teacher", key=key).status_code == 403
    assert daemon.post("/v1/students", body, "kari", key=key).status_code == 400
