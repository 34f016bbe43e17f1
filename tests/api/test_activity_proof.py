# SPDX-License-Identifier: EUPL-1.2
"""V1, V3: the proof that a row stands in its log. What it says is held against the store, read from outside, and against the trees that
merkle.py makes of it, and it is verified as everyone can."""
import uuid

import pytest

import log_verifier
import merkle
import world
from conftest import end
from daemon import Daemon, copy_files
from test_activity_list import MISSING, ORGANISATION_LOG, SCHOOL_READERS, school_log, stop, whole

EVERYONE = [row["key"] for row in world.fjord()["persons"]] + ["stranger", "rektor@skog", "skog-owner@skog"]


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("proof")))
    try:
        daemon.start()
        for who, student in (("kari", "alva"), ("rektor", "birk"), ("teacher-untied", "birk"), ("rektor-bru", "celia")):
            daemon.get(f"/v1/students/{daemon.id('student', student)}", who)
        daemon.get("/v1/students", "kari")
        daemon.get("/v1/me", "stranger")
        yield daemon
    finally:
        end(daemon)


def proof_path(id):
    return f"/v1/activity/{id}/proof"


def find(house, path, who="owner", **filters):
    """The newest row of a log that fits."""
    return whole(house, path, who, **filters)[0]


def get_proof(house, id, who="owner"):
    answer = house.get(proof_path(id), who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    return answer.text


def parse(text):
    """What a proof holds, and its checkpoint."""
    bundle = log_verifier.read_bundle(text)
    return bundle, log_verifier.read_checkpoint(bundle.note)


def verified(house, tree, text):
    """(row, size), as proven with every key that the log lists; nobody else has signed."""
    log, = [log for log in house.get("/v1/logs", "owner").json()["data"] if log["id"] == tree]
    bundle, checkpoint = parse(text)
    assert checkpoint.origin == log["origin"] and len(log_verifier.split_note(bundle.note)[1]) == len(log["keys"])
    first, *others = [log_verifier.verify(text.encode(), key) for key in log["keys"]]
    assert all(other == first for other in others)
    return first


def leaf_of(house, tree, request):
    """The place and the leaf of a request's row, as the store has it."""
    leaves = merkle.stored(house.files.store(), uuid.UUID(tree).bytes)
    row = next(row for row in house.activity(request_id=request) if row["tree_id"] == tree)
    return row["leaf_index"], leaves[row["leaf_index"]]


# ---- What a proof holds -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("log", ["aas", "bru", "organisation"])
def test_V1_every_row_of_a_log_has_its_proof(house, log):
    tree = world.ORGANISATIONS[world.FJORD]["id"] if log == "organisation" else house.id("school", log)
    path = ORGANISATION_LOG if log == "organisation" else school_log(house, log)
    rows = whole(house, path, "owner")
    assert rows
    for row in rows:
        text = get_proof(house, row["id"])
        bundle, checkpoint = parse(text)
        index, leaf = leaf_of(house, tree, row["requestId"])
        assert (bundle.index, bundle.leaf) == (index, leaf) and checkpoint.size > index
        leaves = [merkle.leaf_hash(data) for data in merkle.stored(house.files.store(), uuid.UUID(tree).bytes)]
        assert checkpoint.root == merkle.root(leaves[:checkpoint.size])
        assert bundle.hashes == merkle.inclusion(index, leaves[:checkpoint.size])
        proven, size = verified(house, tree, text)
        assert (proven["request"], proven["operation"], size) == (row["requestId"], row["operation"], checkpoint.size)


def test_V3_a_row_that_no_checkpoint_holds_yet_gets_one(house):
    birk = house.id("student", "birk")
    sizes = []
    for _ in range(3):
        request = house.get(f"/v1/students/{birk}", "rektor").headers["X-Request-Id"]
        bundle, checkpoint = parse(get_proof(house, find(house, school_log(house), operation="getStudent")["id"]))
        assert leaf_of(house, house.id("school", "aas"), request) == (bundle.index, bundle.leaf)
        sizes.append(checkpoint.size)
    assert sizes == sorted(set(sizes))


def test_V3_a_row_that_a_checkpoint_holds_is_proven_by_it_again(house):
    row = find(house, school_log(house), operation="getStudent")
    (first, before), (again, after) = (parse(get_proof(house, row["id"])) for _ in range(2))
    assert (first.index, first.leaf) == (again.index, again.leaf)
    assert before == after or before.size < after.size   # the chore may have made one in between


# ---- Whose it is ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", EVERYONE)
def test_V1_who_gets_the_proof_of_a_schools_row(house, who):
    row = find(house, school_log(house), studentId=house.id("student", "birk"), operation="getStudent")
    answer = house.get(proof_path(row["id"]), who)
    logged = house.activity(request_id=answer.headers["X-Request-Id"])
    assert len(logged) == 1 and logged[0]["operation"] == "getActivityProof"
    if who in set(SCHOOL_READERS) - {"guardian-rektor"}:   # G2: family takes no proof
        assert (answer.status_code, logged[0]["outcome"], logged[0]["ground"]) == (200, "allowed", SCHOOL_READERS[who])
        assert (logged[0]["tree_id"], logged[0]["student_id"]) == (house.id("school", "aas"), house.id("student", "birk"))
    elif who == "admin":
        assert (answer.status_code, logged[0]["ground"]) == (403, "V1.forbidden")
    else:
        assert (answer.status_code, logged[0]["ground"]) == (404, "V1.unseen")


@pytest.mark.parametrize("who", EVERYONE)
def test_V1_who_gets_the_proof_of_a_row_of_the_organisation(house, who):
    row = find(house, ORGANISATION_LOG, operation="getMe")
    answer = house.get(proof_path(row["id"]), who)
    assert answer.status_code == (200 if who in ("owner", "auditor") else 404)
    if answer.status_code == 404:
        assert house.activity(request_id=answer.headers["X-Request-Id"])[0]["ground"] == "V1.unseen"


@pytest.mark.parametrize("scope, status", [("provision", 403), ("changes", 404), ("witness", 404)])
def test_V1_a_service_client_gets_no_row(house, scope, status):
    row = find(house, school_log(house), operation="getStudent")
    assert house.get(proof_path(row["id"]), token=house.token("registry", service=True, scope=scope)).status_code == status


def test_V1_a_proof_needs_a_strong_login_and_the_scope_to_read(house):
    row = find(house, school_log(house), operation="getStudent")
    assert house.get(proof_path(row["id"]), token=house.token("rektor", strong=False)).status_code == 401
    assert house.get(proof_path(row["id"]), token=house.token("rektor", scope="trygg:write")).status_code == 404


@pytest.mark.parametrize("who", ["rektor-bru", "teacher", "guardian", "owner@skog", "stranger", "guardian-rektor"])
def test_V1_a_row_of_others_is_byte_for_byte_one_that_is_not_there(house, who):
    row = find(house, school_log(house), studentId=house.id("student", "alva"), operation="getStudent")
    unseen = house.get(proof_path(row["id"]), who)
    for id in ("AAAA", MISSING, row["id"][:-1], row["id"][:-2] + ("A" if row["id"][-2] != "A" else "B") + row["id"][-1], "~", "x" * 128):
        missing = house.get(proof_path(id), who)
        assert (unseen.status_code, unseen.content) == (404, missing.content) and unseen.headers.keys() == missing.headers.keys()


def test_V1_the_id_of_another_organisations_row_is_none_of_ours(house):
    row = house.get(ORGANISATION_LOG, "skog-owner@skog", params={"limit": 1}).json()["data"][0]
    assert house.get(proof_path(row["id"]), "skog-owner@skog").status_code == 200
    assert house.get(proof_path(row["id"]), "owner").status_code == 404


def test_V1_an_id_tells_nothing_and_is_another_text_each_time(house):
    first, again = (whole(house, school_log(house), "owner", operation="getStudent") for _ in range(2))
    assert [row["requestId"] for row in first] == [row["requestId"] for row in again]
    ids = [row["id"] for row in first + again]
    assert len(set(ids)) == len(ids) and len({len(id) for id in ids}) == 1


def test_X3_an_id_of_the_wrong_shape_is_named(house):
    answer = house.get(proof_path("x" * 129), "owner")
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "activityId")


# ---- Family -----------------------------------------------------------------------------------------------------------------

def test_G2_a_guardian_gets_no_proof_of_a_row_about_the_child(house):
    row = find(house, school_log(house), "rektor", studentId=house.id("student", "alva"), operation="getStudent")
    assert house.get(proof_path(row["id"]), "rektor").status_code == 200
    assert house.get(proof_path(row["id"]), "guardian-rektor").status_code == 404


def test_G2_a_guardian_gets_no_proof_at_all(house):
    """The places of two rows tell how many stand between."""
    assert house.get(school_log(house), "rektor", params={"studentId": house.id("student", "birk"), "operation": "getStudent"}).status_code == 200
    without = find(house, school_log(house), "guardian-rektor", operation="listSchoolActivity", studentId=house.id("student", "birk"))
    lists = find(house, school_log(house), "guardian-rektor", operation="listStudents")
    other = find(house, school_log(house), "guardian-rektor", operation="getStudent", studentId=house.id("student", "birk"))
    assert without["shownStudents"] > 0 and lists["shownStudents"] > 0
    for row in (without, lists, other):
        assert house.get(proof_path(row["id"]), "rektor").status_code == 200
        assert house.get(proof_path(row["id"]), "guardian-rektor").status_code == 404


# ---- What is logged, and what is withheld -----------------------------------------------------------------------------------

def test_V4_a_proof_is_itself_a_row_that_names_whom_it_shows(house):
    row = find(house, school_log(house), operation="listStudents")
    proof = house.get(proof_path(row["id"]), "rektor")
    logged, = house.activity(request_id=proof.headers["X-Request-Id"])
    shown = house.activity(request_id=row["requestId"])[0]["shown"]
    assert (logged["object_kind"], logged["object_id"], logged["school_id"]) == ("activity", *[house.id("school", "aas")] * 2)
    assert logged["shown"] == shown and shown
    found = find(house, school_log(house), "rektor", operation="getActivityProof")
    assert found["requestId"] == proof.headers["X-Request-Id"]
    assert parse(get_proof(house, found["id"], "rektor"))[0].index == logged["leaf_index"]


def test_V1_a_row_that_is_withheld_from_its_school_has_no_proof(fresh_daemon):
    house = fresh_daemon()
    house.get("/v1/me", "stranger")
    row = find(house, ORGANISATION_LOG, operation="getMe")
    assert house.get(proof_path(row["id"]), "owner").status_code == 200
    leaf = house.activity(request_id=row["requestId"])[0]["leaf_index"]
    store = stop(house)
    with store:   # as a report about the leadership will be: a leaf of the organisation's tree, with its school
        store.execute("DROP TRIGGER activity_no_update")
        store.execute("UPDATE activity SET school_id = ? WHERE operation = 'getMe' AND leaf_index = ?",
                      (uuid.UUID(house.id("school", "aas")).bytes, leaf))
    store.close()
    house.start()
    for who in ("owner", "auditor", "rektor"):
        assert house.get(proof_path(row["id"]), who).status_code == 404
    assert row["requestId"] not in [row["requestId"] for row in whole(house, ORGANISATION_LOG, "owner")]


def test_V3_no_proof_is_given_of_a_log_that_was_changed(fresh_daemon):
    house = fresh_daemon()
    birk = house.id("student", "birk")
    for _ in range(3):
        house.get(f"/v1/students/{birk}", "rektor")
    old = find(house, school_log(house), operation="getStudent")
    get_proof(house, old["id"])
    house.get(f"/v1/students/{birk}", "rektor")
    new = find(house, school_log(house), operation="getStudent")
    store = stop(house)
    with store:
        store.execute("DROP TRIGGER activity_no_update")
        store.execute("UPDATE activity SET ground = 'changed' WHERE tree_id = ? AND leaf_index = 1", (uuid.UUID(house.id("school", "aas")).bytes,))
    store.close()
    house.start()
    assert house.get(proof_path(new["id"]), "owner").status_code == 500   # nothing is signed that does not go on from what was signed


def test_V1_a_row_of_before_a_backup_came_back_is_not_there(fresh_daemon):
    house = fresh_daemon()
    house.get("/v1/me", "stranger")
    row = find(house, ORGANISATION_LOG, operation="getMe")
    store = stop(house)
    organisation = uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
    with store:
        store.execute("DROP TRIGGER activity_no_delete")
        store.execute("DROP TRIGGER activity_tree_grows")
        store.execute("DELETE FROM activity WHERE tree_id = ? AND leaf_index > 0", (organisation,))
        store.execute("UPDATE activity_tree SET size = 1, frontier = x'' WHERE tree_id = ?", (organisation,))
        store.execute("DROP TRIGGER activity_node_no_delete")
        store.execute("DELETE FROM activity_node WHERE tree_id = ?", (organisation,))
    store.close()
    house.start()
    assert house.get(proof_path(row["id"]), "owner").status_code == 404
