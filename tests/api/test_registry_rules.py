# SPDX-License-Identifier: EUPL-1.2
"""Rules that hold across the kinds of the registry: G2 on a child's own person, whose ids are whose, how much there may be, which log a
row stands in."""
import datetime
import uuid

import pytest

import world


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def rows_of(daemon, answer):
    return daemon.activity(request_id=answer.headers["X-Request-Id"])


@pytest.fixture
def house(fresh_daemon):
    return fresh_daemon()


def test_G2_a_guardian_has_no_right_on_the_childs_own_person_membership_or_login(house):
    pupil = house.id("person", "pupil")
    path, nothing = f"/v1/persons/{pupil}", f"/v1/persons/{uuid.uuid4()}"
    assert house.get(path, "rektor").status_code == 200
    assert house.get(path, "guardian-rektor").content == house.get(nothing, "guardian-rektor").content
    assert house.patch(path, {"protected": True}, "guardian-rektor", version=1).status_code == 404
    listed = house.get(f"/v1/memberships?personId={pupil}", "rektor").json()["data"]
    assert listed and house.get(f"/v1/memberships?personId={pupil}", "guardian-rektor").json()["data"] == []
    membership = listed[0]
    change = house.patch(f"/v1/memberships/{membership['id']}", {"until": world.day()}, "guardian-rektor", version=membership["version"])
    assert change.status_code == 404
    # The same for an owner who is a guardian.
    tie = {"studentId": house.id("student", "alva"), "personId": house.id("person", "owner"), "kind": "guardian"}
    client = house.token("registry", service=True, scope="provision")
    assert house.get(f"/v1/identities?personId={pupil}", "owner").json()["data"]
    assert house.post("/v1/ties", tie, token=client).status_code == 201
    assert house.get(f"/v1/identities?personId={pupil}", "owner").status_code == 404
    assert house.get(path, "owner").status_code == 404


def test_M1_nobody_is_given_so_many_records_that_they_cannot_be_read(house):
    admin, school = house.id("person", "admin"), house.id("school", "aas")
    items = [{"externalId": external(), "personId": admin, "schoolId": school, "role": "staff", "from": "2990-01-01"} for _ in range(520)]
    outcomes = [row["outcome"] for part in (items[:300], items[300:]) for row in house.put("memberships", part, "rektor")]
    assert outcomes.count("created") < 500 and outcomes[-1] == "refused"
    assert house.get("/v1/me", "admin").status_code == 200
    assert house.get("/v1/groups", "admin").status_code == 200
    assert house.get(f"/v1/persons/{admin}", "owner").status_code == 200


@pytest.mark.parametrize("kind,item", [
    ("ties", {"personId": "teacher-bru", "kind": "teacher"}), ("enrolments", {"schoolId": "aas"}), ("group-members", {"groupId": "6c"})])
def test_S1_no_student_is_given_so_many_records_that_they_cannot_be_read(house, kind, item):
    names = {"personId": "person", "schoolId": "school", "groupId": "group"}
    item = {name: house.id(names[name], value) if name in names else value for name, value in item.items()}
    student = house.id("student", "celia")
    first = datetime.date(2990, 1, 1).toordinal()
    day = lambda n: datetime.date.fromordinal(first + n).isoformat()
    items = [{"externalId": external(), "studentId": student, "from": day(n), "until": day(n), **item} for n in range(520)]
    outcomes = [row["outcome"] for part in (items[:300], items[300:]) for row in house.put(kind, part)]
    assert 400 < outcomes.count("created") <= 500 and outcomes[-1] == "refused"
    for who in ("rektor", "rektor-bru", "teacher-bru"):
        assert house.get("/v1/students", who).status_code == 200
    assert house.get(f"/v1/students/{student}", "rektor-bru").status_code == 200


def test_X2_a_long_batch_over_one_person_ends_whole(house):
    items = [{"externalId": external(), "personId": house.id("person", "admin"), "schoolId": house.id("school", "aas"), "role": "staff",
              "from": "2990-01-01"} for _ in range(500)]
    results = house.put("memberships", items, "rektor")
    assert len(results) == 500 and {row["outcome"] for row in results} == {"created", "refused"}


def test_S2_nobody_claims_the_id_under_which_a_registry_will_send_a_child(house):
    coming = external()
    claimed, = house.put("students", [{"externalId": coming, "givenName": "Xqtom", "familyName": "Xqtomsen",
                                       "schoolId": house.id("school", "aas")}], "kari")
    assert claimed["outcome"] == "created"
    sent, = house.put("students", [{"externalId": coming, "givenName": "Xqvirkelig", "familyName": "Xqbarn", "securityMarking": "Sekretessmarkering"}])
    assert sent["outcome"] == "created" and sent["id"] != claimed["id"]
    assert house.get(f"/v1/students/{claimed['id']}", "kari").json()["givenName"] == "Xqtom"
    # What a registry has sent can be named by its id by those who may name it.
    class_ = external()
    made, = house.put("groups", [{"externalId": class_, "schoolId": house.id("school", "aas"), "kind": "class", "name": "Xqklasse"}])
    member, = house.put("group-members", [{"externalId": external(), "group": class_, "studentId": house.id("student", "birk")}], "rektor")
    assert member["outcome"] == "created"
    assert house.get(f"/v1/group-members/{member['id']}", "rektor").json()["groupId"] == made["id"]


def test_G1_a_former_contact_teachers_tie_opens_no_group_of_a_student_who_has_left(house):
    left = house.id("student", "left")
    assert house.get(f"/v1/students/{left}", "kari").status_code == 404
    assert house.get(f"/v1/group-members?studentId={left}", "kari").json()["data"] == []
    row, = house.get(f"/v1/group-members?studentId={left}", "rektor").json()["data"]
    path = f"/v1/group-members/{row['id']}"
    assert house.get(path, "kari").status_code == 404
    assert house.patch(path, {"until": world.day(-1)}, "kari", version=row["version"]).status_code == 404


def test_V1_a_refusal_stands_where_the_right_is_and_not_at_the_first_school(house):
    both = house.id("student", "both")
    stale = house.patch(f"/v1/students/{both}", {"givenName": "Xqto"}, "rektor-bru", version=99)
    row, = rows_of(house, stale)
    assert (stale.status_code, row["school_id"], row["tree_id"], row["ground"]) == (412, house.id("school", "bru"), house.id("school", "bru"),
                                                                                   "precondition-failed")


def test_M1_what_was_never_to_begin_gives_nothing(house):
    person, school = house.id("person", "teacher-bru"), house.id("school", "aas")
    client = house.token("registry", service=True, scope="provision")
    made = house.post("/v1/memberships", {"personId": person, "schoolId": school, "role": "teacher", "from": world.day(60)}, token=client).json()
    assert house.get(f"/v1/persons/{person}", "rektor").status_code == 200
    assert house.patch(f"/v1/memberships/{made['id']}", {"until": world.day(59)}, token=client, version=1).status_code == 200
    assert house.get(f"/v1/persons/{person}", "rektor").status_code == 404
    celia, group = house.id("student", "celia"), house.id("group", "5b")
    made = house.post("/v1/enrolments", {"studentId": celia, "schoolId": school, "from": world.day(60)}, token=client).json()
    assert house.patch(f"/v1/enrolments/{made['id']}", {"until": world.day(59)}, token=client, version=1).status_code == 200
    assert house.post("/v1/group-members", {"studentId": celia, "groupId": group}, "rektor").status_code == 400
    assert {row["schoolId"] for row in house.get(f"/v1/students/{celia}", "rektor-bru").json()["enrolments"]} == {house.id("school", "bru")}


def past(n, offset=0):
    """n periods of a day each that have ended long ago, each two days after the other."""
    first = datetime.date(1990, 1, 1).toordinal() + offset
    days = [datetime.date.fromordinal(first + 2 * i).isoformat() for i in range(n)]
    return [{"externalId": external(), "from": day, "until": day} for day in days]


def put_many(house, kind, /, **item):
    results = house.put(kind, [{**row, **item} for row in past(300)])
    assert {row["outcome"] for row in results} == {"created"}, results[0]


def fill(house, student, person, school, group, role):
    """300 records of each kind that lists are filtered by, all about one student, one person, one group."""
    put_many(house, "ties", studentId=student, personId=person, kind="mentor")
    put_many(house, "enrolments", studentId=student, schoolId=school)
    put_many(house, "group-members", studentId=student, groupId=group)
    put_many(house, "memberships", personId=person, schoolId=school, role=role)


def all_pages(house, path, who, **options):
    """How many records a list has, over all its pages."""
    n, answer = 0, house.get(path + "&limit=100", who, **options)
    while answer.status_code == 200:
        n, token = n + len(answer.json()["data"]), answer.json()["pageToken"]
        if token is None:
            return n
        answer = house.get(path.split("?")[0] + "?pageToken=" + token, who, **options)
    return answer.text


def test_X7_no_page_token_tells_that_something_exists(house):
    celia, person, school, group = (house.id(*row) for row in (("student", "celia"), ("person", "admin-bru"), ("school", "bru"), ("group", "6c")))
    fill(house, celia, person, school, group, "staff")
    client = house.token("registry", service=True, scope="provision")
    tie = {"studentId": celia, "personId": house.id("person", "kari"), "kind": "contactTeacher"}
    assert house.post("/v1/ties", tie, token=client).status_code == 201
    filters = [("group-members", "groupId", group), ("group-members", "studentId", celia), ("ties", "personId", person),
               ("ties", "studentId", celia), ("enrolments", "studentId", celia), ("enrolments", "schoolId", school),
               ("memberships", "personId", person), ("memberships", "schoolId", school), ("persons", "schoolId", school), ("groups", "schoolId", school)]
    strangers = ["rektor", "admin", "kari", "teacher", "teacher-bru", "rektor@skog", "kari@skog", "skog-owner@skog", "auditor"]
    told = []
    for kind, name, value in filters:
        for who in strangers:
            seen, nothing = (house.get(f"/v1/{kind}?{name}={value}", who).content for value in (value, uuid.uuid4()))
            if seen != nothing:
                told.append((kind, name, who, seen[:40]))
    skog = house.token("registry", service=True, scope="provision", org=world.SKOG)
    for kind, name, value in filters:
        seen, nothing = (house.get(f"/v1/{kind}?{name}={value}", token=skog).content for value in (value, uuid.uuid4()))
        if seen != nothing:
            told.append((kind, name, "client@skog", seen[:40]))
    assert not told
    for who in (house.token("rektor-bru"), client):
        for kind, name, value in filters[:7]:
            assert 300 <= all_pages(house, f"/v1/{kind}?{name}={value}", None, token=who) <= 310, (kind, name)
    assert all_pages(house, f"/v1/group-members?groupId={group}&studentId={celia}", "rektor-bru") >= 300
    assert all_pages(house, f"/v1/enrolments?schoolId={school}&studentId={celia}", "rektor-bru") >= 300
    assert all_pages(house, f"/v1/ties?personId={person}&studentId={celia}", "rektor-bru") == 300
    # With both filters, of which one leads nowhere.
    for path in (f"group-members?groupId={uuid.uuid4()}&studentId={celia}", f"group-members?groupId={group}&studentId={uuid.uuid4()}",
                 f"enrolments?schoolId={uuid.uuid4()}&studentId={celia}", f"ties?personId={uuid.uuid4()}&studentId={celia}"):
        assert house.get("/v1/" + path, "rektor-bru").json() == {"data": [], "pageToken": None}, path


def test_X7_a_contact_teachers_own_students_group_is_paged_whole(house):
    birk, group = house.id("student", "birk"), house.id("group", "5b")
    put_many(house, "group-members", studentId=birk, groupId=group)
    for name, value in (("groupId", group), ("studentId", birk)):
        assert all_pages(house, f"/v1/group-members?{name}={value}", "hanne") == 301
        assert house.get(f"/v1/group-members?{name}={value}", "mentor").json() == {"data": [], "pageToken": None}


def test_G2_no_page_token_tells_family_of_records_of_their_own_child(house):
    pupil, alva = house.id("person", "pupil"), house.id("student", "alva")
    fill(house, alva, pupil, house.id("school", "aas"), house.id("group", "5a"), "student")
    for kind, name, value in (("group-members", "studentId", alva), ("ties", "studentId", alva), ("enrolments", "studentId", alva),
                              ("memberships", "personId", pupil)):
        seen, nothing = (house.get(f"/v1/{kind}?{name}={value}", "guardian-rektor").content for value in (value, uuid.uuid4()))
        assert seen == nothing, kind
        assert all_pages(house, f"/v1/{kind}?{name}={value}", "rektor") >= 300


def test_V4_a_list_that_shows_a_students_person_membership_or_login_names_the_student(house):
    alva, pupil, elva = house.id("student", "alva"), house.id("person", "pupil"), house.id("student", "elva")
    answer = house.get("/v1/persons?limit=100", "rektor")
    assert pupil in [row["id"] for row in answer.json()["data"]]
    row, = rows_of(house, answer)
    assert sorted(row["shown"]) == sorted([alva, elva])
    answer = house.get(f"/v1/memberships?personId={pupil}", "rektor")
    row, = rows_of(house, answer)
    assert (len(answer.json()["data"]), row["shown"]) == (1, [alva])
    answer = house.get(f"/v1/identities?personId={pupil}", "owner")
    row, = rows_of(house, answer)
    assert (len(answer.json()["data"]), row["shown"]) == (1, [alva])
    # One of them, too.
    for path, who in ((f"persons/{pupil}", "rektor"), (f"identities/{answer.json()['data'][0]['id']}", "owner")):
        row, = rows_of(house, house.get("/v1/" + path, who))
        assert row["student_id"] == alva, path
    # Staff who are nobody's student name none.
    row, = rows_of(house, house.get("/v1/memberships?role=rektor", "rektor"))
    assert not row["shown"]


def test_V4_a_list_names_each_student_once(house):
    alva = house.id("student", "alva")
    results = house.put("enrolments", [{**row, "studentId": alva, "schoolId": house.id("school", "aas")} for row in past(3)])
    assert len(results) == 3
    answer = house.get(f"/v1/enrolments?studentId={alva}", "rektor")
    row, = rows_of(house, answer)
    assert (len(answer.json()["data"]), row["shown"]) == (4, [alva])


def test_V1_every_row_of_a_person_at_one_school_stands_in_that_schools_log(house):
    teacher, aas = house.id("person", "teacher"), house.id("school", "aas")
    client = house.token("registry", service=True, scope="provision")
    where = lambda answer: [(row["school_id"], row["tree_id"]) for row in rows_of(house, answer)]
    path = f"/v1/persons/{teacher}"
    assert where(house.patch(path, {"givenName": "Xqrett"}, "rektor", version=99)) == [(aas, aas)]
    assert where(house.patch(path, {"givenName": "Xqrett"}, token=client, version=1)) == [(aas, aas)]
    assert where(house.patch(path, {"givenName": "Xqretta"}, "rektor", version=2)) == [(aas, aas)]
    login = {"personId": teacher, "issuer": world.ORGANISATIONS[world.FJORD]["issuer"], "subject": "Xqny" + uuid.uuid4().hex[:8]}
    made = house.post("/v1/identities", login, token=client)
    assert (made.status_code, where(made)) == (201, [(aas, aas)])
    assert where(house.get(f"/v1/identities/{made.json()['id']}", token=client)) == [(aas, aas)]
    assert where(house.get(f"/v1/identities?personId={teacher}", token=client)) == [(aas, aas)]
    assert where(house.delete(f"/v1/identities/{made.json()['id']}", token=client, version=1)) == [(aas, aas)]
    # At two schools, or at none: the organisation's.
    for who in ("two-schools", "no-role"):
        row, = rows_of(house, house.get(f"/v1/persons/{house.id('person', who)}", token=client))
        assert row["school_id"] is None and row["tree_id"] != aas


def test_S4_students_with_too_many_records_are_not_merged_and_those_within_are_soon(house):
    one, two = (house.create_student("rektor").json()["id"] for _ in range(2))
    group = house.id("group", "5a")
    for student, offset in ((one, 0), (two, 1)):
        for part in (past(500, offset), past(500, offset + 2000)):
            results = house.put("group-members", [{**row, "studentId": student, "groupId": group} for row in part])
            assert {row["outcome"] for row in results} == {"created"}, results[0]
    three = house.create_student("rektor").json()["id"]
    results = house.put("group-members", [{**row, "studentId": three, "groupId": group} for row in past(500, 4000)])
    merge = lambda stays, goes: house.post(f"/v1/students/{stays}/merge", {"absorbedId": goes}, "rektor")
    assert merge(one, two).status_code == 200
    # The survivor has 2000 and more by now.
    for stays, goes in ((one, three), (three, one)):
        refused = merge(stays, goes)
        assert refused.status_code == 400
        assert [(row["name"], row["code"]) for row in refused.json()["errors"]] == [("/absorbedId", "too-long")], refused.text


def test_S4_no_merge_brings_together_so_many_records_that_they_cannot_be_read(house):
    one, two, three = (house.create_student("rektor").json()["id"] for _ in range(3))
    tomorrows = (datetime.date(2090, 1, 1).toordinal() + 1000 * i - datetime.date(1990, 1, 1).toordinal() for i in range(3))
    for student, offset in zip((one, two, three), tomorrows):
        results = house.put("enrolments", [{**row, "studentId": student, "schoolId": house.id("school", "bru")} for row in past(490, offset)])
        assert {row["outcome"] for row in results} == {"created"}, results[0]
    merge = lambda stays, goes: house.post(f"/v1/students/{stays}/merge", {"absorbedId": goes}, "rektor")
    assert merge(one, two).status_code == 200
    for stays, goes in ((one, three), (three, one)):
        refused = merge(stays, goes)
        assert [(row["name"], row["code"]) for row in refused.json()["errors"]] == [("/absorbedId", "too-long")], refused.text
    assert house.get(f"/v1/students/{one}", "rektor").status_code == house.get(f"/v1/students/{three}", "rektor").status_code == 200
    assert house.get(f"/v1/students/{two}", "rektor").json()["id"] == one
