# SPDX-License-Identifier: EUPL-1.2
"""S3, S7 over HTTP: searching among the students that one may read."""
import uuid

import pytest

import world

NAMES = [("Åse", "Ørnulfsen"), ("Ase", "Ånestad"), ("Ärla", "Zetterlund"), ("Bo", "Æling"), ("Cecilia", "Ek"), ("Zoë", "Öman")]


def search(daemon, who, language=None, **body):
    answer = daemon.request("POST", "/v1/students/search", who, json=body, key=False,
                            headers={"Accept-Language": language} if language else None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def keys(daemon, found):
    names = {value: key for key, value in daemon.files.ids[world.FJORD]["students"].items()}
    return [names.get(row["id"], "?") for row in found["data"]]


@pytest.fixture(scope="module")
def class_of_names(daemon):
    """A group of students of our own, with names that tell alphabets apart."""
    group = daemon.post("/v1/groups", {"schoolId": daemon.id("school", "bru"), "kind": "class", "name": "Xqalfabet"}, "rektor-bru").json()["id"]
    for given, family in NAMES:
        assert daemon.create_student("rektor-bru", "bru", givenName=given, familyName=family, groupId=group).status_code == 201
    return group


def family(found):
    return [row["familyName"] for row in found["data"]]


@pytest.mark.parametrize("who", [person["key"] for person in world.fjord()["persons"]])
def test_S3_a_search_finds_exactly_whom_the_list_shows(daemon, who):
    page, listed = daemon.get("/v1/students?limit=100", who), {}
    answer = daemon.request("POST", "/v1/students/search", who, json={}, key=False)
    assert answer.status_code == page.status_code
    if page.status_code != 200:
        assert answer.content == page.content
        return
    while True:
        listed |= {row["id"]: row for row in page.json()["data"]}
        if page.json()["pageToken"] is None:
            break
        page = daemon.get(f"/v1/students?limit=100&pageToken={page.json()['pageToken']}", who)
    found, token = {}, None
    while True:
        body = {"limit": 100, **({"pageToken": token} if token else {})}
        part = search(daemon, who, **body)
        assert part["total"] == len(listed)
        found |= {row["id"]: row for row in part["data"]}
        token = part["pageToken"]
        if token is None:
            break
    assert found == listed


@pytest.mark.parametrize("query,expected", [("elevalva", ["alva"]), ("ELEVALVA", ["alva"]), ("xqalvadal elev", ["alva"]), ("xqalvadal elevbirk", [])])
def test_S3_by_the_beginnings_of_names(daemon, query, expected):
    found = search(daemon, "rektor", name=query)
    assert keys(daemon, found) == expected and found["total"] == len(expected)


def test_S3_case_and_accents_do_not_count(daemon, class_of_names):
    assert set(family(search(daemon, "rektor-bru", groupId=class_of_names, name="ase"))) == {"Ørnulfsen", "Ånestad"}
    assert family(search(daemon, "rektor-bru", groupId=class_of_names, name="ZOE OMAN")) == ["Öman"]


def test_S3_the_letters_after_z_stand_as_the_language_has_them(daemon, class_of_names):
    found = lambda language: family(search(daemon, "rektor-bru", language, groupId=class_of_names))
    assert found("nb") == ["Ek", "Zetterlund", "Æling", "Öman", "Ørnulfsen", "Ånestad"] or \
        found("nb") == ["Ek", "Zetterlund", "Æling", "Ørnulfsen", "Öman", "Ånestad"]
    assert found("sv")[:3] == ["Ek", "Zetterlund", "Ånestad"] and found("sv")[3] == "Æling"
    backwards = search(daemon, "rektor-bru", "sv", groupId=class_of_names, sort="-name")
    assert family(backwards) == found("sv")[::-1]


def test_S3_pages_go_on_without_loss_or_repeat(daemon, class_of_names):
    whole = search(daemon, "rektor-bru", groupId=class_of_names)
    seen, token = [], None
    for _ in range(len(NAMES)):
        part = search(daemon, "rektor-bru", groupId=class_of_names, limit=1, **({"pageToken": token} if token else {}))
        assert part["total"] == len(NAMES) and len(part["data"]) == 1
        seen += part["data"]
        token = part["pageToken"]
    assert token is None and seen == whole["data"]


def test_S3_a_page_token_belongs_to_its_search_and_caller(daemon, class_of_names):
    token = search(daemon, "rektor-bru", groupId=class_of_names, limit=1)["pageToken"]
    for who, body in (("rektor-bru", {}), ("rektor-bru", {"groupId": class_of_names, "sort": "-name"}), ("admin-bru", {"groupId": class_of_names})):
        answer = daemon.request("POST", "/v1/students/search", who, json={"pageToken": token, "limit": 1, **body}, key=False)
        assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/pageToken")
    listed = daemon.get("/v1/students?limit=1", "rektor").json()["pageToken"]
    answer = daemon.request("POST", "/v1/students/search", "rektor", json={"pageToken": listed}, key=False)
    assert answer.status_code == 400


def test_S3_by_civic_number_only_for_those_who_are_shown_it(daemon):
    number = world.CIVIC["alva"]
    for who in ("rektor", "admin", "kari", "teacher"):
        assert keys(daemon, search(daemon, who, civicNumber=number)) == ["alva"]
    for who in ("opener", "hanne", "rektor-bru", "assistant", "guardian-teacher", "guardian-rektor"):
        found = search(daemon, who, civicNumber=number)
        assert (found["data"], found["total"]) == ([], 0)
    dashed = number[:8] + "-" + number[8:]
    assert keys(daemon, search(daemon, "rektor", civicNumber=dashed)) == ["alva"]


def test_S7_the_group_of_a_protected_student_is_nothing_to_find_count_or_sort_by(daemon):
    group = daemon.id("group", "5a")
    sees = {"rektor": True, "admin": True, "kari": True, "mentor": True, "teacher": False, "observer": False, "health": False, "opener": False}
    for who, shown in sees.items():
        found = search(daemon, who, groupId=group)
        assert ("dino" in keys(daemon, found)) == shown and found["total"] == len(found["data"])
        assert "dino" in keys(daemon, search(daemon, who, name="elevdino")), who
    # By group, whoever is not shown it finds dino behind those with a group.
    assert keys(daemon, search(daemon, "teacher", sort="group", limit=100))[-1] == "dino"
    assert keys(daemon, search(daemon, "teacher", sort="-group", limit=100))[0] == "dino"


def test_V4_a_search_is_one_row_that_names_whom_it_showed_and_not_what_was_searched_for(daemon):
    before = len(daemon.activity(operation="searchStudents"))
    found = search(daemon, "kari", name="elevalva")
    row = daemon.activity(operation="searchStudents")[before]
    assert row["shown"] == [daemon.id("student", "alva")] and row["ground"] == "S3.staff"
    assert [student["id"] for student in found["data"]] == row["shown"]
    assert "elevalva" not in daemon.log().lower()


def test_X3_what_is_wrong_in_a_search_is_named(daemon):
    body = {"name": "", "civicNumber": "209912312388", "schoolId": "x", "sort": "age", "limit": 0, "colour": "red"}
    answer = daemon.request("POST", "/v1/students/search", "rektor", json=body, key=False)
    assert {error["name"] for error in answer.json()["errors"]} == {"/" + name for name in body}
    nothing = search(daemon, "rektor", schoolId=str(uuid.uuid4()))
    assert (nothing["data"], nothing["total"]) == ([], 0)
