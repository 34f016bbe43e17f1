# SPDX-License-Identifier: EUPL-1.2
"""S2, S3 over HTTP: whoever handles a personsak of a student reads the card, and finds the student."""
import uuid

import pytest

import cases
import civic
import world

HANDLERS = {"saksbehandler": {"saksbehandler": "assistant"}, "medsaksbehandler": {"saksbehandler": "kari", "medsaksbehandlere": ["assistant"]}}


def student(daemon, who="rektor", school="aas", **members):
    made = daemon.create_student(who, school, **members)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def find(daemon, who="assistant", **body):
    answer = daemon.request("POST", "/v1/students/search", who, json=body, key=False)
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(daemon, who="assistant", **filters):
    """The ids of the whole list."""
    rows, token = [], None
    while token is not None or not rows:
        query = {"pageToken": token} if token else {"limit": 100, **filters}
        page = daemon.get("/v1/students?" + "&".join(f"{name}={value}" for name, value in query.items()), who).json()
        rows, token = rows + page["data"], page["pageToken"]
        if token is None:
            return [row["id"] for row in rows]


def sight(daemon, id, who="assistant"):
    """The ground on which someone reads the card, or the status that they are answered."""
    answer = daemon.get(f"/v1/students/{id}", who)
    return answer.json()["ground"] if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize("how", HANDLERS)
def test_S2_a_handler_reads_the_card(daemon, how):
    number = civic.fresh()
    id = student(daemon, groupId=daemon.id("group", "5a"), civicNumber=number)
    unknown = daemon.get(f"/v1/students/{uuid.uuid4()}", "assistant")
    assert daemon.get(f"/v1/students/{id}", "assistant").content == unknown.content
    cases.open_case(daemon, student=id, **HANDLERS[how])
    card = daemon.get(f"/v1/students/{id}", "assistant").json()
    assert (card["ground"], card["civicNumber"], [group["name"] for group in card["groups"]]) == ("S2.handler", number, ["Qklasse5A"])
    changed = daemon.patch(f"/v1/students/{id}", {"givenName": "Xqny"}, "assistant", version=card["version"])
    assert changed.status_code == 403   # S4: reading is all


@pytest.mark.parametrize("how", HANDLERS)
def test_S3_a_handler_finds_the_student_in_lists_searches_and_counts(daemon, how):
    number, name = civic.fresh(), "Xq" + uuid.uuid4().hex[:12]
    id = student(daemon, familyName=name, civicNumber=number)
    searches = ({"name": name}, {"civicNumber": number}, {"name": name, "schoolId": daemon.id("school", "aas")})
    before = find(daemon)["total"]
    assert [find(daemon, **body)["total"] for body in searches] == [0, 0, 0] and id not in listed(daemon)
    personsak = cases.open_case(daemon, student=id, **HANDLERS[how])["id"]
    for body in searches:
        found = find(daemon, **body)
        assert ([row["id"] for row in found["data"]], found["total"], found["data"][0]["ground"]) == ([id], 1, "S2.handler")
    assert find(daemon)["total"] == before + 1
    assert id in listed(daemon) and id in listed(daemon, schoolId=daemon.id("school", "aas"))
    cases.close_case(daemon, personsak)     # it can still be read
    assert find(daemon, name=name)["total"] == 1 and sight(daemon, id) == "S2.handler"


def test_S2_whoever_is_taken_off_the_case_reads_the_card_no_longer(daemon):
    name = "Xq" + uuid.uuid4().hex[:12]
    id = student(daemon, familyName=name)
    first, second = (cases.open_case(daemon, student=id, medsaksbehandlere=["assistant"])["id"] for _ in range(2))
    found = find(daemon, name=name, limit=1)
    assert found["total"] == 1
    cases.remove_handler(daemon, first, "assistant")
    assert sight(daemon, id) == "S2.handler"    # of the other case
    cases.remove_handler(daemon, second, "assistant")
    assert sight(daemon, id) == 404 and find(daemon, name=name)["total"] == 0 and id not in listed(daemon)


def test_S2_whoever_hands_the_case_over_reads_the_card_no_longer(daemon):
    id = student(daemon)
    personsak = cases.open_case(daemon, student=id, saksbehandler="assistant")["id"]
    body = {"saksbehandlerId": daemon.id("person", "teacher-untied")}
    assert daemon.post(f"/v1/personsaker/{personsak}/handover", body, "assistant").status_code == 200
    assert (sight(daemon, id), sight(daemon, id, "teacher-untied")) == (404, "S2.handler")


def test_S7_a_handler_is_not_shown_the_group_of_a_protected_student(daemon):
    group = daemon.id("group", "5b")
    id = student(daemon, groupId=group)
    cases.open_case(daemon, student=id, medsaksbehandlere=["assistant"])
    assert id in listed(daemon, groupId=group)
    assert daemon.patch(f"/v1/students/{id}", {"protected": True}, "rektor", version=1).status_code == 200
    card = daemon.get(f"/v1/students/{id}", "assistant").json()
    assert card["ground"] == "S2.handler" and "groups" not in card
    assert id not in listed(daemon, groupId=group) and id in listed(daemon)
    assert id not in {row["id"] for row in find(daemon, groupId=group)["data"]}


def made_person(daemon, *schools):
    """(their id, a token of theirs, ids of memberships) of someone who teaches there."""
    registry = daemon.token("registry", service=True, scope="provision")
    post = lambda path, **body: daemon.post(f"/v1/{path}", body, token=registry).json()["id"]
    mark = uuid.uuid4().hex[:10]
    id = post("persons", givenName="Xq" + mark, familyName="Xq" + mark)
    post("identities", personId=id, issuer=world.ORGANISATIONS[world.FJORD]["issuer"], subject="xq" + mark)
    return id, daemon.token("xq" + mark), [post("memberships", personId=id, schoolId=daemon.id("school", school), role="teacher") for school in schools]


def opened(daemon, student, person):
    """A case of the student that this person leads."""
    made = daemon.post("/v1/personsaker", cases.case_body(daemon, student, saksbehandlerId=person), "rektor")
    assert made.status_code == 201, made.text
    return made.json()["id"]


def end(daemon, membership):
    registry = daemon.token("registry", service=True, scope="provision")
    assert daemon.patch(f"/v1/memberships/{membership}", {"until": world.day(-1)}, version=1, token=registry).status_code == 200


def test_G1_who_handles_a_case_of_a_school_where_they_no_longer_work_reads_nothing_by_it(daemon):
    """The student is at both schools, and so was the teacher, who handles a case at the first and works at the second only by now."""
    registry = daemon.token("registry", service=True, scope="provision")
    id, (person, token, (first, _)) = student(daemon), made_person(daemon, "aas", "bru")
    enrolment = {"studentId": id, "schoolId": daemon.id("school", "bru")}
    assert daemon.post("/v1/enrolments", enrolment, token=registry).status_code == 201
    personsak = opened(daemon, id, person)
    assert daemon.get(f"/v1/students/{id}", token=token).json()["ground"] == "S2.handler"
    end(daemon, first)
    for path in (f"students/{id}", f"personsaker/{personsak}"):
        assert daemon.get(f"/v1/{path}", token=token).status_code == 404
    assert [row["id"] for row in daemon.get("/v1/students", token=token).json()["data"]] == []
    assert daemon.get("/v1/me/cases", token=token).json()["data"] == []


def test_G2_a_handler_who_becomes_a_guardian_reads_neither_case_nor_card(daemon):
    registry = daemon.token("registry", service=True, scope="provision")
    id, (person, token, _) = student(daemon), made_person(daemon, "aas")
    personsak = opened(daemon, id, person)
    made = daemon.post("/v1/ties", {"studentId": id, "personId": person, "kind": "guardian"}, token=registry)
    assert made.status_code == 201, made.text
    for path in (f"students/{id}", f"personsaker/{personsak}", f"personsaker/{personsak}/hendelser"):
        assert daemon.get(f"/v1/{path}", token=token).status_code == 404
    assert daemon.get("/v1/me/cases", token=token).json()["data"] == []
    assert daemon.get("/v1/personsaker?unhandled=true&studentId=" + id, "rektor").json()["data"][0]["id"] == personsak    # G1: for rektor to see
