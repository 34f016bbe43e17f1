# SPDX-License-Identifier: EUPL-1.2
"""M1 over HTTP: who holds which role where, and when. New memberships of the shared world lie in a far future, where they give nobody
anything; what changes people's rights has a daemon of its own."""
import datetime
import itertools
import uuid

import pytest

import world

PERSONS = [person["key"] for person in world.fjord()["persons"]]
# Of the school of the memberships that are asked for.
LEADERS = {"rektor": "M1.role.rektor", "guardian-rektor": "M1.role.rektor", "two-schools": "M1.role.rektor", "admin": "M1.role.admin"}
NOT_FOUND, FORBIDDEN, TAKEN = 404, 403, 409
DAYS = itertools.count()


def day(offset):
    today = world.today()
    return (today + datetime.timedelta(days=offset)).isoformat()


def far():
    """A period of one day that no other test has."""
    one = (datetime.date(2100, 1, 1) + datetime.timedelta(days=next(DAYS))).isoformat()
    return {"from": one, "until": one}


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def membership(daemon, person="assistant", role="teacher", school="aas", **members):
    body = {"personId": daemon.id("person", person), "role": role, **far(), **members}
    return body if school is None else {"schoolId": daemon.id("school", school), **body}


def client(daemon, **options):
    return daemon.token("registry", service=True, scope="provision", **options)


def find(daemon, person, role):
    """The seeded membership, as the provisioning client reads it."""
    path = f"/v1/memberships?personId={daemon.id('person', person)}&role={role}&on={day(0)}"
    row, = daemon.get(path, token=client(daemon)).json()["data"]
    return row


def listed(daemon, who, query=""):
    """The ids of all pages."""
    found, token = [], ""
    while token is not None:
        page = daemon.get("/v1/memberships?" + (f"pageToken={token}" if token else f"limit=100{query}"), who).json()
        found += page["data"]
        token = page["pageToken"]
    assert len({row["id"] for row in found}) == len(found)
    return found


@pytest.mark.parametrize("who", PERSONS)
def test_M1_who_reads_and_makes_memberships(daemon, who):
    path = f"/v1/memberships/{find(daemon, 'kari', 'contactTeacher')['id']}"
    read, made = daemon.get(path, who), daemon.post("/v1/memberships", membership(daemon), who)
    if who in LEADERS:
        assert (read.status_code, read.json()["ground"], made.status_code, made.json()["ground"]) == (200, LEADERS[who], 201, LEADERS[who])
    else:
        assert (read.status_code, made.status_code) == (NOT_FOUND, FORBIDDEN)
        assert read.content == daemon.get(f"/v1/memberships/{uuid.uuid4()}", who).content
        nowhere = daemon.post("/v1/memberships", membership(daemon, schoolId=str(uuid.uuid4())), who)
        assert made.content == nowhere.content


@pytest.mark.parametrize("who", PERSONS)
def test_M1_leaders_are_seen_by_leaders_and_made_by_the_owner(daemon, who):
    row = find(daemon, "admin", "admin")
    path = f"/v1/memberships/{row['id']}"
    read, made = daemon.get(path, who), daemon.post("/v1/memberships", membership(daemon, "rektor", "admin"), who)
    changed = daemon.patch(path, {"until": None}, who, version=row["version"])
    if who == "owner":
        assert (read.json()["ground"], made.json()["ground"], changed.json()["ground"]) == ("M1.role.owner",) * 3
    elif who in LEADERS:
        assert (read.json()["ground"], made.status_code, changed.status_code) == (LEADERS[who], FORBIDDEN, FORBIDDEN)
    else:
        assert (read.status_code, made.status_code, changed.status_code) == (NOT_FOUND, FORBIDDEN, NOT_FOUND)


def test_M1_owners_and_auditors_are_the_owners_business(fresh_daemon):
    daemon = fresh_daemon()
    path = f"/v1/memberships/{find(daemon, 'auditor', 'auditor')['id']}"
    assert daemon.get(path, "owner").json()["schoolId"] is None
    for who in ("rektor", "admin", "auditor"):
        assert daemon.get(path, who).status_code == NOT_FOUND
    made = membership(daemon, "kari", "auditor", None)
    assert daemon.post("/v1/memberships", made, "rektor").status_code == FORBIDDEN
    assert daemon.post("/v1/memberships", made, "owner").json()["ground"] == "M1.role.owner"
    # What is not a leader's is none of the owner's.
    teacher = find(daemon, "kari", "contactTeacher")["id"]
    assert daemon.get(f"/v1/memberships/{teacher}", "owner").status_code == NOT_FOUND


def test_M1_nobody_changes_their_own(daemon):
    # Who could change it, were it someone else's: guardian-rektor leads the school of this very membership.
    own = find(daemon, "guardian-rektor", "guardian")
    path = f"/v1/memberships/{own['id']}"
    assert daemon.get(path, "guardian-rektor").status_code == 200
    assert daemon.patch(path, {"until": day(300)}, "guardian-rektor", version=own["version"]).status_code == FORBIDDEN
    assert daemon.post("/v1/memberships", membership(daemon, "guardian-rektor"), "guardian-rektor").status_code == FORBIDDEN
    assert daemon.put("memberships", [{"externalId": external(), **membership(daemon, "rektor")}],
                      "rektor")[0]["problem"]["status"] == FORBIDDEN
    owner = find(daemon, "owner", "owner")
    assert daemon.patch(f"/v1/memberships/{owner['id']}", {"until": day(-1)}, "owner", version=owner["version"]).status_code == FORBIDDEN
    assert daemon.post("/v1/memberships", membership(daemon, "owner", "rektor"), "owner").status_code == FORBIDDEN


def test_M1_a_right_that_is_ended_is_gone_at_the_next_call(fresh_daemon):
    daemon = fresh_daemon()
    student = f"/v1/students/{daemon.id('student', 'alva')}"
    assert daemon.get(student, "teacher").json()["ground"] == "S2.tie.teacher"
    row = find(daemon, "teacher", "teacher")
    path = f"/v1/memberships/{row['id']}"
    ended = daemon.patch(path, {"until": day(-1)}, "admin", version=row["version"])
    assert (ended.status_code, ended.json()["version"]) == (200, 2)
    assert daemon.get(student, "teacher").status_code == NOT_FOUND
    assert daemon.patch(path, {"until": day(0)}, "rektor", version=2).status_code == 200   # until today: it holds
    assert daemon.get(student, "teacher").status_code == 200

    # A second owner ends the first; whom it ended reads nothing any more.
    made = daemon.post("/v1/memberships", {"personId": daemon.id("person", "auditor"), "role": "owner"}, token=client(daemon))
    assert made.json()["ground"] == "M1.client.provision"
    owner = find(daemon, "owner", "owner")
    assert daemon.get("/v1/memberships", "owner").status_code == 200
    assert daemon.patch(f"/v1/memberships/{owner['id']}", {"until": day(-1)}, "auditor", version=1).status_code == 200
    assert daemon.get("/v1/memberships", "owner").status_code == FORBIDDEN
    assert daemon.get(f"/v1/memberships/{made.json()['id']}", "owner").status_code == NOT_FOUND


def test_M1_a_right_that_begins_tomorrow_is_not_there_today(fresh_daemon):
    daemon = fresh_daemon()
    student = f"/v1/students/{daemon.id('student', 'birk')}"
    body = {**membership(daemon, "assistant", "caseOpener"), "from": day(1), "until": None}
    made = daemon.post("/v1/memberships", body, "rektor").json()
    path = f"/v1/memberships/{made['id']}"
    read = daemon.get(path, "rektor").json()
    assert (read["from"], read["until"]) == (day(1), None)
    assert daemon.get(student, "assistant").status_code == NOT_FOUND
    assert daemon.patch(path, {"from": day(0)}, "rektor", version=1).status_code == 200
    assert daemon.get(student, "assistant").json()["ground"] == "S2.role.caseOpener"
    # To have let it never begin is to end it the day before.
    assert daemon.patch(path, {"until": day(-1)}, "rektor", version=2).status_code == 200
    assert daemon.get(student, "assistant").status_code == NOT_FOUND


def test_M1_a_new_one_begins_today_and_has_no_end(fresh_daemon):
    daemon = fresh_daemon()
    body = {"personId": daemon.id("person", "assistant"), "schoolId": daemon.id("school", "aas"), "role": "health"}
    made = daemon.post("/v1/memberships", body, "rektor")
    assert made.headers["Location"] == f"/v1/memberships/{made.json()['id']}"
    read = daemon.get(made.headers["Location"], "rektor")
    assert read.headers["ETag"] == '"1"'
    assert read.json() == {"id": made.json()["id"], "version": 1, **body, "from": day(0), "until": None, "ground": "M1.role.rektor"}


def test_X2_a_membership_is_changed_by_version(daemon):
    made = daemon.post("/v1/memberships", membership(daemon, "observer", "health", **{"from": "2100-01-01", "until": "2100-03-01"}), "rektor").json()
    path = f"/v1/memberships/{made['id']}"
    change = {"until": "2099-12-31"}
    assert daemon.patch(path, change, "rektor").status_code == 428
    assert daemon.patch(path, change, "rektor", version=2).status_code == 412
    assert daemon.patch(path, change, "teacher", version=1).status_code == NOT_FOUND
    assert daemon.patch(path, change, "rektor-bru", version=1).status_code == NOT_FOUND
    assert daemon.patch(path, {"until": "2099-12-30"}, "rektor", version=1).json()["errors"][0]["name"] == "/until"
    changed = daemon.patch(path, change, "rektor", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, change, "rektor", version=2).json()["version"] == 2   # nothing to change
    assert daemon.patch(path, {}, "rektor", version=2).json()["version"] == 2
    for fixed in ({"role": "staff"}, {"personId": daemon.id("person", "kari")}, {"schoolId": daemon.id("school", "aas")}, {"from": None}):
        assert daemon.patch(path, fixed, "rektor", version=2).status_code == 400
    assert daemon.patch(path, {"until": None}, "rektor", version=2).json()["version"] == 3
    assert daemon.get(path, "rektor").json()["until"] is None
    assert daemon.patch(path, {"until": "2100-01-01"}, "rektor", version=3).status_code == 200


def test_M1_not_at_another_school_nor_in_another_organisation(daemon):
    there = daemon.post("/v1/memberships", membership(daemon, school="bru"), "rektor")
    nowhere = daemon.post("/v1/memberships", membership(daemon, schoolId=str(uuid.uuid4())), "rektor")
    assert (there.status_code, there.content) == (FORBIDDEN, nowhere.content)
    body = {**membership(daemon), "schoolId": daemon.id("school", "tall", world.SKOG)}
    assert daemon.post("/v1/memberships", body, "rektor").content == nowhere.content
    row, nothing = find(daemon, "kari", "contactTeacher"), daemon.get(f"/v1/memberships/{uuid.uuid4()}", "rektor")
    for who in ("rektor-bru", "rektor@skog", "skog-owner@skog"):
        assert daemon.get(f"/v1/memberships/{row['id']}", who).content == nothing.content
    other = client(daemon, org=world.SKOG)
    assert daemon.get(f"/v1/memberships/{row['id']}", token=other).content == nothing.content
    errors = daemon.post("/v1/memberships", membership(daemon), token=other).json()["errors"]
    assert [(error["name"], error["code"]) for error in errors] == [("/personId", "reference"), ("/schoolId", "reference")]
    # A rektor of two schools is rektor at one of them only.
    assert daemon.post("/v1/memberships", membership(daemon, school="bru"), "two-schools").status_code == FORBIDDEN


def test_M1_whom_one_may_not_read_one_cannot_name(daemon):
    answers = [daemon.post("/v1/memberships", {**membership(daemon), "personId": who}, "rektor") for who in
               (daemon.id("person", "teacher-bru"), daemon.id("person", "no-role"), daemon.id("person", "rektor", world.SKOG), str(uuid.uuid4()))]
    assert {answer.status_code for answer in answers} == {400} and len({answer.content for answer in answers}) == 1
    assert answers[0].json()["errors"][0]["name"] == "/personId"
    assert daemon.post("/v1/memberships", membership(daemon, "teacher-bru", "caseOpener", "bru"), token=client(daemon)).status_code == 201


def test_X3_owners_have_no_school_and_all_others_have_one(daemon):
    def wrong(body, **options):
        answer = daemon.post("/v1/memberships", body, **options)
        return [(error["name"], error["code"]) for error in answer.json()["errors"]]
    assert wrong(membership(daemon, role="auditor"), who="owner") == [("/schoolId", "conflict")]
    assert wrong(membership(daemon, role="rektor", school=None), who="owner") == [("/schoolId", "conflict")]
    assert wrong(membership(daemon, role="staff", school=None), token=client(daemon)) == [("/schoolId", "conflict")]
    assert wrong(membership(daemon, schoolId=str(uuid.uuid4()), personId=str(uuid.uuid4()), until=day(0)), token=client(daemon)) == [
        ("/personId", "reference"), ("/schoolId", "reference"), ("/until", "conflict")]
    assert wrong({"personId": "x", "role": "boss"}, who="owner") == [("/personId", "format"), ("/role", "choice")]


def test_X1_the_same_membership_is_not_made_twice(daemon):
    body = {**membership(daemon, "teacher-bru", "health", "bru"), "from": "2095-01-01", "until": "2095-06-01"}
    token, key = client(daemon), str(uuid.uuid4())
    first, again = (daemon.post("/v1/memberships", body, token=token, key=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert daemon.post("/v1/memberships", {**body, "role": "staff"}, token=token, key=key).status_code == 422
    assert daemon.post("/v1/memberships", body, token=token).status_code == TAKEN
    assert daemon.post("/v1/memberships", {**body, "from": "2095-06-01", "until": None}, token=token).status_code == TAKEN
    assert daemon.post("/v1/memberships", {**body, "role": "staff"}, token=token).status_code == 201
    assert daemon.post("/v1/memberships", {**body, "from": "2095-06-02", "until": "2095-06-03"}, token=token).status_code == 201
    # What never began is not in the way.
    daemon.patch(f"/v1/memberships/{first.json()['id']}", {"until": "2094-12-31"}, version=1, token=token)
    assert daemon.post("/v1/memberships", body, token=token).status_code == 201


def test_X2_the_same_put_twice_changes_nothing(daemon):
    item = {"externalId": external(), **membership(daemon)}
    first, = daemon.put("memberships", [item])
    again, = daemon.put("memberships", [item])
    moved, = daemon.put("memberships", [{"externalId": item["externalId"], "until": None}])
    assert [row["outcome"] for row in (first, again, moved)] == ["created", "unchanged", "changed"]
    assert first["id"] == again["id"] == moved["id"] and moved["version"] == 2
    assert first["ground"] == "M1.client.provision"
    read = daemon.get(f"/v1/memberships/{first['id']}", "rektor").json()
    assert (read["from"], read["until"]) == (item["from"], None)
    daemon.put("memberships", [{"externalId": item["externalId"], "until": item["until"]}])


def test_X2_a_put_says_whose_where_and_as_what_but_not_otherwise(daemon):
    item = {"externalId": external(), **membership(daemon)}
    daemon.put("memberships", [item])
    other = {"personId": daemon.id("person", "kari"), "schoolId": daemon.id("school", "bru"), "role": "staff"}
    by_name = {"person": external(), "school": external(), "externalId": item["externalId"], "until": None}
    results = daemon.put("memberships", [{**item, **other, "from": "2900-01-01"}, by_name, {"externalId": external()},
                                         {"externalId": external(), "person": external(), "school": external(), "role": "staff"},
                                         {"externalId": external(), "person": external(), "school": external(), "role": "owner"}])
    assert [[(error["name"], error["code"]) for error in row["problem"]["errors"]] for row in results] == [
        [("/personId", "conflict"), ("/schoolId", "conflict"), ("/role", "conflict"), ("/until", "conflict")],
        [("/person", "conflict"), ("/school", "conflict")],
        [("/person", "required"), ("/role", "required")],
        [("/person", "reference"), ("/school", "reference")],
        [("/person", "reference"), ("/school", "reference")]]
    assert daemon.put("memberships", []).status_code == 400
    school_of_owner = {"externalId": external(), **membership(daemon, role="owner")}
    assert daemon.put("memberships", [school_of_owner])[0]["problem"]["errors"][0]["name"] == "/schoolId"
    assert daemon.get(f"/v1/memberships/{daemon.put('memberships', [item])[0]['id']}", "rektor").json()["version"] == 1


def test_M1_another_system_names_people_and_schools_by_its_own_ids(daemon):
    school, person, mine = external(), external(), external()
    daemon.put("schools", [{"externalId": school, "name": "Xqskole" + school["id"]}])
    made, = daemon.put("persons", [{"externalId": person, "givenName": "Ny", "familyName": "Xq" + person["id"]}])
    item = {"externalId": mine, "person": person, "school": school, "role": "rektor"}
    results = [daemon.put("memberships", [item])[0] for _ in range(2)]
    assert [row["outcome"] for row in results] == ["created", "unchanged"]
    read = daemon.get(f"/v1/memberships/{results[0]['id']}", "owner").json()
    assert (read["personId"], read["role"], read["from"]) == (made["id"], "rektor", day(0))


def test_M1_a_put_by_people_reaches_as_far_as_they_do(daemon):
    taken = external()
    made, = daemon.put("memberships", [{"externalId": taken, **membership(daemon)}], "rektor")
    assert (made["outcome"], made["ground"]) == ("created", "M1.role.rektor")
    strange, unknown = daemon.put("memberships", [{"externalId": taken, "until": None}, {"externalId": external(), "until": None}], "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == FORBIDDEN
    there = {"externalId": taken, **membership(daemon, "teacher-bru", school="bru")}
    assert daemon.put("memberships", [there], "rektor-bru")[0]["problem"]["status"] == TAKEN
    assert daemon.post("/v1/memberships", membership(daemon, externalId=taken), "rektor").status_code == TAKEN
    leader, = daemon.put("memberships", [{"externalId": external(), **membership(daemon, "rektor", "admin")}], "owner")
    assert leader["ground"] == "M1.role.owner"
    refused, = daemon.put("memberships", [{"externalId": external(), **membership(daemon, role="admin")}], "rektor")
    assert refused["problem"]["status"] == FORBIDDEN


def test_M1_many_in_one_put_are_one_row_each(daemon):
    items = [{"externalId": external(), **membership(daemon)} for _ in range(100)]
    results = daemon.put("memberships", items + items[:1])
    assert [row["outcome"] for row in results] == ["created"] * 100 + ["unchanged"]
    rows = {row["object_id"]: row for row in daemon.activity(operation="provisionMemberships", outcome="allowed")}
    school = daemon.id("school", "aas")
    assert all((rows[row["id"]]["object_kind"], rows[row["id"]]["school_id"]) == ("membership", school) for row in results)


def test_X7_lists_hold_what_is_yours(daemon):
    mine = listed(daemon, "rektor")
    assert {row["schoolId"] for row in mine} == {daemon.id("school", "aas")}
    assert {row["ground"] for row in mine} == {"M1.role.rektor"}
    assert {row["schoolId"] for row in listed(daemon, "rektor-bru")} == {daemon.id("school", "bru")}
    assert {row["role"] for row in listed(daemon, "owner")} == {"rektor", "admin", "owner", "auditor"}
    assert listed(daemon, "teacher") == listed(daemon, "auditor") == []
    for who in ("guardian", "pupil", "no-role", "membership-ended", "membership-tomorrow", "rektor-ended"):
        assert daemon.get("/v1/memberships", who).status_code == FORBIDDEN
    all_of_them = daemon.rows("SELECT count(*) AS n FROM membership WHERE organisation_id = ?",
                              uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes)[0]["n"]
    seen, token = 0, ""
    while token is not None:
        page = daemon.get("/v1/memberships?limit=100" if not token else f"/v1/memberships?limit=100&pageToken={token}", token=client(daemon)).json()
        seen, token = seen + len(page["data"]), page["pageToken"]
    assert seen == all_of_them


def test_X7_filters_narrow_a_list_and_reveal_nothing(daemon):
    aas, bru, two = daemon.id("school", "aas"), daemon.id("school", "bru"), daemon.id("person", "two-schools")
    assert {(row["personId"], row["schoolId"]) for row in listed(daemon, "rektor", f"&personId={two}")} == {(two, aas)}
    assert listed(daemon, "rektor", f"&schoolId={bru}") == []
    assert listed(daemon, "rektor", f"&personId={daemon.id('person', 'teacher-bru')}&schoolId={bru}") == []
    assert {row["role"] for row in listed(daemon, "rektor", "&role=caseOpener")} == {"caseOpener"}
    assert {row["role"] for row in listed(daemon, "rektor", f"&personId={two}&role=teacher")} <= {"teacher"}
    ended, comes = daemon.id("person", "membership-ended"), daemon.id("person", "membership-tomorrow")
    for person, days in ((ended, (-300, -1)), (comes, (1, 5000))):
        assert [len(listed(daemon, "rektor", f"&personId={person}&on={day(at)}")) for at in (*days, 0)] == [1, 1, 0]
    now = {row["personId"] for row in listed(daemon, "rektor", f"&on={day(0)}&role=teacher&schoolId={aas}")}
    assert daemon.id("person", "teacher") in now and not now & {ended, comes}
    assert [row["schoolId"] for row in listed(daemon, "owner", f"&personId={two}")] == [aas]
    first = daemon.get("/v1/memberships?limit=1&role=contactTeacher", "rektor").json()
    second = daemon.get(f"/v1/memberships?limit=1&pageToken={first['pageToken']}", "rektor").json()
    assert [row["role"] for row in first["data"] + second["data"]] == ["contactTeacher"] * 2
    assert daemon.get("/v1/memberships?on=2026-02-30", "rektor").json()["errors"][0]["name"] == "on"
    assert daemon.get("/v1/memberships?role=boss", "rektor").status_code == 400


def test_L2_a_weak_login_reads_no_membership(daemon):
    answer = daemon.get("/v1/memberships", token=daemon.token("rektor", strong=False))
    assert (answer.status_code, "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]) == (401, True)


def test_M1_a_client_without_provision_reaches_no_membership(daemon):
    token = daemon.token("feed", service=True, scope="changes trygg:read trygg:write")
    row = find(daemon, "kari", "contactTeacher")
    assert daemon.get("/v1/memberships", token=token).status_code == FORBIDDEN
    assert daemon.get(f"/v1/memberships/{row['id']}", token=token).status_code == NOT_FOUND
    assert daemon.post("/v1/memberships", membership(daemon), token=token).status_code == FORBIDDEN
    reader = daemon.token("rektor", scope="trygg:read")
    assert daemon.get(f"/v1/memberships/{row['id']}", token=reader).status_code == 200
    assert daemon.patch(f"/v1/memberships/{row['id']}", {}, token=reader, version=row["version"]).status_code == FORBIDDEN


def test_C1_an_external_id_is_sealed_with_the_key_of_the_person(daemon):
    item = {"externalId": external(), **membership(daemon)}
    made, = daemon.put("memberships", [item])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw
    key, = daemon.rows("SELECT e.key_id FROM external_id e JOIN person p ON p.key_id = e.key_id WHERE e.object_id = ? AND p.person_id = ?",
                       uuid.UUID(made["id"]).bytes, uuid.UUID(item["personId"]).bytes)
    assert len(key["key_id"]) == 16


def test_V4_each_call_is_a_row_at_its_school(daemon):
    made = daemon.post("/v1/memberships", membership(daemon, "mentor", "health"), "rektor").json()
    daemon.get(f"/v1/memberships/{made['id']}", "teacher")
    daemon.patch(f"/v1/memberships/{made['id']}", {"until": "2990-01-01"}, "admin", version=1)
    daemon.get("/v1/memberships", "rektor")
    aas = daemon.id("school", "aas")
    rows = daemon.activity(object_id=made["id"])
    assert [(row["operation"], row["object_kind"], row["school_id"], row["tree_id"], row["outcome"], row["ground"]) for row in rows] == [
        ("createMembership", "membership", aas, aas, "allowed", "M1.role.rektor"),
        ("getMembership", "membership", aas, aas, "refused", "M1.unseen"),
        ("changeMembership", "membership", aas, aas, "allowed", "M1.role.admin")]
    assert daemon.activity(operation="listMemberships")[-1]["ground"] == "M1.staff"
