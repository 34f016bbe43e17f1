# SPDX-License-Identifier: EUPL-1.2
"""V2, V3, V4: the activity row of every allowed and refused call, and the tree it is a leaf of (V1)."""
import uuid

import world


def row_of(daemon, answer):
    rows = [row for row in daemon.rows("SELECT * FROM activity") if str(uuid.UUID(bytes=row["request_id"])) == answer.headers["X-Request-Id"]]
    assert len(rows) == 1, rows
    return daemon.activity(request_id=answer.headers["X-Request-Id"])[0]


def test_V4_an_allowed_read(daemon):
    alva = daemon.id("student", "alva")
    row = row_of(daemon, daemon.get(f"/v1/students/{alva}", "mentor"))
    expected = {"actor_kind": "person", "actor_id": daemon.id("person", "mentor"), "actor_mark": None, "behalf_id": None,
                "client": "test-client", "operation": "getStudent", "object_kind": "student", "object_id": alva,
                "student_id": alva, "school_id": daemon.id("school", "aas"), "tree_id": daemon.id("school", "aas"),
                "organisation_id": world.ORGANISATIONS[world.FJORD]["id"], "outcome": "allowed", "ground": "S2.tie.mentor"}
    assert {name: row[name] for name in expected} == expected


def test_V4_a_refused_read_is_logged_where_the_student_is(daemon):
    alva = daemon.id("student", "alva")
    row = row_of(daemon, daemon.get(f"/v1/students/{alva}", "teacher-untied"))
    assert (row["outcome"], row["ground"], row["student_id"]) == ("refused", "S2.unseen", alva)
    assert row["tree_id"] == daemon.id("school", "aas")


def test_V4_a_refused_read_of_nothing_is_logged_with_the_organisation(daemon):
    missing = str(uuid.uuid4())
    row = row_of(daemon, daemon.get(f"/v1/students/{missing}", "rektor"))
    assert (row["outcome"], row["object_id"], row["student_id"]) == ("refused", missing, None)
    assert row["tree_id"] == world.ORGANISATIONS[world.FJORD]["id"]


def test_V4_a_foreign_student_is_nothing_and_leaves_no_trace_there(daemon):
    sven = daemon.id("student", "sven", world.SKOG)
    row = row_of(daemon, daemon.get(f"/v1/students/{sven}", "rektor"))
    assert (row["student_id"], row["school_id"]) == (None, None)
    assert row["tree_id"] == world.ORGANISATIONS[world.FJORD]["id"]


def test_V4_a_stranger_is_traceable_and_not_readable(daemon):
    answers = [daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", who) for who in ("stranger-1", "stranger-1", "stranger-2")]
    rows = [row_of(daemon, answer) for answer in answers]
    assert {row["actor_kind"] for row in rows} == {"stranger"}
    assert rows[0]["actor_mark"] == rows[1]["actor_mark"] != rows[2]["actor_mark"]
    assert b"stranger" not in rows[0]["actor_mark"]


def test_V4_a_list_names_the_students_shown_in_its_leaf(daemon):
    answer = daemon.get("/v1/students?limit=100", "kari")
    row = row_of(daemon, answer)
    assert row["shown"] == [card["id"] for card in answer.json()["data"]]
    assert (row["operation"], row["ground"]) == ("listStudents", "S3.staff")


def test_V4_refusals_of_every_kind(daemon):
    body = {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqavslag"}
    key = str(uuid.uuid4())
    daemon.post("/v1/students", body, "rektor", key=key)
    cases = [
        (daemon.get("/v1/students", "guardian"), 403, "S3.notStaff"),
        (daemon.get("/v1/me", "stranger-3"), 403, "L2.stranger"),
        (daemon.create_student("teacher"), 403, "S1.forbidden"),
        (daemon.create_student("kari", civicNumber=world.CIVIC["birk"]), 403, "S1.civicNumber.forbidden"),
        (daemon.create_student("rektor", civicNumber=world.CIVIC["birk"]), 409, "student-known"),
        (daemon.create_student("rektor", groupId=str(uuid.uuid4())), 400, "invalid"),
        (daemon.post("/v1/students", {**body, "givenName": "To"}, "rektor", key=key), 422, "key-reused"),
    ]
    for answer, status, ground in cases:
        assert answer.status_code == status
        row = row_of(daemon, answer)
        assert (row["outcome"], row["ground"]) == ("refused", ground)


def test_V4_asking_with_a_known_civic_number_tells_the_organisation_whom_it_was_about(daemon):
    answer = daemon.create_student("rektor-bru", "bru", civicNumber=world.CIVIC["alva"])
    row = row_of(daemon, answer)
    assert (answer.status_code, row["ground"]) == (409, "student-known")
    assert row["student_id"] == daemon.id("student", "alva")
    assert (row["school_id"], row["tree_id"]) == (None, world.ORGANISATIONS[world.FJORD]["id"])


def test_V4_a_created_student_has_its_row(daemon):
    answer = daemon.create_student("kari")
    row = row_of(daemon, answer)
    assert (row["outcome"], row["object_id"], row["student_id"]) == ("allowed", answer.json()["id"], answer.json()["id"])
    assert row["tree_id"] == daemon.id("school", "aas")


def test_V4_no_valid_token_no_row(daemon):
    before = daemon.rows("SELECT count(*) AS n FROM activity")
    assert daemon.get("/v1/me").status_code == 401
    assert daemon.get("/v1/me", token="x.y.z").status_code == 401
    assert daemon.rows("SELECT count(*) AS n FROM activity") == before


def test_V4_a_login_too_weak_is_a_refusal_and_has_its_row(daemon):
    answer = daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", token=daemon.token("kari", strong=False))
    assert answer.status_code == 401
    row = row_of(daemon, answer)
    assert (row["outcome"], row["ground"], row["actor_id"]) == ("refused", "L2.weak", daemon.id("person", "kari"))
    assert (row["object_id"], row["student_id"], row["operation"]) == (None, None, "getStudent")


def test_V4_rows_hold_no_name_and_no_civic_number(daemon):
    daemon.create_student("rektor", givenName="Zebedeus", familyName="Xqrad")
    secrets = world.words(world.seed()) | {"Zebedeus", "Xqrad"}
    allowed = {"Qorg"}
    for row in daemon.rows("SELECT * FROM activity"):
        for value in row.values():
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            assert not [word for word in secrets - allowed if len(word) > 4 and word in text]


def test_V1_leaves_stand_without_gaps_and_time_never_runs_backwards(daemon):
    trees = daemon.rows("SELECT tree_id, size, last_at FROM activity_tree")
    own = daemon.rows("SELECT organisation_id AS id FROM organisation UNION ALL SELECT school_id FROM school")
    assert {tree["tree_id"] for tree in trees} == {row["id"] for row in own} and len(trees) == len(own)
    for tree in trees:
        leaves = daemon.rows("SELECT leaf_index, at FROM activity WHERE tree_id = ? ORDER BY leaf_index", tree["tree_id"])
        assert [leaf["leaf_index"] for leaf in leaves] == list(range(len(leaves)))
        assert [leaf["at"] for leaf in leaves] == sorted(leaf["at"] for leaf in leaves)
        assert tree["size"] >= len(leaves)


def test_M1_the_first_people_are_made_locally_and_logged(daemon):
    rows = daemon.activity(operation="init", organisation_id=world.ORGANISATIONS[world.FJORD]["id"])
    assert rows and {(row["actor_kind"], row["ground"]) for row in rows} == {("local", "M1.local")}
