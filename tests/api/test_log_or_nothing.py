# SPDX-License-Identifier: EUPL-1.2
"""V2: nothing leaves before its activity row is durable. If the row cannot be written the call fails and discloses nothing."""
import sqlite3
import threading
import time
import uuid

import pytest

import world


@pytest.fixture
def locked(fresh_daemon):
    """A daemon whose store someone else holds the write lock of; released at the end of the test."""
    daemon = fresh_daemon()
    other = sqlite3.connect(daemon.files.data / "trygg.db", isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("BEGIN IMMEDIATE")
    yield daemon, other
    if other.in_transaction:
        other.execute("ROLLBACK")
    other.close()


def paths(daemon):
    return [f"/v1/students/{daemon.id('student', 'alva')}", "/v1/students", "/v1/me"]


def test_V2_a_read_that_cannot_be_logged_is_not_answered(locked):
    daemon, other = locked
    for path in paths(daemon):
        answer = daemon.get(path, "kari")
        assert answer.status_code == 503
        assert set(answer.json()) <= {"type", "title", "status", "detail"}
        assert not [word for word in world.words(world.seed()) if len(word) > 4 and word in answer.text]
    other.execute("ROLLBACK")
    for path in paths(daemon):
        assert daemon.get(path, "kari").status_code == 200


def test_V2_not_even_a_refusal_leaves_without_its_row(locked):
    daemon, _ = locked
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "teacher-untied").status_code == 503
    assert daemon.create_student("teacher").status_code == 503
    assert daemon.get("/v1/students", token=daemon.token("kari", strong=False)).status_code == 503


def test_V2_a_change_that_cannot_be_logged_is_not_made_and_can_be_retried(locked):
    daemon, other = locked
    body = {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqlaas"}
    before = daemon.rows("SELECT count(*) AS n FROM student")
    assert daemon.post("/v1/students", body, "kari", key="retry").status_code == 503
    other.execute("ROLLBACK")
    assert daemon.rows("SELECT count(*) AS n FROM student") == before
    assert daemon.post("/v1/students", body, "kari", key="retry").status_code == 201
    assert daemon.rows("SELECT count(*) AS n FROM student")[0]["n"] == before[0]["n"] + 1


def lose_trees(store, organisation):
    store.execute("DROP TRIGGER activity_tree_no_delete")
    store.execute("DELETE FROM activity_tree WHERE organisation_id = ?", [organisation])


def take_next_leaves(store, organisation):
    store.execute("INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, operation, outcome, ground, request_id)"
                  " SELECT tree_id, size, last_at, organisation_id, 'local', 'x', 'allowed', 'x', zeroblob(16) FROM activity_tree"
                  " WHERE organisation_id = ?", [organisation])


@pytest.mark.parametrize("damage", [lose_trees, take_next_leaves])
def test_V2_a_row_that_has_no_place_in_the_log_is_503_like_any_other(fresh_files, fresh_daemon, damage):
    with sqlite3.connect(fresh_files.data / "trygg.db") as store:
        damage(store, uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes)
    store.close()
    daemon = fresh_daemon(fresh_files)
    before = [daemon.rows(f"SELECT count(*) AS n FROM {table}") for table in ("activity", "student", "replay", "tie", "enrolment")]
    answers = [daemon.get(path, "kari") for path in paths(daemon)]
    answers += [daemon.get(paths(daemon)[0], "teacher-untied"), daemon.create_student("kari"), daemon.create_student("teacher")]
    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert {answer.json()["type"] for answer in answers} == {"urn:problem-type:trygg:unavailable"}
    assert before == [daemon.rows(f"SELECT count(*) AS n FROM {table}")
                      for table in ("activity", "student", "replay", "tie", "enrolment")]


def test_V2_ready_says_so_and_live_does_not(locked):
    daemon, other = locked
    assert daemon.get("/health/ready").status_code == 503
    assert daemon.get("/health/live").status_code == 200
    other.execute("ROLLBACK")
    time.sleep(1.1)  # ready is looked at once a second
    assert daemon.get("/health/ready").status_code == 200


def test_V2_every_acknowledged_read_under_load_has_its_row(fresh_daemon):
    daemon = fresh_daemon()
    token, path = daemon.token("kari"), f"/v1/students/{daemon.id('student', 'alva')}"
    seen, lock, until = [], threading.Lock(), time.monotonic() + 2

    def read():
        for _ in range(100000):
            if time.monotonic() > until:
                return
            answer = daemon.get(path, token=token, check=False)
            with lock:
                seen.append((answer.status_code, answer.headers["X-Request-Id"]))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        daemon.create_student("rektor")  # moves the rights epoch all the while
    for thread in threads:
        thread.join()
    assert {status for status, _ in seen} == {200}
    rows = {row["request_id"] for row in daemon.activity(operation="getStudent", outcome="allowed")}
    assert {request for _, request in seen} == rows
    assert len(seen) == len(daemon.activity(operation="getStudent"))
