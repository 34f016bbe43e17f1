# SPDX-License-Identifier: EUPL-1.2
"""M1, G1 and G2 over HTTP: what binds people to students. Tests that change whom people are bound to use students of their own."""
import datetime
import uuid

import pytest

import world

PERSONS = [person["key"] for person in world.fjord()["persons"]]
LEADERS = {"rektor": "M1.role.rektor", "two-schools": "M1.role.rektor", "admin": "M1.role.admin"}   # of aas; no guardian of alva
NOT_FOUND, FORBIDDEN, TAKEN = 404, 403, 409


def day(offset):
    today = world.today()
    return (today + datetime.timedelta(days=offset)).isoformat()


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def client(daemon, **options):
    return daemon.token("registry", service=True, scope="provision", **options)


def new_student(daemon, school="aas", who="rektor"):
    return daemon.create_student(who, school).json()["id"]


def tie(daemon, student=None, person="assistant", kind="teacher", **members):
    return {"studentId": student or new_student(daemon), "personId": daemon.id("person", person), "kind": kind, **members}


def find(daemon, student, person, kind):
    """The seeded tie, as the provisioning client reads it."""
    path = f"/v1/ties?studentId={daemon.id('student', student)}&personId={daemon.id('person', person)}&kind={kind}"
    row, = daemon.get(path, token=client(daemon)).json()["data"]
    return row


def listed(daemon, who, query=""):
    """All pages; and that the log names the students of each page (V4)."""
    found, token = [], ""
    while token is not None:
        page = daemon.get("/v1/ties?" + (f"pageToken={token}" if token else f"limit=100{query}"), who).json()
        shown = daemon.activity(operation="listTies")[-1]["shown"] or []
        assert len(shown) == len(set(shown)) and set(shown) == {row["studentId"] for row in page["data"]}
        found += page["data"]
        token = page["pageToken"]
    assert len({row["id"] for row in found}) == len(found)
    return found


@pytest.mark.parametrize("who", PERSONS)
def test_M1_who_reads_and_makes_ties(daemon, who):
    path = f"/v1/ties/{find(daemon, 'alva', 'kari', 'contactTeacher')['id']}"
    body = {**tie(daemon, daemon.id("student", "alva"), "observer", "health"), **{name: "2100-01-01" for name in ("from", "until")}}
    body["kind"] = {"rektor": "health", "two-schools": "mentor", "admin": "teacher"}.get(who, "health")
    read, made = daemon.get(path, who), daemon.post("/v1/ties", body, who)
    if who in LEADERS:
        assert (read.status_code, read.json()["ground"], made.status_code, made.json()["ground"]) == (200, LEADERS[who], 201, LEADERS[who])
    else:
        assert (read.status_code, made.status_code) == (NOT_FOUND, NOT_FOUND)
        assert read.content == made.content == daemon.get(f"/v1/ties/{uuid.uuid4()}", who).content
        assert made.content == daemon.post("/v1/ties", {**body, "studentId": str(uuid.uuid4())}, who).content


def test_M1_a_new_tie_begins_today_and_gives_its_right(daemon):
    body = tie(daemon)
    card = f"/v1/students/{body['studentId']}"
    assert daemon.get(card, "assistant").status_code == NOT_FOUND
    made = daemon.post("/v1/ties", body, "rektor")
    assert made.headers["Location"] == f"/v1/ties/{made.json()['id']}"
    read = daemon.get(made.headers["Location"], "admin")
    assert read.headers["ETag"] == '"1"'
    assert read.json() == {"id": made.json()["id"], "version": 1, **body,
                           "source": "local", "from": day(0), "until": None, "ground": "M1.role.admin"}
    assert daemon.get(card, "assistant").json()["ground"] == "S2.tie.teacher"


def test_M1_a_right_that_is_ended_is_gone_at_the_next_call(daemon):
    body = tie(daemon)
    card, made = f"/v1/students/{body['studentId']}", daemon.post("/v1/ties", body, "rektor").json()
    path = f"/v1/ties/{made['id']}"
    assert daemon.get(card, "assistant").status_code == 200
    assert daemon.patch(path, {"until": day(-1)}, "admin", version=1).json()["version"] == 2
    assert daemon.get(card, "assistant").status_code == NOT_FOUND
    assert daemon.patch(path, {"until": day(0)}, "rektor", version=2).status_code == 200   # until today: it holds
    assert daemon.get(card, "assistant").status_code == 200


def test_M1_a_right_that_begins_tomorrow_is_not_there_today(daemon):
    body = tie(daemon, kind="mentor", **{"from": day(1), "until": day(2)})
    card, made = f"/v1/students/{body['studentId']}", daemon.post("/v1/ties", body, "rektor").json()
    assert daemon.get(card, "assistant").status_code == NOT_FOUND
    assert daemon.patch(f"/v1/ties/{made['id']}", {"from": day(0)}, "rektor", version=1).status_code == 200
    assert daemon.get(card, "assistant").json()["ground"] == "S2.tie.mentor"


def test_M1_nobody_changes_their_own(daemon):
    student = new_student(daemon)
    # Who could make it, were it someone else's.
    assert daemon.post("/v1/ties", tie(daemon, student, "rektor"), "rektor").status_code == FORBIDDEN
    assert daemon.put("ties", [{"externalId": external(), **tie(daemon, student, "admin")}], "admin")[0]["problem"]["status"] == FORBIDDEN
    own = daemon.post("/v1/ties", tie(daemon, student, "rektor"), "admin").json()
    path = f"/v1/ties/{own['id']}"
    assert daemon.get(path, "rektor").status_code == 200
    assert daemon.patch(path, {"until": day(9)}, "rektor", version=1).status_code == FORBIDDEN
    assert daemon.patch(path, {"until": day(9)}, "two-schools", version=1).status_code == 200


def test_G2_a_guardian_who_is_rektor_has_no_say_in_that_students_ties(daemon):
    alva, birk = daemon.id("student", "alva"), daemon.id("student", "birk")
    kari, own = find(daemon, "alva", "kari", "contactTeacher"), find(daemon, "alva", "guardian-rektor", "guardian")
    nothing = daemon.get(f"/v1/ties/{uuid.uuid4()}", "guardian-rektor")
    for row in (kari, own):
        path = f"/v1/ties/{row['id']}"
        assert daemon.get(path, "guardian-rektor").content == nothing.content
        assert daemon.patch(path, {"until": day(-1)}, "guardian-rektor", version=row["version"]).content == nothing.content
    assert daemon.post("/v1/ties", tie(daemon, alva), "guardian-rektor").content == nothing.content
    assert daemon.put("ties", [{"externalId": external(), **tie(daemon, alva)}], "guardian-rektor")[0]["problem"]["status"] == NOT_FOUND
    assert alva not in {row["studentId"] for row in listed(daemon, "guardian-rektor")}
    assert listed(daemon, "guardian-rektor", f"&studentId={alva}") == []
    # Of all others they are rektor.
    assert daemon.get(f"/v1/ties/{find(daemon, 'birk', 'hanne', 'contactTeacher')['id']}", "guardian-rektor").json()["ground"] == "M1.role.rektor"
    assert birk in {row["studentId"] for row in listed(daemon, "guardian-rektor")}


def test_G2_a_tie_of_a_guardian_takes_the_right_of_staff_away(daemon):
    student = new_student(daemon)
    daemon.post("/v1/ties", tie(daemon, student, "assistant"), "rektor")
    assert daemon.get(f"/v1/students/{student}", "assistant").status_code == 200
    made = daemon.post("/v1/ties", tie(daemon, student, "assistant", "guardian"), "rektor").json()
    assert daemon.get(f"/v1/students/{student}", "assistant").status_code == NOT_FOUND
    daemon.patch(f"/v1/ties/{made['id']}", {"until": day(-1)}, "rektor", version=1)
    assert daemon.get(f"/v1/students/{student}", "assistant").status_code == 200


def test_G1_a_tie_of_staff_needs_staff_of_a_school_of_the_student(daemon):
    student = new_student(daemon)
    def refused(person, kind="teacher"):
        answer = daemon.post("/v1/ties", tie(daemon, student, person, kind), "rektor")
        return [(error["name"], error["code"]) for error in answer.json()["errors"]] == [("/personId", "reference")]
    assert all(refused(person) for person in ("guardian", "pupil", "membership-ended", "teacher-bru", "no-role"))
    assert refused("teacher-bru", "guardian") and refused("no-role", "guardian")   # may not be read by a rektor of aas
    assert not daemon.rows("SELECT 1 FROM tie WHERE student_id = ?", uuid.UUID(student).bytes)
    for person in ("membership-tomorrow", "membership-ends-today", "two-schools"):
        assert daemon.post("/v1/ties", tie(daemon, student, person, "mentor"), "rektor").status_code == 201
    assert daemon.post("/v1/ties", tie(daemon, student, "guardian", "guardian"), "rektor").status_code == 201
    # A client may send ties before memberships: until then they give nothing.
    assert daemon.post("/v1/ties", tie(daemon, student, "teacher-bru"), token=client(daemon)).status_code == 201
    assert daemon.get(f"/v1/students/{student}", "teacher-bru").status_code == NOT_FOUND


def test_M1_whom_one_may_not_read_one_cannot_name(daemon):
    student = new_student(daemon)
    answers = [daemon.post("/v1/ties", {**tie(daemon, student), "personId": who}, "rektor") for who in
               (daemon.id("person", "teacher-bru"), daemon.id("person", "rektor", world.SKOG), str(uuid.uuid4()), daemon.id("person", "guardian"))]
    assert {answer.status_code for answer in answers} == {400} and len({answer.content for answer in answers}) == 1
    unknown = daemon.post("/v1/ties", {**tie(daemon, student), "personId": daemon.id("person", "rektor", world.SKOG)}, token=client(daemon))
    assert unknown.content == answers[0].content


def test_M1_not_at_another_school_nor_in_another_organisation(daemon):
    nothing = daemon.get(f"/v1/ties/{uuid.uuid4()}", "rektor")
    row = find(daemon, "alva", "kari", "contactTeacher")
    for who in ("rektor-bru", "admin-bru", "rektor@skog", "skog-owner@skog"):
        assert daemon.get(f"/v1/ties/{row['id']}", who).content == nothing.content
        assert daemon.patch(f"/v1/ties/{row['id']}", {"until": day(-1)}, who, version=1).content == nothing.content
    other = client(daemon, org=world.SKOG)
    assert daemon.get(f"/v1/ties/{row['id']}", token=other).content == nothing.content
    assert daemon.post("/v1/ties", tie(daemon, daemon.id("student", "alva")), token=other).content == nothing.content
    for student in (daemon.id("student", "celia"), daemon.id("student", "sven", world.SKOG), str(uuid.uuid4()), daemon.id("student", "left")):
        assert daemon.post("/v1/ties", tie(daemon, student), "rektor").content == nothing.content
    # A student of two schools has two rektors.
    both = find(daemon, "both", "teacher", "teacher")
    assert {daemon.get(f"/v1/ties/{both['id']}", who).json()["ground"] for who in ("rektor", "rektor-bru")} == {"M1.role.rektor"}


def test_M1_a_client_binds_students_who_are_at_no_school(daemon):
    made = daemon.post("/v1/ties", tie(daemon, daemon.id("student", "left"), "observer"), token=client(daemon))
    assert (made.status_code, made.json()["ground"]) == (201, "M1.client.provision")
    read = daemon.get(f"/v1/ties/{made.json()['id']}", token=client(daemon)).json()
    assert (read["source"], read["ground"]) == ("ss12000", "M1.client.provision")
    assert daemon.get(f"/v1/ties/{made.json()['id']}", "rektor").status_code == NOT_FOUND
    assert daemon.get(f"/v1/students/{daemon.id('student', 'left')}", "observer").status_code == NOT_FOUND


def test_X2_a_tie_is_changed_by_version(daemon):
    made = daemon.post("/v1/ties", tie(daemon, **{"from": "2100-01-01"}), "rektor").json()
    path, change = f"/v1/ties/{made['id']}", {"until": "2099-12-31"}
    assert daemon.patch(path, change, "rektor").status_code == 428
    assert daemon.patch(path, change, "rektor", version=2).status_code == 412
    assert daemon.patch(path, {"until": "2099-12-30"}, "rektor", version=1).json()["errors"][0]["name"] == "/until"
    changed = daemon.patch(path, change, "rektor", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, change, "rektor", version=2).json()["version"] == 2   # nothing to change
    assert daemon.patch(path, {"until": None, "from": day(5)}, "rektor", version=2).json()["version"] == 3
    read = daemon.get(path, "rektor").json()
    assert (read["from"], read["until"]) == (day(5), None)
    for fixed in ({"kind": "mentor"}, {"personId": daemon.id("person", "kari")}, {"studentId": new_student(daemon)}, {"from": None}):
        assert daemon.patch(path, fixed, "rektor", version=3).status_code == 400


def test_X1_the_same_tie_is_not_made_twice(daemon):
    body, key = tie(daemon), str(uuid.uuid4())
    first, again = (daemon.post("/v1/ties", body, "rektor", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert daemon.post("/v1/ties", {**body, "kind": "mentor"}, "rektor", key=key).status_code == 422
    assert daemon.post("/v1/ties", body, "admin").status_code == TAKEN
    assert daemon.post("/v1/ties", {**body, "kind": "mentor"}, "rektor").status_code == 201
    # What another system says is its own, and any leader ends either.
    sent = daemon.post("/v1/ties", body, token=client(daemon)).json()
    assert daemon.post("/v1/ties", body, token=client(daemon)).status_code == TAKEN
    for path in (f"/v1/ties/{first.json()['id']}", f"/v1/ties/{sent['id']}"):
        assert daemon.patch(path, {"until": day(-1)}, "rektor", version=1).status_code == 200
    assert daemon.post("/v1/ties", body, "rektor").status_code == 201


def test_X3_what_is_wrong_with_a_new_tie_is_said_at_once(daemon):
    errors = daemon.post("/v1/ties", tie(daemon, person="guardian", until=day(-1)), "rektor").json()["errors"]
    assert [(error["name"], error["code"]) for error in errors] == [("/personId", "reference"), ("/until", "conflict")]
    errors = daemon.post("/v1/ties", {"studentId": "x", "kind": "parent"}, "rektor").json()["errors"]
    assert [(error["name"], error["code"]) for error in errors] == [("/studentId", "format"), ("/personId", "required"), ("/kind", "choice")]


def test_X2_the_same_put_twice_changes_nothing(daemon):
    item = {"externalId": external(), **tie(daemon)}
    first, again = daemon.put("ties", [item])[0], daemon.put("ties", [item])[0]
    moved, = daemon.put("ties", [{"externalId": item["externalId"], "until": day(100)}])
    assert [row["outcome"] for row in (first, again, moved)] == ["created", "unchanged", "changed"]
    assert first["id"] == again["id"] == moved["id"] and moved["version"] == 2
    assert first["ground"] == "M1.client.provision"
    read = daemon.get(f"/v1/ties/{first['id']}", "rektor").json()
    assert (read["source"], read["from"], read["until"]) == ("ss12000", day(0), day(100))
    # Two that say the same may come from one system: a teacher has a student in two subjects.
    assert daemon.put("ties", [{**item, "externalId": external()}])[0]["outcome"] == "created"


def test_X2_a_put_says_who_and_whom_but_not_otherwise(daemon):
    item = {"externalId": external(), **tie(daemon)}
    daemon.put("ties", [item])
    other = {"studentId": daemon.id("student", "alva"), "personId": daemon.id("person", "kari"), "kind": "mentor", "until": day(-9)}
    by_name = {"externalId": item["externalId"], "student": external(), "person": external()}
    results = daemon.put("ties", [{**item, **other}, by_name, {"externalId": external()},
                                  {"externalId": external(), "studentId": item["studentId"], "person": external(), "kind": "mentor"}])
    assert [[(error["name"], error["code"]) for error in row["problem"]["errors"]] for row in results] == [
        [("/studentId", "conflict"), ("/personId", "conflict"), ("/kind", "conflict"), ("/until", "conflict")],
        [("/student", "conflict"), ("/person", "conflict")],
        [("/student", "required"), ("/person", "required"), ("/kind", "required")],
        [("/person", "reference")]]
    assert daemon.put("ties", []).status_code == 400
    unknown, = daemon.put("ties", [{**item, "externalId": external(), "studentId": str(uuid.uuid4())}])
    by_its_name, = daemon.put("ties", [{"externalId": external(), "student": external(), "personId": item["personId"], "kind": "mentor"}])
    assert unknown["problem"] == by_its_name["problem"] and unknown["problem"]["status"] == NOT_FOUND


def test_M1_a_put_by_people_reaches_as_far_as_they_do(daemon):
    taken, student = external(), new_student(daemon)
    made, = daemon.put("ties", [{"externalId": taken, **tie(daemon, student)}], "rektor")
    assert (made["outcome"], made["ground"]) == ("created", "M1.role.rektor")
    assert daemon.get(f"/v1/ties/{made['id']}", "rektor").json()["source"] == "local"
    strange, unknown = daemon.put("ties", [{"externalId": taken, "until": None}, {"externalId": external(), "until": None}], "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == NOT_FOUND
    there = {"externalId": taken, **tie(daemon, daemon.id("student", "celia"), "teacher-bru", "mentor")}
    assert daemon.put("ties", [there], "rektor-bru")[0]["problem"]["status"] == TAKEN
    assert daemon.post("/v1/ties", tie(daemon, student, "mentor", externalId=taken), "rektor").status_code == TAKEN
    outsider, = daemon.put("ties", [{"externalId": external(), **tie(daemon, student, "teacher-bru")}], "rektor")
    assert outsider["problem"]["errors"][0]["name"] == "/personId"
    assert daemon.put("ties", [{"externalId": external(), **tie(daemon, student)}], "teacher")[0]["problem"]["status"] == NOT_FOUND


def test_M1_many_in_one_put_are_one_row_each(daemon):
    student = new_student(daemon)
    items = [{"externalId": external(), **tie(daemon, student)} for _ in range(70)]
    results = daemon.put("ties", items + items[:1])
    assert [row["outcome"] for row in results] == ["created"] * 70 + ["unchanged"]
    rows = {row["object_id"]: row for row in daemon.activity(operation="provisionTies", outcome="allowed")}
    school = daemon.id("school", "aas")
    assert all((rows[row["id"]]["object_kind"], rows[row["id"]]["student_id"], rows[row["id"]]["school_id"]) == ("tie", student, school)
               for row in results)


def test_X7_lists_hold_what_is_yours(daemon):
    alva, celia, both = (daemon.id("student", key) for key in ("alva", "celia", "both"))
    mine = {row["studentId"] for row in listed(daemon, "rektor")}
    assert {alva, both} <= mine and celia not in mine and daemon.id("student", "left") not in mine
    assert {row["ground"] for row in listed(daemon, "admin")} == {"M1.role.admin"}
    assert {celia, both} <= {row["studentId"] for row in listed(daemon, "rektor-bru")}
    assert alva not in {row["studentId"] for row in listed(daemon, "rektor-bru")}
    assert listed(daemon, "teacher") == listed(daemon, "owner") == listed(daemon, "opener") == []
    for who in ("guardian", "pupil", "no-role", "membership-ended", "membership-tomorrow", "rektor-ended"):
        assert daemon.get("/v1/ties", who).status_code == FORBIDDEN
    seen, token = set(), ""
    while token is not None:
        page = daemon.get("/v1/ties?limit=100" if not token else f"/v1/ties?pageToken={token}", token=client(daemon)).json()
        seen, token = seen | {row["id"] for row in page["data"]}, page["pageToken"]
    organisation = uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
    stored = daemon.rows("SELECT t.tie_id FROM tie t JOIN student s ON s.student_id = t.student_id "
                         "WHERE s.organisation_id = ? AND s.merged_into IS NULL", organisation)
    assert seen == {str(uuid.UUID(bytes=row["tie_id"])) for row in stored}


def test_X7_filters_narrow_a_list_and_reveal_nothing(daemon):
    alva, celia = daemon.id("student", "alva"), daemon.id("student", "celia")
    teacher, kari = daemon.id("person", "teacher"), daemon.id("person", "kari")
    of_alva = listed(daemon, "rektor", f"&studentId={alva}")
    assert {row["studentId"] for row in of_alva} == {alva}
    assert {kari, teacher} <= {row["personId"] for row in of_alva}
    assert [row["kind"] for row in listed(daemon, "rektor", f"&studentId={alva}&personId={kari}")] == ["contactTeacher"]
    assert {row["personId"] for row in listed(daemon, "rektor", f"&personId={teacher}&kind=teacher")} == {teacher}
    assert {row["kind"] for row in listed(daemon, "rektor", "&kind=guardian")} == {"guardian"}
    assert listed(daemon, "rektor", f"&studentId={celia}") == listed(daemon, "rektor-bru", f"&studentId={alva}") == []
    assert listed(daemon, "rektor@skog", f"&studentId={alva}") == listed(daemon, "rektor@skog", f"&personId={kari}") == []
    assert {row["studentId"] for row in listed(daemon, "rektor-bru", f"&personId={daemon.id('person', 'teacher-bru')}")} >= {celia}
    assert alva not in {row["studentId"] for row in listed(daemon, "rektor-bru", f"&personId={daemon.id('person', 'teacher-bru')}")}
    first = daemon.get("/v1/ties?limit=1&kind=teacher", "rektor").json()
    second = daemon.get(f"/v1/ties?limit=1&pageToken={first['pageToken']}", "rektor").json()
    assert [row["kind"] for row in first["data"] + second["data"]] == ["teacher"] * 2
    assert daemon.get("/v1/ties?kind=parent", "rektor").status_code == 400


def test_L2_a_weak_login_reads_no_tie(daemon):
    answer = daemon.get("/v1/ties", token=daemon.token("rektor", strong=False))
    assert (answer.status_code, "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]) == (401, True)


def test_M1_a_client_without_provision_reaches_no_tie(daemon):
    token = daemon.token("feed", service=True, scope="changes trygg:read trygg:write")
    row = find(daemon, "alva", "kari", "contactTeacher")
    assert daemon.get("/v1/ties", token=token).status_code == FORBIDDEN
    assert daemon.get(f"/v1/ties/{row['id']}", token=token).status_code == NOT_FOUND
    assert daemon.post("/v1/ties", tie(daemon, daemon.id("student", "alva")), token=token).status_code == NOT_FOUND
    reader = daemon.token("rektor", scope="trygg:read")
    assert daemon.get(f"/v1/ties/{row['id']}", token=reader).status_code == 200
    assert daemon.patch(f"/v1/ties/{row['id']}", {}, token=reader, version=row["version"]).status_code == FORBIDDEN
    assert daemon.post("/v1/ties", tie(daemon, daemon.id("student", "alva")), token=reader).status_code == FORBIDDEN


def test_C1_an_external_id_is_sealed_with_the_key_of_the_student(daemon):
    item = {"externalId": external(), **tie(daemon)}
    made, = daemon.put("ties", [item])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw
    assert daemon.rows("SELECT 1 FROM external_id e JOIN student s ON s.key_id = e.key_id WHERE e.object_id = ? AND s.student_id = ?",
                       uuid.UUID(made["id"]).bytes, uuid.UUID(item["studentId"]).bytes)


def test_V4_each_call_is_a_row_that_names_the_student(daemon):
    body = tie(daemon)
    made = daemon.post("/v1/ties", body, "rektor").json()
    daemon.get(f"/v1/ties/{made['id']}", "assistant")
    daemon.patch(f"/v1/ties/{made['id']}", {"until": day(3)}, "admin", version=1)
    aas = daemon.id("school", "aas")
    rows = daemon.activity(object_id=made["id"])
    assert {(row["object_kind"], row["student_id"], row["school_id"], row["tree_id"]) for row in rows} == {("tie", body["studentId"], aas, aas)}
    assert [(row["operation"], row["outcome"], row["ground"]) for row in rows] == [
        ("createTie", "allowed", "M1.role.rektor"), ("getTie", "refused", "M1.unseen"), ("changeTie", "allowed", "M1.role.admin")]
