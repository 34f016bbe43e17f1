# SPDX-License-Identifier: EUPL-1.2
"""M1 over HTTP: classes and mentor groups."""
import uuid

import pytest

import world

READERS = {"rektor": "M1.role.rektor", "guardian-rektor": "M1.role.rektor", "two-schools": "M1.role.rektor", "admin": "M1.role.admin"}


def new_id():
    return "Xqid" + uuid.uuid4().hex[:12]


def external():
    return {"system": "visma", "id": new_id()}


def group(daemon, **members):
    return {"schoolId": daemon.id("school", "aas"), "kind": "class", "name": "Xqgruppe" + uuid.uuid4().hex[:8], **members}


@pytest.mark.parametrize("who", [person["key"] for person in world.fjord()["persons"]])
def test_M1_who_reads_and_makes_groups(daemon, who):
    path = f"/v1/groups/{daemon.id('group', '5a')}"
    read, made = daemon.get(path, who), daemon.post("/v1/groups", group(daemon), who)
    if who in READERS:
        assert (read.status_code, read.json()["ground"], made.status_code, made.json()["ground"]) == (200, READERS[who], 201, READERS[who])
    else:
        assert (read.status_code, made.status_code) == (404, 403)
        assert read.content == daemon.get(f"/v1/groups/{uuid.uuid4()}", who).content


def test_M1_a_group_is_changed_by_version(daemon):
    made = daemon.post("/v1/groups", group(daemon, name="Xqforst"), "rektor").json()
    path = f"/v1/groups/{made['id']}"
    assert daemon.patch(path, {"name": "Xqsist"}, "rektor").status_code == 428
    assert daemon.patch(path, {"name": "Xqsist"}, "rektor", version=2).status_code == 412
    changed = daemon.patch(path, {"name": "Xqsist"}, "rektor", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, {"name": "Xqsist"}, "rektor", version=2).json()["version"] == 2   # nothing to change
    read = daemon.get(path, "rektor").json()
    assert (read["name"], read["kind"], read["version"]) == ("Xqsist", "class", 2)
    assert daemon.patch(path, {"kind": "mentor"}, "rektor-bru", version=2).status_code == 404
    assert daemon.patch(path, {"schoolId": daemon.id("school", "bru")}, "rektor", version=2).status_code == 400


def test_L1_a_token_that_only_reads_changes_nothing(daemon):
    path, reads = f"/v1/groups/{daemon.id('group', '5a')}", daemon.token("rektor", scope="trygg:read")
    assert daemon.get(path, token=reads).status_code == 200
    assert daemon.patch(path, {"name": "Xqnei"}, token=reads, version=1).status_code == 403
    assert daemon.post("/v1/groups", group(daemon), token=reads).status_code == 403


def test_M1_lists_hold_what_is_yours(daemon):
    def listed(who, query=""):
        return {row["id"] for row in daemon.get(f"/v1/groups?limit=100{query}", who).json()["data"]}
    assert daemon.id("group", "6c") not in listed("rektor") and daemon.id("group", "5a") in listed("rektor")
    at_bru = daemon.rows("SELECT group_id FROM student_group WHERE school_id = ?", uuid.UUID(daemon.id("school", "bru")).bytes)
    assert listed("rektor-bru") == {str(uuid.UUID(bytes=row["group_id"])) for row in at_bru}
    assert listed("teacher") == set()
    assert listed("rektor", f"&schoolId={daemon.id('school', 'bru')}") == set()
    assert daemon.get("/v1/groups", "guardian").status_code == 403
    first = daemon.get("/v1/groups?limit=1", "rektor").json()
    rest = daemon.get(f"/v1/groups?pageToken={first['pageToken']}", "rektor").json()
    assert first["data"][0]["id"] not in {row["id"] for row in rest["data"]}


def test_X2_the_same_put_twice_changes_nothing(daemon):
    item = {"externalId": external(), **group(daemon)}
    first, = daemon.put("groups", [item])
    again, = daemon.put("groups", [item])
    renamed, = daemon.put("groups", [{"externalId": item["externalId"], "name": "Xqnytt"}])
    assert [row["outcome"] for row in (first, again, renamed)] == ["created", "unchanged", "changed"]
    assert first["id"] == again["id"] == renamed["id"] and renamed["version"] == 2
    assert first["ground"] == "M1.client.provision"


def test_X2_one_item_that_is_refused_does_not_hold_up_the_others(daemon):
    twice = external()
    items = [{"externalId": external(), **group(daemon)}, {"externalId": external(), "name": "Xqalene"},
             {"externalId": external(), **group(daemon, schoolId=str(uuid.uuid4()))},
             {"externalId": twice, **group(daemon)}, {"externalId": twice, **group(daemon, name="Xqtogangerto")}]
    results = daemon.put("groups", items)
    assert [row["outcome"] for row in results] == ["created", "refused", "refused", "created", "changed"]
    assert [error["name"] for error in results[1]["problem"]["errors"]] == ["/school", "/kind"]
    assert [error["name"] for error in results[2]["problem"]["errors"]] == ["/schoolId"]


def test_X2_what_stands_often_under_one_id_is_done_in_the_order_of_the_list(daemon):
    item = {"externalId": external(), **group(daemon)}
    items = [{**item, "name": f"Xqgang{n}"} for n in range(6)]
    results = daemon.put("groups", items)
    assert [row["outcome"] for row in results] == ["created"] + ["changed"] * 5
    assert daemon.get(f"/v1/groups/{results[0]['id']}", "rektor").json()["name"] == "Xqgang5"


def test_X3_an_item_that_is_badly_formed_is_refused_alone(daemon):
    good = {"externalId": external(), **group(daemon)}
    bad = [{**good, "externalId": {"system": "visma"}}, {**good, "externalId": external(), "colour": "red"}, {**good, "externalId": None},
           {**good, "externalId": external(), "school": external()}, {**good, "externalId": external(), "name": ""}, "text", None]
    results = daemon.put("groups", [*bad, good])
    assert [row["outcome"] for row in results] == ["refused"] * len(bad) + ["created"]
    assert [row["problem"]["errors"][0]["name"] for row in results[:-1]] == ["/externalId/id", "/colour", "/externalId", "/schoolId", "/name", "", ""]
    assert {row["problem"]["status"] for row in results[:-1]} == {400}
    assert [row["outcome"] for row in daemon.put("groups", bad[:2])] == ["refused", "refused"]
    for body in ({}, {"items": []}, {"items": {}}, {"items": [good], "colour": "red"}, {"items": [good] * 501}):
        answer = daemon.request("PUT", "/v1/provision/groups", "rektor", json=body)
        assert answer.status_code == 400 and answer.json()["errors"]


def test_M1_a_put_of_many_is_one_row_each(daemon):
    items = [{"externalId": external(), **group(daemon)} for _ in range(500)]
    results = daemon.put("groups", items)
    assert {row["outcome"] for row in results} == {"created"} and len({row["id"] for row in results}) == 500
    rows = {row["object_id"]: row for row in daemon.activity(operation="provisionGroups")}
    assert all(rows[row["id"]]["ground"] == "M1.client.provision" and rows[row["id"]]["outcome"] == "allowed" for row in results)


def test_M1_an_external_id_is_one_things(daemon):
    taken = external()
    assert daemon.post("/v1/groups", group(daemon, externalId=taken), "rektor").status_code == 201
    assert daemon.post("/v1/groups", group(daemon, externalId=taken), "rektor").status_code == 409
    found, = daemon.put("groups", [{"externalId": taken, "name": "Xqfunnet"}], "rektor")
    assert found["outcome"] == "changed"
    # Elsewhere it is as if nobody knew it, save that it cannot be given twice.
    strange, unknown = daemon.put("groups", [{"externalId": taken, "name": "Xqfremmed"},
                                             {"externalId": external(), "name": "Xqfremmed"}], "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == 403
    there = group(daemon, schoolId=daemon.id("school", "bru"), externalId=taken)
    assert daemon.put("groups", [there], "rektor-bru")[0]["problem"]["status"] == 409


def test_X1_a_key_is_one_calls(daemon):
    first, key = group(daemon), str(uuid.uuid4())
    made = daemon.post("/v1/groups", first, "rektor", key=key).json()
    assert daemon.post("/v1/groups", first, "rektor", key=key).json()["id"] == made["id"]
    assert daemon.post("/v1/groups", group(daemon), "rektor", key=key).status_code == 422


def test_C1_external_ids_and_names_are_sealed(daemon):
    item = {"externalId": external(), **group(daemon)}
    daemon.put("groups", [item])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw and item["name"].encode() not in raw


def test_X3_a_put_that_names_another_school_moves_no_group(daemon):
    school = external()
    daemon.put("schools", [{"externalId": school, "name": "Xqandre skole"}])
    sent = {"externalId": external(), **group(daemon)}
    assert daemon.put("groups", [sent])[0]["outcome"] == "created"
    items = [{**sent, "schoolId": daemon.id("school", "bru")},
             {name: value for name, value in {**sent, "school": school}.items() if name != "schoolId"},
             {name: value for name, value in {**sent, "school": external()}.items() if name != "schoolId"}]
    results = daemon.put("groups", items)
    assert [[(error["name"], error["code"]) for error in row["problem"]["errors"]] for row in results] == [
        [("/schoolId", "conflict")], [("/school", "conflict")], [("/school", "conflict")]]
    assert daemon.put("groups", [sent])[0]["outcome"] == "unchanged"
