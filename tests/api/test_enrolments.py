# SPDX-License-Identifier: EUPL-1.2
"""S1 and M1 over HTTP: when a student goes to which school."""
import datetime
import uuid

import pytest

import civic
import world

EVERYONE = [person["key"] for person in world.fjord()["persons"]]
LEADERS = {"rektor": "rektor", "two-schools": "rektor", "guardian-rektor": "rektor", "admin": "admin"}


def day(offset):
    return (world.today() + datetime.timedelta(offset)).isoformat()


def registry(daemon, scope="provision"):
    return daemon.token("registry", service=True, scope=scope)


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def student(daemon, who="rektor", school="aas", **members):
    made = daemon.create_student(who, school, **members)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def enrol(daemon, who, school="bru", **members):
    """By `who`, or by a client when it is None."""
    options = {"token": registry(daemon)} if who is None else {}
    return daemon.post("/v1/enrolments", {"schoolId": daemon.id("school", school), **members}, who, **options)


def first_of(daemon, who):
    """The enrolment that came with a new student."""
    row, = daemon.rows("SELECT enrolment_id FROM enrolment WHERE student_id = ?", uuid.UUID(who).bytes)
    return f"/v1/enrolments/{uuid.UUID(bytes=row['enrolment_id'])}"


@pytest.fixture(scope="module")
def shared(daemon):
    """A student of aas who may be looked at, and enrolled at bru by nobody but the one test that says so."""
    number = civic.fresh()
    return {"number": number, "id": student(daemon, civicNumber=number, contactTeacherId=daemon.id("person", "kari"))}


def test_X1_a_key_is_one_calls(daemon):
    body, key = {"studentId": student(daemon), "schoolId": daemon.id("school", "bru")}, str(uuid.uuid4())
    made = daemon.post("/v1/enrolments", body, token=registry(daemon), key=key).json()
    assert daemon.post("/v1/enrolments", body, token=registry(daemon), key=key).json()["id"] == made["id"]
    assert daemon.post("/v1/enrolments", {**body, "until": None}, token=registry(daemon), key=key).status_code == 422


@pytest.mark.parametrize("who", EVERYONE)
def test_M1_who_reads_and_changes_an_enrolment(daemon, shared, who):
    path = first_of(daemon, shared["id"])
    read, changed = daemon.get(path, who), daemon.patch(path, {"until": None}, who, version=1)
    if who in LEADERS:
        assert (read.status_code, read.json()["ground"]) == (200, "S2.role." + LEADERS[who])
        assert (read.json()["studentId"], read.json()["schoolId"]) == (shared["id"], daemon.id("school", "aas"))
        assert (changed.status_code, changed.json()["ground"], changed.json()["version"]) == (200, "S1.role." + LEADERS[who], 1)
    else:
        assert (read.status_code, changed.status_code) == (404, 404)
        assert read.content == daemon.get(f"/v1/enrolments/{uuid.uuid4()}", who).content


@pytest.mark.parametrize("who", EVERYONE)
def test_S1_who_enrols_by_number_at_their_school(daemon, who):
    number = civic.fresh()
    student(daemon, "rektor-bru", "bru", civicNumber=number)
    known, unknown = enrol(daemon, who, "aas", civicNumber=number), enrol(daemon, who, "aas", civicNumber=civic.fresh())
    if who in LEADERS:
        assert (known.status_code, known.json()["ground"], unknown.status_code) == (201, "S1.role." + LEADERS[who], 400)
        assert known.headers["Location"] == f"/v1/enrolments/{known.json()['id']}"
        assert [(error["name"], error["code"]) for error in unknown.json()["errors"]] == [("/civicNumber", "reference")]
    else:
        assert (known.status_code, known.content) == (403, unknown.content)   # nobody probes for numbers


def test_S1_a_known_number_is_enrolled_instead_of_created(daemon):
    number = civic.fresh()
    there = student(daemon, civicNumber=number)
    assert daemon.create_student("rektor-bru", "bru", civicNumber=number).status_code == 409
    assert daemon.get(f"/v1/students/{there}", "rektor-bru").status_code == 404
    made = enrol(daemon, "rektor-bru", civicNumber=number)
    assert made.status_code == 201
    assert daemon.get(f"/v1/enrolments/{made.json()['id']}", "rektor-bru").json()["studentId"] == there
    assert daemon.get(f"/v1/students/{there}", "rektor-bru").json()["ground"] == "S2.role.rektor"
    assert daemon.get(f"/v1/students/{there}", "rektor").status_code == 200


def test_S1_not_at_another_school_nor_in_another_organisation(daemon, shared):
    assert enrol(daemon, "rektor", civicNumber=shared["number"]).status_code == 403
    assert enrol(daemon, "rektor-bru", "aas", civicNumber=shared["number"]).status_code == 403
    strange = daemon.post("/v1/enrolments", {"schoolId": str(uuid.uuid4()), "civicNumber": shared["number"]}, "rektor")
    assert strange.status_code == 403
    body = {"schoolId": daemon.id("school", "tall", world.SKOG), "civicNumber": shared["number"]}
    assert daemon.post("/v1/enrolments", body, "rektor@skog").json()["errors"][0]["name"] == "/civicNumber"
    answer = daemon.post("/v1/enrolments", body, token=registry(daemon))
    assert [(error["name"], error["code"]) for error in answer.json()["errors"]] == [("/schoolId", "reference")]


def test_S1_whoever_is_refused_an_enrolment_by_number_does_not_learn_whose_it_is(daemon):
    number = civic.fresh()
    there = student(daemon, civicNumber=number, enrolledUntil=day(30))
    days = [{"externalId": external(), "studentId": there, "schoolId": daemon.id("school", "aas"), "from": day(n), "until": day(n)} for n in range(1000, 1499)]
    assert {row["outcome"] for row in daemon.put("enrolments", days)} == {"created"}   # no student has more than 500
    refused = enrol(daemon, "rektor-bru", civicNumber=number)
    assert refused.status_code == 400
    row, = daemon.activity(request_id=refused.headers["X-Request-Id"])
    assert (row["outcome"], row["student_id"], row["tree_id"]) == ("refused", there, world.ORGANISATIONS[world.FJORD]["id"])


def test_S1_by_id_only_a_student_whom_the_caller_may_read(daemon, shared):
    unseen, missing = enrol(daemon, "rektor-bru", studentId=shared["id"]), enrol(daemon, "rektor-bru", studentId=str(uuid.uuid4()))
    assert (unseen.status_code, unseen.content) == (400, missing.content)
    assert [(error["name"], error["code"]) for error in unseen.json()["errors"]] == [("/studentId", "reference")]
    other = student(daemon)
    assert enrol(daemon, None, studentId=other, until=day(30)).status_code == 201   # a client enrols anyone
    assert enrol(daemon, "rektor-bru", studentId=other, **{"from": day(31)}).status_code == 201
    assert enrol(daemon, None, studentId=daemon.id("student", "sven", world.SKOG)).status_code == 400


def test_S1_exactly_one_of_id_and_number(daemon, shared):
    both = enrol(daemon, "rektor", "aas", studentId=shared["id"], civicNumber=shared["number"])
    assert [(error["name"], error["code"]) for error in both.json()["errors"]] == [("/civicNumber", "conflict")]
    none = enrol(daemon, "rektor", "aas", **{"from": day(3), "until": day(2)})
    assert {(error["name"], error["code"]) for error in none.json()["errors"]} == {("/studentId", "required"), ("/until", "conflict")}


def test_S1_a_client_needs_provision_and_a_login_is_strong(daemon, shared):
    body = {"schoolId": daemon.id("school", "bru"), "civicNumber": shared["number"]}
    assert daemon.post("/v1/enrolments", body, token=registry(daemon, "changes")).status_code == 403
    assert daemon.post("/v1/enrolments", body, token=daemon.token("rektor-bru", scope="trygg:read")).status_code == 403
    assert daemon.post("/v1/enrolments", body, token=daemon.token("rektor-bru", strong=False)).status_code == 401
    path = first_of(daemon, shared["id"])
    assert daemon.get(path, token=registry(daemon)).json()["ground"] == "M1.client.provision"
    assert daemon.get(path, token=registry(daemon, "changes")).status_code == 404
    assert daemon.patch(path, {"until": None}, token=daemon.token("rektor", scope="trygg:read"), version=1).status_code == 403


def test_G2_a_rektor_does_not_enrol_their_own_child(daemon):
    for child in ({"civicNumber": world.CIVIC["alva"]}, {"studentId": daemon.id("student", "alva")}):
        assert enrol(daemon, "guardian-rektor", "aas", **child).status_code == 403
    path = first_of(daemon, daemon.id("student", "alva"))
    assert daemon.get(path, "guardian-rektor").status_code == 404
    listed = daemon.get(f"/v1/enrolments?studentId={daemon.id('student', 'alva')}", "guardian-rektor")
    assert (listed.status_code, listed.json()) == (200, {"data": [], "pageToken": None})


def test_S1_no_two_enrolments_at_a_school_share_a_day(daemon):
    number = civic.fresh()
    there = student(daemon, civicNumber=number, enrolledUntil=day(10))
    assert enrol(daemon, "rektor", "aas", civicNumber=number).status_code == 409
    assert enrol(daemon, "rektor", "aas", studentId=there, **{"from": day(10)}).status_code == 409
    later = enrol(daemon, "rektor", "aas", studentId=there, **{"from": day(11), "until": day(20)})
    assert later.status_code == 201
    path = first_of(daemon, student(daemon))
    assert daemon.patch(path, {"until": day(400)}, "rektor", version=1).status_code == 200
    assert daemon.patch(f"/v1/enrolments/{later.json()['id']}", {"from": day(10)}, "rektor", version=1).status_code == 409
    assert daemon.patch(f"/v1/enrolments/{later.json()['id']}", {"until": None}, "rektor", version=1).status_code == 200


def test_G1_an_enrolment_that_ends_takes_the_rights_with_it_at_once(daemon):
    there = student(daemon, contactTeacherId=daemon.id("person", "hanne"))
    path, page = first_of(daemon, there), f"/v1/students/{there}"
    assert [daemon.get(page, who).status_code for who in ("rektor", "hanne", "opener")] == [200, 200, 200]
    assert daemon.patch(path, {"until": day(-1)}, "admin").status_code == 428
    assert daemon.patch(path, {"until": day(-1)}, "admin", version=2).status_code == 412
    ended = daemon.patch(path, {"until": day(-1)}, "admin", version=1)
    assert (ended.status_code, ended.json()["version"], ended.headers["ETag"]) == (200, 2, '"2"')
    assert [daemon.get(page, who).status_code for who in ("rektor", "hanne", "opener")] == [404, 404, 404]
    assert daemon.get(path, "rektor").json()["until"] == day(-1)   # the record stays the school's business
    assert daemon.patch(path, {"from": day(2)}, "rektor", version=2).json()["errors"][0]["name"] == "/until"
    assert daemon.patch(path, {"schoolId": daemon.id("school", "bru")}, "rektor", version=2).status_code == 400
    # A school that a student has left does not take them back by itself: they may be elsewhere, and protected (S7).
    assert daemon.patch(path, {"until": None}, "rektor", version=2).status_code == 403
    assert daemon.patch(path, {"until": day(0)}, "admin", version=2).status_code == 403
    assert [daemon.get(page, who).status_code for who in ("rektor", "hanne", "opener")] == [404, 404, 404]
    assert daemon.patch(path, {"until": None}, token=registry(daemon), version=2).status_code == 200
    assert daemon.get(page, "hanne").status_code == 200


def test_M1_lists_hold_what_is_yours(daemon, shared):
    def listed(who, query=""):
        found, token, pages = [], None, 0
        while token is not None or pages == 0:
            page = daemon.get("/v1/enrolments?" + (f"pageToken={token}" if token else f"limit=100{query}"), **who).json()
            found, token, pages = found + page["data"], page["pageToken"], pages + 1
        return found
    of_student, of_bru = f"&studentId={shared['id']}", f"&schoolId={daemon.id('school', 'bru')}"
    rektor, other, client = {"who": "rektor"}, {"who": "rektor-bru"}, {"token": registry(daemon)}
    assert {row["schoolId"] for row in listed(rektor)} == {daemon.id("school", "aas")}
    assert {row["schoolId"] for row in listed(other)} == {daemon.id("school", "bru")}
    assert {row["schoolId"] for row in listed(client)} == {daemon.id("school", "aas"), daemon.id("school", "bru")}
    assert [row["studentId"] for row in listed(rektor, of_student)] == [shared["id"]] and listed(other, of_student) == []
    assert listed(rektor, of_bru) == [] and {row["id"] for row in listed(client, of_bru)} == {row["id"] for row in listed(other)}
    assert listed(client, of_bru + of_student) == []
    assert listed({"who": "teacher"}) == [] and daemon.get("/v1/enrolments", "guardian").status_code == 403
    assert listed(client, f"&schoolId={daemon.id('school', 'tall', world.SKOG)}") == []
    ids = [row["id"] for row in listed(rektor)]
    assert len(ids) == len(set(ids)) and ids == sorted(ids)


def test_V4_a_list_names_the_students_shown(daemon, shared):
    daemon.get(f"/v1/enrolments?studentId={shared['id']}", "rektor")
    assert daemon.activity(operation="listEnrolments")[-1]["shown"] == [shared["id"]]


def test_X2_the_same_put_twice_changes_nothing(daemon):
    item = {"externalId": external(), "studentId": student(daemon), "schoolId": daemon.id("school", "bru"), "from": day(1)}
    first, = daemon.put("enrolments", [item])
    again, = daemon.put("enrolments", [item])
    ended, = daemon.put("enrolments", [{"externalId": item["externalId"], "until": day(30)}])
    assert [row["outcome"] for row in (first, again, ended)] == ["created", "unchanged", "changed"]
    assert first["id"] == again["id"] == ended["id"] and ended["version"] == 2 and first["ground"] == "S1.client.provision"


def test_X2_a_put_names_everything_it_lacks_and_moves_nothing(daemon):
    known, there = {"externalId": external(), "schoolId": daemon.id("school", "aas")}, student(daemon, "rektor-bru", "bru")
    elsewhere, number = student(daemon), civic.fresh()
    items = [{**known, "studentId": there}, {"externalId": external()},
             {"externalId": external(), "student": external(), "school": external()},
             {"externalId": external(), "studentId": there, "civicNumber": number, "schoolId": str(uuid.uuid4())},
             {"externalId": known["externalId"], "studentId": elsewhere, "schoolId": daemon.id("school", "bru")},
             {"externalId": known["externalId"], "civicNumber": number}]
    results = daemon.put("enrolments", items)
    assert [row["outcome"] for row in results] == ["created"] + ["refused"] * 5
    assert [{(error["name"], error["code"]) for error in row["problem"]["errors"]} for row in results[1:]] == [
        {("/student", "required"), ("/school", "required")}, {("/student", "reference"), ("/school", "reference")},
        {("/civicNumber", "conflict"), ("/schoolId", "reference")}, {("/studentId", "conflict"), ("/schoolId", "conflict")},
        {("/civicNumber", "conflict")}]


def test_X2_a_put_finds_the_enrolment_that_came_with_the_student(daemon):
    number, mine, second = civic.fresh(), external(), external()
    there = student(daemon, civicNumber=number)
    item = {"externalId": mine, "civicNumber": number, "schoolId": daemon.id("school", "aas"), "from": day(-30)}
    found, again = (daemon.put("enrolments", [item])[0] for _ in range(2))
    assert (found["outcome"], again["outcome"], f"/v1/enrolments/{found['id']}") == ("changed", "unchanged", first_of(daemon, there))
    assert daemon.get(f"/v1/enrolments/{found['id']}", "rektor").json()["from"] == day(-30)
    # It is named now: another name for the same days is refused.
    assert daemon.put("enrolments", [{**item, "externalId": second}])[0]["problem"]["status"] == 409
    # Whoever may not change it neither finds nor names it.
    other = student(daemon, civicNumber=(number := civic.fresh()))
    item = {"externalId": external(), "civicNumber": number, "schoolId": daemon.id("school", "aas")}
    assert daemon.put("enrolments", [item], "rektor-bru")[0]["problem"]["status"] == 403
    assert daemon.get(first_of(daemon, other), "rektor").json()["version"] == 1


def test_M1_an_external_id_is_one_enrolments(daemon):
    taken = external()
    assert enrol(daemon, "rektor", "aas", studentId=student(daemon), externalId=taken, **{"from": day(-3)}).status_code == 409
    there = student(daemon, enrolledUntil=day(3))
    assert enrol(daemon, "rektor", "aas", studentId=there, externalId=taken, **{"from": day(9)}).status_code == 201
    assert enrol(daemon, "rektor", "aas", studentId=there, externalId=taken, **{"from": day(99), "until": day(99)}).status_code == 409
    strange, unknown = daemon.put("enrolments", [{"externalId": taken, "until": day(50)}, {"externalId": external(), "until": day(50)}],
                                  "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == 403


def test_X1_the_same_request_twice_makes_one_enrolment(daemon):
    body = {"studentId": student(daemon), "schoolId": daemon.id("school", "aas")}
    body["from"] = body["until"] = day(-50)
    key = str(uuid.uuid4())
    first, second = (daemon.post("/v1/enrolments", body, "rektor", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, second.content)
    assert daemon.post("/v1/enrolments", body, "rektor").status_code == 409


def test_V4_a_row_that_knows_a_number_without_a_right_stands_with_the_organisation(daemon):
    number, fjord = civic.fresh(), world.ORGANISATIONS[world.FJORD]["id"]
    there = student(daemon, civicNumber=number)
    assert enrol(daemon, "teacher-bru", civicNumber=number).status_code == 403
    row = daemon.activity(operation="createEnrolment", student_id=there)[-1]
    assert (row["outcome"], row["tree_id"], row["school_id"]) == ("refused", fjord, None)
    made = enrol(daemon, "rektor-bru", civicNumber=number).json()["id"]
    row = daemon.activity(operation="createEnrolment", student_id=there)[-1]
    assert (row["outcome"], row["object_kind"], row["object_id"]) == ("allowed", "enrolment", made)
    assert row["tree_id"] == row["school_id"] == daemon.id("school", "bru")


def test_C1_numbers_and_external_ids_are_sealed(daemon):
    number, item = civic.fresh(), {"externalId": external(), "schoolId": daemon.id("school", "aas")}
    daemon.put("enrolments", [{**item, "studentId": student(daemon, civicNumber=number)}])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw and number.encode() not in raw


def test_V4_until_a_student_of_another_school_is_enrolled_the_row_stands_with_the_organisation(daemon):
    there, fjord = student(daemon, "rektor-bru", "bru"), world.ORGANISATIONS[world.FJORD]["id"]
    tie = {"studentId": there, "personId": daemon.id("person", "two-schools"), "kind": "teacher"}
    assert daemon.post("/v1/ties", tie, "rektor-bru").status_code == 201   # who may read them at bru, and is rektor at aas
    wrong = {"studentId": there, "from": day(3), "until": day(2)}
    assert [enrol(daemon, who, "aas", **wrong).status_code for who in ("two-schools", None)] == [400, 400]
    rows = daemon.activity(operation="createEnrolment", outcome="refused", student_id=there)
    assert [(row["tree_id"], row["school_id"]) for row in rows] == [(fjord, None)] * 2
    assert enrol(daemon, "two-schools", "aas", studentId=there).status_code == 201
    assert daemon.activity(operation="createEnrolment", student_id=there)[-1]["tree_id"] == daemon.id("school", "aas")
