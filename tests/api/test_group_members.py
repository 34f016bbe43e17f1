# SPDX-License-Identifier: EUPL-1.2
"""M1, S4 and S7 over HTTP: which students are in which group."""
import datetime
import itertools
import uuid

import pytest

import world

LATER = "2998-01-01"
DAYS = itertools.count()
REGISTRARS = {"rektor": "M1.role.rektor", "two-schools": "M1.role.rektor", "admin": "M1.role.admin", "kari": "S4.tie.contactTeacher"}


def day(days=0):
    return str(world.today() + datetime.timedelta(days))


def later():
    """A day of its own, on which no other test looks."""
    of_its_own = str(datetime.date.fromisoformat(LATER) + datetime.timedelta(next(DAYS)))
    return {"from": of_its_own, "until": of_its_own}


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def client(daemon):
    return daemon.token("registry", service=True, scope="provision")


def member(daemon, student, group="5b", **more):
    return {"groupId": daemon.id("group", group), "studentId": daemon.id("student", student), **more}


def listed(daemon, query, who=None, **options):
    """(student, group) of every page of the list."""
    found, page = [], {"pageToken": None}
    while True:
        token = page["pageToken"]
        page = daemon.get("/v1/group-members?limit=100" + (f"&pageToken={token}" if token else query), who, **options).json()
        found += [(row["studentId"], row["groupId"]) for row in page["data"]]
        if page["pageToken"] is None:
            return found


def seeded(daemon, student, group):
    """The path of a membership that the world began with."""
    ids = [uuid.UUID(daemon.id(*what)).bytes for what in (("student", student), ("group", group))]
    row, = daemon.rows("SELECT group_member_id FROM group_member WHERE student_id = ? AND group_id = ? AND from_day < 100000", *ids)
    return f"/v1/group-members/{uuid.UUID(bytes=row['group_member_id'])}"


def new_student(daemon, **body):
    return daemon.create_student(**body).json()["id"]


def test_X1_a_key_is_one_calls(daemon):
    student, key = new_student(daemon), str(uuid.uuid4())
    body = {"groupId": daemon.id("group", "5b"), "studentId": student}
    made = daemon.post("/v1/group-members", body, "rektor", key=key).json()
    assert daemon.post("/v1/group-members", body, "rektor", key=key).json()["id"] == made["id"]
    assert daemon.post("/v1/group-members", {**body, "from": LATER}, "rektor", key=key).status_code == 422


@pytest.mark.parametrize("who", [person["key"] for person in world.fjord()["persons"]])
def test_M1_S4_G2_who_reads_and_makes_members_of_groups(daemon, who):
    path = seeded(daemon, "alva", "5a")
    read, changed = daemon.get(path, who), daemon.patch(path, {"until": None}, who, version=999)
    made = daemon.post("/v1/group-members", member(daemon, "alva", **later()), who)
    nowhere = daemon.get(f"/v1/group-members/{uuid.uuid4()}", who)
    if who in REGISTRARS:
        assert (read.status_code, read.json()["ground"]) == (200, REGISTRARS[who])
        assert (read.json()["groupId"], read.json()["studentId"]) == (daemon.id("group", "5a"), daemon.id("student", "alva"))
        assert (changed.status_code, made.status_code, made.json()["ground"]) == (412, 201, REGISTRARS[who])
    else:
        assert (read.status_code, changed.status_code, made.status_code) == (404, 404, 403)
        assert read.content == nowhere.content == changed.content


def test_G2_family_is_no_rektor_of_the_child(daemon):
    assert daemon.get(seeded(daemon, "birk", "5b"), "guardian-rektor").status_code == 200
    students = {student for student, _ in listed(daemon, "", "guardian-rektor")}
    assert daemon.id("student", "birk") in students and daemon.id("student", "alva") not in students
    assert listed(daemon, f"&studentId={daemon.id('student', 'alva')}", "guardian-rektor") == []
    put = {"externalId": external(), **member(daemon, "alva", **later())}
    first, = daemon.put("group-members", [put])
    assert daemon.put("group-members", [put], "guardian-rektor")[0]["problem"]["status"] == 403 and first["outcome"] == "created"


def test_M1_the_school_is_the_groups(daemon):
    both, groups = daemon.id("student", "both"), {key: daemon.id("group", key) for key in ("5b", "6c")}
    assert listed(daemon, f"&studentId={both}", "rektor") == [(both, groups["5b"])]
    assert listed(daemon, f"&studentId={both}", "rektor-bru") == [(both, groups["6c"])]
    assert sorted(listed(daemon, f"&studentId={both}", token=client(daemon))) == sorted((both, group) for group in groups.values())
    assert listed(daemon, f"&studentId={both}&groupId={groups['6c']}", "rektor") == []
    assert daemon.get(seeded(daemon, "both", "6c"), "rektor").status_code == 404
    assert daemon.post("/v1/group-members", member(daemon, "both", "6c", **later()), "two-schools").status_code == 403
    # A tie counts at the schools of the teacher's memberships only (G1).
    assert daemon.post("/v1/group-members", member(daemon, "alva", "6c", **later()), "kari").status_code == 403


def test_M1_lists_hold_what_is_yours(daemon):
    ours, theirs = listed(daemon, "", "rektor"), listed(daemon, "", "admin-bru")
    assert (daemon.id("student", "alva"), daemon.id("group", "5a")) in ours and (daemon.id("student", "left"), daemon.id("group", "5a")) in ours
    at_bru = daemon.rows("SELECT group_id FROM student_group WHERE school_id = ?", uuid.UUID(daemon.id("school", "bru")).bytes)
    groups = {group for _, group in theirs}
    assert daemon.id("group", "6c") in groups <= {str(uuid.UUID(bytes=row["group_id"])) for row in at_bru} and daemon.id("group", "6c") not in {group for _, group in ours}
    assert {group for _, group in listed(daemon, f"&groupId={daemon.id('group', '5b')}", "rektor")} == {daemon.id("group", "5b")}
    assert listed(daemon, f"&groupId={daemon.id('group', '6c')}", "rektor") == [] == listed(daemon, f"&groupId={uuid.uuid4()}", "rektor")
    assert listed(daemon, "", "teacher") == [] == listed(daemon, f"&studentId={daemon.id('student', 'alva')}", "teacher")
    assert listed(daemon, f"&studentId={daemon.id('student', 'alva')}", "rektor@skog") == []
    assert daemon.get("/v1/group-members", "guardian").status_code == 403 == daemon.get("/v1/group-members", "no-role").status_code
    assert daemon.get("/v1/group-members", token=daemon.token("rektor", strong=False)).status_code == 401
    query = f"limit=1&groupId={daemon.id('group', '5a')}"
    first = daemon.get(f"/v1/group-members?{query}", "rektor").json()
    rest = daemon.get(f"/v1/group-members?limit=100&pageToken={first['pageToken']}", "rektor").json()
    assert first["data"][0]["id"] not in {row["id"] for row in rest["data"]} and {row["groupId"] for row in rest["data"]} == {daemon.id("group", "5a")}


def test_V4_a_list_names_the_students_shown(daemon):
    student = new_student(daemon)
    for group in ("5a", "5b"):
        assert daemon.post("/v1/group-members", {"groupId": daemon.id("group", group), "studentId": student}, "rektor").status_code == 201
    assert len(listed(daemon, f"&studentId={student}", "rektor")) == 2
    row = daemon.activity(operation="listGroupMembers")[-1]
    assert (row["object_kind"], row["shown"]) == ("groupMember", [student])


def test_S7_the_group_of_a_protected_student_is_for_those_who_see_it_on_the_card(daemon):
    dino, group, path = daemon.id("student", "dino"), daemon.id("group", "5a"), seeded(daemon, "dino", "5a")
    token, nowhere = client(daemon), f"/v1/group-members/{uuid.uuid4()}"
    assert daemon.get(path, "rektor").status_code == 200 == daemon.get(path, "admin").status_code
    assert (dino, group) in listed(daemon, f"&groupId={group}", "rektor")
    assert daemon.get(path, token=token).content == daemon.get(nowhere, token=token).content
    assert daemon.patch(path, {"until": None}, token=token, version=1).content == daemon.patch(nowhere, {"until": None}, token=token, version=1).content
    for query in ("", f"&groupId={group}", f"&studentId={dino}"):
        found = listed(daemon, query, token=token)
        assert dino not in {student for student, _ in found} and (query.startswith("&student") or found)
    assert listed(daemon, f"&studentId={dino}", "kari")[0] == (dino, group) and listed(daemon, f"&studentId={dino}", "teacher") == []


def test_S7_a_client_puts_a_protected_student_whom_it_knows(daemon):
    item = {"externalId": external(), **member(daemon, "dino", "5b", **{"from": LATER})}
    first, again, = daemon.put("group-members", [item])[0], daemon.put("group-members", [item])[0]
    ended, = daemon.put("group-members", [{"externalId": item["externalId"], "until": "2999-01-01"}])
    assert [row["outcome"] for row in (first, again, ended)] == ["created", "unchanged", "changed"]
    # Whether the student is in a group already cannot be found out by trying.
    again = [daemon.post("/v1/group-members", member(daemon, "dino", "5a"), **who) for who in ({"who": "rektor"}, {"token": client(daemon)})]
    assert [answer.status_code for answer in again] == [409, 201]
    trials = daemon.put("group-members", [{"externalId": external(), **member(daemon, "dino", key, **{"from": LATER})} for key in ("5a", "5b")])
    assert [row["outcome"] for row in trials] == ["created", "created"]
    assert daemon.get(f"/v1/group-members/{first['id']}", token=client(daemon)).status_code == 404


def test_X2_a_membership_of_a_group_is_changed_by_version(daemon):
    student = new_student(daemon)
    made = daemon.post("/v1/group-members", {"groupId": daemon.id("group", "5a"), "studentId": student}, "rektor").json()
    path = f"/v1/group-members/{made['id']}"
    read = daemon.get(path, "rektor").json()
    assert (read["from"], read["until"], read["version"]) == (day(), None, 1)
    assert daemon.patch(path, {"until": LATER}, "rektor").status_code == 428
    assert daemon.patch(path, {"until": LATER}, "rektor", version=2).status_code == 412
    changed = daemon.patch(path, {"until": LATER}, "admin", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, {"until": LATER}, "rektor", version=2).json()["version"] == 2   # nothing to change
    assert daemon.patch(path, {"from": None}, "rektor", version=2).status_code == 400 == daemon.patch(path, {"groupId": daemon.id("group", "5b")}, "rektor", version=2).status_code
    refused = daemon.patch(path, {"until": day(-2)}, "rektor", version=2)
    assert [(error["name"], error["code"]) for error in refused.json()["errors"]] == [("/until", "conflict")]
    assert [row["name"] for row in daemon.get(f"/v1/students/{student}", "rektor").json()["groups"]] == ["Qklasse5A"]
    assert daemon.patch(path, {"until": day(-1)}, "rektor", version=2).json()["version"] == 3
    assert daemon.get(f"/v1/students/{student}", "rektor").json()["groups"] == []
    assert daemon.patch(path, {"until": None}, "rektor", version=3).json()["version"] == 4
    reader = daemon.token("rektor", scope="trygg:read")
    assert daemon.patch(path, {"until": None}, token=reader, version=4).status_code == 403


def test_S4_a_contact_teacher_moves_a_student_to_another_group(daemon):
    student = new_student(daemon, who="kari")
    first = daemon.post("/v1/group-members", {"groupId": daemon.id("group", "5a"), "studentId": student}, "kari").json()
    assert first["ground"] == "S4.tie.contactTeacher"
    assert daemon.patch(f"/v1/group-members/{first['id']}", {"until": day(-1)}, "kari", version=1).status_code == 200
    put, = daemon.put("group-members", [{"externalId": external(), "groupId": daemon.id("group", "5b"), "studentId": student}], "kari")
    assert (put["outcome"], put["ground"]) == ("created", "S4.tie.contactTeacher")
    assert [row["name"] for row in daemon.get(f"/v1/students/{student}", "kari").json()["groups"]] == ["Qklasse5B"]
    assert daemon.post("/v1/group-members", {"groupId": daemon.id("group", "5a"), "studentId": student}, "hanne").status_code == 403


def test_S2_a_student_who_is_in_a_group_twice_is_shown_in_it_once(daemon):
    student = new_student(daemon, groupId=daemon.id("group", "5b"))
    again = daemon.post("/v1/group-members", {"groupId": daemon.id("group", "5b"), "studentId": student}, "rektor")
    assert (again.status_code, again.json()["type"]) == (409, "urn:problem-type:trygg:taken")
    put, = daemon.put("group-members", [{"externalId": external(), "groupId": daemon.id("group", "5b"), "studentId": student}])
    assert put["outcome"] == "created"   # two systems may say the same
    assert [row["name"] for row in daemon.get(f"/v1/students/{student}", "rektor").json()["groups"]] == ["Qklasse5B"]


def test_X3_a_student_of_another_school_is_as_one_who_is_not_there(daemon):
    def post(student, who="rektor", **more):
        return daemon.post("/v1/group-members", {"groupId": daemon.id("group", "5a"), "studentId": student, "from": LATER, **more}, who)
    strange = [post(student) for student in (str(uuid.uuid4()), daemon.id("student", "celia"), daemon.id("student", "left"),
                                             daemon.id("student", "sven", world.SKOG))]
    assert {answer.content for answer in strange} == {strange[0].content} and strange[0].status_code == 400
    assert [(error["name"], error["code"]) for error in strange[0].json()["errors"]] == [("/studentId", "reference")]
    assert post(daemon.id("student", "starts-tomorrow")).status_code == 201
    assert {post(daemon.id("student", key), "rektor-bru").status_code for key in ("alva", "celia")} == {403}
    nowhere = daemon.post("/v1/group-members", member(daemon, "alva", groupId=str(uuid.uuid4())), "rektor")
    assert nowhere.status_code == 403   # as for a group of another school
    both = daemon.post("/v1/group-members", {"groupId": str(uuid.uuid4()), "studentId": str(uuid.uuid4()), "from": day(), "until": day(-1)}, token=client(daemon))
    assert [error["name"] for error in both.json()["errors"]] == ["/groupId", "/studentId", "/until"]


def test_X2_the_same_put_twice_changes_nothing_and_refusals_stand_alone(daemon):
    group, student = external(), new_student(daemon)
    daemon.put("groups", [{"externalId": group, "schoolId": daemon.id("school", "aas"), "kind": "class", "name": "Xqputtgruppe"}])
    item = {"externalId": external(), "group": group, "studentId": student, "from": day()}
    assert [daemon.put("group-members", [item])[0]["outcome"] for _ in range(2)] == ["created", "unchanged"]
    results = daemon.put("group-members", [
        {"externalId": item["externalId"], "until": day(30)},
        {"externalId": external()},
        {"externalId": external(), "group": external(), "student": external()},
        {"externalId": item["externalId"], "groupId": daemon.id("group", "5a"), "studentId": daemon.id("student", "birk")},
        {"externalId": external(), "group": group, "studentId": student}])
    assert [row["outcome"] for row in results] == ["changed", "refused", "refused", "refused", "created"]
    assert [[error["name"] for error in results[i]["problem"]["errors"]] for i in (1, 2, 3)] == [
        ["/group", "/student"], ["/group", "/student"], ["/groupId", "/studentId"]]
    assert results[0]["version"] == 2 and results[0]["ground"] == "M1.client.provision"


def test_M1_an_external_id_is_one_memberships(daemon):
    taken = external()
    body = {"groupId": daemon.id("group", "5b"), "studentId": new_student(daemon)}
    assert daemon.post("/v1/group-members", {**body, "externalId": taken}, "rektor").status_code == 201
    assert daemon.post("/v1/group-members", {**body, "externalId": taken}, "rektor").status_code == 409
    there = {"externalId": taken, **member(daemon, "celia", "6c", **later())}
    assert daemon.put("group-members", [there], "rektor-bru")[0]["problem"]["status"] == 409
    strange, unknown = daemon.put("group-members", [{"externalId": taken, "until": LATER}, {"externalId": external(), "until": LATER}], "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == 403


def test_C1_an_external_id_is_sealed_with_the_students_key(daemon):
    student = new_student(daemon)
    item = {"externalId": external(), "groupId": daemon.id("group", "5b"), "studentId": student}
    put, = daemon.put("group-members", [item])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw
    row, = daemon.rows("SELECT e.key_id = s.key_id AS same FROM external_id e, student s WHERE e.object_id = ? AND s.student_id = ?",
                       uuid.UUID(put["id"]).bytes, uuid.UUID(student).bytes)
    assert row["same"] == 1


def test_V4_rows_name_the_student_and_stand_in_the_school_of_the_group(daemon):
    student, aas = new_student(daemon), daemon.id("school", "aas")
    body = {"groupId": daemon.id("group", "5b"), "studentId": student}
    made = daemon.post("/v1/group-members", body, "rektor").json()["id"]
    put, = daemon.put("group-members", [{"externalId": external(), **body}])
    daemon.get(f"/v1/group-members/{made}", "admin")
    daemon.get(f"/v1/group-members/{made}", "teacher")
    daemon.post("/v1/group-members", body, "teacher")
    rows = daemon.activity(student_id=student, object_kind="groupMember")
    assert {(row["tree_id"], row["school_id"]) for row in rows} == {(aas, aas)}
    assert [(row["operation"], row["outcome"], row["ground"], row["object_id"]) for row in rows] == [
        ("createGroupMember", "allowed", "M1.role.rektor", made), ("provisionGroupMembers", "allowed", "M1.client.provision", put["id"]),
        ("getGroupMember", "allowed", "M1.role.admin", made), ("getGroupMember", "refused", "M1.unseen", made),
        ("createGroupMember", "refused", "M1.forbidden", None)]


def test_X1_a_student_is_put_into_a_group_once(daemon):
    student, key = new_student(daemon), str(uuid.uuid4())
    body = {"groupId": daemon.id("group", "5b"), "studentId": student}
    first, again = (daemon.post("/v1/group-members", body, "rektor", key=key) for _ in range(2))
    assert first.json() == again.json() and len(listed(daemon, f"&studentId={student}", "rektor")) == 1


def test_V4_the_row_of_a_refusal_names_no_student_of_another_school(daemon):
    celia, aas, known = daemon.id("student", "celia"), daemon.id("school", "aas"), external()
    daemon.put("students", [{"externalId": known, "givenName": "Xqute", "familyName": "Xqfra", "schoolId": daemon.id("school", "bru")}])
    body = {"groupId": daemon.id("group", "5a"), "studentId": celia}
    put = {"externalId": external(), "groupId": daemon.id("group", "5a"), "student": known}
    refused = [(daemon.post("/v1/group-members", body, "rektor").status_code, "createGroupMember", "invalid"),
               (daemon.post("/v1/group-members", body, "teacher").status_code, "createGroupMember", "M1.forbidden"),
               (daemon.put("group-members", [put], "rektor")[0]["problem"]["status"], "provisionGroupMembers", "invalid")]
    assert [status for status, _, _ in refused] == [400, 403, 400]
    for _, operation, ground in refused:
        row = daemon.activity(operation=operation, outcome="refused", ground=ground)[-1]
        assert (row["tree_id"], row["school_id"], row["student_id"]) == (aas, aas, None)


@pytest.mark.parametrize("who,protected", [("rektor", False), ("kari", True)])
def test_S4_S7_a_token_that_may_only_write_changes_what_its_person_may(daemon, who, protected):
    student = new_student(daemon, contactTeacherId=daemon.id("person", "kari"))
    assert daemon.patch(f"/v1/students/{student}", {"protected": protected}, "rektor", version=1).status_code == 200
    made = daemon.post("/v1/group-members", {"groupId": daemon.id("group", "5a"), "studentId": student}, "rektor").json()
    path = f"/v1/group-members/{made['id']}"
    writer, reader = daemon.token(who, scope="trygg:write"), daemon.token(who, scope="trygg:read")
    assert [daemon.patch(path, {"until": None}, token=token, version=999).status_code for token in (writer, reader)] == [412, 403]
    assert daemon.get(path, token=writer).status_code == 404
