# SPDX-License-Identifier: EUPL-1.2
"""V1, V4, G2: the activity log as rektor, owner and auditor read it. What stands in it is told by the store itself, read from outside."""
import datetime
import json
import sqlite3
import time
import uuid

import pytest

import world
from conftest import end
from daemon import Daemon, copy_files

ORGANISATION_LOG = "/v1/organisation/activity"
MISSING = "019aa7b2-0000-7000-8000-000000000bad"


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    """A daemon of this file's own, in which a little has happened."""
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("activity")))
    try:
        daemon.start()
        for who, student in (("kari", "alva"), ("mentor", "alva"), ("teacher-untied", "alva"), ("rektor", "birk"), ("hanne", "birk"),
                             ("teacher-untied", "birk"), ("kari", "dino"), ("rektor", "elva"), ("rektor-bru", "celia")):
            daemon.get(f"/v1/students/{daemon.id('student', student)}", who)
        daemon.get("/v1/students", "kari")
        daemon.get("/v1/students", "hanne")
        daemon.get("/v1/me", "pupil")
        daemon.get("/v1/me", "stranger")
        yield daemon
    finally:
        end(daemon)


def school_log(daemon, school="aas", org=world.FJORD):
    return f"/v1/schools/{daemon.id('school', school, org)}/activity"


def pages(daemon, path, who, **query):
    """Every page to the end, following tokens."""
    answer = daemon.get(path, who, params={"limit": 100, **query})
    while True:
        assert answer.status_code == 200, answer.text
        yield answer.json()["data"]
        token = answer.json()["pageToken"]
        if token is None:
            return
        answer = daemon.get(path, who, params={"pageToken": token, "limit": query.get("limit", 100)})


def whole(daemon, path, who, **query):
    return [row for page in pages(daemon, path, who, **query) for row in page]


def stored(daemon, tree, **where):
    """What the store holds, newest first, as the log is to be shown."""
    rows = [row for row in daemon.activity(**where) if row["tree_id"] == tree]
    return sorted(rows, key=lambda row: -row["leaf_index"])


def request_ids(rows):
    return [row["requestId"] for row in rows]


def stored_ids(rows):
    return [row["request_id"] for row in rows]


def moment(milliseconds):
    time = datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S") + f".{milliseconds % 1000:03}Z"


def stop(daemon):
    daemon.stop()
    return sqlite3.connect(daemon.files.data / "trygg.db")


# ---- Who --------------------------------------------------------------------------------------------------------------------

SCHOOL_READERS = {"rektor": "V1.role.rektor", "two-schools": "V1.role.rektor", "guardian-rektor": "V1.role.rektor",
                  "owner": "V1.role.owner", "auditor": "V1.role.auditor"}
ORGANISATION_READERS = {"owner": "V1.role.owner", "auditor": "V1.role.auditor"}
EVERYONE = [row["key"] for row in world.fjord()["persons"]] + ["stranger", "rektor@skog", "skog-owner@skog", "kari@skog"]


@pytest.mark.parametrize("who", EVERYONE)
def test_V1_who_reads_the_log_of_a_school(house, who):
    answer = house.get(school_log(house), who)
    row = house.activity(request_id=answer.headers["X-Request-Id"])[0]
    if who in SCHOOL_READERS:
        assert (answer.status_code, row["outcome"], row["ground"]) == (200, "allowed", SCHOOL_READERS[who])
    elif who == "admin":
        assert (answer.status_code, row["ground"]) == (403, "V1.forbidden")
    else:
        assert (answer.status_code, row["ground"]) == (404, "V1.unseen")


@pytest.mark.parametrize("who", EVERYONE)
def test_V1_who_reads_the_log_of_the_organisation(house, who):
    answer = house.get(ORGANISATION_LOG, who)
    own = "@" not in who
    if who in ORGANISATION_READERS or who == "skog-owner@skog":
        assert answer.status_code == 200
    else:
        assert answer.status_code == 404
    row = house.activity(request_id=answer.headers["X-Request-Id"])[0]
    assert row["tree_id"] == world.ORGANISATIONS[world.FJORD if own else world.SKOG]["id"]
    assert row["ground"] == (ORGANISATION_READERS.get(who) or ("V1.role.owner" if answer.status_code == 200 else "V1.unseen"))


@pytest.mark.parametrize("scope, status", [("provision", 403), ("changes", 404)])
def test_V1_a_service_client_reads_no_log(house, scope, status):
    for path in (school_log(house), ORGANISATION_LOG):
        assert house.get(path, token=house.token("registry", service=True, scope=scope)).status_code == status


def test_V1_the_log_needs_a_strong_login_and_the_scope_to_read(house):
    assert house.get(school_log(house), token=house.token("rektor", strong=False)).status_code == 401
    assert house.get(school_log(house), token=house.token("rektor", scope="trygg:write")).status_code == 404


@pytest.mark.parametrize("who", ["rektor-bru", "teacher", "guardian", "owner@skog", "rektor@skog", "stranger"])
def test_V1_an_unseen_school_is_byte_for_byte_one_that_does_not_exist(house, who):
    unseen, missing = house.get(school_log(house), who), house.get(f"/v1/schools/{MISSING}/activity", who)
    assert unseen.status_code == 404
    assert unseen.content == missing.content
    assert unseen.headers.keys() == missing.headers.keys()


@pytest.mark.parametrize("who", ["owner", "auditor", "rektor"])
def test_V1_a_school_that_does_not_exist_is_404_for_those_who_read_all(house, who):
    assert house.get(f"/v1/schools/{MISSING}/activity", who).status_code == 404


def test_V1_a_school_that_does_not_exist_is_404_for_a_provisioning_client(house):
    token = house.token("registry", service=True, scope="provision")
    assert house.get(f"/v1/schools/{MISSING}/activity", token=token).status_code == 404


# ---- What -------------------------------------------------------------------------------------------------------------------

def test_V1_each_row_says_what_the_store_holds_and_no_more(house):
    tree = house.id("school", "aas")
    before = stored(house, tree)
    rows = whole(house, school_log(house), "owner", until=moment(before[0]["at"] + 1))
    expected = [row for row in stored(house, tree) if row["at"] <= before[0]["at"]]
    assert len(rows) == len(expected) > 5
    for row, leaf in zip(rows, expected):
        assert row == {
            "id": row["id"], "at": moment(leaf["at"]), "requestId": leaf["request_id"],
            "actor": {"kind": leaf["actor_kind"], "personId": leaf["actor_id"]}, "onBehalfOf": leaf["behalf_id"],
            "client": leaf["client"], "operation": leaf["operation"], "objectKind": leaf["object_kind"], "objectId": leaf["object_id"],
            "studentId": leaf["student_id"], "schoolId": leaf["school_id"], "shownStudents": len(leaf["shown"] or []),
            "outcome": leaf["outcome"], "ground": leaf["ground"]}


@pytest.mark.parametrize("who, school", [("rektor", "aas"), ("owner", "aas"), ("auditor", "bru"), ("rektor-bru", "bru")])
def test_V4_no_name_no_number_no_mark_and_no_place_in_the_tree_is_shown(house, who, school):
    answers = [house.get(school_log(house, school), who, params={"limit": 100})]
    if who in ORGANISATION_READERS:
        answers.append(house.get(ORGANISATION_LOG, who, params={"limit": 100}))
    marks = {row["actor_mark"].hex() for row in house.activity() if row["actor_mark"]}
    for answer in answers:
        rows = answer.json()["data"]
        text = json.dumps([{name: value for name, value in row.items() if name != "id"} for row in rows], ensure_ascii=False)
        assert rows
        for word in world.words(world.seed()) | marks | {"leaf", "index", "tree", "mark"}:
            assert word.lower() not in text.lower()


def test_V1_the_log_of_a_school_holds_nothing_of_another_and_nothing_of_the_organisation(house):
    for school in ("aas", "bru"):
        assert {row["schoolId"] for row in whole(house, school_log(house, school), "owner")} == {house.id("school", school)}
    assert {row["schoolId"] for row in whole(house, ORGANISATION_LOG, "owner")} == {None}


def test_V4_a_refusal_shows(house):
    refused = house.get(f"/v1/students/{house.id('student', 'alva')}", "teacher-untied")
    row = [row for row in whole(house, school_log(house), "rektor") if row["requestId"] == refused.headers["X-Request-Id"]][0]
    assert (row["outcome"], row["ground"]) == ("refused", "S2.unseen")
    assert row["actor"] == {"kind": "person", "personId": house.id("person", "teacher-untied")}
    assert row["studentId"] == house.id("student", "alva")


def test_V4_reading_the_log_is_a_row_of_it_and_names_whom_it_named(house):
    birk = house.id("student", "birk")
    read = house.get(school_log(house), "rektor", params={"studentId": birk, "operation": "getStudent"})
    row = whole(house, school_log(house), "rektor", operation="listSchoolActivity")[0]
    assert row["requestId"] == read.headers["X-Request-Id"]
    assert (row["objectKind"], row["schoolId"], row["ground"]) == ("activity", house.id("school", "aas"), "V1.role.rektor")
    assert (row["studentId"], row["shownStudents"]) == (None, 1)
    assert house.activity(request_id=row["requestId"])[0]["shown"] == [birk]


def test_V4_a_stranger_and_the_operator_have_no_name(house):
    rows = whole(house, ORGANISATION_LOG, "auditor")
    kinds = {row["actor"]["kind"]: row["actor"]["personId"] for row in rows if row["actor"]["kind"] in ("stranger", "local")}
    assert kinds == {"stranger": None, "local": None}


# ---- Filters ----------------------------------------------------------------------------------------------------------------

def test_V1_by_operation(house):
    tree = house.id("school", "aas")
    assert request_ids(whole(house, school_log(house), "owner", operation="getStudent")) == \
        stored_ids(stored(house, tree, operation="getStudent"))
    assert whole(house, school_log(house), "owner", operation="getstudent") == []
    assert whole(house, school_log(house), "owner", operation="x" * 64) == []


def test_V1_by_actor(house):
    tree, kari = house.id("school", "aas"), house.id("person", "kari")
    found = whole(house, school_log(house), "owner", actorId=kari)
    assert found and request_ids(found) == stored_ids(stored(house, tree, actor_id=kari))
    assert whole(house, school_log(house, "bru"), "owner", actorId=kari) == []


def test_V1_by_student_finds_rows_about_the_student_and_lists_that_showed_the_student(house):
    alva, birk = house.id("student", "alva"), house.id("student", "birk")
    organisation = world.ORGANISATIONS[world.FJORD]["id"]
    for student in (alva, birk):
        for path, tree in ((school_log(house), house.id("school", "aas")), (ORGANISATION_LOG, organisation)):
            found = whole(house, path, "auditor", studentId=student)
            about = [row for row in stored(house, tree) if student in (row["student_id"], *(row["shown"] or []))]
            own = [row for row in about if row["operation"].endswith("Activity")]   # among them the rows of this very reading
            assert [row for row in request_ids(found) if row not in stored_ids(own)] == \
                [row for row in stored_ids(about) if row not in stored_ids(own)]
    lists = whole(house, school_log(house), "auditor", studentId=alva, operation="listStudents")
    assert [row["shownStudents"] for row in lists] == [2]
    assert lists[0]["actor"]["personId"] == house.id("person", "kari")


def test_V1_by_object(house):
    tree, alva = house.id("school", "aas"), house.id("student", "alva")
    found = whole(house, school_log(house), "owner", objectId=alva)
    assert found and request_ids(found) == stored_ids(stored(house, tree, object_id=alva))
    logs = whole(house, school_log(house), "owner", objectId=tree)
    assert {row["operation"] for row in logs} == {"listSchoolActivity"}
    assert whole(house, school_log(house), "owner", objectId=MISSING) == []


@pytest.mark.parametrize("outcome", ["allowed", "refused", "replayed"])
def test_V1_by_outcome(house, outcome):
    tree = house.id("school", "aas")
    before = stored(house, tree)[0]["at"]
    found = whole(house, school_log(house), "owner", outcome=outcome, until=moment(before + 1))
    assert request_ids(found) == stored_ids([row for row in stored(house, tree, outcome=outcome) if row["at"] <= before])
    assert bool(found) == (outcome != "replayed")


def test_V1_a_replay_is_found_by_its_outcome(fresh_daemon):
    house = fresh_daemon()
    key = str(uuid.uuid4())
    for _ in range(2):
        made = house.create_student("rektor", key=key, givenName="Xqmaja", familyName="Xqmo")
    assert made.status_code == 201
    rows = whole(house, school_log(house), "rektor", outcome="replayed")
    assert [(row["operation"], row["objectId"], row["outcome"]) for row in rows] == [("createStudent", made.json()["id"], "replayed")]


def test_V1_a_student_of_another_organisation_or_of_none_finds_nothing(house):
    for student in (house.id("student", "sven", world.SKOG), MISSING, house.id("person", "kari")):
        assert whole(house, school_log(house), "rektor", studentId=student) == []


def test_V1_filters_add_up(house):
    kari, alva = house.id("person", "kari"), house.id("student", "alva")
    rows = whole(house, school_log(house), "owner", actorId=kari, studentId=alva, objectId=alva, outcome="allowed", operation="getStudent")
    assert rows
    assert {(row["actor"]["personId"], row["studentId"], row["operation"]) for row in rows} == {(kari, alva, "getStudent")}
    assert whole(house, school_log(house), "owner", actorId=kari, studentId=house.id("student", "birk"), operation="getStudent") == []
    for other in ({"outcome": "refused"}, {"objectId": house.id("student", "birk")}):
        assert whole(house, school_log(house), "owner", actorId=kari, studentId=alva, operation="getStudent", **other) == []


def test_V1_from_is_the_first_time_and_until_the_first_after(house):
    tree = house.id("school", "aas")
    all_rows = stored(house, tree)
    middle = all_rows[len(all_rows) // 2]["at"]
    since = request_ids(whole(house, school_log(house), "owner", **{"from": moment(middle), "until": moment(all_rows[0]["at"] + 1)}))
    before = request_ids(whole(house, school_log(house), "owner", until=moment(middle)))
    assert since == stored_ids([row for row in stored(house, tree) if middle <= row["at"] <= all_rows[0]["at"]])
    assert before == stored_ids([row for row in all_rows if row["at"] < middle])
    assert whole(house, school_log(house), "owner", until=moment(all_rows[-1]["at"])) == []
    assert whole(house, school_log(house), "owner", **{"from": "2999-01-01T00:00:00Z"}) == []


def test_V1_times_may_have_an_offset(house):
    rows = stored(house, house.id("school", "aas"))
    middle = rows[len(rows) // 2]["at"]
    zone = datetime.timezone(datetime.timedelta(hours=2))
    there = datetime.datetime.fromtimestamp(middle / 1000, zone).isoformat(timespec="milliseconds")
    assert request_ids(whole(house, school_log(house), "owner", until=there)) == \
        request_ids(whole(house, school_log(house), "owner", until=moment(middle)))


@pytest.mark.parametrize("query", [{"from": "2026-11-21"}, {"until": "yesterday"}, {"actorId": "kari"}, {"studentId": "1"},
                                   {"objectId": "alva"}, {"outcome": "maybe"}, {"outcome": "Allowed"}, {"operation": "x" * 65}, {"operation": "getÉlève"}, {"limit": 0}, {"limit": 101}, {"tree": "1"},
                                   {"pageToken": "AAAA"}])
def test_X3_a_wrong_filter_is_named(house, query):
    answer = house.get(school_log(house), "rektor", params=query)
    assert answer.status_code == 400
    assert [error["name"] for error in answer.json()["errors"]] == list(query)


# ---- Look-ups ---------------------------------------------------------------------------------------------------------------

def look_ups_are_done(house, seconds=60):
    """Waits until the daemon has looked up what is in the log by now."""
    sizes = {row["tree_id"]: row["size"] for row in house.rows("SELECT tree_id, size FROM activity_tree")}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done = {row["tree_id"]: row["looked_up"] for row in house.rows("SELECT tree_id, looked_up FROM activity_lookup")}
        if all(done.get(tree, 0) >= size for tree, size in sizes.items()):
            return
        time.sleep(0.1)
    raise AssertionError("the look-ups did not come after the log")


def test_V1_who_has_read_about_me_is_answered_in_one_page_of_a_long_log(fresh_daemon):
    house = fresh_daemon()
    celia, tree = house.id("student", "celia"), uuid.UUID(house.id("school", "bru")).bytes
    organisation = uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
    readings = [house.get(f"/v1/students/{celia}", "rektor-bru").headers["X-Request-Id"] for _ in range(3)]
    store = stop(house)
    with store:
        at = store.execute("SELECT max(last_at) FROM activity_tree").fetchone()[0] + 1
        plant(store, tree, organisation, 3000, at)   # more than one page looks at
    store.close()
    house.start()
    look_ups_are_done(house)
    for filters in ({"studentId": celia}, {"actorId": house.id("person", "rektor-bru")}):
        first, *further = pages(house, school_log(house, "bru"), "owner", operation="getStudent", **filters)
        assert request_ids(first) == readings[::-1] and not further


def test_V1_lists_are_the_same_before_and_after_they_are_looked_up(fresh_daemon):
    house = fresh_daemon()
    people = [house.id("person", who) for who in ("kari", "rektor", "mentor")]
    students = [house.id("student", student) for student in ("alva", "birk", "dino")]
    for _ in range(3):
        for who, student in (("kari", 0), ("rektor", 1), ("mentor", 0), ("rektor", 2), ("kari", 1)):
            house.get(f"/v1/students/{students[student]}", who)
        house.get("/v1/students", "kari")
    until = moment(stored(house, house.id("school", "aas"))[0]["at"] + 1)
    time.sleep(0.01)

    def everything():
        return [request_ids(whole(house, school_log(house), "rektor", until=until, limit=4, **{name: id}))
                for name, ids in (("actorId", people), ("studentId", students)) for id in ids]

    before = everything()
    look_ups_are_done(house)
    assert everything() == before and all(before)


# ---- On whose behalf --------------------------------------------------------------------------------------------------------

def test_V4_a_row_tells_through_which_client_and_on_whose_behalf(fresh_daemon):
    house = fresh_daemon()
    token = house.token("registry", service=True, scope="provision")
    assert house.get(f"/v1/schools/{house.id('school', 'aas')}", token=token).status_code == 200
    house.get(f"/v1/students/{house.id('student', 'birk')}", "rektor")
    row = whole(house, school_log(house), "rektor", operation="getSchool")[0]
    leaf = stored(house, house.id("school", "aas"), operation="getSchool")[0]
    assert row["actor"] == {"kind": "client", "personId": None} and row["client"] == leaf["client"] != None
    assert (row["onBehalfOf"], row["ground"]) == (None, "M1.client.provision")
    row = whole(house, school_log(house), "rektor", operation="getStudent")[0]
    assert row["actor"] == {"kind": "person", "personId": house.id("person", "rektor")} and row["onBehalfOf"] is None
    assert row["client"] == stored(house, house.id("school", "aas"), operation="getStudent")[0]["client"]


def test_V4_a_stand_ins_row_names_for_whom(fresh_daemon):
    house = fresh_daemon()
    organisation, tree = (uuid.UUID(id).bytes for id in (world.ORGANISATIONS[world.FJORD]["id"], house.id("school", "aas")))
    store = stop(house)
    with store:
        at = store.execute("SELECT max(last_at) FROM activity_tree").fetchone()[0] + 1
        plant(store, tree, organisation, 1, at, actor_kind="person", actor_id=uuid.UUID(house.id("person", "kari")).bytes,
              behalf_id=uuid.UUID(house.id("person", "rektor")).bytes)
    store.close()
    house.start()
    row, = whole(house, school_log(house), "rektor", operation="planted")
    assert (row["actor"]["personId"], row["onBehalfOf"]) == (house.id("person", "kari"), house.id("person", "rektor"))


# ---- Pages ------------------------------------------------------------------------------------------------------------------

def test_V1_pages_lose_nothing_and_repeat_nothing_while_rows_arrive(house):
    path, birk = school_log(house), house.id("student", "birk")
    before = stored_ids(stored(house, house.id("school", "aas")))
    found = []
    for number, page in enumerate(pages(house, path, "owner", limit=3)):
        assert len(page) <= 3
        found += request_ids(page)
        if number < 5:
            house.get(f"/v1/students/{birk}", "hanne")
    assert found == before


def test_V1_the_filters_go_along_with_the_token(house):
    kari, tree = house.id("person", "kari"), house.id("school", "aas")
    expected = stored_ids(stored(house, tree, actor_id=kari, operation="getStudent"))
    rows = whole(house, school_log(house), "owner", limit=1, actorId=kari, operation="getStudent",
                 **{"from": "2020-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z"})
    assert request_ids(rows) == expected and len(expected) > 1


def test_V1_a_token_is_for_its_caller_and_its_log_alone(house):
    token = house.get(school_log(house), "owner", params={"limit": 1}).json()["pageToken"]
    assert house.get(school_log(house), "owner", params={"pageToken": token}).status_code == 200
    for path, who in ((school_log(house, "bru"), "owner"), (ORGANISATION_LOG, "owner"), ("/v1/students", "rektor"),
                      (school_log(house), "rektor"), (school_log(house), "auditor")):
        answer = house.get(path, who, params={"pageToken": token})
        assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "pageToken")
    answer = house.get(school_log(house), "owner", params={"pageToken": token, "operation": "getStudent"})
    assert answer.status_code == 400


def plant(store, tree, organisation, n, at, **row):
    """n rows at the end of a tree, one ms apart, the log's own way."""
    size = store.execute("SELECT size FROM activity_tree WHERE tree_id = ?", (tree,)).fetchone()[0]
    whole_row = {"actor_kind": "local", "operation": "planted", "outcome": "allowed", "ground": "test", **row}
    names = ", ".join(["tree_id", "leaf_index", "at", "organisation_id", "request_id", *whole_row])
    marks = ", ".join("?" * (5 + len(whole_row)))
    store.executemany(f"INSERT INTO activity ({names}) VALUES ({marks})",
                      [(tree, size + i, at + i, organisation, uuid.uuid4().bytes, *whole_row.values()) for i in range(n)])
    # Without its frontier, it is hashed when the daemon starts.
    store.execute("UPDATE activity_tree SET size = size + ?, last_at = ?, frontier = x'' WHERE tree_id = ?", (n, at + n - 1, tree))


def test_V1_a_page_looks_at_a_bounded_number_of_rows_and_goes_on(fresh_daemon):
    house = fresh_daemon()
    alva, tree = house.id("student", "alva"), uuid.UUID(house.id("school", "aas")).bytes
    organisation = uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
    house.get(f"/v1/students/{alva}", "kari")
    store = stop(house)
    with store:
        at = store.execute("SELECT max(last_at) FROM activity_tree").fetchone()[0] + 1
        plant(store, tree, organisation, 5000, at)
    store.close()
    house.start()
    found = list(pages(house, school_log(house), "rektor", objectId=alva, operation="getStudent"))
    assert [len(page) for page in found[:-1]] == [0, 0] and len(found[-1]) == 1
    # A time in the past is gone to at once, past all rows that are newer.
    assert len(list(pages(house, school_log(house), "rektor", operation="getStudent", until=moment(at)))) == 1
    planted = whole(house, school_log(house), "rektor", operation="planted", **{"from": moment(at + 10), "until": moment(at + 4990)})
    assert [row["at"] for row in planted] == [moment(at + i) for i in range(4989, 9, -1)]


def test_V3_a_log_that_lacks_a_row_is_not_shown_as_if_it_were_whole(fresh_daemon):
    house = fresh_daemon()
    for _ in range(4):
        house.get(f"/v1/students/{house.id('student', 'birk')}", "rektor")
    store = stop(house)
    with store:
        store.execute("DROP TRIGGER activity_no_delete")
        store.execute("DELETE FROM activity WHERE tree_id = ? AND leaf_index = 1", (uuid.UUID(house.id("school", "aas")).bytes,))
    store.close()
    house.start()
    assert house.get(school_log(house), "rektor").status_code == 500
    assert house.get(school_log(house, "bru"), "rektor-bru").status_code == 200


# ---- Family -----------------------------------------------------------------------------------------------------------------

def test_G2_a_rektor_who_is_a_guardian_learns_nothing_of_the_child(house):
    alva = house.id("student", "alva")
    everything = whole(house, school_log(house), "rektor")
    assert any(row["studentId"] == alva for row in everything)
    seen = whole(house, school_log(house), "guardian-rektor")
    assert seen and not [row for row in seen if alva in (row["studentId"], row["objectId"])]
    assert whole(house, school_log(house), "guardian-rektor", studentId=alva) == []
    hers = {alva, house.id("person", "pupil")}
    others = [row for row in everything if not hers & {row["studentId"], row["objectId"], row["actor"]["personId"]}]
    assert set(request_ids(others)) <= set(request_ids(seen))
    answer = house.get(school_log(house), "guardian-rektor", params={"limit": 100})
    assert alva not in answer.text


def plant_about(house, student, n, **row):
    """n rows about a student in the log of aas, one ms apart; answers the time of the first."""
    tree, organisation = uuid.UUID(house.id("school", "aas")).bytes, uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
    store = stop(house)
    with store:
        at = store.execute("SELECT max(last_at) FROM activity_tree").fetchone()[0] + 1
        plant(store, tree, organisation, n, at, student_id=uuid.UUID(house.id("student", student)).bytes, **row)
    store.close()
    house.start()
    return at


def test_G2_a_filter_by_the_child_is_answered_as_one_by_nobody_however_much_is_logged_about_the_child(fresh_daemon):
    house = fresh_daemon()
    alva, pupil = house.id("student", "alva"), house.id("person", "pupil")
    plant_about(house, "alva", 5000, actor_kind="person", actor_id=uuid.UUID(pupil).bytes)   # more than one page looks at
    for _ in range(2):
        for name, id in (("studentId", alva), ("objectId", alva), ("actorId", pupil)):
            answer = house.get(school_log(house), "guardian-rektor", params={name: id})
            assert answer.json() == {"data": [], "pageToken": None}, name
        look_ups_are_done(house)


def test_G2_a_page_does_not_end_early_for_what_is_logged_about_the_child(fresh_daemon):
    """Else whoever asks for a time, and then for a little more of it, learns when something is done about their own child."""
    house = fresh_daemon()
    kari = house.id("person", "kari")
    before = moment(plant_about(house, "alva", 5000, actor_kind="person", actor_id=uuid.UUID(kari).bytes))
    for _ in range(2):
        for filters in ({}, {"from": before}, {"until": before}, {"operation": "createStudent"}, {"actorId": kari}, {"objectId": kari}):
            assert len(list(pages(house, school_log(house), "guardian-rektor", **filters))) == 1, filters
        assert len(list(pages(house, school_log(house), "rektor", operation="createStudent"))) > 1
        look_ups_are_done(house)


@pytest.mark.parametrize("about_the_child", [1, 300])
def test_G2_where_a_page_ends_no_row_about_the_child_counts(fresh_daemon, about_the_child):
    house = fresh_daemon()
    house.get(f"/v1/students/{house.id('student', 'birk')}", "rektor")
    since = plant_about(house, "birk", 1000)
    plant_about(house, "alva", about_the_child)
    until = plant_about(house, "birk", 1048) + 1048
    plant_about(house, "birk", 1)   # a later time, at which the rows of reading stand

    def ends_early(first):
        window = {"operation": "never", "from": moment(first), "until": moment(until)}
        return house.get(school_log(house), "guardian-rektor", params=window).json()["pageToken"] is not None

    assert ends_early(since) and not ends_early(since + 1)   # 2048 rows, and one less


def test_G2_the_child_is_not_counted_and_not_found_in_a_list(house):
    alva, birk = house.id("student", "alva"), house.id("student", "birk")
    read = house.get(school_log(house), "rektor", params={"operation": "getStudent", "limit": 100}).headers["X-Request-Id"]
    shown = house.activity(request_id=read)[0]["shown"]
    assert {alva, birk} <= set(shown)
    row = [row for row in whole(house, school_log(house), "guardian-rektor") if row["requestId"] == read][0]
    assert row["shownStudents"] == len(shown) - 1
    assert read in request_ids(whole(house, school_log(house), "guardian-rektor", studentId=birk))
    assert read not in request_ids(whole(house, school_log(house), "guardian-rektor", studentId=alva))


def test_G2_what_the_child_did_is_not_shown_either(fresh_daemon):
    house = fresh_daemon()
    pupil, alva = house.id("person", "pupil"), house.id("student", "alva")
    assert house.get(f"/v1/students/{house.id('student', 'birk')}", "pupil").status_code == 404
    assert whole(house, school_log(house), "rektor", actorId=pupil)
    assert whole(house, school_log(house), "guardian-rektor", actorId=pupil) == []
    # The same for owner and auditor: the rule is about the family, not about the role.
    store = stop(house)
    with store:
        for number, who in enumerate(("owner", "auditor")):
            store.execute("INSERT INTO tie (tie_id, student_id, person_id, kind, source, from_day, until_day, version) "
                          "VALUES (?, ?, ?, 5, 'local', 0, 2147483647, 1)",
                          (uuid.uuid4().bytes, uuid.UUID(alva).bytes, uuid.UUID(house.id("person", who)).bytes))
    store.close()
    house.start()
    house.get(f"/v1/students/{alva}", "kari")
    house.get("/v1/students", "kari")
    for who in ("owner", "auditor"):
        for path in (school_log(house), ORGANISATION_LOG):
            assert whole(house, path, who, studentId=alva) == []
            assert whole(house, path, who, actorId=pupil) == []
        assert whole(house, school_log(house), who, actorId=house.id("person", "kari"), operation="getStudent") == []
        lists = whole(house, school_log(house), who, operation="listStudents", actorId=house.id("person", "kari"))
        assert [row["shownStudents"] for row in lists] == [1]


def test_G2_a_guardian_until_yesterday_or_from_tomorrow_reads_as_others_do(fresh_daemon):
    house = fresh_daemon()
    alva, rektor = house.id("student", "alva"), house.id("person", "rektor")
    house.get(f"/v1/students/{alva}", "kari")
    today = (world.today() - datetime.date(1970, 1, 1)).days
    store = stop(house)
    with store:
        for first, last in ((0, today - 2), (today + 2, 2147483647)):   # two days: the house's own day may be another
            store.execute("INSERT INTO tie (tie_id, student_id, person_id, kind, source, from_day, until_day, version) "
                          "VALUES (?, ?, ?, 5, 'local', ?, ?, 1)",
                          (uuid.uuid4().bytes, uuid.UUID(alva).bytes, uuid.UUID(rektor).bytes, first, last))
    store.close()
    house.start()
    assert whole(house, school_log(house), "rektor", studentId=alva, operation="getStudent")


def test_G2_one_who_is_the_student_reads_nothing_about_themself(fresh_daemon):
    house = fresh_daemon()
    elva = house.id("student", "elva")
    house.get(f"/v1/students/{elva}", "rektor")
    store = stop(house)
    with store:
        store.execute("UPDATE membership SET role = 0 WHERE person_id = ?", (uuid.UUID(house.id("person", "pupil-staff")).bytes,))
    store.close()
    house.start()
    assert whole(house, school_log(house), "rektor", studentId=elva, operation="getStudent")
    assert whole(house, school_log(house), "pupil-staff", studentId=elva) == []
    # What they did themselves as rektor stays theirs to see.
    house.get(f"/v1/students/{house.id('student', 'birk')}", "pupil-staff")
    assert whole(house, school_log(house), "pupil-staff", actorId=house.id("person", "pupil-staff"), operation="getStudent")


def test_S4_G2_a_merged_double_is_the_same_student(fresh_daemon):
    house = fresh_daemon()
    double = house.create_student("rektor").json()["id"]
    further = house.create_student("rektor").json()["id"]
    alva = house.id("student", "alva")
    store = stop(house)
    with store:
        store.execute("UPDATE student SET merged_into = ? WHERE student_id = ?", (uuid.UUID(double).bytes, uuid.UUID(further).bytes))
        store.execute("UPDATE student SET merged_into = ? WHERE student_id = ?", (uuid.UUID(alva).bytes, uuid.UUID(double).bytes))
    store.close()
    house.start()
    for student in (alva, double, further):
        found = whole(house, school_log(house), "rektor", studentId=student, operation="createStudent")
        assert {row["studentId"] for row in found} == {double, further}
        assert whole(house, school_log(house), "guardian-rektor", studentId=student) == []
    assert not {double, further} & {row["studentId"] for row in whole(house, school_log(house), "guardian-rektor")}
