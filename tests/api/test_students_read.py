# SPDX-License-Identifier: EUPL-1.2
"""S2, S3, S7, G1, G2 over HTTP. `READS` is written from docs/rules.md: who reads which student, on which ground. Whatever is not in it
must be answered as if the student did not exist."""
import uuid

import pytest

import world

# (student, reader) -> ground
READS = {
    ("alva", "kari"): "S2.tie.contactTeacher",
    ("alva", "teacher"): "S2.tie.teacher",
    ("alva", "mentor"): "S2.tie.mentor",
    ("alva", "observer"): "S2.tie.observer",
    ("alva", "health"): "S2.tie.health",
    ("alva", "rektor"): "S2.role.rektor",
    ("alva", "two-schools"): "S2.role.rektor",
    ("alva", "admin"): "S2.role.admin",
    ("alva", "opener"): "S2.role.caseOpener",
    ("alva", "membership-ends-today"): "S2.tie.teacher",
    ("alva", "tie-ends-today"): "S2.tie.teacher",
    ("alva", "guardian-ended"): "S2.tie.teacher",
    ("birk", "hanne"): "S2.tie.contactTeacher",
    ("birk", "guardian-teacher"): "S2.tie.teacher",
    ("birk", "hidden-teacher"): "S2.tie.teacher",
    ("birk", "rektor"): "S2.role.rektor",
    ("birk", "two-schools"): "S2.role.rektor",
    ("birk", "guardian-rektor"): "S2.role.rektor",
    ("birk", "admin"): "S2.role.admin",
    ("birk", "opener"): "S2.role.caseOpener",
    ("celia", "rektor-bru"): "S2.role.rektor",
    ("celia", "admin-bru"): "S2.role.admin",
    ("celia", "teacher-bru"): "S2.tie.teacher",
    ("dino", "kari"): "S2.tie.contactTeacher",
    ("dino", "mentor"): "S2.tie.mentor",
    ("dino", "teacher"): "S2.tie.teacher",
    ("dino", "observer"): "S2.tie.observer",
    ("dino", "health"): "S2.tie.health",
    ("dino", "rektor"): "S2.role.rektor",
    ("dino", "two-schools"): "S2.role.rektor",
    ("dino", "guardian-rektor"): "S2.role.rektor",
    ("dino", "admin"): "S2.role.admin",
    ("dino", "opener"): "S2.role.caseOpener",
    ("elva", "rektor"): "S2.role.rektor",
    ("elva", "two-schools"): "S2.role.rektor",
    ("elva", "guardian-rektor"): "S2.role.rektor",
    ("elva", "admin"): "S2.role.admin",
    ("elva", "opener"): "S2.role.caseOpener",
    ("leaves-today", "rektor"): "S2.role.rektor",
    ("leaves-today", "two-schools"): "S2.role.rektor",
    ("leaves-today", "guardian-rektor"): "S2.role.rektor",
    ("leaves-today", "admin"): "S2.role.admin",
    ("leaves-today", "opener"): "S2.role.caseOpener",
    ("both", "teacher"): "S2.tie.teacher",
    ("both", "rektor"): "S2.role.rektor",
    ("both", "two-schools"): "S2.role.rektor",
    ("both", "guardian-rektor"): "S2.role.rektor",
    ("both", "admin"): "S2.role.admin",
    ("both", "opener"): "S2.role.caseOpener",
    ("both", "rektor-bru"): "S2.role.rektor",
    ("both", "admin-bru"): "S2.role.admin",
}
FJORD = world.fjord()
READERS = [person["key"] for person in FJORD["persons"]]
STUDENTS = [student["key"] for student in FJORD["students"]]
NOT_STAFF = {"guardian", "pupil", "no-role", "membership-ended", "membership-tomorrow", "rektor-ended"}
PROTECTED_GROUP = {"kari", "mentor", "rektor", "two-schools", "guardian-rektor", "admin"}


@pytest.mark.parametrize("reader", READERS)
def test_S2_each_student_for_each_reader(daemon, reader):
    for student in STUDENTS:
        answer = daemon.get(f"/v1/students/{daemon.id('student', student)}", reader)
        ground = READS.get((student, reader))
        if ground is None:
            assert answer.status_code == 404, (student, reader, answer.text)
        else:
            assert answer.status_code == 200, (student, reader, answer.text)
            assert answer.json()["ground"] == ground, (student, reader)
            assert answer.json()["id"] == daemon.id("student", student)


def test_unseen_is_byte_for_byte_the_same_as_missing(daemon):
    missing = daemon.get(f"/v1/students/{uuid.uuid4()}", "teacher-untied")
    volatile = {"Date", "X-Request-Id", "traceparent"}
    for student in STUDENTS:
        unseen = daemon.get(f"/v1/students/{daemon.id('student', student)}", "teacher-untied")
        assert (unseen.status_code, unseen.content) == (404, missing.content)
        assert {name: value for name, value in unseen.headers.items() if name not in volatile} == \
               {name: value for name, value in missing.headers.items() if name not in volatile}


def test_another_organisation_sees_nothing(daemon):
    for student in STUDENTS:
        for who in ("rektor@skog", "kari@skog", "skog-owner@skog"):
            assert daemon.get(f"/v1/students/{daemon.id('student', student)}", who).status_code == 404
    sven = daemon.id("student", "sven", world.SKOG)
    assert daemon.get(f"/v1/students/{sven}", "rektor").status_code == 404
    assert daemon.get(f"/v1/students/{sven}", "rektor@skog").json()["ground"] == "S2.role.rektor"
    assert daemon.get(f"/v1/students/{sven}", "kari@skog").json()["ground"] == "S2.tie.contactTeacher"


def test_a_stranger_with_a_good_token_sees_nothing(daemon):
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "nobody-we-know").status_code == 404
    assert daemon.get("/v1/students", "nobody-we-know").status_code == 403
    assert daemon.get("/v1/me", "nobody-we-know").status_code == 403


def test_S2_a_service_client_reads_no_card(daemon):
    token = daemon.token("registry", service=True, scope="provision changes trygg:read trygg:write")
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", token=token).status_code == 404
    assert daemon.get("/v1/students", token=token).status_code == 403
    assert daemon.get("/v1/me", token=token).status_code == 403


def test_S2_case_opener_is_shown_name_and_group_only(daemon):
    card = daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "opener").json()
    assert set(card) == {"id", "version", "givenName", "familyName", "groups", "ground"}


def test_S2_the_whole_card(daemon):
    card = daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").json()
    assert card["civicNumber"] == world.CIVIC["alva"]
    assert card["protected"] is False
    assert {group["name"] for group in card["groups"]} == {"Qklasse5A", "Qmentorgruppe"}
    assert [row["schoolId"] for row in card["enrolments"]] == [daemon.id("school", "aas")]


@pytest.mark.parametrize("reader", sorted({reader for student, reader in READS if student == "dino"}))
def test_S7_group_of_a_protected_student(daemon, reader):
    card = daemon.get(f"/v1/students/{daemon.id('student', 'dino')}", reader).json()
    assert ("groups" in card) == (reader in PROTECTED_GROUP)
    listed = everyone(daemon, reader, f"?groupId={daemon.id('group', '5a')}")
    assert (daemon.id("student", "dino") in listed) == (reader in PROTECTED_GROUP)


def everyone(daemon, reader, query=""):
    """All ids of a list, page by page."""
    found, path = [], "/v1/students" + query
    for _ in range(200):
        answer = daemon.get(path, reader)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [card["id"] for card in page["data"]]
        if page["pageToken"] is None:
            return found
        path = f"/v1/students?pageToken={page['pageToken']}&limit=100"
    raise AssertionError("a list without end")


@pytest.mark.parametrize("reader", READERS)
def test_S3_lists_exactly_what_S2_allows(daemon, reader):
    if reader in NOT_STAFF:
        assert daemon.get("/v1/students", reader).status_code == 403
        return
    seeded = {daemon.id("student", student): student for student in STUDENTS}
    listed = everyone(daemon, reader, "?limit=100")
    assert len(listed) == len(set(listed))
    assert {seeded[key] for key in listed if key in seeded} == {student for student, who in READS if who == reader}


def test_S3_paging_is_whole_and_without_repeats(daemon):
    whole = everyone(daemon, "rektor", "?limit=100")
    for limit in (1, 2, 3):
        found, path = [], f"/v1/students?limit={limit}"
        while path:
            page = daemon.get(path, "rektor").json()
            assert len(page["data"]) <= limit
            found += [card["id"] for card in page["data"]]
            path = page["pageToken"] and f"/v1/students?limit={limit}&pageToken={page['pageToken']}"
        assert found[:len(whole)] == whole


def test_S3_filters_by_school_and_group(daemon):
    both, celia = daemon.id("student", "both"), daemon.id("student", "celia")
    at_bru = everyone(daemon, "rektor-bru", f"?schoolId={daemon.id('school', 'bru')}")
    assert {both, celia} <= set(at_bru)
    in_5b = everyone(daemon, "rektor", f"?groupId={daemon.id('group', '5b')}")
    assert {daemon.id("student", "birk"), both} <= set(in_5b)
    assert daemon.id("student", "alva") not in in_5b
    assert everyone(daemon, "rektor", f"?schoolId={uuid.uuid4()}") == []


def test_S3_the_school_filter_tells_a_case_opener_of_no_other_school(daemon):
    assert everyone(daemon, "opener", f"?schoolId={daemon.id('school', 'bru')}") == []
    assert daemon.id("student", "both") in everyone(daemon, "opener", f"?schoolId={daemon.id('school', 'aas')}")


def test_S3_page_token_is_for_its_caller_only_and_cannot_be_made_up(daemon):
    token = daemon.get("/v1/students?limit=1", "rektor").json()["pageToken"]
    assert daemon.get(f"/v1/students?pageToken={token}", "admin").status_code == 400
    assert daemon.get(f"/v1/students?pageToken={token}", "rektor@skog").status_code == 400
    for bad in (token[:-1], token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "x", "A" * len(token)):
        answer = daemon.get(f"/v1/students?pageToken={bad}", "rektor")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["name"] == "pageToken"


def test_S3_page_token_is_sent_alone(daemon):
    token = daemon.get("/v1/students?limit=1", "rektor").json()["pageToken"]
    answer = daemon.get(f"/v1/students?pageToken={token}&schoolId={daemon.id('school', 'aas')}", "rektor")
    assert answer.status_code == 400
    assert daemon.get(f"/v1/students?pageToken={token}&limit=2", "rektor").status_code == 200


def test_X2_a_card_has_its_version_as_etag(daemon):
    path = f"/v1/students/{daemon.id('student', 'alva')}"
    answer = daemon.get(path, "kari")
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'


def test_me_says_who_one_is(daemon):
    me = daemon.get("/v1/me", "two-schools").json()
    assert me["id"] == daemon.id("person", "two-schools")
    assert {(row["schoolName"], row["role"]) for row in me["memberships"]} == {("Qaas skole", "rektor"), ("Qbru skole", "teacher")}
    assert me["login"] == {"strong": True, "scopes": ["trygg:read", "trygg:write"]}
    assert me["ground"] == "L2.self"


def test_scopes_cap_what_a_client_may_do_for_a_person(daemon):
    path = f"/v1/students/{daemon.id('student', 'alva')}"
    write_only = daemon.token("rektor", scope="trygg:write")
    read_only = daemon.token("rektor", scope="trygg:read")
    assert daemon.get(path, token=write_only).status_code == 404
    assert daemon.get("/v1/students", token=write_only).status_code == 403
    assert daemon.get(path, token=read_only).status_code == 200
    assert daemon.create_student(token=read_only).status_code == 403
    assert daemon.get(path, token=daemon.token("rektor", scope=None)).status_code == 404
