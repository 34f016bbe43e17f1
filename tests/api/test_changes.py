# SPDX-License-Identifier: EUPL-1.2
"""The change feed (X4): what has changed, one tree of the log at a time, oldest first, for service clients with the scope `changes`. It is
compared with the log itself, and what may not be in it is planted there to be looked for."""
import datetime
import uuid

import pytest

import world

ROWS_AT_ONCE = 4096
MISSING = "019aa7b2-0000-7000-8000-00000000dead"
CHANGES = "/v1/changes"


def client(house, name="feeder", scope="changes", **options):
    return house.token(name, service=True, scope=scope, **options)


def page(house, token=None, **query):
    answer = house.get(CHANGES, token=token or client(house), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(house, token=None, limit=100, **query):
    """All changes from the beginning, and the token at the end."""
    token, found = token or client(house), []
    answer = page(house, token, limit=limit, **query)
    while True:
        found += answer["data"]
        assert len(answer["data"]) <= limit and answer["pageToken"]
        if not answer["more"]:
            return found, answer["pageToken"]
        answer = page(house, token, limit=limit, pageToken=answer["pageToken"])


def moment(ms):
    return (datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_change(row):
    """What the rules call a change: something that was made, changed or removed, by a call that was allowed."""
    verbs = ("create", "change", "merge", "end", "provision")
    return row["operation"].startswith(verbs) and row["outcome"] == "allowed" and row["object_id"] is not None and row["object_kind"] != "webhook"


def expected(house, tree):
    return [{"at": moment(row["at"]), "kind": row["object_kind"], "id": row["object_id"], "studentId": row["student_id"],
             "operation": row["operation"]}
            for row in sorted(house.activity(tree_id=tree), key=lambda row: row["leaf_index"]) if is_change(row)]


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    from conftest import end
    from daemon import Daemon, copy_files
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("changes")))
    try:
        daemon.start()
        for _ in range(3):
            assert daemon.create_student("rektor").status_code == 201
        alva = daemon.id("student", "alva")
        card = daemon.get(f"/v1/students/{alva}", "kari")
        assert daemon.patch(f"/v1/students/{alva}", {"givenName": "Nyalva"}, "kari", version=card.json()["version"]).status_code == 200
        assert daemon.patch(f"/v1/students/{alva}", {"givenName": "Feil"}, "teacher", version=1).status_code == 403
        daemon.put("groups", [{"externalId": {"system": "register", "id": "xq-g1"}, "schoolId": daemon.id("school", "bru"), "kind": "class",
                               "name": "Xqgruppe 9Z"}])
        daemon.put("persons", [{"externalId": {"system": "register", "id": "xq-p1"}, "givenName": "Xqny", "familyName": "Xqperson"}])
        yield daemon
    finally:
        end(daemon)


# ---- What is in it ------------------------------------------------------------------------------------------------------------

def test_X4_a_schools_feed_is_what_changed_there_oldest_first(house):
    school = house.id("school", "aas")
    found, _ = everything(house, schoolId=school)
    assert found == expected(house, school) and len(found) >= 4
    assert {change["operation"] for change in found} == {"createStudent", "changeStudent"}
    assert [change["at"] for change in found] == sorted(change["at"] for change in found)


def test_X4_without_a_school_it_is_what_belongs_to_none(house):
    found, _ = everything(house)
    assert found == expected(house, world.ORGANISATIONS[world.FJORD]["id"]) and found
    assert not {change["id"] for change in found} & {change["id"] for change in everything(house, schoolId=house.id("school", "aas"))[0]}


def test_X4_it_names_no_content(house):
    text = house.get(CHANGES, token=client(house), params={"schoolId": house.id("school", "aas"), "limit": 100}).text
    assert not {word for word in house.files.secrets() if word in text}


def test_X4_reads_refusals_and_replays_are_no_changes(house):
    school, key = house.id("school", "aas"), str(uuid.uuid4())
    before, token = everything(house, schoolId=school)
    body = {"schoolId": school, "givenName": "Xqigjen", "familyName": "Xqogigjen"}
    first, second = (house.post("/v1/students", body, "rektor", key=key) for _ in range(2))
    assert (first.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert house.post("/v1/students", body, "assistant").status_code == 403
    house.get(f"/v1/students/{first.json()['id']}", "rektor")
    after = page(house, pageToken=token)
    assert [(change["id"], change["operation"]) for change in after["data"]] == [(first.json()["id"], "createStudent")]


def test_X4_making_and_removing_webhooks_is_no_change_in_the_feed(house):
    school = house.id("school", "aas")
    before, token = everything(house, schoolId=school)
    made = house.post("/v1/webhooks", {"url": "https://192.0.2.1/x", "schoolId": school}, token=client(house))
    assert house.delete(f"/v1/webhooks/{made.json()['id']}", token=client(house), version=1).status_code == 204
    assert page(house, pageToken=token)["data"] == []


# ---- Going on ------------------------------------------------------------------------------------------------------------------

def test_X4_it_is_resumed_where_it_ended_without_loss_and_repetition(house):
    school = house.id("school", "aas")
    whole, token = everything(house, limit=2, schoolId=school)
    assert whole == expected(house, school)
    made = [house.create_student("rektor").json()["id"] for _ in range(5)]
    again, later = [], token
    for _ in range(6):
        answer = page(house, pageToken=later, limit=1)
        again += answer["data"]
        later = answer["pageToken"]
    assert [change["id"] for change in again] == made
    assert [change["id"] for change in page(house, pageToken=token)["data"]] == made   # a token serves more than once


def test_X4_a_token_outlives_a_restart(fresh_daemon):
    house = fresh_daemon()
    school = house.id("school", "aas")
    _, token = everything(house, schoolId=school)
    house.stop()
    house.start()
    made = house.create_student("rektor").json()["id"]
    assert [change["id"] for change in page(house, pageToken=token)["data"]] == [made]


def test_X4_at_the_end_there_is_a_token_and_no_more(house):
    answer = page(house, pageToken=everything(house, schoolId=house.id("school", "bru"))[1])
    assert answer["data"] == [] and answer["more"] is False and answer["pageToken"]


def test_X4_since_begins_at_a_time(house):
    school = house.id("school", "aas")
    whole, _ = everything(house, schoolId=school)
    middle = whole[len(whole) // 2]["at"]
    assert everything(house, schoolId=school, since=middle, limit=2)[0] == [change for change in whole if change["at"] >= middle]
    nothing, token = everything(house, schoolId=school, since="2999-01-01T00:00:00Z")
    assert nothing == []
    assert everything(house, schoolId=school, since="1999-01-01T00:00:00Z")[0] == whole


def test_X4_a_token_is_for_its_client_alone_and_sent_alone(house):
    _, token = everything(house, schoolId=house.id("school", "aas"))
    other = house.get(CHANGES, token=client(house, "another"), params={"pageToken": token})
    both = house.get(CHANGES, token=client(house), params={"pageToken": token, "schoolId": house.id("school", "bru")})
    for answer in (other, both, house.get(CHANGES, token=client(house), params={"pageToken": "AAAA"})):
        assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "pageToken")


def plant(house, tree, n, **row):
    """n rows at the end of a tree of a house that does not run; the log counts them as its own."""
    import sqlite3
    tree = uuid.UUID(tree).bytes
    store = sqlite3.connect(house.files.data / "trygg.db")
    with store:
        size, at = store.execute("SELECT size, last_at FROM activity_tree WHERE tree_id = ?", (tree,)).fetchone()
        whole = {"actor_kind": "local", "operation": "getStudent", "outcome": "allowed", "ground": "test", **row}
        names = ", ".join(["tree_id", "leaf_index", "at", "organisation_id", "request_id", *whole])
        organisation = uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
        store.executemany(f"INSERT INTO activity ({names}) VALUES ({', '.join('?' * (5 + len(whole)))})",
                          [(tree, size + i, at + i, organisation, uuid.uuid4().bytes, *whole.values()) for i in range(n)])
        store.execute("DROP TRIGGER IF EXISTS activity_node_no_delete")
        store.execute("DELETE FROM activity_node WHERE tree_id = ?", (tree,))
        store.execute("UPDATE activity_tree SET size = size + ?, last_at = ?, frontier = x'' WHERE tree_id = ?", (n, at + n - 1, tree))
    store.close()


def test_X4_a_page_looks_at_a_bounded_number_of_rows_and_says_that_there_is_more(fresh_daemon):
    house = fresh_daemon()
    school = house.id("school", "aas")
    _, token = everything(house, schoolId=school)
    house.stop()
    plant(house, school, 2 * ROWS_AT_ONCE)
    house.start()
    made = house.create_student("rektor").json()["id"]
    sizes = []
    for _ in range(3):
        answer = page(house, pageToken=token)
        sizes.append((len(answer["data"]), answer["more"]))
        token = answer["pageToken"]
    assert sizes == [(0, True), (0, True), (1, False)] and answer["data"][0]["id"] == made


@pytest.mark.parametrize("where", ["school", "organisation"])
def test_X4_R5_N3_what_is_withheld_from_a_school_is_in_no_feed(fresh_daemon, where):
    """Rows on drafts and on reports about the leadership: of a school, in the organisation's tree."""
    house = fresh_daemon()
    school, organisation = house.id("school", "aas"), world.ORGANISATIONS[world.FJORD]["id"]
    of = {"school_id": uuid.UUID(school).bytes} if where == "school" else {}
    house.stop()
    plant(house, organisation, 3, operation="createStudent", object_kind="student", object_id=uuid.uuid4().bytes, **of)
    house.start()
    found = [change for change in everything(house)[0] if change["operation"] == "createStudent"]
    assert len(found) == (0 if where == "school" else 3)
    assert everything(house, schoolId=school)[0] == []


# ---- Who may ------------------------------------------------------------------------------------------------------------------

def test_X4_only_a_service_client_with_the_scope_may(house):
    school = house.id("school", "aas")
    for who, seen in (("rektor", True), ("admin", True), ("owner", True), ("auditor", True), ("kari", False), ("no-role", False)):
        assert house.get(CHANGES, who).status_code == 403
        assert house.get(CHANGES, who, params={"schoolId": school}).status_code == (403 if seen else 404)
        token = house.token(who, scope="trygg:read trygg:write changes")
        assert house.get(CHANGES, token=token).status_code == 403
    for scope in ("provision", "trygg:read trygg:write", "witness"):
        assert house.get(CHANGES, token=client(house, scope=scope)).status_code == 403
    assert house.get(CHANGES, token=client(house), params={"schoolId": MISSING}).status_code == 404
    other = house.get(CHANGES, token=client(house), params={"schoolId": house.id("school", "tall", world.SKOG)})
    assert other.content == house.get(CHANGES, token=client(house), params={"schoolId": MISSING}).content


def test_X4_organisations_are_apart(house):
    token = client(house, org=world.SKOG)
    assert {change["id"] for change in everything(house, token)[0]}.isdisjoint({change["id"] for change in everything(house)[0]})
    assert house.get(CHANGES, token=token, params={"schoolId": house.id("school", "aas")}).status_code == 404


def test_V4_reading_the_feed_is_a_row_of_its_log_and_names_the_students(house):
    school = house.id("school", "aas")
    answer = house.get(CHANGES, token=client(house), params={"schoolId": school, "limit": 100})
    row = house.activity(request_id=answer.headers["X-Request-Id"])[0]
    assert (row["tree_id"], row["operation"], row["object_kind"], row["object_id"], row["actor_kind"], row["client"], row["ground"]) == \
        (school, "listChanges", "change", school, "client", "feeder", "X4.client.changes")
    assert row["shown"] == sorted({change["studentId"] for change in answer.json()["data"] if change["studentId"]})
    refused = house.get(CHANGES, "rektor", params={"schoolId": school})
    row = house.activity(request_id=refused.headers["X-Request-Id"])[0]
    assert (row["outcome"], row["ground"], row["tree_id"]) == ("refused", "X4.forbidden", school)


@pytest.mark.parametrize("query", [{"schoolId": "aas"}, {"since": "yesterday"}, {"limit": 0}, {"from": "2026-01-01T00:00:00Z"}])
def test_X3_a_wrong_parameter_is_named(house, query):
    answer = house.get(CHANGES, token=client(house), params=query)
    assert answer.status_code == 400 and [error["name"] for error in answer.json()["errors"]] == list(query)
