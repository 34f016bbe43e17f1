# SPDX-License-Identifier: EUPL-1.2
"""M1 and R5 over HTTP: schools and their modules."""
import uuid

import pytest

import world
from daemon import Files

READERS = {"rektor": "M1.role.rektor", "guardian-rektor": "M1.role.rektor", "two-schools": "M1.role.rektor", "admin": "M1.role.admin",
           "owner": "M1.role.owner", "auditor": "V1.role.auditor"}


def name():
    return "Xqskole" + uuid.uuid4().hex[:8]


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def client(daemon):
    return daemon.token("registry", service=True, scope="provision")


def listed(daemon, who=None, **options):
    """Every page of the list."""
    found, query = [], "limit=100"
    while query:
        page = daemon.get(f"/v1/schools?{query}", who, **options).json()
        found += [row["id"] for row in page["data"]]
        query = page["pageToken"] and f"limit=100&pageToken={page['pageToken']}"
    return found


@pytest.mark.parametrize("who", [person["key"] for person in world.fjord()["persons"]])
def test_M1_who_reads_makes_and_changes_schools(daemon, who):
    path = f"/v1/schools/{daemon.id('school', 'aas')}"
    read, made = daemon.get(path, who), daemon.post("/v1/schools", {"name": name()}, who)
    changed = daemon.patch(path, {"name": name()}, who, version=999)
    assert made.status_code == (201 if who == "owner" else 403)
    if who in READERS:
        assert (read.status_code, read.json()["ground"], changed.status_code) == (200, READERS[who], 412 if who == "owner" else 403)
        assert read.json()["modules"] == ["sikker-sak", "avvikelse", "notes"]
    else:
        assert (read.status_code, changed.status_code) == (404, 404)
        assert read.content == daemon.get(f"/v1/schools/{uuid.uuid4()}", who).content == changed.content


def test_M1_schools_of_another_organisation_are_not_there(daemon):
    tall = daemon.id("school", "tall", world.SKOG)
    assert daemon.get(f"/v1/schools/{tall}", "owner").status_code == 404
    assert daemon.get(f"/v1/schools/{tall}", token=client(daemon)).status_code == 404
    assert daemon.patch(f"/v1/schools/{tall}", {"name": name()}, "owner", version=1).status_code == 404
    assert daemon.get(f"/v1/schools/{daemon.id('school', 'aas')}", "rektor@skog").status_code == 404
    assert daemon.get(f"/v1/schools/{tall}", "rektor@skog").json()["modules"] == ["avvikelse"]


def test_M1_lists_hold_what_is_yours(daemon):
    aas, bru = daemon.id("school", "aas"), daemon.id("school", "bru")
    made = daemon.post("/v1/schools", {"name": name()}, "owner").json()["id"]
    assert listed(daemon, "rektor") == [aas] and listed(daemon, "admin-bru") == [bru] == listed(daemon, "rektor-bru")
    for everything in (listed(daemon, "owner"), listed(daemon, "auditor"), listed(daemon, token=client(daemon))):
        assert {aas, bru, made} <= set(everything) and len(everything) == len(set(everything))
        assert daemon.id("school", "tall", world.SKOG) not in everything
    assert listed(daemon, "teacher") == []
    assert daemon.get("/v1/schools", "rektor-ended").status_code == 403 == daemon.get("/v1/schools", "guardian").status_code
    assert daemon.get("/v1/schools", token=daemon.token("rektor", strong=False)).status_code == 401
    first = daemon.get("/v1/schools?limit=1", "owner").json()
    rest = daemon.get(f"/v1/schools?pageToken={first['pageToken']}", "owner").json()
    assert first["data"][0]["id"] not in {row["id"] for row in rest["data"]}
    assert daemon.get(f"/v1/schools?pageToken={first['pageToken']}", "auditor").status_code == 400


def test_M1_a_school_is_changed_by_version(daemon):
    made = daemon.post("/v1/schools", {"name": "Xqgammel", "modules": ["notes", "notes"]}, "owner").json()
    path = f"/v1/schools/{made['id']}"
    assert daemon.patch(path, {"name": "Xqny"}, "owner").status_code == 428
    assert daemon.patch(path, {"name": "Xqny"}, "owner", version=2).status_code == 412
    changed = daemon.patch(path, {"name": "Xqny"}, "owner", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, {"name": "Xqny", "modules": ["notes"]}, "owner", version=2).json()["version"] == 2   # nothing to change
    assert daemon.patch(path, {"name": None}, "owner", version=2).status_code == 400
    assert daemon.patch(path, {"modules": ["sikker-sak", "avvikelse"]}, "owner", version=2).json()["version"] == 3
    read = daemon.get(path, "owner").json()
    assert (read["name"], read["modules"], read["version"]) == ("Xqny", ["sikker-sak", "avvikelse"], 3)
    assert daemon.patch(path, {"modules": []}, "owner", version=3).json()["version"] == 4
    assert daemon.get(path, "owner").json()["modules"] == []
    assert daemon.patch(path, {"modules": ["anything"]}, "owner", version=4).json()["errors"][0]["name"] == "/modules/0"


def test_M1_modules_are_set_by_an_owner_only(daemon):
    token = client(daemon)
    made = daemon.post("/v1/schools", {"name": name()}, token=token)
    assert (made.status_code, made.json()["ground"]) == (201, "M1.client.provision")
    path = f"/v1/schools/{made.json()['id']}"
    assert daemon.patch(path, {"name": name()}, token=token, version=1).status_code == 200
    assert daemon.patch(path, {"name": name(), "modules": ["notes"]}, token=token, version=2).status_code == 403
    assert daemon.post("/v1/schools", {"name": name(), "modules": ["notes"]}, token=token).status_code == 403
    refused, = daemon.put("schools", [{"externalId": external(), "name": name(), "modules": []}])
    assert refused["problem"]["status"] == 403
    put, = daemon.put("schools", [{"externalId": external(), "name": name(), "modules": ["notes"]}], "owner")
    assert put["outcome"] == "created"
    assert daemon.get(f"/v1/schools/{put['id']}", "owner").json()["modules"] == ["notes"]


def test_X1_a_school_is_made_once(daemon):
    body, key = {"name": name()}, str(uuid.uuid4())
    first, again = (daemon.post("/v1/schools", body, "owner", key=key) for _ in range(2))
    assert first.json() == again.json() and first.headers["Location"] == f"/v1/schools/{first.json()['id']}"
    assert daemon.post("/v1/schools", {"name": name()}, "owner", key=key).status_code == 422


def test_V1_the_log_of_a_new_school_begins_with_its_making(daemon):
    made = daemon.post("/v1/schools", {"name": name()}, "owner").json()["id"]
    put, = daemon.put("schools", [{"externalId": external(), "name": name()}])
    daemon.patch(f"/v1/schools/{made}", {"name": name()}, "owner", version=1)
    for school, operations in ((made, ["createSchool", "changeSchool"]), (put["id"], ["provisionSchools"])):
        rows = daemon.activity(tree_id=school)
        assert [(row["operation"], row["leaf_index"]) for row in rows] == [(operation, i) for i, operation in enumerate(operations)]
        assert {(row["object_kind"], row["object_id"], row["school_id"], row["outcome"]) for row in rows} == {("school", school, school, "allowed")}
    daemon.post("/v1/schools", {"name": name()}, "rektor")
    refused = daemon.activity(operation="createSchool", outcome="refused")[-1]
    assert (refused["ground"], refused["school_id"], refused["tree_id"]) == ("M1.forbidden", None, world.ORGANISATIONS[world.FJORD]["id"])


def test_M1_a_new_school_takes_students_and_groups(daemon):
    school = daemon.post("/v1/schools", {"name": name()}, "owner").json()["id"]
    token = client(daemon)
    made = daemon.post("/v1/groups", {"schoolId": school, "kind": "class", "name": name()}, token=token)
    assert made.status_code == 201
    body = {"schoolId": school, "givenName": "Xqelev", "familyName": "Xqskolesen", "groupId": made.json()["id"]}
    assert daemon.post("/v1/students", body, token=token).status_code == 201
    assert "createStudent" in {row["operation"] for row in daemon.activity(tree_id=school)}


def test_X2_the_same_put_twice_changes_nothing(daemon):
    item = {"externalId": external(), "name": name()}
    outcomes = [daemon.put("schools", [changed])[0] for changed in (item, item, {**item, "name": name()}, {"externalId": item["externalId"]})]
    assert [row["outcome"] for row in outcomes] == ["created", "unchanged", "changed", "unchanged"]
    assert {row["id"] for row in outcomes} == {outcomes[0]["id"]} and [row["version"] for row in outcomes] == [1, 1, 2, 2]


def test_X2_one_school_that_is_refused_does_not_hold_up_the_others(daemon):
    twice = external()
    results = daemon.put("schools", [{"externalId": external()}, {"externalId": twice, "name": name()}, {"externalId": twice, "name": name()}])
    assert [row["outcome"] for row in results] == ["refused", "created", "changed"]
    assert [(error["name"], error["code"]) for error in results[0]["problem"]["errors"]] == [("/name", "required")]


def test_M1_an_external_id_is_one_schools(daemon):
    taken = external()
    assert daemon.post("/v1/schools", {"name": name(), "externalId": taken}, "owner").status_code == 201
    assert daemon.post("/v1/schools", {"name": name(), "externalId": taken}, "owner").status_code == 409
    assert daemon.put("schools", [{"externalId": taken, "name": name()}], "rektor")[0]["problem"]["status"] == 403
    assert daemon.put("schools", [{"externalId": taken, "name": name()}], "skog-owner@skog")[0]["outcome"] == "created"


def test_M1_a_put_of_many_schools_is_one_row_each(daemon):
    results = daemon.put("schools", [{"externalId": external(), "name": name()} for _ in range(70)])
    assert {row["outcome"] for row in results} == {"created"} and len({row["id"] for row in results}) == 70
    rows = daemon.activity(operation="provisionSchools", outcome="allowed")
    assert {row["id"] for row in results} <= {row["tree_id"] for row in rows}


def test_C1_the_external_ids_of_schools_are_sealed(daemon):
    item = {"externalId": external(), "name": name()}
    daemon.put("schools", [item])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw


@pytest.fixture
def led_by_its_owner(tmp_path, built, fresh_daemon):
    """The only owner of today is rektor of bru; was that of gran until yesterday; and is to be that of tall from tomorrow."""
    seed = {"organisations": [world.fjord()]}
    fjord = seed["organisations"][0]
    fjord["schools"] += [{"key": key, "name": f"Q{key} skole", "modules": []} for key in ("gran", "tall")]
    fjord["persons"] = [
        world.person("owner", (None, "owner"), ("bru", "rektor"), ("gran", "rektor", "today-300", "today-1"), ("tall", "rektor", "today+1")),
        world.person("owner-ended", (None, "owner", "today-300", "today-1")), world.person("owner-tomorrow", (None, "owner", "today+1")),
        world.person("auditor", (None, "auditor")), *[person for person in fjord["persons"] if person["key"] not in ("owner", "auditor")]]
    (tmp_path / "led").mkdir()
    issuers = {world.FJORD: world.ORGANISATIONS[world.FJORD]}
    return fresh_daemon(Files(tmp_path / "led", seed=seed, issuers=issuers).make())


def test_R5_avvikelse_is_switched_on_only_with_an_owner_from_outside(led_by_its_owner):
    daemon = led_by_its_owner
    change = lambda school, modules: daemon.patch(f"/v1/schools/{daemon.id('school', school)}", {"modules": modules}, "owner", version=1)
    needed = change("bru", ["sikker-sak", "avvikelse"])
    assert (needed.status_code, needed.json()["type"]) == (409, "urn:problem-type:trygg:owner-needed")
    assert daemon.get(f"/v1/schools/{daemon.id('school', 'bru')}", "owner").json()["modules"] == ["sikker-sak"]
    assert change("bru", ["sikker-sak", "notes"]).status_code == 200   # the others need nobody
    assert change("gran", ["avvikelse"]).status_code == 200 == change("tall", ["avvikelse"]).status_code
    refused = daemon.activity(operation="changeSchool", outcome="refused")
    assert [(row["ground"], row["school_id"]) for row in refused] == [("owner-needed", daemon.id("school", "bru"))]
    # A new school has no rektor yet.
    assert daemon.post("/v1/schools", {"name": name(), "modules": ["avvikelse"]}, "owner").status_code == 201
    put, = daemon.put("schools", [{"externalId": external(), "name": name(), "modules": ["avvikelse"]}], "owner")
    assert put["outcome"] == "created"
